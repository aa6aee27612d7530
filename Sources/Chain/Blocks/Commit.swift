// The signatures that make a block final, and the bytes they cover.
//
// A precommit signs a length-prefixed `CanonicalVote`, in which height and round are eight bytes
// wide so that hardware signers need no varints. A commit lists one entry per validator in the
// order of the set, absent ones too. Source: CometBFT 0.38, `types/canonical.go`, `types/vote.go`,
// `types/block.go` (`Commit`).

public import Base
import Merkle
public import Wire

/// What a validator did in the vote (`tendermint.types.BlockIDFlag`).
public enum BlockIDFlag: Int32, WireEnum {
    /// Not set; refused.
    case unknown = 0
    /// It sent no vote.
    case absent = 1
    /// It voted for the block.
    case commit = 2
    /// It voted for no block.
    case none = 3

    public init() { self = .unknown }
    public static let wireName = "tendermint.types.BlockIDFlag"
    public var wireLabel: String {
        switch self {
        case .unknown: "BLOCK_ID_FLAG_UNKNOWN"
        case .absent: "BLOCK_ID_FLAG_ABSENT"
        case .commit: "BLOCK_ID_FLAG_COMMIT"
        case .none: "BLOCK_ID_FLAG_NIL"
        }
    }
}

/// One validator's entry in a commit (`tendermint.types.CommitSig`).
public struct CommitSignature: WireMessage, Hashable {
    /// What the validator did.
    public var flag = BlockIDFlag.unknown
    /// Its address, 20 bytes; empty when absent.
    public var validatorAddress: Bytes = []
    /// When it signed, by its own clock.
    public var timestamp = Timestamp()
    /// Its Ed25519 signature, 64 bytes; empty when absent.
    public var signature: Bytes = []

    public static let wireName = "tendermint.types.CommitSig"
    public static let wireFields: WireFields<CommitSignature> = [
        .enumeration(1, "block_id_flag", \.flag),
        .bytes(2, "validator_address", \.validatorAddress),
        .message(3, "timestamp", \.timestamp),
        .bytes(4, "signature", \.signature),
    ]

    public init() {}

    /// Makes the entry of a validator that voted for the block.
    public init(validatorAddress: Bytes, timestamp: Timestamp, signature: Bytes) {
        flag = .commit
        self.validatorAddress = validatorAddress
        self.timestamp = timestamp
        self.signature = signature
    }

    /// Whether lengths and time stamp fit the flag.
    var isWellFormed: Bool {
        switch flag {
        case .unknown: false
        case .absent:
            validatorAddress.isEmpty && signature.isEmpty && timestamp == Timestamp.goZero
        case .commit, .none:
            validatorAddress.count == Validator.addressByteCount && signature.count == 64
                && timestamp.isInProtobufRange
        }
    }
}

/// The precommits for one block (`tendermint.types.Commit`).
public struct Commit: WireMessage, Hashable {
    /// Height of the block.
    public var height: Int64 = 0
    /// Round in which the block was decided, from 0.
    public var round: Int32 = 0
    /// The block.
    public var blockID = BlockID()
    /// One entry per validator, in the order of the set.
    public var signatures: [CommitSignature] = []

    public static let wireName = "tendermint.types.Commit"
    public static let wireFields: WireFields<Commit> = [
        .int64(1, "height", \.height),
        .int32(2, "round", \.round),
        .message(3, "block_id", \.blockID),
        .messages(4, "signatures", \.signatures),
    ]

    public init() {}

    /// Makes the commit of a block.
    public init(height: Int64, round: Int32, blockID: BlockID, signatures: [CommitSignature]) {
        self.height = height
        self.round = round
        self.blockID = blockID
        self.signatures = signatures
    }

    /// Merkle root over the entries: `last_commit_hash` of the next header.
    public var hash: Hash256 { MerkleTree.root(of: signatures.map { $0.encoded() }) }

    /// The bytes that entry `signature` signs on chain `chainID`.
    public func signBytes(of signature: CommitSignature, chainID: String) -> Bytes {
        CanonicalVote(
            height: height, round: round,
            blockID: signature.flag == .commit ? blockID : nil,
            timestamp: signature.timestamp, chainID: chainID
        ).signBytes
    }
}

/// What a precommit signs (`tendermint.types.CanonicalVote`).
public struct CanonicalVote: WireMessage, Hashable {
    /// Kind of vote: 2, a precommit.
    public var type: Int32 = 0
    /// Height of the block.
    public var height: Int64 = 0
    /// Round of the vote.
    public var round: Int64 = 0
    /// The block; `nil` for a vote for no block.
    public var blockID: BlockID?
    /// When the validator signed.
    public var timestamp = Timestamp()
    /// The chain.
    public var chainID = ""

    public static let wireName = "tendermint.types.CanonicalVote"
    // `CanonicalBlockID` and its part set header have the encoding of `BlockID`; `type` is an enum
    // of which only the precommit occurs here.
    public static let wireFields: WireFields<CanonicalVote> = [
        .int32(1, "type", \.type),
        .sfixed64(2, "height", \.height),
        .sfixed64(3, "round", \.round),
        .message(4, "block_id", \.blockID),
        .message(5, "timestamp", \.timestamp),
        .string(6, "chain_id", \.chainID),
    ]

    public init() {}

    /// Makes a precommit.
    public init(
        height: Int64, round: Int32, blockID: BlockID?, timestamp: Timestamp, chainID: String
    ) {
        type = 2
        self.height = height
        self.round = Int64(round)
        self.blockID = blockID
        self.timestamp = timestamp
        self.chainID = chainID
    }

    /// The signed bytes: length, then message.
    public var signBytes: Bytes {
        var bytes = Bytes()
        bytes.appendLengthPrefixed(encoded())
        return bytes
    }
}
