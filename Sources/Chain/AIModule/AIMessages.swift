// The messages of the module (package `aivm.ai.v1`) that register and change models. `check` holds
// the rules that need no state; the handlers hold the others.

public import Base
import Cryptography
public import Ledger
import Verification
public import Wire

/// Names a model.
///
/// Either owner and name, with a version or 0 for the newest complete one; or a ModelID alone; or
/// both, and then they must agree.
public struct ModelReference: WireMessage, Hashable {
    /// Owner's address.
    public var owner = ""
    /// Name.
    public var name = ""
    /// Version; 0 for the newest complete one.
    public var version: UInt64 = 0
    /// ModelID, 32 bytes, or empty.
    public var modelID: Bytes = []

    public static let wireName = "aivm.ai.v1.ModelReference"
    public static let wireFields: WireFields<ModelReference> = [
        .string(1, "owner", \.owner),
        .string(2, "name", \.name),
        .uint64(3, "version", \.version),
        .bytes(4, "model_id", \.modelID),
    ]

    public init() {}

    /// Names a model by owner, name and version.
    public init(owner: String, name: String, version: UInt64 = 0, modelID: Bytes = []) {
        self.owner = owner
        self.name = name
        self.version = version
        self.modelID = modelID
    }

    /// Names a model by its ModelID.
    public init(modelID: Hash256) { self.modelID = modelID.bytes }

    /// Whether `name` may name a model: 1 to 64 of `a-z 0-9 . _ -`, the first a letter or digit.
    public static func isValid(name: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
        }
        let bytes = Array(name.utf8)
        guard (1...64).contains(bytes.count), isAlphanumeric(bytes[0]) else { return false }
        return bytes.allSatisfy { isAlphanumeric($0) || "._-".utf8.contains($0) }
    }

    func check() throws(Failure) {
        guard modelID.isEmpty || modelID.count == Hash256.byteCount else {
            throw .ai(.invalidReference, "a ModelID of \(modelID.count) bytes")
        }
        guard !owner.isEmpty else {
            guard name.isEmpty, version == 0, !modelID.isEmpty else {
                throw .ai(.invalidReference, "neither an owner nor a ModelID alone")
            }
            return
        }
        _ = try Address.parse(owner)
        try checkName(name)
    }
}

/// Largest version number, so that versions count up for ever without overflow.
let maximumVersion: UInt64 = 1 << 62

func checkName(_ name: String) throws(Failure) {
    guard ModelReference.isValid(name: name) else {
        throw .ai(.invalidName, "\"\(name.prefix(80))\"")
    }
}

/// A price: no coins for free, else at most four valid ones.
func checkPrice(_ price: [Coin]) throws(Failure) {
    guard price.count <= 4 else {
        throw .ai(.invalidPrice, "\(price.count) denominations; 4 are allowed")
    }
    do { try price.checkCoins() } catch { throw .ai(.invalidPrice, "\(error)") }
}

/// Registers a version of a model and opens the upload of its weights.
public struct MsgRegisterModel: WireMessage {
    /// Owner and signer.
    public var owner = ""
    /// Name, see ``ModelReference/isValid(name:)``.
    public var name = ""
    /// Version, above the newest; 0 for the next.
    public var version: UInt64 = 0
    /// Canonical bytes of the `aivm.ir.v1.Program`.
    public var program: Bytes = []
    /// Number of bytes of the weights.
    public var weightByteCount: UInt64 = 0
    /// Hash of each chunk of the weights, 32 bytes each: SHA-256 of a zero byte and the chunk.
    public var chunkHashes: [Bytes] = []
    /// The first chunks, as many as fit the transaction; with all of them the model is active at
    /// once.
    public var chunks: [Bytes] = []
    /// Price of an inference; empty for free.
    public var price: [Coin] = []
    /// Under what terms the model may be used.
    public var licence = ""
    /// What the model does.
    public var description = ""
    /// The ModelID that the owner expects, 32 bytes; empty for no expectation.
    public var modelID: Bytes = []

    public init() {}
    public static let wireName = "aivm.ai.v1.MsgRegisterModel"
    public static let wireFields: WireFields<MsgRegisterModel> = [
        .string(1, "owner", \.owner),
        .string(2, "name", \.name),
        .uint64(3, "version", \.version),
        .bytes(4, "program", \.program),
        .uint64(5, "weight_byte_count", \.weightByteCount),
        .byteStrings(6, "chunk_hashes", \.chunkHashes),
        .byteStrings(7, "chunks", \.chunks),
        .messages(8, "price", \.price),
        .string(9, "licence", \.licence),
        .string(10, "description", \.description),
        .bytes(11, "model_id", \.modelID),
    ]

    /// Makes the registration of a program and weights, with chunk hashes, and with the first
    /// chunks up to `inlineBytes` bytes of them.
    public init(
        owner: String, name: String, program: Bytes, weights: Bytes, price: [Coin],
        inlineBytes: Int = 1 << 19
    ) {
        self.owner = owner
        self.name = name
        self.program = program
        self.price = price
        weightByteCount = UInt64(weights.count)
        let all = WeightChunks.split(weights)
        chunkHashes = all.map { WeightChunks.hash($0).bytes }
        var left = inlineBytes
        for chunk in all {
            guard chunk.count <= left else { break }
            chunks.append(chunk)
            left -= chunk.count
        }
    }

