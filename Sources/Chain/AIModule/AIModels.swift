// Finding, completing and loading models.

import Base
import Cryptography
import Ledger
import Verification

extension AI {
    /// The model that `reference`, already checked, names.
    func resolve(
        _ reference: ModelReference, _ context: inout Context
    ) throws(Failure) -> ModelRecord {
        let registration: UInt64?
        if reference.owner.isEmpty {
            registration = try AIKeys.primaries.get(reference.modelID, &context)?.value
        } else {
            let owner = try Address.parse(reference.owner)
            var version = reference.version
            if version == 0 {
                let key = AIKeys.name(owner, reference.name)
                guard let versions = try AIKeys.names.get(key, &context) else {
                    throw .ai(.modelNotFound, reference.text)
                }
                guard versions.latestCompleteVersion > 0 else {
                    throw .ai(.modelUploading, reference.text)
                }
                version = versions.latestCompleteVersion
            }
            let key = AIKeys.version(owner, reference.name, version)
            registration = try AIKeys.versions.get(key, &context)?.value
        }
        guard let registration else { throw .ai(.modelNotFound, reference.text) }
        let record = try self.record(registration, &context)
        guard reference.modelID.isEmpty || reference.modelID == record.modelID else {
            throw .ai(
                .modelIDMismatch,
                "\(record.text) is \(record.modelID.hex), not \(reference.modelID.hex)")
        }
        return record
    }

    /// The record of a registration that an index names.
    func record(
        _ registration: UInt64, _ context: inout Context
    ) throws(Failure) -> ModelRecord {
        guard let record = try AIKeys.models.get(registration.keyBytes, &context) else {
            throw .storage(StorageFailure("registration \(registration) is missing"))
        }
        return record
    }

    /// When no chunk is missing, checks the whole model and makes it active.
    ///
    /// Gas for reading and checking is charged by size, before either. When only checking for the
    /// mempool, the model stays as it is.
    func finishUpload(
        of record: inout ModelRecord, _ context: inout Context
    ) throws(Failure) {
        guard record.missingChunkCount == 0, context.mode != .check, context.mode != .recheck
        else { return }
        let parameters = try currentParameters(&context)
        try context.gas.consume(
            parameters.checkingGas(
                programByteCount: Int(record.programByteCount),
                weightByteCount: record.weightByteCount),
            "CheckModel")
        let model: LoadedModel
        let parts = try parts(of: record, &context)
        do throws(VerificationError) {
            model = try engine.load(programBytes: parts.program, weights: parts.weights)
        } catch {
            throw .ai(.invalidProgram, "\(error)")
        }
        try checkSizes(model.inputs, model.outputs, parameters)
        record.status = .active
        record.inputs = model.inputs
        record.outputs = model.outputs
        record.gas = model.gas
        try index(&record, &context)
        emitActivated(record, &context)
        withCache(&context) { $0.models.insert(model) }
    }

    /// Makes a complete model findable.
    func index(_ record: inout ModelRecord, _ context: inout Context) throws(Failure) {
        let owner = try Address.parse(record.owner)
        let nameKey = AIKeys.name(owner, record.name)
        var versions = try AIKeys.names.get(nameKey, &context) ?? NameRecord()
        versions.latestCompleteVersion = max(versions.latestCompleteVersion, record.version)
        try AIKeys.names.set(nameKey, versions, &context)
        let number = StoredNumber(record.registration)
        try AIKeys.registrationsByModelID.set(
            record.modelID + record.registration.keyBytes, number, &context)
        // The first to be complete answers for the ModelID, for good.
        if try !AIKeys.primaries.contains(record.modelID, &context) {
            record.isPrimary = true
            try AIKeys.primaries.set(record.modelID, number, &context)
        }
    }

    /// Refuses inputs and outputs that are larger than the parameters allow.
    func checkSizes(
        _ inputs: [TensorSchema], _ outputs: [TensorSchema], _ parameters: AIParameters
    ) throws(Failure) {
        try checkSize(inputs, parameters.maximumRequestBytes, .requestTooLarge)
        try checkSize(outputs, parameters.maximumResultBytes, .resultTooLarge)
    }

    /// Refuses tensors whose canonical form has more than `limit` bytes.
    func checkSize(
        _ schemas: [TensorSchema], _ limit: UInt64, _ code: AICode
    ) throws(Failure) {
        let byteCount = schemas.encodedByteCount
        guard let byteCount, UInt64(byteCount) <= limit else {
            throw .ai(
                code, "\(byteCount.map(String.init) ?? "far too many") bytes; \(limit) are allowed")
        }
    }

    /// The model of an active record: from the cache, or read and checked again.
    ///
    /// Charges nothing: what a request pays covers loading, whether or not it is needed.
    func loadedModel(
        _ record: ModelRecord, _ context: inout Context
    ) throws(Failure) -> LoadedModel {
        guard let modelID = Hash256(record.modelID) else {
            throw .storage(StorageFailure("a stored ModelID is not 32 bytes"))
        }
        let cached = withCache(&context) { $0.models.entry(modelID) }
        if let cached { return cached }
        var unmetered = Context(
            state: context.state, gasLimit: nil, block: context.block, mode: context.mode)
        let parts = try parts(of: record, &unmetered)
        let model: LoadedModel
        do throws(VerificationError) {
            model = try engine.load(programBytes: parts.program, weights: parts.weights)
        } catch {
            throw .storage(StorageFailure("model \(record.text) does not load: \(error)"))
        }
        guard model.modelID == modelID else {
            throw .storage(StorageFailure("model \(record.text) has changed on disk"))
        }
        withCache(&context) { $0.models.insert(model) }
        return model
    }

    /// Program and weights of a model none of whose chunks is missing.
    func parts(
        of record: ModelRecord, _ context: inout Context
    ) throws(Failure) -> (program: Bytes, weights: Bytes) {
        let program = try programBytes(of: record, &context)
        var weights = Bytes()
        weights.reserveCapacity(Int(record.weightByteCount))
        for index in 0..<record.chunkCount {
            guard let chunk = try chunkBytes(index, of: record, &context) else {
                throw .storage(StorageFailure("chunk \(index) of \(record.text) is missing"))
            }
            weights += chunk
        }
        return (program, weights)
    }

    /// The program of a model.
    func programBytes(
        of record: ModelRecord, _ context: inout Context
    ) throws(Failure) -> Bytes {
        guard let hash = Hash256(record.programHash), let program = try context.blob(hash) else {
            throw .storage(StorageFailure("the program of \(record.text) is missing"))
        }
        return program
    }

    /// A chunk of a model; `nil` when it has not arrived.
    func chunkBytes(
        _ index: UInt32, of record: ModelRecord, _ context: inout Context
    ) throws(Failure) -> Bytes? {
        let key = AIKeys.chunk(record.registration, index)
        guard let stored = try AIKeys.chunks.get(key, &context) else { return nil }
        guard let hash = Hash256(stored.blobHash), let chunk = try context.blob(hash) else {
            throw .storage(StorageFailure("chunk \(index) of \(record.text) is not stored"))
        }
        return chunk
    }
}

extension ModelReference {
    /// The model, for people.
    var text: String {
        guard !owner.isEmpty else { return modelID.hex }
        return version == 0 ? "\(owner)/\(name)" : "\(owner)/\(name)/\(version)"
    }
}
