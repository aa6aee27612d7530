// Requests and responses about transactions (`cosmos.tx.v1beta1.Service`), and a transaction's
// result as clients read it (`cosmos.base.abci.v1beta1.TxResponse`).

public import Base
public import Blocks
public import Ledger
public import Wire

/// The result of a transaction.
public struct TransactionResponse: WireMessage {
    /// Height of its block; 0 while it waits.
    public var height: Int64 = 0
    /// SHA-256 of its bytes, in upper-case hexadecimal.
    public var hash = ""
    /// Code space of `code`.
    public var codespace = ""
    /// 0 for success.
    public var code: UInt32 = 0
    /// `TxMsgData`, in upper-case hexadecimal.
    public var data = ""
    /// Text for people.
    public var log = ""
    /// Unused; always empty.
    public var logs: [TransactionLog] = []
    /// More text.
    public var info = ""
    /// Gas limit.
    public var gasWanted: Int64 = 0
    /// Gas used.
    public var gasUsed: Int64 = 0
    /// The transaction.
    public var transaction: AnyMessage?
    /// Time of its block, RFC 3339.
    public var timestamp = ""
    /// What happened.
    public var events: [Event] = []

    public static let wireName = "cosmos.base.abci.v1beta1.TxResponse"
    public static let wireFields: WireFields<TransactionResponse> = [
        .int64(1, "height", \.height),
        .string(2, "txhash", \.hash),
        .string(3, "codespace", \.codespace),
        .uint32(4, "code", \.code),
        .string(5, "data", \.data),
        .string(6, "raw_log", \.log),
        .messages(7, "logs", \.logs),
        .string(8, "info", \.info),
        .int64(9, "gas_wanted", \.gasWanted),
        .int64(10, "gas_used", \.gasUsed),
        .message(11, "tx", \.transaction),
        .string(12, "timestamp", \.timestamp),
        .messages(13, "events", \.events),
    ]

    public init() {}
}

/// Events of one message, as older clients read them; never written.
public struct TransactionLog: WireMessage {
    /// Place of the message.
    public var index: UInt32 = 0
    /// Text.
    public var log = ""
    public static let wireName = "cosmos.base.abci.v1beta1.ABCIMessageLog"
    public static let wireFields: WireFields<TransactionLog> = [
        .uint32(1, "msg_index", \.index),
        .string(2, "log", \.log),
    ]
    public init() {}
}

/// Asks for a transaction.
public struct TransactionRequest: WireMessage {
    /// Its hash, in hexadecimal.
    public var hash = ""
    public static let wireName = "cosmos.tx.v1beta1.GetTxRequest"
    public static let wireFields: WireFields<TransactionRequest> = [.string(1, "hash", \.hash)]
    public init() {}
}

/// A transaction and its result.
public struct FoundTransaction: WireMessage {
    /// The transaction; `nil` when its bytes are none.
    public var transaction: DecodedTransaction?
    /// Its result.
    public var response: TransactionResponse?
    public static let wireName = "cosmos.tx.v1beta1.GetTxResponse"
    public static let wireFields: WireFields<FoundTransaction> = [
        .message(1, "tx", \.transaction),
        .message(2, "tx_response", \.response),
    ]
    public init() {}
}

/// When an answer to a broadcast comes.
public enum BroadcastMode: Int32, WireEnum {
    /// Not said; refused.
    case unspecified = 0
    /// After the block; no longer served.
    case block = 1
    /// After the mempool's check.
    case sync = 2
    /// At once. Answered as ``sync``, which takes no longer here.
    case async = 3

    public init() { self = .unspecified }
    public static let wireName = "cosmos.tx.v1beta1.BroadcastMode"
    public var wireLabel: String {
        switch self {
        case .unspecified: "BROADCAST_MODE_UNSPECIFIED"
        case .block: "BROADCAST_MODE_BLOCK"
        case .sync: "BROADCAST_MODE_SYNC"
        case .async: "BROADCAST_MODE_ASYNC"
        }
    }
}

/// Offers a transaction to the mempool.
public struct BroadcastRequest: WireMessage {
    /// The transaction.
    public var transaction: Bytes = []
    /// When the answer comes.
    public var mode = BroadcastMode.unspecified
    public static let wireName = "cosmos.tx.v1beta1.BroadcastTxRequest"
    public static let wireFields: WireFields<BroadcastRequest> = [
        .bytes(1, "tx_bytes", \.transaction),
        .enumeration(2, "mode", \.mode),
    ]
    public init() {}
}

