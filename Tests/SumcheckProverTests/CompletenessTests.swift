import Base
import Fields
import Sumcheck
import SumcheckProver
import TestSupport
import Testing

@Suite struct CompletenessTests {
    /// Proves, verifies, and reads back.
    private func prove(
        _ witness: Witness<Fr>, hiding: Bool, input: DisclosureChoice<KZGRows> = .open,
        output: DisclosureChoice<KZGRows> = .open, threads: Int = 1
    ) throws {
        try witness.check()
        let sample = try Sample(
            witness, hiding: hiding, input: input, output: output, threads: threads)
        try sample.verify()
        let bytes = sample.proof.encoded
        let read = try SumcheckProof<KZGRows>(
            encoded: bytes, system: sample.system, statement: sample.statement)
        #expect(read == sample.proof)
    }

    @Test(arguments: [false, true])
    func provesALinearLayer(hiding: Bool) throws {
        try prove(LinearExample().witness, hiding: hiding)
    }

    @Test(arguments: [false, true])
    func provesAPerceptron(hiding: Bool) throws {
        try prove(Network.perceptron().witness(rowBits: 7), hiding: hiding)
    }

    @Test(arguments: [false, true])
    func provesAConvolutionalNetwork(hiding: Bool) throws {
        try prove(Network.convolutional().witness(rowBits: 7), hiding: hiding, threads: 2)
    }

    @Test(arguments: [false, true])
    func provesAttention(hiding: Bool) throws {
        try prove(Network.attention().witness(rowBits: 8), hiding: hiding)
    }

    @Test(arguments: [false, true])
    func provesPoolsGroupsAndSlices(hiding: Bool) throws {
        try prove(Network.mixed().witness(rowBits: 8), hiding: hiding)
    }

    @Test(arguments: [false, true])
    func provesWithSecretInputAndOutput(hiding: Bool) throws {
        try prove(
            Network.perceptron().witness(rowBits: 7), hiding: hiding, input: .secret,
            output: .secret)
    }

    @Test(arguments: [false, true])
    func provesWithCommittedInputAndOutput(hiding: Bool) throws {
        let witness = try Network.perceptron().witness(rowBits: 7)
        let key = try DevelopmentKeys.key(7)
        let random = SeededElements(seed: 99)
        let input = key.commit(.input, of: witness, threads: 1, random: random.next)
        let output = key.commit(.output, of: witness, threads: 1, random: random.next)
        try prove(
            witness, hiding: hiding, input: .committed(input), output: .committed(output))
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func givesTheSameBytesOnAnyNumberOfThreads(seed: UInt64) throws {
        let witness = try Network.perceptron(seed: seed).witness(rowBits: 7)
        let one = try Sample(witness, hiding: true, threads: 1)
        let two = try Sample(witness, hiding: true, threads: 2)
        #expect(one.proof.encoded == two.proof.encoded)
        try one.verify()
    }
}
