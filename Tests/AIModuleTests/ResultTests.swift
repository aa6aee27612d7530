import Base
import Cryptography
import Ledger
import Proving
import TestSupport
import Testing
import Verification
import Wire

@testable import AIModule

/// Requests for results, and the proofs that answer them.
@Suite struct ResultTests {
    private let model: ProvenModel

    init() throws { model = try ProvenModel.shared.get() }

    private func record(_ chain: TestChain, _ number: UInt64 = 1) throws -> RequestRecord {
        var query = QueryRequestRequest()
        query.number = number
        return try chain.query("Request", query, QueryRequestResponse.self).request
    }

    @Test func aProofUnlocksThePrice() throws {
        var chain = try model.chain()
        let asked = try chain.deliver(model.request())
        #expect(try asked.unpacked(MsgRequestResultResponse.self).request == 1)
        #expect(asked.events.map(\.type) == ["transfer", "request_result"])
        #expect(try chain.balance(TestChain.bob) == 999_000)
        #expect(try chain.balance(AI.escrowAddress) == 1000)
        #expect(try record(chain).status == .open)
        try chain.checkInvariants()

        let answer = try model.answer(1)
        let outcome = try chain.deliver(answer)
        let response = try outcome.unpacked(MsgSubmitResultResponse.self)
        #expect(
            outcome.events.map(\.type).filter { $0 != "transfer" }
                == ["submit_result", "pay_inference", "pay_inference", "pay_inference"])
        #expect(try chain.balance(TestChain.alice) == 800)
        #expect(try chain.balance(AI.validatorsAddress) == 150)
        #expect(try chain.balance(AI.treasuryAddress) == 50)
        #expect(try chain.balance(AI.escrowAddress) == 0)
        var query = QueryInferenceRequest()
        query.id = response.id
        let found = try chain.query("Inference", query, QueryInferenceResponse.self)
        #expect(found.output == answer.output && found.input == model.input())
        #expect(found.inference.request == 1 && found.inference.worker == answer.worker)
        #expect(found.inference.payments == response.payments)
        #expect(found.inference.evidence.proof == answer.proof)
        // The record alone, with the committed model, shows that the answer is right.
        try verify(
            found.inference.statement, answer.proof, against: ProvableModel(model.committed),
            input: found.input, output: found.output,
            context: AI.resultContext(chainID: "aivm-1", request: 1, worker: TestChain.alice))
        let closed = try record(chain)
        #expect(closed.status == .answered && closed.inference == response.id)
        try chain.checkInvariants()
        // Answered once.
        #expect(try chain.deliver(answer).refusal == "ai/39")
        chain.time = 1000
        #expect(
            try chain.deliver(MsgCancelRequest(requester: TestChain.bob.bech32(), request: 1))
                .refusal == "ai/39")
    }

    /// Whoever holds weights and secret can answer, and is paid; nobody can take the proof.
    @Test func aProofIsOfItsWorkerAndItsRequest() throws {
        var chain = try model.chain(requests: 2)
        let answer = try model.answer(1, worker: TestChain.carol)
        var stolen = answer
        stolen.worker = TestChain.bob.bech32()
        #expect(try chain.deliver(stolen).refusal == "ai/32")
        stolen = answer
        stolen.request = 2
        #expect(try chain.deliver(stolen).refusal == "ai/32")
        stolen.proof.context = AI.resultContext(
            chainID: "aivm-1", request: 2, worker: TestChain.carol)
        #expect(try chain.deliver(stolen).refusal == "ai/32")
        #expect(try chain.deliver(try model.answer(1, chainID: "aivm-2")).refusal == "ai/32")
        stolen.request = 3
        #expect(try chain.deliver(stolen).refusal == "ai/38")
        #expect(try chain.deliver(answer).refusal == nil)
        #expect(try chain.balance(TestChain.carol) == 800)
        #expect(try chain.balance(TestChain.alice) == 0)
        #expect(try chain.balance(AI.escrowAddress) == 1000)
        try chain.checkInvariants()
    }

    @Test func refusesWhatIsNotProved() throws {
        var chain = try model.chain(requests: 1)
        let answer = try model.answer(1)
        // Of another input, another model, another output.
        #expect(
            try chain.deliver(try model.answer(1, input: model.input(2))).refusal == "ai/32")
        let other = try ProvenModel.other.get()
        var wrong = answer
        wrong.proof = try other.answer(1, input: other.input()).proof
        #expect(try chain.deliver(wrong).refusal == "ai/32")
        wrong = answer
        wrong.output.tensors[0].data[0] ^= 1
        #expect(try chain.deliver(wrong).refusal == "ai/32")
        wrong.output.tensors[0].data.removeLast()
        #expect(try chain.deliver(wrong).refusal == "ai/43")
        wrong.output = TensorSet()
        #expect(try chain.deliver(wrong).refusal == "ai/43")
        // It must tell what was asked for.
        for choice in [
            DisclosureOptions(input: .secret), DisclosureOptions(input: .committed),
            DisclosureOptions(output: .secret), DisclosureOptions(output: .committed),
        ] {
            #expect(try chain.deliver(try model.answer(1, choice)).refusal == "ai/32")
        }
        wrong = answer
        wrong.proof.hides.toggle()
        #expect(try chain.deliver(wrong).refusal == "ai/32")
        wrong = answer
        wrong.proof.proof = []
        #expect(try chain.deliver(wrong).refusal == "ai/32")
        #expect(try chain.balance(AI.escrowAddress) == 1000)
        #expect(try chain.deliver(answer).refusal == nil)
    }

    @Test func everyByteOfAProofCounts() throws {
        var chain = try model.chain(requests: 1)
        let answer = try model.answer(1)
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<40 {
            var wrong = answer
            let index = generator.int(in: 0..<wrong.proof.proof.count)
            wrong.proof.proof[index] ^= 1 << UInt8(generator.int(in: 0..<8))
            #expect(try chain.deliver(wrong).refusal == "ai/32", "byte \(index)")
        }
        var wrong = answer
        wrong.proof.proof.append(0)
        #expect(try chain.deliver(wrong).refusal == "ai/32")
    }

    @Test func anUnansweredRequestIsTakenBack() throws {
        var chain = try model.chain(requests: 1)
        let cancel = MsgCancelRequest(requester: TestChain.bob.bech32(), request: 1)
        #expect(try chain.deliver(cancel).refusal == "ai/41")
        chain.time = 100
        #expect(try chain.deliver(cancel).refusal == "ai/41")
        chain.time = 101
        let late = try model.answer(1)
        #expect(try chain.deliver(late).refusal == "ai/40")
        #expect(
            try chain.deliver(MsgCancelRequest(requester: TestChain.carol.bech32(), request: 1))
                .refusal == "sdk/4")
        #expect(
            try chain.deliver(MsgCancelRequest(requester: TestChain.bob.bech32(), request: 2))
                .refusal == "ai/38")
        let outcome = try chain.deliver(cancel)
        #expect(outcome.refusal == nil)
        #expect(outcome.events.map(\.type) == ["transfer", "cancel_request"])
        #expect(try chain.balance(TestChain.bob) == 1_000_000)
        #expect(try record(chain).status == .cancelled)
        #expect(try chain.deliver(cancel).refusal == "ai/39")
        #expect(try chain.deliver(late).refusal == "ai/39")
        try chain.checkInvariants()
    }

    /// Code space and code of the refusal of a request after `change`.
    private func refusal(_ change: (inout MsgRequestResult) -> Void) throws -> String? {
        var chain = try model.chain(price: "1000ucgpt")
        try chain.deliver(registration(try TestModels.perceptron(), name: "plain"))
        chain.time = 10
        var message = model.request()
        change(&message)
        return try chain.deliver(message).refusal
    }

    @Test func refusesRequestsThatCannotBeAnswered() throws {
        #expect(try refusal { _ in } == nil)
        #expect(try refusal { $0.requester = "nobody" } == "sdk/7")
        #expect(try refusal { $0.model.name = "nothing" } == "ai/4")
        #expect(try refusal { $0.model.name = "plain" } == "ai/36")
        #expect(try refusal { $0.deadline = Timestamp(seconds: 10) } == "ai/42")
        #expect(try refusal { $0.deadline.nanoseconds = -1 } == "ai/42")
        #expect(try refusal { $0.input = nil } == "ai/18")
        #expect(try refusal { $0.input = TensorSet() } == "ai/18")
        #expect(try refusal { $0.input?.tensors[0].data.removeLast() } == "ai/18")
        #expect(try refusal { $0.inputCommitment = Bytes(repeating: 1, count: 32) } == "ai/18")
        #expect(
            try refusal {
                ($0.input, $0.inputCommitment) = (nil, Bytes(repeating: 0, count: 32))
            } == "ai/18")
        #expect(try refusal { ($0.input, $0.inputCommitment) = (nil, [1]) } == "ai/18")
        #expect(try refusal { $0.maximumPrice = coins("999ucgpt") } == "ai/17")
        #expect(try refusal { $0.maximumPrice = [] } == "ai/17")
        #expect(try refusal { $0.requester = TestChain.carol.bech32() } == "sdk/5")
    }

    @Test func aDisabledModelTakesNoRequestsButAnswersOpenOnes() throws {
        var chain = try model.chain(requests: 1)
        var disable = MsgSetModelStatus()
        disable.owner = TestChain.alice.bech32()
        disable.name = "private"
        disable.status = .disabled
        #expect(try chain.deliver(disable).refusal == nil)
        #expect(try chain.deliver(model.request()).refusal == "ai/6")
        #expect(try chain.deliver(try model.answer(1)).refusal == nil)
    }

    @Test func trustThatIsTakenBackEndsAnswers() throws {
        var chain = try model.chain(requests: 1)
        var message = MsgUpdateParams()
        message.authority = Address.governance.bech32()
        message.parameters = .standard
        #expect(try chain.deliver(message).refusal == nil)
        #expect(try chain.deliver(model.request()).refusal == "ai/28")
        #expect(try chain.deliver(try model.answer(1)).refusal == "ai/28")
        chain.time = 101
        #expect(
            try chain.deliver(MsgCancelRequest(requester: TestChain.bob.bech32(), request: 1))
                .refusal == nil)
    }

    /// The chain learns a commitment to the input's rows; requester and prover know the input.
    @Test func anInputCanBeCommitted() throws {
        var chain = try model.chain()
        let seed = try #require(BlindingSeed(Bytes(repeating: 9, count: 32)))
        let choice = DisclosureOptions(input: .committed, seed: seed)
        let commitment = try model.prover.prove(
            model.input(), weights: model.weights, choice
        ).proven.statement.inputCommitment
        var message = model.request()
        message.input = nil
        message.inputCommitment = commitment
        #expect(try chain.deliver(message).refusal == nil)
        #expect(try chain.deliver(try model.answer(1)).refusal == "ai/32")
        #expect(
            try chain.deliver(try model.answer(1, input: model.input(2), choice)).refusal
                == "ai/32")
        let outcome = try chain.deliver(try model.answer(1, choice))
        #expect(outcome.refusal == nil, "\(outcome.log)")
        var query = QueryInferenceRequest()
        query.id = 1
        let found = try chain.query("Inference", query, QueryInferenceResponse.self)
        #expect(found.input == TensorSet())
        #expect(found.inference.statement.inputCommitment == commitment)
        try chain.checkInvariants()
    }

    @Test func gasIsPaidBeforeAProofIsLookedAt() throws {
        var chain = try model.chain(requests: 1)
        let answer = try model.answer(1)
        var wrong = answer
        wrong.proof.proof[0] ^= 1
        let used = try chain.deliver(wrong).gasUsed
        #expect(used > AIParameters.standard.inferenceProofGas)
        #expect(try chain.deliver(wrong, gasLimit: used - 1).refusal == "sdk/11")
        #expect(try chain.deliver(wrong, gasLimit: used).refusal == "ai/32")
        #expect(try chain.deliver(wrong, mode: .simulate).refusal == "ai/32")
        let estimate = try chain.deliver(answer, mode: .simulate)
        // Gas is the same whether or not the model is at hand.
        chain.cache = ContextCache()
        let outcome = try chain.deliver(answer)
        #expect(outcome.refusal == nil && outcome.gasUsed == estimate.gasUsed)
    }

    @Test func requestsAreListedByRequesterAndByModel() throws {
        var chain = try model.chain(requests: 3)
        #expect(try chain.deliver(try model.answer(2)).refusal == nil)
        func numbers(_ change: (inout QueryRequestsRequest) -> Void) throws -> [UInt64] {
            var query = QueryRequestsRequest()
            change(&query)
            return try chain.query("Requests", query, QueryRequestsResponse.self).requests
                .map(\.number)
        }
        #expect(try numbers { _ in } == [1, 2, 3])
        #expect(try numbers { $0.requester = TestChain.bob.bech32() } == [1, 2, 3])
        #expect(try numbers { $0.requester = TestChain.carol.bech32() } == [])
        #expect(
            try numbers {
                $0.model = ModelReference(owner: TestChain.alice.bech32(), name: "private")
            } == [1, 3])
    }
}
