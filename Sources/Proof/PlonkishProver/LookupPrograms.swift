// The tuples of lookups, compressed by powers of theta: one sum of columns for each slot and one
// for the table.

import Fields
import Plonkish

/// What is looked up, and where, as sums of columns.
struct LookupPrograms: Sendable {
    /// F_s.
    let slots: [GateProgram]
    /// T.
    let table: GateProgram
    /// The selectors q_s.
    let selectors: [Int]

    init(_ lookup: LookupShape, theta: Fr) {
        slots = lookup.slots.map { GateProgram($0.inputs, y: theta) }
        table = GateProgram(lookup.table.map { .fixed($0) }, y: theta)
        selectors = lookup.slots.map(\.selector)
    }

    /// How often each row of the table is looked up; of equal rows the first has all.
    func multiplicities(
        _ rows: ColumnSource, _ shape: TableShape, isChecking: Bool
    ) throws(NativeError) -> [Fr] {
        let all = 0..<shape.rows
        let entries = rows.values(table, all)
        var places: [Fr: Int] = [:]
        for (row, entry) in entries.enumerated() where places[entry] == nil { places[entry] = row }
        var counts = [UInt64](repeating: 0, count: shape.rows)
        for (index, slot) in slots.enumerated() {
            let inputs = rows.values(slot, all)
            let selector = rows.fixed[selectors[index]]
            for row in all where !selector[row].isZero {
                if let place = places[inputs[row]] {
                    counts[place] += 1
                } else if isChecking {
                    throw .notInTable(row: row, slot: index)
                }
            }
        }
        return counts.map { Fr($0) }
    }
}
