// Points as (X, Y, Z) with x = X/Z^2 and y = Y/Z^3: sums need no division. Z is zero at infinity.
//
// Formulas for curves with a = 0 from the Explicit-Formulas Database (Bernstein, Lange):
// add-2007-bl, madd-2007-bl, dbl-2009-l. They fail where both operands are equal, opposite or
// infinity; these cases are branches here, so the sum is complete but its time tells which it was.

/// A point of a curve, in Jacobian coordinates. Two values are equal when they are the same point.
@frozen
public struct JacobianPoint<On: Curve>: Equatable, Sendable {
    /// X, where the first coordinate is X/Z^2.
    public var x: On.Coordinate
    /// Y, where the second coordinate is Y/Z^3.
    public var y: On.Coordinate
    /// Z; zero at infinity.
    public var z: On.Coordinate

    /// The point (X/Z^2, Y/Z^3), unchecked.
    @inlinable
    public init(x: On.Coordinate, y: On.Coordinate, z: On.Coordinate) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// The point `affine`.
    @inlinable
    public init(_ affine: AffinePoint<On>) {
        self.init(
            x: affine.x, y: affine.y,
            z: affine.isInfinity ? On.Coordinate.zero : On.Coordinate.one)
    }

    /// The neutral element.
    @inlinable
    public static var infinity: Self {
        Self(x: On.Coordinate.one, y: On.Coordinate.one, z: On.Coordinate.zero)
    }

    /// Whether this is the neutral element.
    @inlinable
    public var isInfinity: Bool { z.isZero }

    @inlinable
    public static func == (left: Self, right: Self) -> Bool {
        if left.isInfinity || right.isInfinity { return left.isInfinity == right.isInfinity }
        let (leftSquare, rightSquare) = (left.z.squared(), right.z.squared())
        return left.x * rightSquare == right.x * leftSquare
            && left.y * (rightSquare * right.z) == right.y * (leftSquare * left.z)
    }

    /// The inverse in the group.
    @inlinable
    public static prefix func - (point: Self) -> Self {
        Self(x: point.x, y: -point.y, z: point.z)
    }

    /// The sum. 11 multiplications and 5 squarings.
    @inlinable
    public static func + (left: Self, right: Self) -> Self {
        if left.isInfinity { return right }
        if right.isInfinity { return left }
        let z1z1 = left.z.squared()
        let z2z2 = right.z.squared()
        let u1 = left.x * z2z2
        let u2 = right.x * z1z1
        let s1 = left.y * right.z * z2z2
        let s2 = right.y * left.z * z1z1
        let h = u2 - u1
        let halfR = s2 - s1
        if h.isZero { return halfR.isZero ? left.doubled() : infinity }
        let i = h.doubled().squared()
        let j = h * i
        let r = halfR.doubled()
        let v = u1 * i
        let x = r.squared() - j - v.doubled()
        let y = r * (v - x) - (s1 * j).doubled()
        let z = ((left.z + right.z).squared() - z1z1 - z2z2) * h
        return Self(x: x, y: y, z: z)
    }

    /// The sum with a point by coordinates. 7 multiplications and 4 squarings.
    @inlinable
    public static func + (left: Self, right: AffinePoint<On>) -> Self {
        if right.isInfinity { return left }
        if left.isInfinity { return Self(right) }
        let z1z1 = left.z.squared()
        let u2 = right.x * z1z1
        let s2 = right.y * left.z * z1z1
        let h = u2 - left.x
        let halfR = s2 - left.y
        if h.isZero { return halfR.isZero ? left.doubled() : infinity }
        let hh = h.squared()
        let i = hh.doubled().doubled()
        let j = h * i
        let r = halfR.doubled()
        let v = left.x * i
        let x = r.squared() - j - v.doubled()
        let y = r * (v - x) - (left.y * j).doubled()
        let z = (left.z + h).squared() - z1z1 - hh
        return Self(x: x, y: y, z: z)
    }

    /// The difference.
    @inlinable
    public static func - (left: Self, right: Self) -> Self { left + (-right) }

    /// The difference with a point by coordinates.
    @inlinable
    public static func - (left: Self, right: AffinePoint<On>) -> Self { left + (-right) }

    /// Adds in place.
    @inlinable
    public static func += (left: inout Self, right: Self) { left = left + right }

    /// Adds a point by coordinates in place.
    @inlinable
    public static func += (left: inout Self, right: AffinePoint<On>) { left = left + right }

    /// The sum with itself. 2 multiplications and 5 squarings. Infinity stays infinity, and a
    /// point with y = 0, of order two, gives infinity, because z is 2 y z.
    @inlinable
    public func doubled() -> Self {
        let a = x.squared()
        let b = y.squared()
        let c = b.squared()
        let d = ((x + b).squared() - a - c).doubled()
        let e = a.doubled() + a
        let newX = e.squared() - d.doubled()
        let newY = e * (d - newX) - c.doubled().doubled().doubled()
        return Self(x: newX, y: newY, z: (y * z).doubled())
    }

    /// `scalar` times this point, by windows of four bits. Table indices and additions follow the
    /// scalar's bits.
    @inlinable
    public func times(_ scalar: UInt256) -> Self {
        var multiples = [Self.infinity, self]
        for index in 2..<16 {
            multiples.append(
                index & 1 == 0
                    ? multiples[index / 2].doubled()
                    : multiples[index - 1] + self)
        }
        var result = Self.infinity
        var position = (scalar.bitWidth + 3) / 4 * 4 - 4
        while position >= 0 {
            result = result.doubled().doubled().doubled().doubled()
            let window = Int(scalar.bits(from: position, count: 4))
            if window != 0 { result = result + multiples[window] }
            position -= 4
        }
        return result
    }

    /// The coordinates. One inversion.
    @inlinable
    public var affine: AffinePoint<On> {
        guard let inverse = z.inverted() else { return AffinePoint.infinity }
        return scaled(by: inverse)
    }

    /// The coordinates of all `points`, with one inversion.
    @inlinable
    public static func normalize(_ points: [Self]) -> [AffinePoint<On>] {
        var inverses = points.map { $0.z }
        On.Coordinate.invertAll(&inverses)
        return points.indices.map { index in
            points[index].isInfinity
                ? AffinePoint.infinity : points[index].scaled(by: inverses[index])
        }
    }

    @inlinable
    func scaled(by inverse: On.Coordinate) -> AffinePoint<On> {
        let square = inverse.squared()
        return AffinePoint(x: x * square, y: y * square * inverse)
    }
}
