// What a proof tells: nothing but the statement. A simulator without a witness, and what two
// witnesses of one statement look like.

import Base
import Cryptography
import Fields
import SumcheckProver
import TestSupport
import Testing

@testable import Sumcheck

/// Makes accepting conversations without a witness, where it may choose the challenges and knows τ
/// (Documentation/zkml.md, section 10).
private struct Simulator {
    let system: RelationSystem
    let scheme: KZGRows
    let statement: ProofStatement<KZGRows>
    let random: SeededElements

    private func point() -> G1Affine { G1Projective.generator.times(random.next()).affine }

    private func points(_ count: Int) -> [G1Affine] { (0..<count).map { _ in point() } }

    private func rounds(_ counts: [Int]) -> [[Fr]] {
        counts.map { count in (0..<count).map { _ in random.next() } }
    }

    /// The challenges of one conversation, by their number.
    static func answer(seed: UInt64, _ number: Int) -> Bytes {
        let name = Bytes("\(seed) \(number)".utf8)
        return SHA256.hash(name).bytes + SHA256.hash(name + [0]).bytes
    }

    func proof(seed: UInt64) throws -> SumcheckProof<KZGRows> {
        let layout = system.layout
        let columns = HiddenColumns(mask1: point(), left: point(), right: point(), mask2: point())
        var closing = KZGRows.Closing(
            runningSum: point(), quotients: points(2), left: random.next(), nextSum: random.next(),
            openings: points(2))
        var proof = SumcheckProof<KZGRows>(
            input: points(layout.rowRange(of: .input).count), output: [],
            trace: points(layout.rowRange(of: .trace).count),
            inverses: points(layout.rowRange(of: .inverse).count), columns: columns,
            firstRounds: rounds(
                [4] + [Int](repeating: 3, count: system.firstSumVariables - 1)), values: [],
            secondRounds: rounds([3] + [Int](repeating: 2, count: layout.bits - 1)),
            closing: closing)
        // What the verifier will compute from these messages under these challenges.
        var transcript = SumcheckTranscript { Simulator.answer(seed: seed, $0) }
        let (challenges, sum, ends) = try scheme.replay(proof, statement, system, &transcript)
        let claim = scheme.closingClaim(
            statement, system, sum, sum.placeForm(challenges), ends, challenges: challenges,
            transcript: &transcript)
        let last = ClosingChallenges(closing, &transcript)
        let opened = try scheme.opened(
            closing, claim, scheme.rows(proof, statement, system), columns, last)
        // W = D / (τ − point), which only who knows τ can compute.
        let tau = DevelopmentKeys.tau
        let root = try #require(Fr.rootOfUnity(log2: scheme.rowBits))
        func quotient(_ point: G1Projective, _ at: Fr) throws -> G1Affine {
            point.times(try #require((tau - at).inverted())).affine
        }
        let next =
            G1Projective(closing.runningSum) - G1Projective.generator.times(closing.nextSum)
        closing.openings = [
            try quotient(G1Projective(opened.value), last.xi), try quotient(next, root * last.xi),
        ]
        proof.closing = closing
        return proof
    }
}

@Suite struct ZeroKnowledgeTests {
    /// Only the challenges make a proof of it: with those of the hash it is refused.
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func simulatesWithoutAWitness(seed: UInt64) throws {
        let witness = try Network.perceptron().witness(rowBits: 7)
        let sample = try Sample(witness, hiding: true, input: .secret)
        var statement = sample.statement
        // An output that no input has.
        guard case .open(var output) = statement.output else { return }
        output[0][0] = 12345
        output[0][1] = -777
        statement.output = .open(output)
        let simulator = Simulator(
            system: sample.system, scheme: sample.scheme, statement: statement,
            random: SeededElements(seed: 100 + seed))
        let proof = try simulator.proof(seed: seed)
        var transcript = SumcheckTranscript { Simulator.answer(seed: seed, $0) }
        try sample.scheme.verify(proof, of: statement, system: sample.system, &transcript)
        #expect(throws: SumcheckError.wrongClosing) {
            try sample.scheme.verify(proof, of: statement, system: sample.system)
        }
        let read = try SumcheckProof<KZGRows>(
            encoded: proof.encoded, system: sample.system, statement: statement)
        #expect(read == proof)
    }

    /// A layer whose outputs are all cut off at 7, whatever the input is.
    private func saturated(_ input: [Int64]) throws -> Witness<Fr> {
        var network = Network(seed: 9)
        let x = network.input([4])
        let w = network.builder.tensor("w", [4, 3], .weights, .signedByte)
        let y = network.builder.linear(
            "y", x, weights: w, bias: nil, outputs: 3,
            Rescaling(multipliers: [1], shift: 1, range: 0...7))
        _ = network.builder.output("output", y)
        network.values = [
            (x.addends[0].view.tensor, input), (w, [Int64](repeating: 100, count: 12)),
        ]
        return try network.witness(rowBits: 7)
    }

    /// The distance of two samples by the upper three bits of a word: chi squared, 7 degrees of
    /// freedom.
    private func distance(_ a: [UInt8], _ b: [UInt8]) -> Double {
        var counts = [(Double, Double)](repeating: (0, 0), count: 8)
        // The upper three of the 254 bits of an element.
        for value in a { counts[Int(value >> 3 & 7)].0 += 1 }
        for value in b { counts[Int(value >> 3 & 7)].1 += 1 }
        return counts.reduce(0) {
            let sum = $1.0 + $1.1
            return sum == 0 ? $0 : $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / sum
        }
    }

    /// The largest distance over all words of proofs of two inputs with one output.
    private func largestDistance(hiding: Bool, count: Int) throws -> Double {
        let inputs: [[Int64]] = [[1, 2, 3, 4], [30000, 0, 12000, 777]]
        var samples: [[Bytes]] = []
        for (number, input) in inputs.enumerated() {
            let witness = try saturated(input)
            samples.append(
                try (0..<count).map { index in
                    try Sample(
                        witness, hiding: hiding, input: .secret,
                        seed: UInt64(1_000_000 * (number + 1) + index)
                    ).proof.encoded
                })
        }
        let words = samples[0][0].count / 32
        return (0..<words).reduce(0) { largest, word in
            let columns = samples.map { $0.map { $0[32 * word + 31] } }
            return max(largest, distance(columns[0], columns[1]))
        }
    }

    /// With some 150 words, 45 is exceeded by chance once in more than 10^4 runs; the seeds are
    /// fixed.
    @Test func proofsOfTwoInputsLookAlike() throws {
        #expect(try largestDistance(hiding: true, count: 96) < 45)
    }

    /// The same test tells proofs apart that hide nothing.
    @Test func proofsThatHideNothingDoNot() throws {
        #expect(try largestDistance(hiding: false, count: 48) >= 45)
    }
}
