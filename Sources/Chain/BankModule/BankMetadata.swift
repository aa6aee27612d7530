// What wallets show of a denomination (`cosmos.bank.v1beta1.Metadata`).

public import Wire

/// A unit of a denomination.
public struct DenomUnit: WireMessage {
    /// Name of the unit.
    public var denom = ""
    /// Power of ten of base units in one of it.
    public var exponent: UInt32 = 0
    /// Other names.
    public var aliases: [String] = []

    public static let wireName = "cosmos.bank.v1beta1.DenomUnit"
    public static let wireFields: WireFields<DenomUnit> = [
        .string(1, "denom", \.denom),
        .uint32(2, "exponent", \.exponent),
        .strings(3, "aliases", \.aliases),
    ]

    public init() {}
}

/// What wallets show of a denomination.
public struct DenomMetadata: WireMessage {
    /// A sentence about it.
    public var text = ""
    /// Its units, the base unit first.
    public var units: [DenomUnit] = []
    /// The base unit, which amounts count.
    public var base = ""
    /// The unit that people read.
    public var display = ""
    /// Its name.
    public var name = ""
    /// Its symbol.
    public var symbol = ""
    /// Where more is said.
    public var uri = ""
    /// SHA-256 of what is said there.
    public var uriHash = ""

    public static let wireName = "cosmos.bank.v1beta1.Metadata"
    public static let wireFields: WireFields<DenomMetadata> = [
        .string(1, "description", \.text),
        .messages(2, "denom_units", \.units),
        .string(3, "base", \.base),
        .string(4, "display", \.display),
        .string(5, "name", \.name),
        .string(6, "symbol", \.symbol),
        .string(7, "uri", \.uri),
        .string(8, "uri_hash", \.uriHash),
    ]

    public init() {}
}
