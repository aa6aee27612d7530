// The answers of the application (`tendermint.abci.Response`), ABCI 2.0. Source: CometBFT 0.38,
// `abci/types.proto`.

public import Base
public import Ledger
public import Merkle
public import Wire

/// An answer of the application: exactly one of the fields is there, that of the question, or an
/// exception. The answer to CheckTx has the fields of a result.
public struct ABCIResponse: WireMessage {
    /// Field 1: the answer `exception`; `nil` when it is another.
    public var exception: ExceptionResponse?
    /// Field 2: the answer `echo`; `nil` when it is another.
    public var echo: EchoResponse?
    /// Field 3: the answer `flush`; `nil` when it is another.
    public var flush: FlushResponse?
    /// Field 4: the answer `info`; `nil` when it is another.
    public var info: InfoResponse?
    /// Field 6: the answer `initializeChain`; `nil` when it is another.
    public var initializeChain: InitializeChainResponse?
    /// Field 7: the answer `query`; `nil` when it is another.
    public var query: QueryResponse?
    /// Field 9: the answer `checkTransaction`; `nil` when it is another.
    public var checkTransaction: TransactionResult?
    /// Field 12: the answer `commit`; `nil` when it is another.
    public var commit: CommitResponse?
    /// Field 13: the answer `listSnapshots`; `nil` when it is another.
    public var listSnapshots: ListSnapshotsResponse?
    /// Field 14: the answer `offerSnapshot`; `nil` when it is another.
    public var offerSnapshot: OfferSnapshotResponse?
    /// Field 15: the answer `loadSnapshotChunk`; `nil` when it is another.
    public var loadSnapshotChunk: LoadSnapshotChunkResponse?
    /// Field 16: the answer `applySnapshotChunk`; `nil` when it is another.
    public var applySnapshotChunk: ApplySnapshotChunkResponse?
    /// Field 17: the answer `prepareProposal`; `nil` when it is another.
    public var prepareProposal: PrepareProposalResponse?
    /// Field 18: the answer `processProposal`; `nil` when it is another.
    public var processProposal: ProcessProposalResponse?
    /// Field 19: the answer `extendVote`; `nil` when it is another.
    public var extendVote: ExtendVoteResponse?
    /// Field 20: the answer `verifyVoteExtension`; `nil` when it is another.
    public var verifyVoteExtension: VerifyVoteExtensionResponse?
    /// Field 21: the answer `finalizeBlock`; `nil` when it is another.
    public var finalizeBlock: FinalizeBlockResponse?

    public static let wireName = "tendermint.abci.Response"
    public static let wireFields: WireFields<ABCIResponse> = [
        .message(1, "exception", \.exception, oneof: "value"),
        .message(2, "echo", \.echo, oneof: "value"),
        .message(3, "flush", \.flush, oneof: "value"),
        .message(4, "info", \.info, oneof: "value"),
        .message(6, "init_chain", \.initializeChain, oneof: "value"),
        .message(7, "query", \.query, oneof: "value"),
        .message(9, "check_tx", \.checkTransaction, oneof: "value"),
        .message(12, "commit", \.commit, oneof: "value"),
        .message(13, "list_snapshots", \.listSnapshots, oneof: "value"),
        .message(14, "offer_snapshot", \.offerSnapshot, oneof: "value"),
        .message(15, "load_snapshot_chunk", \.loadSnapshotChunk, oneof: "value"),
        .message(16, "apply_snapshot_chunk", \.applySnapshotChunk, oneof: "value"),
        .message(17, "prepare_proposal", \.prepareProposal, oneof: "value"),
        .message(18, "process_proposal", \.processProposal, oneof: "value"),
        .message(19, "extend_vote", \.extendVote, oneof: "value"),
        .message(20, "verify_vote_extension", \.verifyVoteExtension, oneof: "value"),
        .message(21, "finalize_block", \.finalizeBlock, oneof: "value"),
    ]
    public init() {}
}

