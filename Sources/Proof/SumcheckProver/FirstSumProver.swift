// The prover of the first sum. Each term keeps two vectors, which every round halves; the lowest
// bit of the place is bound first. Over the upper variables, whose eq is a factor of the term, the
// round's own variable is taken out of eq, and what is left of eq is a table, made once.

import Fields
import Sumcheck

/// A term of the first sum while it is summed.
struct ProductState<F: ProverField> {
    private let variableCount: Int
    private let equalityPoint: [F]
    private var left: [F]
    private var right: [F]
    /// coefficient, times eq of the variables that are bound.
    private var factor: F
    /// tables[j] is eq of all but the j + 1 lowest upper variables.
    private var tables: [[F]]
    /// eq of all upper variables, for as long as lower ones are left.
    private var fullTable: [F]
    private var round = 0

    /// The term `product` on the values of a witness.
    init(_ product: SumProduct<F>, _ witness: Witness<F>, threads: Int) {
        variableCount = product.variableCount
        equalityPoint = product.equalityPoint
        factor = product.coefficient
        let count = product.usedCount
        left = witness.vector(
            product.left, variables: product.variables, count: count, threads: threads)
        right = witness.vector(
            product.right, variables: product.variables, count: count, threads: threads)
        // From the uppermost variable down: a table for one variable more is twice as long.
        tables = [[F.one]]
        for coordinate in equalityPoint.dropFirst().reversed() {
            let table = tables[tables.count - 1]
            var next = [F](repeating: F.zero, count: 2 * table.count)
            for (index, value) in table.enumerated() {
                let upper = value * coordinate
                next[2 * index] = value - upper
                next[2 * index + 1] = upper
            }
            tables.append(next)
        }
        tables.reverse()
        fullTable = Equality.table(equalityPoint[...])
    }

    /// The coefficients c0 to c3 of the round, times 2^variables left.
    mutating func coefficients(_ half: F, threads: Int) -> [F] {
        guard round < variableCount else {
            // No variable is left: the value, halved once for every round since.
            factor = factor * half
            return [factor * left[0] * right[0], F.zero, F.zero, F.zero]
        }
        let lower = variableCount - equalityPoint.count
        let upper = max(0, round - lower)
        let weights = round >= lower ? tables[upper] : fullTable
        let shift = equalityPoint.isEmpty ? Int.bitWidth - 1 : max(0, lower - round - 1)
        let sums = F.pairSums(
            left.span, right.span, weights: weights.span, shift: shift, threads: threads)
        let c0 = factor * sums.atZero
        let c2 = factor * sums.leading
        let c1 = factor * sums.atOne - c0 - c2
        guard round >= lower else { return [c0, c1, c2, F.zero] }
        // Times eq(point, X) = (1 − p) + (2p − 1) X.
        let p = equalityPoint[upper]
        let constant = F.one - p
        let slope = p.doubled() - F.one
        return [
            constant * c0, constant * c1 + slope * c0, constant * c2 + slope * c1, slope * c2,
        ]
    }

    /// Binds the round's variable to `point`.
    mutating func bind(_ point: F, threads: Int) {
        defer { round += 1 }
        guard round < variableCount else { return }
        F.fold(&left, at: point, threads: threads)
        F.fold(&right, at: point, threads: threads)
        let lower = variableCount - equalityPoint.count
        if round >= lower {
            let p = equalityPoint[round - lower]
            factor = factor * (p * point + (F.one - p) * (F.one - point))
        }
    }

    /// The values of the arguments, once all variables are bound.
    var values: (left: F, right: F) { (left[0], right[0]) }
}

extension SumProduct where F: ProverField {
    /// One more than the last place of the variables that may differ from zero.
    var usedCount: Int {
        var last = 0
        for (axis, bits) in variables.enumerated() {
            if let bits, let weights = left.axes[axis] {
                last += (weights.extent - 1) << bits.lowerBound
            }
        }
        return last + 1
    }
}
