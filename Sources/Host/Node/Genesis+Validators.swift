// A genesis whose validators hold stake: what the signed messages of validators to be (`gentx`) make
// in the Cosmos SDK, written out.

import Blocks
import Client
public import Cryptography
import Foundation
import Ledger
public import Wire

/// A validator of a genesis.
public struct GenesisValidator: Sendable {
    /// Its name.
    public var name: String
    /// The key it votes with.
    public var key: Ed25519.PublicKey
    /// Who operates it.
    public var operatorAddress: Address
    /// What the operator stakes, in `ucgpt`; a million make one power.
    public var stake: UInt64
    /// What the operator has beside, in `ucgpt`.
    public var balance: UInt64

    /// Describes a validator.
    public init(
        name: String, key: Ed25519.PublicKey, operatorAddress: Address, stake: UInt64,
        balance: UInt64
    ) {
        self.name = name
        self.key = key
        self.operatorAddress = operatorAddress
        self.stake = stake
        self.balance = balance
    }
}

extension Genesis {
    /// Coins that make one unit of voting power.
    private static let coinsPerPower: UInt64 = 1_000_000

    /// The genesis of a chain whose first validators are `validators`, each with its operator's
    /// stake.
    public static func validators(
        _ validators: [GenesisValidator], chainID: String, time: Timestamp
    ) throws(NodeSetupError) -> Genesis {
        guard validators.allSatisfy({ $0.stake >= coinsPerPower }) else {
            throw .malformedFile("genesis.json", reason: "a validator stakes 1000000ucgpt at least")
        }
        let total = validators.reduce(0) { $0 + $1.stake }
        var balances = validators.map { balance($0.operatorAddress, $0.balance) }
        // The stake waits with those who are not bonded yet; the first set takes it from there.
        balances.append(balance(Address.module("not_bonded_tokens_pool"), total))
        let staking = JSONValue.object([
            "validators": .array(validators.map { validator($0, time) }),
            "delegations": .array(
                validators.map {
                    .object([
                        "delegator_address": .string($0.operatorAddress.bech32(prefix: "aivm")),
                        "validator_address": .string($0.operatorAddress.operatorText),
                        "shares": .string("\($0.stake).000000000000000000"),
                    ])
                }),
        ])
        return Genesis(
            time: time, chainID: chainID,
            validators: validators.map {
                Validator($0.key, votingPower: Int64($0.stake / coinsPerPower))
            },
            appState: .object([
                "bank": .object(["balances": .array(balances)]), "staking": staking,
            ]))
    }

    private static func balance(_ address: Address, _ amount: UInt64) -> JSONValue {
        .object([
            "address": .string(address.bech32(prefix: "aivm")),
            "coins": .array([
                .object(["denom": "ucgpt", "amount": .string(String(amount))])
            ]),
        ])
    }

    private static func validator(_ validator: GenesisValidator, _ time: Timestamp) -> JSONValue {
        .object([
            "operator_address": .string(validator.operatorAddress.operatorText),
            "consensus_pubkey": .object([
                "@type": "/cosmos.crypto.ed25519.PubKey",
                "key": CometJSON.base64(validator.key.bytes),
            ]),
            "status": "BOND_STATUS_UNBONDED", "tokens": .string(String(validator.stake)),
            "delegator_shares": .string("\(validator.stake).000000000000000000"),
            "description": .object(["moniker": .string(validator.name)]),
            "commission": .object([
                "commission_rates": .object([
                    "rate": "0.100000000000000000", "max_rate": "0.200000000000000000",
                    "max_change_rate": "0.010000000000000000",
                ]), "update_time": .string(time.text),
            ]),
            "min_self_delegation": "1",
        ])
    }
}
