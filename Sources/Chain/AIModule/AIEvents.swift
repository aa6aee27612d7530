// The events of the module, one function each; README.md lists them. All attributes are indexed.

import Base
import Ledger
import Verification
import Wire

extension AI {
    func emitRegistered(_ record: ModelRecord, _ context: inout Context) {
        context.emit(
            "register_model",
            [
                "owner": record.owner, "name": record.name, "version": "\(record.version)",
                "registration": "\(record.registration)", "model_id": record.modelID.hex,
                "chunks": "\(record.chunkCount)", "price": record.price.coinsText,
            ])
    }

    func emitChunkUploaded(_ index: UInt32, _ record: ModelRecord, _ context: inout Context) {
        context.emit(
            "upload_chunk",
            [
                "owner": record.owner, "name": record.name, "version": "\(record.version)",
                "index": "\(index)", "missing": "\(record.missingChunkCount)",
            ])
    }

    func emitActivated(_ record: ModelRecord, _ context: inout Context) {
        context.emit(
            "activate_model",
            [
                "owner": record.owner, "name": record.name, "version": "\(record.version)",
                "model_id": record.modelID.hex, "gas": "\(record.gas)",
            ])
    }

    func emitStatusSet(_ record: ModelRecord, _ context: inout Context) {
        context.emit(
            "set_model_status",
            [
                "owner": record.owner, "name": record.name, "version": "\(record.version)",
                "status": record.status.wireLabel,
            ])
    }

    func emitPriceUpdated(_ record: ModelRecord, _ context: inout Context) {
        context.emit(
            "update_model_price",
            [
                "owner": record.owner, "name": record.name, "version": "\(record.version)",
                "price": record.price.coinsText,
            ])
    }

    func emitKeyRegistered(_ record: VerificationKeyRecord, _ context: inout Context) {
        context.emit(
            "register_verification_key",
            [
                "key_id": record.keyID.hex, "number": "\(record.number)", "owner": record.owner,
                "name": record.name, "public_signals": "\(record.publicSignalCount)",
                "unsafe": record.isUnsafe ? "true" : "false",
            ])
    }

    func emitProven(_ record: ProvenStatement, _ context: inout Context) {
        context.emit(
            "prove_statement",
            [
                "statement_id": record.statementID.hex, "number": "\(record.number)",
                "key_id": record.keyID.hex,
                "public_signals_hash": record.publicSignalsHash.hex,
                "proof_hash": record.proofHash.hex, "submitter": record.submitter,
            ])
    }

    func emitRequested(
        _ record: RequestRecord, modelID: Bytes, _ context: inout Context
    ) {
        context.emit(
            "request_result",
            [
                "request": "\(record.number)", "requester": record.requester,
                "owner": record.model.owner, "name": record.model.name,
                "version": "\(record.model.version)", "model_id": modelID.hex,
                "input_commitment": record.inputCommitment.hex,
                "price": record.price.coinsText, "deadline": record.deadline.text,
            ])
    }

    func emitCancelled(_ record: RequestRecord, _ context: inout Context) {
        context.emit(
            "cancel_request",
            [
                "request": "\(record.number)", "requester": record.requester,
                "price": record.price.coinsText,
            ])
    }

    func emitAnswered(_ record: InferenceRecord, _ context: inout Context) {
        context.emit(
            "submit_result",
            [
                "request": "\(record.request)", "id": "\(record.id)", "worker": record.worker,
                "requester": record.requester, "owner": record.model.owner,
                "name": record.model.name, "version": "\(record.model.version)",
                "model_id": record.statement.modelID.hex,
                "input_commitment": record.statement.inputCommitment.hex,
                "output_commitment": record.statement.outputCommitment.hex,
                "price": record.price.coinsText,
            ])
        emitPayments(of: record, &context)
    }

    func emitInference(_ record: InferenceRecord, _ context: inout Context) {
        context.emit(
            "request_inference",
            [
                "id": "\(record.id)", "requester": record.requester,
                "owner": record.model.owner, "name": record.model.name,
                "version": "\(record.model.version)",
                "model_id": record.statement.modelID.hex,
                "input_commitment": record.statement.inputCommitment.hex,
                "output_commitment": record.statement.outputCommitment.hex,
                "gas_used": "\(record.gasUsed)", "price": record.price.coinsText,
            ])
        emitPayments(of: record, &context)
    }

    private func emitPayments(of record: InferenceRecord, _ context: inout Context) {
        for payment in record.payments {
            context.emit(
                "pay_inference",
                [
                    "id": "\(record.id)", "recipient": payment.recipient,
                    "amount": payment.amount.coinsText,
                ])
        }
    }
}
