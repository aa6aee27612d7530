// The questions of the engine (`tendermint.abci.Request`), ABCI 2.0. Source: CometBFT 0.38,
// `abci/types.proto`.

public import Base
public import Ledger
public import Wire

/// A question of the engine: exactly one of the fields is there.
public struct ABCIRequest: WireMessage {
    /// Field 1: the question `echo`; `nil` when it is another.
    public var echo: EchoRequest?
    /// Field 2: the question `flush`; `nil` when it is another.
    public var flush: FlushRequest?
    /// Field 3: the question `info`; `nil` when it is another.
    public var info: InfoRequest?
    /// Field 5: the question `initializeChain`; `nil` when it is another.
    public var initializeChain: InitializeChainRequest?
    /// Field 6: the question `query`; `nil` when it is another.
    public var query: QueryRequest?
    /// Field 8: the question `checkTransaction`; `nil` when it is another.
    public var checkTransaction: CheckTransactionRequest?
    /// Field 11: the question `commit`; `nil` when it is another.
    public var commit: CommitRequest?
    /// Field 12: the question `listSnapshots`; `nil` when it is another.
    public var listSnapshots: ListSnapshotsRequest?
    /// Field 13: the question `offerSnapshot`; `nil` when it is another.
    public var offerSnapshot: OfferSnapshotRequest?
    /// Field 14: the question `loadSnapshotChunk`; `nil` when it is another.
    public var loadSnapshotChunk: LoadSnapshotChunkRequest?
    /// Field 15: the question `applySnapshotChunk`; `nil` when it is another.
    public var applySnapshotChunk: ApplySnapshotChunkRequest?
    /// Field 16: the question `prepareProposal`; `nil` when it is another.
    public var prepareProposal: PrepareProposalRequest?
    /// Field 17: the question `processProposal`; `nil` when it is another.
    public var processProposal: ProcessProposalRequest?
    /// Field 18: the question `extendVote`; `nil` when it is another.
    public var extendVote: ExtendVoteRequest?
    /// Field 19: the question `verifyVoteExtension`; `nil` when it is another.
    public var verifyVoteExtension: VerifyVoteExtensionRequest?
    /// Field 20: the question `finalizeBlock`; `nil` when it is another.
    public var finalizeBlock: FinalizeBlockRequest?

    public static let wireName = "tendermint.abci.Request"
    public static let wireFields: WireFields<ABCIRequest> = [
        .message(1, "echo", \.echo, oneof: "value"),
        .message(2, "flush", \.flush, oneof: "value"),
        .message(3, "info", \.info, oneof: "value"),
        .message(5, "init_chain", \.initializeChain, oneof: "value"),
        .message(6, "query", \.query, oneof: "value"),
        .message(8, "check_tx", \.checkTransaction, oneof: "value"),
        .message(11, "commit", \.commit, oneof: "value"),
        .message(12, "list_snapshots", \.listSnapshots, oneof: "value"),
        .message(13, "offer_snapshot", \.offerSnapshot, oneof: "value"),
        .message(14, "load_snapshot_chunk", \.loadSnapshotChunk, oneof: "value"),
        .message(15, "apply_snapshot_chunk", \.applySnapshotChunk, oneof: "value"),
        .message(16, "prepare_proposal", \.prepareProposal, oneof: "value"),
        .message(17, "process_proposal", \.processProposal, oneof: "value"),
        .message(18, "extend_vote", \.extendVote, oneof: "value"),
        .message(19, "verify_vote_extension", \.verifyVoteExtension, oneof: "value"),
        .message(20, "finalize_block", \.finalizeBlock, oneof: "value"),
    ]
    public init() {}
}

/// Asks for the same text.
public struct EchoRequest: WireMessage {
    /// The text.
    public var message = ""

    public static let wireName = "tendermint.abci.RequestEcho"
    public static let wireFields: WireFields<EchoRequest> = [
        .string(1, "message", \.message)
    ]
    public init() {}
}

/// Asks for the answers so far.
public struct FlushRequest: WireMessage {

    public static let wireName = "tendermint.abci.RequestFlush"
    public static let wireFields: WireFields<FlushRequest> = []
    public init() {}
}

/// Asks for the last durable height and app hash.
public struct InfoRequest: WireMessage {
    /// Version of the engine.
    public var version = ""
    /// Version of the block protocol.
    public var blockVersion: UInt64 = 0
    /// Version of the peer protocol.
    public var peerVersion: UInt64 = 0
    /// Version of this protocol.
    public var abciVersion = ""

    public static let wireName = "tendermint.abci.RequestInfo"
    public static let wireFields: WireFields<InfoRequest> = [
        .string(1, "version", \.version),
        .uint64(2, "block_version", \.blockVersion),
        .uint64(3, "p2p_version", \.peerVersion),
        .string(4, "abci_version", \.abciVersion),
    ]
    public init() {}
}

