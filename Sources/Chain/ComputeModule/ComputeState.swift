// What the module keeps: documents as they were signed, and what attestations said.

public import Attestation
public import Base
public import Verification
public import Wire

/// A signed document as it travels and as it is stored.
public struct StoredDocument: WireMessage, Hashable {
    /// The exact bytes that were signed: a JSON object.
    public var body: Bytes = []
    /// r and s, 64 bytes.
    public var signature: Bytes = []

    public static let wireName = "aivm.compute.v1.SignedDocument"
    public static let wireFields: WireFields<StoredDocument> = [
        .bytes(1, "body", \.body),
        .bytes(2, "signature", \.signature),
    ]

    public init() {}

    /// Makes the message of a document.
    public init(_ document: SignedDocument) {
        body = document.body
        signature = document.signature
    }

    /// The document.
    var document: SignedDocument { SignedDocument(body: body, signature: signature) }
}

/// What an accepted attestation said.
public struct AttestationRecord: WireMessage, Hashable {
    /// What was attested.
    public var statement = Statement()
    /// SHA-256 of what the machine's hardware signed.
    public var quoteHash: Bytes = []
    /// Who submitted it.
    public var submitter = ""
    /// Name of the technology.
    public var technology = ""
    /// The product line; empty where there is one only.
    public var product = ""
    /// The maker's status of the platform; empty where there is none.
    public var status = ""
    /// Advisories that apply.
    public var advisories: [String] = []
    /// What was measured, by name.
    public var measurements: [AttestedMeasurement] = []
    /// Number of devices attested with it.
    public var deviceCount: UInt32 = 0
    /// Whether a root for development vouches for it, which means that nobody does.
    public var isDevelopment = false
    /// Height of the block.
    public var height: Int64 = 0
    /// Time of the block, at which it was judged.
    public var time = Timestamp()
    /// Number of the request that it answered; 0 for none.
    public var requestID: UInt64 = 0

    public static let wireName = "aivm.compute.v1.AttestationRecord"
    public static let wireFields: WireFields<AttestationRecord> = [
        .message(1, "statement", \.statement),
        .bytes(2, "quote_hash", \.quoteHash),
        .string(3, "submitter", \.submitter),
        .string(4, "technology", \.technology),
        .string(5, "product", \.product),
        .string(6, "status", \.status),
        .strings(7, "advisories", \.advisories),
        .messages(8, "measurements", \.measurements),
        .uint32(9, "device_count", \.deviceCount),
        .bool(10, "development", \.isDevelopment),
        .int64(11, "height", \.height),
        .message(12, "time", \.time),
        .uint64(13, "request_id", \.requestID),
    ]

    public init() {}
}

/// A measurement as it is stored.
public struct AttestedMeasurement: WireMessage, Hashable {
    /// Name in the maker's documents.
    public var name = ""
    /// Bytes.
    public var value: Bytes = []

    public static let wireName = "aivm.compute.v1.Measurement"
    public static let wireFields: WireFields<AttestedMeasurement> = [
        .string(1, "name", \.name),
        .bytes(2, "value", \.value),
    ]

    public init() {}

    init(_ measurement: Measurement) {
        name = measurement.name
        value = measurement.value
    }
}
