// The messages that move stake (`cosmos.staking.v1beta1`).

public import Ledger
public import Wire

/// Makes the signer a validator.
public struct MsgCreateValidator: WireMessage {
    /// What the validator says of itself.
    public var description = ValidatorDescription()
    /// Commission.
    public var commission = CommissionRates()
    /// Least stake of the operator itself.
    public var minimumSelfDelegation = Amount.zero
    /// Deprecated: the account of the operator, or empty.
    public var delegatorAddress = ""
    /// Operator; its account signs.
    public var validatorAddress = ""
    /// ``Ed25519KeyMessage``.
    public var publicKey: AnyMessage?
    /// The operator's own stake.
    public var value = Coin()

    public static let wireName = "cosmos.staking.v1beta1.MsgCreateValidator"
    public static let wireFields: WireFields<MsgCreateValidator> = [
        .message(1, "description", \.description),
        .message(2, "commission", \.commission),
        .text(3, "min_self_delegation", \.minimumSelfDelegation),
        .string(4, "delegator_address", \.delegatorAddress),
        .string(5, "validator_address", \.validatorAddress),
        .message(6, "pubkey", \.publicKey),
        .message(7, "value", \.value),
    ]

    public init() {}
}

/// The answer to ``MsgCreateValidator``.
public struct MsgCreateValidatorResponse: WireMessage {
    public static let wireName = "cosmos.staking.v1beta1.MsgCreateValidatorResponse"
    public static let wireFields: WireFields<MsgCreateValidatorResponse> = []
    public init() {}
}

/// Changes what a validator says of itself, and its commission.
public struct MsgEditValidator: WireMessage {
    /// New texts; ``ValidatorDescription/keep`` keeps one.
    public var description = ValidatorDescription()
    /// Operator; its account signs.
    public var validatorAddress = ""
    /// New commission, digits without a point; empty keeps it.
    public var commissionRate = ""
    /// New least stake of the operator, decimal text; empty keeps it.
    public var minimumSelfDelegation = ""

    public static let wireName = "cosmos.staking.v1beta1.MsgEditValidator"
    public static let wireFields: WireFields<MsgEditValidator> = [
        .message(1, "description", \.description),
        .string(2, "validator_address", \.validatorAddress),
        .string(3, "commission_rate", \.commissionRate),
        .string(4, "min_self_delegation", \.minimumSelfDelegation),
    ]

    public init() {}
}

/// The answer to ``MsgEditValidator``.
public struct MsgEditValidatorResponse: WireMessage {
    public static let wireName = "cosmos.staking.v1beta1.MsgEditValidatorResponse"
    public static let wireFields: WireFields<MsgEditValidatorResponse> = []
    public init() {}
}

/// Puts stake behind a validator.
public struct MsgDelegate: WireMessage {
    /// Delegator; signs.
    public var delegatorAddress = ""
    /// Operator.
    public var validatorAddress = ""
    /// Stake.
    public var amount = Coin()

    public static let wireName = "cosmos.staking.v1beta1.MsgDelegate"
    public static let wireFields: WireFields<MsgDelegate> = [
        .string(1, "delegator_address", \.delegatorAddress),
        .string(2, "validator_address", \.validatorAddress),
        .message(3, "amount", \.amount),
    ]

    public init() {}

    /// Makes the message.
    public init(_ delegator: String, _ validator: String, _ amount: Coin) {
        delegatorAddress = delegator
        validatorAddress = validator
        self.amount = amount
    }
}

/// The answer to ``MsgDelegate``.
public struct MsgDelegateResponse: WireMessage {
    public static let wireName = "cosmos.staking.v1beta1.MsgDelegateResponse"
    public static let wireFields: WireFields<MsgDelegateResponse> = []
    public init() {}
}

/// Moves stake from one validator to another at once.
public struct MsgBeginRedelegate: WireMessage {
    /// Delegator; signs.
    public var delegatorAddress = ""
    /// Operator to leave.
    public var sourceAddress = ""
    /// Operator to go to.
    public var destinationAddress = ""
    /// Stake.
    public var amount = Coin()

