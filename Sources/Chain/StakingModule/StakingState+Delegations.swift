// Delegating and taking back. Both change shares between the same two hooks, so that rewards up to
// that moment are settled with the old shares. Source: cosmos-sdk x/staking/keeper/delegation.go.

import Cryptography
import Ledger
import Wire

/// Where stake comes from.
enum StakeSource {
    /// The delegator's own balance.
    case balance(Address)
    /// One of the two accounts of stake.
    case pool(Address)

    var address: Address {
        switch self {
        case .balance(let address), .pool(let address): address
        }
    }
}

extension Staking {
    /// Puts `amount` behind a validator and returns the new shares.
    @discardableResult
    func delegate(
        _ amount: Amount, of delegator: Address, from source: StakeSource,
        to validator: Validator, _ context: inout Context
    ) throws(Failure) -> Decimal {
        guard !validator.hasInvalidExchangeRate else { throw .staking(.invalidExchangeRate) }
        if case .balance = source { try checkTotalPower(adding: amount, &context) }
        let operatorAddress = try validator.address()
        let key = StakingKeys.pair(delegator, operatorAddress)
        let old = try StakingKeys.delegations.get(key, &context)
        let view = try validator.view()
        for hook in hooks {
            try hook.willChangeDelegation(
                of: delegator, with: view, isNew: old == nil, &context)
        }
        try move(amount, from: source.address, to: pool(validator.status), &context)
        var changed = validator
        let issued = try changed.add(amount)
        guard issued > .zero else {
            throw .sdk(.invalidRequest, "the amount is too small for a share")
        }
        try store(changed, replacing: validator, &context)
        let shares = try (old?.shares ?? .zero).adding(issued)
        try StakingKeys.delegations.set(
            key, Delegation(delegator, operatorAddress, shares), &context)
        if old == nil {
            try StakingKeys.delegators.set(
                StakingKeys.pair(operatorAddress, delegator), StoredBytes(delegator), &context)
        }
        let after = try changed.view()
        for hook in hooks { try hook.didChangeDelegation(of: delegator, with: after, &context) }
        return issued
    }

    /// Takes `shares` of a delegation away and returns the stake they were worth, which stays in
    /// the pool of the validator's status. A validator whose operator falls below its own minimum
    /// is jailed; one that is unbonded and empty is removed.
    func unbond(
        _ shares: Decimal, of delegator: Address, from operatorAddress: Address,
        _ context: inout Context
    ) throws(Failure) -> Amount {
        let key = StakingKeys.pair(delegator, operatorAddress)
        guard let delegation = try StakingKeys.delegations.get(key, &context) else {
            throw .staking(.delegatorHasNone)
        }
        guard let rest = delegation.shares.subtracting(shares) else {
            throw .staking(.notEnoughShares, "\(delegation.shares)")
        }
        var validator = try get(operatorAddress, &context)
        let before = try validator.view()
        for hook in hooks {
            try hook.willChangeDelegation(of: delegator, with: before, isNew: false, &context)
        }
        let old = validator
        if delegator == operatorAddress, !validator.isJailed,
            try validator.tokens(for: rest).truncated() < validator.minimumSelfDelegation
        {
            validator.isJailed = true
        }
        let amount = try validator.remove(shares: shares)
        try store(validator, replacing: old, &context)
        if rest == .zero {
            try StakingKeys.delegations.remove(key, &context)
            try StakingKeys.delegators.remove(
                StakingKeys.pair(operatorAddress, delegator), &context)
        } else {
            try StakingKeys.delegations.set(
                key, Delegation(delegator, operatorAddress, rest), &context)
            let after = try validator.view()
            for hook in hooks {
                try hook.didChangeDelegation(of: delegator, with: after, &context)
            }
        }
        if validator.delegatorShares == .zero, validator.status == .unbonded {
            try remove(validator, &context)
        }
        return amount
    }

    /// The shares of a delegation that `amount` asks for: never more than it has.
    func sharesToUnbond(
        _ amount: Amount, of delegator: Address, from validator: Validator,
        _ context: inout Context
    ) throws(Failure) -> Decimal {
        let address = try validator.address()
        guard let own = try delegationShares(of: delegator, with: address, &context) else {
            throw .staking(.delegationNotFound)
        }
        let shares = try validator.shares(for: amount)
        guard shares <= own else {
            throw .sdk(.invalidRequest, "invalid shares amount")
        }
        // What rounding would leave behind, worth less than one unit, goes with the rest.
        let whole = try validator.tokens(for: own).truncated()
        return whole == amount ? own : shares
    }

    // MARK: Unbonding

