// What a client may ask of a node, however it reaches it: over HTTP, or inside the node's own
// process. The methods are those of CometBFT's RPC that AIVM needs; an unmodified CometBFT answers
// them too.

public import Base
public import Blocks
public import Ledger
public import Wire

/// A node, seen from outside.
///
/// Methods block until the node answers. Safe to call from many threads.
public protocol NodeClient: Sendable {
    /// The node's chain, height and validator key.
    func status() throws(NodeError) -> NodeStatus

    /// Offers a transaction to the mempool. Returns after CheckTx; a refusal is in the code.
    func broadcast(_ transaction: Bytes) throws(NodeError) -> BroadcastResult

    /// The transaction with hash `hash`; `.notFound` until a block holds it.
    func transaction(_ hash: Hash256) throws(NodeError) -> TransactionRecord

    /// The block at `height`; `nil` means the newest.
    func block(_ height: Int64?) throws(NodeError) -> Block

    /// Header and commit of the block at `height`; `nil` means the newest.
    func signedHeader(_ height: Int64?) throws(NodeError) -> SignedHeader

    /// The validators that signed the block at `height`; `nil` means the next block's.
    func validators(_ height: Int64?) throws(NodeError) -> [Validator]

    /// Results of the transactions of the block at `height`, in order.
    func results(_ height: Int64?) throws(NodeError) -> [TransactionResult]

    /// A query of committed state.
    func query(_ query: StateQuery) throws(NodeError) -> StateQueryResult
}

/// A node's description of itself.
public struct NodeStatus: Equatable, Sendable {
    /// Chain id.
    public var chainID: String
    /// Name the operator gave the node.
    public var moniker: String
    /// Newest height, or 0.
    public var latestHeight: Int64
    /// Hash of the newest block; empty at height 0.
    public var latestBlockHash: Bytes
    /// App hash in the newest header.
    public var latestAppHash: Bytes
    /// Time of the newest block.
    public var latestTime: Timestamp
    /// The node's validator.
    public var validator: Validator

    /// Makes a description.
    public init(
        chainID: String, moniker: String, latestHeight: Int64, latestBlockHash: Bytes,
        latestAppHash: Bytes, latestTime: Timestamp, validator: Validator
    ) {
        self.chainID = chainID
        self.moniker = moniker
        self.latestHeight = latestHeight
        self.latestBlockHash = latestBlockHash
        self.latestAppHash = latestAppHash
        self.latestTime = latestTime
        self.validator = validator
    }
}

/// What the mempool said of a transaction.
public struct BroadcastResult: Equatable, Sendable {
    /// 0 when the transaction waits in the mempool.
    public var code: UInt32
    /// Code space of `code`.
    public var codespace: String
    /// Text for people.
    public var log: String
    /// SHA-256 of the transaction.
    public var hash: Hash256

    /// Makes a result.
    public init(code: UInt32, codespace: String, log: String, hash: Hash256) {
        self.code = code
        self.codespace = codespace
        self.log = log
        self.hash = hash
    }
}

/// A transaction in a block.
public struct TransactionRecord: Equatable, Sendable {
    /// SHA-256 of the transaction.
    public var hash: Hash256
    /// Height of the block.
    public var height: Int64
    /// Place in the block, from 0.
    public var index: UInt32
    /// What it gave.
    public var result: TransactionResult
    /// Its bytes.
    public var bytes: Bytes

    /// Makes a record.
    public init(
        hash: Hash256, height: Int64, index: UInt32, result: TransactionResult, bytes: Bytes
    ) {
        self.hash = hash
        self.height = height
        self.index = index
        self.result = result
        self.bytes = bytes
    }
}

/// Why a node gave no answer.
public enum NodeError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nothing answers at the address.
    case unreachable(address: String, reason: String)
    /// The node took too long, in seconds.
    case timedOut(address: String, seconds: Int)
    /// The answer is not what the protocol says.
    case malformedAnswer(String)
    /// The node answered with an error; the text is the node's.
    case refused(String)
    /// The node does not have it.
    case notFound(String)

    public var description: String {
        switch self {
        case .unreachable(let address, let reason):
            "no node answers at \(address): \(reason) (is it running? see 'aivm node start')"
        case .timedOut(let address, let seconds):
            "the node at \(address) did not answer within \(seconds) s"
        case .malformedAnswer(let text): "the node's answer is malformed: \(text)"
        case .refused(let text): "the node refused: \(text)"
        case .notFound(let text): text
        }
    }
}
