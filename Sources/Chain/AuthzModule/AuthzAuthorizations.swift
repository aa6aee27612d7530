// The three kinds of authorization on the wire (`cosmos.authz.v1beta1`, `cosmos.bank.v1beta1`,
// `cosmos.staking.v1beta1`), and what they read of the messages they are for.

public import Ledger
public import Wire

/// Any message of one type.
public struct GenericAuthorization: WireMessage {
    /// Type URL of the messages.
    public var message = ""

    public static let wireName = "cosmos.authz.v1beta1.GenericAuthorization"
    public static let wireFields: WireFields<GenericAuthorization> = [
        .string(1, "msg", \.message)
    ]

    public init() {}

    /// Makes an authorization for messages of `typeURL`.
    public init(_ typeURL: String) { message = typeURL }
}

/// Sending up to an amount.
public struct SendAuthorization: WireMessage {
    /// What is left to send.
    public var spendLimit: [Coin] = []
    /// Who may receive, in bech32; empty means anyone.
    public var allowList: [String] = []

    public static let wireName = "cosmos.bank.v1beta1.SendAuthorization"
    public static let wireFields: WireFields<SendAuthorization> = [
        .messages(1, "spend_limit", \.spendLimit),
        .strings(2, "allow_list", \.allowList),
    ]

    public init() {}

    /// Makes an authorization.
    public init(spendLimit: [Coin], allowList: [String] = []) {
        self.spendLimit = spendLimit
        self.allowList = allowList
    }
}

/// One kind of staking message, up to an amount.
public struct StakeAuthorization: WireMessage {
    /// What is left; `nil` means no limit.
    public var maximumTokens: Coin?
    /// The only validators it is for.
    public var allowList: Validators?
    /// The validators it is not for.
    public var denyList: Validators?
    /// The kind of message.
    public var kind = Kind.unspecified

    public static let wireName = "cosmos.staking.v1beta1.StakeAuthorization"
    public static let wireFields: WireFields<StakeAuthorization> = [
        .message(1, "max_tokens", \.maximumTokens),
        .message(2, "allow_list", \.allowList, oneof: "validators"),
        .message(3, "deny_list", \.denyList, oneof: "validators"),
        .enumeration(4, "authorization_type", \.kind),
    ]

    public init() {}

    /// Validators by operator address in bech32.
    public struct Validators: WireMessage {
        /// The addresses.
        public var addresses: [String] = []
        public static let wireName = "cosmos.staking.v1beta1.StakeAuthorization.Validators"
        public static let wireFields: WireFields<Validators> = [
            .strings(1, "address", \.addresses)
        ]
        public init() {}
        /// Makes a list.
        public init(_ addresses: [String]) { self.addresses = addresses }
    }

    /// A kind of staking message.
    public enum Kind: Int32, WireEnum {
        /// None; refused.
        case unspecified = 0
        /// `MsgDelegate`.
        case delegate = 1
        /// `MsgUndelegate`.
        case undelegate = 2
        /// `MsgBeginRedelegate`; its validator is the destination.
        case redelegate = 3
        /// `MsgCancelUnbondingDelegation`.
        case cancelUnbonding = 4

        public init() { self = .unspecified }
        public static let wireName = "cosmos.staking.v1beta1.AuthorizationType"
        public var wireLabel: String {
            switch self {
            case .unspecified: "AUTHORIZATION_TYPE_UNSPECIFIED"
            case .delegate: "AUTHORIZATION_TYPE_DELEGATE"
            case .undelegate: "AUTHORIZATION_TYPE_UNDELEGATE"
            case .redelegate: "AUTHORIZATION_TYPE_REDELEGATE"
            case .cancelUnbonding: "AUTHORIZATION_TYPE_CANCEL_UNBONDING_DELEGATION"
            }
        }

        /// Type URL of the messages.
        var typeURL: String {
            switch self {
            case .unspecified: ""
            case .delegate: "/cosmos.staking.v1beta1.MsgDelegate"
            case .undelegate: "/cosmos.staking.v1beta1.MsgUndelegate"
            case .redelegate: "/cosmos.staking.v1beta1.MsgBeginRedelegate"
            case .cancelUnbonding: "/cosmos.staking.v1beta1.MsgCancelUnbondingDelegation"
            }
        }
    }
}

// MARK: What authorizations read of messages

/// A `MsgSend` as an authorization reads it.
struct SendView: WireMessage {
    var recipient = ""
    var amount: [Coin] = []
    static let wireName = "cosmos.bank.v1beta1.MsgSend"
    static let wireFields: WireFields<SendView> = [
        .string(2, "to_address", \.recipient),
        .messages(3, "amount", \.amount),
    ]
}

/// A `MsgDelegate`, `MsgUndelegate` or `MsgCancelUnbondingDelegation` as an authorization reads it.
struct StakeView: WireMessage {
    var validator = ""
    var amount = Coin()
    static let wireName = "cosmos.staking.v1beta1.MsgDelegate"
    static let wireFields: WireFields<StakeView> = [
        .string(2, "validator_address", \.validator),
        .message(3, "amount", \.amount),
    ]
}

/// A `MsgBeginRedelegate` as an authorization reads it.
struct RedelegateView: WireMessage {
    var validator = ""
    var amount = Coin()
    static let wireName = "cosmos.staking.v1beta1.MsgBeginRedelegate"
    static let wireFields: WireFields<RedelegateView> = [
        .string(3, "validator_dst_address", \.validator),
        .message(4, "amount", \.amount),
    ]
}