/// Stops the engine. A bad transaction is a code, never this.
public struct ExceptionResponse: WireMessage {
    /// Why.
    public var error = ""

    public static let wireName = "tendermint.abci.ResponseException"
    public static let wireFields: WireFields<ExceptionResponse> = [
        .string(1, "error", \.error)
    ]
    public init() {}
}

/// The same text.
public struct EchoResponse: WireMessage {
    /// The text.
    public var message = ""

    public static let wireName = "tendermint.abci.ResponseEcho"
    public static let wireFields: WireFields<EchoResponse> = [
        .string(1, "message", \.message)
    ]
    public init() {}
}

/// All answers so far are on their way.
public struct FlushResponse: WireMessage {

    public static let wireName = "tendermint.abci.ResponseFlush"
    public static let wireFields: WireFields<FlushResponse> = []
    public init() {}
}

/// The last durable height and app hash.
public struct InfoResponse: WireMessage {
    /// Anything; we give the name of the application.
    public var data = ""
    /// Version of the program.
    public var version = ""
    /// Equal to the parameter `version.app`.
    public var protocolVersion: UInt64 = 0
    /// Last durable height, or 0.
    public var lastHeight: Int64 = 0
    /// App hash after it.
    public var lastAppHash: Bytes = []

    public static let wireName = "tendermint.abci.ResponseInfo"
    public static let wireFields: WireFields<InfoResponse> = [
        .string(1, "data", \.data),
        .string(2, "version", \.version),
        .uint64(3, "app_version", \.protocolVersion),
        .int64(4, "last_block_height", \.lastHeight),
        .bytes(5, "last_block_app_hash", \.lastAppHash),
    ]
    public init() {}
}

/// The start of the chain.
public struct InitializeChainResponse: WireMessage {
    /// Parameters that replace those of the genesis.
    public var parameters: ConsensusParameterSet?
    /// Validators; none keeps those of the genesis.
    public var validators: [ValidatorChange] = []
    /// App hash of the first header.
    public var appHash: Bytes = []

    public static let wireName = "tendermint.abci.ResponseInitChain"
    public static let wireFields: WireFields<InitializeChainResponse> = [
        .message(1, "consensus_params", \.parameters),
        .messages(2, "validators", \.validators),
        .bytes(3, "app_hash", \.appHash),
    ]
    public init() {}
}

/// What committed state says. Field 2 is reserved.
public struct QueryResponse: WireMessage {
    /// 0, or why not.
    public var code: UInt32 = 0
    /// Text for people.
    public var log = ""
    /// More text.
    public var info = ""
    /// Index of the key in a tree.
    public var index: Int64 = 0
    /// The key asked for.
    public var key: Bytes = []
    /// The response, or the value.
    public var value: Bytes = []
    /// The proof.
    public var proof: ProofOps?
    /// Height answered for.
    public var height: Int64 = 0
    /// Code space of `code`.
    public var codespace = ""

    public static let wireName = "tendermint.abci.ResponseQuery"
    public static let wireFields: WireFields<QueryResponse> = [
        .uint32(1, "code", \.code),
        .string(3, "log", \.log),
        .string(4, "info", \.info),
        .int64(5, "index", \.index),
        .bytes(6, "key", \.key),
        .bytes(7, "value", \.value),
        .message(8, "proof_ops", \.proof),
        .int64(9, "height", \.height),
        .string(10, "codespace", \.codespace),
    ]
    public init() {}
}

/// The block is durable. Fields 1 and 2 are reserved.
public struct CommitResponse: WireMessage {
    /// The engine may delete blocks below; 0 keeps all.
    public var retainHeight: Int64 = 0

    public static let wireName = "tendermint.abci.ResponseCommit"
    public static let wireFields: WireFields<CommitResponse> = [
        .int64(3, "retain_height", \.retainHeight)
    ]
    public init() {}
}
