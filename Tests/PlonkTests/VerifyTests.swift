// The verifier against proofs of snarkjs 0.7.6, and against everything near them that is no proof.

import Base
import Circom
import Fields
import Plonk
import TestSupport
import Testing

@Suite struct VerifyTests {
    @Test(arguments: PlonkCase.all)
    func acceptsTheProofsOfSnarkjs(example: PlonkCase) throws {
        try example.statement().check()
        try example.statement(plain: true).check()
    }

    @Test(arguments: PlonkCase.all)
    func challengesAreThoseOfSnarkjs(example: PlonkCase) throws {
        let statement = try example.statement(plain: true)
        let challenges = PlonkChallenges(
            statement.key, statement.publicSignals, statement.proof)
        let lines = example.trace.split(separator: "\n")
        for (name, value) in [
            ("beta", challenges.beta), ("gamma", challenges.gamma), ("alpha", challenges.alpha),
            ("xi", challenges.xi), ("v", challenges.v), ("u", challenges.u),
        ] {
            // Without leading zeros.
            let hex = String(value.canonicalBigEndian.hex.drop { $0 == "0" })
            #expect(lines.contains("\(name): \(hex)"), "\(name) of \(example.name)")
        }
    }

    @Test(arguments: PlonkCase.all)
    func bytesAreTheWordsOfTheCallOfAnEVMVerifier(example: PlonkCase) throws {
        let proof = try example.statement().proof
        let words = example.callData.prefix { $0 != "]" }.split(separator: "\"")
            .filter { $0.hasPrefix("0x") }
        #expect(words.count == 24)
        #expect(proof.bytes.hex == words.map { $0.dropFirst(2) }.joined())
        #expect(try PlonkProof(bytes: proof.bytes) == proof)
    }

