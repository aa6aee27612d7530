// The messages of fee allowances (`cosmos.feegrant.v1beta1`).

import Ledger
public import Wire

/// Allows an account to pay fees from the signer's coins.
public struct MsgGrantAllowance: WireMessage {
    /// Who allows, in bech32; signs.
    public var granter = ""
    /// Who may use the allowance, in bech32.
    public var grantee = ""
    /// A ``BasicAllowance``, ``PeriodicAllowance`` or ``AllowedMsgAllowance``.
    public var allowance: AnyMessage?

    public static let wireName = "cosmos.feegrant.v1beta1.MsgGrantAllowance"
    public static let wireFields: WireFields<MsgGrantAllowance> = [
        .string(1, "granter", \.granter),
        .string(2, "grantee", \.grantee),
        .message(3, "allowance", \.allowance),
    ]

    public init() {}

    /// Makes the message.
    public init(granter: String, grantee: String, _ allowance: some WireMessage) {
        self.granter = granter
        self.grantee = grantee
        self.allowance = AnyMessage(allowance)
    }
}

/// The answer to ``MsgGrantAllowance``.
public struct MsgGrantAllowanceResponse: WireMessage {
    public static let wireName = "cosmos.feegrant.v1beta1.MsgGrantAllowanceResponse"
    public static let wireFields: WireFields<MsgGrantAllowanceResponse> = []
    public init() {}
}

/// Ends an allowance.
public struct MsgRevokeAllowance: WireMessage {
    /// Who allowed, in bech32; signs.
    public var granter = ""
    /// Who used the allowance, in bech32.
    public var grantee = ""

    public static let wireName = "cosmos.feegrant.v1beta1.MsgRevokeAllowance"
    public static let wireFields: WireFields<MsgRevokeAllowance> = [
        .string(1, "granter", \.granter),
        .string(2, "grantee", \.grantee),
    ]

    public init() {}

    /// Makes the message.
    public init(granter: String, grantee: String) {
        self.granter = granter
        self.grantee = grantee
    }
}

/// The answer to ``MsgRevokeAllowance``.
public struct MsgRevokeAllowanceResponse: WireMessage {
    public static let wireName = "cosmos.feegrant.v1beta1.MsgRevokeAllowanceResponse"
    public static let wireFields: WireFields<MsgRevokeAllowanceResponse> = []
    public init() {}
}

/// Removes some of the allowances that are over.
public struct MsgPruneAllowances: WireMessage {
    /// Who asks, in bech32; signs.
    public var pruner = ""

    public static let wireName = "cosmos.feegrant.v1beta1.MsgPruneAllowances"
    public static let wireFields: WireFields<MsgPruneAllowances> = [
        .string(1, "pruner", \.pruner)
    ]

    public init() {}

    /// Makes the message.
    public init(pruner: String) { self.pruner = pruner }
}

/// The answer to ``MsgPruneAllowances``.
public struct MsgPruneAllowancesResponse: WireMessage {
    public static let wireName = "cosmos.feegrant.v1beta1.MsgPruneAllowancesResponse"
    public static let wireFields: WireFields<MsgPruneAllowancesResponse> = []
    public init() {}
}
