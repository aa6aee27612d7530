// Requests and responses of the services that belong to no module: simulation, the node's own
// settings, and the limits of blocks.

public import Base
public import Ledger
public import Wire

/// Asks what a transaction would do (`cosmos.tx.v1beta1`).
public struct SimulateRequest: WireMessage {
    /// The transaction, decoded; some clients fill this one.
    public var tx: Tx?
    /// The transaction's bytes; takes precedence.
    public var txBytes: Bytes = []
    public static let wireName = "cosmos.tx.v1beta1.SimulateRequest"
    public static let wireFields: WireFields<SimulateRequest> = [
        .message(1, "tx", \.tx),
        .bytes(2, "tx_bytes", \.txBytes),
    ]
    public init() {}
}

/// What a transaction would do.
public struct SimulateResponse: WireMessage {
    /// Gas it would use.
    public var gasInfo: GasInfo?
    /// Its result.
    public var result: SimulationResult?
    public static let wireName = "cosmos.tx.v1beta1.SimulateResponse"
    public static let wireFields: WireFields<SimulateResponse> = [
        .message(1, "gas_info", \.gasInfo),
        .message(2, "result", \.result),
    ]
    public init() {}
}

/// Gas of a transaction.
public struct GasInfo: WireMessage {
    /// Its limit.
    public var gasWanted: UInt64 = 0
    /// What it used.
    public var gasUsed: UInt64 = 0
    public static let wireName = "cosmos.base.abci.v1beta1.GasInfo"
    public static let wireFields: WireFields<GasInfo> = [
        .uint64(1, "gas_wanted", \.gasWanted),
        .uint64(2, "gas_used", \.gasUsed),
    ]
    public init() {}
}

/// The result of a simulated transaction.
public struct SimulationResult: WireMessage {
    /// `TxMsgData` with the responses.
    public var data: Bytes = []
    /// Text for people.
    public var log = ""
    /// What would happen.
    public var events: [Event] = []
    /// The responses.
    public var messageResponses: [AnyMessage] = []
    public static let wireName = "cosmos.base.abci.v1beta1.Result"
    public static let wireFields: WireFields<SimulationResult> = [
        .bytes(1, "data", \.data),
        .string(2, "log", \.log),
        .messages(3, "events", \.events),
        .messages(4, "msg_responses", \.messageResponses),
    ]
    public init() {}
}

/// Asks for the node's own settings (`cosmos.base.node.v1beta1`).
public struct NodeConfigurationRequest: WireMessage {
    public static let wireName = "cosmos.base.node.v1beta1.ConfigRequest"
    public static let wireFields: WireFields<NodeConfigurationRequest> = []
    public init() {}
}

/// The node's own settings.
public struct NodeConfigurationResponse: WireMessage {
    /// Prices such as `0.025ucgpt`, joined by commas.
    public var minimumGasPrice = ""
    /// Heights whose state is kept.
    public var pruningKeepRecent = ""
    /// Blocks from one pruning to the next.
    public var pruningInterval = ""
    /// Height at which the node stops; 0 for never.
    public var haltHeight: UInt64 = 0
    public static let wireName = "cosmos.base.node.v1beta1.ConfigResponse"
    public static let wireFields: WireFields<NodeConfigurationResponse> = [
        .string(1, "minimum_gas_price", \.minimumGasPrice),
        .string(2, "pruning_keep_recent", \.pruningKeepRecent),
        .string(3, "pruning_interval", \.pruningInterval),
        .uint64(4, "halt_height", \.haltHeight),
    ]
    public init() {}
}

/// Asks for the limits of blocks (`cosmos.consensus.v1`).
public struct ConsensusParametersRequest: WireMessage {
    public static let wireName = "cosmos.consensus.v1.QueryParamsRequest"
    public static let wireFields: WireFields<ConsensusParametersRequest> = []
    public init() {}
}

/// The limits of blocks.
public struct ConsensusParametersResponse: WireMessage {
    /// The parameters.
    public var parameters: ConsensusParametersView?
    public static let wireName = "cosmos.consensus.v1.QueryParamsResponse"
    public static let wireFields: WireFields<ConsensusParametersResponse> = [
        .message(1, "params", \.parameters)
    ]
    public init() {}
}

/// Consensus parameters as clients read them.
public struct ConsensusParametersView: WireMessage {
    /// Limits of a block.
    public var block: BlockLimits?
    public static let wireName = "tendermint.types.ConsensusParams"
    public static let wireFields: WireFields<ConsensusParametersView> = [
        .message(1, "block", \.block)
    ]
    public init() {}
}

/// Limits of a block.
public struct BlockLimits: WireMessage {
    /// Most bytes.
    public var maximumBytes: Int64 = 0
    /// Most gas; -1 for no limit.
    public var maximumGas: Int64 = 0
    public static let wireName = "tendermint.types.BlockParams"
    public static let wireFields: WireFields<BlockLimits> = [
        .int64(1, "max_bytes", \.maximumBytes),
        .int64(2, "max_gas", \.maximumGas),
    ]
    public init() {}
}
