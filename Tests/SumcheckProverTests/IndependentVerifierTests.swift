// The specification is enough: a verifier written from Documentation/zkml.md alone, in another
// language and by other means, gives the same verdicts.

import Base
import Cryptography
import Fields
import Foundation
import TestSupport
import Testing

@testable import Sumcheck
@testable import SumcheckProver

/// A proof with all that it is checked with, as the other verifier reads it.
private struct OracleCase: Encodable {
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

    static func hex(_ commitment: G1Affine) -> String {
        var bytes = Bytes()
        KZGRows.append(commitment, to: &bytes)
        return bytes.hex
    }
}

extension RelationSystem {
    /// What the digest is the hash of.
    fileprivate var canonicalBytes: Bytes {
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
private struct Differential {
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
        let output = try PythonOracle.runFile(
            "Python/oracles/zkml_verifier.py", input: Bytes(try JSONEncoder().encode(cases)))
        let answers = String(decoding: output, as: UTF8.self).split(separator: "\n")
        try #require(answers.count == verdicts.count, sourceLocation: sourceLocation)
        for (verdict, answer) in zip(verdicts, answers) {
            #expect(
                verdict.holds == expected && (answer == "holds") == expected,
                "\(verdict.name): \(verdict.holds), and the other verifier: \(answer)",
                sourceLocation: sourceLocation)
        }
    }
}

extension Network {
    /// Two trees that share a node.
    fileprivate static func trees() -> Network {
        var network = Network(seed: 6)
        let x = network.input([2, 3])
        let thresholds = network.weights("thresholds", [3])
        let scores = network.weights("scores", [4, 2])
        let shape = TreeShape(
            nodes: [
                .init(feature: 0, first: 1, second: -1), .init(feature: 2, first: 2, second: -2),
                .init(feature: 1, first: -3, second: -4),
            ], roots: [0, 2], leafCount: 4)
        let y = network.builder.trees(
            "trees", x, shape, thresholds: thresholds, scores: scores, base: nil, outputs: 2,
            Rescaling(multipliers: network.multipliers(2), shift: 23))
        _ = network.builder.output("y", y)
        return network
    }
}

@Suite(.serialized) struct IndependentVerifierTests {
    private static let networks: [(name: String, rowBits: Int, make: @Sendable () -> Network)] = [
        ("perceptron", 7, { .perceptron() }), ("convolutional", 7, { .convolutional() }),
        ("attention", 8, { .attention() }), ("mixed", 8, { .mixed() }), ("trees", 7, { .trees() }),
    ]

    @Test func canonicalBytesAreThoseOfTheDigest() throws {
        for network in IndependentVerifierTests.networks {
            let system = try network.make().system(rowBits: network.rowBits)
            #expect(SHA256.hash(system.canonicalBytes) == system.digest)
        }
    }

    @Test(.enabled(if: PythonOracle.require()), arguments: 0..<5)
    func anotherVerifierAcceptsHonestProofs(network: Int) throws {
        let (_, rowBits, make) = IndependentVerifierTests.networks[network]
        let witness = try make().witness(rowBits: rowBits)
        let key = try DevelopmentKeys.key(rowBits)
        let random = SeededElements(seed: 91)
        let input = key.commit(.input, of: witness, threads: 1, random: random.next)
        let output = key.commit(.output, of: witness, threads: 1, random: random.next)
        var differential = Differential()
        for hiding in [false, true] {
            let choices: [(DisclosureChoice<KZGRows>, DisclosureChoice<KZGRows>)] = [
                (.open, .open), (.secret, .committed(output)), (.committed(input), .secret),
            ]
            for (index, (input, output)) in choices.enumerated() {
                let sample = try Sample(witness, hiding: hiding, input: input, output: output)
                try differential.add(
                    "\(hiding), \(index)", sample.proof.encoded, sample.statement, sample.system)
            }
        }
        try differential.check(true)
    }

    /// One change of each kind of message.
    private static let changes:
        [(name: String, change: @Sendable (inout SumcheckProof<KZGRows>) -> Void)] = [
            ("input", { $0.input[0] = -$0.input[0] }),
            ("trace", { $0.trace[0] = -$0.trace[0] }),
            ("inverses", { $0.inverses[0] = $0.trace[0] }),
            ("first mask", { if let point = $0.columns?.left { $0.columns?.mask1 = point } }),
            ("left", { if let point = $0.columns?.right { $0.columns?.left = point } }),
            ("right", { if let point = $0.columns?.left { $0.columns?.right = point } }),
            ("second mask", { if let point = $0.columns?.mask1 { $0.columns?.mask2 = point } }),
            ("first round", { $0.firstRounds[0][1] += Fr.one }),
            ("last first round", { $0.firstRounds[$0.firstRounds.count - 1][2] += Fr.one }),
            ("values", { if !$0.values.isEmpty { $0.values[1] += Fr.one } }),
            ("forms", { if !$0.values.isEmpty { $0.values[$0.values.count - 1] += Fr.one } }),
            ("second round", { $0.secondRounds[0][0] += Fr.one }),
            ("last second round", { $0.secondRounds[$0.secondRounds.count - 1][1] += Fr.one }),
            ("running sum", { $0.closing.runningSum = -$0.closing.runningSum }),
            ("quotient", { $0.closing.quotients[0] = .infinity }),
            (
                "last quotient",
                {
                    $0.closing.quotients[$0.closing.quotients.count - 1] = .generator
                }
            ),
            ("opening of A", { if let left = $0.closing.left { $0.closing.left = -left } }),
            ("opening of U", { $0.closing.nextSum = -$0.closing.nextSum }),
            ("witness", { $0.closing.openings[0] = -$0.closing.openings[0] }),
            ("next witness", { $0.closing.openings[1] = .infinity }),
            ("witnesses", { $0.closing.openings.swapAt(0, 1) }),
        ]

