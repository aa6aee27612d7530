// The scalar field of BN254. r is the number of points of the curve over the base field:
// r = 36 x^4 + 36 x^3 + 18 x^2 + 6 x + 1 with x = 4965661367192848881 (EIP-196).

/// An integer modulo r, the order of the curve's groups: scalars, polynomials and witnesses are
/// made of these. 32 bytes in memory, the same as in the files of Circom tools.
@frozen
public struct Fr: MontgomeryField {
    public let montgomery: UInt256

    @inlinable @inline(always)
    public init(uncheckedMontgomery limbs: UInt256) { montgomery = limbs }

    @inlinable
    public static var modulus: UInt256 {
        UInt256(
            0x43E1_F593_F000_0001, 0x2833_E848_79B9_7091,
            0xB850_45B6_8181_585D, 0x3064_4E72_E131_A029)
    }

    @inlinable
    public static var negatedInverse: UInt64 { 0xC2E1_F593_EFFF_FFFF }

    @inlinable
    public static var montgomeryOne: UInt256 {
        UInt256(
            0xAC96_341C_4FFF_FFFB, 0x36FC_7695_9F60_CD29,
            0x666E_A36F_7879_462E, 0x0E0A_77C1_9A07_DF2F)
    }

    @inlinable
    public static var montgomerySquare: UInt256 {
        UInt256(
            0x1BB8_E645_AE21_6DA7, 0x53FE_3AB1_E35C_59E3,
            0x8C49_833D_53BB_8085, 0x0216_D0B1_7F4E_44A5)
    }

    // Concrete, so that callers compiled without optimisation reach optimised code; the product is
    // too long to be worth a copy at every use.

    @inlinable @inline(always)
    public static func + (left: Fr, right: Fr) -> Fr {
        Fr(uncheckedMontgomery: sum(left.montgomery, right.montgomery))
    }

    @inlinable @inline(always)
    public static func - (left: Fr, right: Fr) -> Fr {
        Fr(uncheckedMontgomery: difference(left.montgomery, right.montgomery))
    }

    @inline(never)
    public static func * (left: Fr, right: Fr) -> Fr {
        Fr(uncheckedMontgomery: product(left.montgomery, right.montgomery))
    }

    @inlinable @inline(always)
    public static prefix func - (value: Fr) -> Fr {
        Fr(uncheckedMontgomery: difference(UInt256(0), value.montgomery))
    }

    @inlinable @inline(always)
    public func squared() -> Fr { self * self }

    @inlinable @inline(always)
    public func doubled() -> Fr { self + self }

    /// Replaces every element by its inverse; zeros stay zero. One inversion and three
    /// multiplications an element.
    public static func invertAll(_ values: inout [Fr]) { invertTogether(&values) }
}

extension Fr {
    /// r - 1 is 2^28 times an odd number: the longest number-theoretic transform has 2^28 values.
    public static let twoAdicity = 28

    /// 5, the smallest generator of the multiplicative group.
    @inlinable
    public static var multiplicativeGenerator: Fr { Fr(5) }

    /// 5^((r - 1) / 2^log2), of order 2^log2; `nil` unless log2 is 0 to 28. These are the roots
    /// that Circom tools use.
    public static func rootOfUnity(log2: Int) -> Fr? {
        guard (0...twoAdicity).contains(log2) else { return nil }
        // 5^((r - 1) / 2^28), squared as often as it takes.
        var root = Fr(
            uncheckedMontgomery: UInt256(
                0x636E_7355_80D1_3D9C, 0xA22B_F374_2445_FFD6,
                0x5645_2AC0_1EB2_03D8, 0x1860_EF94_2963_F9E7))
        for _ in log2..<twoAdicity { root = root.squared() }
        return root
    }
}
