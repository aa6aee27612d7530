// What a node's own doors ask of it beyond what clients do: everything CometBFT's RPC and the REST
// and gRPC services show. Only the node in this process answers it.

public import Base
public import Blocks
public import Ledger
public import Wire

/// A node, seen from its own doors.
///
/// Methods block until the node answers. Safe to call from many threads.
public protocol NodeService: NodeClient {
    /// What the application says of itself.
    func applicationInfo() throws(NodeError) -> ApplicationInfo

    /// The block at `height` with its name; `nil` means the newest.
    func namedBlock(_ height: Int64?) throws(NodeError) -> NamedBlock

    /// The block whose header has this hash, or `nil`.
    func namedBlock(hash: Bytes) throws(NodeError) -> NamedBlock?

    /// What executing the block at `height` gave; `nil` means the newest.
    func outcome(_ height: Int64?) throws(NodeError) -> BlockOutcome

    /// Asks the application about a transaction without taking it into the mempool.
    func check(_ transaction: Bytes) throws(NodeError) -> TransactionResult

    /// The first `limit` transactions that wait for a block.
    func waiting(limit: Int) throws(NodeError) -> WaitingTransactions

    /// The genesis document.
    func genesis() throws(NodeError) -> JSONValue

    /// The consensus parameters in force for the block at `height`, in the genesis document's form.
    func consensusParameters(_ height: Int64) throws(NodeError) -> JSONValue

    /// A page of the blocks that `query` holds of.
    func blocks(
        matching query: String, page: SearchPage
    ) throws(NodeError) -> SearchResult<NamedBlock>

    /// Why the node makes no more blocks, or `nil` while it does.
    var failure: String? { get }
}

/// A block with its name.
public struct NamedBlock: Equatable, Sendable {
    /// The name.
    public var id: BlockID
    /// The block.
    public var block: Block

    /// Names a block.
    public init(id: BlockID, block: Block) {
        self.id = id
        self.block = block
    }
}

/// What executing a block gave.
public struct BlockOutcome: Equatable, Sendable {
    /// Height of the block.
    public var height: Int64
    /// One result per transaction, in order.
    public var results: [TransactionResult]
    /// Events of the block itself.
    public var events: [Event]
    /// Changes of the validator set; power 0 removes.
    public var validatorUpdates: [SimpleValidator]
    /// App hash after the block.
    public var appHash: Bytes
    /// Parameters of consensus that changed; `nil` when none did.
    public var parameterUpdates: ConsensusParameterSet?

    /// Makes an outcome.
    public init(
        height: Int64, results: [TransactionResult], events: [Event],
        validatorUpdates: [SimpleValidator], appHash: Bytes
    ) {
        self.height = height
        self.results = results
        self.events = events
        self.validatorUpdates = validatorUpdates
        self.appHash = appHash
    }
}

/// Transactions that wait for a block.
public struct WaitingTransactions: Equatable, Sendable {
    /// How many wait.
    public var count: Int
    /// Their bytes.
    public var byteCount: Int
    /// The first of them.
    public var transactions: [Bytes]

    /// Makes a list.
    public init(count: Int, byteCount: Int, transactions: [Bytes]) {
        self.count = count
        self.byteCount = byteCount
        self.transactions = transactions
    }
}
