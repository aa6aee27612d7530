// Random tables that are satisfied: gates of sums and products and of fifth powers, copies, public
// signals, and as asked for lookups of squares and exposed cells. All follow from a seed.

import Fields
import Plonkish
import TestSupport
import Testing

/// What a sample has.
struct SampleFeatures: Sendable, CustomTestStringConvertible {
    var log2Rows = 5
    var publicCount = 2
    var hasLookups = false
    var hasClaims = false
    var hasFifthPowers = false

    var testDescription: String {
        "2^\(log2Rows) rows, \(publicCount) public" + (hasLookups ? ", lookups" : "")
            + (hasClaims ? ", claims" : "") + (hasFifthPowers ? ", fifth powers" : "")
    }

    /// All combinations for small tables.
    static let all: [SampleFeatures] = (0..<8).map { bits in
        SampleFeatures(
            log2Rows: 4 + bits % 2, publicCount: bits % 4, hasLookups: bits & 1 != 0,
            hasClaims: bits & 2 != 0, hasFifthPowers: bits & 4 != 0)
    }

    /// Everything at once.
    static let full = SampleFeatures(hasLookups: true, hasClaims: true, hasFifthPowers: true)
}

/// A circuit with columns that satisfy it.
struct TableSample: Sendable {
    var table: CircuitTable
    var advice: [[Fr]]
    var publicSignals: [Fr]
    /// For each exposed cell, how its coefficient follows from λ: times this.
    var coefficients: [[Fr]]

    /// The coefficients of claims.
    func coefficients(_ lambda: Fr) -> [[Fr]] {
        coefficients.map { $0.map { $0 * lambda } }
    }
}

/// The fixed columns of samples.
enum SampleColumn {
    static let product = 0
    static let sums = 1..<5
    static let constant = 5
    static let next = 6
    static let fifthPower = 7
    static let squares = 8
    static let small = 9
    static let tag = 10
    static let tableNumber = 11
    static let tableSquare = 12
}

extension TableSample {
    /// Makes the sample of `seed`.
    init(_ features: SampleFeatures, seed: UInt64) throws {
        var maker = SampleMaker(features, seed: seed)
        self = try maker.make()
    }
}

private struct SampleMaker {
    let features: SampleFeatures
    var generator: SeededGenerator
    var shape: TableShape?
    var fixed: [[Fr]] = []
    var advice: [[Fr]] = []
    var equal: [[TableCell]] = []
    /// Cells that later rows may copy.
    var sources: [TableCell] = []

    init(_ features: SampleFeatures, seed: UInt64) {
        self.features = features
        generator = SeededGenerator(seed: seed)
    }

    mutating func scalar() -> Fr { Fr(generator.next()) * Fr(generator.next()) }

    mutating func make() throws -> TableSample {
        let rows = 1 << features.log2Rows
        let usable = rows - TableShape.blindingRows
        fixed = [[Fr]](repeating: [Fr](repeating: Fr.zero, count: rows), count: 13)
        advice = [[Fr]](repeating: [Fr](repeating: Fr.zero, count: rows), count: 4)
        for row in 0..<rows where features.hasLookups {
            fixed[SampleColumn.tag][row] = Fr(7)
            fixed[SampleColumn.tableNumber][row] = Fr(UInt64(row / 2))
            fixed[SampleColumn.tableSquare][row] = Fr(UInt64(row / 2)).squared()
        }
        // From the bottom, so that a row may ask for the one below.
        for row in (0..<usable).reversed() { fill(row, isLast: row == usable - 1) }
        let shape = try shape(usable)
        let publicSignals = (0..<features.publicCount).map { advice[0][$0] }
        return TableSample(
            table: try CircuitTable(shape: shape, fixed: fixed, equal: equal), advice: advice,
            publicSignals: publicSignals,
            coefficients: shape.exposed.map { cells in cells.map { _ in scalar() } })
    }