/// What the mempool said.
public struct BroadcastResponse: WireMessage {
    /// Code, text and hash.
    public var response: TransactionResponse?
    public static let wireName = "cosmos.tx.v1beta1.BroadcastTxResponse"
    public static let wireFields: WireFields<BroadcastResponse> = [
        .message(1, "tx_response", \.response)
    ]
    public init() {}
}

/// Order of what a search found.
public enum SearchOrder: Int32, WireEnum {
    /// Ascending.
    case unspecified = 0
    /// Oldest first.
    case ascending = 1
    /// Newest first.
    case descending = 2

    public init() { self = .unspecified }
    public static let wireName = "cosmos.tx.v1beta1.OrderBy"
    public var wireLabel: String {
        switch self {
        case .unspecified: "ORDER_BY_UNSPECIFIED"
        case .ascending: "ORDER_BY_ASC"
        case .descending: "ORDER_BY_DESC"
        }
    }
}

/// Asks for the transactions with some events.
public struct TransactionSearchRequest: WireMessage {
    /// Conditions that must all hold, such as `message.sender='aivm1…'`.
    public var conditions: [String] = []
    /// Older way to name the page.
    public var pagination: PageRequest?
    /// Order.
    public var order = SearchOrder.unspecified
    /// Page, from 1.
    public var page: UInt64 = 0
    /// Most transactions; 0 means 100.
    public var limit: UInt64 = 0
    /// The conditions as one text.
    public var query = ""
    public static let wireName = "cosmos.tx.v1beta1.GetTxsEventRequest"
    public static let wireFields: WireFields<TransactionSearchRequest> = [
        .strings(1, "events", \.conditions),
        .message(2, "pagination", \.pagination),
        .enumeration(3, "order_by", \.order),
        .uint64(4, "page", \.page),
        .uint64(5, "limit", \.limit),
        .string(6, "query", \.query),
    ]
    public init() {}
}

/// A page of transactions.
public struct TransactionSearchResponse: WireMessage {
    /// The transactions.
    public var transactions: [DecodedTransaction] = []
    /// Their results.
    public var responses: [TransactionResponse] = []
    /// Unused.
    public var pagination: PageResponse?
    /// Number of all.
    public var total: UInt64 = 0
    public static let wireName = "cosmos.tx.v1beta1.GetTxsEventResponse"
    public static let wireFields: WireFields<TransactionSearchResponse> = [
        .messages(1, "txs", \.transactions),
        .messages(2, "tx_responses", \.responses),
        .message(3, "pagination", \.pagination),
        .uint64(4, "total", \.total),
    ]
    public init() {}
}

/// Asks for a block with its transactions decoded.
public struct DecodedBlockRequest: WireMessage {
    /// Height.
    public var height: Int64 = 0
    /// Which transactions.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.tx.v1beta1.GetBlockWithTxsRequest"
    public static let wireFields: WireFields<DecodedBlockRequest> = [
        .int64(1, "height", \.height),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// A block with its transactions decoded.
public struct DecodedBlockResponse: WireMessage {
    /// The transactions that decode.
    public var transactions: [DecodedTransaction] = []
    /// Name of the block.
    public var id: BlockID?
    /// The block.
    public var block: Block?
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.tx.v1beta1.GetBlockWithTxsResponse"
    public static let wireFields: WireFields<DecodedBlockResponse> = [
        .messages(1, "txs", \.transactions),
        .message(2, "block_id", \.id),
        .message(3, "block", \.block),
        .message(4, "pagination", \.pagination),
    ]
    public init() {}
}

/// A transaction's bytes.
public struct TransactionBytes: WireMessage {
    /// The bytes.
    public var bytes: Bytes = []
    public static let wireName = "cosmos.tx.v1beta1.TxDecodeRequest"
    public static let wireFields: WireFields<TransactionBytes> = [.bytes(1, "tx_bytes", \.bytes)]
    public init() {}
}

/// A transaction, decoded.
public struct TransactionValue: WireMessage {
    /// The transaction.
    public var transaction: DecodedTransaction?
    public static let wireName = "cosmos.tx.v1beta1.TxDecodeResponse"
    public static let wireFields: WireFields<TransactionValue> = [
        .message(1, "tx", \.transaction)
    ]
    public init() {}
}