    /// Begins to unbond `shares`; returns when they are free, and their stake.
    func undelegate(
        _ shares: Decimal, of delegator: Address, from operatorAddress: Address,
        _ context: inout Context
    ) throws(Failure) -> (time: Timestamp, amount: Amount) {
        let parameters = try parameters(&context)
        let key = StakingKeys.pair(delegator, operatorAddress)
        var unbonding = try StakingKeys.unbonding.get(key, &context) ?? UnbondingDelegation()
        guard unbonding.entries.count < parameters.maximumEntries else {
            throw .staking(.tooManyUnbondingEntries)
        }
        let status = try get(operatorAddress, &context).status
        let amount = try unbond(shares, of: delegator, from: operatorAddress, &context)
        try move(amount, from: pool(status), to: Staking.notBondedPool, &context)

        var entry = UnbondingEntry()
        entry.creationHeight = context.block.height
        entry.completionTime = context.block.time.advancedClamped(by: parameters.unbondingTime)
        entry.initialBalance = amount
        entry.balance = amount
        entry.unbondingID = try takeUnbondingID(&context)
        unbonding.delegatorAddress = delegator.description
        unbonding.validatorAddress = operatorAddress.operatorText
        unbonding.entries.append(entry)
        try StakingKeys.unbonding.set(key, unbonding, &context)
        try StakingKeys.unbondingDelegators.set(
            StakingKeys.pair(operatorAddress, delegator), StoredBytes(delegator), &context)
        try StakingKeys.unbondingQueue.set(
            entry.completionTime.keyBytes + key, StoredNumber(0), &context)
        return (entry.completionTime, amount)
    }

    /// Stores what is left of an unbonding delegation.
    func store(
        _ unbonding: UnbondingDelegation, _ delegator: Address, _ operatorAddress: Address,
        _ context: inout Context
    ) throws(Failure) {
        let key = StakingKeys.pair(delegator, operatorAddress)
        guard unbonding.entries.isEmpty else {
            try StakingKeys.unbonding.set(key, unbonding, &context)
            return
        }
        try StakingKeys.unbonding.remove(key, &context)
        try StakingKeys.unbondingDelegators.remove(
            StakingKeys.pair(operatorAddress, delegator), &context)
    }

    // MARK: Redelegation

    /// Moves `shares` from one validator to another; returns until when the stake answers for both,
    /// or `nil` when the first was unbonded and it answers for the second only.
    func redelegate(
        _ shares: Decimal, of delegator: Address, from source: Address, to destination: Address,
        _ context: inout Context
    ) throws(Failure) -> Timestamp? {
        guard source != destination else { throw .staking(.selfRedelegation) }
        guard try find(destination, &context) != nil else {
            throw .staking(.redelegationTargetNotFound)
        }
        let validator = try get(source, &context)
        let parameters = try parameters(&context)
        guard try !isReceiving(delegator, source, &context) else {
            throw .staking(.transitiveRedelegation)
        }
        let key = StakingKeys.triple(delegator, source, destination)
        var record = try StakingKeys.redelegations.get(key, &context) ?? Redelegation()
        guard record.entries.count < parameters.maximumEntries else {
            throw .staking(.tooManyRedelegationEntries)
        }
        let amount = try unbond(shares, of: delegator, from: source, &context)
        guard amount > .zero else { throw .staking(.tinyRedelegation) }
        let issued = try delegate(
            amount, of: delegator, from: .pool(pool(validator.status)),
            to: try get(destination, &context), &context)

        var entry = RedelegationEntry()
        switch validator.status {
        case .unbonded, .unspecified: return nil
        case .bonded:
            entry.creationHeight = context.block.height
            entry.completionTime =
                context.block.time.advancedClamped(by: parameters.unbondingTime)
        case .unbonding:
            entry.creationHeight = validator.unbondingHeight
            entry.completionTime = validator.unbondingTime
        }
        entry.initialBalance = amount
        entry.destinationShares = issued
        entry.unbondingID = try takeUnbondingID(&context)
        record.delegatorAddress = delegator.description
        record.sourceAddress = source.operatorText
        record.destinationAddress = destination.operatorText
        record.entries.append(entry)
        try StakingKeys.redelegations.set(key, record, &context)
        try StakingKeys.redelegationsFrom.set(
            StakingKeys.triple(source, delegator, destination), StoredNumber(0), &context)
        try StakingKeys.redelegationQueue.set(
            entry.completionTime.keyBytes + key, StoredNumber(0), &context)
        return entry.completionTime
    }

    /// Whether stake that `delegator` moved to an operator still answers for another.
    private func isReceiving(
        _ delegator: Address, _ operatorAddress: Address, _ context: inout Context
    ) throws(Failure) -> Bool {
        var found = false
        try StakingKeys.redelegations.forEach(keyPrefix: delegator.keyBytes, &context) {
            (_, record) throws(Failure) in
            if record.destinationAddress == operatorAddress.operatorText { found = true }
        }
        return found
    }
}
