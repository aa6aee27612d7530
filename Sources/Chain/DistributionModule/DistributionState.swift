// Sharing: the fees of the last block go to the validators that decided it, and from each to its
// operator and, as rewards of the running period, to its delegators.

import Base
import Cryptography
import Ledger
import Wire

extension Distribution {
    // MARK: Fees

    /// Shares what the last block collected, by the voting power that decided it.
    func shareFees(_ context: inout Context) throws(Failure) {
        let fees = try bank.balances(of: feeCollector, &context)
        guard !fees.isEmpty else { return }
        try bank.move(fees, from: feeCollector, to: Distribution.account, &context)
        let all = try [DecimalCoin](fees)
        var rest = all
        let votes = context.block.lastCommit
        var total: UInt128 = 0
        for vote in votes where vote.power > 0 { total += UInt128(vote.power) }
        if total > 0 {
            let tax = try parameters(&context).communityTax
            let shared = try all.multiplied(by: Decimal.one.subtractingClamped(tax))
            for vote in votes where vote.power > 0 {
                guard let address = Address(vote.address),
                    let validator = try validators.validator(consensus: address, &context)
                else { continue }
                let part = try Decimal(Amount(UInt128(vote.power)))
                    .divided(by: Decimal(Amount(total)), rounding: .down)
                let reward = try shared.multiplied(by: part)
                try give(reward, to: validator, &context)
                rest = try rest.subtracting(reward) ?? []
            }
        }
        try addToPool(rest, &context)
    }

    /// Gives coins that the module holds to a validator: commission first, then its delegators.
    func give(
        _ coins: [DecimalCoin], to validator: ValidatorView, _ context: inout Context
    ) throws(Failure) {
        guard !coins.isEmpty else { return }
        let key = validator.operatorAddress.bytes
        let commission = try coins.multiplied(by: validator.commissionRate)
        let shared = try coins.subtracting(commission) ?? []

        var accumulated =
            try DistributionKeys.commissions.get(key, &context) ?? AccumulatedCommission()
        accumulated.commission = try accumulated.commission.adding(commission)
        try DistributionKeys.commissions.set(key, accumulated, &context)
        var current = try current(validator.operatorAddress, &context)
        current.rewards = try current.rewards.adding(shared)
        try DistributionKeys.current.set(key, current, &context)
        var outstanding =
            try DistributionKeys.outstanding.get(key, &context) ?? OutstandingRewards()
        outstanding.rewards = try outstanding.rewards.adding(coins)
        try DistributionKeys.outstanding.set(key, outstanding, &context)

        let name = validator.operatorAddress.operatorText
        context.emit("commission", ["amount": commission.coinsText, "validator": name])
        context.emit("rewards", ["amount": coins.coinsText, "validator": name])
    }

    // MARK: Community pool

    /// Adds coins that the module holds already.
    func addToPool(_ coins: [DecimalCoin], _ context: inout Context) throws(Failure) {
        guard !coins.isEmpty else { return }
        var pool = try DistributionKeys.pool.get(&context) ?? FeePool()
        pool.communityPool = try pool.communityPool.adding(coins)
        try DistributionKeys.pool.set(pool, &context)
    }

    // MARK: Periods

    /// The running period of a validator. Every validator has one from its creation on.
    func current(
        _ operatorAddress: Address, _ context: inout Context
    ) throws(Failure) -> CurrentRewards {
        guard let found = try DistributionKeys.current.get(operatorAddress.bytes, &context)
        else {
            throw .sdk(.logic, "no rewards record of \(operatorAddress.operatorText)")
        }
        return found
    }

    /// Ends the running period and returns its number. What it earned with nobody staking goes to
    /// the community pool.
    func endPeriod(
        of validator: ValidatorView, _ context: inout Context
    ) throws(Failure) -> UInt64 {
        let address = validator.operatorAddress
        var current = try current(address, &context)
        var ratio: [DecimalCoin] = []
        if validator.tokens == .zero {
            var outstanding =
                try DistributionKeys.outstanding.get(address.bytes, &context)
                ?? OutstandingRewards()
            outstanding.rewards =
                try outstanding.rewards.subtracting(current.rewards) ?? []
            try DistributionKeys.outstanding.set(address.bytes, outstanding, &context)
            try addToPool(current.rewards, &context)
        } else {
            ratio = try current.rewards.divided(by: Decimal(validator.tokens))
        }
        let period = current.period
        let before = try historical(address, period - 1, &context).cumulativeRatio
        try release(address, period - 1, &context)
        var ended = HistoricalRewards()
        ended.cumulativeRatio = try before.adding(ratio)
        ended.referenceCount = 1
        try DistributionKeys.historical.set(
            DistributionKeys.period(address, period), ended, &context)
        current.rewards = []
        current.period = period + 1
        try DistributionKeys.current.set(address.bytes, current, &context)
        return period
    }

    func historical(
        _ operatorAddress: Address, _ period: UInt64, _ context: inout Context
    ) throws(Failure) -> HistoricalRewards {
        let key = DistributionKeys.period(operatorAddress, period)
        guard let found = try DistributionKeys.historical.get(key, &context) else {
            throw .sdk(.logic, "no period \(period) of \(operatorAddress.operatorText)")
        }
        return found
    }

