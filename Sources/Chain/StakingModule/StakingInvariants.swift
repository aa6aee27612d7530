// What always holds of the store `staking`.

import Base
import Cryptography
public import Ledger
import Wire

extension Staking {
    public var invariants: [Invariant] {
        [
            Invariant("staking/pools") { (context) throws(Failure) in
                try checkPools(&context)
            },
            Invariant("staking/shares") { (context) throws(Failure) in
                try checkShares(&context)
            },
            Invariant("staking/power") { (context) throws(Failure) in
                try checkPowerIndex(&context)
            },
        ]
    }

    /// The two accounts hold exactly the stake of validators and of entries that unbond.
    private func checkPools(_ context: inout Context) throws(Failure) {
        var bonded = Amount.zero
        var notBonded = Amount.zero
        try StakingKeys.validators.forEach(&context) { (_, validator) throws(Failure) in
            if validator.status == .bonded {
                bonded = try bonded.adding(validator.tokens)
            } else {
                notBonded = try notBonded.adding(validator.tokens)
            }
        }
        try StakingKeys.unbonding.forEach(&context) { (_, record) throws(Failure) in
            for entry in record.entries { notBonded = try notBonded.adding(entry.balance) }
        }
        let denom = try parameters(&context).bondDenomination
        for (pool, sum) in [(Staking.bondedPool, bonded), (Staking.notBondedPool, notBonded)] {
            let balance = try bank.balance(of: pool, denom: denom, &context)
            guard balance == sum else {
                throw .sdk(.logic, "pool \(pool) holds \(balance), its stake is \(sum)")
            }
        }
    }

    /// The shares of a validator are those of its delegators, and both indexes name all of them.
    private func checkShares(_ context: inout Context) throws(Failure) {
        var validators: [Validator] = []
        try StakingKeys.validators.forEach(&context) { (_, validator) throws(Failure) in
            validators.append(validator)
        }
        var indexed = 0
        for validator in validators {
            let address = try validator.address()
            var delegators: [Address] = []
            try StakingKeys.delegators.forEach(keyPrefix: address.keyBytes, &context) {
                (_, stored) throws(Failure) in delegators.append(try stored.address())
            }
            var sum = Decimal.zero
            for delegator in delegators {
                let key = StakingKeys.pair(delegator, address)
                guard let found = try StakingKeys.delegations.get(key, &context),
                    found.shares > .zero
                else { throw .sdk(.logic, "an empty delegation of \(delegator)") }
                sum = try sum.adding(found.shares)
            }
            guard validator.delegatorShares == sum else {
                throw .sdk(
                    .logic,
                    "\(validator.operatorAddress) has \(validator.delegatorShares) shares, "
                        + "its delegators \(sum)")
            }
            indexed += delegators.count
        }
        var count = 0
        try StakingKeys.delegations.forEach(&context) { (_, _) throws(Failure) in count += 1 }
        guard count == indexed else {
            throw .sdk(.logic, "a delegation names a validator that does not exist")
        }
    }

    /// The index by power holds every validator that is not jailed, once, at its power.
    private func checkPowerIndex(_ context: inout Context) throws(Failure) {
        var keys: [Bytes] = []
        try StakingKeys.validators.forEach(&context) { (_, validator) throws(Failure) in
            guard !validator.isJailed else { return }
            keys.append(StakingKeys.power(validator.power, try validator.address()))
        }
        keys.sort { $0.lexicographicallyPrecedes($1) }
        var indexed: [Bytes] = []
        try StakingKeys.byPower.forEach(&context) { (key, _) throws(Failure) in
            indexed.append(key)
        }
        guard keys == indexed else { throw .sdk(.logic, "the index by power is wrong") }
    }
}
