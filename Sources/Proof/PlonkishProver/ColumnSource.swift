// The columns of a table in one place of evaluation: the rows themselves, or a coset. Columns of
// which the next row is asked for carry their first value once more at the end.

import Fields
import Plonkish

/// Values of columns, row by row.
struct ColumnSource: Sendable {
    /// f_i.
    var fixed: [[Fr]]
    /// a_j, with one value more.
    var advice: [[Fr]]
    /// p.
    var instance: [Fr]

    /// What `query` asks for in the rows `rows`.
    func slice(_ query: ColumnQuery, _ rows: Range<Int>) -> ArraySlice<Fr> {
        switch query.kind {
        case .fixed: fixed[query.column][rows]
        case .advice: advice[query.column][rows]
        case .next: advice[query.column][rows.lowerBound + 1..<rows.upperBound + 1]
        case .instance: instance[rows]
        }
    }

    /// The sum of `program` in the rows `rows`.
    func values(_ program: GateProgram, _ rows: Range<Int>) -> [Fr] {
        program.values(count: rows.count) { slice($0, rows) }
    }
}
