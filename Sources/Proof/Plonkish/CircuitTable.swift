// A circuit as the native profile proves it: the shape of its table, the values of the fixed
// columns, and which of the prover's cells are equal. Equal cells form cycles of a permutation;
// where a cell is equal to no other, it maps to itself.

public import Fields

/// A circuit in rows and columns.
public struct CircuitTable: Equatable, Sendable {
    /// The shape.
    public let shape: TableShape
    /// The fixed columns, each with a value for every row.
    public let fixed: [[Fr]]
    /// For each cell, at index column · rows + row, the index of the cell it maps to.
    public let permutation: [UInt32]

    /// Makes a circuit and checks it. `equal` are sets of cells that have one value; no cell is in
    /// two of them.
    ///
    /// - Throws: ``NativeError/wrongColumns(_:)``.
    public init(
        shape: TableShape, fixed: [[Fr]], equal: [[TableCell]]
    ) throws(NativeError) {
        guard fixed.count == shape.fixedCount,
            fixed.allSatisfy({ $0.count == shape.rows })
        else { throw .wrongColumns("there are \(fixed.count) fixed ones, or they have other rows") }
        self.shape = shape
        self.fixed = fixed
        permutation = try CircuitTable.permutation(shape, equal)
        try checkBlindingRows()
        try checkSelectors()
    }

    private static func permutation(
        _ shape: TableShape, _ equal: [[TableCell]]
    ) throws(NativeError) -> [UInt32] {
        let rows = shape.rows
        var images = (0..<UInt32(shape.adviceCount * rows)).map { $0 }
        var isPlaced = [Bool](repeating: false, count: images.count)
        for cells in equal {
            for (cell, image) in zip(cells, cells.dropFirst() + cells.prefix(1)) {
                guard (0..<shape.adviceCount).contains(cell.column),
                    (0..<shape.usableRows).contains(cell.row)
                else { throw .wrongColumns("cell \(cell) cannot be equal to another") }
                let index = cell.column * rows + cell.row
                guard !isPlaced[index] else {
                    throw .wrongColumns("cell \(cell) is in two sets of equal cells")
                }
                isPlaced[index] = true
                images[index] = UInt32(image.column * rows + image.row)
            }
        }
        return images
    }

    /// Identities say nothing about blinding rows: fixed columns are zero there, and where one asks
    /// for the next row it is switched off in the row above them.
    private func checkBlindingRows() throws(NativeError) {
        for (column, values) in fixed.enumerated() where !shape.isTable(column) {
            guard values[shape.usableRows...].allSatisfy(\.isZero) else {
                throw .wrongColumns("fixed column \(column) is not zero in the blinding rows")
            }
        }
        let last = shape.usableRows - 1
        for (index, identity) in shape.identities.enumerated() {
            for product in identity.products {
                guard product.factors.contains(where: { $0.kind == .next }) else { continue }
                let isOn = product.factors.allSatisfy { factor in
                    switch factor.kind {
                    case .fixed: !fixed[factor.column][last].isZero
                    case .instance: last < shape.publicCount
                    case .advice, .next: true
                    }
                }
                guard !isOn else {
                    throw .wrongColumns("identity \(index) asks for a blinding row")
                }
            }
        }
    }

    private func checkSelectors() throws(NativeError) {
        for slot in shape.lookup?.slots ?? [] {
            guard fixed[slot.selector].allSatisfy({ $0.isZero || $0 == Fr.one }) else {
                throw .wrongColumns("fixed column \(slot.selector) is no switch of lookups")
            }
        }
    }
}

// MARK: Checking without proving

extension CircuitTable {
    /// Checks that the prover's columns, each with a value for every row, satisfy the circuit. What
    /// stands in blinding rows is not looked at.
    ///
    /// - Throws: the first thing that fails.
    public func check(advice: [[Fr]], publicSignals: [Fr]) throws(NativeError) {
        try checkCounts(advice, publicSignals)
        for (index, image) in permutation.enumerated() {
            let (cell, other) = (self.cell(index), self.cell(Int(image)))
            guard advice[cell.column][cell.row] == advice[other.column][other.row] else {
                throw .unequalCells(cell, other)
            }
        }
        for row in 0..<shape.usableRows {
            for (index, identity) in shape.identities.enumerated() {
                let value = identity.value { self.value($0, row, advice, publicSignals) }
                guard value.isZero else { throw .unsatisfiedRow(row: row, identity: index) }
            }
        }
        try checkLookups(advice, publicSignals)
    }

    /// Checks that there are as many columns, rows and public signals as the shape says.
    public func checkCounts(_ advice: [[Fr]], _ publicSignals: [Fr]) throws(NativeError) {
        guard publicSignals.count == shape.publicCount else {
            throw .wrongPublicCount(expected: shape.publicCount, actual: publicSignals.count)
        }
        guard advice.count == shape.adviceCount,
            advice.allSatisfy({ $0.count == shape.rows })
        else { throw .wrongColumns("there are \(advice.count), or they have other rows") }
    }

    /// The cell of an index of the permutation.
    public func cell(_ index: Int) -> TableCell {
        TableCell(column: index >> shape.log2Rows, row: index & (shape.rows - 1))
    }

    /// The value of what an identity asks for in row `row`, which is not the last.
    public func value(
        _ query: ColumnQuery, _ row: Int, _ advice: [[Fr]], _ publicSignals: [Fr]
    ) -> Fr {
        switch query.kind {
        case .fixed: fixed[query.column][row]
        case .advice: advice[query.column][row]
        case .next: advice[query.column][row + 1]
        case .instance: row < publicSignals.count ? publicSignals[row] : Fr.zero
        }
    }

    private func checkLookups(_ advice: [[Fr]], _ publicSignals: [Fr]) throws(NativeError) {
        guard let lookup = shape.lookup else { return }
        let table = TupleIndex(lookup.table.map { fixed[$0] })
        for row in 0..<shape.usableRows {
            for (index, slot) in lookup.slots.enumerated() where !fixed[slot.selector][row].isZero {
                let tuple = slot.inputs.map { input in
                    input.value { value($0, row, advice, publicSignals) }
                }
                guard table.row(of: tuple) != nil else {
                    throw .notInTable(row: row, slot: index)
                }
            }
        }
    }
}
