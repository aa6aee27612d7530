// Curves y^2 = x^3 + b over a field, and their points by coordinates.
//
// The point at infinity, the neutral element, has no coordinates; it is written (0, 0), which is
// on no such curve because b is not zero. Files of Circom tools and the EVM write it so too.

/// A curve y^2 = x^3 + b with b other than zero.
public protocol Curve: Sendable {
    /// The field of the coordinates.
    associatedtype Coordinate: Field
    /// The constant b.
    static var b: Coordinate { get }
}

/// A pair of coordinates. Nothing is known of it until ``isOnCurve`` is asked: values from outside
/// are checked by whoever reads them.
@frozen
public struct AffinePoint<On: Curve>: Equatable, Sendable, BitwiseCopyable {
    /// The first coordinate; zero at infinity.
    public var x: On.Coordinate
    /// The second coordinate; zero at infinity.
    public var y: On.Coordinate

    /// The pair (x, y), unchecked.
    @inlinable
    public init(x: On.Coordinate, y: On.Coordinate) {
        self.x = x
        self.y = y
    }

    /// The neutral element.
    @inlinable
    public static var infinity: Self { Self(x: On.Coordinate.zero, y: On.Coordinate.zero) }

    /// Whether this is the neutral element.
    @inlinable
    public var isInfinity: Bool { x.isZero && y.isZero }

    /// Whether y^2 = x^3 + b, or this is infinity.
    @inlinable
    public var isOnCurve: Bool { isInfinity || y.squared() == x.squared() * x + On.b }

    /// The inverse in the group: (x, -y).
    @inlinable
    public static prefix func - (point: Self) -> Self { Self(x: point.x, y: -point.y) }
}
