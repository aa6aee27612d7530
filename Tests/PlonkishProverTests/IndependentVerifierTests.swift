// The specification is enough: a verifier written from it alone, in another language, agrees.

import Base
import Fields
import Foundation
import Plonkish
import PlonkishProver
import TestSupport
import Testing

private struct OracleCase: Encodable {
    var key: String
    var proof: String
    var tau: String
    var signals: [String]
}

@Suite struct IndependentVerifierTests {
    private func answer(_ proven: ProvenSample, _ proof: Bytes, _ signals: [Fr]) throws -> String {
        func hexadecimal(_ bytes: Bytes) -> String {
            bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        let input = OracleCase(
            key: hexadecimal(proven.key.bytes), proof: hexadecimal(proof),
            tau: testTau.decimal, signals: signals.map(\.decimal))
        let output = try PythonOracle.runFile(
            "Python/oracles/native_plonk.py", input: Bytes(try JSONEncoder().encode(input)))
        return String(decoding: output, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test(
        .enabled(if: PythonOracle.require()),
        arguments: SampleFeatures.all.filter { !$0.hasClaims })
    func anotherVerifierAgrees(features: SampleFeatures) throws {
        let proven = try ProvenSample(features, seed: 90)
        let proof = try proven.proof(seed: 1)
        let signals = proven.sample.publicSignals
        #expect(try answer(proven, proof.bytes, signals) == "holds")
        var wrong = proof
        wrong.values[1] += Fr.one
        #expect(try answer(proven, wrong.bytes, signals) == "does not hold")
        wrong = proof
        wrong.quotient[0] = wrong.quotient[1]
        #expect(try answer(proven, wrong.bytes, signals) == "does not hold")
        #expect(try answer(proven, Array(proof.bytes.dropLast()), signals) == "refused: cut off")
        if let first = signals.first {
            let other = [first + Fr.one] + signals.dropFirst()
            #expect(try answer(proven, proof.bytes, other) == "does not hold")
        }
    }
}
