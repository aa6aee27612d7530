// Requests and responses about verification keys and proven statements.

public import Base
public import Ledger
public import Wire

/// A request for a verification key.
public struct QueryVerificationKeyRequest: WireMessage {
    /// Key id, 32 bytes.
    public var keyID: Bytes = []

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryVerificationKeyRequest"
    public static let wireFields: WireFields<QueryVerificationKeyRequest> = [
        .bytes(1, "key_id", \.keyID)
    ]
}

/// A verification key.
public struct QueryVerificationKeyResponse: WireMessage {
    /// The record, as the state holds it.
    public var verificationKey = VerificationKeyRecord()
    /// What the circuit shows.
    public var description = ""

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryVerificationKeyResponse"
    public static let wireFields: WireFields<QueryVerificationKeyResponse> = [
        .message(1, "verification_key", \.verificationKey),
        .string(2, "description", \.description),
    ]
}

/// A request for a list of verification keys.
public struct QueryVerificationKeysRequest: WireMessage {
    /// Only keys of this owner; empty for all.
    public var owner = ""
    /// Which part.
    public var pagination: PageRequest?

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryVerificationKeysRequest"
    public static let wireFields: WireFields<QueryVerificationKeysRequest> = [
        .string(1, "owner", \.owner),
        .message(2, "pagination", \.pagination),
    ]
}

/// Verification keys by number.
public struct QueryVerificationKeysResponse: WireMessage {
    /// Verification keys.
    public var verificationKeys: [VerificationKeyRecord] = []
    /// Where the list goes on.
    public var pagination = PageResponse()

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryVerificationKeysResponse"
    public static let wireFields: WireFields<QueryVerificationKeysResponse> = [
        .messages(1, "verification_keys", \.verificationKeys),
        .message(2, "pagination", \.pagination),
    ]
}

/// A request for a proven statement: by its id, or by what it says.
public struct QueryProvenStatementRequest: WireMessage {
    /// Statement id, 32 bytes; empty where key and signals are given.
    public var statementID: Bytes = []
    /// Key id, 32 bytes.
    public var keyID: Bytes = []
    /// The public signals, 32 bytes big-endian each.
    public var publicSignals: [Bytes] = []

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryProvenStatementRequest"
    public static let wireFields: WireFields<QueryProvenStatementRequest> = [
        .bytes(1, "statement_id", \.statementID),
        .bytes(2, "key_id", \.keyID),
        .byteStrings(3, "public_signals", \.publicSignals),
    ]
}

/// A proven statement.
public struct QueryProvenStatementResponse: WireMessage {
    /// The record, as the state holds it.
    public var statement = ProvenStatement()

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryProvenStatementResponse"
    public static let wireFields: WireFields<QueryProvenStatementResponse> = [
        .message(1, "statement", \.statement)
    ]
}

/// A request for a list of proven statements.
public struct QueryProvenStatementsRequest: WireMessage {
    /// Only statements of this key, by key id; empty for all.
    public var keyID: Bytes = []
    /// Which part.
    public var pagination: PageRequest?

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryProvenStatementsRequest"
    public static let wireFields: WireFields<QueryProvenStatementsRequest> = [
        .bytes(1, "key_id", \.keyID),
        .message(2, "pagination", \.pagination),
    ]
}

/// Proven statements by number.
public struct QueryProvenStatementsResponse: WireMessage {
    /// Statements.
    public var statements: [ProvenStatement] = []
    /// Where the list goes on.
    public var pagination = PageResponse()

    public init() {}
    public static let wireName = "aivm.ai.v1.QueryProvenStatementsResponse"
    public static let wireFields: WireFields<QueryProvenStatementsResponse> = [
        .messages(1, "statements", \.statements),
        .message(2, "pagination", \.pagination),
    ]
}
