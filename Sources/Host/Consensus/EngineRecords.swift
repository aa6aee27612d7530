// What the driver stores: keys of the `blocks` and `index` families, and the records that are not
// CometBFT's own messages. Heights are eight bytes, most significant first, so that they sort.
//
// | family | key | value |
// |---|---|---|
// | blocks | `b` height | `tendermint.types.Block` |
// | blocks | `c` height | `tendermint.types.Commit` for this height |
// | blocks | `r` height | results: one `ExecTxResult` per transaction, events, updates, app hash |
// | blocks | `v` height | `tendermint.types.ValidatorSet` that signs from this height on |
// | blocks | `w` sequence | a transaction that waits for a block |
// | blocks | `s` | state of the driver |
// | index | `h` block hash | height, eight bytes |
// | index | `t` transaction hash | place of the transaction |
// | index | `e` `f` `n` | events: see EventIndex.swift |

public import Base
public import Blocks
public import Ledger
public import Wire

/// Keys of the driver's records.
enum BlockKeys {
    static func block(_ height: Int64) -> Bytes { key("b", UInt64(bitPattern: height)) }
    static func commit(_ height: Int64) -> Bytes { key("c", UInt64(bitPattern: height)) }
    static func results(_ height: Int64) -> Bytes { key("r", UInt64(bitPattern: height)) }
    static func validators(_ height: Int64) -> Bytes { key("v", UInt64(bitPattern: height)) }
    static func waiting(_ sequence: UInt64) -> Bytes { key("w", sequence) }
    static let waitingPrefix: Bytes = [UInt8(ascii: "w")]
    static let state: Bytes = [UInt8(ascii: "s")]
    static func blockHash(_ hash: Bytes) -> Bytes { [UInt8(ascii: "h")] + hash }
    static func transaction(_ hash: Hash256) -> Bytes { [UInt8(ascii: "t")] + hash.bytes }

    private static func key(_ prefix: Unicode.Scalar, _ number: UInt64) -> Bytes {
        var key = [UInt8(ascii: prefix)]
        key.appendBigEndian(number)
        return key
    }
}

/// What executing a block gave, as stored (`aivm.node.v1.BlockResults`).
public struct BlockResults: WireMessage {
    /// One result per transaction, in order.
    public var transactionResults: [TransactionResult] = []
    /// Events of the block itself.
    public var events: [Event] = []
    /// Changes of the validator set, in force two heights later; power 0 removes.
    public var validatorUpdates: [SimpleValidator] = []
    /// App hash after the block; it stands in the next header.
    public var appHash: Bytes = []
    /// Parameters of consensus that changed; `nil` when none did.
    public var parameterUpdates: ConsensusParameterSet?

    public static let wireName = "aivm.node.v1.BlockResults"
    public static let wireFields: WireFields<BlockResults> = [
        .messages(1, "tx_results", \.transactionResults),
        .messages(2, "events", \.events),
        .messages(3, "validator_updates", \.validatorUpdates),
        .bytes(4, "app_hash", \.appHash),
        .message(5, "consensus_param_updates", \.parameterUpdates),
    ]

    public init() {}

    init(_ result: BlockResult) {
        parameterUpdates = result.parameterUpdates
        transactionResults = result.results
        events = result.events
        validatorUpdates = result.validatorUpdates.map { update in
            var validator = SimpleValidator()
            validator.publicKey = ValidatorKey()
            validator.publicKey?.ed25519 = update.publicKey
            validator.votingPower = update.power
            return validator
        }
        appHash = result.appHash
    }

    /// `last_results_hash` of the next header.
    var hash: Hash256 { BlockHashes.results(transactionResults.map(\.deterministicBytes)) }
}

/// Where a transaction stands in the chain (`aivm.node.v1.TransactionPlace`).
struct TransactionPlace: WireMessage {
    var height: Int64 = 0
    var index: UInt32 = 0
    var succeeded = false

    static let wireName = "aivm.node.v1.TransactionPlace"
    static let wireFields: WireFields<TransactionPlace> = [
        .int64(1, "height", \.height),
        .uint32(2, "index", \.index),
        .bool(3, "succeeded", \.succeeded),
    ]
}

/// The last vote signed (`aivm.node.v1.SignedVote`).
struct SignedVote: WireMessage {
    var height: Int64 = 0
    /// SHA-256 of the signed bytes.
    var signBytesHash: Bytes = []

