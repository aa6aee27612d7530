// Parameters and records of rewards (`cosmos.distribution.v1beta1`), and where they lie.

import Base
import Cryptography
public import Ledger
public import Wire

/// The typed keys of the store `distribution`.
enum DistributionKeys {
    /// The parameters.
    static let parameters = StateItem<DistributionParameters>(Distribution.name, prefix: 0x00)
    /// The community pool.
    static let pool = StateItem<FeePool>(Distribution.name, prefix: 0x01)
    /// Where a delegator's rewards go, by delegator.
    static let withdrawAddresses = StateMap<StoredText>(Distribution.name, prefix: 0x02)
    /// Rewards of a validator that nobody has withdrawn, by operator.
    static let outstanding = StateMap<OutstandingRewards>(Distribution.name, prefix: 0x03)
    /// Commission of a validator, by operator.
    static let commissions = StateMap<AccumulatedCommission>(Distribution.name, prefix: 0x04)
    /// Rewards of the running period, by operator.
    static let current = StateMap<CurrentRewards>(Distribution.name, prefix: 0x05)
    /// Rewards per unit of stake up to the end of a period, by operator and period.
    static let historical = StateMap<HistoricalRewards>(Distribution.name, prefix: 0x06)
    /// Since when a delegator has its stake, by operator and delegator.
    static let starts = StateMap<StartingInfo>(Distribution.name, prefix: 0x07)
    /// Slashes of a validator, by operator, height and period.
    static let slashes = StateMap<SlashEvent>(Distribution.name, prefix: 0x08)

    /// A period of an operator.
    static func period(_ operatorAddress: Address, _ period: UInt64) -> Bytes {
        operatorAddress.keyBytes + period.keyBytes
    }
}

/// The parameters of distribution.
public struct DistributionParameters: WireMessage {
    /// Part of all fees that goes to the community pool.
    public var communityTax = Decimal.zero
    /// Deprecated; must be 0.
    public var baseProposerReward = Decimal.zero
    /// Deprecated; must be 0.
    public var bonusProposerReward = Decimal.zero
    /// Whether rewards may go to another account.
    public var isWithdrawAddressEnabled = false

    public static let wireName = "cosmos.distribution.v1beta1.Params"
    public static let wireFields: WireFields<DistributionParameters> = [
        .text(1, "community_tax", \.communityTax),
        .text(2, "base_proposer_reward", \.baseProposerReward),
        .text(3, "bonus_proposer_reward", \.bonusProposerReward),
        .bool(4, "withdraw_addr_enabled", \.isWithdrawAddressEnabled),
    ]

    public init() {}

    /// 2 % to the community pool.
    public static var standard: DistributionParameters {
        var parameters = DistributionParameters()
        parameters.communityTax = Decimal(percent: 2)
        parameters.isWithdrawAddressEnabled = true
        return parameters
    }

    /// Checks that every value can be used.
    public func validate() throws(Failure) {
        guard communityTax <= .one else {
            throw .sdk(.invalidRequest, "community tax must be from 0 to 1")
        }
        guard baseProposerReward == .zero, bonusProposerReward == .zero else {
            throw .sdk(.invalidRequest, "rewards of proposers are deprecated and must be 0")
        }
    }
}

/// The community pool.
public struct FeePool: WireMessage {
    /// Coins that governance spends.
    public var communityPool: [DecimalCoin] = []
    public static let wireName = "cosmos.distribution.v1beta1.FeePool"
    public static let wireFields: WireFields<FeePool> = [
        .messages(1, "community_pool", \.communityPool)
    ]
    public init() {}
}

/// Rewards of a validator that nobody has withdrawn.
public struct OutstandingRewards: WireMessage {
    /// Coins.
    public var rewards: [DecimalCoin] = []
    public static let wireName = "cosmos.distribution.v1beta1.ValidatorOutstandingRewards"
    public static let wireFields: WireFields<OutstandingRewards> = [
        .messages(1, "rewards", \.rewards)
    ]
    public init() {}
}

