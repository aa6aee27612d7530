// The quotient, round 3 of Documentation/plonk-native.md: on each coset all columns are evaluated,
// the identities summed row by row, divided by X^n - 1, which is constant there, and interpolated.

import Fields
import Parallel
import Plonkish
import Polynomials

/// Computes the quotient from the coefficients of all columns.
struct QuotientComputation: Sendable {
    let key: NativeProvingKey
    let challenges: NativeChallenges
    /// Coefficients: of a_j and p n each, of m and the running columns more.
    let advice: [[Fr]]
    let instance: [Fr]
    let multiplicities: [[Fr]]
    let running: [[Fr]]
    /// R_j, empty where all coefficients are zero; and V.
    let claimColumns: [[Fr]]
    let claim: Fr
    let programs: LookupPrograms?
    let threads: Int

    /// The pieces t_i, of n coefficients.
    func pieces() -> [[Fr]] {
        let shape = key.table.shape
        let program = GateProgram(shape.identities, y: challenges.y)
        let onCosets = key.shifts.indices.map { quotient(onCoset: $0, program) }
        return QuotientDomain.pieces(
            onCosets, shifts: key.shifts, log2Rows: shape.log2Rows, threads: threads)
    }

    /// The coefficients of the polynomial below degree n that t is on a coset.
    private func quotient(onCoset coset: Int, _ program: GateProgram) -> [Fr] {
        let shape = key.table.shape
        let shift = key.shifts[coset]
        let columns = advice + [instance] + multiplicities + running + claimColumns
        let values = mapInParallel(columns.count, threads: threads) { index in
            evaluated(columns[index], shift)
        }
        var rest = values[...]
        let fixed = key.cosetColumns[coset]
        let point = CosetColumns(
            source: ColumnSource(
                fixed: Array(fixed.prefix(shape.fixedCount)),
                advice: take(&rest, advice.count), instance: take(&rest, 1)[0]),
            permutation: Array(fixed.suffix(shape.adviceCount)),
            multiplicities: take(&rest, multiplicities.count), running: take(&rest, running.count),
            claimColumns: Array(rest),
            positions: ScalarVectors(threads: threads).powers(
                of: key.transform.domain.root, from: shift, count: shape.rows))
        let vanishing = key.transform.domain.vanishing(at: shift)
        guard let inverse = vanishing.inverted() else {
            preconditionFailure("a coset does not meet the rows")
        }
        let blocks = RowVector.blocks(of: shape.rows)
        let combined = mapInParallel(blocks.count, threads: threads) { index in
            var sum = point.source.values(program, blocks[index])
            addArguments(point, blocks[index], vanishing, to: &sum)
            RowVector.scale(&sum, by: inverse)
            return sum
        }
        var quotient = combined.flatMap { $0 }
        key.transform.interpolate(&quotient, onCosetOf: shift, threads: threads)
        return quotient
    }

    private func take(_ values: inout ArraySlice<[Fr]>, _ count: Int) -> [[Fr]] {
        defer { values = values.dropFirst(count) }
        return Array(values.prefix(count))
    }

    /// The values of a polynomial on a coset, the first once more at the end. On s H what is
    /// multiplied by X^n is multiplied by s^n.
    private func evaluated(_ coefficients: [Fr], _ shift: Fr) -> [Fr] {
        if coefficients.isEmpty { return [] }
        let rows = key.table.shape.rows
        var values = Array(coefficients.prefix(rows))
        if coefficients.count > rows {
            let power = key.transform.domain.raised(shift)
            for (index, high) in coefficients[rows...].enumerated() {
                values[index] += high * power
            }
        }
        key.transform.evaluate(&values, onCosetOf: shift)
        values.append(values[0])
        return values
    }

