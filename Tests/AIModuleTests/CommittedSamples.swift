import Base
import Commitments
import Cryptography
import Fields
import IntegerModels
import Ledger
import Models
import Proving
import Tensors
import TestSupport
import Testing
import Verification
import Wire

@testable import AIModule

/// A model of the integer profile whose weights its prover keeps.
struct ProvenModel {
    let prover: InferenceProver
    let weights: CommittedWeights
    var committed: CommittedModel { weights.model }

    /// Alice's model, from a string for development.
    static let shared = Result { try ProvenModel(seed: 7) }
    /// Another one.
    static let other = Result { try ProvenModel(seed: 1000) }

    /// The first model from `seed` on whose numbers are floats outside.
    init(seed: UInt64) throws {
        let models = (seed..<seed + 100).lazy.compactMap { seed in
            try? RandomIntegerModel(seed: seed, nodeCount: 3, operators: ["Linear", "Table"]).model
        }
        let model = models.first { model in
            (model.inputs + model.outputs).allSatisfy { $0.type?.element != .int16 }
        }
        prover = try InferenceProver(try #require(model), threads: 2) { count in
            StructuredReferenceString.forDevelopment(tau: Fr(12_345), count: count)
        }
        weights = prover.commit(seed: BlindingSeed(Bytes(repeating: 5, count: 32)))
    }

    /// An input; different numbers give different ones.
    func input(_ number: UInt64 = 1) -> TensorSet {
        TensorSet(
            prover.model.inputs.compactMap { port in
                port.type.map { type in
                    let count = type.shape.elementCount
                    let values = (0..<count).map { (UInt64($0) * 7 + number) % 13 }
                    let tensor =
                        type.element == .float32
                        ? Tensor(values.map { Float($0) / 8 - 0.5 }, shape: type.shape)
                        : Tensor(values.map { Int64($0 % 3) }, shape: type.shape)
                    return NamedTensor(name: port.name, tensor: tensor)
                }
            })
    }

    /// The answer of `worker` to a request.
    func answer(
        _ request: UInt64, worker: Address = TestChain.alice, input: TensorSet? = nil,
        _ choice: DisclosureOptions = DisclosureOptions(), chainID: String = "aivm-1"
    ) throws -> MsgSubmitResult {
        let made = try prover.prove(
            input ?? self.input(), weights: weights, choice,
            context: AI.resultContext(chainID: chainID, request: request, worker: worker))
        return MsgSubmitResult(
            worker: worker.bech32(), request: request, output: made.output,
            proof: made.proven.proof)
    }

    /// Alice's registration.
    func registration(name: String = "private", price: String = "") -> MsgRegisterCommittedModel {
        MsgRegisterCommittedModel(
            owner: TestChain.alice.bech32(), name: name, model: committed, price: coins(price))
    }

    /// Bob's request.
    func request(
        _ input: TensorSet? = nil, name: String = "private", maximumPrice: String = "1000000ucgpt",
        deadline: Int64 = 100
    ) -> MsgRequestResult {
        MsgRequestResult(
            requester: TestChain.bob.bech32(),
            model: ModelReference(owner: TestChain.alice.bech32(), name: name),
            input: input ?? self.input(), maximumPrice: coins(maximumPrice),
            deadline: Timestamp(seconds: deadline))
    }

    /// A chain that takes strings for development, with the model for 1000ucgpt, and `requests`
    /// requests of bob to it.
    func chain(requests: Int = 0, price: String = "1000ucgpt") throws -> TestChain {
        var chain = try TestChain { $0.parameters.allowsUnsafeReferenceStrings = true }
        let outcome = try chain.deliver(registration(price: price))
        #expect(outcome.refusal == nil, "\(outcome.log)")
        for _ in 0..<requests {
            let outcome = try chain.deliver(request())
            #expect(outcome.refusal == nil, "\(outcome.log)")
        }
        return chain
    }
}
