// Shapes and tables: degrees by hand, and everything that makes no sense refused.

import Fields
import Plonkish
import Testing

@Suite struct TableShapeTests {
    private func shape(
        log2Rows: Int = 4, advice: Int = 4, fixed: Int = 3, publicCount: Int = 1,
        identities: [GatePolynomial] = [.fixed(0) * .advice(0)], lookup: LookupShape? = nil,
        exposed: [[TableCell]] = []
    ) throws(NativeError) -> TableShape {
        try TableShape(
            log2Rows: log2Rows, adviceCount: advice, fixedCount: fixed, publicCount: publicCount,
            identities: identities, lookup: lookup, exposed: exposed)
    }

    @Test func piecesFollowFromDegrees() throws {
        // Four columns: the permutation has degree 5, the quotient 4 pieces.
        #expect(try shape().pieceCount == 4)
        #expect(try shape(advice: 3).pieceCount == 3)
        // Two columns and less: three coefficients of blinding spill over.
        #expect(try shape(advice: 2).pieceCount == 3)
        #expect(try shape(advice: 1).pieceCount == 2)
        let fifth = GatePolynomial.fixed(0) * GatePolynomial.advice(0).power(5)
        #expect(try shape(identities: [fifth]).pieceCount == 5)
        for (slots, pieces) in [(1, 4), (3, 4), (4, 5), (7, 8)] {
            let slot = LookupSlot(selector: 0, inputs: [.advice(0)])
            let lookup = LookupShape(
                table: [2], slots: [LookupSlot](repeating: slot, count: slots))
            #expect(try shape(lookup: lookup).pieceCount == pieces)
        }
    }

    @Test func columnsOfTheNextRowAreListed() throws {
        let shape = try shape(identities: [.fixed(0) * .next(3), .fixed(1) * .next(1) * .next(3)])
        #expect(shape.nextColumns == [1, 3])
        #expect(shape.openedNext == [.advice(1), .advice(3), .running(0)])
        #expect(shape.openings.count == 4 + 3 + 4 + 1 + 3)
    }

    @Test func rejectsWhatMakesNoSense() {
        func refused(_ reason: String, _ body: () throws -> Void) {
            #expect(throws: NativeError.malformedKey(reason), performing: body)
        }
        refused("it has 2^2 rows") { _ = try shape(log2Rows: 2) }
        refused("it has 2^25 rows") { _ = try shape(log2Rows: 25) }
        refused("it has 0 columns of the prover") { _ = try shape(advice: 0) }
        refused("it has 17 columns of the prover") { _ = try shape(advice: 17) }
        refused("it has 65 fixed columns") { _ = try shape(fixed: 65) }
        refused("14 public signals do not fit its rows") { _ = try shape(publicCount: 14) }
        let unswitched = "an identity has a product that no fixed column switches off"
        refused(unswitched) { _ = try shape(identities: [.advice(0)]) }
        refused(unswitched) { _ = try shape(identities: [.fixed(0) * .advice(0) + 1]) }
        let missing = "an identity asks for a column it lacks"
        refused(missing) { _ = try shape(identities: [.fixed(3)]) }
        refused(missing) { _ = try shape(identities: [.fixed(0) * .next(4)]) }
        refused("a product has 10 factors") {
            _ = try shape(identities: [.fixed(0) * GatePolynomial.advice(0).power(9)])
        }
        refused("its identities have too high a degree") {
            _ = try shape(advice: 9)
        }
        let slot = LookupSlot(selector: 0, inputs: [.advice(0)])
        refused("the columns of its table are not fixed columns, ascending") {
            _ = try shape(lookup: LookupShape(table: [3], slots: [slot]))
        }
        refused("the columns of its table are not fixed columns, ascending") {
            _ = try shape(lookup: LookupShape(table: [2, 1], slots: [slot]))
        }
        refused("it has 0 slots") { _ = try shape(lookup: LookupShape(table: [2], slots: [])) }
        refused("a slot is not switched by a fixed column") {
            _ = try shape(
                lookup: LookupShape(
                    table: [2], slots: [LookupSlot(selector: 2, inputs: [.advice(0)])]))
        }
        refused("a slot looks up tuples of another length") {
            _ = try shape(
                lookup: LookupShape(table: [2], slots: [LookupSlot(selector: 0, inputs: [])]))
        }
        refused("what a slot looks up is not linear") {
            _ = try shape(
                lookup: LookupShape(
                    table: [2],
                    slots: [LookupSlot(selector: 0, inputs: [.advice(0) * .advice(1)])]))
        }
        refused("a slot looks up a cell of another row") {
            _ = try shape(
                lookup: LookupShape(
                    table: [2], slots: [LookupSlot(selector: 0, inputs: [.next(0)])]))
        }
        // A column of the table switches nothing off: it is not zero in blinding rows.
        refused(unswitched) {
            _ = try shape(
                identities: [.fixed(2) * .advice(0)],
                lookup: LookupShape(table: [2], slots: [slot]))
        }
        let cell = TableCell(column: 0, row: 3)
        refused("the cells of a claim are not ascending") {
            _ = try shape(exposed: [[cell, cell]])
        }
        refused("a claim is about a cell (column 0, row 13) it lacks") {
            _ = try shape(exposed: [[TableCell(column: 0, row: 13)]])
        }
    }