    private static let otherStatements:
        [(name: String, change: @Sendable (inout ProofStatement<KZGRows>) -> Void)] = [
            ("context", { $0.context.append(0) }),
            ("weights", { $0.weights[0] = -$0.weights[0] }),
            ("fewer weights", { $0.weights.removeLast() }),
            ("mode", { $0.hiding.toggle() }),
            ("open input", { $0.input = .open([[1, 2, 3, 4, 5, 6]]) }),
            (
                "output",
                {
                    guard case .open(var values) = $0.output else { return }
                    values[0][2] += 1
                    $0.output = .open(values)
                }
            ),
            ("output to the wrong size", { $0.output = .open([[1]]) }),
            ("secret output", { $0.output = .secret }),
        ]

    @Test(.enabled(if: PythonOracle.require()), arguments: [false, true])
    func bothVerifiersRefuseEveryChange(hiding: Bool) throws {
        let sample = try Sample(LinearExample().witness, hiding: hiding, input: .secret)
        let bytes = sample.proof.encoded
        var differential = Differential()
        for (name, change) in IndependentVerifierTests.changes {
            var proof = sample.proof
            change(&proof)
            if proof == sample.proof { continue }
            try differential.add(name, proof.encoded, sample.statement, sample.system)
        }
        for (name, change) in IndependentVerifierTests.otherStatements {
            var statement = sample.statement
            change(&statement)
            try differential.add(name, bytes, statement, sample.system)
        }
        let lengths = [0, 64, bytes.count - 64, bytes.count - 1, bytes.count + 1]
        for length in lengths {
            let other = Bytes((bytes + bytes).prefix(length))
            try differential.add("\(length) bytes", other, sample.statement, sample.system)
        }
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<10 {
            var changed = bytes
            let index = generator.int(in: changed.indices)
            changed[index] ^= 1 << UInt8(generator.int(in: 0...7))
            try differential.add("byte \(index)", changed, sample.statement, sample.system)
        }
        try differential.check(false)
    }

    /// Provers that lie: everything that follows a lie is consistent with it.
    @Test(.enabled(if: PythonOracle.require()), arguments: [false, true])
    func bothVerifiersRefuseLies(hiding: Bool) throws {
        var differential = Differential()
        let honest = try Network.perceptron().witness(rowBits: 7)
        let key = try DevelopmentKeys.key(7)
        func lie(
            _ name: String, _ witness: Witness<Fr>,
            _ tamper: (ProofPhase, inout Witness<Fr>) -> Void = { _, _ in }
        ) throws {
            let random = SeededElements(seed: 5)
            let weights = key.commit(.weights, of: honest, threads: 1, random: random.next)
            let request = ProofRequest<KZGRows>(
                context: [], weights: weights, input: .secret, output: .open, hiding: hiding)
            let (statement, proof) = try key.prove(
                witness, request, threads: 1, random: random.next, progress: { _ in },
                tamper: tamper)
            try differential.add(name, proof.encoded, statement, witness.system)
        }
        for name in ["x", "hidden, limb 0", "hidden, over, limb 0", "y", "w1"] {
            var witness = honest
            let number = try #require(witness.system.tensors.firstIndex { $0.name == name })
            var values = witness.integers(number)
            values[1] ^= 1
            witness.set(number, to: values)
            try lie(name, witness)
        }
        try lie("multiplicity", honest) { phase, witness in
            guard phase == .trace, let number = witness.system.multiplicities.first else { return }
            var values = witness.integers(number)
            values[0] += 1
            values[1] -= 1
            witness.set(number, to: values)
        }
        for (name, tensors) in [
            ("inverse of a lookup", honest.system.lookupInverses),
            ("inverse of a table", honest.system.tableInverses),
        ] {
            try lie(name, honest) { phase, witness in
                guard phase == .lookups else { return }
                let home = witness.homes[tensors[0]]
                guard case .elements(var elements) = witness.items[home.item] else { return }
                elements[home.offset] += Fr.one
                elements[home.offset + 1] -= Fr.one
                witness.items[home.item] = .elements(elements)
            }
        }
        try differential.check(false)
    }
}
