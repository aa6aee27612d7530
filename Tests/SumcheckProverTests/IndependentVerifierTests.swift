// The specification is enough: a verifier by Documentation/zkml.md, in another language and by
// other means, gives the same verdicts.

import Base
import Cryptography
import Fields
import TestSupport
import Testing

@testable import Sumcheck
@testable import SumcheckProver

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
        let system = try EveryKindOfTerm.system(rowBits: 6)
        #expect(SHA256.hash(system.canonicalBytes) == system.digest)
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

    /// Who knows τ can prove anything, so that both verifiers can be compared on messages that are
    /// random instead of honest: each accepts just what keeps all checks, and refuses what keeps
    /// all but one.
    @Test(.enabled(if: PythonOracle.require()), arguments: 0..<3, [false, true])
    func whoKnowsTauForgesByTheSpecification(number: Int, hiding: Bool) throws {
        let rowBits = [7, 7, 6][number]
        let system =
            switch number {
            case 0: try Network.perceptron().system(rowBits: rowBits)
            case 1: try Network.trees().system(rowBits: rowBits)
            default: try EveryKindOfTerm.system(rowBits: rowBits)
            }
        let key = try DevelopmentKeys.key(rowBits)
        let random = SeededElements(seed: 17)
        func points(_ tensorClass: TensorClass) -> [G1Affine] {
            system.layout.rowRange(of: tensorClass).map { _ in
                (G1Projective.generator.times(random.next())).affine
            }
        }
        func ones(_ tensorClass: TensorClass) -> [[Int64]] {
            system.tensors.filter { $0.tensorClass == tensorClass }.map {
                (0..<Int64($0.count)).map { 1 - $0 * $0 }
            }
        }
        let statements = [
            (Disclosure.open(ones(.input)), Disclosure.open(ones(.output))),
            (.secret, .committed(points(.output))),
        ].map {
            ProofStatement<KZGRows>(
                context: [3, 2, 1], weights: points(.weights), input: $0, output: $1,
                hiding: hiding)
        }
        let expected: [(wrong: Int, error: SumcheckError?)] =
            [(0, nil), (4, .wrongClosing), (5, .wrongClosing)]
            + (hiding ? [] : [(1, .wrongFirstSum), (2, .wrongFirstSum), (3, .wrongSecondSum)])
        for (seed, statement) in statements.enumerated() {
            let cases = expected.map { wrong, _ in
                var forged = OracleCase([], statement, system)
                (forged.seed, forged.wrong) = (seed, wrong)
                return forged
            }
            let proofs = try OracleCase.answers("Python/oracles/zkml_forger.py", cases)
            for (proof, (wrong, error)) in zip(proofs, expected) {
                let bytes = try #require(Bytes(hex: proof))
                var answer: SumcheckError?
                do throws(SumcheckError) {
                    let read = try SumcheckProof<KZGRows>(
                        encoded: bytes, system: system, statement: statement)
                    try key.scheme.verify(read, of: statement, system: system)
                } catch {
                    answer = error
                }
                #expect(answer == error, "\(wrong)")
            }
        }
    }
}
