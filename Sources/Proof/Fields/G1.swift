// The first group of BN254: the r points of y^2 = x^3 + 3 over the base field. Every point of the
// curve is in the group (its cofactor is one), so `isOnCurve` is the whole check.

/// The curve y^2 = x^3 + 3 over ``Fq``.
public enum G1: Curve {
    @inlinable
    public static var b: Fq { Fq(3) }
}

/// A point of ``G1`` by coordinates. 64 bytes in memory, the same as in the files of Circom tools.
public typealias G1Affine = AffinePoint<G1>

/// A point of ``G1`` in Jacobian coordinates.
public typealias G1Projective = JacobianPoint<G1>

extension AffinePoint where On == G1 {
    /// The point (1, 2).
    @inlinable
    public static var generator: G1Affine { G1Affine(x: Fq.one, y: Fq(2)) }
}

extension JacobianPoint where On == G1 {
    /// The point (1, 2).
    @inlinable
    public static var generator: G1Projective { G1Projective(G1Affine.generator) }
}
