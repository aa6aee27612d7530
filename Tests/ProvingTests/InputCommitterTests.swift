// Commitments to inputs by somebody who has no more than the model's public part.

import Base
import Commitments
import Fields
import Proving
import Testing
import Verification

@Suite struct InputCommitterTests {
    private let example: ProvenExample
    private let model: ProvableModel
    private let seed: BlindingSeed

    init() throws {
        example = try ProvenExample.credit.get()
        model = try ProvableModel(example.prover.commit(seed: example.seed).model)
        seed = try #require(BlindingSeed(Bytes(repeating: 3, count: 32)))
    }

    private func committer(tau: UInt64 = 271_828) throws -> InputCommitter {
        try InputCommitter(model, threads: 2) { count in
            StructuredReferenceString.forDevelopment(tau: Fr(tau), count: count)
        }
    }

    @Test func theProverProvesAboutTheRequestersCommitment() throws {
        let commitment = try committer().commitment(to: example.inputs[0], seed: seed)
        let proven = try example.prove(0, DisclosureOptions(input: .committed, inputSeed: seed))
        #expect(proven.statement.inputCommitment == commitment)
        #expect(proven.input == nil)
        try check(proven)
    }

    @Test func otherInputsAndSeedsHaveOtherCommitments() throws {
        let committer = try committer()
        let commitment = try committer.commitment(to: example.inputs[0], seed: seed)
        #expect(try committer.commitment(to: example.inputs[0], seed: seed) == commitment)
        #expect(try committer.commitment(to: example.inputs[1], seed: seed) != commitment)
        #expect(try committer.commitment(to: example.inputs[0], seed: example.seed) != commitment)
        let proven = try example.prove(1, DisclosureOptions(input: .committed, inputSeed: seed))
        var moved = proven
        moved.statement.inputCommitment = commitment
        #expect(isRefused(moved))
    }

    @Test func anotherStringOrInputIsRefused() throws {
        #expect(
            throws: ProvingFailure.referenceString("the model was committed with another string")
        ) { try committer(tau: 5) }
        #expect(throws: VerificationError.self) {
            try committer().commitment(to: TensorSet(), seed: seed)
        }
    }
}
