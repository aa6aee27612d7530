import Base
import Circom
import Contracts
import Fields
import Foundation
import Plonk
import TestSupport
import Testing

/// The contract that `export-verifier` writes, compiled by Vyper and run in revm, against the
/// verifier of `Plonk`.
@Suite struct VyperVerifierTests {
    private struct Task: Encodable {
        var source: String
        var signature: String
        var calls: [[String]]
    }

    private struct Report: Decodable {
        struct Result: Decodable {
            var answer: Int?
            var gas: Int?
        }

        enum CodingKeys: String, CodingKey {
            case codeBytes = "code_bytes"
            case results
        }

        var codeBytes: Int
        var results: [Result]
    }

    /// A circuit of the fixtures with its proofs.
    private struct Circuit {
        let key: VerificationKey
        let proofs: [PlonkProof]
        let signals: [Fr]

        init(_ name: String) throws {
            func file(_ file: String) throws -> Bytes {
                try Fixtures.bytes("fixtures/plonk/generated/\(name)/\(file)")
            }
            key = try VerificationKey(json: try file("verification_key.json"))
            proofs = try ["proof.json", "proof_b1to11.json"].map {
                try PlonkProof(json: try file($0))
            }
            signals = try PublicSignals.read(json: try file("public.json"))
        }

        /// The words of a call.
        func words(_ proof: PlonkProof) -> [UInt256] {
            proof.points.flatMap { [$0.x.canonical, $0.y.canonical] }
                + proof.evaluations.map(\.canonical) + signals.map(\.canonical)
        }
    }

    private func run(_ circuit: Circuit, _ calls: [[UInt256]]) throws -> Report {
        let contract = try VyperVerifier(circuit.key)
        let task = Task(
            source: contract.source, signature: contract.functionSignature,
            calls: calls.map { $0.map(\.text) })
        let output = try PythonOracle.runFile(
            "Python/oracles/evm_verifier.py", input: Bytes(try JSONEncoder().encode(task)))
        return try JSONDecoder().decode(Report.self, from: Data(output))
    }

    static let names = ["mul1", "pow5", "branches3", "dense4", "chain1000"]
    static let isPossible =
        PythonOracle.require() && Fixtures.require("fixtures/plonk/generated/mul1")

    @Test(.enabled(if: isPossible), arguments: names)
    func theContractAcceptsProofsOfSnarkjs(_ name: String) throws {
        let circuit = try Circuit(name)
        let report = try run(circuit, circuit.proofs.map(circuit.words))
        #expect(report.results.map(\.answer) == [1, 1])
        let gas = report.results.compactMap(\.gas).max() ?? .max
        print("\(name): \(gas) gas, \(circuit.signals.count) public, \(report.codeBytes) bytes")
        if circuit.signals.count == 1 { #expect(gas <= 300_000) }
        // EIP-170.
        #expect(report.codeBytes <= 24_576)
    }

    @Test(.enabled(if: isPossible), arguments: ["mul1", "branches3"])
    func theContractRefusesWhatTheVerifierRefuses(_ name: String) throws {
        let circuit = try Circuit(name)
        let good = circuit.words(circuit.proofs[0])
        var calls: [[UInt256]] = []
        func change(_ index: Int, _ value: UInt256) {
            var words = good
            words[index] = value
            calls.append(words)
        }
        for index in good.indices {
            // One more; the same value in a form that is too large;
            // the largest word; zero.
            let modulus = index < 18 ? Fq.modulus : Fr.modulus
            change(index, good[index] &+ UInt256(1))
            change(index, good[index] &+ modulus)
            change(index, UInt256(.max, .max, .max, .max))
            change(index, UInt256(0))
        }
        for point in 0..<9 {
            var words = good
            (words[2 * point], words[2 * point + 1]) = (UInt256(0), UInt256(0))
            calls.append(words)
            // Another point of the curve: the negative, and the generator.
            words = good
            words[2 * point + 1] = (-(circuit.proofs[0].points[point].y)).canonical
            calls.append(words)
            words = good
            (words[2 * point], words[2 * point + 1]) = (UInt256(1), UInt256(2))
            calls.append(words)
        }
        let report = try run(circuit, calls)
        #expect(report.results.count == calls.count)
        for (call, result) in zip(calls, report.results) {
            let isGood = call == good
            #expect(result.answer == (isGood ? 1 : 0), "\(call.map(\.text))")
        }
    }

    @Test func circuitsWithoutPublicSignalsHaveNoContract() throws {
        let key = try VerificationKey(
            publicCount: 0, power: 3, k1: Fr(2), k2: Fr(3),
            commitments: Array(repeating: .generator, count: 8), tauG2: .generator,
            isUnsafe: false)
        #expect(throws: PlonkError.noPublicSignals) { try VyperVerifier(key) }
    }

    /// What is unsafe says so where people look.
    @Test func contractsOfDevelopmentStringsSayThatTheyAreUnsafe() throws {
        func source(isUnsafe: Bool) throws -> String {
            try VyperVerifier(
                VerificationKey(
                    publicCount: 1, power: 3, k1: Fr(2), k2: Fr(3),
                    commitments: Array(repeating: .generator, count: 8), tauG2: .generator,
                    isUnsafe: isUnsafe)
            ).source
        }
        #expect(try source(isUnsafe: true).contains("UNSAFE"))
        #expect(try !source(isUnsafe: false).contains("UNSAFE"))
    }
}

extension UInt256 {
    /// Hexadecimal digits, as Python reads them.
    fileprivate var text: String { "0x" + bigEndian.hex }
}
