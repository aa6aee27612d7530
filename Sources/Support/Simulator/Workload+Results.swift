// Models that users register by a commitment to their weights, requests for results, and proofs
// that answer them: in time and late, of the right worker and of others, for this request and for
// another, changed by a bit. Everybody can prove, because the commitments hide nothing; and such
// proofs have no random numbers, so that a seed repeats itself.

import AIModule
import Base
import Commitments
import Fields
import Ledger
import Models
import Proving
import Tensors
import TestSupport
import Verification
import Wire

/// Requests that a state holds, and the model that they are about.
struct ResultTraffic: Sendable {
    /// A model with its prover.
    struct Provable: Sendable {
        let prover: InferenceProver
        let weights: CommittedWeights
    }

    /// Made once: the weights are the same on every chain.
    private static let shared = Result { try makeProvable() }
    /// What is proved; `nil` only if the prover itself is wrong.
    let provable = try? ResultTraffic.shared.get()
    /// Registrations that users have tried.
    var candidates: [(owner: Int, name: String)] = []
    /// Those of them that the state has.
    var models: [(owner: Int, name: String)] = []
    /// Requests in the state, by number from 1.
    var requests: [QueryRequestResponse] = []
    /// Time of the block before the next.
    var time = Timestamp()

    /// Requests that were answered.
    var answerCount: Int { requests.count { $0.request.status == .answered } }
    /// Requests that were taken back.
    var cancellationCount: Int { requests.count { $0.request.status == .cancelled } }

    /// `y = relu(x · w + b)` in integers.
    private static func makeProvable() throws -> Provable {
        var builder = ProgramBuilder(opset: 17, name: "hidden perceptron")
        builder.profile = .integer
        let x = builder.addInput("x", TensorType(.int16, [1, 3]))
        let w = builder.addConstant(
            "w", Tensor([9, -8, 7, -6, 5, -4] as [Int8], shape: [3, 2]))
        let b = builder.addConstant("b", Tensor([-30, 20] as [Int32], shape: [2]))
        let y = builder.addNode(
            "aivm.integer.Linear", [x, w, b],
            attributes: [
                ("minimum", .int(0)), ("multipliers", .ints([5])), ("shift", .int(4)),
            ])
        builder.addOutput("y", y[0])
        let prover = try InferenceProver(try builder.build(), threads: 1) { count in
            StructuredReferenceString.forDevelopment(tau: Fr(1_618), count: count)
        }
        return Provable(prover: prover, weights: prover.commit(seed: nil))
    }

    /// One of a few inputs.
    static func input(_ number: Int) -> TensorSet {
        let values = (0..<3).map { Int16(number * 100 + $0 * 37 - 90) }
        return TensorSet([NamedTensor(name: "x", tensor: Tensor(values, shape: [1, 3]))])
    }
}

extension Workload {
    /// Registers a committed model, asks it, answers a request, or takes one back: mostly what the
    /// chain takes, now and then too early, too late or not at all.
    mutating func tradeResults(_ sender: Int) -> any WireMessage {
        guard let provable = results.provable else { return send(sender) }
        if results.models.isEmpty ? !generator.isOne(in: 4) : generator.isOne(in: 12) {
            return registerCommitted(sender, provable.weights.model)
        }
        let open = results.requests.filter { $0.request.status == .open }
        let late = open.filter { $0.request.deadline < results.time }
        let live = open.filter { $0.request.deadline >= results.time }
        if generator.isOne(in: 6), !results.requests.isEmpty {
            let any = generator.element(of: results.requests)
            return generator.isOne(in: 2)
                ? cancel(sender, any) : (try? answer(any, sender, provable)) ?? send(sender)
        }
        if !late.isEmpty, generator.isOne(in: 2) {
            return cancel(sender, generator.element(of: late))
        }
        guard !live.isEmpty, !generator.isOne(in: 3) else { return request(sender) }
        return (try? answer(generator.element(of: live), sender, provable)) ?? send(sender)
    }

    /// Takes a request back, mostly by who asked.
    private mutating func cancel(
        _ sender: Int, _ asked: QueryRequestResponse
    ) -> any WireMessage {
        MsgCancelRequest(
            requester: generator.isOne(in: 6)
                ? signatories[sender].text : asked.request.requester,
            request: asked.request.number)
    }

