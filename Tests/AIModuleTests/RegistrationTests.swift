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

@Suite struct RegistrationTests {
    private func reference(_ version: UInt64 = 0, name: String = "m") -> ModelReference {
        ModelReference(owner: TestChain.alice.bech32(), name: name, version: version)
    }

    private func missing(_ chain: TestChain) throws -> [UInt32] {
        var request = QueryMissingChunksRequest()
        request.model = reference(1)
        return try chain.query("MissingChunks", request, QueryMissingChunksResponse.self).indices
    }

    @Test func smallModelIsActiveAfterOneTransaction() throws {
        var chain = try TestChain()
        let model = try TestModels.perceptron()
        let outcome = try chain.deliver(registration(model, price: "5ucgpt"))
        let response = try outcome.unpacked(MsgRegisterModelResponse.self)
        #expect(response.status == .active)
        #expect(response.version == 1)
        #expect(response.registration == 1)
        #expect(response.modelID == model.modelID.bytes)
        #expect(
            outcome.events.map(\.type) == ["register_model", "upload_chunk", "activate_model"])
        #expect(outcome.events[2]["model_id"] == model.modelID.hex)
        try chain.checkInvariants()
    }

    @Test func modelWithoutWeightsIsActiveAtOnce() throws {
        var chain = try TestChain()
        let response = try chain.deliver(registration(try TestModels.weightless()))
            .unpacked(MsgRegisterModelResponse.self)
        #expect(response.status == .active)
        #expect(try chain.deliver(request()).refusal == nil)
    }

    @Test func chunksArriveInAnyOrderAndUploadsResume() throws {
        var chain = try TestChain()
        let model = try TestModels.large()
        let opened = try chain.deliver(registration(model)).unpacked(MsgRegisterModelResponse.self)
        #expect(opened.status == .uploading)
        #expect(opened.missingChunkCount == 3)
        #expect(opened.modelID == model.modelID.bytes)
        #expect(try missing(chain) == [0, 1, 2])
        #expect(try chain.deliver(request(TestModels.largeInput())).refusal == "ai/5")

        try chain.deliver(upload(model, 2))
        #expect(try missing(chain) == [0, 1])
        // The client does not know whether the last one arrived, and sends it again.
        let again = try chain.deliver(upload(model, 2)).unpacked(MsgUploadChunkResponse.self)
        #expect(again.missingChunkCount == 2)
        try chain.deliver(upload(model, 0))
        try chain.checkInvariants()
        let last = try chain.deliver(upload(model, 1)).unpacked(MsgUploadChunkResponse.self)
        #expect(last.status == .active)
        #expect(try missing(chain) == [])
        #expect(try chain.deliver(request(TestModels.largeInput())).refusal == nil)
        try chain.checkInvariants()
    }

    @Test func aWrongChunkIsRefusedAloneAndLeavesTheUploadAsItWas() throws {
        var chain = try TestChain()
        let model = try TestModels.large()
        try chain.deliver(registration(model))
        try chain.deliver(upload(model, 0))
        var wrong = upload(model, 1)
        wrong.data[77] ^= 1
        #expect(try chain.deliver(wrong).refusal == "ai/12")
        var swapped = upload(model, 1)
        swapped.data = upload(model, 0).data
        #expect(try chain.deliver(swapped).refusal == "ai/12")
        var short = upload(model, 1)
        short.data.removeLast()
        #expect(try chain.deliver(short).refusal == "ai/13")
        var long = upload(model, 1)
        long.data.append(0)
        #expect(try chain.deliver(long).refusal == "ai/13")
        var beyond = upload(model, 1)
        beyond.index = 3
        #expect(try chain.deliver(beyond).refusal == "ai/11")
        #expect(try missing(chain) == [1, 2])
        #expect(try chain.deliver(upload(model, 1)).refusal == nil)
        #expect(try chain.deliver(upload(model, 2)).refusal == nil)
        #expect(try chain.deliver(upload(model, 2)).refusal == "ai/14")
    }

    @Test func onlyTheOwnerUploadsAndChanges() throws {
        var chain = try TestChain()
        let model = try TestModels.large()
        try chain.deliver(registration(model))
        var message = upload(model, 0)
        message.owner = TestChain.carol.bech32()
        #expect(try chain.deliver(message).refusal == "ai/4")
        var status = MsgSetModelStatus()
        status.owner = TestChain.carol.bech32()
        status.name = "m"
        status.status = .disabled
        #expect(try chain.deliver(status).refusal == "ai/4")
    }

    @Test func versionsCountUp() throws {
        var chain = try TestChain()
        let model = try TestModels.perceptron()
        func version(_ explicit: UInt64) throws -> String {
            var message = registration(model)
            message.version = explicit
            let outcome = try chain.deliver(message)
            if let refusal = outcome.refusal { return refusal }
            return "\(try outcome.unpacked(MsgRegisterModelResponse.self).version)"
        }
        #expect(try version(0) == "1")
        #expect(try version(0) == "2")
        #expect(try version(7) == "7")
        #expect(try version(7) == "ai/3")
        #expect(try version(3) == "ai/3")
        #expect(try version(0) == "8")
        #expect(try version(.max) == "ai/3")
        #expect(try version(1 << 62) == "\(1 << 62)")
        #expect(try version(0) == "ai/3")
        try chain.checkInvariants()
    }

    @Test func registrationsThatBreakARuleAreRefused() throws {
        var chain = try TestChain {
            $0.parameters.maximumModelBytes = 100
            $0.parameters.maximumProgramBytes = 500
            $0.parameters.maximumTextBytes = 10
        }
        let good = registration(try TestModels.perceptron())
        func refusal(_ change: (inout MsgRegisterModel) -> Void) throws -> String? {
            var message = good
            change(&message)
            return try chain.deliver(message).refusal
        }
        for name in ["", "A", "-x", "a b", String(repeating: "a", count: 65), "ä"] {
            #expect(try refusal { $0.name = name } == "ai/2")
        }
        #expect(try refusal { $0.owner = "aivm1nobody" } == "sdk/7")
        #expect(try refusal { $0.weightByteCount = 101 } == "ai/7")
        #expect(try refusal { $0.weightByteCount = .max } == "ai/7")
        #expect(try refusal { $0.program += Bytes(repeating: 0, count: 500) } == "ai/8")
        #expect(try refusal { $0.program = [1, 2, 3] } == "ai/9")
        #expect(try refusal { $0.program = [] } == "ai/9")
        #expect(try refusal { $0.weightByteCount -= 1 } == "ai/9")
        #expect(
            try refusal {
                $0.chunkHashes = []
                $0.chunks = []
            } == "ai/10")
        #expect(try refusal { $0.chunkHashes[0].removeLast() } == "ai/10")
        #expect(try refusal { $0.chunkHashes.append($0.chunkHashes[0]) } == "ai/10")
        #expect(try refusal { $0.chunks.append([1]) } == "ai/11")
        #expect(try refusal { $0.chunks[0][0] ^= 1 } == "ai/12")
        #expect(try refusal { $0.chunks[0].append(0) } == "ai/13")
        #expect(try refusal { $0.modelID = SHA256.hash([1]).bytes } == "ai/15")
        #expect(try refusal { $0.modelID = [1] } == "ai/24")
        #expect(try refusal { $0.price = coins("2uusd,1ucgpt") } == "ai/16")
        #expect(try refusal { $0.price = coins("0ucgpt") } == "ai/16")
        #expect(try refusal { $0.price = coins("1ua1,1ua2,1ua3,1ua4,1ua5") } == "ai/16")
        #expect(try refusal { $0.licence = "01234567890" } == "ai/23")
        #expect(try refusal { $0.description = "01234567890" } == "ai/23")
        let modelID = try TestModels.perceptron().modelID.bytes
        #expect(try refusal { $0.modelID = modelID } == nil)
    }

    @Test func weightsThatMakeTheProgramInvalidAreRefusedWithTheLastChunk() throws {
        // Bytes between constants must be zero: known only when the weights are there.
        var builder = ProgramBuilder(opset: 17)
        let x = builder.addInput("x", .init(.float32, [1]))
        let a = builder.addConstant("a", .init([1] as [Float], shape: [1]))
        let b = builder.addConstant("b", .init([2] as [Float], shape: [1]))
        let sum = builder.addNode("Add", [x, a])
        builder.addOutput("y", builder.addNode("Add", [sum[0], b])[0])
        let model = try builder.build()
        var weights = model.weights
        weights[10] = 1
        var chain = try TestChain()
        var message = MsgRegisterModel(
            owner: TestChain.alice.bech32(), name: "m", program: model.programBytes,
            weights: weights, price: [])
        #expect(try chain.deliver(message).refusal == "ai/9")
        message.chunks = []
        #expect(try chain.deliver(message).refusal == nil)
        var chunk = upload(model, 0)
        chunk.data = weights
        #expect(try chain.deliver(chunk).refusal == "ai/9")
        #expect(try missing(chain) == [0])
        try chain.checkInvariants()
    }

    @Test func modelsWhoseTensorsAreTooLargeAreRefused() throws {
        var small = try TestChain { $0.parameters.maximumRequestBytes = 20 }
        #expect(try small.deliver(registration(try TestModels.perceptron())).refusal == "ai/19")
        small = try TestChain { $0.parameters.maximumResultBytes = 20 }
        #expect(try small.deliver(registration(try TestModels.perceptron())).refusal == "ai/20")
    }

    @Test func statusAndPriceFollowTheOwner() throws {
        var chain = try TestChain()
        try chain.deliver(registration(try TestModels.perceptron()))
        var status = MsgSetModelStatus()
        status.owner = TestChain.alice.bech32()
        status.name = "m"
        status.version = 1
        #expect(try chain.deliver(status).refusal == "ai/25")
        status.status = .uploading
        #expect(try chain.deliver(status).refusal == "ai/25")
        status.status = .disabled
        #expect(try chain.deliver(status).events.map(\.type) == ["set_model_status"])
        #expect(try chain.deliver(request()).refusal == "ai/6")
        status.status = .active
        try chain.deliver(status)
        #expect(try chain.deliver(request()).refusal == nil)

        var price = MsgUpdateModelPrice()
        price.owner = status.owner
        price.name = "m"
        price.price = coins("7ucgpt")
        #expect(try chain.deliver(price).events[0]["price"] == "7ucgpt")
        let paid = try chain.deliver(request()).unpacked(MsgRequestInferenceResponse.self)
        #expect(paid.price == coins("7ucgpt"))
        price.price = coins("0ucgpt")
        #expect(try chain.deliver(price).refusal == "ai/16")

        let large = try TestModels.large()
        try chain.deliver(registration(large, name: "large"))
        status.name = "large"
        #expect(try chain.deliver(status).refusal == "ai/5")
    }

    @Test func gasDependsNeitherOnTheCacheNorOnBlobsThatAreThere() throws {
        var chain = try TestChain()
        let model = try TestModels.perceptron()
        try chain.deliver(registration(model, name: "a"))
        var cold = chain
        cold.cache = ContextCache()
        let second = try chain.deliver(registration(model, name: "b"))
        #expect(try cold.deliver(registration(model, name: "b")).gasUsed == second.gasUsed)
        // The same sizes, but another content: only the claim to the ModelID is new.
        let other = try TestModels.perceptron(9)
        let fresh = try chain.deliver(registration(other, name: "c"))
        let claim = StateGas.writeFlat + StateGas.writePerByte * UInt64(1 + 32 + 2)
        // The record holds a flag more, three bytes; the claim of the first model is not read, two.
        let flag = 3 * StateGas.writePerByte
        #expect(
            fresh.gasUsed - second.gasUsed == claim + flag - 2 * StateGas.readPerByte)
    }

    @Test func checkingForTheMempoolLoadsNoModel() throws {
        var chain = try TestChain()
        let outcome = try chain.deliver(
            registration(try TestModels.perceptron()), mode: .check)
        let response = try outcome.unpacked(MsgRegisterModelResponse.self)
        #expect(response.status == .uploading)
        #expect(response.missingChunkCount == 0)
    }

    @Test func mutatedRegistrationsNeverTrap() throws {
        var mutator = Mutator(seed: 5)
        let bytes = registration(try TestModels.perceptron(), price: "5ucgpt").encoded()
        let chain = try TestChain()
        var accepted = 0
        for _ in 0..<600 {
            guard let message = try? MsgRegisterModel(decoding: mutator.mutate(bytes)) else {
                continue
            }
            var trial = chain
            let outcome = try trial.deliver(message)
            if outcome.refusal == nil { accepted += 1 }
            try trial.checkInvariants()
        }
        #expect(accepted < 600)
    }
}
