// The end of a block: the strongest validators form the set, and what has waited long enough is
// free. Source: cosmos-sdk x/staking/keeper/val_state_change.go.

import Base
import Cryptography
import Ledger
import Wire

extension Staking {
    /// Chooses the set: validators that are not jailed, by power, at most so many as the parameters
    /// allow. Returns what changes, ascending by operator.
    ///
    /// An engine cannot go on without validators: when nobody is left, the last set stays until
    /// somebody can take over.
    func updateValidatorSet(_ context: inout Context) throws(Failure) -> [ValidatorUpdate] {
        let chosen = try strongest(&context)
        guard !chosen.isEmpty else { return [] }
        var last = try StakingKeys.lastPowers.entries(limit: .max, &context)
        var updates: [(address: Address, update: ValidatorUpdate)] = []
        for address in chosen.sorted() {
            var validator = try get(address, &context)
            if validator.status != .bonded { validator = try bond(validator, &context) }
            let index = last.firstIndex { $0.key == address.bytes }
            let oldPower = index.map { last[$0].value.value }
            if let index { last.remove(at: index) }
            let power = validator.power
            guard oldPower != UInt64(clamping: power) else { continue }
            updates.append(
                (address, ValidatorUpdate(publicKey: try validator.key().bytes, power: power)))
            try StakingKeys.lastPowers.set(
                address.bytes, StoredNumber(UInt64(clamping: power)), &context)
        }
        for entry in last {
            guard let address = Address(entry.key) else { continue }
            let validator = try get(address, &context)
            updates.append(
                (address, ValidatorUpdate(publicKey: try validator.key().bytes, power: 0)))
            try StakingKeys.lastPowers.remove(entry.key, &context)
            try beginUnbonding(validator, &context)
        }
        return updates.sorted { $0.address < $1.address }.map(\.update)
    }

    /// The operators with the most power, strongest first; those without any are left out.
    private func strongest(_ context: inout Context) throws(Failure) -> [Address] {
        let limit = Int(try parameters(&context).maximumValidators)
        let entries = try StakingKeys.byPower.entries(limit: limit, reverse: true, &context)
        var chosen: [Address] = []
        for entry in entries where entry.key.prefix(8).contains(where: { $0 != 0 }) {
            chosen.append(try entry.value.address())
        }
        return chosen
    }

    private func bond(
        _ old: Validator, _ context: inout Context
    ) throws(Failure) -> Validator {
        var validator = old
        if old.status == .unbonding { try dequeue(old, &context) }
        validator.status = .bonded
        validator.unbondingHeight = 0
        validator.unbondingTime = Timestamp()
        try store(validator, replacing: old, &context)
        try move(old.tokens, from: pool(old.status), to: Staking.bondedPool, &context)
        let view = try validator.view()
        for hook in hooks { try hook.didBondValidator(view, &context) }
        return validator
    }

    private func beginUnbonding(_ old: Validator, _ context: inout Context) throws(Failure) {
        var validator = old
        validator.status = .unbonding
        validator.unbondingHeight = context.block.height
        validator.unbondingTime = context.block.time.advancedClamped(
            by: try parameters(&context).unbondingTime)
        try store(validator, replacing: old, &context)
        try move(old.tokens, from: Staking.bondedPool, to: Staking.notBondedPool, &context)
        try StakingKeys.validatorQueue.set(
            validator.unbondingTime.keyBytes + (try old.address()).keyBytes, StoredNumber(0),
            &context)
    }

    private func dequeue(_ validator: Validator, _ context: inout Context) throws(Failure) {
        try StakingKeys.validatorQueue.remove(
            validator.unbondingTime.keyBytes + (try validator.address()).keyBytes, &context)
    }

    /// Validators that left the set long enough ago are unbonded; empty ones are removed.
    func unbondMatureValidators(_ context: inout Context) throws(Failure) {
        for key in try mature(StakingKeys.validatorQueue, &context) {
            var reader = KeyReader(key)
            _ = try reader.time()
            let old = try get(try reader.address(), &context)
            try StakingKeys.validatorQueue.remove(key, &context)
            var validator = old
            validator.status = .unbonded
            try store(validator, replacing: old, &context)
            if validator.delegatorShares == .zero { try remove(validator, &context) }
        }
    }

    /// Stake that unbonded long enough goes back to its delegators.
    func completeUnbonding(_ context: inout Context) throws(Failure) {
        for key in try mature(StakingKeys.unbondingQueue, &context) {
            var reader = KeyReader(key)
            _ = try reader.time()
            let delegator = try reader.address()
            let operatorAddress = try reader.address()
            try StakingKeys.unbondingQueue.remove(key, &context)
            let pair = StakingKeys.pair(delegator, operatorAddress)
            guard var unbonding = try StakingKeys.unbonding.get(pair, &context) else { continue }
            let now = context.block.time
            var amount = Amount.zero
            for entry in unbonding.entries where entry.completionTime <= now {
                amount = try amount.adding(entry.balance)
            }
            unbonding.entries.removeAll { $0.completionTime <= now }
            try store(unbonding, delegator, operatorAddress, &context)
            // Entries that were cancelled or slashed away leave nothing to complete.
            guard amount > .zero else { continue }
            try move(amount, from: Staking.notBondedPool, to: delegator, &context)
            let text = try coinText(amount, &context)
            context.emit(
                "complete_unbonding",
                [
                    "amount": text,
                    "validator": operatorAddress.operatorText,
                    "delegator": delegator.description,
                ])
        }
    }

    /// Stake that moved long enough ago answers for its new validator only.
    func completeRedelegations(_ context: inout Context) throws(Failure) {
        for key in try mature(StakingKeys.redelegationQueue, &context) {
            var reader = KeyReader(key)
            _ = try reader.time()
            let delegator = try reader.address()
            let source = try reader.address()
            let destination = try reader.address()
            try StakingKeys.redelegationQueue.remove(key, &context)
            let triple = StakingKeys.triple(delegator, source, destination)
            guard var record = try StakingKeys.redelegations.get(triple, &context) else {
                continue
            }
            let now = context.block.time
            var amount = Amount.zero
            for entry in record.entries where entry.completionTime <= now {
                amount = try amount.adding(entry.initialBalance)
            }
            record.entries.removeAll { $0.completionTime <= now }
            if record.entries.isEmpty {
                try StakingKeys.redelegations.remove(triple, &context)
                try StakingKeys.redelegationsFrom.remove(
                    StakingKeys.triple(source, delegator, destination), &context)
            } else {
                try StakingKeys.redelegations.set(triple, record, &context)
            }
            let text = try coinText(amount, &context)
            context.emit(
                "complete_redelegation",
                [
                    "amount": text,
                    "delegator": delegator.description,
                    "source_validator": source.operatorText,
                    "destination_validator": destination.operatorText,
                ])
        }
    }

    /// The keys of a queue whose time has come.
    private func mature(
        _ queue: StateMap<StoredNumber>, _ context: inout Context
    ) throws(Failure) -> [Bytes] {
        let now = context.block.time.keyBytes
        var keys: [Bytes] = []
        var start = Bytes()
        while true {
            let step = 200
            let entries = try queue.entries(from: start, limit: step, &context)
            for entry in entries {
                guard !now.lexicographicallyPrecedes(entry.key.prefix(12)) else { return keys }
                keys.append(entry.key)
            }
            guard entries.count == step, let last = entries.last else { return keys }
            start = last.key + [0]
        }
    }

    /// Stake as text with its denomination.
    func coinText(_ amount: Amount, _ context: inout Context) throws(Failure) -> String {
        Coin(amount, try parameters(&context).bondDenomination).text
    }
}
