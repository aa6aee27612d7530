// Requests and responses of the queries about rewards (`cosmos.distribution.v1beta1`).

public import Ledger
public import Wire

/// Asks for the parameters.
public struct DistributionParametersRequest: WireMessage {
    public static let wireName = "cosmos.distribution.v1beta1.QueryParamsRequest"
    public static let wireFields: WireFields<DistributionParametersRequest> = []
    public init() {}
}

/// The parameters.
public struct DistributionParametersResponse: WireMessage {
    /// The parameters in force.
    public var parameters = DistributionParameters()
    public static let wireName = "cosmos.distribution.v1beta1.QueryParamsResponse"
    public static let wireFields: WireFields<DistributionParametersResponse> = [
        .message(1, "params", \.parameters)
    ]
    public init() {}
}

/// Asks what an operator has earned.
public struct ValidatorDistributionRequest: WireMessage {
    /// Operator.
    public var validatorAddress = ""
    public static let wireName = "cosmos.distribution.v1beta1.QueryValidatorDistributionInfoRequest"
    public static let wireFields: WireFields<ValidatorDistributionRequest> = [
        .string(1, "validator_address", \.validatorAddress)
    ]
    public init() {}
}

/// What an operator has earned.
public struct ValidatorDistributionResponse: WireMessage {
    /// Account of the operator.
    public var operatorAddress = ""
    /// Coins.
    public var selfBondRewards: [DecimalCoin] = []
    /// Coins.
    public var commission: [DecimalCoin] = []
    public static let wireName =
        "cosmos.distribution.v1beta1.QueryValidatorDistributionInfoResponse"
    public static let wireFields: WireFields<ValidatorDistributionResponse> = [
        .string(1, "operator_address", \.operatorAddress),
        .messages(2, "self_bond_rewards", \.selfBondRewards),
        .messages(3, "commission", \.commission),
    ]
    public init() {}
}

/// Asks what nobody has withdrawn from a validator.
public struct OutstandingRewardsRequest: WireMessage {
    /// Operator.
    public var validatorAddress = ""
    public static let wireName =
        "cosmos.distribution.v1beta1.QueryValidatorOutstandingRewardsRequest"
    public static let wireFields: WireFields<OutstandingRewardsRequest> = [
        .string(1, "validator_address", \.validatorAddress)
    ]
    public init() {}
}

/// What nobody has withdrawn from a validator.
public struct OutstandingRewardsResponse: WireMessage {
    /// Rewards.
    public var rewards = OutstandingRewards()
    public static let wireName =
        "cosmos.distribution.v1beta1.QueryValidatorOutstandingRewardsResponse"
    public static let wireFields: WireFields<OutstandingRewardsResponse> = [
        .message(1, "rewards", \.rewards)
    ]
    public init() {}
}

/// Asks for the commission of a validator.
public struct ValidatorCommissionRequest: WireMessage {
    /// Operator.
    public var validatorAddress = ""
    public static let wireName = "cosmos.distribution.v1beta1.QueryValidatorCommissionRequest"
    public static let wireFields: WireFields<ValidatorCommissionRequest> = [
        .string(1, "validator_address", \.validatorAddress)
    ]
    public init() {}
}

/// The commission of a validator.
public struct ValidatorCommissionResponse: WireMessage {
    /// Commission.
    public var commission = AccumulatedCommission()
    public static let wireName = "cosmos.distribution.v1beta1.QueryValidatorCommissionResponse"
    public static let wireFields: WireFields<ValidatorCommissionResponse> = [
        .message(1, "commission", \.commission)
    ]
    public init() {}
}

/// Asks for the slashes of a validator.
public struct ValidatorSlashesRequest: WireMessage {
    /// Operator.
    public var validatorAddress = ""
    /// First height.
    public var startingHeight: UInt64 = 0
    /// Last height; 0 for all.
    public var endingHeight: UInt64 = 0
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.distribution.v1beta1.QueryValidatorSlashesRequest"
    public static let wireFields: WireFields<ValidatorSlashesRequest> = [
        .string(1, "validator_address", \.validatorAddress),
        .uint64(2, "starting_height", \.startingHeight),
        .uint64(3, "ending_height", \.endingHeight),
        .message(4, "pagination", \.pagination),
    ]
    public init() {}
}

