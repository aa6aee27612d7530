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

    /// A page of the transactions that `query` (CometBFT's language) holds of.
    func transactions(
        matching query: String, page: SearchPage
    ) throws(NodeError) -> SearchResult<TransactionRecord>
}

/// Which part of a search's result is wanted.
public struct SearchPage: Equatable, Sendable {
    /// Number of the page, from 1.
    public var number: Int
    /// Entries a page, 1 to 100.
    public var count: Int
    /// Newest first.
    public var isDescending: Bool

    /// Most entries a page.
    public static let maximumCount = 100

    /// Makes a page; by default the first 30, oldest first.
    public init(number: Int = 1, count: Int = 30, isDescending: Bool = false) {
        self.number = number
        self.count = min(max(1, count), SearchPage.maximumCount)
        self.isDescending = isDescending
    }

    /// The part of `all` (ascending) that the page shows, in its order.
    ///
    /// - Throws: `refused` in CometBFT's words when there is no such page. The first page of
    ///   nothing is empty.
    public func slice<Element>(_ all: [Element]) throws(NodeError) -> [Element] {
        let pages = max(1, (all.count + count - 1) / count)
        guard number >= 1, number <= pages else {
            throw .refused("page should be within [1, \(pages)] range, given \(number)")
        }
        let start = (number - 1) * count
        guard isDescending else { return Array(all.dropFirst(start).prefix(count)) }
        return Array(all.reversed().dropFirst(start).prefix(count))
    }
}

/// A page of what a search found.
public struct SearchResult<Element: Equatable & Sendable>: Equatable, Sendable {
    /// The page.
    public var elements: [Element]
    /// How many there are on all pages.
    public var total: Int

    /// Makes a result.
    public init(elements: [Element], total: Int) {
        self.elements = elements
        self.total = total
    }
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
    /// The oldest block that is kept; `nil` before the first, and when not asked for.
    public var earliest: BlockSummary?

    /// A block in short.
    public struct BlockSummary: Equatable, Sendable {
        /// Height.
        public var height: Int64
        /// Block hash.
        public var hash: Bytes
        /// App hash in the header.
        public var appHash: Bytes
        /// Block time.
        public var time: Timestamp

        /// Describes a block.
        public init(height: Int64, hash: Bytes, appHash: Bytes, time: Timestamp) {
            self.height = height
            self.hash = hash
            self.appHash = appHash
            self.time = time
        }
    }

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
