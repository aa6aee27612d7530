// What staking tells: records of a validator begin and end with it, and a delegator is settled
// whenever its shares change.

import Base
public import Cryptography
public import Ledger
import Wire

extension Distribution: StakingHooks, CommunityPoolFunding {
    public func didCreateValidator(
        _ validator: ValidatorView, _ context: inout Context
    ) throws(Failure) {
        let address = validator.operatorAddress
        var start = HistoricalRewards()
        start.referenceCount = 1
        try DistributionKeys.historical.set(
            DistributionKeys.period(address, 0), start, &context)
        var current = CurrentRewards()
        current.period = 1
        try DistributionKeys.current.set(address.bytes, current, &context)
        try DistributionKeys.commissions.set(
            address.bytes, AccumulatedCommission(), &context)
        try DistributionKeys.outstanding.set(address.bytes, OutstandingRewards(), &context)
    }

    public func didRemoveValidator(
        _ validator: ValidatorView, _ context: inout Context
    ) throws(Failure) {
        let address = validator.operatorAddress
        let key = address.bytes
        var rest = try DistributionKeys.outstanding.get(key, &context)?.rewards ?? []
        if let stored = try DistributionKeys.commissions.get(key, &context) {
            let (coins, _) = try stored.commission.truncated()
            if !coins.isEmpty {
                let recipient = try withdrawAddress(of: address, &context)
                try bank.move(coins, from: Distribution.account, to: recipient, &context)
                rest = try rest.subtracting(try [DecimalCoin](coins)) ?? []
            }
        }
        // What rounding left belongs to nobody in particular.
        try addToPool(rest, &context)
        try DistributionKeys.outstanding.remove(key, &context)
        try DistributionKeys.commissions.remove(key, &context)
        try DistributionKeys.current.remove(key, &context)
        try removeAll(DistributionKeys.slashes, of: address, &context)
        try removeAll(DistributionKeys.historical, of: address, &context)
    }

    private func removeAll<Value: WireMessage>(
        _ map: StateMap<Value>, of address: Address, _ context: inout Context
    ) throws(Failure) {
        var keys: [Bytes] = []
        try map.forEach(keyPrefix: address.keyBytes, &context) { (key, _) throws(Failure) in
            keys.append(key)
        }
        for key in keys { try map.remove(key, &context) }
    }

    public func willChangeDelegation(
        of delegator: Address, with validator: ValidatorView, isNew: Bool,
        _ context: inout Context
    ) throws(Failure) {
        if isNew {
            _ = try endPeriod(of: validator, &context)
        } else {
            _ = try settle(delegator, with: validator, &context)
        }
    }

    public func didChangeDelegation(
        of delegator: Address, with validator: ValidatorView, _ context: inout Context
    ) throws(Failure) {
        try begin(delegator, with: validator, &context)
    }

    public func willSlashValidator(
        _ validator: ValidatorView, fraction: Decimal, _ context: inout Context
    ) throws(Failure) {
        let period = try endPeriod(of: validator, &context)
        let address = validator.operatorAddress
        try retain(address, period, &context)
        var event = SlashEvent()
        event.validatorPeriod = period
        event.fraction = min(fraction, .one)
        let height = UInt64(clamping: context.block.height)
        try DistributionKeys.slashes.set(
            address.keyBytes + height.keyBytes + period.keyBytes, event, &context)
    }

    public func fundCommunityPool(
        _ coins: [Coin], from sender: Address, _ context: inout Context
    ) throws(Failure) {
        try bank.move(coins, from: sender, to: Distribution.account, &context)
        try addToPool(try [DecimalCoin](coins), &context)
    }
}
