// What the driver is told at start: the chain's beginning, and how this node runs.

import Base
import Blocks
public import Ledger
public import Wire

/// The beginning of a chain with one validator, the one whose key the driver holds.
public struct EngineGenesis: Sendable {
    /// Chain id, 1 to 50 bytes.
    public var chainID: String
    /// Time of the first block.
    public var time: Timestamp
    /// Height of the first block, at least 1.
    public var initialHeight: Int64
    /// Power of the validator, positive.
    public var validatorPower: Int64
    /// Parameters of consensus.
    public var parameters: ConsensusParameterSet
    /// The application's part, one member per module.
    public var appState: JSONValue

    /// Describes the beginning of a chain.
    public init(
        chainID: String, time: Timestamp, initialHeight: Int64 = 1, validatorPower: Int64 = 10,
        parameters: ConsensusParameterSet = ConsensusParameterSet(BlockParameters()),
        appState: JSONValue = .object([])
    ) {
        self.chainID = chainID
        self.time = time
        self.initialHeight = initialHeight
        self.validatorPower = validatorPower
        self.parameters = parameters
        self.appState = appState
    }

    /// Checks the rules that need no application.
    func check() throws(ConsensusError) {
        guard !chainID.isEmpty, chainID.utf8.count <= Header.maximumChainIDByteCount else {
            throw .invalidGenesis("the chain id must have 1 to 50 bytes")
        }
        guard initialHeight >= 1, initialHeight < Int64.max / 2 else {
            throw .invalidGenesis("the initial height must be at least 1")
        }
        guard validatorPower >= 1, validatorPower <= ValidatorSet.maximumTotalPower else {
            throw .invalidGenesis("the validator's power is out of range")
        }
        // CometBFT's own upper limit; the lower one leaves room for header, commit and a
        // transaction.
        let limits = parameters.limits
        guard limits.maximumBytes >= 2048, limits.maximumBytes <= 100 << 20 else {
            throw .invalidGenesis("block size must be 2,048 bytes to 100 MiB")
        }
        guard limits.maximumGas >= -1 else {
            throw .invalidGenesis("block gas must be -1 (no limit) or more")
        }
        guard time.seconds > 0, time.seconds < 253_402_300_800, time.nanoseconds >= 0,
            time.nanoseconds < 1_000_000_000
        else { throw .invalidGenesis("the genesis time is out of range") }
    }
}

/// How a node runs its chain. None of it reaches the chain's content except through timing.
public struct EngineOptions: Sendable {
    /// Shortest time between two blocks.
    public var minimumBlockInterval: Duration
    /// Makes an empty block when none was made for this long; `nil` for never.
    public var emptyBlockInterval: Duration?
    /// Number of newest blocks kept, at least 2; `nil` keeps all. Only a chain of which all blocks
    /// are kept can be executed again.
    public var blocksKept: Int64?
    /// Limits of the mempool.
    public var mempool: MempoolLimits
    /// Whether transactions and blocks can be found by their events.
    public var indexesEvents = true
    /// Called with each block once it is durable, in order, by the thread that makes blocks: it
    /// must return at once.
    public var blockCommitted: @Sendable (CommittedBlock) -> Void = { _ in }
    /// Called with a line for the operator when a transaction is dropped or the driver stops.
    /// May come from any thread.
    public var log: @Sendable (String) -> Void

    /// Makes options; by default blocks are at least 100 milliseconds apart, never empty
    /// and all kept.
    public init(
        minimumBlockInterval: Duration = .milliseconds(100), emptyBlockInterval: Duration? = nil,
        blocksKept: Int64? = nil, mempool: MempoolLimits = MempoolLimits(),
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.minimumBlockInterval = minimumBlockInterval
        self.emptyBlockInterval = emptyBlockInterval
        self.blocksKept = blocksKept
        self.mempool = mempool
        self.log = log
    }
}

/// How much the mempool holds.
public struct MempoolLimits: Equatable, Sendable {
    /// Most transactions.
    public var maximumCount: Int
    /// Most bytes of all transactions.
    public var maximumByteCount: Int
    /// Most bytes of one transaction.
    public var maximumTransactionByteCount: Int
    /// Number of hashes remembered to refuse repeats.
    public var cacheCount: Int

    /// Makes limits; by default 5,000 transactions, 256 MiB, 2 MiB each, 10,000 hashes.
    public init(
        maximumCount: Int = 5_000, maximumByteCount: Int = 256 << 20,
        maximumTransactionByteCount: Int = 2 << 20, cacheCount: Int = 10_000
    ) {
        self.maximumCount = maximumCount
        self.maximumByteCount = maximumByteCount
        self.maximumTransactionByteCount = maximumTransactionByteCount
        self.cacheCount = cacheCount
    }
}
