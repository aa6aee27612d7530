// The limits of a block as messages carry them: to clients, and between engine and application.
// Source: CometBFT 0.38, `types/params.proto`.

public import Wire

/// Limits of a block (`tendermint.types.BlockParams`).
public struct BlockLimits: WireMessage {
    /// Most bytes; -1 for the most that the engine allows.
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
