// What requests and responses of ABCI 2.0 have in common (`tendermint.abci`): validators, votes,
// offences, snapshots. Messages the engine always writes, even empty, are not optional, so that our
// bytes are its bytes. Source: CometBFT 0.38, `abci/types.proto`.

public import Base
public import Blocks
public import Wire

/// A validator as votes name it. Field 2 is reserved.
public struct VotingValidator: WireMessage {
    /// First 20 bytes of the SHA-256 of the key.
    public var address: Bytes = []
    /// Voting power.
    public var power: Int64 = 0

    public static let wireName = "tendermint.abci.Validator"
    public static let wireFields: WireFields<VotingValidator> = [
        .bytes(1, "address", \.address),
        .int64(3, "power", \.power),
    ]
    public init() {}
}

/// A validator of the first set, or a change of the set: power 0 removes.
public struct ValidatorChange: WireMessage {
    /// The key.
    public var publicKey = ValidatorKey()
    /// Voting power.
    public var power: Int64 = 0

    public static let wireName = "tendermint.abci.ValidatorUpdate"
    public static let wireFields: WireFields<ValidatorChange> = [
        .message(1, "pub_key", \.publicKey),
        .int64(2, "power", \.power),
    ]
    public init() {}
}

/// What a validator did in the last commit. Field 2 is reserved.
public struct VoteInfo: WireMessage {
    /// The validator.
    public var validator = VotingValidator()
    /// Whether it signed.
    public var flag = BlockIDFlag()

    public static let wireName = "tendermint.abci.VoteInfo"
    public static let wireFields: WireFields<VoteInfo> = [
        .message(1, "validator", \.validator),
        .enumeration(3, "block_id_flag", \.flag),
    ]
    public init() {}
}

/// The last commit.
public struct CommitInfo: WireMessage {
    /// Round in which the block was decided.
    public var round: Int32 = 0
    /// One vote a validator, in the order of the set.
    public var votes: [VoteInfo] = []

    public static let wireName = "tendermint.abci.CommitInfo"
    public static let wireFields: WireFields<CommitInfo> = [
        .int32(1, "round", \.round),
        .messages(2, "votes", \.votes),
    ]
    public init() {}
}

/// What a validator did in the last commit, with its vote extension. Field 2 is reserved.
public struct ExtendedVoteInfo: WireMessage {
    /// The validator.
    public var validator = VotingValidator()
    /// What it added to its vote.
    public var voteExtension: Bytes = []
    /// Its signature of that.
    public var extensionSignature: Bytes = []
    /// Whether it signed.
    public var flag = BlockIDFlag()

    public static let wireName = "tendermint.abci.ExtendedVoteInfo"
    public static let wireFields: WireFields<ExtendedVoteInfo> = [
        .message(1, "validator", \.validator),
        .bytes(3, "vote_extension", \.voteExtension),
        .bytes(4, "extension_signature", \.extensionSignature),
        .enumeration(5, "block_id_flag", \.flag),
    ]
    public init() {}
}

/// The last commit, as its proposer sees it.
public struct ExtendedCommitInfo: WireMessage {
    /// Round in which the block was decided.
    public var round: Int32 = 0
    /// One vote a validator, in the order of the set.
    public var votes: [ExtendedVoteInfo] = []

    public static let wireName = "tendermint.abci.ExtendedCommitInfo"
    public static let wireFields: WireFields<ExtendedCommitInfo> = [
        .int32(1, "round", \.round),
        .messages(2, "votes", \.votes),
    ]
    public init() {}
}

/// Kind of an offence.
public enum MisbehaviorKind: Int32, WireEnum {
    /// Not set.
    case unknown = 0
    /// Two votes for one step.
    case duplicateVote = 1
    /// A forged header, signed.
    case lightClientAttack = 2

    public init() { self = .unknown }
    public static let wireName = "tendermint.abci.MisbehaviorType"
    public var wireLabel: String {
        switch self {
        case .unknown: "UNKNOWN"
        case .duplicateVote: "DUPLICATE_VOTE"
        case .lightClientAttack: "LIGHT_CLIENT_ATTACK"
        }
    }
}

/// An offence of a validator.
public struct Misbehavior: WireMessage {
    /// What it did.
    public var kind = MisbehaviorKind()
    /// Who, with the power it had.
    public var validator = VotingValidator()
    /// Height of the offence.
    public var height: Int64 = 0
    /// Time of the offence.
    public var time = Timestamp()
    /// Power of the whole set then.
    public var totalVotingPower: Int64 = 0

    public static let wireName = "tendermint.abci.Misbehavior"
    public static let wireFields: WireFields<Misbehavior> = [
        .enumeration(1, "type", \.kind),
        .message(2, "validator", \.validator),
        .int64(3, "height", \.height),
        .message(4, "time", \.time),
        .int64(5, "total_voting_power", \.totalVotingPower),
    ]
    public init() {}
}

/// A snapshot of state, cut in chunks.
public struct Snapshot: WireMessage {
    /// Height of the state.
    public var height: UInt64 = 0
    /// Format; the application gives it its meaning.
    public var format: UInt32 = 0
    /// Number of chunks.
    public var chunks: UInt32 = 0
    /// Hash of the whole.
    public var hash: Bytes = []
    /// More about it, such as hashes of chunks.
    public var metadata: Bytes = []

    public static let wireName = "tendermint.abci.Snapshot"
    public static let wireFields: WireFields<Snapshot> = [
        .uint64(1, "height", \.height),
        .uint32(2, "format", \.format),
        .uint32(3, "chunks", \.chunks),
        .bytes(4, "hash", \.hash),
        .bytes(5, "metadata", \.metadata),
    ]
    public init() {}
}
