// A prover who does not care: columns that break one thing are refused with the place, and a proof
// made of them all the same is refused by the verifier.

import Fields
import Plonkish
import TestSupport
import Testing

@testable import PlonkishProver

@Suite struct SoundnessTests {
    /// What a prover gets who proves wrong columns, and what the verifier says to it.
    private func refusals(
        _ proven: ProvenSample, _ advice: [[Fr]], _ signals: [Fr]
    ) -> (prover: NativeError?, verifier: NativeError?) {
        var (prover, verifier): (NativeError?, NativeError?)
        do throws(NativeError) {
            var generator = SeededGenerator(seed: 1)
            _ = try proven.provingKey.prove(
                advice: advice, publicSignals: signals, coefficients: proven.sample.coefficients,
                using: &generator)
        } catch { prover = error }
        do throws(NativeError) {
            let proof = try proven.provingKey.forge(
                advice: advice, publicSignals: signals, coefficients: proven.sample.coefficients)
            try proven.key.verify(
                proof, publicSignals: signals, coefficients: proven.sample.coefficients)
        } catch { verifier = error }
        return (prover, verifier)
    }

    @Test func everyCellThatMattersIsGuarded() throws {
        let proven = try ProvenSample(.full, seed: 40)
        let shape = proven.key.shape
        var generator = SeededGenerator(seed: 41)
        var guarded = 0
        for column in 0..<shape.adviceCount {
            for row in 0..<shape.usableRows {
                var advice = proven.sample.advice
                advice[column][row] += Fr(generator.next() | 1)
                var expected: NativeError?
                do throws(NativeError) {
                    try proven.sample.table.check(
                        advice: advice, publicSignals: proven.sample.publicSignals)
                } catch { expected = error }
                let found = refusals(proven, advice, proven.sample.publicSignals)
                if let expected {
                    guarded += 1
                    // Lookups are counted before anything else is looked at.
                    let isLookup = found.prover.map { $0.code == 13 } ?? false
                    #expect(found.prover == expected || isLookup, "column \(column), row \(row)")
                    #expect(found.verifier == .proofDoesNotHold, "column \(column), row \(row)")
                } else {
                    // A free cell: another witness of the same statement.
                    #expect(found.prover == nil)
                    #expect(found.verifier == nil)
                }
            }
        }
        #expect(guarded > 80)
    }

    @Test func lookupsOfAnythingElseAreRefused() throws {
        var features = SampleFeatures()
        features.hasLookups = true
        let proven = try ProvenSample(features, seed: 42)
        let selector = proven.sample.table.fixed[SampleColumn.squares]
        let row = try #require(selector.firstIndex { !$0.isZero })
        // Free the row from the other gate by keeping its sum: d takes what changes.
        for wrong in [(Fr(3), Fr(10)), (Fr(200), Fr(40_000)), (Fr.zero, Fr(7))] {
            var advice = proven.sample.advice
            (advice[0][row], advice[1][row]) = wrong
            let found = refusals(proven, advice, proven.sample.publicSignals)
            #expect(found.prover == .notInTable(row: row, slot: 0))
            #expect(found.verifier == .proofDoesNotHold)
        }
    }

    @Test func copiesAreGuarded() throws {
        // Two cells that no gate looks at.
        let shape = try TableShape(
            log2Rows: 3, adviceCount: 3, fixedCount: 0, publicCount: 0, identities: [])
        let cells = [TableCell(column: 0, row: 1), TableCell(column: 2, row: 4)]
        let table = try CircuitTable(shape: shape, fixed: [], equal: [cells])
        let key = try NativeProvingKey(table: table, reference: testReference)
        var advice = [[Fr]](repeating: (0..<8).map { Fr(UInt64($0 * $0)) }, count: 3)
        advice[2][4] = Fr.one
        try key.key.verify(
            try key.prove(advice: advice, publicSignals: []).proof, publicSignals: [])
        advice[2][4] = Fr(2)
        #expect(throws: NativeError.unequalCells(cells[0], cells[1])) {
            try key.prove(advice: advice, publicSignals: [])
        }
        let forged = try key.forge(advice: advice, publicSignals: [])
        #expect(throws: NativeError.proofDoesNotHold) {
            try key.key.verify(forged, publicSignals: [])
        }
    }

    @Test func aZeroProductColumnProvesNothing() throws {
        // z = 0 satisfies the permutation's step for any columns; z(1) = 1 forbids it.
        let shape = try TableShape(
            log2Rows: 3, adviceCount: 3, fixedCount: 0, publicCount: 0, identities: [])
        let values = OpenedValues(
            [Fr](repeating: Fr.zero, count: shape.openings.count), shape)
        let publicValues = PublicValues(
            instance: Fr.zero, first: Fr(5), coefficients: [], claim: Fr.zero)
        var challenges = NativeChallenges()
        challenges.y = Fr(3)
        #expect(shape.combinedIdentity(values, publicValues, challenges) == -Fr(5))
    }

    @Test func wrongCountsAreNamed() throws {
        let proven = try ProvenSample(SampleFeatures(), seed: 43)
        let sample = proven.sample
        #expect(throws: NativeError.self) {
            try proven.provingKey.prove(
                advice: Array(sample.advice.dropLast()), publicSignals: sample.publicSignals)
        }
        #expect(throws: NativeError.wrongPublicCount(expected: 2, actual: 0)) {
            try proven.provingKey.prove(advice: sample.advice, publicSignals: [])
        }
    }

    @Test func theBoundIsAtLeastAHundredBits() throws {
        for log2Rows in [11, 16, 24] {
            let table = [0, 1, 2, 3]
            let inputs: [GatePolynomial] = [7, .advice(0), .advice(1), .advice(2)]
            let shape = try TableShape(
                log2Rows: log2Rows, adviceCount: 4, fixedCount: 20, publicCount: 100,
                identities: [.fixed(5) * GatePolynomial.advice(0).power(5)],
                lookup: LookupShape(
                    table: table,
                    slots: [LookupSlot](
                        repeating: LookupSlot(selector: 4, inputs: inputs), count: 4)))
            let bound = SoundnessBound(shape)
            let terms = bound.terms.map { "\($0.draw) \($0.numerator)/r" }.joined(separator: ", ")
            print(
                "2^\(log2Rows) rows: 2^-\(bound.bits), after 2^100 hashes 2^-\(bound.bits - 100)"
                    + " (\(terms))")
            #expect(bound.bits >= 190)
            #expect(log2Rows > 16 || bound.bits(log2Hashes: 100) >= 100)
        }
    }
}