    public static let wireName = "cosmos.staking.v1beta1.MsgBeginRedelegate"
    public static let wireFields: WireFields<MsgBeginRedelegate> = [
        .string(1, "delegator_address", \.delegatorAddress),
        .string(2, "validator_src_address", \.sourceAddress),
        .string(3, "validator_dst_address", \.destinationAddress),
        .message(4, "amount", \.amount),
    ]

    public init() {}

    /// Makes the message.
    public init(_ delegator: String, from source: String, to destination: String, _ amount: Coin) {
        delegatorAddress = delegator
        sourceAddress = source
        destinationAddress = destination
        self.amount = amount
    }
}

/// The answer to ``MsgBeginRedelegate``.
public struct MsgBeginRedelegateResponse: WireMessage {
    /// Until when the stake answers for both validators.
    public var completionTime = Timestamp()
    public static let wireName = "cosmos.staking.v1beta1.MsgBeginRedelegateResponse"
    public static let wireFields: WireFields<MsgBeginRedelegateResponse> = [
        .message(1, "completion_time", \.completionTime)
    ]
    public init() {}
}

/// Takes stake back; it is free after the unbonding time.
public struct MsgUndelegate: WireMessage {
    /// Delegator; signs.
    public var delegatorAddress = ""
    /// Operator.
    public var validatorAddress = ""
    /// Stake.
    public var amount = Coin()

    public static let wireName = "cosmos.staking.v1beta1.MsgUndelegate"
    public static let wireFields: WireFields<MsgUndelegate> = [
        .string(1, "delegator_address", \.delegatorAddress),
        .string(2, "validator_address", \.validatorAddress),
        .message(3, "amount", \.amount),
    ]

    public init() {}

    /// Makes the message.
    public init(_ delegator: String, _ validator: String, _ amount: Coin) {
        delegatorAddress = delegator
        validatorAddress = validator
        self.amount = amount
    }
}

/// The answer to ``MsgUndelegate``.
public struct MsgUndelegateResponse: WireMessage {
    /// When the stake is free.
    public var completionTime = Timestamp()
    /// What unbonds: the request, less what rounding took.
    public var amount = Coin()
    public static let wireName = "cosmos.staking.v1beta1.MsgUndelegateResponse"
    public static let wireFields: WireFields<MsgUndelegateResponse> = [
        .message(1, "completion_time", \.completionTime),
        .message(2, "amount", \.amount),
    ]
    public init() {}
}

/// Puts stake that unbonds back behind its validator.
public struct MsgCancelUnbondingDelegation: WireMessage {
    /// Delegator; signs.
    public var delegatorAddress = ""
    /// Operator.
    public var validatorAddress = ""
    /// Stake.
    public var amount = Coin()
    /// Height at which it began to unbond.
    public var creationHeight: Int64 = 0

    public static let wireName = "cosmos.staking.v1beta1.MsgCancelUnbondingDelegation"
    public static let wireFields: WireFields<MsgCancelUnbondingDelegation> = [
        .string(1, "delegator_address", \.delegatorAddress),
        .string(2, "validator_address", \.validatorAddress),
        .message(3, "amount", \.amount),
        .int64(4, "creation_height", \.creationHeight),
    ]

    public init() {}
}

/// The answer to ``MsgCancelUnbondingDelegation``.
public struct MsgCancelUnbondingDelegationResponse: WireMessage {
    public static let wireName = "cosmos.staking.v1beta1.MsgCancelUnbondingDelegationResponse"
    public static let wireFields: WireFields<MsgCancelUnbondingDelegationResponse> = []
    public init() {}
}

/// Changes the parameters of staking; governance signs.
public struct MsgUpdateStakingParameters: WireMessage {
    /// The account of governance.
    public var authority = ""
    /// All parameters.
    public var parameters = StakingParameters()

    public static let wireName = "cosmos.staking.v1beta1.MsgUpdateParams"
    public static let wireFields: WireFields<MsgUpdateStakingParameters> = [
        .string(1, "authority", \.authority),
        .message(2, "params", \.parameters),
    ]

    public init() {}
}

/// The answer to ``MsgUpdateStakingParameters``.
public struct MsgUpdateStakingParametersResponse: WireMessage {
    public static let wireName = "cosmos.staking.v1beta1.MsgUpdateParamsResponse"
    public static let wireFields: WireFields<MsgUpdateStakingParametersResponse> = []
    public init() {}
}
