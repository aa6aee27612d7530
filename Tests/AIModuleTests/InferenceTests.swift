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

@Suite struct InferenceTests {
    private func chain(
        price: String = "", _ change: (inout AIGenesis) -> Void = { _ in }
    ) throws -> TestChain {
        var chain = try TestChain(change)
        try chain.deliver(registration(try TestModels.perceptron(), price: price))
        return chain
    }

    private func record(_ id: UInt64, _ chain: TestChain) throws -> InferenceRecord {
        var context = chain.makeContext()
        let bytes = try context.read(AI.name, AI.inferenceStoreKey(id))
        return try InferenceRecord(decoding: try #require(bytes), rules: .canonical)
    }

    @Test func anInferenceLeavesARecordThatProvesItself() throws {
        var chain = try chain(price: "100ucgpt")
        let outcome = try chain.deliver(request())
        let response = try outcome.unpacked(MsgRequestInferenceResponse.self)
        #expect(response.id == 1)
        #expect(try response.output.namedTensors()[0].tensor.float32s == [0, 12])

        let record = try record(1, chain)
        let model = try TestModels.perceptron()
        #expect(record.requester == TestChain.bob.bech32())
        #expect(
            record.model
                == ModelReference(owner: TestChain.alice.bech32(), name: "m", version: 1))
        #expect(record.gasUsed == response.gasUsed)
        #expect(record.height == 2)
        #expect(record.price == coins("100ucgpt"))
        let input = try #require(record.input.inline)
        let output = try #require(record.output.inline)
        #expect(output == response.output)
        // What a receipt does offline.
        try verify(
            record.statement, try record.evidence.evidence(), against: model, input: input,
            output: output)
        #expect(outcome.events.last { $0.type == "request_inference" }?["id"] == "1")
        try chain.checkInvariants()
    }

