// The answers of the application about blocks, votes and snapshots, ABCI 2.0. Source: CometBFT
// 0.38, `abci/types.proto`.

public import Base
public import Ledger
public import Wire

/// The snapshots at hand.
public struct ListSnapshotsResponse: WireMessage {
    /// The snapshots.
    public var snapshots: [Snapshot] = []

    public static let wireName = "tendermint.abci.ResponseListSnapshots"
    public static let wireFields: WireFields<ListSnapshotsResponse> = [
        .messages(1, "snapshots", \.snapshots)
    ]
    public init() {}
}

/// What becomes of an offered snapshot.
public enum SnapshotOfferAnswer: Int32, WireEnum {
    /// Not set: restoring ends.
    case unknown = 0
    /// It is restored.
    case accept = 1
    /// Restoring ends.
    case abort = 2
    /// Another one, please.
    case reject = 3
    /// None of this format.
    case rejectFormat = 4
    /// None of these senders.
    case rejectSender = 5

    public init() { self = .unknown }
    public static let wireName = "tendermint.abci.ResponseOfferSnapshot.Result"
    public var wireLabel: String {
        switch self {
        case .unknown: "UNKNOWN"
        case .accept: "ACCEPT"
        case .abort: "ABORT"
        case .reject: "REJECT"
        case .rejectFormat: "REJECT_FORMAT"
        case .rejectSender: "REJECT_SENDER"
        }
    }
}

/// The answer to an offer.
public struct OfferSnapshotResponse: WireMessage {
    /// What becomes of it.
    public var result = SnapshotOfferAnswer()

    public static let wireName = "tendermint.abci.ResponseOfferSnapshot"
    public static let wireFields: WireFields<OfferSnapshotResponse> = [
        .enumeration(1, "result", \.result)
    ]
    public init() {}
}

/// A chunk of a snapshot; empty when there is none.
public struct LoadSnapshotChunkResponse: WireMessage {
    /// Its bytes.
    public var chunk: Bytes = []

    public static let wireName = "tendermint.abci.ResponseLoadSnapshotChunk"
    public static let wireFields: WireFields<LoadSnapshotChunkResponse> = [
        .bytes(1, "chunk", \.chunk)
    ]
    public init() {}
}

/// What becomes of a chunk.
public enum SnapshotChunkAnswer: Int32, WireEnum {
    /// Not set: restoring ends.
    case unknown = 0
    /// It fits.
    case accept = 1
    /// Restoring ends.
    case abort = 2
    /// This chunk again.
    case retry = 3
    /// The whole snapshot again.
    case retrySnapshot = 4
    /// Another snapshot.
    case rejectSnapshot = 5

    public init() { self = .unknown }
    public static let wireName = "tendermint.abci.ResponseApplySnapshotChunk.Result"
    public var wireLabel: String {
        switch self {
        case .unknown: "UNKNOWN"
        case .accept: "ACCEPT"
        case .abort: "ABORT"
        case .retry: "RETRY"
        case .retrySnapshot: "RETRY_SNAPSHOT"
        case .rejectSnapshot: "REJECT_SNAPSHOT"
        }
    }
}

/// The answer to a chunk.
public struct ApplySnapshotChunkResponse: WireMessage {
    /// What becomes of it.
    public var result = SnapshotChunkAnswer()
    /// Chunks wanted again.
    public var refetchedChunks: [UInt32] = []
    /// Peers that nothing more is taken from.
    public var rejectedSenders: [String] = []

    public static let wireName = "tendermint.abci.ResponseApplySnapshotChunk"
    public static let wireFields: WireFields<ApplySnapshotChunkResponse> = [
        .enumeration(1, "result", \.result),
        .uint32s(2, "refetch_chunks", \.refetchedChunks),
        .strings(3, "reject_senders", \.rejectedSenders),
    ]
    public init() {}
}

/// The transactions of a proposal.
public struct PrepareProposalResponse: WireMessage {
    /// The transactions, in order.
    public var transactions: [Bytes] = []

    public static let wireName = "tendermint.abci.ResponsePrepareProposal"
    public static let wireFields: WireFields<PrepareProposalResponse> = [
        .byteStrings(1, "txs", \.transactions)
    ]
    public init() {}
}

/// Whether a proposal is acceptable.
public enum ProposalStatus: Int32, WireEnum {
    /// Not set: the engine stops.
    case unknown = 0
    /// Yes.
    case accept = 1
    /// No.
    case reject = 2

    public init() { self = .unknown }
    public static let wireName = "tendermint.abci.ResponseProcessProposal.ProposalStatus"
    public var wireLabel: String {
        switch self {
        case .unknown: "UNKNOWN"
        case .accept: "ACCEPT"
        case .reject: "REJECT"
        }
    }
}

/// The answer to a proposal.
public struct ProcessProposalResponse: WireMessage {
    /// Whether it is acceptable.
    public var status = ProposalStatus()

    public static let wireName = "tendermint.abci.ResponseProcessProposal"
    public static let wireFields: WireFields<ProcessProposalResponse> = [
        .enumeration(1, "status", \.status)
    ]
    public init() {}
}

/// What to add to a vote.
public struct ExtendVoteResponse: WireMessage {
    /// What to add.
    public var voteExtension: Bytes = []

    public static let wireName = "tendermint.abci.ResponseExtendVote"
    public static let wireFields: WireFields<ExtendVoteResponse> = [
        .bytes(1, "vote_extension", \.voteExtension)
    ]
    public init() {}
}

/// Whether a vote extension is valid.
public enum VoteExtensionStatus: Int32, WireEnum {
    /// Not set: the engine stops.
    case unknown = 0
    /// Yes.
    case accept = 1
    /// No.
    case reject = 2

    public init() { self = .unknown }
    public static let wireName = "tendermint.abci.ResponseVerifyVoteExtension.VerifyStatus"
    public var wireLabel: String {
        switch self {
        case .unknown: "UNKNOWN"
        case .accept: "ACCEPT"
        case .reject: "REJECT"
        }
    }
}

/// The answer about a vote extension.
public struct VerifyVoteExtensionResponse: WireMessage {
    /// Whether it is valid.
    public var status = VoteExtensionStatus()

    public static let wireName = "tendermint.abci.ResponseVerifyVoteExtension"
    public static let wireFields: WireFields<VerifyVoteExtensionResponse> = [
        .enumeration(1, "status", \.status)
    ]
    public init() {}
}

/// What executing a block gave.
public struct FinalizeBlockResponse: WireMessage {
    /// Events of the block itself.
    public var events: [Event] = []
    /// One result a transaction, in order.
    public var results: [TransactionResult] = []
    /// Changes of the set, ruling two heights later.
    public var validatorChanges: [ValidatorChange] = []
    /// Parameters that change at the next height.
    public var parameterChanges: ConsensusParameterSet?
    /// App hash; it stands in the next header.
    public var appHash: Bytes = []

    public static let wireName = "tendermint.abci.ResponseFinalizeBlock"
    public static let wireFields: WireFields<FinalizeBlockResponse> = [
        .messages(1, "events", \.events),
        .messages(2, "tx_results", \.results),
        .messages(3, "validator_updates", \.validatorChanges),
        .message(4, "consensus_param_updates", \.parameterChanges),
        .bytes(5, "app_hash", \.appHash),
    ]
    public init() {}
}
