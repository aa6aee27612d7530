// What the module keeps about models. A record is read by every request, so it holds only what a
// request needs; texts and chunk hashes stand apart. Weights and programs are blobs: the tree holds
// their hashes.

public import Base
public import Ledger
public import Verification
public import Wire

/// Where a registered model is in its life.
public enum ModelStatus: Int32, WireEnum {
    /// None; never stored.
    case unspecified = 0
    /// Chunks are missing.
    case uploading = 1
    /// Answers requests.
    case active = 2
    /// Switched off by its owner.
    case disabled = 3

    public init() { self = .unspecified }
    public static let wireName = "aivm.ai.v1.ModelStatus"
    public var wireLabel: String {
        switch self {
        case .unspecified: "MODEL_STATUS_UNSPECIFIED"
        case .uploading: "MODEL_STATUS_UPLOADING"
        case .active: "MODEL_STATUS_ACTIVE"
        case .disabled: "MODEL_STATUS_DISABLED"
        }
    }
}

/// A registered model: a version of a name of an owner.
public struct ModelRecord: WireMessage {
    /// Number of the registration, from 1.
    public var registration: UInt64 = 0
    /// Owner's address.
    public var owner = ""
    /// Name, unique within the owner.
    public var name = ""
    /// Version, from 1.
    public var version: UInt64 = 0
    /// ModelID, 32 bytes.
    public var modelID: Bytes = []
    /// Arithmetic version of the program.
    public var arithmeticVersion: UInt32 = 0
    /// SHA-256 of the program, 32 bytes: the key of its blob.
    public var programHash: Bytes = []
    /// Number of bytes of the program.
    public var programByteCount: UInt64 = 0
    /// Merkle root over the weight chunks, 32 bytes.
    public var weightsRoot: Bytes = []
    /// Number of bytes of the weights.
    public var weightByteCount: UInt64 = 0
    /// Number of chunks of the weights.
    public var chunkCount: UInt32 = 0
    /// Number of chunks that have not arrived.
    public var missingChunkCount: UInt32 = 0
    /// Where the model is in its life.
    public var status = ModelStatus.unspecified
    /// Price of an inference; empty when free.
    public var price: [Coin] = []
    /// Inputs in order; empty while uploading.
    public var inputs: [TensorSchema] = []
    /// Outputs in order; empty while uploading.
    public var outputs: [TensorSchema] = []
    /// Machine gas of an inference; 0 while uploading.
    public var gas: UInt64 = 0
    /// Height of the registration.
    public var registeredHeight: Int64 = 0
    /// Whether requests by ModelID alone come to this registration.
    public var isPrimary = false
    /// Whether the chain knows the model by a commitment to its weights: then the program's hash
    /// and size are those of the `CommittedModel`, and results are proved, not run.
    public var isCommitted = false
    /// What verifying a proof asks, in steps, where the model is committed.
    public var proofSize: UInt64 = 0
    /// Whether the committed model says that its reference string is for development.
    public var isUnsafe = false
    /// SHA-256 of tau in the second group, 32 bytes, where the model is committed.
    public var referenceStringID: Bytes = []

    public init() {}
    public static let wireName = "aivm.ai.v1.ModelRecord"
    public static let wireFields: WireFields<ModelRecord> = [
        .uint64(1, "registration", \.registration),
        .string(2, "owner", \.owner),
        .string(3, "name", \.name),
        .uint64(4, "version", \.version),
        .bytes(5, "model_id", \.modelID),
        .uint32(6, "arithmetic_version", \.arithmeticVersion),
        .bytes(7, "program_hash", \.programHash),
        .uint64(8, "program_byte_count", \.programByteCount),
        .bytes(9, "weights_root", \.weightsRoot),
        .uint64(10, "weight_byte_count", \.weightByteCount),
        .uint32(11, "chunk_count", \.chunkCount),
        .uint32(12, "missing_chunk_count", \.missingChunkCount),
        .enumeration(13, "status", \.status),
        .messages(14, "price", \.price),
        .messages(15, "inputs", \.inputs),
        .messages(16, "outputs", \.outputs),
        .uint64(17, "gas", \.gas),
        .int64(18, "registered_height", \.registeredHeight),
        .bool(19, "is_primary", \.isPrimary),
        .bool(20, "is_committed", \.isCommitted),
        .uint64(21, "proof_size", \.proofSize),
        .bool(22, "is_unsafe", \.isUnsafe),
        .bytes(23, "srs_id", \.referenceStringID),
    ]

    /// Owner, name and version.
    public var reference: ModelReference {
        ModelReference(owner: owner, name: name, version: version)
    }
}

/// What people want to know of a model, and what only its upload needs.
public struct ModelDetails: WireMessage {
    /// What the model does.
    public var description = ""
    /// Under what terms it may be used.
    public var licence = ""
    /// Declared hash of each weight chunk, 32 bytes.
    public var chunkHashes: [Bytes] = []

    public init() {}
    public static let wireName = "aivm.ai.v1.ModelDetails"
    public static let wireFields: WireFields<ModelDetails> = [
        .string(1, "description", \.description),
        .string(2, "licence", \.licence),
        .byteStrings(3, "chunk_hashes", \.chunkHashes),
    ]
}

/// A weight chunk that has arrived.
public struct ChunkRecord: WireMessage {
    /// SHA-256 of the chunk, 32 bytes: the key of its blob.
    public var blobHash: Bytes = []

    public init() {}
    public static let wireName = "aivm.ai.v1.ChunkRecord"
    public static let wireFields: WireFields<ChunkRecord> = [.bytes(1, "blob_hash", \.blobHash)]
}

/// The versions of a name.
public struct NameRecord: WireMessage {
    /// Newest version.
    public var latestVersion: UInt64 = 0
    /// Newest version whose weights are complete; 0 for none.
    public var latestCompleteVersion: UInt64 = 0

    public init() {}
    public static let wireName = "aivm.ai.v1.NameRecord"
    public static let wireFields: WireFields<NameRecord> = [
        .uint64(1, "latest_version", \.latestVersion),
        .uint64(2, "latest_complete_version", \.latestCompleteVersion),
    ]
}
