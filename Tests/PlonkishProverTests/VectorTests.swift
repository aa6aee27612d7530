// Vectors beside their definitions: programs of gates, cosets, pieces.

import Fields
import Plonkish
import Polynomials
import TestSupport
import Testing

@testable import PlonkishProver

@Suite struct VectorTests {
    private func random(_ generator: inout SeededGenerator) -> GatePolynomial {
        var products: [GateProduct] = []
        for _ in 0..<generator.int(in: 1...6) {
            var product: GatePolynomial = 1
            for _ in 0..<generator.int(in: 0...5) {
                product =
                    switch generator.int(in: 0..<4) {
                    case 0: product * .fixed(generator.int(in: 0..<2))
                    case 1: product * .advice(generator.int(in: 0..<2))
                    case 2: product * .next(generator.int(in: 0..<2))
                    default: product * .instance
                    }
            }
            products += (product * Fr(generator.next())).products
        }
        return GatePolynomial(products)
    }

    @Test func programsAreSumsOfTheirIdentities() {
        var generator = SeededGenerator(seed: 70)
        func column(_ count: Int) -> [Fr] { (0..<count).map { _ in Fr(generator.next()) } }
        let source = ColumnSource(
            fixed: [column(16), column(16)], advice: [column(17), column(17)], instance: column(16))
        for _ in 0..<50 {
            let polynomials = (0..<generator.int(in: 1...4)).map { _ in random(&generator) }
            let y = Fr(generator.next())
            let program = GateProgram(polynomials, y: y)
            for rows in [0..<16, 3..<9, 15..<16] {
                let expected = rows.map { row in
                    polynomials.reversed().reduce(Fr.zero) { sum, polynomial in
                        sum * y
                            + polynomial.value { query in
                                let slice = source.slice(query, row..<row + 1)
                                return slice[slice.startIndex]
                            }
                    }
                }
                #expect(source.values(program, rows) == expected)
            }
        }
    }

    @Test(arguments: 1...8) func cosetsGiveThePieces(pieces: Int) throws {
        var generator = SeededGenerator(seed: 71)
        let identity: GatePolynomial = .fixed(0) * GatePolynomial.advice(0).power(pieces)
        let shape = try TableShape(
            log2Rows: 4, adviceCount: 1, fixedCount: 1, publicCount: 0, identities: [identity])
        let transform = try #require(NumberTheoreticTransform(log2Size: 4))
        let shifts = QuotientDomain.shifts(shape)
        #expect(shifts.count == shape.pieceCount)
        #expect(shape.pieceCount == max(pieces, 2))
        let expected = shifts.map { _ in (0..<16).map { _ in Fr(generator.next()) } }
        let onCosets = shifts.map { shift in
            var values = (0..<16).map { row in
                Polynomial.value(
                    of: Array(expected.joined()),
                    at: shift * transform.domain.root.power(UInt64(row)))
            }
            transform.interpolate(&values, onCosetOf: shift)
            return values
        }
        #expect(QuotientDomain.pieces(onCosets, shifts: shifts, log2Rows: 4) == expected)
        // No coset meets the rows, and no two each other.
        let raised = shifts.map { transform.domain.raised($0) }
        #expect(!raised.contains(Fr.one))
        for (index, power) in raised.enumerated() {
            #expect(!raised[..<index].contains(power))
        }
    }

    @Test func inverseMatricesInterpolate() {
        let points = [2, 3, 5, 7, 11].map { Fr(UInt64($0)) }
        let coefficients = [9, 0, 4, 1, 6].map { Fr(UInt64($0)) }
        let values = points.map { Polynomial.value(of: coefficients, at: $0) }
        let inverse = QuotientDomain.vandermondeInverse(points)
        let found = inverse.map { row in zip(row, values).reduce(Fr.zero) { $0 + $1.0 * $1.1 } }
        #expect(found == coefficients)
    }
}
