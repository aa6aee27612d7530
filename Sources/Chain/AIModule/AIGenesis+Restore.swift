// Restoring one model or inference of a genesis. A genesis is written by people: whatever it says
// twice must agree, and what it says of a model must be what the model itself says.

import Base
import Cryptography
import Ledger
import Verification
import Wire

extension AI {
    func restore(
        _ model: GenesisModel, _ parameters: AIParameters, _ context: inout Context
    ) throws(Failure) {
        let record = model.record
        guard !record.isCommitted else {
            return try restoreCommitted(model, parameters, &context)
        }
        let place = "model \(record.registration)"
        let hashes = model.details.chunkHashes.compactMap { Hash256($0) }
        guard hashes.count == model.details.chunkHashes.count,
            record.weightByteCount <= parameters.maximumModelBytes
        else { throw .ai(.invalidGenesis, "\(place): chunk hashes or size") }
        let identification: ModelIdentification
        do throws(VerificationError) {
            identification = try engine.identify(
                programBytes: model.program, weightByteCount: Int(record.weightByteCount),
                chunkHashes: hashes)
        } catch {
            throw .ai(.invalidGenesis, "\(place): \(error)")
        }
        try checkName(record.name)
        try checkPrice(record.price)
        let owner = try Address.parse(record.owner)
        guard record.modelID == identification.modelID.bytes,
            record.arithmeticVersion == identification.arithmeticVersion,
            record.programHash == identification.programHash.bytes,
            record.weightsRoot == identification.weightsRoot.bytes,
            record.programByteCount == UInt64(model.program.count),
            Int(record.chunkCount) == hashes.count,
            record.chunkCount >= UInt32(clamping: model.chunks.count),
            record.missingChunkCount == record.chunkCount - UInt32(clamping: model.chunks.count),
            (record.missingChunkCount == 0) == (record.status != .uploading),
            record.status != .unspecified, (1...maximumVersion).contains(record.version)
        else { throw .ai(.invalidGenesis, "\(place): the record contradicts the model") }
        try context.putBlob(model.program)
        try restoreChunks(of: model, hashes, &context)
        if record.status != .uploading { try checkComplete(record, &context) }
        let key = record.registration.keyBytes
        try AIKeys.models.set(key, record, &context)
        try AIKeys.details.set(key, model.details, &context)
        try restoreIndices(of: record, owner, &context)
    }

    private func restoreChunks(
        of model: GenesisModel, _ hashes: [Hash256], _ context: inout Context
    ) throws(Failure) {
        var next: UInt32 = 0
        for chunk in model.chunks {
            guard chunk.index >= next, Int(chunk.index) < hashes.count,
                WeightChunks.hash(chunk.data) == hashes[Int(chunk.index)]
            else {
                throw .ai(
                    .invalidGenesis, "model \(model.record.registration): chunk \(chunk.index)")
            }
            next = chunk.index + 1
            var stored = ChunkRecord()
            stored.blobHash = try context.putBlob(chunk.data).bytes
            try AIKeys.chunks.set(
                AIKeys.chunk(model.record.registration, chunk.index), stored, &context)
        }
    }

    /// A complete model must load, and be what its record says.
    private func checkComplete(
        _ record: ModelRecord, _ context: inout Context
    ) throws(Failure) {
        let parts = try parts(of: record, &context)
        let loaded: LoadedModel
        do throws(VerificationError) {
            loaded = try engine.load(programBytes: parts.program, weights: parts.weights)
        } catch {
            throw .ai(.invalidGenesis, "model \(record.registration): \(error)")
        }
        guard loaded.inputs == record.inputs, loaded.outputs == record.outputs,
            loaded.gas == record.gas, loaded.modelID.bytes == record.modelID
        else {
            throw .ai(
                .invalidGenesis, "model \(record.registration): schema or gas is not the model's")
        }
    }

    func restoreIndices(
        of record: ModelRecord, _ owner: Address, _ context: inout Context
    ) throws(Failure) {
        let number = StoredNumber(record.registration)
        let versionKey = AIKeys.version(owner, record.name, record.version)
        guard try !AIKeys.versions.contains(versionKey, &context) else {
            throw .ai(.invalidGenesis, "\(record.text) is registered twice")
        }
        try AIKeys.versions.set(versionKey, number, &context)
        let nameKey = AIKeys.name(owner, record.name)
        var versions = try AIKeys.names.get(nameKey, &context) ?? NameRecord()
        versions.latestVersion = max(versions.latestVersion, record.version)
        if record.status != .uploading {
            versions.latestCompleteVersion = max(versions.latestCompleteVersion, record.version)
            try AIKeys.registrationsByModelID.set(
                record.modelID + record.registration.keyBytes, number, &context)
        }
        try AIKeys.names.set(nameKey, versions, &context)
        guard record.isPrimary else { return }
        guard record.status != .uploading,
            try !AIKeys.primaries.contains(record.modelID, &context)
        else { throw .ai(.invalidGenesis, "\(record.text) cannot answer for its ModelID") }
        try AIKeys.primaries.set(record.modelID, number, &context)
    }

    func restore(_ inference: GenesisInference, _ context: inout Context) throws(Failure) {
        let record = inference.record
        let place = "inference \(record.id)"
        let input = try restore(record.input, inference.input, place, &context)
        let output = try restore(record.output, inference.output, place, &context)
        do throws(VerificationError) {
            try checkCommitments(
                of: record.statement, try record.evidence.evidence(), input: input,
                output: output)
        } catch {
            throw .ai(.invalidGenesis, "\(place): \(error)")
        }
        try set(record, &context)
    }

    /// Restores tensors: those of the record, or the blob that the record names; none where the
    /// record has none.
    func restore(
        _ stored: StoredTensors, _ given: TensorSet?, _ place: String, _ context: inout Context
    ) throws(Failure) -> TensorSet {
        guard stored.isGiven || given != nil || stored.byteCount > 0 else { return TensorSet() }
        guard let tensors = stored.inline ?? given, stored.inline == nil || given == nil else {
            throw .ai(.invalidGenesis, "\(place): tensors are missing or given twice")
        }
        let bytes = tensors.encoded()
        guard stored.byteCount == UInt64(bytes.count) else {
            throw .ai(.invalidGenesis, "\(place): the size of its tensors")
        }
        if stored.inline == nil {
            guard try context.putBlob(bytes).bytes == stored.blobHash else {
                throw .ai(.invalidGenesis, "\(place): the hash of its tensors")
            }
        }
        return tensors
    }
}
