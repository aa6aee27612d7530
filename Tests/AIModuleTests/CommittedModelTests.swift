import Base
import Cryptography
import Ledger
import Models
import Tensors
import TestSupport
import Testing
import Verification
import Wire

@testable import AIModule

/// Models that are registered by a commitment to their weights.
@Suite struct CommittedModelTests {
    private let model: ProvenModel

    init() throws { model = try ProvenModel.shared.get() }

    @Test func aCommittedModelIsActiveAtOnceAndFound() throws {
        var chain = try TestChain { $0.parameters.allowsUnsafeReferenceStrings = true }
        let outcome = try chain.deliver(model.registration(price: "1000ucgpt"))
        let response = try outcome.unpacked(MsgRegisterCommittedModelResponse.self)
        #expect(response.modelID == model.committed.modelID.bytes && response.version == 1)
        #expect(outcome.events.map(\.type) == ["register_model", "activate_model"])
        var byID = QueryModelByIDRequest()
        byID.modelID = response.modelID
        let found = try chain.query("ModelByID", byID, QueryModelByIDResponse.self)
        let record = try #require(found.models.first)
        #expect(record.status == .active && record.isCommitted && record.isUnsafe)
        #expect(record.referenceStringID == model.committed.srsID.bytes && record.proofSize > 0)
        #expect(record.isPrimary && record.chunkCount == 0 && record.weightByteCount == 0)
        #expect(!record.inputs.isEmpty && record.programHash.count == 32)
        var query = QueryCommittedModelRequest()
        query.model = record.reference
        let stored = try chain.query("CommittedModel", query, QueryCommittedModelResponse.self)
        #expect(stored.model == model.committed)
        // Names and versions are shared with other models.
        let plain = try TestModels.perceptron()
        let second = try chain.deliver(registration(plain, name: "private"))
        #expect(try second.unpacked(MsgRegisterModelResponse.self).version == 2)
        #expect(try chain.deliver(model.registration()).refusal == nil)
        try chain.checkInvariants()
    }

    @Test func theChainCannotRunIt() throws {
        var chain = try model.chain()
        let outcome = try chain.deliver(request(model.input(), name: "private"))
        #expect(outcome.refusal == "ai/35", "\(outcome.log)")
        var estimate = QueryEstimateRequest()
        estimate.model = ModelReference(owner: TestChain.alice.bech32(), name: "private")
        #expect(try chain.queryRefusal("Estimate", estimate) == "ai/35")
    }

    @Test func refusesWhatIsNotTrusted() throws {
        var chain = try TestChain()
        #expect(try chain.deliver(model.registration()).refusal == "ai/28")
        let own = model.committed.srsID.bytes
        var other = own
        other[0] ^= 1
        for (trusted, refusal) in [([own], nil), ([other], "ai/28")] as [([Bytes], String?)] {
            var chain = try TestChain {
                $0.parameters.allowsUnsafeReferenceStrings = true
                $0.parameters.trustedReferenceStrings = trusted
            }
            #expect(try chain.deliver(model.registration()).refusal == refusal)
        }
    }

    /// Code space and code of the refusal after `change`.
    private func refusal(
        _ change: (inout MsgRegisterCommittedModel) -> Void
    ) throws -> String? { try refusal(limit: { _ in }, change) }

    /// The same with parameters after `limit`.
    private func refusal(
        limit: (inout AIParameters) -> Void, _ change: (inout MsgRegisterCommittedModel) -> Void
    ) throws -> String? {
        var chain = try TestChain {
            $0.parameters.allowsUnsafeReferenceStrings = true
            limit(&$0.parameters)
        }
        var message = model.registration()
        change(&message)
        return try chain.deliver(message).refusal
    }

