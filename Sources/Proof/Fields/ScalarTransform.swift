// Number-theoretic transforms by the kernels in C: between the coefficients of a polynomial and its
// values on a coset of the roots of unity. The definition they are compared with is the sum of
// coefficients times powers; a readable fast one stands in the target Polynomials.
//
// Safety, for every `unsafe` below: the table is made once, never changes, and is freed when its
// owner goes; values are checked to be as many as the table is for, and live during the call.

import CFields

/// Tables for transforms of 2^log2Size scalars: about 64 bytes for each. Never changes, so any
/// number of threads may use it.
@safe public final class ScalarTransform: @unchecked Sendable {
    /// The logarithm of the number of values: 0 to 28.
    public let log2Size: Int
    private let table: OpaquePointer
    private let tableVariant: KernelVariant

    /// Makes tables for the kernel `variant`, which must be available. `nil` unless log2Size is 0
    /// to 28 and there is memory.
    public init?(log2Size: Int, variant: KernelVariant = .fastest) {
        guard (0...Int(AIVM_NTT_MAXIMUM_LOG2)).contains(log2Size),
            let table = unsafe aivm_ntt_make(variant.code, UInt32(log2Size))
        else { return nil }
        self.log2Size = log2Size
        unsafe self.table = unsafe table
        tableVariant = variant
    }

    deinit { unsafe aivm_ntt_free(table) }

    /// Replaces coefficients, lowest degree first, by the values at s, s w, s w^2, … where s is
    /// `shift`, not zero, and w is `Fr.rootOfUnity(log2: log2Size)`. There are 2^log2Size of them.
    public func evaluate(
        _ values: inout MutableSpan<Fr>, onCosetOf shift: Fr = .one, threads: Int,
        workspace: KernelWorkspace = KernelWorkspace()
    ) {
        unsafe run(&values, threads, workspace) { values, threads, memory in
            unsafe withUnsafeBytes(of: shift) { shift in
                unsafe aivm_ntt_forward(table, threads, values, shift.baseAddress, memory)
            }
        }
    }

    /// Replaces values at s, s w, s w^2, … by the coefficients, lowest degree first, of the
    /// polynomial below degree 2^log2Size that has them: the inverse of ``evaluate``.
    public func interpolate(
        _ values: inout MutableSpan<Fr>, onCosetOf shift: Fr = .one, threads: Int,
        workspace: KernelWorkspace = KernelWorkspace()
    ) {
        precondition(!shift.isZero, "a coset is shifted by something other than zero")
        unsafe run(&values, threads, workspace) { values, threads, memory in
            unsafe withUnsafeBytes(of: shift) { shift in
                unsafe aivm_ntt_inverse(table, threads, values, shift.baseAddress, memory)
            }
        }
    }

    private func run(
        _ values: inout MutableSpan<Fr>, _ threads: Int, _ workspace: KernelWorkspace,
        _ body: (UnsafeMutableRawPointer?, Int32, UnsafeMutableRawPointer?) -> Int32
    ) {
        precondition(values.count == 1 << log2Size, "a transform has the size of its table")
        let threads = Int32(clamping: threads)
        let size = aivm_ntt_workspace(threads, UInt32(log2Size))
        let isDone = unsafe values.withUnsafeMutableBytes { values in
            unsafe workspace.withBytes(size) { memory in
                unsafe body(values.baseAddress, threads, memory)
            }
        }
        precondition(isDone == 1, "a transform that has its memory succeeds")
    }
}
