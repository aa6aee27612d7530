// The application as a consensus engine sees it, in the shape of ABCI 2.0. Two drivers use it: the
// embedded one and the CometBFT socket server.
//
// `finalizeBlock` computes everything and writes nothing. `commitWrites` gives the changes as one
// list; the driver makes them durable in one batch, then calls `didCommit`. `info` reports the last
// durable height. That trio is the whole of crash recovery.
//
// Source: CometBFT 0.38, ABCI 2.0 specification.

public import Base
public import Wire

/// A deterministic state machine driven by blocks.
///
/// Not safe for concurrent use: a driver serialises all calls.
public protocol Application: Sendable {
    /// Last durable height and app hash.
    func info() throws(StorageFailure) -> ApplicationInfo

    /// Sets up state from genesis. Repeatable until the first commit.
    mutating func initializeChain(
        _ request: ChainInitialization
    ) throws(Failure) -> ChainInitializationResult

    /// Decides whether the mempool takes (or, with `recheck`, keeps) a transaction.
    mutating func checkTransaction(
        _ bytes: Bytes, recheck: Bool
    ) throws(StorageFailure) -> TransactionResult

    /// Chooses the transactions of a proposal from `candidates`, in order, within `maximumBytes`
    /// (counting a tag byte and the length per transaction). Leaves no trace in state.
    mutating func prepareProposal(
        _ candidates: [Bytes], maximumBytes: Int64, block: BlockInfo
    ) throws(StorageFailure) -> [Bytes]

    /// Whether a proposal is acceptable: a pure function of committed state and the proposal.
    mutating func processProposal(
        _ transactions: [Bytes], block: BlockInfo
    ) throws(StorageFailure) -> Bool

    /// Executes a decided block in memory.
    mutating func finalizeBlock(
        _ transactions: [Bytes], block: BlockInfo
    ) throws(StorageFailure) -> BlockResult

    /// The changes of the block finalised last. Call once, between `finalizeBlock` and `didCommit`.
    mutating func commitWrites() throws(StorageFailure) -> [KeyValueWrite]

    /// The changes are durable: the working state becomes the committed one, check state is reset.
    mutating func didCommit()

    /// Answers a query against committed state. Refusals are in the answer's code.
    func query(_ request: StateQuery) throws(StorageFailure) -> StateQueryResult

    /// What the validator of this node adds to its vote for a block. It need not be deterministic,
    /// and nothing that executes a block may depend on it.
    func extendVote(
        _ transactions: [Bytes], block: BlockInfo
    ) throws(StorageFailure) -> Bytes

    /// Whether what another validator added to its vote is well formed. A refusal discards the
    /// whole vote, so only what could harm is refused.
    func verifyVoteExtension(
        _ voteExtension: Bytes, height: Int64, validator: Bytes
    ) throws(StorageFailure) -> Bool

    /// How far back blocks are needed, by rules of the chain.
    func historyNeeds() throws(StorageFailure) -> HistoryNeeds
}

extension Application {
    /// Most bytes of a vote extension that is taken by default.
    public static var maximumVoteExtensionByteCount: Int { 1 << 16 }

    public func extendVote(
        _ transactions: [Bytes], block: BlockInfo
    ) throws(StorageFailure) -> Bytes { [] }

    public func verifyVoteExtension(
        _ voteExtension: Bytes, height: Int64, validator: Bytes
    ) throws(StorageFailure) -> Bool {
        voteExtension.count <= Self.maximumVoteExtensionByteCount
    }

    public func historyNeeds() throws(StorageFailure) -> HistoryNeeds { HistoryNeeds() }
}

/// How far back blocks are needed: to punish an offence, its block must be at hand.
public struct HistoryNeeds: Equatable, Sendable {
    /// At least this many blocks.
    public var blocks: Int64
    /// At least the blocks of so many seconds.
    public var seconds: Int64

    /// Describes needs; by default CometBFT's age of evidence in blocks, and the three weeks in
    /// which stake leaves a validator in the Cosmos SDK.
    public init(blocks: Int64 = 100_000, seconds: Int64 = 1_814_400) {
        self.blocks = blocks
        self.seconds = seconds
    }
}

/// What a node knows of itself at start.
public struct ApplicationInfo: Equatable, Sendable {
    /// Name of the application.
    public var name: String
    /// Version of the program.
    public var version: String
    /// Protocol version of the application, in every header.
    public var protocolVersion: UInt64
    /// Last durable height, or 0.
    public var lastHeight: Int64
    /// App hash after `lastHeight`; empty at height 0.
    public var lastAppHash: Bytes
    /// Chain id; empty at height 0.
    public var chainID: String