    mutating func fill(_ row: Int, isLast: Bool) {
        for column in 0..<3 { advice[column][row] = scalar() }
        if row < features.publicCount {
            fixed[SampleColumn.sums.lowerBound][row] = Fr.one
            advice[3][row] = scalar()
            return copy(row, columns: 0..<4)
        }
        if features.hasFifthPowers, generator.isOne(in: 3) {
            fixed[SampleColumn.fifthPower][row] = Fr.one
            copy(row, columns: 0..<1)
            advice[1][row] = advice[0][row].power(5)
            advice[3][row] = scalar()
            return
        }
        if features.hasLookups, generator.isOne(in: 2) {
            let number = Fr(UInt64(generator.int(in: 0..<4)))
            advice[0][row] = number
            advice[1][row] = number.squared()
            fixed[SampleColumn.squares][row] = Fr.one
            if generator.isOne(in: 2) {
                fixed[SampleColumn.small][row] = Fr.one
            }
        } else {
            copy(row, columns: 0..<3)
        }
        // d = qm a b + qa a + qb b + qc c + qk + qn d(next).
        var value = Fr.zero
        let (a, b) = (advice[0][row], advice[1][row])
        for (column, cell) in [(SampleColumn.product, a * b), (SampleColumn.constant, Fr.one)] {
            fixed[column][row] = scalar()
            value += fixed[column][row] * cell
        }
        for (column, selector) in SampleColumn.sums.prefix(3).enumerated() {
            fixed[selector][row] = scalar()
            value += fixed[selector][row] * advice[column][row]
        }
        if !isLast, generator.isOne(in: 2) {
            fixed[SampleColumn.next][row] = scalar()
            value += fixed[SampleColumn.next][row] * advice[3][row + 1]
        }
        fixed[4][row] = -Fr.one
        advice[3][row] = value
        sources.append(TableCell(column: 3, row: row))
    }

    /// Makes some cells of the row copies of cells below.
    mutating func copy(_ row: Int, columns: Range<Int>) {
        for column in columns where !sources.isEmpty && generator.isOne(in: 2) {
            let place = generator.int(in: 0..<sources.count)
            let source = sources[place]
            let cell = TableCell(column: column, row: row)
            advice[column][row] = advice[source.column][source.row]
            if let index = equal.firstIndex(where: { $0.contains(source) }) {
                equal[index].append(cell)
            } else {
                equal.append([source, cell])
            }
        }
    }

    mutating func shape(_ usable: Int) throws -> TableShape {
        var arithmetic: GatePolynomial =
            .fixed(SampleColumn.product) * .advice(0) * .advice(1) + .fixed(SampleColumn.constant)
            + .fixed(SampleColumn.next) * .next(3) - .instance
        for (column, selector) in SampleColumn.sums.enumerated() {
            arithmetic = arithmetic + .fixed(selector) * .advice(column)
        }
        var identities = [arithmetic]
        if features.hasFifthPowers {
            identities.append(
                .fixed(SampleColumn.fifthPower)
                    * (GatePolynomial.advice(0).power(5) - .advice(1)))
        }
        let lookup = LookupShape(
            table: [SampleColumn.tag, SampleColumn.tableNumber, SampleColumn.tableSquare],
            slots: [
                LookupSlot(
                    selector: SampleColumn.squares, inputs: [7, .advice(0), .advice(1)]),
                // Fixed columns may be looked up as well.
                LookupSlot(
                    selector: SampleColumn.small,
                    inputs: [
                        7, .fixed(SampleColumn.tableNumber), .fixed(SampleColumn.tableSquare),
                    ]),
            ])
        var exposed: [[TableCell]] = []
        if features.hasClaims {
            for _ in 0..<2 {
                var cells: Set<TableCell> = []
                for _ in 0..<5 {
                    cells.insert(
                        TableCell(
                            column: generator.int(in: 0..<4), row: generator.int(in: 0..<usable)))
                }
                exposed.append(cells.sorted())
            }
        }
        return try TableShape(
            log2Rows: features.log2Rows, adviceCount: 4, fixedCount: 13,
            publicCount: features.publicCount, identities: identities,
            lookup: features.hasLookups ? lookup : nil, exposed: exposed)
    }
}
