// Rows of the native profile, as a circuit states them: four cells that wires stand in, and what
// the row demands of them. A block is rows that stand below each other, so that a row may ask for
// the next.
//
//     arithmetic: p0 a b + p1 a + p2 b + p3 c + p4 d + p5 + p6 d(next) = 0
//
// A gate of its own is any polynomials in the cells, the next row's cells and the parameters p0 …
// p6.

public import Fields
public import Plonkish

/// A gate of a circuit's own: polynomials that are zero in every row that uses it. In them advice
/// columns 0 to 3 are the cells a to d, fixed columns 0 to 6 the row's parameters.
public struct CustomGate: Equatable, Sendable {
    /// The name, unique in a circuit.
    public var name: String
    /// What is zero.
    public var identities: [GatePolynomial]

    /// A gate called `name`.
    public init(name: String, identities: [GatePolynomial]) {
        self.name = name
        self.identities = identities
    }
}

/// A table that tuples of one to three values are looked up in.
public struct LookupTable: Equatable, Sendable {
    /// The name, unique in a circuit.
    public var name: String
    /// The tuples, all of one length.
    public var rows: [[Fr]]

    /// The table `rows`, at least one, all of one length from 1 to 3.
    public init(name: String, rows: [[Fr]]) {
        let width = rows.first?.count ?? 0
        precondition(
            (1...3).contains(width) && rows.allSatisfy { $0.count == width },
            "a table has tuples of one to three values")
        self.name = name
        self.rows = rows
    }

    /// Values in a tuple.
    public var width: Int { rows[0].count }
}

/// One row.
public struct TableRow: Equatable, Sendable {
    /// The wires in cells a, b, c, d; `nil` where none stands.
    public var cells: [UInt32?]
    /// The circuit's own gate that the row uses, by index; `nil` for arithmetic.
    public var gate: Int?
    /// p0 … p6.
    public var parameters: [Fr]
    /// Whether cells a, b, c are looked up in the table of ranges.
    public var ranges: [Bool]
    /// The table that (a, b, c), as far as its tuples go, is looked up in, by index.
    public var table: Int?

    /// Cells in a row.
    public static let cellCount = 4
    /// Parameters of a row.
    public static let parameterCount = 7

    /// A row; cells and parameters that are not given are none and zero.
    public init(
        cells: [UInt32?], gate: Int? = nil, parameters: [Fr] = [], ranges: [Bool] = [],
        table: Int? = nil
    ) {
        func filled<Value>(_ values: [Value], _ count: Int, _ filler: Value) -> [Value] {
            precondition(values.count <= count, "a row has four cells and seven parameters")
            return values + [Value](repeating: filler, count: count - values.count)
        }
        self.cells = filled(cells, TableRow.cellCount, nil)
        self.gate = gate
        self.parameters = filled(parameters, TableRow.parameterCount, Fr.zero)
        self.ranges = filled(ranges, 3, false)
        self.table = table
    }

    /// An arithmetic row: product a b + Σ sums cells + constant + next d(next) = 0.
    static func arithmetic(
        _ cells: [UInt32?], product: Fr = Fr.zero, sums: [Fr], constant: Fr = Fr.zero,
        next: Fr = Fr.zero, ranges: [Bool] = []
    ) -> TableRow {
        let padded = sums + [Fr](repeating: Fr.zero, count: cellCount - sums.count)
        return TableRow(
            cells: cells, parameters: [product] + padded + [constant, next], ranges: ranges)
    }

    /// What an arithmetic row demands: this is zero.
    static let arithmeticIdentity: GatePolynomial = {
        var sum: GatePolynomial =
            .fixed(0) * .advice(0) * .advice(1) + .fixed(5) + .fixed(6) * .next(3)
        for cell in 0..<cellCount { sum = sum + .fixed(1 + cell) * .advice(cell) }
        return sum
    }()
}