    @Test(arguments: PlonkCase.all)
    func rejectsWhatSnarkjsRejectsAndMore(example: PlonkCase) throws {
        let statement = try example.statement()
        let off = G1Affine(x: Fq.one, y: Fq.one)
        #expect(statement.refusal { $0.publicSignals[0] += Fr.one } == .proofDoesNotHold)
        let count = statement.publicSignals.count
        #expect(
            statement.refusal { $0.publicSignals.removeLast() }
                == .wrongPublicCount(expected: count, actual: count - 1))
        #expect(
            statement.refusal { $0.publicSignals.append(Fr.zero) }
                == .wrongPublicCount(expected: count, actual: count + 1))
        #expect(statement.refusal { $0.proof.evaluationA += Fr.one } == .proofDoesNotHold)
        #expect(statement.refusal { $0.proof.evaluationZw += Fr.one } == .proofDoesNotHold)
        #expect(statement.refusal { $0.proof.a = $0.proof.b } == .proofDoesNotHold)
        #expect(statement.refusal { $0.proof.wxi = .generator } == .proofDoesNotHold)
        #expect(statement.refusal { $0.proof.z = off } == .pointOffCurve("Z"))
        #expect(statement.refusal { $0.proof.a = .infinity } == .pointAtInfinity("A"))
    }

    @Test func rejectsEveryPointAtInfinityOffTheCurveOrNegated() throws {
        let statement = try #require(PlonkCase.committed.first).statement()
        let fields: [WritableKeyPath<PlonkProof, G1Affine>] = [
            \.a, \.b, \.c, \.z, \.t1, \.t2, \.t3, \.wxi, \.wxiw,
        ]
        for (field, name) in zip(fields, PlonkProof.pointNames) {
            #expect(
                statement.refusal { $0.proof[keyPath: field] = .infinity }
                    == .pointAtInfinity(name))
            #expect(
                statement.refusal { $0.proof[keyPath: field].x += Fq.one }
                    == .pointOffCurve(name))
            #expect(
                statement.refusal { $0.proof[keyPath: field] = -$0.proof[keyPath: field] }
                    == .proofDoesNotHold)
        }
    }

    @Test func rejectsAProofOfAnotherCircuitOrForOtherSignals() throws {
        let statements = try PlonkCase.all.map { try $0.statement() }
        for statement in statements {
            for other in statements where other.key != statement.key {
                #expect(statement.refusal { $0.proof = other.proof } == .proofDoesNotHold)
                #expect(statement.refusal { $0.key = other.key } != nil)
            }
        }
    }

    static let stale = "fixtures/plonk/upstream/snarkjs_plonk_circuit/"

    @Test(.enabled(if: Fixtures.require(VerifyTests.stale)))
    func rejectsTheStaleProofOfTheSnarkjsRepository() throws {
        func bytes(_ name: String) throws -> Bytes { try Fixtures.bytes(VerifyTests.stale + name) }
        let statement = PlonkStatement(
            key: try VerificationKey(json: bytes("verification_key.json")),
            publicSignals: try PublicSignals.read(json: bytes("public.json")),
            proof: try PlonkProof(json: bytes("proof.json")))
        #expect(throws: PlonkError.proofDoesNotHold) { try statement.check() }
    }

    @Test(arguments: PlonkCase.committed)
    func rejectsEveryChangedByteOfAProof(example: PlonkCase) throws {
        let statement = try example.statement()
        let bytes = statement.proof.bytes
        for index in bytes.indices {
            for change: UInt8 in index % 32 == 31 ? [1, 0x80, 0xFF] : [1, 0x80] {
                var changed = bytes
                changed[index] ^= change
                let proof: PlonkProof
                do {
                    proof = try PlonkProof(bytes: changed)
                } catch {
                    // Not below its prime: the first byte of a word only.
                    #expect(index % 32 == 0 || [2, 3].contains(error.code))
                    continue
                }
                #expect(statement.refusal { $0.proof = proof } != nil, "byte \(index)")
            }
        }
    }

    @Test(arguments: PlonkCase.committed)
    func rejectsEveryChangedByteOfPublicSignals(example: PlonkCase) throws {
        let statement = try example.statement()
        for place in statement.publicSignals.indices {
            let bytes = statement.publicSignals[place].canonicalBigEndian
            for index in bytes.indices {
                var changed = bytes
                changed[index] ^= 1
                guard let signal = Fr(canonicalBigEndian: changed) else { continue }
                #expect(
                    statement.refusal { $0.publicSignals[place] = signal } == .proofDoesNotHold)
            }
        }
    }

    @Test func numbersThatAreNotBelowTheirPrimeAreNoProof() throws {
        let proof = try #require(PlonkCase.committed.first).statement().proof
        for word in 0..<24 {
            var bytes = proof.bytes
            let modulus = word < 18 ? Fq.modulus : Fr.modulus
            bytes.replaceSubrange(32 * word..<32 * word + 32, with: modulus.bigEndian)
            let error: PlonkError =
                word < 18
                ? .coordinateNotCanonical(PlonkProof.pointNames[word / 2])
                : .evaluationNotCanonical(PlonkProof.evaluationNames[word - 18])
            #expect(throws: error) { try PlonkProof(bytes: bytes) }
        }
        for count in [0, 1, 767, 769] {
            #expect(throws: PlonkError.wrongProofLength(expected: 768, actual: count)) {
                try PlonkProof(bytes: Bytes(repeating: 0, count: count))
            }
        }
    }

    @Test func coordinatesBetweenTheTwoPrimesAreAccepted() throws {
        // A point whose x is r or a little more: on the curve, below q, not below r.
        var x = try #require(Fq(canonical: Fr.modulus))
        while true {
            if let root = (x.squared() * x + Fq(3)).squareRoot {
                let point = G1Affine(x: x, y: root)
                let statement = try #require(PlonkCase.committed.first).statement()
                // Refused because it is the wrong point, not for its form.
                #expect(statement.refusal { $0.proof.a = point } == .proofDoesNotHold)
                var changed = statement.proof
                changed.a = point
                #expect(try PlonkProof(bytes: changed.bytes) == changed)
                return
            }
            x += Fq.one
        }
    }

    @Test func codesAreStable() {
        let errors: [PlonkError] = [
            .wrongProofLength(expected: 0, actual: 0), .coordinateNotCanonical(""),
            .evaluationNotCanonical(""), .pointOffCurve(""), .pointAtInfinity(""),
            .wrongPublicCount(expected: 0, actual: 0), .publicSignalNotCanonical(index: 0),
            .proofDoesNotHold, .malformedKey(""), .noPublicSignals, .challengeInDomain,
        ]
        #expect(errors.map(\.code) == Array(1...11))
    }
}