    /// Adds the identities of the running columns with their powers of y.
    private func addArguments(
        _ point: CosetColumns, _ rows: Range<Int>, _ vanishing: Fr, to sum: inout [Fr]
    ) {
        let shape = key.table.shape
        var factor = challenges.y.power(UInt64(shape.identities.count))
        // (z - 1) L_0, where L_0 = (X^n - 1) / (n (X - 1)).
        var first = RowVector.shifted(point.positions[rows], by: -Fr.one)
        RowVector.invert(&first)
        RowVector.scale(&first, by: vanishing * key.transform.domain.inverseSize * factor)
        let start = RowVector.shifted(point.running[0][rows], by: -Fr.one)
        RowVector.addProducts(start[...], first[...], to: &sum)
        factor *= challenges.y
        RowVector.add(permutation(point, rows)[...], times: factor, to: &sum)
        if let programs, let place = shape.lookupSumIndex {
            factor *= challenges.y
            let lookup = lookup(programs, point, rows, step: point.step(place, rows))
            RowVector.add(lookup[...], times: factor, to: &sum)
        }
        if let place = shape.claimSumIndex {
            factor *= challenges.y
            var claims = [Fr](repeating: Fr.zero, count: rows.count)
            for (column, factors) in point.claimColumns.enumerated() where !factors.isEmpty {
                RowVector.addProducts(
                    point.source.advice[column][rows], factors[rows], to: &claims)
            }
            let step = RowVector.shifted(point.step(place, rows)[...], by: claim)
            RowVector.add(
                RowVector.difference(step[...], claims[...])[...], times: factor, to: &sum)
        }
    }

    /// z(wX) Π (a_j + β s_j + γ) - z Π (a_j + β 5^j X + γ).
    private func permutation(_ point: CosetColumns, _ rows: Range<Int>) -> [Fr] {
        let next = rows.lowerBound + 1..<rows.upperBound + 1
        var moved = Array(point.running[0][next])
        var placed = Array(point.running[0][rows])
        for (column, factor) in key.table.shape.columnFactors.enumerated() {
            let cells = RowVector.shifted(
                point.source.advice[column][rows], by: challenges.gamma)
            RowVector.multiply(
                &moved, byCells: cells, plus: challenges.beta,
                times: point.permutation[column][rows])
            RowVector.multiply(
                &placed, byCells: cells, plus: challenges.beta * factor,
                times: point.positions[rows])
        }
        return RowVector.difference(moved[...], placed[...])
    }

    /// step (α + T) Π (α + F_s) + m Π (α + F_s) - (α + T) Σ q_s Π_(s' ≠ s) (α + F_s').
    private func lookup(
        _ programs: LookupPrograms, _ point: CosetColumns, _ rows: Range<Int>, step: [Fr]
    ) -> [Fr] {
        func shifted(_ program: GateProgram) -> [Fr] {
            RowVector.shifted(point.source.values(program, rows)[...], by: challenges.alpha)
        }
        var product = [Fr](repeating: Fr.one, count: rows.count)
        var numerator = [Fr](repeating: Fr.zero, count: rows.count)
        for (program, selector) in zip(programs.slots, programs.selectors) {
            let input = shifted(program)
            RowVector.multiply(&numerator, by: input[...])
            RowVector.addProducts(
                point.source.fixed[selector][rows], product[...], to: &numerator)
            RowVector.multiply(&product, by: input[...])
        }
        // (step product - numerator) (α + T) + m product.
        var sum = [Fr](repeating: Fr.zero, count: rows.count)
        RowVector.addProducts(step[...], product[...], to: &sum)
        RowVector.subtract(numerator[...], from: &sum)
        RowVector.multiply(&sum, by: shifted(programs.table)[...])
        RowVector.addProducts(point.multiplicities[0][rows], product[...], to: &sum)
        return sum
    }
}

/// All columns on one coset.
private struct CosetColumns: Sendable {
    var source: ColumnSource
    var permutation: [[Fr]]
    var multiplicities: [[Fr]]
    var running: [[Fr]]
    var claimColumns: [[Fr]]
    /// X.
    var positions: [Fr]

    /// What running column `place` gains from these rows to the next.
    func step(_ place: Int, _ rows: Range<Int>) -> [Fr] {
        RowVector.difference(
            running[place][rows.lowerBound + 1..<rows.upperBound + 1], running[place][rows])
    }
}
