// Requests and responses about blocks and validators (`cosmos.base.tendermint.v1beta1.Service`).

import Base
public import Blocks
public import Ledger
public import Wire

/// Asks for the newest block.
public struct LatestBlockRequest: WireMessage {
    public static let wireName = "cosmos.base.tendermint.v1beta1.GetLatestBlockRequest"
    public static let wireFields: WireFields<LatestBlockRequest> = []
    public init() {}
}

/// The newest block.
public struct LatestBlockResponse: WireMessage {
    /// Its name.
    public var id: BlockID?
    /// The block.
    public var block: Block?
    /// The block with the proposer's address as text.
    public var textBlock: TextBlock?
    public static let wireName = "cosmos.base.tendermint.v1beta1.GetLatestBlockResponse"
    public static let wireFields: WireFields<LatestBlockResponse> = [
        .message(1, "block_id", \.id),
        .message(2, "block", \.block),
        .message(3, "sdk_block", \.textBlock),
    ]
    public init() {}
}

/// Asks for the block at a height.
public struct BlockRequest: WireMessage {
    /// Height.
    public var height: Int64 = 0
    public static let wireName = "cosmos.base.tendermint.v1beta1.GetBlockByHeightRequest"
    public static let wireFields: WireFields<BlockRequest> = [.int64(1, "height", \.height)]
    public init() {}
}

/// The block at a height.
public struct BlockResponse: WireMessage {
    /// Its name.
    public var id: BlockID?
    /// The block.
    public var block: Block?
    /// The block with the proposer's address as text.
    public var textBlock: TextBlock?
    public static let wireName = "cosmos.base.tendermint.v1beta1.GetBlockByHeightResponse"
    public static let wireFields: WireFields<BlockResponse> = [
        .message(1, "block_id", \.id),
        .message(2, "block", \.block),
        .message(3, "sdk_block", \.textBlock),
    ]
    public init() {}
}

/// A block whose header names the proposer in bech32.
public struct TextBlock: WireMessage {
    /// The header.
    public var header = TextHeader()
    /// The transactions.
    public var data = BlockData()
    /// Evidence.
    public var evidence = EvidenceList()
    /// The signatures for the block before.
    public var lastCommit: Commit?
    public static let wireName = "cosmos.base.tendermint.v1beta1.Block"
    public static let wireFields: WireFields<TextBlock> = [
        .message(1, "header", \.header),
        .message(2, "data", \.data),
        .message(3, "evidence", \.evidence),
        .message(4, "last_commit", \.lastCommit),
    ]
    public init() {}

    init(_ block: Block) {
        header = TextHeader(block.header)
        data = block.data
        evidence = block.evidence
        lastCommit = block.lastCommit
    }
}

/// A header that names the proposer in bech32; its other fields are those of ``Header``.
public struct TextHeader: WireMessage {
    /// The header, whose proposer address is left out.
    public var header = Header()
    /// The proposer, with prefix `aivmvalcons`.
    public var proposer = ""
    public static let wireName = "cosmos.base.tendermint.v1beta1.Header"
    public static let wireFields: WireFields<TextHeader> = [
        .message(1, "version", \.header.version),
        .string(2, "chain_id", \.header.chainID),
        .int64(3, "height", \.header.height),
        .message(4, "time", \.header.time),
        .message(5, "last_block_id", \.header.lastBlockID),
        .bytes(6, "last_commit_hash", \.header.lastCommitHash),
        .bytes(7, "data_hash", \.header.dataHash),
        .bytes(8, "validators_hash", \.header.validatorsHash),
        .bytes(9, "next_validators_hash", \.header.nextValidatorsHash),
        .bytes(10, "consensus_hash", \.header.consensusHash),
        .bytes(11, "app_hash", \.header.appHash),
        .bytes(12, "last_results_hash", \.header.lastResultsHash),
        .bytes(13, "evidence_hash", \.header.evidenceHash),
        .string(14, "proposer_address", \.proposer),
    ]
    public init() {}

    init(_ header: Header) {
        self.header = header
        self.header.proposerAddress = []
        proposer = header.proposerAddress.consensusText
    }
}

/// Asks for the newest set of validators.
public struct LatestValidatorsRequest: WireMessage {
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.base.tendermint.v1beta1.GetLatestValidatorSetRequest"
    public static let wireFields: WireFields<LatestValidatorsRequest> = [
        .message(1, "pagination", \.pagination)
    ]
    public init() {}
}

/// Asks for the set of validators at a height.
public struct ValidatorSetRequest: WireMessage {
    /// Height.
    public var height: Int64 = 0
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.base.tendermint.v1beta1.GetValidatorSetByHeightRequest"
    public static let wireFields: WireFields<ValidatorSetRequest> = [
        .int64(1, "height", \.height),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// Validators, by power.
public struct LatestValidatorsResponse: WireMessage {
    /// Height of the set.
    public var height: Int64 = 0
    /// The validators.
    public var validators: [TextValidator] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.base.tendermint.v1beta1.GetLatestValidatorSetResponse"
    public static let wireFields: WireFields<LatestValidatorsResponse> = [
        .int64(1, "block_height", \.height),
        .messages(2, "validators", \.validators),
        .message(3, "pagination", \.pagination),
    ]
    public init() {}
}

/// Validators, by power.
public struct ValidatorSetResponse: WireMessage {
    /// Height of the set.
    public var height: Int64 = 0
    /// The validators.
    public var validators: [TextValidator] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.base.tendermint.v1beta1.GetValidatorSetByHeightResponse"
    public static let wireFields: WireFields<ValidatorSetResponse> = [
        .int64(1, "block_height", \.height),
        .messages(2, "validators", \.validators),
        .message(3, "pagination", \.pagination),
    ]
    public init() {}
}

/// A validator with its address as text.
public struct TextValidator: WireMessage {
    /// Address, with prefix `aivmvalcons`.
    public var address = ""
    /// An ``Ed25519KeyMessage``.
    public var publicKey: AnyMessage?
    /// Voting power.
    public var votingPower: Int64 = 0
    /// The engine's turn-taking number.
    public var proposerPriority: Int64 = 0
    public static let wireName = "cosmos.base.tendermint.v1beta1.Validator"
    public static let wireFields: WireFields<TextValidator> = [
        .string(1, "address", \.address),
        .message(2, "pub_key", \.publicKey),
        .int64(3, "voting_power", \.votingPower),
        .int64(4, "proposer_priority", \.proposerPriority),
    ]
    public init() {}

    init(_ validator: Validator) {
        address = validator.address.consensusText
        if let key = validator.publicKey.ed25519 {
            publicKey = AnyMessage(Ed25519KeyMessage(key))
        } else if let key = validator.publicKey.secp256k1 {
            publicKey = AnyMessage(Secp256k1KeyMessage(key))
        }
        votingPower = validator.votingPower
        proposerPriority = validator.proposerPriority
    }
}

/// Asks whether the node is behind.
public struct SyncingRequest: WireMessage {
    public static let wireName = "cosmos.base.tendermint.v1beta1.GetSyncingRequest"
    public static let wireFields: WireFields<SyncingRequest> = []
    public init() {}
}

/// Whether the node is behind.
public struct SyncingResponse: WireMessage {
    /// Whether it is.
    public var isSyncing = false
    public static let wireName = "cosmos.base.tendermint.v1beta1.GetSyncingResponse"
    public static let wireFields: WireFields<SyncingResponse> = [.bool(1, "syncing", \.isSyncing)]
    public init() {}
}
