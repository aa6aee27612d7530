// The shape of a circuit's table: its columns, the identities that hold in every row, where values
// are looked up, and which cells are handed to another protocol. Specification: Documentation/
// plonk-native.md, sections 1 and 2. What a table holds beyond its shape is in ``CircuitTable``.
//
// Every value of these types is valid: limits hold, columns exist, identities say nothing about
// blinding rows.

import Fields

/// A cell of the prover's columns.
public struct TableCell: Hashable, Comparable, Sendable {
    /// The column.
    public var column: Int
    /// The row.
    public var row: Int

    /// The cell in `column` and `row`.
    public init(column: Int, row: Int) {
        self.column = column
        self.row = row
    }

    public static func < (left: TableCell, right: TableCell) -> Bool {
        (left.column, left.row) < (right.column, right.row)
    }
}

extension TableCell: CustomStringConvertible {
    public var description: String { "(column \(column), row \(row))" }
}

/// One place in a row where a tuple is looked up.
public struct LookupSlot: Equatable, Sendable {
    /// The fixed column that says, by 1 or 0, whether this row looks something up here.
    public var selector: Int
    /// What is looked up: sums of cells of this row, one for each column of the table.
    public var inputs: [GatePolynomial]

    /// A slot switched by fixed column `selector`.
    public init(selector: Int, inputs: [GatePolynomial]) {
        self.selector = selector
        self.inputs = inputs
    }
}

/// The table that values are looked up in, and the slots.
public struct LookupShape: Equatable, Sendable {
    /// The fixed columns whose rows are the tuples.
    public var table: [Int]
    /// The slots.
    public var slots: [LookupSlot]

    /// Lookups in the fixed columns `table`.
    public init(table: [Int], slots: [LookupSlot]) {
        self.table = table
        self.slots = slots
    }
}

/// The shape of a table.
public struct TableShape: Equatable, Sendable {
    /// log2 of the rows n.
    public let log2Rows: Int
    /// The prover's columns.
    public let adviceCount: Int
    /// The circuit's columns.
    public let fixedCount: Int
    /// The public signals: the first rows of the instance.
    public let publicCount: Int
    /// What is zero in every row.
    public let identities: [GatePolynomial]
    /// The lookups, if there are any.
    public let lookup: LookupShape?
    /// For each claim, the cells it sums; ascending.
    public let exposed: [[TableCell]]

    /// Rows at the bottom that are filled with random values.
    public static let blindingRows = 3
    /// What log2 of the rows can be.
    public static let log2RowsLimits = 3...24
    /// Columns the prover can have.
    public static let adviceLimits = 1...16
    /// Columns the circuit can have, at most.
    public static let maximumFixed = 64
    /// Identities there can be.
    public static let maximumIdentities = 128
    /// Products in one identity, or in one input of a lookup.
    public static let maximumProducts = 1024
    /// Pieces of the quotient: one less than the longest product of an identity.
    public static let maximumPieces = 8
    /// Columns a looked-up table can have.
    public static let maximumTableColumns = 8
    /// Slots in a row.
    public static let maximumSlots = 8
    /// Claims there can be.
    public static let maximumClaims = 64

    /// Makes a shape and checks it. Throws ``NativeError/malformedKey(_:)``.
    public init(
        log2Rows: Int, adviceCount: Int, fixedCount: Int, publicCount: Int,
        identities: [GatePolynomial], lookup: LookupShape? = nil, exposed: [[TableCell]] = []
    ) throws(NativeError) {
        self.log2Rows = log2Rows
        self.adviceCount = adviceCount
        self.fixedCount = fixedCount
        self.publicCount = publicCount
        self.identities = identities
        self.lookup = lookup
        self.exposed = exposed
        try checkLimits()
        for identity in identities { try check(identity) }
        if let lookup { try check(lookup) }
        try checkExposed()
        guard pieceCount <= TableShape.maximumPieces else {
            throw .malformedKey("its identities have too high a degree")
        }
    }

    /// Rows.
    public var rows: Int { 1 << log2Rows }

    /// Rows that are not blinding rows.
    public var usableRows: Int { rows - TableShape.blindingRows }

    /// The prover's columns that some identity asks for in the next row, ascending.
    public var nextColumns: [Int] {
        var isAsked = [Bool](repeating: false, count: adviceCount)
        for identity in identities {
            for product in identity.products {
                for factor in product.factors where factor.kind == .next {
                    isAsked[factor.column] = true
                }
            }
        }
        return (0..<adviceCount).filter { isAsked[$0] }
    }

    /// Whether fixed column `column` belongs to the table of lookups.
    public func isTable(_ column: Int) -> Bool { lookup?.table.contains(column) ?? false }