    @Test func thePriceIsSplitWithoutLosingAUnit() throws {
        for (price, owner, validators, treasury) in [
            ("100ucgpt", 80, 15, 5), ("1ucgpt", 0, 0, 1), ("7ucgpt", 5, 1, 1),
            ("999999ucgpt", 799_999, 149_999, 50_001),
        ] as [(String, UInt128, UInt128, UInt128)] {
            var chain = try chain(price: price)
            let before = try chain.balance(TestChain.bob)
            #expect(try chain.deliver(request()).refusal == nil)
            #expect(try chain.balance(TestChain.alice) == owner)
            #expect(try chain.balance(AI.validatorsAddress) == validators)
            #expect(try chain.balance(AI.treasuryAddress) == treasury)
            #expect(try chain.balance(AI.escrowAddress) == 0)
            #expect(
                try chain.balance(TestChain.bob) == before - owner - validators - treasury)
            try chain.checkInvariants()
        }
    }

    @Test func severalDenominationsAreSplitEach() throws {
        var chain = try chain(price: "10ucgpt,3uusd")
        #expect(
            try chain.deliver(request(maximumPrice: "10ucgpt,3uusd")).refusal == nil)
        let payments = try record(1, chain).payments
        #expect(payments.map(\.amount.coinsText) == ["8ucgpt,2uusd", "1ucgpt", "1ucgpt,1uusd"])
        #expect(try chain.balance(TestChain.bob, "uusd") == 997)
        try chain.checkInvariants()
    }

    @Test func sharesAreParameters() throws {
        var chain = try chain(price: "10ucgpt") {
            $0.parameters.ownerShare = 0
            $0.parameters.validatorShare = 10_000
            $0.parameters.treasuryShare = 0
        }
        try chain.deliver(request())
        #expect(try chain.balance(AI.validatorsAddress) == 10)
        #expect(try record(1, chain).payments.count == 1)
    }

    @Test func freeModelsMoveNothing() throws {
        var chain = try chain()
        let outcome = try chain.deliver(request(maximumPrice: ""))
        #expect(outcome.refusal == nil)
        #expect(!outcome.events.contains { $0.type == "transfer" })
        #expect(try record(1, chain).payments.isEmpty)
    }

    @Test func requestsThatBreakARuleAreRefusedAndMoveNothing() throws {
        var chain = try chain(price: "100ucgpt")
        func refusal(_ change: (inout MsgRequestInference) -> Void) throws -> String? {
            var message = request()
            change(&message)
            return try chain.deliver(message).refusal
        }
        #expect(try refusal { $0.requester = "x" } == "sdk/7")
        #expect(try refusal { $0.model.owner = "x" } == "sdk/7")
        #expect(try refusal { $0.model.name = "Unknown" } == "ai/2")
        #expect(try refusal { $0.model.name = "unknown" } == "ai/4")
        #expect(try refusal { $0.model.version = 2 } == "ai/4")
        #expect(try refusal { $0.model.owner = "" } == "ai/24")
        #expect(try refusal { $0.model = ModelReference() } == "ai/24")
        #expect(try refusal { $0.model.modelID = [1] } == "ai/24")
        #expect(try refusal { $0.model.modelID = SHA256.hash([]).bytes } == "ai/15")
        #expect(try refusal { $0.model = ModelReference(modelID: SHA256.hash([])) } == "ai/4")
        #expect(try refusal { $0.input = TensorSet() } == "ai/18")
        #expect(try refusal { $0.input.tensors[0].name = "z" } == "ai/18")
        #expect(try refusal { $0.input.tensors[0].elementType = 7 } == "ai/18")
        #expect(try refusal { $0.input.tensors[0].dimensions = [3, 1] } == "ai/18")
        #expect(try refusal { $0.input.tensors[0].data.removeLast() } == "ai/18")
        #expect(try refusal { $0.input.tensors.append($0.input.tensors[0]) } == "ai/18")
        #expect(try refusal { $0.maximumPrice = coins("99ucgpt") } == "ai/17")
        #expect(try refusal { $0.maximumPrice = coins("1000uusd") } == "ai/17")
        #expect(try refusal { $0.maximumPrice = [] } == "ai/17")
        #expect(try refusal { $0.maximumPrice = coins("0ucgpt") } == "ai/16")
        #expect(try refusal { $0.requester = TestChain.carol.bech32() } == "sdk/5")
        #expect(try chain.balance(TestChain.bob) == 1_000_000)
        #expect(try chain.deliver(request(maximumPrice: "100ucgpt")).refusal == nil)
        #expect(try record(1, chain).id == 1)
    }

    @Test func parametersMayShrinkBelowAModel() throws {
        var chain = try chain()
        var parameters = AIParameters.standard
        parameters.maximumRequestBytes = 10
        var context = chain.makeContext()
        try AIKeys.parameters.set(parameters, &context)
        chain.state = context.state
        #expect(try chain.deliver(request()).refusal == "ai/19")
        parameters = .standard
        parameters.maximumResultBytes = 10
        context = chain.makeContext()
        try AIKeys.parameters.set(parameters, &context)
        chain.state = context.state
        #expect(try chain.deliver(request()).refusal == "ai/20")
    }

    @Test func valuesThatTheMachineRefusesCostGasButNotThePrice() throws {
        var chain = try TestChain()
        try chain.deliver(registration(try TestModels.lookUp(), price: "100ucgpt"))
        let input = TensorSet([
            NamedTensor(name: "index", tensor: Tensor([99] as [Int64], shape: [1]))
        ])
        let outcome = try chain.deliver(request(input))
        #expect(outcome.refusal == "ai/21")
        #expect(outcome.gasUsed > 1000)
        #expect(try chain.balance(TestChain.bob) == 1_000_000)
        #expect(try chain.balance(AI.escrowAddress) == 0)
        try chain.checkInvariants()
    }

    @Test func tooLittleGasStopsBeforeTheMachineAndKeepsThePrice() throws {
        var chain = try chain(price: "100ucgpt")
        var whole = chain
        let used = try whole.deliver(request()).gasUsed
        for limit in [0, 1000, used / 2, used - 1] {
            let outcome = try chain.deliver(request(), gasLimit: limit)
            #expect(outcome.refusal == "sdk/11")
            #expect(outcome.gasUsed > limit)
            #expect(outcome.events.isEmpty)
            #expect(try chain.balance(TestChain.bob) == 1_000_000)
        }
        #expect(try chain.deliver(request(), gasLimit: used).refusal == nil)
    }

    @Test func gasOfTheRunIsChargedBeforeThePriceIsLocked() throws {
        var chain = try chain(price: "100ucgpt") {
            $0.parameters.gasNumerator = 1 << 40
        }
        let outcome = try chain.deliver(request(), gasLimit: 1_000_000)
        #expect(outcome.refusal == "sdk/11")
        #expect(outcome.log.contains("location: Inference"))
        var saturated = try self.chain { $0.parameters.gasNumerator = .max }
        #expect(try saturated.deliver(request(), gasLimit: .max - 1).refusal == "sdk/11")
    }

    @Test func simulationKnowsTheExactGasAndRunsNothing() throws {
        for price in ["", "100ucgpt"] {
            var chain = try chain(price: price)
            let simulated = try chain.deliver(request(), mode: .simulate)
            #expect(simulated.refusal == nil)
            #expect(
                try simulated.unpacked(MsgRequestInferenceResponse.self).output == TensorSet())
            let real = try chain.deliver(request())
            #expect(simulated.gasUsed == real.gasUsed)
        }
        var chain = try TestChain()
        let model = try TestModels.large()
        try chain.deliver(registration(model))
        for index in 0..<3 { try chain.deliver(upload(model, index)) }
        let large = request(TestModels.largeInput())
        let simulated = try chain.deliver(large, mode: .simulate)
        #expect(try chain.deliver(large).gasUsed == simulated.gasUsed)
    }

    @Test func checkingForTheMempoolRunsNoModel() throws {
        var chain = try TestChain()
        try chain.deliver(registration(try TestModels.lookUp()))
        let bad = TensorSet([
            NamedTensor(name: "index", tensor: Tensor([99] as [Int64], shape: [1]))
        ])
        // Only running the model can tell that the index is out of range.
        for mode in [ExecutionMode.check, .recheck, .simulate] {
            #expect(try chain.deliver(request(bad), mode: mode).refusal == nil)
            #expect(try chain.deliver(request(), mode: mode).refusal == "ai/18")
        }
        #expect(try chain.deliver(request(bad)).refusal == "ai/21")
    }

    @Test func theSameRequestGivesTheSameBytesWithAndWithoutCache() throws {
        var warm = try chain(price: "100ucgpt")
        var cold = warm
        for _ in 0..<3 {
            cold.cache = ContextCache()
            let one = try warm.deliver(request())
            let other = try cold.deliver(request())
            #expect(one.response == other.response)
            #expect(one.gasUsed == other.gasUsed)
            #expect(one.events == other.events)
        }
        #expect(warm.state.changes.map(\.key) == cold.state.changes.map(\.key))
        #expect(warm.state.changes.map(\.value) == cold.state.changes.map(\.value))
    }

    @Test func largeTensorsAreBlobs() throws {
        var chain = try TestChain()
        let model = try TestModels.large()
        try chain.deliver(registration(model))
        for index in 0..<3 { try chain.deliver(upload(model, index)) }
        let response = try chain.deliver(request(TestModels.largeInput()))
            .unpacked(MsgRequestInferenceResponse.self)
        let record = try record(1, chain)
        #expect(record.input.inline == nil)
        #expect(record.output.blobHash == SHA256.hash(response.output.encoded()).bytes)
        var query = QueryInferenceRequest()
        query.id = 1
        let found = try chain.query("Inference", query, QueryInferenceResponse.self)
        #expect(found.input == TestModels.largeInput())
        #expect(found.output == response.output)
        try verify(
            record.statement, try record.evidence.evidence(), against: model, input: found.input,
            output: found.output)
    }

    @Test func requestsByModelIDGoToTheFirstCompleteRegistration() throws {
        var chain = try chain(price: "100ucgpt")
        let model = try TestModels.perceptron()
        // Carol offers the same model for less; requests by ModelID still go to alice.
        var copy = registration(model, name: "cheap", price: "1ucgpt")
        copy.owner = TestChain.carol.bech32()
        #expect(try chain.deliver(copy).refusal == nil)
        var message = request()
        message.model = ModelReference(modelID: model.modelID)
        try chain.deliver(message)
        #expect(try record(1, chain).registration == 1)
        #expect(try chain.balance(TestChain.carol) == 0)
        // Whoever names carol's registration pays her price.
        message.model = ModelReference(
            owner: copy.owner, name: "cheap", modelID: model.modelID.bytes)
        try chain.deliver(message)
        #expect(try record(2, chain).price == coins("1ucgpt"))
        // A disabled first registration does not pass its place on.
        var status = MsgSetModelStatus()
        status.owner = TestChain.alice.bech32()
        status.name = "m"
        status.status = .disabled
        try chain.deliver(status)
        message.model = ModelReference(modelID: model.modelID)
        #expect(try chain.deliver(message).refusal == "ai/6")
        try chain.checkInvariants()
    }

    @Test func versionZeroIsTheNewestCompleteOne() throws {
        var chain = try chain()
        try chain.deliver(registration(try TestModels.perceptron(2)))
        try chain.deliver(registration(try TestModels.large()))
        try chain.deliver(request())
        #expect(try record(1, chain).model.version == 2)
        #expect(try chain.deliver(request(version: 3)).refusal == "ai/5")
    }

    @Test func mutatedRequestsNeverTrap() throws {
        var mutator = Mutator(seed: 11)
        let bytes = request().encoded()
        let chain = try chain(price: "100ucgpt")
        for _ in 0..<1500 {
            guard let message = try? MsgRequestInference(decoding: mutator.mutate(bytes)) else {
                continue
            }
            var trial = chain
            try trial.deliver(message)
        }
    }

    @Test func aThousandSmallInferencesTakeLittleTime() throws {
        var chain = try chain(price: "100ucgpt")
        let clock = ContinuousClock()
        var perRequest = Duration.zero
        let elapsed = try clock.measure {
            for _ in 0..<1000 { try chain.deliver(request()) }
        }
        perRequest = elapsed / 1000
        print("inference through the module: \(perRequest) each, with a test bank")
        #expect(try record(1000, chain).id == 1000)
    }
}
