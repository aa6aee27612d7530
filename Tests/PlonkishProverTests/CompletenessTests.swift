// Whatever satisfies a table is proven, in all combinations of features.

import Base
import Fields
import Plonkish
import PlonkishProver
import TestSupport
import Testing

@Suite struct CompletenessTests {
    @Test(arguments: SampleFeatures.all) func satisfiedTablesAreProven(
        features: SampleFeatures
    ) throws {
        for seed in 0..<4 as Range<UInt64> {
            let proven = try ProvenSample(features, seed: 1000 + seed)
            try proven.sample.table.check(
                advice: proven.sample.advice, publicSignals: proven.sample.publicSignals)
            let proof = try proven.proof(seed: seed)
            try proven.verify(proof)
            let bytes = proof.bytes
            #expect(bytes.count == NativeProof.byteCount(proven.key.shape))
            let decoded = try NativeProof(bytes: bytes, shape: proven.key.shape)
            #expect(decoded == proof)
            let key = try NativeKey(bytes: proven.key.bytes)
            #expect(key == proven.key)
        }
    }

    @Test func proofsDoNotDependOnThreads() throws {
        var features = SampleFeatures.full
        // More rows than one block of work.
        features.log2Rows = 8
        let proven = try ProvenSample(features, seed: 5)
        #expect(try proven.proof(seed: 6) == proven.proof(seed: 6, threads: 3))
    }

    @Test func largeTablesSpanBlocks() throws {
        let reference = StructuredReferenceStringSample.of(count: 2100)
        var features = SampleFeatures.full
        features.log2Rows = 11
        let sample = try TableSample(features, seed: 7)
        let key = try NativeProvingKey(table: sample.table, reference: reference, threads: 2)
        let proof = try key.prove(
            advice: sample.advice, publicSignals: sample.publicSignals,
            coefficients: sample.coefficients, threads: 2
        ).proof
        try key.key.verify(
            proof, publicSignals: sample.publicSignals, coefficients: sample.coefficients)
    }

    @Test func smallestTablesAreProven() throws {
        for columns in 1...5 {
            let shape = try TableShape(
                log2Rows: 3, adviceCount: columns, fixedCount: 1, publicCount: 1,
                identities: [.fixed(0) * .advice(columns - 1) - .instance])
            var fixed = [Fr](repeating: Fr.zero, count: 8)
            fixed[0] = Fr.one
            let table = try CircuitTable(
                shape: shape, fixed: [fixed],
                equal: [[TableCell(column: 0, row: 0), TableCell(column: columns - 1, row: 1)]])
            var advice = [[Fr]](
                repeating: [Fr](repeating: Fr(9), count: 8), count: columns)
            advice[0][4] = Fr(77)
            let key = try NativeProvingKey(table: table, reference: testReference)
            let proof = try key.prove(advice: advice, publicSignals: [Fr(9)]).proof
            try key.key.verify(proof, publicSignals: [Fr(9)])
            #expect(throws: NativeError.proofDoesNotHold) {
                try key.key.verify(proof, publicSignals: [Fr(8)])
            }
        }
    }

    @Test func needsPowersForEveryPolynomial() throws {
        let sample = try TableSample(.full, seed: 8)
        let needed = NativeProvingKey.powersNeeded(sample.table.shape)
        #expect(needed == 35)
        #expect(throws: NativeError.tooFewPowers(needed: 35, available: 34)) {
            try NativeProvingKey(
                table: sample.table, reference: StructuredReferenceStringSample.of(count: 34))
        }
        _ = try NativeProvingKey(
            table: sample.table, reference: StructuredReferenceStringSample.of(count: 35))
    }

    @Test func equationsAreCheckedTogether() throws {
        let first = try ProvenSample(SampleFeatures.all[1], seed: 9)
        let second = try ProvenSample(SampleFeatures.all[0], seed: 10)
        var equations: [NativeEquation] = []
        for (index, proven) in [first, second, first].enumerated() {
            equations.append(
                try NativeEquation(
                    proven.key, proven.proof(seed: UInt64(index)),
                    publicSignals: proven.sample.publicSignals))
        }
        #expect(NativeEquation.allHold(equations))
        #expect(NativeEquation.allHold([]))
        var wrong = try second.proof(seed: 4)
        wrong.values[3] += Fr.one
        equations[1] = try NativeEquation(
            second.key, wrong, publicSignals: second.sample.publicSignals)
        #expect(!equations[1].holds)
        #expect(!NativeEquation.allHold(equations))
    }
}