    @Test func tablesMustFitTheirShape() throws {
        let shape = try shape(
            fixed: 2, publicCount: 0, identities: [.fixed(0) * .next(0), .fixed(1) * .advice(1)])
        let zeros = [Fr](repeating: Fr.zero, count: 16)
        func table(_ fixed: [[Fr]], _ equal: [[TableCell]] = []) throws {
            _ = try CircuitTable(shape: shape, fixed: fixed, equal: equal)
        }
        try table([zeros, zeros])
        var column = zeros
        column[12] = Fr.one
        try table([zeros, column])
        #expect(throws: NativeError.wrongColumns("identity 0 asks for a blinding row")) {
            try table([column, zeros])
        }
        column[13] = Fr.one
        #expect(
            throws: NativeError.wrongColumns("fixed column 1 is not zero in the blinding rows")
        ) { try table([zeros, column]) }
        #expect(throws: NativeError.self) { try table([zeros]) }
        #expect(throws: NativeError.self) { try table([zeros, Array(zeros.dropLast())]) }
        let cell = TableCell(column: 0, row: 0)
        #expect(throws: NativeError.self) {
            try table([zeros, zeros], [[cell, TableCell(column: 1, row: 13)]])
        }
        #expect(throws: NativeError.self) {
            try table([zeros, zeros], [[cell], [cell, TableCell(column: 1, row: 1)]])
        }
    }

    @Test func tuplesAreFoundInTheirFirstRow() {
        let columns = [[3, 1, 3, 2, 1], [0, 5, 0, 5, 6]].map { $0.map { Fr(UInt64($0)) } }
        let index = TupleIndex(columns)
        #expect(index.row(of: [Fr(3), Fr(0)]) == 0)
        #expect(index.row(of: [Fr(1), Fr(6)]) == 4)
        #expect(index.row(of: [Fr(1), Fr(5)]) == 1)
        #expect(index.row(of: [Fr(1), Fr(0)]) == nil)
        #expect(index.row(of: [Fr(9), Fr(0)]) == nil)
    }

    @Test func errorsHaveStableNumbers() {
        let cell = TableCell(column: 0, row: 0)
        let errors: [NativeError] = [
            .wrongProofLength(expected: 0, actual: 1), .pointNotCanonical(""), .pointOffCurve(""),
            .scalarNotCanonical(""), .wrongPublicCount(expected: 0, actual: 1),
            .proofDoesNotHold, .malformedKey(""), .challengeInDomain, .wrongCoefficients(""),
            .wrongColumns(""), .unsatisfiedRow(row: 0, identity: 0), .unequalCells(cell, cell),
            .notInTable(row: 0, slot: 0), .tooFewPowers(needed: 1, available: 0),
        ]
        #expect(errors.map(\.code) == Array(1...14))
        #expect(Set(errors.map(\.description)).count == 14)
    }
}