    /// Makes the description.
    public init(
        name: String, version: String, protocolVersion: UInt64, lastHeight: Int64,
        lastAppHash: Bytes, chainID: String = ""
    ) {
        self.name = name
        self.version = version
        self.protocolVersion = protocolVersion
        self.lastHeight = lastHeight
        self.lastAppHash = lastAppHash
        self.chainID = chainID
    }
}

/// The start of a chain.
public struct ChainInitialization: Sendable {
    /// Chain id.
    public var chainID: String
    /// Genesis time.
    public var time: Timestamp
    /// Height of the first block, normally 1.
    public var initialHeight: Int64
    /// Validators named by the genesis.
    public var validators: [ValidatorUpdate]
    /// Parameters of consensus named by the genesis.
    public var parameters: ConsensusParameterSet
    /// The `app_state` of the genesis: one member per module.
    public var appState: JSONValue

    /// Makes the request.
    public init(
        chainID: String, time: Timestamp, initialHeight: Int64, validators: [ValidatorUpdate],
        parameters: ConsensusParameterSet, appState: JSONValue
    ) {
        self.chainID = chainID
        self.time = time
        self.initialHeight = initialHeight
        self.validators = validators
        self.parameters = parameters
        self.appState = appState
    }
}

/// The answer to the start of a chain.
public struct ChainInitializationResult: Sendable {
    /// Validators; empty keeps the genesis set.
    public var validators: [ValidatorUpdate]
    /// App hash of the first header, 32 bytes.
    public var appHash: Bytes

    /// Makes the answer.
    public init(validators: [ValidatorUpdate], appHash: Bytes) {
        self.validators = validators
        self.appHash = appHash
    }
}

/// Limits of a block that the header commits to.
public struct BlockParameters: Equatable, Sendable {
    /// Most bytes of a block.
    public var maximumBytes: Int64
    /// Most gas of a block; -1 for no limit.
    public var maximumGas: Int64

    /// Makes limits; the defaults are CometBFT's size and 100 million gas.
    public init(maximumBytes: Int64 = 22_020_096, maximumGas: Int64 = 100_000_000) {
        self.maximumBytes = maximumBytes
        self.maximumGas = maximumGas
    }
}

/// A change of the validator set.
public struct ValidatorUpdate: Hashable, Sendable {
    /// Ed25519 key, 32 bytes.
    public var publicKey: Bytes
    /// Voting power; 0 removes.
    public var power: Int64

    /// Makes a change.
    public init(publicKey: Bytes, power: Int64) {
        self.publicKey = publicKey
        self.power = power
    }
}

/// What executing a block gave.
public struct BlockResult: Equatable, Sendable {
    /// One result per transaction, in order.
    public var results: [TransactionResult]
    /// Events of the block itself.
    public var events: [Event]
    /// Changes of the validator set, ruling two heights later.
    public var validatorUpdates: [ValidatorUpdate]
    /// Parts of the parameters of consensus that change, ruling from the next height on; `nil` for
    /// none.
    public var parameterUpdates: ConsensusParameterSet?
    /// App hash after the block, 32 bytes; it stands in the next header.
    public var appHash: Bytes

    /// Makes a result.
    public init(
        results: [TransactionResult], events: [Event], validatorUpdates: [ValidatorUpdate],
        parameterUpdates: ConsensusParameterSet? = nil, appHash: Bytes
    ) {
        self.results = results
        self.events = events
        self.validatorUpdates = validatorUpdates
        self.parameterUpdates = parameterUpdates
        self.appHash = appHash
    }
}

/// A query of committed state.
public struct StateQuery: Sendable {
    /// `/package.Service/Method`, `/store/<name>/key`, `/app/simulate` or `/app/version`.
    public var path: String
    /// Request bytes, or the key.
    public var data: Bytes
    /// Height, or 0 for the latest.
    public var height: Int64
    /// Whether a proof is wanted (store paths only).
    public var wantsProof: Bool

    /// Makes a query of the latest state.
    public init(path: String, data: Bytes = [], height: Int64 = 0, wantsProof: Bool = false) {
        self.path = path
        self.data = data
        self.height = height
        self.wantsProof = wantsProof
    }
}

/// The answer to a query.
public struct StateQueryResult: Equatable, Sendable {
    /// 0, or the rejection's code.
    public var code: UInt32 = 0
    /// Code space of `code`.
    public var codespace = ""
    /// Text for people.
    public var log = ""
    /// The key asked for, on store paths.
    public var key: Bytes = []
    /// Response bytes, or the value.
    public var value: Bytes = []
    /// Encoded `tendermint.crypto.ProofOps`, or empty.
    public var proofOperations: Bytes = []
    /// Height answered for.
    public var height: Int64 = 0

    /// Makes an empty answer.
    public init() {}
}