    private mutating func registerCommitted(
        _ sender: Int, _ model: CommittedModel
    ) -> any WireMessage {
        var model = model
        switch generator.int(in: 0..<6) {
        case 0: model.weights[generator.int(in: 0..<model.weights.count)] ^= 1
        case 1: model.rowBits = generator.element(of: [0, 7, 17, .max])
        case 2: model.program[generator.int(in: 0..<model.program.count)] ^= 1
        default: break
        }
        let name = "z\(generator.int(in: 0..<3))"
        results.candidates.append((sender, name))
        let price: [Coin] = generator.isOne(in: 4) ? [] : [Coin(Amount(1_001), "ucgpt")]
        return MsgRegisterCommittedModel(
            owner: signatories[sender].text, name: name, model: model, price: price)
    }

    private mutating func request(_ sender: Int) -> any WireMessage {
        let known =
            results.models.isEmpty || generator.isOne(in: 8)
            ? results.candidates : results.models
        guard !known.isEmpty else { return send(sender) }
        let model = generator.element(of: known)
        let wait = Int64(generator.element(of: [-5, 3, 20, 60, 400]))
        var message = MsgRequestResult(
            requester: signatories[sender].text,
            model: ModelReference(
                owner: signatories[model.owner].text, name: model.name, version: 0),
            input: ResultTraffic.input(generator.int(in: 0..<3)),
            maximumPrice: [Coin(Amount(generator.isOne(in: 8) ? 1 : 2_000), "ucgpt")],
            deadline: Timestamp(seconds: results.time.seconds + wait))
        if generator.isOne(in: 10) {
            // Nobody knows an input of this commitment.
            message.input = nil
            message.inputCommitment = generator.bytes(count: 32)
        }
        return message
    }

    /// An answer to a request, with a proof that is right or wrong in some way.
    private mutating func answer(
        _ asked: QueryRequestResponse, _ sender: Int, _ provable: ResultTraffic.Provable
    ) throws -> any WireMessage {
        let mistake = generator.int(in: 0..<14)
        let input = asked.input.tensors.isEmpty ? ResultTraffic.input(0) : asked.input
        let prover = mistake == 0 ? (sender + 1) % signatories.count : sender
        let made = try provable.prover.prove(
            mistake == 1 ? ResultTraffic.input(2) : input, weights: provable.weights,
            DisclosureOptions(hides: false),
            context: AI.resultContext(
                chainID: mistake == 2 ? "other-1" : chainID,
                request: asked.request.number + (mistake == 3 ? 1 : 0),
                worker: signatories[prover].address))
        var message = MsgSubmitResult(
            worker: signatories[sender].text, request: asked.request.number, output: made.output,
            proof: made.proven.proof)
        switch mistake {
        case 4:
            message.proof.proof[generator.int(in: 0..<message.proof.proof.count)] ^=
                UInt8(1 << generator.int(in: 0..<8))
        case 5: message.output.tensors[0].data[0] ^= 1
        case 6: message.proof.output = .secret
        default: break
        }
        return message
    }

    /// Learns of models, of requests, and of what became of them.
    mutating func observeRequests(_ application: any Application) throws {
        for candidate in results.candidates.suffix(4)
        where !results.models.contains(where: { $0 == candidate }) {
            var query = QueryModelRequest()
            query.model = ModelReference(
                owner: signatories[candidate.owner].text, name: candidate.name, version: 0)
            let answer = try application.query(
                StateQuery(path: "/aivm.ai.v1.Query/Model", data: query.encoded()))
            if answer.code == 0 { results.models.append(candidate) }
        }
        for index in 0...results.requests.count {
            if index < results.requests.count,
                results.requests[index].request.status != .open
            {
                continue
            }
            var query = QueryRequestRequest()
            query.number = UInt64(index + 1)
            let answer = try application.query(
                StateQuery(path: "/aivm.ai.v1.Query/Request", data: query.encoded()))
            guard answer.code == 0 else { continue }
            let found = try QueryRequestResponse(decoding: answer.value, rules: .tolerant)
            if index < results.requests.count {
                results.requests[index] = found
            } else {
                results.requests.append(found)
            }
        }
    }
}
