// Fq12 = Fq6[w]/(w^2 - v), the field that pairings take values in. The powers of w from 0 to 5
// have the factors c0.c0, c1.c0, c0.c1, c1.c1, c0.c2, c1.c2 over Fq2.

/// c0 + c1 w with w^2 = v over ``Fq6``.
@frozen
public struct Fq12: Field {
    /// The part without w.
    public var c0: Fq6
    /// The factor of w.
    public var c1: Fq6

    /// The element c0 + c1 w.
    @inlinable
    public init(_ c0: Fq6, _ c1: Fq6) {
        self.c0 = c0
        self.c1 = c1
    }

    public static var zero: Fq12 { Fq12(Fq6.zero, Fq6.zero) }

    public static var one: Fq12 { Fq12(Fq6.one, Fq6.zero) }

    public static func + (left: Fq12, right: Fq12) -> Fq12 {
        Fq12(left.c0 + right.c0, left.c1 + right.c1)
    }

    public static func - (left: Fq12, right: Fq12) -> Fq12 {
        Fq12(left.c0 - right.c0, left.c1 - right.c1)
    }

    public static prefix func - (value: Fq12) -> Fq12 { Fq12(-value.c0, -value.c1) }

    public static func * (left: Fq12, right: Fq12) -> Fq12 {
        let p0 = left.c0 * right.c0
        let p1 = left.c1 * right.c1
        let cross = (left.c0 + left.c1) * (right.c0 + right.c1) - p0 - p1
        return Fq12(p0 + p1.timesV, cross)
    }

    public func squared() -> Fq12 {
        // (c0 + c1)(c0 + v c1) = c0^2 + v c1^2 + (1 + v) c0 c1
        let product = c0 * c1
        let square = (c0 + c1) * (c0 + c1.timesV) - product - product.timesV
        return Fq12(square, product.doubled())
    }

    public func doubled() -> Fq12 { Fq12(c0.doubled(), c1.doubled()) }

    public func inverted() -> Fq12? {
        guard let inverse = (c0.squared() - c1.squared().timesV).inverted() else { return nil }
        return Fq12(c0 * inverse, -(c1 * inverse))
    }

    /// c0 - c1 w, the power of q^6. The inverse, of an element whose norm over ``Fq6`` is one.
    public var conjugate: Fq12 { Fq12(c0, -c1) }
}
