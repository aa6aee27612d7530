// The base field of BN254: q = 36 x^4 + 36 x^3 + 24 x^2 + 6 x + 1 with x = 4965661367192848881
// (EIP-196).

/// An integer modulo q: a coordinate of a point of the curve. 32 bytes in memory, the same as in
/// the files of Circom tools.
@frozen
public struct Fq: MontgomeryField {
    public let montgomery: UInt256

    @inlinable @inline(always)
    public init(uncheckedMontgomery limbs: UInt256) { montgomery = limbs }

    @inlinable
    public static var modulus: UInt256 {
        UInt256(
            0x3C20_8C16_D87C_FD47, 0x9781_6A91_6871_CA8D,
            0xB850_45B6_8181_585D, 0x3064_4E72_E131_A029)
    }

    @inlinable
    public static var negatedInverse: UInt64 { 0x87D2_0782_E486_6389 }

    @inlinable
    public static var montgomeryOne: UInt256 {
        UInt256(
            0xD35D_438D_C58F_0D9D, 0x0A78_EB28_F5C7_0B3D,
            0x666E_A36F_7879_462C, 0x0E0A_77C1_9A07_DF2F)
    }

    @inlinable
    public static var montgomerySquare: UInt256 {
        UInt256(
            0xF32C_FC5B_538A_FA89, 0xB5E7_1911_D445_01FB,
            0x47AB_1EFF_0A41_7FF6, 0x06D8_9F71_CAB8_351F)
    }

    // Concrete, so that callers compiled without optimisation reach optimised code; the product is
    // too long to be worth a copy at every use.

    @inlinable @inline(always)
    public static func + (left: Fq, right: Fq) -> Fq {
        Fq(uncheckedMontgomery: sum(left.montgomery, right.montgomery))
    }

    @inlinable @inline(always)
    public static func - (left: Fq, right: Fq) -> Fq {
        Fq(uncheckedMontgomery: difference(left.montgomery, right.montgomery))
    }

    @inline(never)
    public static func * (left: Fq, right: Fq) -> Fq {
        Fq(uncheckedMontgomery: product(left.montgomery, right.montgomery))
    }

    @inlinable @inline(always)
    public static prefix func - (value: Fq) -> Fq {
        Fq(uncheckedMontgomery: difference(UInt256(0), value.montgomery))
    }

    @inlinable @inline(always)
    public func squared() -> Fq { self * self }

    @inlinable @inline(always)
    public func doubled() -> Fq { self + self }

    /// Replaces every element by its inverse; zeros stay zero. One inversion and three
    /// multiplications an element.
    public static func invertAll(_ values: inout [Fq]) { invertTogether(&values) }
}
