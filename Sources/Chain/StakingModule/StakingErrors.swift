// The code space `staking`: append-only, numbers and texts as in the Cosmos SDK.

public import Ledger

/// Codes of the code space `staking`.
public enum StakingCode: UInt32, ModuleCode {
    public static var codespace: String { Staking.name }

    /// No validator has this address.
    case validatorNotFound = 3
    /// The operator has a validator already.
    case operatorExists = 4
    /// Another validator has the consensus key.
    case consensusKeyExists = 5
    /// The consensus key is not Ed25519.
    case keyTypeNotSupported = 6
    /// The validator is jailed.
    case validatorJailed = 7
    /// A commission above 100 %.
    case commissionHuge = 10
    /// A commission above the validator's own maximum.
    case commissionAboveMaximum = 11
    /// A second change of the commission within a day.
    case commissionUpdateTime = 12
    /// A largest daily change above the largest commission.
    case changeRateAboveMaximum = 14
    /// A change of the commission above the largest daily one.
    case commissionAboveChangeRate = 15
    /// The operator's own stake is below its minimum.
    case selfDelegationBelowMinimum = 16
    /// A minimum of the operator's own stake may only grow.
    case minimumSelfDelegationDecreased = 17
    /// No such delegation.
    case delegationNotFound = 19
    /// The delegator has no delegation with the validator.
    case delegatorHasNone = 21
    /// More shares than there are.
    case insufficientShares = 22
    /// More shares than the delegation has.
    case notEnoughShares = 24
    /// Too many entries unbond at once.
    case tooManyUnbondingEntries = 27
    /// From a validator to itself.
    case selfRedelegation = 29
    /// The amount is worth nothing.
    case tinyRedelegation = 30
    /// No validator to move to.
    case redelegationTargetNotFound = 31
    /// Stake that was just moved cannot move again.
    case transitiveRedelegation = 32
    /// Too many moves between two validators at once.
    case tooManyRedelegationEntries = 33
    /// The validator lost all its stake, so a share is worth nothing.
    case invalidExchangeRate = 34
    /// A commission below the chain's minimum.
    case commissionBelowMinimum = 40

    /// The SDK's text for the code.
    public var text: String {
        switch self {
        case .validatorNotFound: "validator does not exist"
        case .operatorExists:
            "validator already exist for this operator address; must use new validator operator "
                + "address"
        case .consensusKeyExists:
            "validator already exist for this pubkey; must use new validator pubkey"
        case .keyTypeNotSupported: "validator pubkey type is not supported"
        case .validatorJailed: "validator for this address is currently jailed"
        case .commissionHuge: "commission cannot be more than 100%"
        case .commissionAboveMaximum: "commission cannot be more than the max rate"
        case .commissionUpdateTime: "commission cannot be changed more than once in 24h"
        case .changeRateAboveMaximum: "commission change rate cannot be more than the max rate"
        case .commissionAboveChangeRate:
            "commission cannot be changed more than max change rate"
        case .selfDelegationBelowMinimum:
            "validator's self delegation must be greater than their minimum self delegation"
        case .minimumSelfDelegationDecreased: "minimum self delegation cannot be decrease"
        case .delegationNotFound: "no delegation for (address, validator) tuple"
        case .delegatorHasNone: "delegator does not contain delegation"
        case .insufficientShares: "insufficient delegation shares"
        case .notEnoughShares: "not enough delegation shares"
        case .tooManyUnbondingEntries:
            "too many unbonding delegation entries for (delegator, validator) tuple"
        case .selfRedelegation: "cannot redelegate to the same validator"
        case .tinyRedelegation: "too few tokens to redelegate (truncates to zero tokens)"
        case .redelegationTargetNotFound: "redelegation destination validator not found"
        case .transitiveRedelegation:
            "redelegation to this validator already in progress; first redelegation to this "
                + "validator must complete before next redelegation"
        case .tooManyRedelegationEntries:
            "too many redelegation entries for (delegator, src-validator, dst-validator) tuple"
        case .invalidExchangeRate: "cannot delegate to validators with invalid (zero) ex-rate"
        case .commissionBelowMinimum: "commission cannot be less than min rate"
        }
    }
}

extension Failure {
    /// Refuses with a code of staking.
    static func staking(_ code: StakingCode, _ message: String = "") -> Failure {
        coded(code, message)
    }
}