/// Commission of a validator that its operator has not withdrawn.
public struct AccumulatedCommission: WireMessage {
    /// Coins.
    public var commission: [DecimalCoin] = []
    public static let wireName = "cosmos.distribution.v1beta1.ValidatorAccumulatedCommission"
    public static let wireFields: WireFields<AccumulatedCommission> = [
        .messages(1, "commission", \.commission)
    ]
    public init() {}
}

/// Rewards of the running period.
public struct CurrentRewards: WireMessage {
    /// Coins of all delegators.
    public var rewards: [DecimalCoin] = []
    /// Number of the period.
    public var period: UInt64 = 0
    public static let wireName = "cosmos.distribution.v1beta1.ValidatorCurrentRewards"
    public static let wireFields: WireFields<CurrentRewards> = [
        .messages(1, "rewards", \.rewards),
        .uint64(2, "period", \.period),
    ]
    public init() {}
}

/// Rewards per unit of stake, from the beginning to the end of a period.
public struct HistoricalRewards: WireMessage {
    /// Coins per unit of stake.
    public var cumulativeRatio: [DecimalCoin] = []
    /// Records that need this one: delegators, slashes, and the running period.
    public var referenceCount: UInt32 = 0
    public static let wireName = "cosmos.distribution.v1beta1.ValidatorHistoricalRewards"
    public static let wireFields: WireFields<HistoricalRewards> = [
        .messages(1, "cumulative_reward_ratio", \.cumulativeRatio),
        .uint32(2, "reference_count", \.referenceCount),
    ]
    public init() {}
}

/// Since when a delegator has its stake.
public struct StartingInfo: WireMessage {
    /// The period that ended then.
    public var previousPeriod: UInt64 = 0
    /// Stake then.
    public var stake = Decimal.zero
    /// Height.
    public var height: UInt64 = 0
    public static let wireName = "cosmos.distribution.v1beta1.DelegatorStartingInfo"
    public static let wireFields: WireFields<StartingInfo> = [
        .uint64(1, "previous_period", \.previousPeriod),
        .text(2, "stake", \.stake),
        .uint64(3, "height", \.height),
    ]
    public init() {}
}

/// A slash, which cuts a period.
public struct SlashEvent: WireMessage {
    /// The period that ended with it.
    public var validatorPeriod: UInt64 = 0
    /// Part of the stake that was lost.
    public var fraction = Decimal.zero
    public static let wireName = "cosmos.distribution.v1beta1.ValidatorSlashEvent"
    public static let wireFields: WireFields<SlashEvent> = [
        .uint64(1, "validator_period", \.validatorPeriod),
        .text(2, "fraction", \.fraction),
    ]
    public init() {}
}

/// Codes of the code space `distribution`: append-only, numbers and texts as in the Cosmos SDK.
public enum DistributionCode: UInt32, ModuleCode {
    public static var codespace: String { Distribution.name }

    /// The delegator has no stake with the validator.
    case delegationNotFound = 5
    /// There is no commission.
    case noCommission = 7
    /// Rewards only go to the delegator itself.
    case withdrawAddressDisabled = 8
    /// The pool holds less.
    case poolTooSmall = 9
    /// No such validator.
    case validatorNotFound = 12

    /// The SDK's text for the code.
    public var text: String {
        switch self {
        case .delegationNotFound: "no delegation distribution info"
        case .noCommission: "no validator commission to withdraw"
        case .withdrawAddressDisabled: "set withdraw address disabled"
        case .poolTooSmall: "community pool does not have sufficient coins to distribute"
        case .validatorNotFound: "validator does not exist"
        }
    }
}

extension Failure {
    /// Refuses with a code of distribution.
    static func distribution(_ code: DistributionCode) -> Failure { coded(code) }
}
