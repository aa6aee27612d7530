// Results of committed models: a request locks the price, a proof unlocks it. Who answers first
// with a proof that holds is paid; the proof is bound to the request and to its worker, so whoever
// sees it in a mempool cannot answer with it, nor can the worker answer another request.

public import Base
public import Cryptography
import Ledger
import Verification
import Wire

extension AI {
    /// What the proof of an answer must be bound to.
    ///
    ///     SHA-256("AIVM/request/1" ‖ u32 length of chain id ‖ chain id ‖ u64 request ‖ worker)
    ///
    /// - Parameter worker: address of who is to be paid; its bytes end the hash's input.
    public static func resultContext(
        chainID: String, request: UInt64, worker: Address
    ) -> Bytes {
        var bytes = Bytes("AIVM/request/1".utf8)
        bytes.appendBigEndian(UInt32(clamping: chainID.utf8.count))
        bytes += Bytes(chainID.utf8)
        bytes += request.keyBytes
        bytes += worker.bytes
        return SHA256.hash(bytes).bytes
    }

    func requestResult(
        _ message: MsgRequestResult, _ context: inout Context
    ) throws(Failure) -> MsgRequestResultResponse {
        let parameters = try currentParameters(&context)
        let model = try resolve(message.model, &context)
        try checkIsActive(model)
        guard model.isCommitted else { throw .ai(.modelNotCommitted, model.text) }
        try checkTrust(in: model, parameters)
        try checkSizes(model.inputs, model.outputs, parameters)
        guard message.deadline > context.block.time else {
            throw .ai(.invalidDeadline, "\(message.deadline.text) is not in the future")
        }
        var record = RequestRecord()
        record.inputCommitment = message.inputCommitment
        if let given = message.input {
            let input: TensorSet
            do throws(VerificationError) { input = try given.canonical(for: model.inputs) } catch {
                throw .ai(.invalidInput, "\(error)")
            }
            record.inputCommitment = input.commitment.bytes
            record.input = try StoredTensors.store(
                input, maximumInlineBytes: parameters.maximumInlineBytes, &context)
        }
        try checkThat(model.price, isWithin: message.maximumPrice)
        if !model.price.isEmpty {
            try bank.move(
                model.price, from: try Address.parse(message.requester), to: AI.escrowAddress,
                &context)
        }
        record.number = try next(AIKeys.requestCount, &context)
        record.requester = message.requester
        record.model = model.reference
        record.registration = model.registration
        record.price = model.price
        record.deadline = message.deadline
        record.status = .open
        record.height = context.block.height
        try set(record, &context)
        emitRequested(record, modelID: model.modelID, &context)

        var response = MsgRequestResultResponse()
        response.request = record.number
        response.price = record.price
        return response
    }

    func cancelRequest(
        _ message: MsgCancelRequest, _ context: inout Context
    ) throws(Failure) -> MsgCancelRequestResponse {
        var record = try openRequest(message.request, &context)
        guard record.requester == message.requester else {
            throw .sdk(.unauthorized, "request \(record.number) is of \(record.requester)")
        }
        guard context.block.time > record.deadline else {
            throw .ai(
                .requestNotExpired, "\(record.number) waits until \(record.deadline.text)")
        }
        if !record.price.isEmpty {
            try bank.move(
                record.price, from: AI.escrowAddress, to: try Address.parse(record.requester),
                &context)
        }
        try close(&record, .cancelled, &context)
        emitCancelled(record, &context)
        return MsgCancelRequestResponse()
    }

    func submitResult(
        _ message: MsgSubmitResult, _ context: inout Context
    ) throws(Failure) -> MsgSubmitResultResponse {
        let parameters = try currentParameters(&context)
        var request = try openRequest(message.request, &context)
        guard context.block.time <= request.deadline else {
            throw .ai(.requestExpired, "\(request.number) waited until \(request.deadline.text)")
        }
        let model = try record(request.registration, &context)
        try checkTrust(in: model, parameters)
        try checkSize(model.outputs, parameters.maximumResultBytes, .resultTooLarge)
        let output: TensorSet
        do throws(VerificationError) {
            output = try message.output.canonical(for: model.outputs)
        } catch {
            throw .ai(.invalidOutput, "\(error)")
        }
        let statement = try verify(message, output, request, model, parameters, &context)

        var record = InferenceRecord()
        record.id = try next(AIKeys.inferenceCount, &context)
        record.requester = request.requester
        record.model = request.model
        record.registration = request.registration
        record.statement = statement
        record.evidence = EvidenceMessage(.proof(message.proof))
        record.input = request.input
        record.output = try StoredTensors.store(
            output, maximumInlineBytes: parameters.maximumInlineBytes, &context)
        record.price = request.price
        record.payments = try payOut(request.price, to: message.worker, parameters, &context)
        record.height = context.block.height
        record.request = request.number
        record.worker = message.worker
        try set(record, &context)
        request.inference = record.id
        try close(&request, .answered, &context)
        emitAnswered(record, &context)

        var response = MsgSubmitResultResponse()
        response.id = record.id
        response.payments = record.payments
        return response
    }

    /// Verifies the proof of an answer, after its gas is paid; returns what it proves.
    private func verify(
        _ message: MsgSubmitResult, _ output: TensorSet, _ request: RequestRecord,
        _ model: ModelRecord, _ parameters: AIParameters, _ context: inout Context
    ) throws(Failure) -> Statement {
        let disclosure = request.input.isGiven ? TensorDisclosure.open : .committed
        guard message.proof.input == disclosure, message.proof.output == .open else {
            throw .ai(
                .invalidProof,
                "it tells other things than asked: an input that is \(disclosure), the output open")
        }
        try context.gas.consume(
            parameters.inferenceProofGas(
                byteCount: message.proofByteCount, size: model.proofSize), "VerifyInference")
        var statement = Statement()
        statement.modelID = model.modelID
        statement.arithmeticVersion = model.arithmeticVersion
        statement.inputCommitment = request.inputCommitment
        statement.outputCommitment = output.commitment.bytes
        let worker = try Address.parse(message.worker)
        let provable = try provableModel(model, &context)
        let input = request.input.isGiven ? try request.input.load(&context) : nil
        do throws(VerificationError) {
            try Verification.verify(
                statement, message.proof, against: provable, input: input, output: output,
                context: AI.resultContext(
                    chainID: context.block.chainID, request: request.number, worker: worker))
        } catch {
            throw .ai(.invalidProof, "\(error)")
        }
        return statement
    }

    /// Refuses a committed model from a reference string that the chain does not trust (any more).
    private func checkTrust(
        in model: ModelRecord, _ parameters: AIParameters
    ) throws(Failure) {
        try checkTrust(
            in: model.text, isUnsafe: model.isUnsafe, model.referenceStringID, parameters)
    }
}
