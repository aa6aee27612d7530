// The questions of the engine about blocks and votes, ABCI 2.0. The fields of one block have other
// numbers in each message. Source: CometBFT 0.38, `abci/types.proto`.

public import Base
public import Wire

/// Asks the proposer for the transactions of a block.
public struct PrepareProposalRequest: WireMessage {
    /// Most bytes of transactions.
    public var maximumBytes: Int64 = 0
    /// Candidates from the mempool, in order.
    public var transactions: [Bytes] = []
    /// The last commit.
    public var localLastCommit = ExtendedCommitInfo()
    /// Offences that the block reports.
    public var misbehavior: [Misbehavior] = []
    /// Height of the block.
    public var height: Int64 = 0
    /// Time of the block.
    public var time = Timestamp()
    /// Hash of the set of the next height.
    public var nextValidatorsHash: Bytes = []
    /// Who proposed.
    public var proposerAddress: Bytes = []

    public static let wireName = "tendermint.abci.RequestPrepareProposal"
    public static let wireFields: WireFields<PrepareProposalRequest> = [
        .int64(1, "max_tx_bytes", \.maximumBytes),
        .byteStrings(2, "txs", \.transactions),
        .message(3, "local_last_commit", \.localLastCommit),
        .messages(4, "misbehavior", \.misbehavior),
        .int64(5, "height", \.height),
        .message(6, "time", \.time),
        .bytes(7, "next_validators_hash", \.nextValidatorsHash),
        .bytes(8, "proposer_address", \.proposerAddress),
    ]
    public init() {}
}

/// Asks whether a proposal is acceptable.
public struct ProcessProposalRequest: WireMessage {
    /// The transactions, in order.
    public var transactions: [Bytes] = []
    /// The last commit.
    public var lastCommit = CommitInfo()
    /// Offences that the block reports.
    public var misbehavior: [Misbehavior] = []
    /// Hash of the block.
    public var hash: Bytes = []
    /// Height of the block.
    public var height: Int64 = 0
    /// Time of the block.
    public var time = Timestamp()
    /// Hash of the set of the next height.
    public var nextValidatorsHash: Bytes = []
    /// Who proposed.
    public var proposerAddress: Bytes = []

    public static let wireName = "tendermint.abci.RequestProcessProposal"
    public static let wireFields: WireFields<ProcessProposalRequest> = [
        .byteStrings(1, "txs", \.transactions),
        .message(2, "proposed_last_commit", \.lastCommit),
        .messages(3, "misbehavior", \.misbehavior),
        .bytes(4, "hash", \.hash),
        .int64(5, "height", \.height),
        .message(6, "time", \.time),
        .bytes(7, "next_validators_hash", \.nextValidatorsHash),
        .bytes(8, "proposer_address", \.proposerAddress),
    ]
    public init() {}
}

/// Asks for what to add to a vote.
public struct ExtendVoteRequest: WireMessage {
    /// Hash of the block.
    public var hash: Bytes = []
    /// Height of the block.
    public var height: Int64 = 0
    /// Time of the block.
    public var time = Timestamp()
    /// The transactions, in order.
    public var transactions: [Bytes] = []
    /// The last commit.
    public var lastCommit = CommitInfo()
    /// Offences that the block reports.
    public var misbehavior: [Misbehavior] = []
    /// Hash of the set of the next height.
    public var nextValidatorsHash: Bytes = []
    /// Who proposed.
    public var proposerAddress: Bytes = []

    public static let wireName = "tendermint.abci.RequestExtendVote"
    public static let wireFields: WireFields<ExtendVoteRequest> = [
        .bytes(1, "hash", \.hash),
        .int64(2, "height", \.height),
        .message(3, "time", \.time),
        .byteStrings(4, "txs", \.transactions),
        .message(5, "proposed_last_commit", \.lastCommit),
        .messages(6, "misbehavior", \.misbehavior),
        .bytes(7, "next_validators_hash", \.nextValidatorsHash),
        .bytes(8, "proposer_address", \.proposerAddress),
    ]
    public init() {}
}

/// Asks whether what a validator added to its vote is valid.
public struct VerifyVoteExtensionRequest: WireMessage {
    /// Hash of the block.
    public var hash: Bytes = []
    /// The validator.
    public var validatorAddress: Bytes = []
    /// Height of the block.
    public var height: Int64 = 0
    /// What it added.
    public var voteExtension: Bytes = []

    public static let wireName = "tendermint.abci.RequestVerifyVoteExtension"
    public static let wireFields: WireFields<VerifyVoteExtensionRequest> = [
        .bytes(1, "hash", \.hash),
        .bytes(2, "validator_address", \.validatorAddress),
        .int64(3, "height", \.height),
        .bytes(4, "vote_extension", \.voteExtension),
    ]
    public init() {}
}

/// Executes a decided block.
public struct FinalizeBlockRequest: WireMessage {
    /// The transactions, in order.
    public var transactions: [Bytes] = []
    /// The last commit.
    public var lastCommit = CommitInfo()
    /// Offences that the block reports.
    public var misbehavior: [Misbehavior] = []
    /// Hash of the block.
    public var hash: Bytes = []
    /// Height of the block.
    public var height: Int64 = 0
    /// Time of the block.
    public var time = Timestamp()
    /// Hash of the set of the next height.
    public var nextValidatorsHash: Bytes = []
    /// Who proposed.
    public var proposerAddress: Bytes = []

    public static let wireName = "tendermint.abci.RequestFinalizeBlock"
    public static let wireFields: WireFields<FinalizeBlockRequest> = [
        .byteStrings(1, "txs", \.transactions),
        .message(2, "decided_last_commit", \.lastCommit),
        .messages(3, "misbehavior", \.misbehavior),
        .bytes(4, "hash", \.hash),
        .int64(5, "height", \.height),
        .message(6, "time", \.time),
        .bytes(7, "next_validators_hash", \.nextValidatorsHash),
        .bytes(8, "proposer_address", \.proposerAddress),
    ]
    public init() {}
}
