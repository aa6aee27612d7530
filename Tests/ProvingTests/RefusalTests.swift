// What must not pass: other statements, other models, changed bytes.

import Base
import Proving
import TestSupport
import Testing
import Verification
import Wire

@Suite struct RefusalTests {
    private let example: ProvenExample
    private let proven: ProvenInference

    init() throws {
        example = try ProvenExample.credit.get()
        proven = try example.prove(0, DisclosureOptions(output: .open), context: [1, 2, 3])
    }

    @Test func anotherRequestsProofIsRefused() throws {
        try check(proven, context: [1, 2, 3])
        #expect(isRefused(proven, context: []))
        #expect(isRefused(proven, context: [1, 2, 4]))
        var moved = proven
        moved.proof.context = [1, 2, 4]
        #expect(isRefused(moved, context: [1, 2, 4]))
    }

    @Test func anotherInputOrOutputIsRefused() throws {
        let other = try example.prove(1, context: [1, 2, 3])
        for part in 0..<4 {
            var mixed = proven
            switch part {
            case 0: mixed.input = other.input
            case 1: mixed.output = other.output
            case 2:
                mixed.input = other.input
                mixed.statement.inputCommitment = other.statement.inputCommitment
            default:
                mixed.output = other.output
                mixed.statement.outputCommitment = other.statement.outputCommitment
            }
            #expect(isRefused(mixed, context: [1, 2, 3]), "part \(part)")
        }
    }

    @Test func outputsBetweenTheIntegersAreRefused() throws {
        var changed = proven
        changed.output?.tensors[0].data[0] ^= 1
        changed.statement.outputCommitment = try #require(changed.output).commitment.bytes
        #expect(isRefused(changed, context: [1, 2, 3]))
    }

    @Test func otherWeightsAreRefused() throws {
        let seed = try #require(BlindingSeed(Bytes(repeating: 8, count: 32)))
        let others = example.prover.commit(seed: seed)
        var mixed = proven
        mixed.model = others.model
        #expect(isRefused(mixed, context: [1, 2, 3]))
        mixed.statement.modelID = others.model.modelID.bytes
        #expect(isRefused(mixed, context: [1, 2, 3]))
    }

    @Test func anotherDisclosureIsRefused() throws {
        for disclosure in [TensorDisclosure.committed, .secret] {
            var changed = proven
            changed.proof.input = disclosure
            #expect(isRefused(changed, context: [1, 2, 3]))
            changed.input = nil
            #expect(isRefused(changed, context: [1, 2, 3]))
            changed.statement.inputCommitment = InferenceProof.secretCommitment
            #expect(isRefused(changed, context: [1, 2, 3]))
        }
        var shown = proven
        shown.proof.hides = false
        #expect(isRefused(shown, context: [1, 2, 3]))
    }

    @Test func anotherArithmeticIsRefused() throws {
        var changed = proven
        changed.statement.arithmeticVersion += 1
        #expect(throws: VerificationError.wrongArithmetic(expected: 2, actual: 1)) {
            try check(changed, context: [1, 2, 3])
        }
    }

    @Test func changedAndTruncatedProofsAreRefused() throws {
        let model = try ProvableModel(proven.model)
        var generator = SeededGenerator(seed: 21)
        func isRefused(_ proof: InferenceProof) -> Bool {
            do {
                try verify(
                    proven.statement, proof, against: model, input: proven.input,
                    output: proven.output, context: [1, 2, 3])
            } catch { return error.code == 19 }
            return false
        }
        let count = proven.proof.proof.count
        for position in stride(from: 0, to: count, by: 3) {
            var changed = proven.proof
            changed.proof[position] ^= UInt8(1 << (generator.next() % 8))
            #expect(isRefused(changed), "byte \(position)")
        }
        for length in [0, 1, 63, 64, count - 64, count - 1] {
            var short = proven.proof
            short.proof = Bytes(short.proof.prefix(length))
            #expect(isRefused(short), "\(length) bytes")
        }
        var long = proven.proof
        long.proof.append(0)
        #expect(isRefused(long))
    }

    @Test(arguments: 0..<60)
    func changedModelsAreRefused(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var bytes = proven.model.encoded()
        let position = Int(generator.next() % UInt64(bytes.count))
        bytes[position] ^= UInt8(1 << (generator.next() % 8))
        guard let model = try? CommittedModel(decoding: bytes) else { return }
        var changed = proven
        changed.model = model
        #expect(isRefused(changed, context: [1, 2, 3]), "byte \(position)")
        changed.statement.modelID = model.modelID.bytes
        // Whether its string is for development is the one thing that a proof does not depend on,
        // and the model's name does.
        guard model.isUnsafe == proven.model.isUnsafe else { return }
        #expect(isRefused(changed, context: [1, 2, 3]), "byte \(position)")
    }
}
