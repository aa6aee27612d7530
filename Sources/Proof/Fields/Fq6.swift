// Fq6 = Fq2[v]/(v^3 - xi), the middle floor of the tower that pairings take values in.
//
// Products as in Devegili, O hEigeartaigh, Scott and Dahab, "Multiplication and squaring on
// pairing-friendly fields" (2006).

/// c0 + c1 v + c2 v^2 with v^3 = xi over ``Fq2``.
@frozen
public struct Fq6: Field {
    /// The part without v.
    public var c0: Fq2
    /// The factor of v.
    public var c1: Fq2
    /// The factor of v^2.
    public var c2: Fq2

    /// The element c0 + c1 v + c2 v^2.
    @inlinable
    public init(_ c0: Fq2, _ c1: Fq2, _ c2: Fq2) {
        self.c0 = c0
        self.c1 = c1
        self.c2 = c2
    }

    public static var zero: Fq6 { Fq6(Fq2.zero, Fq2.zero, Fq2.zero) }

    public static var one: Fq6 { Fq6(Fq2.one, Fq2.zero, Fq2.zero) }

    public static func + (left: Fq6, right: Fq6) -> Fq6 {
        Fq6(left.c0 + right.c0, left.c1 + right.c1, left.c2 + right.c2)
    }

    public static func - (left: Fq6, right: Fq6) -> Fq6 {
        Fq6(left.c0 - right.c0, left.c1 - right.c1, left.c2 - right.c2)
    }

    public static prefix func - (value: Fq6) -> Fq6 { Fq6(-value.c0, -value.c1, -value.c2) }

    public static func * (left: Fq6, right: Fq6) -> Fq6 {
        let p0 = left.c0 * right.c0
        let p1 = left.c1 * right.c1
        let p2 = left.c2 * right.c2
        let cross12 = (left.c1 + left.c2) * (right.c1 + right.c2) - p1 - p2
        let cross01 = (left.c0 + left.c1) * (right.c0 + right.c1) - p0 - p1
        let cross02 = (left.c0 + left.c2) * (right.c0 + right.c2) - p0 - p2
        return Fq6(cross12.timesXi + p0, cross01 + p2.timesXi, cross02 + p1)
    }

    public func squared() -> Fq6 {
        // Chung and Hasan's squaring number 2.
        let s0 = c0.squared()
        let s1 = (c0 * c1).doubled()
        let s2 = (c0 - c1 + c2).squared()
        let s3 = (c1 * c2).doubled()
        let s4 = c2.squared()
        return Fq6(s3.timesXi + s0, s4.timesXi + s1, s1 + s2 + s3 - s0 - s4)
    }

    public func doubled() -> Fq6 { Fq6(c0.doubled(), c1.doubled(), c2.doubled()) }

    public func inverted() -> Fq6? {
        let t0 = c0.squared() - (c1 * c2).timesXi
        let t1 = c2.squared().timesXi - c0 * c1
        let t2 = c1.squared() - c0 * c2
        let norm = c0 * t0 + (c2 * t1 + c1 * t2).timesXi
        guard let inverse = norm.inverted() else { return nil }
        return Fq6(t0 * inverse, t1 * inverse, t2 * inverse)
    }

    /// The product with v.
    @inlinable @inline(always)
    var timesV: Fq6 { Fq6(c2.timesXi, c0, c1) }

    /// The product with an element of ``Fq2``.
    static func * (left: Fq6, right: Fq2) -> Fq6 {
        Fq6(left.c0 * right, left.c1 * right, left.c2 * right)
    }

    /// The product with b0 + b1 v. Five multiplications.
    func times(_ b0: Fq2, _ b1: Fq2) -> Fq6 {
        let p0 = c0 * b0
        let p1 = c1 * b1
        let cross01 = (c0 + c1) * (b0 + b1) - p0 - p1
        return Fq6((c2 * b1).timesXi + p0, cross01, c2 * b0 + p1)
    }
}
