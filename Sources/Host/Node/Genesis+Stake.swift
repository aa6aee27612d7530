// The genesis of a chain whose validators have stake. Their coins lie in staking's account of
// bonded stake from the start; each operator is its validator's only delegator.

import Base
import Blocks
public import Cryptography
public import Ledger
import StakingModule
public import Wire

/// A validator that a genesis starts with.
public struct GenesisValidator: Sendable {
    /// Consensus key.
    public var key: Ed25519.PublicKey
    /// Account of the operator.
    public var operatorAddress: Address
    /// Stake, in base units; a million is one of voting power.
    public var stake: Amount
    /// Name.
    public var moniker: String

    /// Describes a validator. Without an account of its own, the operator is the address of the
    /// key, which nobody can sign for: its rewards are out of reach.
    public init(
        key: Ed25519.PublicKey, operatorAddress: Address? = nil, stake: Amount,
        moniker: String = "aivm"
    ) {
        self.key = key
        self.operatorAddress = operatorAddress ?? .consensus(key)
        self.stake = stake
        self.moniker = moniker
    }
}

extension Genesis {
    /// Denomination of stake in a genesis made here.
    public static let denomination = "ucgpt"

    /// Stake of a validator where nothing else is said: a million CGPT.
    public static let usualStake = Amount(1_000_000_000_000)

    /// The genesis of a chain with one validator, whose operator is the first account with coins.
    public static func singleValidator(
        chainID: String, key: Ed25519.PublicKey, time: Timestamp,
        balances: [(address: Address, coin: Coin)]
    ) -> Genesis {
        Genesis(
            chainID: chainID, time: time,
            staked: [
                GenesisValidator(
                    key: key, operatorAddress: balances.first?.address, stake: usualStake)
            ], balances: balances)
    }

    /// The genesis of a chain whose validators have stake.
    ///
    /// - Parameters:
    ///   - staked: the first validators; keys and operators must differ.
    ///   - balances: coins that accounts start with, besides the stake.
    public init(
        chainID: String, time: Timestamp, staked: [GenesisValidator],
        balances: [(address: Address, coin: Coin)]
    ) {
        let total = staked.reduce(UInt128(0)) { $0 + $1.stake.units }
        var entries = balances.map { Genesis.balance($0.address, $0.coin) }
        entries.append(
            Genesis.balance(Staking.bondedPool, Coin(Amount(total), Genesis.denomination)))
        self.init(
            time: time, chainID: chainID,
            validators: staked.map {
                Blocks.Validator($0.key, votingPower: Int64(clamping: $0.stake.units / 1_000_000))
            },
            appState: .object([
                "bank": .object(["balances": .array(entries)]),
                "staking": .object([
                    "validators": .array(staked.map { Genesis.validator($0, time) }),
                    "delegations": .array(staked.map { Genesis.delegation($0) }),
                ]),
            ]))
    }

    private static func balance(_ address: Address, _ coin: Coin) -> JSONValue {
        .object([
            "address": .string(address.description),
            "coins": .array([
                .object(["denom": .string(coin.denom), "amount": .string(coin.amount)])
            ]),
        ])
    }

    private static func validator(_ validator: GenesisValidator, _ time: Timestamp) -> JSONValue {
        .object([
            "operator_address": .string(validator.operatorAddress.operatorText),
            "consensus_pubkey": .object([
                "@type": .string(Ed25519KeyMessage.typeURL),
                "key": .string(validator.key.bytes.base64),
            ]),
            "status": .string(BondStatus.bonded.wireLabel),
            "tokens": .string(validator.stake.description),
            "delegator_shares": .string(Decimal(validator.stake).description),
            "description": .object(["moniker": .string(validator.moniker)]),
            "commission": .object([
                "commission_rates": .object([
                    "rate": .string(Decimal(percent: 10).description),
                    "max_rate": .string(Decimal(percent: 20).description),
                    "max_change_rate": .string(Decimal(percent: 1).description),
                ]),
                "update_time": .string(time.text),
            ]),
            "min_self_delegation": "1",
        ])
    }

    private static func delegation(_ validator: GenesisValidator) -> JSONValue {
        .object([
            "delegator_address": .string(validator.operatorAddress.description),
            "validator_address": .string(validator.operatorAddress.operatorText),
            "shares": .string(Decimal(validator.stake).description),
        ])
    }
}