    /// Pieces of n coefficients that the quotient is cut into.
    public var pieceCount: Int { quotientDegree / rows + 1 }

    /// The degree the quotient can have. With n rows advice, fixed columns and the instance have
    /// degree n - 1; multiplicities, blinded by two coefficients, n + 1; running columns n + 2.
    private var quotientDegree: Int {
        let (column, running) = (rows - 1, rows + 2)
        // (z - 1) L_0, and the permutation.
        var degree = max(running + column, running + adviceCount * column)
        for identity in identities { degree = max(degree, identity.degree * column) }
        if let lookup {
            let slots = lookup.slots.count
            degree = max(degree, running + (slots + 1) * column, rows + 1 + slots * column)
        }
        if !exposed.isEmpty { degree = max(degree, 2 * column) }
        return degree - rows
    }
}

// MARK: Checks

extension TableShape {
    private func checkLimits() throws(NativeError) {
        guard TableShape.log2RowsLimits.contains(log2Rows) else {
            throw .malformedKey("it has 2^\(log2Rows) rows")
        }
        guard TableShape.adviceLimits.contains(adviceCount) else {
            throw .malformedKey("it has \(adviceCount) columns of the prover")
        }
        guard (0...TableShape.maximumFixed).contains(fixedCount) else {
            throw .malformedKey("it has \(fixedCount) fixed columns")
        }
        guard (0...usableRows).contains(publicCount) else {
            throw .malformedKey("\(publicCount) public signals do not fit its rows")
        }
        guard identities.count <= TableShape.maximumIdentities else {
            throw .malformedKey("it has \(identities.count) identities")
        }
    }

    private func check(_ identity: GatePolynomial) throws(NativeError) {
        guard identity.products.count <= TableShape.maximumProducts else {
            throw .malformedKey("an identity has \(identity.products.count) products")
        }
        for product in identity.products {
            guard product.factors.count <= TableShape.maximumPieces + 1 else {
                throw .malformedKey("a product has \(product.factors.count) factors")
            }
            for factor in product.factors { try check(factor) }
            let isSwitched = product.factors.contains {
                $0.kind == .instance || $0.kind == .fixed && !isTable($0.column)
            }
            guard isSwitched else {
                throw .malformedKey("an identity has a product that no fixed column switches off")
            }
        }
    }

    private func check(_ query: ColumnQuery) throws(NativeError) {
        let isThere =
            switch query.kind {
            case .fixed: (0..<fixedCount).contains(query.column)
            case .advice, .next: (0..<adviceCount).contains(query.column)
            case .instance: query.column == 0
            }
        guard isThere else { throw .malformedKey("an identity asks for a column it lacks") }
    }

    private func check(_ lookup: LookupShape) throws(NativeError) {
        guard (1...TableShape.maximumTableColumns).contains(lookup.table.count),
            lookup.table.allSatisfy({ (0..<fixedCount).contains($0) }),
            zip(lookup.table, lookup.table.dropFirst()).allSatisfy({ $0 < $1 })
        else { throw .malformedKey("the columns of its table are not fixed columns, ascending") }
        guard (1...TableShape.maximumSlots).contains(lookup.slots.count) else {
            throw .malformedKey("it has \(lookup.slots.count) slots")
        }
        for slot in lookup.slots {
            guard (0..<fixedCount).contains(slot.selector), !isTable(slot.selector) else {
                throw .malformedKey("a slot is not switched by a fixed column")
            }
            guard slot.inputs.count == lookup.table.count else {
                throw .malformedKey("a slot looks up tuples of another length")
            }
            for input in slot.inputs {
                guard input.degree <= 1, input.products.count <= TableShape.maximumProducts else {
                    throw .malformedKey("what a slot looks up is not linear")
                }
                for factor in input.products.flatMap(\.factors) {
                    try check(factor)
                    guard factor.kind == .advice || factor.kind == .fixed else {
                        throw .malformedKey("a slot looks up a cell of another row")
                    }
                }
            }
        }
    }

    private func checkExposed() throws(NativeError) {
        guard exposed.count <= TableShape.maximumClaims else {
            throw .malformedKey("it has \(exposed.count) claims")
        }
        for cells in exposed {
            for cell in cells {
                guard (0..<adviceCount).contains(cell.column),
                    (0..<usableRows).contains(cell.row)
                else { throw .malformedKey("a claim is about a cell \(cell) it lacks") }
            }
            guard zip(cells, cells.dropFirst()).allSatisfy({ $0 < $1 }) else {
                throw .malformedKey("the cells of a claim are not ascending")
            }
        }
    }
}
