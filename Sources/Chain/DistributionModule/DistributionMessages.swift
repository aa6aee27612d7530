// The messages about rewards (`cosmos.distribution.v1beta1`).

public import Ledger
public import Wire

/// Says where the rewards of the signer go.
public struct MsgSetWithdrawAddress: WireMessage {
    /// Delegator; signs.
    public var delegatorAddress = ""
    /// Account that receives.
    public var withdrawAddress = ""
    public static let wireName = "cosmos.distribution.v1beta1.MsgSetWithdrawAddress"
    public static let wireFields: WireFields<MsgSetWithdrawAddress> = [
        .string(1, "delegator_address", \.delegatorAddress),
        .string(2, "withdraw_address", \.withdrawAddress),
    ]
    public init() {}
}

/// The answer to ``MsgSetWithdrawAddress``.
public struct MsgSetWithdrawAddressResponse: WireMessage {
    public static let wireName = "cosmos.distribution.v1beta1.MsgSetWithdrawAddressResponse"
    public static let wireFields: WireFields<MsgSetWithdrawAddressResponse> = []
    public init() {}
}

/// Pays the signer what its stake earned.
public struct MsgWithdrawDelegatorReward: WireMessage {
    /// Delegator; signs.
    public var delegatorAddress = ""
    /// Operator.
    public var validatorAddress = ""
    public static let wireName = "cosmos.distribution.v1beta1.MsgWithdrawDelegatorReward"
    public static let wireFields: WireFields<MsgWithdrawDelegatorReward> = [
        .string(1, "delegator_address", \.delegatorAddress),
        .string(2, "validator_address", \.validatorAddress),
    ]
    public init() {}
}

/// The answer to ``MsgWithdrawDelegatorReward``.
public struct MsgWithdrawDelegatorRewardResponse: WireMessage {
    /// What was paid.
    public var amount: [Coin] = []
    public static let wireName = "cosmos.distribution.v1beta1.MsgWithdrawDelegatorRewardResponse"
    public static let wireFields: WireFields<MsgWithdrawDelegatorRewardResponse> = [
        .messages(1, "amount", \.amount)
    ]
    public init() {}
}

/// Pays the operator its commission.
public struct MsgWithdrawValidatorCommission: WireMessage {
    /// Operator; its account signs.
    public var validatorAddress = ""
    public static let wireName = "cosmos.distribution.v1beta1.MsgWithdrawValidatorCommission"
    public static let wireFields: WireFields<MsgWithdrawValidatorCommission> = [
        .string(1, "validator_address", \.validatorAddress)
    ]
    public init() {}
}

/// The answer to ``MsgWithdrawValidatorCommission``.
public struct MsgWithdrawValidatorCommissionResponse: WireMessage {
    /// What was paid.
    public var amount: [Coin] = []
    public static let wireName =
        "cosmos.distribution.v1beta1.MsgWithdrawValidatorCommissionResponse"
    public static let wireFields: WireFields<MsgWithdrawValidatorCommissionResponse> = [
        .messages(1, "amount", \.amount)
    ]
    public init() {}
}

/// Gives coins to the community pool.
public struct MsgFundCommunityPool: WireMessage {
    /// Coins, ascending by denomination.
    public var amount: [Coin] = []
    /// Who gives; signs.
    public var depositor = ""
    public static let wireName = "cosmos.distribution.v1beta1.MsgFundCommunityPool"
    public static let wireFields: WireFields<MsgFundCommunityPool> = [
        .messages(1, "amount", \.amount),
        .string(2, "depositor", \.depositor),
    ]
    public init() {}
}

/// The answer to ``MsgFundCommunityPool``.
public struct MsgFundCommunityPoolResponse: WireMessage {
    public static let wireName = "cosmos.distribution.v1beta1.MsgFundCommunityPoolResponse"
    public static let wireFields: WireFields<MsgFundCommunityPoolResponse> = []
    public init() {}
}

/// Spends from the community pool; governance signs.
public struct MsgCommunityPoolSpend: WireMessage {
    /// The account of governance.
    public var authority = ""
    /// Who receives.
    public var recipient = ""
    /// Coins, ascending by denomination.
    public var amount: [Coin] = []
    public static let wireName = "cosmos.distribution.v1beta1.MsgCommunityPoolSpend"
    public static let wireFields: WireFields<MsgCommunityPoolSpend> = [
        .string(1, "authority", \.authority),
        .string(2, "recipient", \.recipient),
        .messages(3, "amount", \.amount),
    ]
    public init() {}
}

/// The answer to ``MsgCommunityPoolSpend``.
public struct MsgCommunityPoolSpendResponse: WireMessage {
    public static let wireName = "cosmos.distribution.v1beta1.MsgCommunityPoolSpendResponse"
    public static let wireFields: WireFields<MsgCommunityPoolSpendResponse> = []
    public init() {}
}

/// Gives coins to a validator and its delegators.
public struct MsgDepositValidatorRewardsPool: WireMessage {
    /// Who gives; signs.
    public var depositor = ""
    /// Operator.
    public var validatorAddress = ""
    /// Coins, ascending by denomination.
    public var amount: [Coin] = []
    public static let wireName = "cosmos.distribution.v1beta1.MsgDepositValidatorRewardsPool"
    public static let wireFields: WireFields<MsgDepositValidatorRewardsPool> = [
        .string(1, "depositor", \.depositor),
        .string(2, "validator_address", \.validatorAddress),
        .messages(3, "amount", \.amount),
    ]
    public init() {}
}

/// The answer to ``MsgDepositValidatorRewardsPool``.
public struct MsgDepositValidatorRewardsPoolResponse: WireMessage {
    public static let wireName =
        "cosmos.distribution.v1beta1.MsgDepositValidatorRewardsPoolResponse"
    public static let wireFields: WireFields<MsgDepositValidatorRewardsPoolResponse> = []
    public init() {}
}

/// Changes the parameters; governance signs.
public struct MsgUpdateDistributionParameters: WireMessage {
    /// The account of governance.
    public var authority = ""
    /// All parameters.
    public var parameters = DistributionParameters()
    public static let wireName = "cosmos.distribution.v1beta1.MsgUpdateParams"
    public static let wireFields: WireFields<MsgUpdateDistributionParameters> = [
        .string(1, "authority", \.authority),
        .message(2, "params", \.parameters),
    ]
    public init() {}
}

/// The answer to ``MsgUpdateDistributionParameters``.
public struct MsgUpdateDistributionParametersResponse: WireMessage {
    public static let wireName = "cosmos.distribution.v1beta1.MsgUpdateParamsResponse"
    public static let wireFields: WireFields<MsgUpdateDistributionParametersResponse> = []
    public init() {}
}
