// Which fixed columns a circuit's rows need, and what stands in them. Columns that no row needs are
// not there, nor their values in the proof.

import Fields
import Plonkish

/// The fixed columns of a circuit.
struct FixedColumns {
    /// The gates of the circuit's own that rows use, ascending.
    private let gates: [Int]
    private let gateSelectors: Range<Int>
    private let arithmeticSelector: Int?
    /// The cells that ranges are looked up in, ascending.
    private let rangeCells: [Int]
    private let rangeSelectors: Range<Int>
    private let usesTuples: Bool
    private let tupleSelector: Int
    private let tableColumns: Range<Int>
    /// The looked-up tuples.
    let tuples: [[Fr]]
    /// Columns in all.
    let count: Int

    init(_ rows: [TableRow], _ circuit: Circuit) {
        gates = circuit.customGates.indices.filter { index in
            rows.contains { $0.gate == index }
        }
        rangeCells = (0..<3).filter { cell in rows.contains { $0.ranges[cell] } }
        let usedTables = circuit.tables.indices.filter { index in
            rows.contains { $0.table == index }
        }
        usesTuples = !usedTables.isEmpty
        var next = TableRow.parameterCount
        func take(_ count: Int) -> Range<Int> {
            next += count
            return next - count..<next
        }
        arithmeticSelector = gates.isEmpty ? nil : take(1).lowerBound
        gateSelectors = take(gates.count)
        rangeSelectors = take(rangeCells.count)
        tupleSelector = take(usesTuples ? 2 : 0).lowerBound
        // Tuples of ranges: (v), or with tables (0, v, 0, …).
        let width = usedTables.reduce(0) { max($0, circuit.tables[$1].width) }
        var tuples: [[Fr]] = []
        if !rangeCells.isEmpty {
            for value in 0..<UInt64(1) << UInt64(circuit.rangeBits) {
                tuples.append(
                    usesTuples
                        ? FixedColumns.padded([Fr.zero, Fr(value)], width + 1) : [Fr(value)])
            }
        }
        for index in usedTables {
            for row in circuit.tables[index].rows {
                tuples.append(FixedColumns.padded([Fr(UInt64(index + 1))] + row, width + 1))
            }
        }
        self.tuples = tuples
        tableColumns = take(usesTuples ? width + 1 : rangeCells.isEmpty ? 0 : 1)
        count = next
    }

    private static func padded(_ values: [Fr], _ count: Int) -> [Fr] {
        values + [Fr](repeating: Fr.zero, count: count - values.count)
    }

    /// What holds in every row.
    func identities(_ circuit: Circuit) -> [GatePolynomial] {
        var arithmetic = TableRow.arithmeticIdentity
        if let arithmeticSelector { arithmetic = .fixed(arithmeticSelector) * arithmetic }
        var identities = [arithmetic - .instance]
        for (gate, selector) in zip(gates, gateSelectors) {
            identities += circuit.customGates[gate].identities.map { .fixed(selector) * $0 }
        }
        return identities
    }

    /// The slots: a, b, c for ranges, then the tuple.
    var lookup: LookupShape? {
        if tableColumns.isEmpty { return nil }
        var slots = zip(rangeCells, rangeSelectors).map { cell, selector in
            var inputs: [GatePolynomial] = usesTuples ? [0, .advice(cell)] : [.advice(cell)]
            while inputs.count < tableColumns.count { inputs.append(0) }
            return LookupSlot(selector: selector, inputs: inputs)
        }
        if usesTuples {
            let cells = (0..<tableColumns.count - 1).map { GatePolynomial.advice($0) }
            slots.append(
                LookupSlot(selector: tupleSelector, inputs: [.fixed(tupleSelector + 1)] + cells))
        }
        return LookupShape(table: Array(tableColumns), slots: slots)
    }

    /// The columns, `height` values each.
    func values(_ rows: [TableRow], height: Int) -> [[Fr]] {
        var columns = [[Fr]](
            repeating: [Fr](repeating: Fr.zero, count: height), count: count)
        for (index, row) in rows.enumerated() {
            for (place, value) in row.parameters.enumerated() { columns[place][index] = value }
            if let gate = row.gate, let place = gates.firstIndex(of: gate) {
                columns[gateSelectors.lowerBound + place][index] = Fr.one
            } else if let arithmeticSelector {
                columns[arithmeticSelector][index] = Fr.one
            }
            for (cell, selector) in zip(rangeCells, rangeSelectors) where row.ranges[cell] {
                columns[selector][index] = Fr.one
            }
            if let table = row.table {
                columns[tupleSelector][index] = Fr.one
                columns[tupleSelector + 1][index] = Fr(UInt64(table + 1))
            }
        }
        // Below the last tuple it is repeated, so that no other is added.
        for (place, column) in tableColumns.enumerated() {
            for row in 0..<height {
                columns[column][row] = tuples[min(row, tuples.count - 1)][place]
            }
        }
        return columns
    }
}
