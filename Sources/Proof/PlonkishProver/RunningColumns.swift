// The columns z, φ and ψ, round 2 of Documentation/plonk-native.md: steps of all rows first, block
// by block, then one pass that adds or multiplies them up.

import Fields
import Parallel
import Plonkish
import Polynomials

/// Makes running columns in the rows of a table.
struct RunningColumns: Sendable {
    let key: NativeProvingKey
    let rows: ColumnSource
    let challenges: NativeChallenges
    let threads: Int

    /// z: the product of (a_j + β 5^j w^i + γ) / (a_j + β s_j + γ) over the rows before.
    func product() -> [Fr] {
        let shape = key.table.shape
        let roots = ScalarVectors(threads: threads).powers(
            of: key.transform.domain.root, from: Fr.one, count: shape.rows)
        let factors = shape.columnFactors.map { $0 * challenges.beta }
        let blocks = RowVector.blocks(of: shape.rows)
        let ratios = mapInParallel(blocks.count, threads: threads) { index in
            let block = blocks[index]
            var placed = [Fr](repeating: Fr.one, count: block.count)
            var moved = placed
            for column in 0..<shape.adviceCount {
                let cells = RowVector.shifted(rows.advice[column][block], by: challenges.gamma)
                RowVector.multiply(
                    &placed, byCells: cells, plus: factors[column], times: roots[block])
                RowVector.multiply(
                    &moved, byCells: cells, plus: challenges.beta,
                    times: key.permutation[column][block])
            }
            RowVector.invert(&moved)
            RowVector.multiply(&placed, by: moved[...])
            return placed
        }
        var column = ratios.flatMap { $0 }
        _ = ScalarVectors(threads: threads).replaceByProductsBefore(&column)
        return column
    }

    /// φ: the sum of Σ q_s / (α + F_s) - m / (α + T) over the rows before.
    func lookupSum(_ programs: LookupPrograms, _ multiplicities: [Fr]) -> [Fr] {
        let blocks = RowVector.blocks(of: key.table.shape.rows)
        let steps = mapInParallel(blocks.count, threads: threads) { index in
            let block = blocks[index]
            var steps = [Fr](repeating: Fr.zero, count: block.count)
            for (slot, selector) in zip(programs.slots, programs.selectors) {
                RowVector.addProducts(
                    rows.fixed[selector][block], inverses(slot, block)[...], to: &steps)
            }
            var entries = inverses(programs.table, block)
            RowVector.multiply(&entries, by: multiplicities[block])
            RowVector.subtract(entries[...], from: &steps)
            return steps
        }
        return summed(steps)
    }

    /// ψ: the sum of Σ a_j R_j - V over the rows before, where `columns` are the R_j.
    func claimSum(_ columns: [[Fr]], _ claim: Fr) -> [Fr] {
        let blocks = RowVector.blocks(of: key.table.shape.rows)
        let steps = mapInParallel(blocks.count, threads: threads) { index in
            var steps = [Fr](repeating: -claim, count: blocks[index].count)
            for (column, factors) in columns.enumerated() where !factors.isEmpty {
                RowVector.addProducts(
                    rows.advice[column][blocks[index]], factors[blocks[index]], to: &steps)
            }
            return steps
        }
        return summed(steps)
    }

    private func inverses(_ program: GateProgram, _ block: Range<Int>) -> [Fr] {
        var values = RowVector.shifted(rows.values(program, block)[...], by: challenges.alpha)
        RowVector.invert(&values)
        return values
    }

    private func summed(_ steps: [[Fr]]) -> [Fr] {
        var sum = Fr.zero
        var column: [Fr] = []
        column.reserveCapacity(key.table.shape.rows)
        for block in steps {
            for step in block {
                column.append(sum)
                sum += step
            }
        }
        return column
    }
}
