// Which machine code computes the hot loops. Every variant gives the same bits; only time differs.

import CKernels

/// A set of kernels for one kind of CPU. Results never depend on which is used.
public struct Kernels: Sendable, Equatable {
    /// The kinds of CPU that have kernels of their own, with the numbers CKernels gives them.
    enum Variant: Int32, CaseIterable, Sendable {
        case scalar = 0
        case avx2 = 1
        case avx512 = 2
        case neon = 3
    }

    let variant: Variant
    /// How many threads a kernel may use, at least 1. Results never depend on it.
    public var threads: Int = 1

    private init(_ variant: Variant) { self.variant = variant }

    /// Portable kernels: the definition the others are tested against.
    public static let scalar = Kernels(.scalar)
    /// Kernels for x86-64 with AVX2 and FMA. Use them only where `available` lists them.
    public static let avx2 = Kernels(.avx2)
    /// Kernels for x86-64 with AVX-512. Use them only where `available` lists them.
    public static let avx512 = Kernels(.avx512)
    /// Kernels for 64-bit Arm. Use them only where `available` lists them.
    public static let neon = Kernels(.neon)

    /// The kernels this machine can run, slowest first. Never empty.
    public static let available: [Kernels] = Variant.allCases
        .filter { aivm_is_available($0.rawValue) == 1 }.map { Kernels($0) }

    /// The fastest kernels this machine can run.
    public static let best: Kernels = available.last ?? .scalar

    /// A short name: `scalar`, `avx2`, `avx512` or `neon`.
    public var name: String {
        switch variant {
        case .scalar: "scalar"
        case .avx2: "avx2"
        case .avx512: "avx512"
        case .neon: "neon"
        }
    }
}