    static let wireName = "aivm.node.v1.SignedVote"
    static let wireFields: WireFields<SignedVote> = [
        .int64(1, "height", \.height),
        .bytes(2, "sign_bytes_hash", \.signBytesHash),
    ]
}

/// Everything needed to build the next block (`aivm.node.v1.EngineState`).
struct EngineState: WireMessage {
    var chainID = ""
    var genesisTime = Timestamp()
    var initialHeight: Int64 = 0
    /// Height of the last block; `initialHeight - 1` before the first.
    var height: Int64 = 0
    var lastBlockID = BlockID()
    /// Empty before the first block.
    var lastCommit = Commit()
    /// App hash in the last header; empty before the first block.
    var headerAppHash: Bytes = []
    /// App hash after the last block; it stands in the next header.
    var appHash: Bytes = []
    var lastResultsHash: Bytes = []
    /// The set that signs the next block, and the one after.
    var validators = ValidatorSet()
    var nextValidators = ValidatorSet()
    var maximumBytes: Int64 = 0
    var maximumGas: Int64 = 0
    var lastVote = SignedVote()
    /// Height of the oldest block that is kept.
    var lowestHeight: Int64 = 0
    /// The set that signed the last block; empty before the first.
    var lastValidators = ValidatorSet()

    static let wireName = "aivm.node.v1.EngineState"
    static let wireFields: WireFields<EngineState> = [
        .string(1, "chain_id", \.chainID),
        .message(2, "genesis_time", \.genesisTime),
        .int64(3, "initial_height", \.initialHeight),
        .int64(4, "height", \.height),
        .message(5, "last_block_id", \.lastBlockID),
        .message(6, "last_commit", \.lastCommit),
        .bytes(7, "header_app_hash", \.headerAppHash),
        .bytes(8, "app_hash", \.appHash),
        .bytes(9, "last_results_hash", \.lastResultsHash),
        .message(10, "validators", \.validators),
        .message(11, "next_validators", \.nextValidators),
        .int64(12, "max_bytes", \.maximumBytes),
        .int64(13, "max_gas", \.maximumGas),
        .message(14, "last_vote", \.lastVote),
        .int64(15, "lowest_height", \.lowestHeight),
        .message(16, "last_validators", \.lastValidators),
    ]

    /// Whether no block was made yet.
    var isBeforeFirstBlock: Bool { height < initialHeight }

    /// Height of the next block.
    var nextHeight: Int64 { height + 1 }

    /// Time of the next block: the genesis time, then the one time stamp of the last commit.
    ///
    /// CometBFT takes the power-weighted median over the commit. Only this node's validator signs
    /// here, with more than two thirds of the power, so the median is its time stamp.
    var nextTime: Timestamp {
        lastCommit.signatures.first { $0.flag == .commit }?.timestamp ?? genesisTime
    }

    /// Most bytes of the transactions of the next block, each with tag and length. What is left out
    /// is CometBFT's allowance for header, commit and framing.
    var maximumTransactionBytes: Int64 {
        let commit = 94 + 111 * Int64(validators.validators.count)
        return max(0, maximumBytes - 11 - 626 - commit)
    }

    /// The votes of the last commit, as the application judges them.
    var commitVotes: [CommitVote] {
        zip(lastValidators.validators, lastCommit.signatures).map { validator, signature in
            CommitVote(
                address: validator.address, power: validator.votingPower,
                flag: signature.flag == .commit ? .commit : .absent)
        }
    }

    /// Takes in a decided block. Validator updates rule from the second block after, limits from
    /// the next.
    mutating func advance(
        past block: Block, _ commit: Commit, _ results: BlockResults, _ result: BlockResult
    ) throws(ConsensusError) {
        let afterNext = try nextValidators.applying(
            result.validatorUpdates, height: block.header.height)
        if let limits = result.parameterUpdates?.block {
            maximumBytes = limits.maximumBytes
            maximumGas = limits.maximumGas
        }
        lastValidators = validators
        height = block.header.height
        lastBlockID = commit.blockID
        lastCommit = commit
        headerAppHash = block.header.appHash
        appHash = results.appHash
        lastResultsHash = results.hash.bytes
        validators = nextValidators
        nextValidators = afterNext
    }
}
