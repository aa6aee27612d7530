// Events, results and validator updates as CometBFT carries them (`tendermint.abci`). Only code,
// data and gas of a result reach consensus; events and logs are for clients.

public import Base
public import Wire

/// Something that happened, for clients to find.
public struct Event: WireMessage, Hashable {
    /// Kind, such as `transfer`.
    public var type = ""
    /// Attributes in order.
    public var attributes: [EventAttribute] = []

    public static let wireName = "tendermint.abci.Event"
    public static let wireFields: WireFields<Event> = [
        .string(1, "type", \.type),
        .messages(2, "attributes", \.attributes),
    ]

    public init() {}

    /// Makes an event whose attributes are all indexed.
    public init(_ type: String, _ attributes: KeyValuePairs<String, String>) {
        self.type = type
        self.attributes = attributes.map { EventAttribute($0.key, $0.value) }
    }

    /// The value of the first attribute called `key`, or `nil`.
    public subscript(key: String) -> String? { attributes.first { $0.key == key }?.value }
}

/// A name and value of an event.
public struct EventAttribute: WireMessage, Hashable {
    /// Name.
    public var key = ""
    /// Value.
    public var value = ""
    /// Whether the index finds the transaction by it.
    public var index = false

    public static let wireName = "tendermint.abci.EventAttribute"
    public static let wireFields: WireFields<EventAttribute> = [
        .string(1, "key", \.key),
        .string(2, "value", \.value),
        .bool(3, "index", \.index),
    ]

    public init() {}

    /// Makes an indexed attribute.
    public init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
        index = true
    }
}

/// The result of a transaction (`tendermint.abci.ExecTxResult`; CheckTx's answer has the same
/// fields).
public struct TransactionResult: WireMessage, Hashable {
    /// 0 for success, else the rejection's code.
    public var code: UInt32 = 0
    /// `TxMsgData` with the messages' responses.
    public var data: Bytes = []
    /// Text for people.
    public var log = ""
    /// More text; unused.
    public var info = ""
    /// The transaction's gas limit.
    public var gasWanted: Int64 = 0
    /// Gas used.
    public var gasUsed: Int64 = 0
    /// What happened.
    public var events: [Event] = []
    /// Code space of `code`.
    public var codespace = ""

    public static let wireName = "tendermint.abci.ExecTxResult"
    public static let wireFields: WireFields<TransactionResult> = [
        .uint32(1, "code", \.code),
        .bytes(2, "data", \.data),
        .string(3, "log", \.log),
        .string(4, "info", \.info),
        .int64(5, "gas_wanted", \.gasWanted),
        .int64(6, "gas_used", \.gasUsed),
        .messages(7, "events", \.events),
        .string(8, "codespace", \.codespace),
    ]

    public init() {}

    /// Makes the result of a refused transaction.
    public init(_ rejection: Rejection, gasWanted: UInt64, gasUsed: UInt64) {
        code = rejection.code
        codespace = rejection.codespace
        log = rejection.message
        self.gasWanted = Int64(clamping: gasWanted)
        self.gasUsed = Int64(clamping: gasUsed)
    }

    /// The part that consensus agrees on: code, data, gas wanted, gas used.
    public var deterministicBytes: Bytes {
        var part = TransactionResult()
        part.code = code
        part.data = data
        part.gasWanted = gasWanted
        part.gasUsed = gasUsed
        return part.encoded()
    }
}

/// The responses of a transaction's messages (`cosmos.base.abci.v1beta1.TxMsgData`).
public struct TransactionMessageData: WireMessage {
    /// One response per message, in order.
    public var messageResponses: [AnyMessage] = []

    public static let wireName = "cosmos.base.abci.v1beta1.TxMsgData"
    public static let wireFields: WireFields<TransactionMessageData> = [
        .messages(2, "msg_responses", \.messageResponses)
    ]

    public init() {}

    /// Makes the data of `responses`.
    public init(_ responses: [AnyMessage]) { messageResponses = responses }
}