/// A page of slashes, by height.
public struct ValidatorSlashesResponse: WireMessage {
    /// Slashes.
    public var slashes: [SlashEvent] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.distribution.v1beta1.QueryValidatorSlashesResponse"
    public static let wireFields: WireFields<ValidatorSlashesResponse> = [
        .messages(1, "slashes", \.slashes),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// Asks what a delegator has earned with a validator.
public struct DelegationRewardsRequest: WireMessage {
    /// Delegator.
    public var delegatorAddress = ""
    /// Operator.
    public var validatorAddress = ""
    public static let wireName = "cosmos.distribution.v1beta1.QueryDelegationRewardsRequest"
    public static let wireFields: WireFields<DelegationRewardsRequest> = [
        .string(1, "delegator_address", \.delegatorAddress),
        .string(2, "validator_address", \.validatorAddress),
    ]
    public init() {}
}

/// What a delegator has earned with a validator.
public struct DelegationRewardsResponse: WireMessage {
    /// Coins.
    public var rewards: [DecimalCoin] = []
    public static let wireName = "cosmos.distribution.v1beta1.QueryDelegationRewardsResponse"
    public static let wireFields: WireFields<DelegationRewardsResponse> = [
        .messages(1, "rewards", \.rewards)
    ]
    public init() {}
}

/// Asks what a delegator has earned.
public struct DelegationTotalRewardsRequest: WireMessage {
    /// Delegator.
    public var delegatorAddress = ""
    public static let wireName = "cosmos.distribution.v1beta1.QueryDelegationTotalRewardsRequest"
    public static let wireFields: WireFields<DelegationTotalRewardsRequest> = [
        .string(1, "delegator_address", \.delegatorAddress)
    ]
    public init() {}
}

/// What a delegator has earned.
public struct DelegationTotalRewardsResponse: WireMessage {
    /// By validator.
    public var rewards: [DelegatorReward] = []
    /// Coins.
    public var total: [DecimalCoin] = []
    public static let wireName = "cosmos.distribution.v1beta1.QueryDelegationTotalRewardsResponse"
    public static let wireFields: WireFields<DelegationTotalRewardsResponse> = [
        .messages(1, "rewards", \.rewards),
        .messages(2, "total", \.total),
    ]
    public init() {}
}

/// What a delegator has earned with one validator.
public struct DelegatorReward: WireMessage {
    /// Operator.
    public var validatorAddress = ""
    /// Coins.
    public var reward: [DecimalCoin] = []
    public static let wireName = "cosmos.distribution.v1beta1.DelegationDelegatorReward"
    public static let wireFields: WireFields<DelegatorReward> = [
        .string(1, "validator_address", \.validatorAddress),
        .messages(2, "reward", \.reward),
    ]
    public init() {}
}

/// Asks for the validators of a delegator.
public struct RewardingValidatorsRequest: WireMessage {
    /// Delegator.
    public var delegatorAddress = ""
    public static let wireName = "cosmos.distribution.v1beta1.QueryDelegatorValidatorsRequest"
    public static let wireFields: WireFields<RewardingValidatorsRequest> = [
        .string(1, "delegator_address", \.delegatorAddress)
    ]
    public init() {}
}

/// The validators of a delegator.
public struct RewardingValidatorsResponse: WireMessage {
    /// Operators.
    public var validators: [String] = []
    public static let wireName = "cosmos.distribution.v1beta1.QueryDelegatorValidatorsResponse"
    public static let wireFields: WireFields<RewardingValidatorsResponse> = [
        .strings(1, "validators", \.validators)
    ]
    public init() {}
}

/// Asks where the rewards of a delegator go.
public struct WithdrawAddressRequest: WireMessage {
    /// Delegator.
    public var delegatorAddress = ""
    public static let wireName = "cosmos.distribution.v1beta1.QueryDelegatorWithdrawAddressRequest"
    public static let wireFields: WireFields<WithdrawAddressRequest> = [
        .string(1, "delegator_address", \.delegatorAddress)
    ]
    public init() {}
}

/// Where the rewards of a delegator go.
public struct WithdrawAddressResponse: WireMessage {
    /// Account.
    public var withdrawAddress = ""
    public static let wireName = "cosmos.distribution.v1beta1.QueryDelegatorWithdrawAddressResponse"
    public static let wireFields: WireFields<WithdrawAddressResponse> = [
        .string(1, "withdraw_address", \.withdrawAddress)
    ]
    public init() {}
}

/// Asks for the community pool.
public struct CommunityPoolRequest: WireMessage {
    public static let wireName = "cosmos.distribution.v1beta1.QueryCommunityPoolRequest"
    public static let wireFields: WireFields<CommunityPoolRequest> = []
    public init() {}
}

/// The community pool.
public struct CommunityPoolResponse: WireMessage {
    /// Coins.
    public var pool: [DecimalCoin] = []
    public static let wireName = "cosmos.distribution.v1beta1.QueryCommunityPoolResponse"
    public static let wireFields: WireFields<CommunityPoolResponse> = [
        .messages(1, "pool", \.pool)
    ]
    public init() {}
}
