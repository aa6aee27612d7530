// Which coins may be sent (`cosmos.bank.v1beta1.Params`).

public import Wire

/// The parameters of the bank.
public struct BankParameters: WireMessage {
    /// Deprecated list; refused in genesis unless empty.
    public var sendEnabled: [SendEnabled] = []
    /// Whether a denomination without an entry of its own may be sent.
    public var defaultSendEnabled = false

    public static let wireName = "cosmos.bank.v1beta1.Params"
    public static let wireFields: WireFields<BankParameters> = [
        .messages(1, "send_enabled", \.sendEnabled),
        .bool(2, "default_send_enabled", \.defaultSendEnabled),
    ]

    public init() {}

    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout BankParameters, rules: WireRules,
        depth: Int
    ) throws(WireError) {
        var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
        while let number = try cursor.next() {
            switch number {
            case 1:
                var value = SendEnabled()
                try SendEnabled.decode(
                    try cursor.element(), into: &value, rules: rules, depth: cursor.innerDepth)
                message.sendEnabled.append(value)
            case 2: message.defaultSendEnabled = try cursor.bool()
            default: try cursor.skipUnknown()
            }
        }
    }

    /// Everything may be sent.
    public static var standard: BankParameters {
        var parameters = BankParameters()
        parameters.defaultSendEnabled = true
        return parameters
    }
}

/// Whether one denomination may be sent.
public struct SendEnabled: WireMessage {
    /// Denomination.
    public var denom = ""
    /// Whether it may be sent.
    public var isEnabled = false

    public static let wireName = "cosmos.bank.v1beta1.SendEnabled"
    public static let wireFields: WireFields<SendEnabled> = [
        .string(1, "denom", \.denom),
        .bool(2, "enabled", \.isEnabled),
    ]

    public init() {}

    /// Makes an entry.
    public init(_ denom: String, isEnabled: Bool) {
        self.denom = denom
        self.isEnabled = isEnabled
    }
}

/// Changes the parameters; governance signs.
public struct MsgUpdateBankParameters: WireMessage {
    /// The account of governance.
    public var authority = ""
    /// The new parameters, all of them.
    public var parameters = BankParameters()
    public static let wireName = "cosmos.bank.v1beta1.MsgUpdateParams"
    public static let wireFields: WireFields<MsgUpdateBankParameters> = [
        .string(1, "authority", \.authority),
        .message(2, "params", \.parameters),
    ]
    public init() {}
}

/// The answer to ``MsgUpdateBankParameters``.
public struct MsgUpdateBankParametersResponse: WireMessage {
    public static let wireName = "cosmos.bank.v1beta1.MsgUpdateParamsResponse"
    public static let wireFields: WireFields<MsgUpdateBankParametersResponse> = []
    public init() {}
}

/// Says which denominations may be sent; governance signs.
public struct MsgSetSendEnabled: WireMessage {
    /// The account of governance.
    public var authority = ""
    /// Denominations that get an entry of their own.
    public var sendEnabled: [SendEnabled] = []
    /// Denominations that lose theirs.
    public var useDefaultFor: [String] = []
    public static let wireName = "cosmos.bank.v1beta1.MsgSetSendEnabled"
    public static let wireFields: WireFields<MsgSetSendEnabled> = [
        .string(1, "authority", \.authority),
        .messages(2, "send_enabled", \.sendEnabled),
        .strings(3, "use_default_for", \.useDefaultFor),
    ]
    public init() {}
}

/// The answer to ``MsgSetSendEnabled``.
public struct MsgSetSendEnabledResponse: WireMessage {
    public static let wireName = "cosmos.bank.v1beta1.MsgSetSendEnabledResponse"
    public static let wireFields: WireFields<MsgSetSendEnabledResponse> = []
    public init() {}
}
