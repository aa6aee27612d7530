// Where the quotient is computed, and how its pieces are found again.
//
// On the coset s H the polynomial X^n is the constant s^n. The quotient t = Σ X^(i n) t_i is there
// the polynomial Σ (s^n)^i t_i of degree below n, which n values determine. So with as many cosets
// as pieces, the coefficients of all t_i follow, place by place, from a system with the matrix
// (s_k^n)^i.

import Fields
import Plonkish
import Polynomials

/// The cosets of one table.
enum QuotientDomain {
    /// One shift for each piece: 5 times powers of a root of unity of order 16 n or less, so that
    /// no coset is H and all s^n differ.
    static func shifts(_ shape: TableShape) -> [Fr] {
        var log2Order = shape.log2Rows
        while 1 << (log2Order - shape.log2Rows) < shape.pieceCount { log2Order += 1 }
        guard let root = Fr.rootOfUnity(log2: log2Order) else {
            preconditionFailure("2^24 rows and 8 pieces are fewer than 2^28 roots")
        }
        return ScalarVectors(threads: 1).powers(
            of: root, from: Fr.multiplicativeGenerator, count: shape.pieceCount)
    }

    /// The pieces t_i from the coefficients of t on each coset.
    static func pieces(
        _ onCosets: [[Fr]], shifts: [Fr], log2Rows: Int, threads: Int = 1
    ) -> [[Fr]] {
        let points = shifts.map { shift in
            (0..<log2Rows).reduce(shift) { power, _ in power.squared() }
        }
        let inverse = vandermondeInverse(points)
        let vectors = ScalarVectors(threads: threads)
        return inverse.map { row in
            var piece = onCosets[0]
            vectors.scale(&piece, by: row[0])
            for (values, factor) in zip(onCosets, row).dropFirst() {
                vectors.add(values, times: factor, to: &piece)
            }
            return piece
        }
    }

    /// The matrix that takes the values of a polynomial at `points`, all different, to its
    /// coefficients: column k holds the coefficients of the Lagrange polynomial of point k.
    static func vandermondeInverse(_ points: [Fr]) -> [[Fr]] {
        var rows = [[Fr]](
            repeating: [Fr](repeating: Fr.zero, count: points.count), count: points.count)
        for (column, point) in points.enumerated() {
            var numerator = [Fr.one]
            var denominator = Fr.one
            for (index, other) in points.enumerated() where index != column {
                numerator = Polynomial.product(numerator, [-other, Fr.one])
                denominator *= point - other
            }
            guard let inverse = denominator.inverted() else {
                preconditionFailure("the points of cosets differ")
            }
            for row in points.indices { rows[row][column] = numerator[row] * inverse }
        }
        return rows
    }
}
