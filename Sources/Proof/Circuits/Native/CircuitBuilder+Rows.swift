// What only the native profile has: rows of a circuit's own gates, tables to look values up in, and
// values that are handed to another protocol. In other profiles the builder refuses them.

import Fields
import Plonkish

extension CircuitBuilder {
    /// Whether rows and tables may be used.
    public var isNative: Bool { profile != .rankOne }

    /// Bits of the table of ranges; 0 when there is none.
    var rangeBits: Int {
        if case .native(let rangeBits) = profile { return rangeBits }
        return 0
    }

    /// The index of a gate; the same name is the same gate.
    public mutating func gate(_ gate: CustomGate) -> Int {
        if let index = customGates.firstIndex(where: { $0.name == gate.name }) {
            precondition(customGates[index] == gate, "a gate's name is unique")
            return index
        }
        for factor in gate.identities.flatMap(\.products).flatMap(\.factors) {
            let limit =
                factor.kind == .fixed ? TableRow.parameterCount : TableRow.cellCount
            precondition(
                factor.kind != .instance && factor.column < limit,
                "a gate asks for cells and parameters of its rows")
        }
        customGates.append(gate)
        return customGates.count - 1
    }

    /// The index of a table; the same name is the same table.
    public mutating func table(_ table: LookupTable) -> Int {
        if let index = tables.firstIndex(where: { $0.name == table.name }) {
            precondition(tables[index] == table, "a table's name is unique")
            return index
        }
        tables.append(table)
        return tables.count - 1
    }

    /// Adds rows that stand below each other. Every cell that a row's gate asks for must hold a
    /// wire.
    public mutating func add(rows: [TableRow]) {
        guard isNative else {
            return refuse(.notInProfile(feature: "a row of its own", place: label))
        }
        for (index, row) in rows.enumerated() {
            let identities =
                row.gate.map { customGates[$0].identities } ?? [TableRow.arithmeticIdentity]
            let next = index + 1 < rows.count ? rows[index + 1] : nil
            precondition(
                row.isFilled(identities, next), "every cell that a gate asks for is filled")
            precondition(
                zip(row.ranges, row.cells).allSatisfy { !$0 || $1 != nil },
                "a cell that is looked up is filled")
            precondition(row.table.map { tables.indices.contains($0) } ?? true, "a table is there")
        }
        add(.rows(rows))
    }

    /// The wire of `value`; a new one, and a gate, unless it is one already.
    public mutating func cell(_ value: LinearCombination) -> UInt32 {
        if let wire = value.singleWire { return wire }
        let wire = wires(1, .sum(value))
        add(.zero(value - LinearCombination(wire: wire)))
        return wire
    }

    /// States that `values` are a tuple of `table`. A row.
    public mutating func lookUp(_ values: [LinearCombination], in table: Int) {
        guard isNative else {
            return refuse(.notInProfile(feature: "a lookup", place: label))
        }
        precondition(values.count == tables[table].width, "a tuple has the table's length")
        labelled("lookup in '\(tables[table].name)'") { builder in
            let cells = values.map { builder.cell($0) }
            builder.add(rows: [TableRow(cells: cells, table: table)])
        }
    }

    /// The rest of the first tuple of `table` that starts with `key`. A row. The prover can take
    /// another tuple that starts so, if there is one.
    public mutating func lookUp(
        key: LinearCombination, in table: Int
    ) -> [LinearCombination] {
        guard isNative else {
            refuse(.notInProfile(feature: "a lookup", place: label))
            return []
        }
        let content = tables[table]
        let keys = TupleIndex([content.rows.map { $0[0] }])
        let width = content.width
        let found = advice(
            width - 1,
            .computed(inputs: [key]) { values in
                guard let row = keys.row(of: values) else {
                    return [Fr](repeating: Fr.zero, count: width - 1)
                }
                return Array(content.rows[row].dropFirst())
            })
        lookUp([key] + found, in: table)
        return found
    }

    /// Hands `values` to the protocol around the proof: it names a coefficient for each, and learns
    /// the sum. Add a random mask to the values, or the sums tell of them. A row for four values.
    public mutating func expose(_ values: [LinearCombination]) {
        guard isNative else {
            return refuse(.notInProfile(feature: "a claim", place: label))
        }
        exposed.append(labelled("claim") { builder in values.map { builder.cell($0) } })
    }

    /// States that `value` is below 2^count by looking its limbs up, three in a row.
    mutating func assertRangeByLookups(_ value: LinearCombination, bits count: Int) {
        let width = rangeBits
        let whole = cell(value)
        let limbCount = (count + width - 1) / width
        let rest = count - width * (limbCount - 1)
        if limbCount == 1 {
            if rest == width {
                add(rows: [TableRow(cells: [whole], ranges: [true])])
            } else {
                assertTopLimb(whole, bits: rest)
            }
            return
        }
        let limbs = wires(limbCount, .digits(value, width: width))
        var rows: [TableRow] = []
        var left = whole
        for first in stride(from: 0, to: limbCount, by: 3) {
            let here = min(3, limbCount - first)
            var sums = (0..<here).map { -Fr(2).power(UInt64(width * $0)) }
            sums += [Fr](repeating: Fr.zero, count: 3 - here) + [Fr.one]
            var cells: [UInt32?] = (0..<here).map { limbs + UInt32(first + $0) }
            cells += [UInt32?](repeating: nil, count: 3 - here) + [left]
            let isLast = first + here == limbCount
            rows.append(
                .arithmetic(
                    cells, sums: sums,
                    next: isLast ? Fr.zero : -Fr(2).power(UInt64(3 * width)),
                    ranges: [Bool](repeating: true, count: here)))
            if !isLast {
                let others = (first + 3..<limbCount).map {
                    LinearCombination(wire: limbs + UInt32($0))
                }
                left = wires(
                    1, .sum(.weighted(others, byPowersOf: Fr(2).power(UInt64(width)))))
            }
        }
        add(rows: rows)
        if rest < width { assertTopLimb(limbs + UInt32(limbCount - 1), bits: rest) }
    }

    /// States that `limb` is below 2^bits, for fewer bits than the table of ranges has: it and its
    /// multiple by 2^(width - bits) are both in the table.
    private mutating func assertTopLimb(_ limb: UInt32, bits: Int) {
        let factor = Fr(2).power(UInt64(rangeBits - bits))
        let shifted = wires(1, .sum(LinearCombination(wire: limb) * factor))
        add(rows: [.arithmetic([shifted, limb], sums: [Fr.one, -factor], ranges: [true, true])])
    }
}
