// Messages of gas estimation (`cosmos.tx.v1beta1.Service/Simulate`): clients send a transaction,
// the application runs it in a throw-away layer and tells the gas used.

public import Base
public import Wire

/// A transaction, decoded (`cosmos.tx.v1beta1.Tx`); on the wire the same as a canonical ``TxRaw``.
public struct DecodedTransaction: WireMessage, Hashable {
    /// What it does.
    public var body: TxBody?
    /// Who signs and pays.
    public var authInfo: AuthInfo?
    /// Signatures.
    public var signatures: [Bytes] = []

    public static let wireName = "cosmos.tx.v1beta1.Tx"
    public static let wireFields: WireFields<DecodedTransaction> = [
        .message(1, "body", \.body),
        .message(2, "auth_info", \.authInfo),
        .byteStrings(3, "signatures", \.signatures),
    ]

    public init() {}
}

/// Asks for the gas of a transaction; clients fill one field or the other.
public struct SimulateRequest: WireMessage {
    /// The transaction, decoded (deprecated, but cosmpy uses it).
    public var transaction: DecodedTransaction?
    /// The transaction's bytes.
    public var transactionBytes: Bytes = []

    public static let wireName = "cosmos.tx.v1beta1.SimulateRequest"
    public static let wireFields: WireFields<SimulateRequest> = [
        .message(1, "tx", \.transaction),
        .bytes(2, "tx_bytes", \.transactionBytes),
    ]

    public init() {}

    /// Asks for the gas of the transaction with these bytes.
    public init(_ transactionBytes: Bytes) { self.transactionBytes = transactionBytes }
}

/// Gas of a simulated transaction.
public struct GasInfo: WireMessage, Hashable {
    /// The limit it asked for.
    public var gasWanted: UInt64 = 0
    /// The gas it used.
    public var gasUsed: UInt64 = 0

    public static let wireName = "cosmos.base.abci.v1beta1.GasInfo"
    public static let wireFields: WireFields<GasInfo> = [
        .uint64(1, "gas_wanted", \.gasWanted),
        .uint64(2, "gas_used", \.gasUsed),
    ]

    public init() {}
}

/// What a simulated transaction gave.
public struct SimulationResult: WireMessage, Hashable {
    /// ``TransactionMessageData``.
    public var data: Bytes = []
    /// Text for people.
    public var log = ""
    /// What would happen.
    public var events: [Event] = []
    /// The messages' responses.
    public var messageResponses: [AnyMessage] = []

    public static let wireName = "cosmos.base.abci.v1beta1.Result"
    public static let wireFields: WireFields<SimulationResult> = [
        .bytes(1, "data", \.data),
        .string(2, "log", \.log),
        .messages(3, "events", \.events),
        .messages(4, "msg_responses", \.messageResponses),
    ]

    public init() {}
}

/// The answer to a ``SimulateRequest``.
public struct SimulateResponse: WireMessage, Hashable {
    /// Gas.
    public var gasInfo: GasInfo?
    /// Result.
    public var result: SimulationResult?

    public static let wireName = "cosmos.tx.v1beta1.SimulateResponse"
    public static let wireFields: WireFields<SimulateResponse> = [
        .message(1, "gas_info", \.gasInfo),
        .message(2, "result", \.result),
    ]

    public init() {}
}
