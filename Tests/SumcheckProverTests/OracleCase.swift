// Proofs on their way to the verifier in Python, and both verdicts.

import Base
import Fields
import Foundation
import TestSupport
import Testing

@testable import Sumcheck
@testable import SumcheckProver

/// A proof with all that it is checked with, as the other verifier reads it.
struct OracleCase: Encodable {
    struct Said: Encodable {
        var open: [[Int64]]?
        var committed: [String]?
        var secret: Bool?

        init(_ disclosure: Disclosure<G1Affine>) {
            switch disclosure {
            case .open(let tensors): open = tensors
            case .committed(let rows): committed = rows.map(OracleCase.hex)
            case .secret: secret = true
            }
        }
    }

    var system: String
    var rowBits: Int
    var tau = DevelopmentKeys.tau.decimal
    var context: String
    var hiding: Bool
    var weights: [String]
    var input: Said
    var output: Said
    var proof: String
    /// What a forger draws its messages from, and the check that shall fail.
    var seed: Int?
    var wrong: Int?

    init(_ proof: Bytes, _ statement: ProofStatement<KZGRows>, _ system: RelationSystem) {
        self.system = system.canonicalBytes.hex
        rowBits = system.layout.rowBits
        context = statement.context.hex
        hiding = statement.hiding
        weights = statement.weights.map(OracleCase.hex)
        input = Said(statement.input)
        output = Said(statement.output)
        self.proof = proof.hex
    }

    /// What a program answers to the cases, a line each.
    static func answers(_ program: String, _ cases: [OracleCase]) throws -> [String] {
        let output = try PythonOracle.runFile(
            program, input: Bytes(try JSONEncoder().encode(cases)))
        let answers = String(decoding: output, as: UTF8.self).split(separator: "\n").map(
            String.init)
        return try #require(answers.count == cases.count ? answers : nil)
    }

    static func hex(_ commitment: G1Affine) -> String {
        var bytes = Bytes()
        KZGRows.append(commitment, to: &bytes)
        return bytes.hex
    }
}

extension RelationSystem {
    /// What the digest is the hash of.
    var canonicalBytes: Bytes {
        let ranges = Set(regionOf.compactMap { $0 }).count
        var bytes = Bytes()
        bytes.append(number: layout.rowBits)
        bytes.append(all: Array(tensors.prefix(declaredCount))) { $0.append($1) }
        bytes.append(all: relations) { $0.append($1) }
        bytes.append(all: tables.dropLast(ranges)) { $0.append($1) }
        bytes.append(all: Array(lookups.dropFirst(ranges))) { $0.append($1) }
        return bytes
    }
}

/// Proofs, honest or not, on their way to both verifiers.
struct Differential {
    private var cases: [OracleCase] = []
    private var verdicts: [(name: String, holds: Bool)] = []

    mutating func add(
        _ name: String, _ proof: Bytes, _ statement: ProofStatement<KZGRows>,
        _ system: RelationSystem
    ) throws {
        let scheme = try DevelopmentKeys.key(system.layout.rowBits).scheme
        var holds = true
        do throws(SumcheckError) {
            let read = try SumcheckProof<KZGRows>(
                encoded: proof, system: system, statement: statement)
            try scheme.verify(read, of: statement, system: system)
        } catch {
            holds = false
        }
        cases.append(OracleCase(proof, statement, system))
        verdicts.append((name, holds))
    }

    /// Asks the other verifier, and demands that both say `expected` of everything.
    func check(_ expected: Bool, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let answers = try OracleCase.answers("Python/oracles/zkml_verifier.py", cases)
        for (verdict, answer) in zip(verdicts, answers) {
            #expect(
                verdict.holds == expected && (answer == "holds") == expected,
                "\(verdict.name): \(verdict.holds), and the other verifier: \(answer)",
                sourceLocation: sourceLocation)
        }
    }
}