    @Test func refusesWhatCannotBeProved() throws {
        #expect(try refusal { _ in } == nil)
        #expect(try refusal { $0.owner = "nobody" } == "sdk/7")
        #expect(try refusal { $0.name = "" } == "ai/2")
        #expect(try refusal { $0.version = 1 << 63 } == "ai/3")
        #expect(try refusal { $0.price = [Coin(.zero, "ucgpt")] } == "ai/16")
        #expect(try refusal { $0.modelID = [1] } == "ai/24")
        #expect(try refusal { $0.modelID = Bytes(repeating: 1, count: 32) } == "ai/15")
        #expect(try refusal { $0.model = CommittedModel() } == "ai/37")
        #expect(try refusal { $0.model.program.removeLast() } == "ai/37")
        #expect(try refusal { $0.model.rowBits = 3 } == "ai/37")
        #expect(try refusal { $0.model.rowBits = 60 } == "ai/37")
        #expect(try refusal { $0.model.tau[5] ^= 1 } == "ai/37")
        #expect(try refusal { $0.model.tau = [] } == "ai/37")
        #expect(try refusal { $0.model.weights[3] ^= 1 } == "ai/37")
        #expect(try refusal { $0.model.weights.removeLast(64) } == "ai/37")
        #expect(
            try refusal {
                $0.model.constants.append(PublicConstant(index: 0, data: [1]))
            } == "ai/37")
        // A program of the machine that is not of the integer profile.
        let plain = try TestModels.perceptron()
        #expect(try refusal { $0.model.program = plain.programBytes } == "ai/37")
        #expect(try refusal(limit: { $0.maximumProgramBytes = 10 }) { _ in } == "ai/8")
        #expect(try refusal(limit: { $0.maximumModelBytes = 100 }) { _ in } == "ai/7")
        #expect(try refusal(limit: { $0.maximumTextBytes = 2 }) { $0.licence = "MIT" } == "ai/23")
        #expect(try refusal(limit: { $0.maximumRequestBytes = 1 }) { _ in } == "ai/19")
        #expect(try refusal(limit: { $0.maximumResultBytes = 1 }) { _ in } == "ai/20")
    }

    @Test func aRefusedModelIsPaidForToo() throws {
        var chain = try TestChain { $0.parameters.allowsUnsafeReferenceStrings = true }
        var message = model.registration()
        // A kilobyte of program that doubles a tensor until it has sixteen million parts.
        var builder = ProgramBuilder(opset: 17, name: "doubling")
        builder.profile = .integer
        var value = builder.addInput("x", TensorType(.int16, [1, 1]))
        for _ in 0..<24 {
            value =
                builder.addNode(
                    "Concat", [value, value], attributes: [("axis", .int(0))])[0]
        }
        builder.addOutput("y", builder.addNode("aivm.integer.Rescale", [value])[0])
        message.model = CommittedModel()
        message.model.program = try builder.build().programBytes
        message.model.rowBits = 10
        message.model.tau = model.committed.tau
        message.model.isUnsafe = true
        #expect(message.model.program.count < 2_000)
        let outcome = try chain.deliver(message, gasLimit: 5_000_000)
        #expect(outcome.refusal == "sdk/11" && outcome.gasUsed > 5_000_000, "\(outcome.log)")
        // Reading stops early where a model is wrong early, and costs what it took.
        message.model.program = model.committed.program
        message.model.tau = []
        let wrong = try chain.deliver(message, mode: .simulate)
        let right = try chain.deliver(model.registration(), mode: .simulate)
        #expect(wrong.refusal == "ai/37")
        #expect(wrong.gasUsed > right.gasUsed / 2 && wrong.gasUsed < right.gasUsed)
    }

    @Test func readingItIsPaidBefore() throws {
        var chain = try TestChain { $0.parameters.allowsUnsafeReferenceStrings = true }
        let message = model.registration()
        let estimate = try chain.deliver(message, mode: .simulate).gasUsed
        #expect(try chain.deliver(message, gasLimit: estimate - 1).refusal == "sdk/11")
        #expect(try chain.deliver(message, gasLimit: 20_000).refusal == "sdk/11")
        let outcome = try chain.deliver(message, gasLimit: estimate)
        #expect(outcome.refusal == nil && outcome.gasUsed == estimate)
    }
}
