// Validators in state: each change keeps the index by power right. All stake lies in two accounts;
// a move between them follows the status of its validator.

import Base
public import Cryptography
public import Ledger
import Wire

extension Staking {
    // MARK: Validators

    /// The validator of `operatorAddress`, or `nil`.
    func find(
        _ operatorAddress: Address, _ context: inout Context
    ) throws(Failure) -> Validator? {
        try StakingKeys.validators.get(operatorAddress.bytes, &context)
    }

    /// The validator of `operatorAddress`; refused when there is none.
    func get(_ operatorAddress: Address, _ context: inout Context) throws(Failure) -> Validator {
        guard let validator = try find(operatorAddress, &context) else {
            throw .staking(.validatorNotFound, operatorAddress.operatorText)
        }
        return validator
    }

    /// Stores `validator`, which was `old` before, and its place in the index by power.
    func store(
        _ validator: Validator, replacing old: Validator?, _ context: inout Context
    ) throws(Failure) {
        let address = try validator.address()
        let oldKey = try old.flatMap { (old) throws(Failure) in try indexKey(old) }
        let newKey = try indexKey(validator)
        if oldKey != newKey {
            if let oldKey { try StakingKeys.byPower.remove(oldKey, &context) }
            if let newKey {
                try StakingKeys.byPower.set(newKey, StoredBytes(address), &context)
            }
        }
        try StakingKeys.validators.set(address.bytes, validator, &context)
    }

    /// The key in the index by power; jailed validators have none.
    private func indexKey(_ validator: Validator) throws(Failure) -> Bytes? {
        validator.isJailed
            ? nil : StakingKeys.power(validator.power, try validator.address())
    }

    /// Removes a validator that is unbonded and has no shares left.
    func remove(_ validator: Validator, _ context: inout Context) throws(Failure) {
        let address = try validator.address()
        guard validator.delegatorShares == .zero, validator.tokens == .zero else {
            throw .sdk(.logic, "validator \(address.operatorText) still has stake")
        }
        if let key = try indexKey(validator) { try StakingKeys.byPower.remove(key, &context) }
        try StakingKeys.validators.remove(address.bytes, &context)
        try StakingKeys.operators.remove(
            Address.consensus(try validator.key()).bytes, &context)
        for hook in hooks { try hook.didRemoveValidator(try validator.view(), &context) }
    }

    // MARK: Stake

    /// The account that holds the stake of a validator with `status`.
    func pool(_ status: BondStatus) -> Address {
        status == .bonded ? Staking.bondedPool : Staking.notBondedPool
    }

    /// Moves stake between two accounts; nothing to move is no move.
    func move(
        _ amount: Amount, from sender: Address, to recipient: Address, _ context: inout Context
    ) throws(Failure) {
        guard amount > .zero, sender != recipient else { return }
        let denom = try parameters(&context).bondDenomination
        try bank.move([Coin(amount, denom)], from: sender, to: recipient, &context)
    }

    /// Burns stake that was slashed.
    func burn(
        _ amount: Amount, from pool: Address, _ context: inout Context
    ) throws(Failure) {
        guard amount > .zero else { return }
        let denom = try parameters(&context).bondDenomination
        try bank.burn([Coin(amount, denom)], from: pool, &context)
    }

    /// Refuses stake by which all voting power together would pass what an engine can count.
    func checkTotalPower(adding amount: Amount, _ context: inout Context) throws(Failure) {
        let denom = try parameters(&context).bondDenomination
        let bonded = try bank.balance(of: Staking.bondedPool, denom: denom, &context)
        let notBonded = try bank.balance(of: Staking.notBondedPool, denom: denom, &context)
        let total = try bonded.adding(notBonded).adding(amount)
        guard total.units / powerReduction <= maximumTotalPower else {
            throw .sdk(.invalidRequest, "total stake would be more than consensus can count")
        }
    }

    /// The number of the next entry that unbonds.
    func takeUnbondingID(_ context: inout Context) throws(Failure) -> UInt64 {
        let next = try StakingKeys.nextUnbondingID.get(&context)?.value ?? 1
        let (after, overflow) = next.addingReportingOverflow(1)
        guard !overflow else { throw .sdk(.logic, "unbonding numbers are used up") }
        try StakingKeys.nextUnbondingID.set(StoredNumber(after), &context)
        return next
    }
}

extension Staking: ValidatorReading {
    public func validator(
        operator address: Address, _ context: inout Context
    ) throws(Failure) -> ValidatorView? {
        try find(address, &context).map { (validator) throws(Failure) in try validator.view() }
    }

    public func validator(
        consensus address: Address, _ context: inout Context
    ) throws(Failure) -> ValidatorView? {
        guard let stored = try StakingKeys.operators.get(address.bytes, &context) else {
            return nil
        }
        return try validator(operator: try stored.address(), &context)
    }

    public func delegationShares(
        of delegator: Address, with operatorAddress: Address, _ context: inout Context
    ) throws(Failure) -> Decimal? {
        try StakingKeys.delegations.get(
            StakingKeys.pair(delegator, operatorAddress), &context)?.shares
    }

    public func delegatedOperators(
        of delegator: Address, limit: Int, _ context: inout Context
    ) throws(Failure) -> [Address] {
        let found = try StakingKeys.delegations.entries(
            keyPrefix: delegator.keyBytes, limit: limit, &context)
        return try found.map { (entry) throws(Failure) in
            try Address.parseOperator(entry.value.validatorAddress)
        }
    }

    public func bondDenomination(_ context: inout Context) throws(Failure) -> String {
        try parameters(&context).bondDenomination
    }

    public func bondedRatio(_ context: inout Context) throws(Failure) -> Decimal {
        let denom = try parameters(&context).bondDenomination
        let supply = try bank.supply(of: denom, &context)
        guard supply > .zero else { return .zero }
        return try Decimal(try bank.balance(of: Staking.bondedPool, denom: denom, &context))
            .divided(by: Decimal(supply), rounding: .down)
    }
}
