// Slashing burns a part of the stake that was bonded when an offence happened: the validator's own,
// and what began to unbond or moved away since. Source: cosmos-sdk x/staking/keeper/slash.go.

import Base
public import Cryptography
public import Ledger
import Wire

extension Staking: ValidatorPunishing {
    public func slash(
        consensus address: Address, infractionHeight: Int64, power: Int64, fraction: Decimal,
        _ context: inout Context
    ) throws(Failure) {
        guard let stored = try StakingKeys.operators.get(address.bytes, &context) else { return }
        let operatorAddress = try stored.address()
        let validator = try get(operatorAddress, &context)
        guard validator.status != .unbonded, power >= 0 else { return }
        var remaining = try Decimal(Amount(UInt128(power) * powerReduction))
            .multiplied(by: fraction, rounding: .down).truncated()
        if infractionHeight < context.block.height {
            let unbonding = try slashUnbonding(
                operatorAddress, infractionHeight, fraction, &context)
            let moved = try slashRedelegations(
                operatorAddress, infractionHeight, fraction, &context)
            remaining = remaining.subtracting(try unbonding.adding(moved)) ?? .zero
        }
        try slash(operatorAddress, remaining, &context)
    }

    /// Burns up to `amount` of a validator's own stake.
    private func slash(
        _ operatorAddress: Address, _ amount: Amount, _ context: inout Context
    ) throws(Failure) {
        let old = try get(operatorAddress, &context)
        let burned = min(amount, old.tokens)
        guard burned > .zero else { return }
        let fraction = try Decimal(burned).divided(by: Decimal(old.tokens), rounding: .up)
        let view = try old.view()
        for hook in hooks {
            try hook.willSlashValidator(view, fraction: fraction, &context)
        }
        var validator = old
        validator.tokens = old.tokens.subtracting(burned) ?? .zero
        try store(validator, replacing: old, &context)
        try burn(burned, from: pool(validator.status), &context)
    }

    /// Slashes what began to unbond at or after the offence; returns what the offence costs of it.
    private func slashUnbonding(
        _ operatorAddress: Address, _ height: Int64, _ fraction: Decimal,
        _ context: inout Context
    ) throws(Failure) -> Amount {
        var delegators: [Address] = []
        try StakingKeys.unbondingDelegators.forEach(
            keyPrefix: operatorAddress.keyBytes, &context
        ) { (_, stored) throws(Failure) in delegators.append(try stored.address()) }
        var cost = Amount.zero
        var burned = Amount.zero
        for delegator in delegators {
            let key = StakingKeys.pair(delegator, operatorAddress)
            guard var unbonding = try StakingKeys.unbonding.get(key, &context) else { continue }
            for index in unbonding.entries.indices {
                let entry = unbonding.entries[index]
                guard entry.creationHeight >= height,
                    entry.completionTime > context.block.time
                else { continue }
                let share = try Decimal(entry.initialBalance)
                    .multiplied(by: fraction, rounding: .down).truncated()
                cost = try cost.adding(share)
                let taken = min(share, entry.balance)
                unbonding.entries[index].balance = entry.balance.subtracting(taken) ?? .zero
                burned = try burned.adding(taken)
            }
            try StakingKeys.unbonding.set(key, unbonding, &context)
        }
        try burn(burned, from: Staking.notBondedPool, &context)
        return cost
    }

    /// Slashes what moved to other validators at or after the offence.
    private func slashRedelegations(
        _ source: Address, _ height: Int64, _ fraction: Decimal, _ context: inout Context
    ) throws(Failure) -> Amount {
        var keys: [Bytes] = []
        try StakingKeys.redelegationsFrom.forEach(keyPrefix: source.keyBytes, &context) {
            (key, _) throws(Failure) in keys.append(key)
        }
        var cost = Amount.zero
        for key in keys {
            var reader = KeyReader(key)
            _ = try reader.address()
            let delegator = try reader.address()
            let destination = try reader.address()
            guard
                let record = try StakingKeys.redelegations.get(
                    StakingKeys.triple(delegator, source, destination), &context)
            else { continue }
            for entry in record.entries
            where entry.creationHeight >= height && entry.completionTime > context.block.time {
                let share = try Decimal(entry.initialBalance)
                    .multiplied(by: fraction, rounding: .down).truncated()
                cost = try cost.adding(share)
                try takeBack(entry, fraction, delegator, destination, &context)
            }
        }
        return cost
    }

    /// Burns the part of a moved stake, as far as the delegator still has it there.
    private func takeBack(
        _ entry: RedelegationEntry, _ fraction: Decimal, _ delegator: Address,
        _ destination: Address, _ context: inout Context
    ) throws(Failure) {
        let wanted = try entry.destinationShares.multiplied(by: fraction, rounding: .down)
        guard let own = try delegationShares(of: delegator, with: destination, &context) else {
            return
        }
        let shares = min(wanted, own)
        guard shares > .zero else { return }
        let status = try get(destination, &context).status
        let amount = try unbond(shares, of: delegator, from: destination, &context)
        try burn(amount, from: pool(status), &context)
    }

    public func jail(
        consensus address: Address, _ context: inout Context
    ) throws(Failure) {
        try setJailed(true, address, &context)
    }

    public func unjail(
        consensus address: Address, _ context: inout Context
    ) throws(Failure) {
        try setJailed(false, address, &context)
    }

    private func setJailed(
        _ isJailed: Bool, _ address: Address, _ context: inout Context
    ) throws(Failure) {
        guard let stored = try StakingKeys.operators.get(address.bytes, &context) else { return }
        let old = try get(try stored.address(), &context)
        guard old.isJailed != isJailed else { return }
        var validator = old
        validator.isJailed = isJailed
        try store(validator, replacing: old, &context)
    }
}
