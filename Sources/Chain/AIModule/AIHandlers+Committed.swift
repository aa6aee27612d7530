// Registering models whose weights stay with their owners. The chain keeps the commitment as a
// blob, as it keeps programs, and needs nothing else to verify what anybody proves about the model.

import Base
import Cryptography
import Ledger
import Verification
import Wire

extension AI {
    func registerCommittedModel(
        _ message: MsgRegisterCommittedModel, _ context: inout Context
    ) throws(Failure) -> MsgRegisterCommittedModelResponse {
        let parameters = try currentParameters(&context)
        let bytes = message.model.encoded()
        let model = try provable(message, bytes, parameters, &context)
        let owner = try Address.parse(message.owner)
        let version = try nextVersion(message.version, of: message.name, owner, &context)
        var record = ModelRecord(model, byteCount: bytes.count, hash: SHA256.hash(bytes))
        record.registration = try next(AIKeys.registrationCount, &context)
        record.owner = message.owner
        record.name = message.name
        record.version = version
        record.status = .active
        record.price = message.price
        record.registeredHeight = context.block.height
        var details = ModelDetails()
        details.description = message.description
        details.licence = message.licence

        try context.putBlob(bytes)
        try open(record, &context)
        try AIKeys.details.set(record.registration.keyBytes, details, &context)
        emitRegistered(record, &context)
        try index(&record, &context)
        emitActivated(record, &context)
        try AIKeys.models.set(record.registration.keyBytes, record, &context)
        withCache(&context) { $0.provable.insert(model) }

        var response = MsgRegisterCommittedModelResponse()
        response.registration = record.registration
        response.version = version
        response.modelID = record.modelID
        return response
    }

    /// Checks sizes, then all of the model. What its bytes cost is charged before; what it asks
    /// besides, also when it is refused, is spent of what the gas that is left can pay.
    private func provable(
        _ message: MsgRegisterCommittedModel, _ bytes: Bytes, _ parameters: AIParameters,
        _ context: inout Context
    ) throws(Failure) -> ProvableModel {
        let programByteCount = message.model.program.count
        guard UInt64(programByteCount) <= parameters.maximumProgramBytes else {
            throw .ai(
                .programTooLarge,
                "\(programByteCount) bytes; \(parameters.maximumProgramBytes) are allowed")
        }
        guard UInt64(bytes.count) <= parameters.maximumModelBytes else {
            throw .ai(
                .modelTooLarge, "\(bytes.count) bytes; \(parameters.maximumModelBytes) are allowed")
        }
        try checkTexts([message.licence, message.description], parameters)
        let modelID = message.model.modelID
        guard message.modelID.isEmpty || message.modelID == modelID.bytes else {
            throw .ai(.modelIDMismatch, "the model is \(modelID), not \(message.modelID.hex)")
        }
        try checkTrust(
            in: "\(modelID)", isUnsafe: message.model.isUnsafe, message.model.srsID.bytes,
            parameters)
        try context.gas.consume(
            parameters.committedModelGas(
                byteCount: bytes.count, programByteCount: programByteCount), "CheckModel")
        try context.gas.consume(
            parameters.inferenceProofGas(byteCount: 0, size: 0), "CheckModel")
        let (outcome, work) = ProvableModel.read(
            message.model, limits: engine.limits,
            maximumWork: parameters.work(ofGas: context.gas.remaining))
        try context.gas.consume(
            parameters.inferenceProofGasPerStep * UInt64(work), "CheckModel")
        let model: ProvableModel
        do throws(VerificationError) { model = try outcome.get() } catch {
            throw .ai(.invalidCommittedModel, "\(error)")
        }
        try checkSizes(model.inputs, model.outputs, parameters)
        return model
    }

    /// The committed model of a record: from the cache, or read and checked again.
    ///
    /// Charges nothing: what a proof pays covers reading its model, whether or not it is needed.
    func provableModel(
        _ record: ModelRecord, _ context: inout Context
    ) throws(Failure) -> ProvableModel {
        guard let modelID = Hash256(record.modelID) else {
            throw .storage(StorageFailure("a stored ModelID is not 32 bytes"))
        }
        if let model = withCache(&context, { $0.provable.entry(modelID) }) { return model }
        var unmetered = Context(
            state: context.state, gasLimit: nil, block: context.block, mode: context.mode)
        let bytes = try programBytes(of: record, &unmetered)
        let model: ProvableModel
        do {
            model = try ProvableModel(
                try CommittedModel(decoding: bytes, rules: .canonical), limits: engine.limits)
        } catch {
            throw .storage(StorageFailure("model \(record.text) does not load: \(error)"))
        }
        guard model.modelID == modelID else {
            throw .storage(StorageFailure("model \(record.text) has changed on disk"))
        }
        withCache(&context) { $0.provable.insert(model) }
        return model
    }
}

extension ModelRecord {
    /// What a committed model itself says.
    init(_ model: ProvableModel, byteCount: Int, hash: Hash256) {
        self.init()
        modelID = model.modelID.bytes
        arithmeticVersion = model.arithmeticVersion
        programHash = hash.bytes
        programByteCount = UInt64(byteCount)
        inputs = model.inputs
        outputs = model.outputs
        isCommitted = true
        proofSize = UInt64(model.verificationWork)
        isUnsafe = model.isUnsafe
        referenceStringID = model.srsID.bytes
    }
}