    /// One more record needs the period.
    func retain(
        _ operatorAddress: Address, _ period: UInt64, _ context: inout Context
    ) throws(Failure) {
        var record = try historical(operatorAddress, period, &context)
        let (count, overflow) = record.referenceCount.addingReportingOverflow(1)
        guard !overflow else { throw .sdk(.logic, "too many records of period \(period)") }
        record.referenceCount = count
        try DistributionKeys.historical.set(
            DistributionKeys.period(operatorAddress, period), record, &context)
    }

    /// One record less needs the period; the last one removes it.
    func release(
        _ operatorAddress: Address, _ period: UInt64, _ context: inout Context
    ) throws(Failure) {
        let key = DistributionKeys.period(operatorAddress, period)
        var record = try historical(operatorAddress, period, &context)
        guard record.referenceCount > 1 else {
            try DistributionKeys.historical.remove(key, &context)
            return
        }
        record.referenceCount -= 1
        try DistributionKeys.historical.set(key, record, &context)
    }

    // MARK: Delegators

    /// Begins to count for a delegator, from the end of the last period on.
    func begin(
        _ delegator: Address, with validator: ValidatorView, _ context: inout Context
    ) throws(Failure) {
        let address = validator.operatorAddress
        let previous = try current(address, &context).period - 1
        try retain(address, previous, &context)
        let shares =
            try validators.delegationShares(of: delegator, with: address, &context) ?? .zero
        var info = StartingInfo()
        info.previousPeriod = previous
        info.stake = try validator.tokens(for: shares)
        info.height = UInt64(clamping: context.block.height)
        try DistributionKeys.starts.set(
            address.keyBytes + delegator.keyBytes, info, &context)
    }

    /// What a delegator has earned up to the end of `period`. Slashes in between cut its stake.
    func rewards(
        of delegator: Address, with validator: ValidatorView, through period: UInt64,
        _ context: inout Context
    ) throws(Failure) -> [DecimalCoin] {
        let address = validator.operatorAddress
        guard
            let info = try DistributionKeys.starts.get(
                address.keyBytes + delegator.keyBytes, &context)
        else { throw .distribution(.delegationNotFound) }
        guard info.height < UInt64(clamping: context.block.height) else { return [] }
        var start = info.previousPeriod
        var stake = info.stake
        var total: [DecimalCoin] = []
        var cuts: [SlashEvent] = []
        try DistributionKeys.slashes.forEach(keyPrefix: address.keyBytes, &context) {
            (key, event) throws(Failure) in
            var reader = KeyReader(key)
            _ = try reader.address()
            if try reader.number() >= info.height { cuts.append(event) }
        }
        for cut in cuts where cut.validatorPeriod > start && cut.validatorPeriod <= period {
            total = try total.adding(
                try earned(address, from: start, through: cut.validatorPeriod, stake, &context))
            stake = try stake.multiplied(
                by: Decimal.one.subtractingClamped(cut.fraction), rounding: .down)
            start = cut.validatorPeriod
        }
        // Rounding may leave a stake a little above what the shares are worth now.
        let shares =
            try validators.delegationShares(of: delegator, with: address, &context) ?? .zero
        stake = min(stake, try validator.tokens(for: shares))
        return try total.adding(
            try earned(address, from: start, through: period, stake, &context))
    }

    private func earned(
        _ operatorAddress: Address, from start: UInt64, through end: UInt64, _ stake: Decimal,
        _ context: inout Context
    ) throws(Failure) -> [DecimalCoin] {
        let first = try historical(operatorAddress, start, &context).cumulativeRatio
        let last = try historical(operatorAddress, end, &context).cumulativeRatio
        guard let difference = try last.subtracting(first) else {
            throw .sdk(.logic, "rewards of \(operatorAddress.operatorText) went down")
        }
        return try difference.multiplied(by: stake)
    }

    /// Pays a delegator and stops counting for it. Returns what was paid.
    func settle(
        _ delegator: Address, with validator: ValidatorView, _ context: inout Context
    ) throws(Failure) -> [Coin] {
        let address = validator.operatorAddress
        let key = address.keyBytes + delegator.keyBytes
        guard let info = try DistributionKeys.starts.get(key, &context) else {
            throw .distribution(.delegationNotFound)
        }
        let period = try endPeriod(of: validator, &context)
        let earned = try rewards(of: delegator, with: validator, through: period, &context)
        var outstanding =
            try DistributionKeys.outstanding.get(address.bytes, &context)
            ?? OutstandingRewards()
        // Rounding may leave a little less than the sum of what is earned.
        let rewards = earned.intersection(outstanding.rewards)
        let (coins, change) = try rewards.truncated()
        if !coins.isEmpty {
            let recipient = try withdrawAddress(of: delegator, &context)
            try bank.move(coins, from: Distribution.account, to: recipient, &context)
        }
        outstanding.rewards = try outstanding.rewards.subtracting(rewards) ?? []
        try DistributionKeys.outstanding.set(address.bytes, outstanding, &context)
        try addToPool(change, &context)
        try release(address, info.previousPeriod, &context)
        try DistributionKeys.starts.remove(key, &context)
        context.emit(
            "withdraw_rewards",
            [
                "amount": coins.coinsText, "validator": address.operatorText,
                "delegator": delegator.description,
            ])
        return coins
    }

    /// Where the rewards of a delegator go.
    func withdrawAddress(
        of delegator: Address, _ context: inout Context
    ) throws(Failure) -> Address {
        guard let stored = try DistributionKeys.withdrawAddresses.get(delegator.bytes, &context)
        else { return delegator }
        return try Address.parse(stored.value)
    }
}
