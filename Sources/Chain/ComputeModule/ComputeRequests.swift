// Requests for attestations: who wants one says what must be attested, what the quotes must satisfy
// and what it is worth. The price lies in the module's account until an attestation is accepted or
// the time is over. A quote answers the challenge of one request and one submitter, so nobody who
// sees a good quote in the mempool can be paid for it.

import Attestation
import Base
public import Cryptography
import Ledger
import Verification
import Wire

extension Compute {
    /// Holds prices of open requests. Nobody has its key.
    public static let escrowAddress = Address.module(name)

    @Sendable func requestAttestation(
        _ message: MsgRequestAttestation, _ context: inout Context
    ) throws(Failure) -> MsgRequestAttestationResponse {
        guard try models.owner(ofModel: message.modelID, &context) != nil else {
            throw .compute(.modelNotFound, message.modelID.hex)
        }
        guard message.deadline.seconds > context.block.time.seconds else {
            throw .compute(.requestOver, "the deadline is \(message.deadline.text)")
        }
        if !message.price.isEmpty {
            try bank.move(
                message.price, from: try Address.parse(message.requester),
                to: Compute.escrowAddress, &context)
        }
        let id = (try ComputeKeys.requestCount.get(&context)?.value ?? 0) + 1
        try ComputeKeys.requestCount.set(StoredNumber(id), &context)
        var request = AttestationRequest()
        request.id = id
        request.requester = message.requester
        request.modelID = message.modelID
        request.inputCommitment = message.inputCommitment
        request.policy = message.policy ?? .strict
        request.price = message.price
        request.deadline = message.deadline
        request.height = context.block.height
        try ComputeKeys.requests.set(id.keyBytes, request, &context)
        context.emit(
            "attestation_requested",
            [
                "id": "\(id)", "requester": message.requester, "model_id": message.modelID.hex,
                "price": message.price.coinsText,
            ])
        var response = MsgRequestAttestationResponse()
        response.id = id
        return response
    }

    @Sendable func cancelRequest(
        _ message: MsgCancelAttestationRequest, _ context: inout Context
    ) throws(Failure) -> MsgCancelAttestationRequestResponse {
        let request = try openRequest(message.id, &context)
        guard request.requester == message.requester else {
            throw .compute(.notTheRequester, message.requester)
        }
        // Before, somebody may be at work on it.
        guard context.block.time.seconds > request.deadline.seconds else {
            throw .compute(.requestOpen, "until \(request.deadline.text)")
        }
        try close(request, paying: message.requester, &context)
        context.emit(
            "attestation_request_cancelled",
            ["id": "\(request.id)", "requester": message.requester])
        return MsgCancelAttestationRequestResponse()
    }

    /// The request that a submission answers; `nil` when it answers none.
    func request(
        answeredBy message: MsgSubmitAttestation, _ claim: AttestationEvidence,
        _ context: inout Context
    ) throws(Failure) -> AttestationRequest? {
        guard message.requestID != 0 else { return nil }
        let request = try openRequest(message.requestID, &context)
        guard context.block.time.seconds <= request.deadline.seconds else {
            throw .compute(.requestOver, "the deadline was \(request.deadline.text)")
        }
        let challenge = AttestationBinding.requestChallenge(
            chainID: context.block.chainID, id: request.id,
            submitter: try Address.parse(message.submitter).bytes)
        guard message.statement.modelID == request.modelID,
            message.statement.inputCommitment == request.inputCommitment,
            claim.challenge == challenge
        else {
            throw .compute(
                .wrongAnswer,
                "request \(request.id) is about another model or input, or has another challenge")
        }
        guard let output = message.output,
            output.commitment.bytes == message.statement.outputCommitment
        else { throw .compute(.wrongAnswer, "the output is not the statement's") }
        return request
    }

    /// Pays a request's price out and closes it.
    func close(
        _ request: AttestationRequest, paying recipient: String, _ context: inout Context
    ) throws(Failure) {
        if !request.price.isEmpty {
            try bank.move(
                request.price, from: Compute.escrowAddress, to: try Address.parse(recipient),
                &context)
        }
        try ComputeKeys.requests.remove(request.id.keyBytes, &context)
    }

    private func openRequest(
        _ id: UInt64, _ context: inout Context
    ) throws(Failure) -> AttestationRequest {
        guard let request = try ComputeKeys.requests.get(id.keyBytes, &context) else {
            throw .compute(.requestNotFound, "\(id)")
        }
        return request
    }
}
