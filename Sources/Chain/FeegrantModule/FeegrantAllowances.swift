// The three kinds of allowance as they are on the wire, and as stored.

public import Ledger
public import Wire

/// Up to an amount, until a moment.
public struct BasicAllowance: WireMessage {
    /// What is left to spend; empty means no limit.
    public var spendLimit: [Coin] = []
    /// The last moment of use; `nil` means no end.
    public var expiration: Timestamp?

    public static let wireName = "cosmos.feegrant.v1beta1.BasicAllowance"
    public static let wireFields: WireFields<BasicAllowance> = [
        .messages(1, "spend_limit", \.spendLimit),
        .message(2, "expiration", \.expiration),
    ]

    public init() {}

    /// Makes an allowance.
    public init(spendLimit: [Coin], expiration: Timestamp? = nil) {
        self.spendLimit = spendLimit
        self.expiration = expiration
    }
}

/// Up to an amount in each period.
public struct PeriodicAllowance: WireMessage {
    /// Limits over all periods.
    public var basic = BasicAllowance()
    /// Length of a period.
    public var period = WireDuration()
    /// The most that a period may spend.
    public var periodSpendLimit: [Coin] = []
    /// What is left in this period.
    public var periodCanSpend: [Coin] = []
    /// When the next period begins. Set when the allowance is given.
    public var periodReset = Timestamp()

    public static let wireName = "cosmos.feegrant.v1beta1.PeriodicAllowance"
    public static let wireFields: WireFields<PeriodicAllowance> = [
        .message(1, "basic", \.basic),
        .message(2, "period", \.period),
        .messages(3, "period_spend_limit", \.periodSpendLimit),
        .messages(4, "period_can_spend", \.periodCanSpend),
        .message(5, "period_reset", \.periodReset),
    ]

    public init() {}
}

/// An allowance for some kinds of messages only.
public struct AllowedMsgAllowance: WireMessage {
    /// A ``BasicAllowance`` or ``PeriodicAllowance``.
    public var allowance: AnyMessage?
    /// Type URLs of the messages that a transaction may hold.
    public var allowedMessages: [String] = []

    public static let wireName = "cosmos.feegrant.v1beta1.AllowedMsgAllowance"
    public static let wireFields: WireFields<AllowedMsgAllowance> = [
        .message(1, "allowance", \.allowance),
        .strings(2, "allowed_messages", \.allowedMessages),
    ]

    public init() {}

    /// Makes an allowance.
    public init(_ allowance: some WireMessage, for allowedMessages: [String]) {
        self.allowance = AnyMessage(allowance)
        self.allowedMessages = allowedMessages
    }
}

/// An allowance and whose it is; the stored form.
public struct FeeGrant: WireMessage {
    /// Who allows, in bech32.
    public var granter = ""
    /// Who may use it, in bech32.
    public var grantee = ""
    /// The allowance.
    public var allowance: AnyMessage?

    public static let wireName = "cosmos.feegrant.v1beta1.Grant"
    public static let wireFields: WireFields<FeeGrant> = [
        .string(1, "granter", \.granter),
        .string(2, "grantee", \.grantee),
        .message(3, "allowance", \.allowance),
    ]

    public init() {}
}
