// What the chain agrees on about stake (`cosmos.staking.v1beta1.Params`).

public import Ledger
public import Wire

/// The parameters of staking.
public struct StakingParameters: WireMessage {
    /// How long stake that leaves still answers for offences.
    public var unbondingTime = WireDuration()
    /// Most validators in the set.
    public var maximumValidators: UInt32 = 0
    /// Most entries that unbond, or move, at once between the same parties.
    public var maximumEntries: UInt32 = 0
    /// Heights whose validators are remembered; this chain remembers none.
    public var historicalEntries: UInt32 = 0
    /// Denomination of stake.
    public var bondDenomination = ""
    /// Least commission.
    public var minimumCommissionRate = Decimal.zero

    public static let wireName = "cosmos.staking.v1beta1.Params"
    public static let wireFields: WireFields<StakingParameters> = [
        .message(1, "unbonding_time", \.unbondingTime),
        .uint32(2, "max_validators", \.maximumValidators),
        .uint32(3, "max_entries", \.maximumEntries),
        .uint32(4, "historical_entries", \.historicalEntries),
        .string(5, "bond_denom", \.bondDenomination),
        .text(6, "min_commission_rate", \.minimumCommissionRate),
    ]

    public init() {}

    /// 21 days, 100 validators, 7 entries, `ucgpt`.
    public static var standard: StakingParameters {
        var parameters = StakingParameters()
        parameters.unbondingTime = WireDuration(seconds: 21 * 24 * 3600)
        parameters.maximumValidators = 100
        parameters.maximumEntries = 7
        parameters.bondDenomination = "ucgpt"
        return parameters
    }

    /// Checks that every value can be used.
    public func validate() throws(Failure) {
        guard unbondingTime.seconds > 0, unbondingTime.seconds <= 100 * 365 * 24 * 3600,
            (0..<1_000_000_000).contains(unbondingTime.nanoseconds)
        else { throw .sdk(.invalidRequest, "unbonding time must be positive, at most 100 years") }
        guard (1...10_000).contains(maximumValidators), (1...1_000).contains(maximumEntries) else {
            throw .sdk(.invalidRequest, "max validators 1 to 10000, max entries 1 to 1000")
        }
        guard historicalEntries == 0 else {
            throw .sdk(.invalidRequest, "historical entries are not kept: must be 0")
        }
        guard Coin.isValid(denom: bondDenomination) else {
            throw .sdk(.invalidCoins, "invalid denom \(bondDenomination.prefix(50))")
        }
        guard minimumCommissionRate <= .one else { throw .staking(.commissionHuge) }
    }
}
