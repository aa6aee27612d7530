// Arithmetic modulo a prime of at most 254 bits in Montgomery form: the element a is kept as
// a R mod m with R = 2^256, always below m. One product then costs 32 word multiplications and no
// division (P. Montgomery, "Modular multiplication without trial division", 1985).
//
// This is the definition of the fields' arithmetic. The scalar and the base field of BN254 and the
// small fields of the tests are the same code with another prime; kernels in C are compared with
// it. The product is the "coarsely integrated operand scanning" of Koç, Acar and Kaliski (1996),
// with multiplication and reduction interleaved. Because the top bit of m is clear, the partial
// sums below never leave four words (see `row`).
//
// Additions, subtractions and products take the same time for all values. Inversion does not.

public import Base

/// A prime field in Montgomery form with R = 2^256. Conforming types give the constants of their
/// prime m, which must be odd and below 2^254.
public protocol MontgomeryField: PrimeField {
    /// -1/m modulo 2^64.
    static var negatedInverse: UInt64 { get }
    /// R modulo m: the Montgomery form of one.
    static var montgomeryOne: UInt256 { get }
    /// R^2 modulo m: what turns integers into Montgomery form.
    static var montgomerySquare: UInt256 { get }
    /// The Montgomery form, below m.
    var montgomery: UInt256 { get }
    /// The element of Montgomery form `limbs`, which must be below m.
    init(uncheckedMontgomery limbs: UInt256)
}

extension MontgomeryField {
    /// The product in Montgomery form: left right / R mod m. `left` must be below m, `right` may
    /// be any number.
    @inlinable @inline(always)
    static func product(_ left: UInt256, _ right: UInt256) -> UInt256 {
        var sum = row(UInt256(0), left, right.l0)
        sum = row(sum, left, right.l1)
        sum = row(sum, left, right.l2)
        sum = row(sum, left, right.l3)
        return reducedOnce(sum)
    }

    /// (sum + left digit + k m) / 2^64, where k makes the division exact. A sum below 2 m stays
    /// below 2 m, since (2 m + 2 (2^64 - 1) m) / 2^64 = 2 m; and 2 m < 2^255 fits four words.
    @inlinable @inline(always)
    static func row(_ sum: UInt256, _ left: UInt256, _ digit: UInt64) -> UInt256 {
        let m = modulus
        let (t0, a0) = multiplyAdd(sum.l0, left.l0, digit, 0)
        let k = t0 &* negatedInverse
        let (_, c0) = multiplyAdd(t0, k, m.l0, 0)
        let (t1, a1) = multiplyAdd(sum.l1, left.l1, digit, a0)
        let (s0, c1) = multiplyAdd(t1, k, m.l1, c0)
        let (t2, a2) = multiplyAdd(sum.l2, left.l2, digit, a1)
        let (s1, c2) = multiplyAdd(t2, k, m.l2, c1)
        let (t3, a3) = multiplyAdd(sum.l3, left.l3, digit, a2)
        let (s2, c3) = multiplyAdd(t3, k, m.l3, c2)
        return UInt256(s0, s1, s2, c3 &+ a3)
    }

    /// `value`, which is below 2 m, modulo m, without a branch: as 2 m < 2^255, the difference has
    /// its top bit set exactly if it is negative.
    @inlinable @inline(always)
    static func reducedOnce(_ value: UInt256) -> UInt256 {
        let difference = value &- modulus
        return difference &+ modulus.masked(difference.topBitMask)
    }

    /// The sum of two numbers below m, modulo m. It is below 2 m < 2^255 and cannot carry out.
    @inlinable @inline(always)
    static func sum(_ left: UInt256, _ right: UInt256) -> UInt256 {
        reducedOnce(left &+ right)
    }

    /// The difference of two numbers below m, modulo m, without a branch.
    @inlinable @inline(always)
    static func difference(_ left: UInt256, _ right: UInt256) -> UInt256 {
        let difference = left &- right
        return difference &+ modulus.masked(difference.topBitMask)
    }
}

extension MontgomeryField {
    @inlinable
    public static var zero: Self { Self(uncheckedMontgomery: UInt256(0)) }

    @inlinable
    public static var one: Self { Self(uncheckedMontgomery: montgomeryOne) }

    @inlinable
    public static func + (left: Self, right: Self) -> Self {
        Self(uncheckedMontgomery: sum(left.montgomery, right.montgomery))
    }

    @inlinable
    public static func - (left: Self, right: Self) -> Self {
        Self(uncheckedMontgomery: difference(left.montgomery, right.montgomery))
    }

    @inlinable
    public static func * (left: Self, right: Self) -> Self {
        Self(uncheckedMontgomery: product(left.montgomery, right.montgomery))
    }

    @inlinable
    public static prefix func - (value: Self) -> Self {
        Self(uncheckedMontgomery: difference(UInt256(0), value.montgomery))
    }

    @inlinable
    public func squared() -> Self { self * self }

    @inlinable
    public func doubled() -> Self { self + self }

    /// Half of this element, without a branch.
    @inlinable
    public var halved: Self {
        let even = montgomery &+ Self.modulus.masked(0 &- (montgomery.l0 & 1))
        return Self(
            uncheckedMontgomery: UInt256(
                even.l0 >> 1 | even.l1 << 63, even.l1 >> 1 | even.l2 << 63,
                even.l2 >> 1 | even.l3 << 63, even.l3 >> 1))
    }

    @inlinable
    public var isZero: Bool { montgomery.isZero }

    @inlinable
    public init(_ value: UInt64) { self.init(reducing: UInt256(value)) }

    @inlinable
    public init?(canonical value: UInt256) {
        guard value < Self.modulus else { return nil }
        self.init(reducing: value)
    }

    @inlinable
    public init(reducing value: UInt256) {
        self.init(uncheckedMontgomery: Self.product(Self.montgomerySquare, value))
    }

    @inlinable
    public var canonical: UInt256 { Self.product(montgomery, UInt256(1)) }

    /// The element of Montgomery form `limbs`, `nil` unless they are below the prime.
    @inlinable
    public init?(montgomery limbs: UInt256) {
        guard limbs < Self.modulus else { return nil }
        self.init(uncheckedMontgomery: limbs)
    }

    /// Reads the Montgomery form of 32 bytes, least significant first, as the files of Circom keep
    /// it; `nil` unless they are 32 and below the prime.
    @inlinable
    public init?(montgomeryLittleEndian bytes: some Collection<UInt8>) {
        guard let limbs = UInt256(littleEndian: bytes) else { return nil }
        self.init(montgomery: limbs)
    }

    /// The 32 bytes of the Montgomery form, least significant first. Allocates.
    @inlinable
    public var montgomeryLittleEndian: Bytes { montgomery.littleEndian }
}
