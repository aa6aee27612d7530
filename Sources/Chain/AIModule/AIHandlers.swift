// Registering models: each handler checks everything, then writes, then emits its event. A refusal
// undoes the whole message (the caller's layer of state is dropped); gas used stays used.

import Base
import Cryptography
import Ledger
import Verification

extension AI {
    func registerModel(
        _ message: MsgRegisterModel, _ context: inout Context
    ) throws(Failure) -> MsgRegisterModelResponse {
        let parameters = try currentParameters(&context)
        let identification = try identify(message, parameters, &context)
        let owner = try Address.parse(message.owner)
        let version = try nextVersion(message.version, of: message.name, owner, &context)
        let registration = try next(AIKeys.registrationCount, &context)
        var record = ModelRecord()
        record.registration = registration
        record.owner = message.owner
        record.name = message.name
        record.version = version
        record.modelID = identification.modelID.bytes
        record.arithmeticVersion = identification.arithmeticVersion
        record.programHash = identification.programHash.bytes
        record.programByteCount = UInt64(message.program.count)
        record.weightsRoot = identification.weightsRoot.bytes
        record.weightByteCount = message.weightByteCount
        record.chunkCount = UInt32(message.chunkHashes.count)
        record.missingChunkCount = record.chunkCount
        record.status = .uploading
        record.price = message.price
        record.registeredHeight = context.block.height
        var details = ModelDetails()
        details.description = message.description
        details.licence = message.licence
        details.chunkHashes = message.chunkHashes

        try context.putBlob(message.program)
        try open(record, &context)
        try AIKeys.details.set(registration.keyBytes, details, &context)
        emitRegistered(record, &context)
        for (index, chunk) in message.chunks.enumerated() {
            try accept(chunk, at: UInt32(index), of: &record, details, &context)
        }
        try finishUpload(of: &record, &context)
        try AIKeys.models.set(registration.keyBytes, record, &context)

        var response = MsgRegisterModelResponse()
        response.registration = registration
        response.version = version
        response.modelID = record.modelID
        response.status = record.status
        response.missingChunkCount = record.missingChunkCount
        return response
    }

    /// The version that a registration gets which asks for `version`, 0 for the next.
    func nextVersion(
        _ version: UInt64, of name: String, _ owner: Address, _ context: inout Context
    ) throws(Failure) -> UInt64 {
        let newest = try AIKeys.names.get(AIKeys.name(owner, name), &context)?.latestVersion ?? 0
        let version = version == 0 ? newest + 1 : version
        guard version > newest, version <= maximumVersion else {
            throw .ai(.invalidVersion, "\(version) is not above \(newest)")
        }
        return version
    }

    /// Makes a new registration findable by its name and version.
    func open(_ record: ModelRecord, _ context: inout Context) throws(Failure) {
        let owner = try Address.parse(record.owner)
        let nameKey = AIKeys.name(owner, record.name)
        var versions = try AIKeys.names.get(nameKey, &context) ?? NameRecord()
        versions.latestVersion = record.version
        try AIKeys.names.set(nameKey, versions, &context)
        try AIKeys.versions.set(
            AIKeys.version(owner, record.name, record.version),
            StoredNumber(record.registration), &context)
    }

    /// Refuses texts that are too long.
    func checkTexts(_ texts: [String], _ parameters: AIParameters) throws(Failure) {
        for text in texts where UInt64(text.utf8.count) > parameters.maximumTextBytes {
            throw .ai(
                .textTooLong,
                "\(text.utf8.count) bytes; \(parameters.maximumTextBytes) are allowed")
        }
    }

    /// Checks sizes, then the program as far as it can be checked without weights.
    private func identify(
        _ message: MsgRegisterModel, _ parameters: AIParameters, _ context: inout Context
    ) throws(Failure) -> ModelIdentification {
        let programByteCount = message.program.count
        guard UInt64(programByteCount) <= parameters.maximumProgramBytes else {
            throw .ai(
                .programTooLarge,
                "\(programByteCount) bytes; \(parameters.maximumProgramBytes) are allowed")
        }
        guard message.weightByteCount <= parameters.maximumModelBytes else {
            throw .ai(
                .modelTooLarge,
                "\(message.weightByteCount) bytes; \(parameters.maximumModelBytes) are allowed")
        }
        try checkTexts([message.licence, message.description], parameters)
        try context.gas.consume(
            parameters.checkingGas(programByteCount: programByteCount), "CheckProgram")
        let hashes = message.chunkHashes.compactMap { Hash256($0) }
        let identification: ModelIdentification
        do throws(VerificationError) {
            identification = try engine.identify(
                programBytes: message.program, weightByteCount: Int(message.weightByteCount),
                chunkHashes: hashes)
        } catch .wrongChunkCount(let expected, let actual) {
            throw .ai(.invalidChunkHashes, "\(actual) instead of \(expected)")
        } catch {
            throw .ai(.invalidProgram, "\(error)")
        }
        guard message.modelID.isEmpty || message.modelID == identification.modelID.bytes else {
            throw .ai(
                .modelIDMismatch,
                "the model is \(identification.modelID), not \(message.modelID.hex)")
        }
        return identification
    }

