// Requests and responses of the services that belong to no module: the node's own settings.

public import Wire

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
