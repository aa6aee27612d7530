// What the module keeps about inferences: the record that a receipt proves. One key leads to the
// whole of it, and it holds the statement, so whoever has the record, its proof and the tensors can
// check the answer without a node.

public import Base
import Cryptography
public import Ledger
public import Verification
public import Wire

/// A finished inference.
public struct InferenceRecord: WireMessage {
    /// Number of the inference, from 1.
    public var id: UInt64 = 0
    /// Address of who asked and paid.
    public var requester = ""
    /// Owner, name and version of the model.
    public var model = ModelReference()
    /// Registration of the model.
    public var registration: UInt64 = 0
    /// What was shown.
    public var statement = Statement()
    /// The evidence for it.
    public var evidence = EvidenceMessage()
    /// The input in canonical form.
    public var input = StoredTensors()
    /// The output in canonical form.
    public var output = StoredTensors()
    /// Machine gas of the run.
    public var gasUsed: UInt64 = 0
    /// What the requester paid.
    public var price: [Coin] = []
    /// Who got it: the parts of the price, each not empty.
    public var payments: [Payment] = []
    /// Height of the block it ran in.
    public var height: Int64 = 0
    /// Number of the request that this answers; 0 where the chain itself ran the model.
    public var request: UInt64 = 0
    /// Address of who proved the answer; empty where the chain itself ran the model.
    public var worker = ""

    public init() {}
    public static let wireName = "aivm.ai.v1.InferenceRecord"
    public static let wireFields: WireFields<InferenceRecord> = [
        .uint64(1, "id", \.id),
        .string(2, "requester", \.requester),
        .message(3, "model", \.model),
        .uint64(4, "registration", \.registration),
        .message(5, "statement", \.statement),
        .message(6, "evidence", \.evidence),
        .message(7, "input", \.input),
        .message(8, "output", \.output),
        .uint64(9, "gas_used", \.gasUsed),
        .messages(10, "price", \.price),
        .messages(11, "payments", \.payments),
        .int64(12, "height", \.height),
        .uint64(13, "request", \.request),
        .string(14, "worker", \.worker),
    ]
}

/// A part of a price.
public struct Payment: WireMessage {
    /// Address of who got it.
    public var recipient = ""
    /// Coins, valid and not empty.
    public var amount: [Coin] = []

    public static let wireName = "aivm.ai.v1.Payment"
    public static let wireFields: WireFields<Payment> = [
        .string(1, "recipient", \.recipient),
        .messages(2, "amount", \.amount),
    ]

    public init() {}

    init(_ recipient: String, _ amount: [Coin]) {
        self.recipient = recipient
        self.amount = amount
    }
}

/// Tensors in the state when they are small, beside it as a blob when not; nowhere when nobody
/// tells the chain what they are.
public struct StoredTensors: WireMessage {
    /// The tensors, when they stand in the state.
    public var inline: TensorSet?
    /// SHA-256 of their canonical bytes, when those are a blob.
    public var blobHash: Bytes?
    /// Number of their canonical bytes.
    public var byteCount: UInt64 = 0

    public init() {}
    public static let wireName = "aivm.ai.v1.StoredTensors"
    public static let wireFields: WireFields<StoredTensors> = [
        .message(1, "inline", \.inline, oneof: "content"),
        .bytes(2, "blob_hash", \.blobHash, oneof: "content"),
        .uint64(3, "byte_count", \.byteCount),
    ]

    /// Stores `tensors`; sets of more than `maximumInlineBytes` become blobs.
    static func store(
        _ tensors: TensorSet, maximumInlineBytes: UInt64, _ context: inout Context
    ) throws(Failure) -> StoredTensors {
        let bytes = tensors.encoded()
        var stored = StoredTensors()
        stored.byteCount = UInt64(bytes.count)
        if stored.byteCount <= maximumInlineBytes {
            stored.inline = tensors
        } else {
            stored.blobHash = try context.putBlob(bytes).bytes
        }
        return stored
    }

    /// Whether there are tensors.
    var isGiven: Bool { inline != nil || blobHash != nil }

    /// The tensors; none where nobody told.
    func load(_ context: inout Context) throws(Failure) -> TensorSet {
        if let inline { return inline }
        guard isGiven else { return TensorSet() }
        guard let hash = blobHash.flatMap({ Hash256($0) }), let bytes = try context.blob(hash)
        else { throw .storage(StorageFailure("the tensors of an inference are missing")) }
        do { return try TensorSet(decoding: bytes, rules: .canonical) } catch {
            throw .storage(StorageFailure("stored tensors do not decode: \(error)"))
        }
    }
}

extension AI {
    /// Writes an inference and the index of its requester.
    func set(_ record: InferenceRecord, _ context: inout Context) throws(Failure) {
        let id = record.id.keyBytes
        try AIKeys.inferences.set(id, record, &context)
        try AIKeys.inferencesByRequester.set(
            try Address.parse(record.requester).keyBytes + id, StoredNumber(record.id), &context)
    }
}