    func uploadChunk(
        _ message: MsgUploadChunk, _ context: inout Context
    ) throws(Failure) -> MsgUploadChunkResponse {
        var record = try owned(message.owner, message.name, message.version, &context)
        guard record.status == .uploading else { throw .ai(.uploadClosed, record.text) }
        guard let details = try AIKeys.details.get(record.registration.keyBytes, &context) else {
            throw .storage(StorageFailure("a model without details"))
        }
        try accept(message.data, at: message.index, of: &record, details, &context)
        try finishUpload(of: &record, &context)
        try AIKeys.models.set(record.registration.keyBytes, record, &context)

        var response = MsgUploadChunkResponse()
        response.status = record.status
        response.missingChunkCount = record.missingChunkCount
        response.modelID = record.modelID
        return response
    }

    /// Checks a chunk against its declared hash and stores it, unless it is already there.
    private func accept(
        _ chunk: Bytes, at index: UInt32, of record: inout ModelRecord, _ details: ModelDetails,
        _ context: inout Context
    ) throws(Failure) {
        guard index < record.chunkCount, Int(index) < details.chunkHashes.count else {
            throw .ai(.chunkOutOfRange, "\(index) of \(record.chunkCount)")
        }
        let expected = WeightChunks.byteCount(
            of: Int(index), weightByteCount: Int(record.weightByteCount))
        guard chunk.count == expected else {
            throw .ai(
                .chunkSizeMismatch, "chunk \(index) has \(chunk.count) bytes instead of \(expected)"
            )
        }
        let key = AIKeys.chunk(record.registration, index)
        let isPresent = try AIKeys.chunks.contains(key, &context)
        // Paid for before the chunk is hashed, and whether or not it is new.
        var stored = ChunkRecord()
        stored.blobHash = try context.putBlob(chunk).bytes
        let actual = WeightChunks.hash(chunk)
        guard details.chunkHashes[Int(index)] == actual.bytes else {
            throw .ai(
                .chunkHashMismatch,
                "chunk \(index) hashes to \(actual), not \(details.chunkHashes[Int(index)].hex)")
        }
        guard !isPresent else { return }
        try AIKeys.chunks.set(key, stored, &context)
        record.missingChunkCount -= 1
        emitChunkUploaded(index, record, &context)
    }

    func setModelStatus(
        _ message: MsgSetModelStatus, _ context: inout Context
    ) throws(Failure) -> MsgSetModelStatusResponse {
        var record = try owned(message.owner, message.name, message.version, &context)
        guard record.status != .uploading else { throw .ai(.modelUploading, record.text) }
        record.status = message.status
        try AIKeys.models.set(record.registration.keyBytes, record, &context)
        emitStatusSet(record, &context)
        return MsgSetModelStatusResponse()
    }

    func updateModelPrice(
        _ message: MsgUpdateModelPrice, _ context: inout Context
    ) throws(Failure) -> MsgUpdateModelPriceResponse {
        var record = try owned(message.owner, message.name, message.version, &context)
        record.price = message.price
        try AIKeys.models.set(record.registration.keyBytes, record, &context)
        emitPriceUpdated(record, &context)
        return MsgUpdateModelPriceResponse()
    }

    /// The model of this owner, name and version (0 for the newest complete one). A signer can only
    /// name models of its own.
    private func owned(
        _ owner: String, _ name: String, _ version: UInt64, _ context: inout Context
    ) throws(Failure) -> ModelRecord {
        try resolve(ModelReference(owner: owner, name: name, version: version), &context)
    }

    /// The next number of a counter, which counts from 1.
    func next(
        _ counter: StateItem<StoredNumber>, _ context: inout Context
    ) throws(Failure) -> UInt64 {
        let number = (try counter.get(&context)?.value ?? 0) + 1
        try counter.set(StoredNumber(number), &context)
        return number
    }
}

extension ModelRecord {
    /// The model, for people.
    var text: String { "\(owner)/\(name)/\(version)" }
}