    func check() throws(Failure) {
        _ = try Address.parse(owner)
        try checkName(name)
        guard version <= maximumVersion else {
            throw .ai(.invalidVersion, "\(version) is above \(maximumVersion)")
        }
        try checkPrice(price)
        guard modelID.isEmpty || modelID.count == Hash256.byteCount else {
            throw .ai(.invalidReference, "a ModelID of \(modelID.count) bytes")
        }
        for (index, hash) in chunkHashes.enumerated() where hash.count != Hash256.byteCount {
            throw .ai(.invalidChunkHashes, "hash \(index) has \(hash.count) bytes")
        }
        guard chunks.count <= chunkHashes.count else {
            throw .ai(
                .chunkOutOfRange, "\(chunks.count) chunks for \(chunkHashes.count) hashes")
        }
    }
}

/// The answer to ``MsgRegisterModel``.
public struct MsgRegisterModelResponse: WireMessage {
    /// Number of the registration.
    public var registration: UInt64 = 0
    /// Version given.
    public var version: UInt64 = 0
    /// ModelID, 32 bytes.
    public var modelID: Bytes = []
    /// Uploading, or active when no chunk is missing.
    public var status = ModelStatus.unspecified
    /// Number of chunks still to upload.
    public var missingChunkCount: UInt32 = 0

    public init() {}
    public static let wireName = "aivm.ai.v1.MsgRegisterModelResponse"
    public static let wireFields: WireFields<MsgRegisterModelResponse> = [
        .uint64(1, "registration", \.registration),
        .uint64(2, "version", \.version),
        .bytes(3, "model_id", \.modelID),
        .enumeration(4, "status", \.status),
        .uint32(5, "missing_chunk_count", \.missingChunkCount),
    ]
}

/// Delivers one chunk of the weights, in any order. A chunk that is already there changes nothing.
public struct MsgUploadChunk: WireMessage {
    /// Owner and signer.
    public var owner = ""
    /// Name.
    public var name = ""
    /// Version.
    public var version: UInt64 = 0
    /// Index of the chunk, from 0.
    public var index: UInt32 = 0
    /// The chunk: 1 MiB, or the rest for the last.
    public var data: Bytes = []

    public init() {}
    public static let wireName = "aivm.ai.v1.MsgUploadChunk"
    public static let wireFields: WireFields<MsgUploadChunk> = [
        .string(1, "owner", \.owner),
        .string(2, "name", \.name),
        .uint64(3, "version", \.version),
        .uint32(4, "index", \.index),
        .bytes(5, "data", \.data),
    ]

    func check() throws(Failure) {
        _ = try Address.parse(owner)
        try checkName(name)
        guard data.count <= WeightChunks.byteCount else {
            throw .ai(.chunkSizeMismatch, "\(data.count) bytes; a chunk has 1 MiB at most")
        }
    }
}

/// The answer to ``MsgUploadChunk``.
public struct MsgUploadChunkResponse: WireMessage {
    /// Uploading, or active after the last chunk.
    public var status = ModelStatus.unspecified
    /// Number of chunks still to upload.
    public var missingChunkCount: UInt32 = 0
    /// ModelID, 32 bytes.
    public var modelID: Bytes = []

    public init() {}
    public static let wireName = "aivm.ai.v1.MsgUploadChunkResponse"
    public static let wireFields: WireFields<MsgUploadChunkResponse> = [
        .enumeration(1, "status", \.status),
        .uint32(2, "missing_chunk_count", \.missingChunkCount),
        .bytes(3, "model_id", \.modelID),
    ]
}

/// Switches a complete model on or off.
public struct MsgSetModelStatus: WireMessage {
    /// Owner and signer.
    public var owner = ""
    /// Name.
    public var name = ""
    /// Version.
    public var version: UInt64 = 0
    /// Active or disabled.
    public var status = ModelStatus.unspecified

    public init() {}
    public static let wireName = "aivm.ai.v1.MsgSetModelStatus"
    public static let wireFields: WireFields<MsgSetModelStatus> = [
        .string(1, "owner", \.owner),
        .string(2, "name", \.name),
        .uint64(3, "version", \.version),
        .enumeration(4, "status", \.status),
    ]

    func check() throws(Failure) {
        _ = try Address.parse(owner)
        try checkName(name)
        guard status == .active || status == .disabled else {
            throw .ai(.invalidStatus, "\(status.wireLabel) cannot be set")
        }
    }
}

/// The answer to ``MsgSetModelStatus``.
public struct MsgSetModelStatusResponse: WireMessage {
    public init() {}
    public static let wireName = "aivm.ai.v1.MsgSetModelStatusResponse"
    public static let wireFields: WireFields<MsgSetModelStatusResponse> = []
}

/// Changes the price of later inferences.
public struct MsgUpdateModelPrice: WireMessage {
    /// Owner and signer.
    public var owner = ""
    /// Name.
    public var name = ""
    /// Version.
    public var version: UInt64 = 0
    /// New price; empty for free.
    public var price: [Coin] = []

    public init() {}
    public static let wireName = "aivm.ai.v1.MsgUpdateModelPrice"
    public static let wireFields: WireFields<MsgUpdateModelPrice> = [
        .string(1, "owner", \.owner),
        .string(2, "name", \.name),
        .uint64(3, "version", \.version),
        .messages(4, "price", \.price),
    ]

    func check() throws(Failure) {
        _ = try Address.parse(owner)
        try checkName(name)
        try checkPrice(price)
    }
}

/// The answer to ``MsgUpdateModelPrice``.
public struct MsgUpdateModelPriceResponse: WireMessage {
    public init() {}
    public static let wireName = "aivm.ai.v1.MsgUpdateModelPriceResponse"
    public static let wireFields: WireFields<MsgUpdateModelPriceResponse> = []
}
