// The JSON files of snarkjs, byte for byte, and JSON that is none of them.

import Base
import Circom
import Fields
import Plonk
import TestSupport
import Testing

@Suite struct JSONTests {
    private let example: PlonkCase

    init() throws { example = try #require(PlonkCase.committed.first) }

    private func replacing(_ bytes: Bytes, _ old: String, _ new: String) -> Bytes {
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 ? Bytes((parts[0] + new + parts[1]).utf8) : []
    }

    @Test(arguments: PlonkCase.all)
    func whatWasReadIsWrittenAsItWas(example: PlonkCase) throws {
        #expect(
            try VerificationKey(json: example.verificationKey).json == example.verificationKey)
        #expect(try PlonkProof(json: example.proof).json == example.proof)
        let signals = try PublicSignals.read(json: example.publicSignals)
        #expect(PublicSignals.json(signals) == example.publicSignals)
    }

    @Test func infinityIsWrittenAndReadAsSnarkjsDoes() throws {
        var proof = try PlonkProof(json: example.proof)
        proof.t1 = .infinity
        let text = String(decoding: proof.json, as: UTF8.self)
        #expect(text.contains("\"T1\": [\n  \"0\",\n  \"1\",\n  \"0\"\n ]"))
        #expect(try PlonkProof(json: proof.json) == proof)
    }

    @Test func marksOfDevelopmentAreKept() throws {
        let key = try VerificationKey(json: example.verificationKey)
        #expect(!key.isUnsafe)
        let marked = try VerificationKey(
            publicCount: key.publicCount, power: key.power, k1: key.k1, k2: key.k2,
            commitments: key.commitments, tauG2: key.tauG2, isUnsafe: true)
        #expect(try VerificationKey(json: marked.json) == marked)
        let off = replacing(marked.json, "true", "false")
        #expect(refusal { _ = try VerificationKey(json: off) }?.code == 21)
    }

    @Test func proofsThatAreNoneAreNamed() throws {
        func change(_ old: String, _ new: String) -> CircomError? {
            let bytes = replacing(example.proof, old, new)
            #expect(!bytes.isEmpty)
            return refusal { _ = try PlonkProof(json: bytes) }
        }
        let proof = try PlonkProof(json: example.proof)
        let (a, value) = (proof.a.x.decimal, proof.evaluationA.decimal)
        #expect(
            change("\"plonk\"", "\"groth16\"")
                == .wrongProtocol(expected: "plonk", actual: "groth16"))
        #expect(change("\"bn128\"", "\"bls12381\"")?.code == 11)
        for (old, new) in [
            (a, "0" + a), (a, "+" + a), (a, a + " "), (a, "-1"), (a, ""), (a, "0x1"),
            (a, Fq.modulus.decimalText), (value, Fr.modulus.decimalText),
            (value, String(repeating: "9", count: 78)), (value, "1e3"), ("\"1\"", "\"2\""),
            ("\"1\"", "1"), ("\"\(value)\"", value), ("\"A\"", "\"a\""), ("\"A\"", "\"B\""),
            ("\"eval_a\"", "\"eval_x\""), ("{", "["), ("}", ""),
            ("\"protocol\"", "\"protocol\": \"plonk\", \"more\""),
        ] {
            #expect(change(old, new)?.code == 21, "\(old) → \(new)")
        }
    }

    @Test func keysThatAreNoneAreNamed() throws {
        func change(_ old: String, _ new: String) -> CircomError? {
            let bytes = replacing(example.verificationKey, old, new)
            #expect(!bytes.isEmpty)
            return refusal { _ = try VerificationKey(json: bytes) }
        }
        let key = try VerificationKey(json: example.verificationKey)
        for (old, new) in [
            ("\"power\": \(key.power)", "\"power\": \(key.power + 1)"),
            ("\"power\": \(key.power)", "\"power\": -5"),
            ("\"power\": \(key.power)", "\"power\": \"5\""),
            ("\"power\": \(key.power)", "\"power\": 5.0"),
            ("\"nPublic\": 3", "\"nPublic\": 4294967296"), ("\"nPublic\": 3", "\"nPublic\": 33"),
            ("\"k1\": \"2\"", "\"k1\": \"1\""), (key.root.decimal, "5"),
            (key.commitments[0].x.decimal, "1"), (key.tauG2.x.c0.decimal, "1"),
            ("\"1\",\n   \"0\"", "\"0\",\n   \"1\""),
        ] {
            #expect(change(old, new)?.code == 21, "\(old) → \(new)")
        }
        #expect(change("\"plonk\"", "\"fflonk\"")?.code == 18)
    }

    @Test func publicSignalsThatAreNoneAreNamed() {
        func read(_ text: String) -> CircomError? {
            refusal { _ = try PublicSignals.read(json: Bytes(text.utf8)) }
        }
        #expect(read("[]") == nil)
        #expect(read("[\"0\", \"1\"]") == nil)
        #expect(
            read("[\"0\", \"\(Fr.modulus.decimalText)\"]")
                == .notCanonical("public signal", index: 1))
        for text in ["[0]", "[\"-1\"]", "[\"01\"]", "[null]", "[[\"1\"]]"] {
            #expect(read(text) == .notCanonical("public signal", index: 0), "\(text)")
        }
        for text in ["", "{}", "\"1\"", "[\"1\"", "[[[[[[\"1\"]]]]]]"] {
            #expect(read(text)?.code == 21, "\(text)")
        }
    }

    @Test func damagedTextNeverTraps() {
        var mutator = Mutator(seed: 77)
        for _ in 0..<500 {
            let (key, proof) = (example.verificationKey, example.proof)
            let signals = example.publicSignals
            _ = refusal { _ = try VerificationKey(json: mutator.mutate(key, corpus: [proof])) }
            _ = refusal { _ = try PlonkProof(json: mutator.mutate(proof, corpus: [key])) }
            _ = refusal { _ = try PublicSignals.read(json: mutator.mutate(signals)) }
        }
    }
}

extension UInt256 {
    /// Decimal digits, of one of the two primes.
    fileprivate var decimalText: String {
        self == Fq.modulus
            ? "21888242871839275222246405745257275088696311157297823662689037894645226208583"
            : "21888242871839275222246405745257275088548364400416034343698204186575808495617"
    }
}
