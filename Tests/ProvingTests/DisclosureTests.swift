// What a statement tells, and that what it does not tell is not in it.

import Base
import Proving
import Testing
import Verification
import Wire

@Suite struct DisclosureTests {
    private let example: ProvenExample

    init() throws { example = try ProvenExample.credit.get() }

    @Test(
        arguments: [TensorDisclosure.open, .committed, .secret],
        [TensorDisclosure.open, .committed, .secret])
    func everyDisclosureIsProved(input: TensorDisclosure, output: TensorDisclosure) throws {
        let proven = try example.prove(0, DisclosureOptions(input: input, output: output))
        try check(proven)
        #expect((proven.input != nil) == (input == .open))
        #expect((proven.output != nil) == (output == .open))
        #expect(proven.proof.hides)
        // What went in is nowhere in the bytes when it is not open.
        let values = example.inputs[0].tensors[0].data
        #expect(proven.encoded().contains(values) == (input == .open))
        // It travels and is the same.
        #expect(try ProvenInference(decoding: proven.encoded()) == proven)
    }

    @Test func nothingNeedBeHidden() throws {
        let proven = try example.prove(0, DisclosureOptions(hides: false))
        try check(proven)
        #expect(!proven.proof.hides)
    }

    @Test func theSameTensorHasTheSameCommitmentInAllStatements() throws {
        let options = DisclosureOptions(input: .committed, seed: example.seed)
        let first = try example.prove(0, options)
        let again = try example.prove(0, options)
        let other = try example.prove(1, options)
        #expect(first.statement.inputCommitment == again.statement.inputCommitment)
        #expect(first.statement.inputCommitment != other.statement.inputCommitment)
        #expect(first.proof.proof != again.proof.proof)
    }

    @Test func weightsThatArePublicCanBeCommittedToByEverybody() throws {
        let mine = example.prover.commit(seed: nil).model
        #expect(mine == example.prover.commit(seed: nil).model)
        let hidden = example.prover.commit(seed: example.seed).model
        #expect(hidden.modelID != mine.modelID)
        #expect(hidden.program == mine.program)
        #expect(hidden.modelID == example.prover.commit(seed: example.seed).model.modelID)
    }

    @Test(arguments: ["credit_mlp", "digits_mlp", "digits_cnn", "tinygpt"])
    func aModelWithoutItsWeightsHasTheSameRelations(name: String) throws {
        let other = try ProvenExample(name, sampleCount: 1)
        let proven = try other.prove(0, DisclosureOptions(input: .secret))
        let model = try ProvableModel(proven.model)
        #expect(model.modelID.bytes == proven.statement.modelID)
        try check(proven)
    }
}
