// Requests and responses of the queries about stake (`cosmos.staking.v1beta1`).

public import Ledger
public import Wire

/// Asks for validators, by page.
public struct ValidatorsRequest: WireMessage {
    /// Label of a status, or empty for all.
    public var status = ""
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.staking.v1beta1.QueryValidatorsRequest"
    public static let wireFields: WireFields<ValidatorsRequest> = [
        .string(1, "status", \.status),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// A page of validators, by operator.
public struct ValidatorsResponse: WireMessage {
    /// Validators.
    public var validators: [Validator] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.staking.v1beta1.QueryValidatorsResponse"
    public static let wireFields: WireFields<ValidatorsResponse> = [
        .messages(1, "validators", \.validators),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// Asks for a validator.
public struct ValidatorRequest: WireMessage {
    /// Operator.
    public var validatorAddress = ""
    public static let wireName = "cosmos.staking.v1beta1.QueryValidatorRequest"
    public static let wireFields: WireFields<ValidatorRequest> = [
        .string(1, "validator_addr", \.validatorAddress)
    ]
    public init() {}
}

/// A validator.
public struct ValidatorResponse: WireMessage {
    /// The validator.
    public var validator = Validator()
    public static let wireName = "cosmos.staking.v1beta1.QueryValidatorResponse"
    public static let wireFields: WireFields<ValidatorResponse> = [
        .message(1, "validator", \.validator)
    ]
    public init() {}
}

/// Asks for the delegations of a validator.
public struct ValidatorDelegationsRequest: WireMessage {
    /// Operator.
    public var validatorAddress = ""
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.staking.v1beta1.QueryValidatorDelegationsRequest"
    public static let wireFields: WireFields<ValidatorDelegationsRequest> = [
        .string(1, "validator_addr", \.validatorAddress),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// A page of delegations, by delegator.
public struct ValidatorDelegationsResponse: WireMessage {
    /// Delegations and what they are worth.
    public var delegations: [DelegationResponse] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.staking.v1beta1.QueryValidatorDelegationsResponse"
    public static let wireFields: WireFields<ValidatorDelegationsResponse> = [
        .messages(1, "delegation_responses", \.delegations),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// Asks for what unbonds from a validator.
public struct ValidatorUnbondingRequest: WireMessage {
    /// Operator.
    public var validatorAddress = ""
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.staking.v1beta1.QueryValidatorUnbondingDelegationsRequest"
    public static let wireFields: WireFields<ValidatorUnbondingRequest> = [
        .string(1, "validator_addr", \.validatorAddress),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// A page of unbonding delegations, by delegator.
public struct ValidatorUnbondingResponse: WireMessage {
    /// Unbonding delegations.
    public var unbonding: [UnbondingDelegation] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.staking.v1beta1.QueryValidatorUnbondingDelegationsResponse"
    public static let wireFields: WireFields<ValidatorUnbondingResponse> = [
        .messages(1, "unbonding_responses", \.unbonding),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// Asks for one delegation.
public struct DelegationRequest: WireMessage {
    /// Delegator, in bech32.
    public var delegatorAddress = ""
    /// Operator.
    public var validatorAddress = ""
    public static let wireName = "cosmos.staking.v1beta1.QueryDelegationRequest"
    public static let wireFields: WireFields<DelegationRequest> = [
        .string(1, "delegator_addr", \.delegatorAddress),
        .string(2, "validator_addr", \.validatorAddress),
    ]
    public init() {}
}

/// A delegation and what it is worth.
public struct DelegationQueryResponse: WireMessage {
    /// The delegation.
    public var delegation: DelegationResponse?
    public static let wireName = "cosmos.staking.v1beta1.QueryDelegationResponse"
    public static let wireFields: WireFields<DelegationQueryResponse> = [
        .message(1, "delegation_response", \.delegation)
    ]
    public init() {}
}

/// Asks for one unbonding delegation.
public struct UnbondingDelegationRequest: WireMessage {
    /// Delegator, in bech32.
    public var delegatorAddress = ""
    /// Operator.
    public var validatorAddress = ""
    public static let wireName = "cosmos.staking.v1beta1.QueryUnbondingDelegationRequest"
    public static let wireFields: WireFields<UnbondingDelegationRequest> = [
        .string(1, "delegator_addr", \.delegatorAddress),
        .string(2, "validator_addr", \.validatorAddress),
    ]
    public init() {}
}

/// An unbonding delegation.
public struct UnbondingDelegationResponse: WireMessage {
    /// The unbonding delegation.
    public var unbonding = UnbondingDelegation()
    public static let wireName = "cosmos.staking.v1beta1.QueryUnbondingDelegationResponse"
    public static let wireFields: WireFields<UnbondingDelegationResponse> = [
        .message(1, "unbond", \.unbonding)
    ]
    public init() {}
}

/// Asks for the delegations of a delegator.
public struct DelegatorDelegationsRequest: WireMessage {
    /// Delegator, in bech32.
    public var delegatorAddress = ""
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.staking.v1beta1.QueryDelegatorDelegationsRequest"
    public static let wireFields: WireFields<DelegatorDelegationsRequest> = [
        .string(1, "delegator_addr", \.delegatorAddress),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// A page of delegations, by operator.
public struct DelegatorDelegationsResponse: WireMessage {
    /// Delegations and what they are worth.
    public var delegations: [DelegationResponse] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.staking.v1beta1.QueryDelegatorDelegationsResponse"
    public static let wireFields: WireFields<DelegatorDelegationsResponse> = [
        .messages(1, "delegation_responses", \.delegations),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// Asks for what unbonds of a delegator.
public struct DelegatorUnbondingRequest: WireMessage {
    /// Delegator, in bech32.
    public var delegatorAddress = ""
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.staking.v1beta1.QueryDelegatorUnbondingDelegationsRequest"
    public static let wireFields: WireFields<DelegatorUnbondingRequest> = [
        .string(1, "delegator_addr", \.delegatorAddress),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// A page of unbonding delegations, by operator.
public struct DelegatorUnbondingResponse: WireMessage {
    /// Unbonding delegations.
    public var unbonding: [UnbondingDelegation] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.staking.v1beta1.QueryDelegatorUnbondingDelegationsResponse"
    public static let wireFields: WireFields<DelegatorUnbondingResponse> = [
        .messages(1, "unbonding_responses", \.unbonding),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// Asks for the redelegations of a delegator, or from an operator.
public struct RedelegationsRequest: WireMessage {
    /// Delegator, in bech32.
    public var delegatorAddress = ""
    /// Operator left, or empty.
    public var sourceAddress = ""
    /// Operator gone to, or empty.
    public var destinationAddress = ""
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.staking.v1beta1.QueryRedelegationsRequest"
    public static let wireFields: WireFields<RedelegationsRequest> = [
        .string(1, "delegator_addr", \.delegatorAddress),
        .string(2, "src_validator_addr", \.sourceAddress),
        .string(3, "dst_validator_addr", \.destinationAddress),
        .message(4, "pagination", \.pagination),
    ]
    public init() {}
}

/// A page of redelegations.
public struct RedelegationsResponse: WireMessage {
    /// Redelegations and what they are worth.
    public var redelegations: [RedelegationResponse] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.staking.v1beta1.QueryRedelegationsResponse"
    public static let wireFields: WireFields<RedelegationsResponse> = [
        .messages(1, "redelegation_responses", \.redelegations),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// Asks for the validators of a delegator.
public struct DelegatorValidatorsRequest: WireMessage {
    /// Delegator, in bech32.
    public var delegatorAddress = ""
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.staking.v1beta1.QueryDelegatorValidatorsRequest"
    public static let wireFields: WireFields<DelegatorValidatorsRequest> = [
        .string(1, "delegator_addr", \.delegatorAddress),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// A page of validators, by operator.
public struct DelegatorValidatorsResponse: WireMessage {
    /// Validators.
    public var validators: [Validator] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.staking.v1beta1.QueryDelegatorValidatorsResponse"
    public static let wireFields: WireFields<DelegatorValidatorsResponse> = [
        .messages(1, "validators", \.validators),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// Asks for one validator of a delegator.
public struct DelegatorValidatorRequest: WireMessage {
    /// Delegator, in bech32.
    public var delegatorAddress = ""
    /// Operator.
    public var validatorAddress = ""
    public static let wireName = "cosmos.staking.v1beta1.QueryDelegatorValidatorRequest"
    public static let wireFields: WireFields<DelegatorValidatorRequest> = [
        .string(1, "delegator_addr", \.delegatorAddress),
        .string(2, "validator_addr", \.validatorAddress),
    ]
    public init() {}
}

/// A validator that the delegator delegates to.
public struct DelegatorValidatorResponse: WireMessage {
    /// The validator.
    public var validator = Validator()
    public static let wireName = "cosmos.staking.v1beta1.QueryDelegatorValidatorResponse"
    public static let wireFields: WireFields<DelegatorValidatorResponse> = [
        .message(1, "validator", \.validator)
    ]
    public init() {}
}

/// Asks for the two sums of stake.
public struct PoolRequest: WireMessage {
    public static let wireName = "cosmos.staking.v1beta1.QueryPoolRequest"
    public static let wireFields: WireFields<PoolRequest> = []
    public init() {}
}

/// The two sums of stake.
public struct PoolResponse: WireMessage {
    /// The sums.
    public var pool = StakePool()
    public static let wireName = "cosmos.staking.v1beta1.QueryPoolResponse"
    public static let wireFields: WireFields<PoolResponse> = [
        .message(1, "pool", \.pool)
    ]
    public init() {}
}

/// Asks for the parameters of staking.
public struct StakingParametersRequest: WireMessage {
    public static let wireName = "cosmos.staking.v1beta1.QueryParamsRequest"
    public static let wireFields: WireFields<StakingParametersRequest> = []
    public init() {}
}

/// The parameters of staking.
public struct StakingParametersResponse: WireMessage {
    /// The parameters in force.
    public var parameters = StakingParameters()
    public static let wireName = "cosmos.staking.v1beta1.QueryParamsResponse"
    public static let wireFields: WireFields<StakingParametersResponse> = [
        .message(1, "params", \.parameters)
    ]
    public init() {}
}

/// Asks for the validators of a past height.
public struct HistoricalInfoRequest: WireMessage {
    /// Height.
    public var height: Int64 = 0
    public static let wireName = "cosmos.staking.v1beta1.QueryHistoricalInfoRequest"
    public static let wireFields: WireFields<HistoricalInfoRequest> = [
        .int64(1, "height", \.height)
    ]
    public init() {}
}

/// The validators of a past height; this chain keeps none.
public struct HistoricalInfoResponse: WireMessage {
    public static let wireName = "cosmos.staking.v1beta1.QueryHistoricalInfoResponse"
    public static let wireFields: WireFields<HistoricalInfoResponse> = []
    public init() {}
}

/// Sums of stake.
public struct StakePool: WireMessage {
    /// Stake of validators out of the set, and on its way back.
    public var notBondedTokens = Amount.zero
    /// Stake of validators in the set.
    public var bondedTokens = Amount.zero
    public static let wireName = "cosmos.staking.v1beta1.Pool"
    public static let wireFields: WireFields<StakePool> = [
        .text(1, "not_bonded_tokens", \.notBondedTokens),
        .text(2, "bonded_tokens", \.bondedTokens),
    ]
    public init() {}
}

/// A delegation and what it is worth.
public struct DelegationResponse: WireMessage {
    /// The delegation.
    public var delegation = Delegation()
    /// What it is worth.
    public var balance = Coin()
    public static let wireName = "cosmos.staking.v1beta1.DelegationResponse"
    public static let wireFields: WireFields<DelegationResponse> = [
        .message(1, "delegation", \.delegation),
        .message(2, "balance", \.balance),
    ]
    public init() {}
}

/// An entry of a redelegation and what it is worth.
public struct RedelegationEntryResponse: WireMessage {
    /// The entry.
    public var entry = RedelegationEntry()
    /// What its shares are worth.
    public var balance = Amount.zero
    public static let wireName = "cosmos.staking.v1beta1.RedelegationEntryResponse"
    public static let wireFields: WireFields<RedelegationEntryResponse> = [
        .message(1, "redelegation_entry", \.entry),
        .text(4, "balance", \.balance),
    ]
    public init() {}
}

/// A redelegation and what it is worth.
public struct RedelegationResponse: WireMessage {
    /// The redelegation.
    public var redelegation = Redelegation()
    /// Its entries.
    public var entries: [RedelegationEntryResponse] = []
    public static let wireName = "cosmos.staking.v1beta1.RedelegationResponse"
    public static let wireFields: WireFields<RedelegationResponse> = [
        .message(1, "redelegation", \.redelegation),
        .messages(2, "entries", \.entries),
    ]
    public init() {}
}
