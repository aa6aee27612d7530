// Gates into rows. A sum of up to four wires is a row; a longer one hands what it has on to cell d
// of the next row, three more wires a row. A product is a row, with sums of its own where its
// factors are longer than a wire.

import Fields
import Plonkish

/// The rows of a circuit, as they come to be.
struct TableLayout {
    let circuit: Circuit
    private var rows: [TableRow] = []
    private var rowGates: [Int] = []
    private var additions: [LinearCombination] = []
    private var exposedCells: [[TableCell]] = []
    private var gate = -1

    init(_ circuit: Circuit) {
        self.circuit = circuit
        for wire in circuit.publicWires {
            append(.arithmetic([wire], sums: [Fr.one]))
        }
        for (index, gate) in circuit.gates.enumerated() {
            self.gate = index
            place(gate)
        }
        gate = -1
        for wires in circuit.exposed { expose(wires) }
    }

    private mutating func append(_ row: TableRow) {
        rows.append(row)
        rowGates.append(gate)
    }

    private mutating func place(_ gate: CircuitGate) {
        switch gate {
        case .zero(let sum):
            let (constant, terms) = sum.split
            placeSum(terms, constant: constant, carried: nil)
        case .product(let left, let right, let product): placeProduct(left, right, product)
        case .rows(let block):
            for row in block { append(row) }
        }
    }

    /// Rows that state: terms + constant + the wire `carried` in cell d is zero.
    private mutating func placeSum(
        _ terms: ArraySlice<LinearCombination.Term>, constant: Fr, carried: UInt32?
    ) {
        let room = carried == nil ? 4 : 3
        let here = terms.count <= room ? terms.count : 3
        var cells: [UInt32?] = terms.prefix(here).map(\.wire)
        var sums = terms.prefix(here).map(\.coefficient)
        if let carried {
            cells += [UInt32?](repeating: nil, count: 3 - here) + [carried]
            sums += [Fr](repeating: Fr.zero, count: 3 - here) + [Fr.one]
        }
        if here == terms.count {
            return append(.arithmetic(cells, sums: sums, constant: constant))
        }
        append(.arithmetic(cells, sums: sums, constant: constant, next: -Fr.one))
        // What is handed on is what the rest must cancel.
        let rest = terms.dropFirst(here)
        placeSum(rest, constant: Fr.zero, carried: addition(-LinearCombination(Array(rest))))
    }

    /// A wire for a sum, without a gate.
    private mutating func addition(_ sum: LinearCombination) -> UInt32 {
        additions.append(sum)
        return UInt32(circuit.wireCount + additions.count - 1)
    }

    /// One wire, and what it is multiplied by and added to, that a factor is; with rows for longer
    /// sums.
    private mutating func reduced(
        _ sum: LinearCombination
    ) -> (coefficient: Fr, wire: UInt32, constant: Fr) {
        let (constant, terms) = sum.split
        if terms.count == 1, let term = terms.first {
            return (term.coefficient, term.wire, constant)
        }
        let wire = addition(LinearCombination(Array(terms)))
        let whole = Array(terms) + [LinearCombination.Term(wire: wire, coefficient: -Fr.one)]
        placeSum(whole[...], constant: Fr.zero, carried: nil)
        return (Fr.one, wire, constant)
    }

    /// (ka a + ca)(kb b + cb) - product = 0, with up to two wires of the product in the row and the
    /// others below.
    private mutating func placeProduct(
        _ left: LinearCombination, _ right: LinearCombination, _ product: LinearCombination
    ) {
        let a = reduced(left)
        let b = reduced(right)
        let (constant, terms) = product.split
        let here = terms.count <= 2 ? terms.count : 1
        let cells: [UInt32?] = [a.wire, b.wire] + terms.prefix(here).map(\.wire)
        let sums =
            [a.coefficient * b.constant, a.constant * b.coefficient]
            + terms.prefix(here).map { -$0.coefficient }
        let rest = terms.dropFirst(here)
        append(
            .arithmetic(
                cells, product: a.coefficient * b.coefficient, sums: sums,
                constant: a.constant * b.constant - constant,
                next: rest.isEmpty ? Fr.zero : -Fr.one))
        if rest.isEmpty { return }
        let negated = rest.map {
            LinearCombination.Term(wire: $0.wire, coefficient: -$0.coefficient)
        }
        placeSum(
            negated[...], constant: Fr.zero, carried: addition(LinearCombination(Array(rest))))
    }

    /// Values column by column, so that the order of the cells is the order of the values.
    private mutating func expose(_ wires: [UInt32]) {
        let height = (wires.count + TableRow.cellCount - 1) / TableRow.cellCount
        let first = rows.count
        exposedCells.append(
            wires.indices.map { TableCell(column: $0 / height, row: first + $0 % height) })
        for row in 0..<height {
            append(
                TableRow(
                    cells: stride(from: row, to: wires.count, by: height).map { wires[$0] }))
        }
    }
}

extension TableLayout {
    /// The table of all rows.
    mutating func finish() throws(NativeError) -> NativeCircuit {
        let columns = FixedColumns(rows, circuit)
        var log2Rows = TableShape.log2RowsLimits.lowerBound
        let needed = max(rows.count, columns.tuples.count) + TableShape.blindingRows
        while 1 << log2Rows < needed { log2Rows += 1 }
        let shape = try TableShape(
            log2Rows: log2Rows, adviceCount: TableRow.cellCount, fixedCount: columns.count,
            publicCount: circuit.publicWires.count, identities: columns.identities(circuit),
            lookup: columns.lookup, exposed: exposedCells)
        let height = shape.rows
        var cells = [[UInt32]](
            repeating: [UInt32](repeating: UInt32.max, count: height), count: TableRow.cellCount)
        var places = [[TableCell]](
            repeating: [], count: circuit.wireCount + additions.count)
        for (row, content) in rows.enumerated() {
            for (column, wire) in content.cells.enumerated() {
                guard let wire else { continue }
                cells[column][row] = wire
                places[Int(wire)].append(TableCell(column: column, row: row))
            }
        }
        let table = try CircuitTable(
            shape: shape, fixed: columns.values(rows, height: height),
            equal: places.filter { $0.count > 1 })
        return NativeCircuit(
            table: table, cells: cells, additions: additions, rowGates: rowGates,
            publicWires: circuit.publicWires)
    }
}