/// Starts the chain. May come again, in other words, until the first commit.
public struct InitializeChainRequest: WireMessage {
    /// Genesis time.
    public var time = Timestamp()
    /// Chain id.
    public var chainID = ""
    /// Parameters of the genesis.
    public var parameters: ConsensusParameterSet?
    /// Validators of the genesis.
    public var validators: [ValidatorChange] = []
    /// `app_state` of the genesis, JSON, formatted in any way.
    public var appState: Bytes = []
    /// Height of the first block.
    public var initialHeight: Int64 = 0

    public static let wireName = "tendermint.abci.RequestInitChain"
    public static let wireFields: WireFields<InitializeChainRequest> = [
        .message(1, "time", \.time),
        .string(2, "chain_id", \.chainID),
        .message(3, "consensus_params", \.parameters),
        .messages(4, "validators", \.validators),
        .bytes(5, "app_state_bytes", \.appState),
        .int64(6, "initial_height", \.initialHeight),
    ]
    public init() {}
}

/// Asks about committed state.
public struct QueryRequest: WireMessage {
    /// The request, or the key.
    public var data: Bytes = []
    /// What is asked.
    public var path = ""
    /// Height, or 0 for the latest.
    public var height: Int64 = 0
    /// Whether a proof is wanted.
    public var wantsProof = false

    public static let wireName = "tendermint.abci.RequestQuery"
    public static let wireFields: WireFields<QueryRequest> = [
        .bytes(1, "data", \.data),
        .string(2, "path", \.path),
        .int64(3, "height", \.height),
        .bool(4, "prove", \.wantsProof),
    ]
    public init() {}
}

/// Why a transaction is checked.
public enum CheckKind: Int32, WireEnum {
    /// It came in.
    case new = 0
    /// A block was committed since.
    case recheck = 1

    public init() { self = .new }
    public static let wireName = "tendermint.abci.CheckTxType"
    public var wireLabel: String {
        switch self {
        case .new: "NEW"
        case .recheck: "RECHECK"
        }
    }
}

/// Asks whether the mempool may hold a transaction.
public struct CheckTransactionRequest: WireMessage {
    /// The transaction.
    public var transaction: Bytes = []
    /// Why.
    public var kind = CheckKind()

    public static let wireName = "tendermint.abci.RequestCheckTx"
    public static let wireFields: WireFields<CheckTransactionRequest> = [
        .bytes(1, "tx", \.transaction),
        .enumeration(2, "type", \.kind),
    ]
    public init() {}
}

/// Makes the finalised block durable.
public struct CommitRequest: WireMessage {

    public static let wireName = "tendermint.abci.RequestCommit"
    public static let wireFields: WireFields<CommitRequest> = []
    public init() {}
}

/// Asks for the snapshots at hand.
public struct ListSnapshotsRequest: WireMessage {

    public static let wireName = "tendermint.abci.RequestListSnapshots"
    public static let wireFields: WireFields<ListSnapshotsRequest> = []
    public init() {}
}

/// Offers a snapshot to restore.
public struct OfferSnapshotRequest: WireMessage {
    /// The snapshot.
    public var snapshot: Snapshot?
    /// App hash that the light client verified.
    public var appHash: Bytes = []

    public static let wireName = "tendermint.abci.RequestOfferSnapshot"
    public static let wireFields: WireFields<OfferSnapshotRequest> = [
        .message(1, "snapshot", \.snapshot),
        .bytes(2, "app_hash", \.appHash),
    ]
    public init() {}
}

/// Asks for a chunk of a snapshot.
public struct LoadSnapshotChunkRequest: WireMessage {
    /// Height of the snapshot.
    public var height: UInt64 = 0
    /// Its format.
    public var format: UInt32 = 0
    /// Number of the chunk, from 0.
    public var chunk: UInt32 = 0

    public static let wireName = "tendermint.abci.RequestLoadSnapshotChunk"
    public static let wireFields: WireFields<LoadSnapshotChunkRequest> = [
        .uint64(1, "height", \.height),
        .uint32(2, "format", \.format),
        .uint32(3, "chunk", \.chunk),
    ]
    public init() {}
}

/// Brings a chunk of the snapshot that is being restored.
public struct ApplySnapshotChunkRequest: WireMessage {
    /// Number of the chunk, from 0.
    public var index: UInt32 = 0
    /// Its bytes.
    public var chunk: Bytes = []
    /// The peer it came from.
    public var sender = ""

    public static let wireName = "tendermint.abci.RequestApplySnapshotChunk"
    public static let wireFields: WireFields<ApplySnapshotChunkRequest> = [
        .uint32(1, "index", \.index),
        .bytes(2, "chunk", \.chunk),
        .string(3, "sender", \.sender),
    ]
    public init() {}
}
