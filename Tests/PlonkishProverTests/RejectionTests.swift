// Nothing but the proof of the statement is accepted: every byte counts.

import Base
import Fields
import Plonkish
import PlonkishProver
import TestSupport
import Testing

@Suite struct RejectionTests {
    @Test func everyChangedByteIsRejected() throws {
        let proven = try ProvenSample(.full, seed: 20)
        let bytes = try proven.proof(seed: 1).bytes
        var generator = SeededGenerator(seed: 20)
        for index in bytes.indices {
            var wrong = bytes
            wrong[index] ^= UInt8(generator.int(in: 1...255))
            do throws(NativeError) {
                let proof = try NativeProof(bytes: wrong, shape: proven.key.shape)
                try proven.key.verify(
                    proof, publicSignals: proven.sample.publicSignals,
                    coefficients: proven.sample.coefficients)
                Issue.record("byte \(index) may be \(wrong[index])")
            } catch {
                #expect([2, 3, 4, 6].contains(error.code), "byte \(index): \(error)")
            }
        }
    }

    @Test func everyChangedPublicSignalIsRejected() throws {
        var features = SampleFeatures()
        features.publicCount = 6
        let proven = try ProvenSample(features, seed: 21)
        let proof = try proven.proof(seed: 1)
        for index in 0..<6 {
            for change in [Fr.one, -Fr.one, Fr(1 << 40), proven.sample.publicSignals[index]] {
                var signals = proven.sample.publicSignals
                signals[index] += change
                #expect(throws: NativeError.proofDoesNotHold) {
                    try proven.key.verify(proof, publicSignals: signals)
                }
            }
        }
        let signals = proven.sample.publicSignals
        for wrong in [[], Array(signals.dropLast()), signals + [Fr.zero]] {
            #expect(throws: NativeError.wrongPublicCount(expected: 6, actual: wrong.count)) {
                try proven.key.verify(proof, publicSignals: wrong)
            }
        }
    }

    @Test func otherLengthsAreRejected() throws {
        let proven = try ProvenSample(.full, seed: 22)
        let bytes = try proven.proof(seed: 1).bytes
        for count in 0..<bytes.count {
            #expect(
                throws: NativeError.wrongProofLength(expected: bytes.count, actual: count)
            ) { try NativeProof(bytes: Array(bytes.prefix(count)), shape: proven.key.shape) }
        }
        #expect(throws: NativeError.self) {
            try NativeProof(bytes: bytes + [0], shape: proven.key.shape)
        }
    }

    @Test func aProofHasOneForm() throws {
        let proven = try ProvenSample(SampleFeatures(), seed: 23)
        let proof = try proven.proof(seed: 1)
        let shape = proven.key.shape
        let bytes = proof.bytes
        // The last values before the two openings: add r, which does not change the number.
        let place = bytes.count - 96
        let word = try #require(UInt256(bigEndian: bytes[place..<place + 32]))
        var alias = bytes
        alias.replaceSubrange(place..<place + 32, with: (word &+ Fr.modulus).bigEndian)
        #expect(throws: NativeError.scalarNotCanonical("values")) {
            try NativeProof(bytes: alias, shape: shape)
        }
        // The first point: x + q, the bit for infinity, an x of no point, infinity itself.
        var x = bytes
        x[0] &= 0x7F
        let number = try #require(UInt256(bigEndian: x[0..<32]))
        x.replaceSubrange(0..<32, with: (number &+ Fq.modulus).bigEndian)
        #expect(throws: NativeError.pointNotCanonical("advice")) {
            try NativeProof(bytes: x, shape: shape)
        }
        x = bytes
        x[0] |= 0x40
        #expect(throws: NativeError.pointNotCanonical("advice")) {
            try NativeProof(bytes: x, shape: shape)
        }
        x.replaceSubrange(0..<32, with: [0x40] + Bytes(repeating: 0, count: 31))
        #expect(throws: NativeError.pointNotCanonical("advice")) {
            try NativeProof(bytes: x, shape: shape)
        }
        // 4^3 + 3 = 67 is no square modulo q.
        x.replaceSubrange(0..<32, with: Bytes(repeating: 0, count: 31) + [4])
        #expect(throws: NativeError.pointOffCurve("advice")) {
            try NativeProof(bytes: x, shape: shape)
        }
    }

    @Test func pointsMadeInMemoryAreChecked() throws {
        let proven = try ProvenSample(SampleFeatures(), seed: 24)
        let proof = try proven.proof(seed: 1)
        var wrong = proof
        wrong.openings[0] = G1Affine(x: Fq.one, y: Fq.one)
        #expect(throws: NativeError.pointOffCurve("a proof")) { try proven.verify(wrong) }
        wrong = proof
        wrong.running[0] = .infinity
        #expect(throws: NativeError.pointOffCurve("a proof")) { try proven.verify(wrong) }
        wrong = proof
        wrong.values.removeLast()
        #expect(throws: NativeError.self) { try proven.verify(wrong) }
        wrong = proof
        wrong.claims.append(Fr.one)
        #expect(throws: NativeError.self) { try proven.verify(wrong) }
    }

    @Test func proofsBelongToOneKeyAndOneConversation() throws {
        let proven = try ProvenSample(SampleFeatures(), seed: 25)
        let other = try ProvenSample(SampleFeatures(), seed: 26)
        let proof = try proven.proof(seed: 1)
        try proven.verify(proof)
        #expect(throws: NativeError.proofDoesNotHold) {
            try other.key.verify(proof, publicSignals: proven.sample.publicSignals)
        }
        var transcript = ProofTranscript.native
        transcript.append("session", [1])
        #expect(throws: NativeError.proofDoesNotHold) {
            try proven.key.verify(
                proof, publicSignals: proven.sample.publicSignals, transcript: transcript)
        }
        let bound = try proven.provingKey.prove(
            advice: proven.sample.advice, publicSignals: proven.sample.publicSignals,
            transcript: transcript)
        var proverSaid = bound.transcript
        var verifierSaid = try proven.key.verify(
            bound.proof, publicSignals: proven.sample.publicSignals, transcript: transcript)
        #expect(proverSaid.challenge("after") == verifierSaid.challenge("after"))
    }

    @Test func claimsAreBoundToTheirCoefficients() throws {
        var features = SampleFeatures()
        features.hasClaims = true
        let proven = try ProvenSample(features, seed: 27)
        let proof = try proven.proof(seed: 1)
        try proven.verify(proof)
        // The claims are the sums.
        var lambda = Fr.zero
        try proven.key.verify(
            proof, publicSignals: proven.sample.publicSignals,
            coefficients: { value in
                lambda = value
                return proven.sample.coefficients(value)
            })
        for (index, cells) in proven.key.shape.exposed.enumerated() {
            let coefficients = proven.sample.coefficients(lambda)[index]
            var sum = Fr.zero
            for (cell, factor) in zip(cells, coefficients) {
                sum += proven.sample.advice[cell.column][cell.row] * factor
            }
            #expect(proof.claims[index] == sum)
            var wrong = proof
            wrong.claims[index] += Fr.one
            #expect(throws: NativeError.proofDoesNotHold) { try proven.verify(wrong) }
        }
        // One coefficient changed, one missing.
        #expect(throws: NativeError.proofDoesNotHold) {
            try proven.key.verify(
                proof, publicSignals: proven.sample.publicSignals,
                coefficients: { lambda in
                    var given = proven.sample.coefficients(lambda)
                    given[1][0] += Fr.one
                    return given
                })
        }
        #expect(throws: NativeError.self) {
            try proven.key.verify(
                proof, publicSignals: proven.sample.publicSignals,
                coefficients: { Array(proven.sample.coefficients($0).dropLast()) })
        }
        // Claims that trade with each other.
        var wrong = proof
        wrong.claims[0] += Fr.one
        wrong.claims[1] -= Fr.one
        #expect(throws: NativeError.proofDoesNotHold) { try proven.verify(wrong) }
    }

    @Test func keysHaveOneFormAndEveryByteCounts() throws {
        let proven = try ProvenSample(.full, seed: 28)
        let proof = try proven.proof(seed: 1)
        let bytes = proven.key.bytes
        for count in 0..<bytes.count {
            #expect(throws: NativeError.self) { try NativeKey(bytes: Array(bytes.prefix(count))) }
        }
        #expect(throws: NativeError.self) { try NativeKey(bytes: bytes + [0]) }
        var generator = SeededGenerator(seed: 29)
        for index in bytes.indices where index < 200 || generator.isOne(in: 12) {
            var wrong = bytes
            wrong[index] ^= UInt8(generator.int(in: 1...255))
            guard let key = try? NativeKey(bytes: wrong) else { continue }
            #expect(key.bytes == wrong)
            #expect(key.digest != proven.key.digest)
            #expect(throws: NativeError.self) {
                try key.verify(
                    proof, publicSignals: proven.sample.publicSignals,
                    coefficients: proven.sample.coefficients)
            }
        }
    }

    @Test func damagedKeysAndProofsNeverTrap() throws {
        let proven = try ProvenSample(.full, seed: 30)
        let (key, proof) = (proven.key.bytes, try proven.proof(seed: 1).bytes)
        var mutator = Mutator(seed: 31)
        for _ in 0..<3000 {
            if let damaged = try? NativeKey(bytes: mutator.mutate(key, corpus: [proof])) {
                let proof = mutator.mutate(proof, corpus: [key])
                if let read = try? NativeProof(bytes: proof, shape: damaged.shape) {
                    _ = try? damaged.verify(read, publicSignals: [])
                }
            }
            #expect(throws: NativeError.self) {
                let damaged = mutator.mutate(proof)
                guard damaged != proof else { throw NativeError.proofDoesNotHold }
                let read = try NativeProof(bytes: damaged, shape: proven.key.shape)
                try proven.verify(read)
            }
        }
    }
}
