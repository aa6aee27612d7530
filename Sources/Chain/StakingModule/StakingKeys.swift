// Where stake lies in the store `staking`. The README draws the layout.

import Base
import Cryptography
import Ledger

/// The typed keys of the store `staking`.
enum StakingKeys {
    /// The parameters.
    static let parameters = StateItem<StakingParameters>(Staking.name, prefix: 0x00)
    /// Validators by operator.
    static let validators = StateMap<Validator>(Staking.name, prefix: 0x01)
    /// Operators by consensus address: the operator's bytes.
    static let operators = StateMap<StoredBytes>(Staking.name, prefix: 0x02)
    /// Operators of validators that are not jailed, by power, strongest last.
    static let byPower = StateMap<StoredBytes>(Staking.name, prefix: 0x03)
    /// Power of each validator in the set, by operator.
    static let lastPowers = StateMap<StoredNumber>(Staking.name, prefix: 0x04)
    /// Delegations by delegator and operator.
    static let delegations = StateMap<Delegation>(Staking.name, prefix: 0x05)
    /// Delegators by operator and delegator.
    static let delegators = StateMap<StoredBytes>(Staking.name, prefix: 0x06)
    /// Unbonding delegations by delegator and operator.
    static let unbonding = StateMap<UnbondingDelegation>(Staking.name, prefix: 0x07)
    /// Delegators with unbonding delegations, by operator and delegator.
    static let unbondingDelegators = StateMap<StoredBytes>(Staking.name, prefix: 0x08)
    /// When unbonding delegations become free: time, delegator, operator.
    static let unbondingQueue = StateMap<StoredNumber>(Staking.name, prefix: 0x09)
    /// Redelegations by delegator, source and destination.
    static let redelegations = StateMap<Redelegation>(Staking.name, prefix: 0x0A)
    /// Redelegations from an operator: source, delegator, destination.
    static let redelegationsFrom = StateMap<StoredNumber>(Staking.name, prefix: 0x0B)
    /// When redelegations end: time, delegator, source, destination.
    static let redelegationQueue = StateMap<StoredNumber>(Staking.name, prefix: 0x0C)
    /// When validators become unbonded: time, operator.
    static let validatorQueue = StateMap<StoredNumber>(Staking.name, prefix: 0x0D)
    /// The number of the next entry that unbonds.
    static let nextUnbondingID = StateItem<StoredNumber>(Staking.name, prefix: 0x0E)

    /// Two addresses in a row.
    static func pair(_ first: Address, _ second: Address) -> Bytes {
        first.keyBytes + second.keyBytes
    }

    /// Three addresses in a row.
    static func triple(_ first: Address, _ second: Address, _ third: Address) -> Bytes {
        first.keyBytes + second.keyBytes + third.keyBytes
    }

    /// Power, then the operator with all bits flipped: read backwards, equal powers come in
    /// ascending order of operator.
    static func power(_ power: Int64, _ operatorAddress: Address) -> Bytes {
        UInt64(clamping: power).keyBytes + operatorAddress.bytes.map { ~$0 }
    }
}

extension StoredBytes {
    /// The stored form of an address.
    init(_ address: Address) { self.init(address.bytes) }

    /// The address. Only this module writes it.
    func address() throws(Failure) -> Address {
        guard let address = Address(value) else {
            throw .storage(StorageFailure("a stored address is empty"))
        }
        return address
    }
}
