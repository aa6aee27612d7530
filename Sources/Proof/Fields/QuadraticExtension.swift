// The field of pairs a + b u with u^2 = -1 over a prime field in which -1 is no square, that is
// one whose prime is 3 modulo 4, like the base field of BN254.
//
// Products take three multiplications (Karatsuba) and two reductions; squares take two of each:
// (a + b u)^2 = (a + b)(a - b) + 2 a b u.

/// c0 + c1 u with u^2 = -1.
@frozen
public struct QuadraticExtension<Base: MontgomeryField>: Field, Hashable {
    /// The part without u.
    public var c0: Base
    /// The factor of u.
    public var c1: Base

    /// The element c0 + c1 u.
    @inlinable
    public init(_ c0: Base, _ c1: Base) {
        self.c0 = c0
        self.c1 = c1
    }

    @inlinable
    public static var zero: Self { Self(Base.zero, Base.zero) }

    @inlinable
    public static var one: Self { Self(Base.one, Base.zero) }

    @inlinable
    public var isZero: Bool { c0.isZero && c1.isZero }

    @inlinable @inline(always)
    public static func + (left: Self, right: Self) -> Self {
        Self(left.c0 + right.c0, left.c1 + right.c1)
    }

    @inlinable @inline(always)
    public static func - (left: Self, right: Self) -> Self {
        Self(left.c0 - right.c0, left.c1 - right.c1)
    }

    @inlinable @inline(always)
    public static prefix func - (value: Self) -> Self { Self(-value.c0, -value.c1) }

    @inlinable
    public static func * (left: Self, right: Self) -> Self {
        let (a0, a1) = (left.c0.montgomery, left.c1.montgomery)
        let (b0, b1) = (right.c0.montgomery, right.c1.montgomery)
        let p0 = UInt512(a0, times: b0)
        let p1 = UInt512(a1, times: b1)
        // Sums below 2^255; (a0 + a1)(b0 + b1) - a0 b0 - a1 b1 = a0 b1 + a1 b0 < 2 m^2 < m R.
        let sums = UInt512(
            a0 &+ a1, times: b0 &+ b1)
        return Self(
            Base(uncheckedMontgomery: Base.reduced(Base.wideDifference(p0, p1))),
            Base(uncheckedMontgomery: Base.reduced(sums &- p0 &- p1)))
    }

    /// The product with an element of the prime field.
    @inlinable
    public static func * (left: Self, right: Base) -> Self {
        Self(left.c0 * right, left.c1 * right)
    }

    @inlinable
    public func squared() -> Self {
        let (a0, a1) = (c0.montgomery, c1.montgomery)
        // The second factors stay unreduced; products allow it.
        let first = Base.product(Base.difference(a0, a1), a0 &+ a1)
        let second = Base.product(a0, a1 &+ a1)
        return Self(Base(uncheckedMontgomery: first), Base(uncheckedMontgomery: second))
    }

    @inlinable @inline(always)
    public func doubled() -> Self { Self(c0.doubled(), c1.doubled()) }

    /// c0 - c1 u, which is also the power of the prime.
    @inlinable
    public var conjugate: Self { Self(c0, -c1) }

    /// (c0 - c1 u) / (c0^2 + c1^2): the denominator is zero for zero only, as -1 is no square.
    @inlinable
    public func inverted() -> Self? {
        guard let inverse = (c0.squared() + c1.squared()).inverted() else { return nil }
        return Self(c0 * inverse, -(c1 * inverse))
    }

    /// The product with u.
    @inlinable
    var timesU: Self { Self(-c1, c0) }
}
