// The coordinates of the second group: Fq2 = Fq[u]/(u^2 + 1), and its element xi = 9 + u, which is
// neither a square nor a cube, and from which the fields of degree 6 and 12 are made.

/// c0 + c1 u with u^2 = -1 over the base field. 64 bytes in memory, c0 first.
public typealias Fq2 = QuadraticExtension<Fq>

extension QuadraticExtension where Base == Fq {
    /// The product with xi = 9 + u.
    @inlinable @inline(always)
    var timesXi: Fq2 {
        let nine0 = c0.doubled().doubled().doubled() + c0
        let nine1 = c1.doubled().doubled().doubled() + c1
        return Fq2(nine0 - c1, nine1 + c0)
    }
}
