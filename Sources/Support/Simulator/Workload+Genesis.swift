// How a simulated chain starts: users with coins, the first of them operators of validators. Times
// and windows are short, so that unbonding, downtime and jail happen within a simulation.

import AIModule
import Base
import Cryptography
public import Ledger
public import Wire

extension Workload {
    /// Number of users who operate validators.
    static let operatorCount = 4

    /// The key that the validator of a user votes with.
    func consensusKey(of user: Int) -> Bytes {
        let seed = SHA256.hash(signatories[user].address.bytes).bytes
        guard let key = Ed25519.PrivateKey(seed: seed) else {
            preconditionFailure("32 bytes are a seed")
        }
        return key.publicKey.bytes
    }

    /// The stake of an operator, in `ucgpt`.
    private func stake(of user: Int) -> UInt64 { UInt64(5 + user) * 1_000_000 }

    /// The first validators.
    public var validators: [ValidatorUpdate] {
        (0..<Workload.operatorCount).map {
            ValidatorUpdate(
                publicKey: consensusKey(of: $0), power: Int64(stake(of: $0) / 1_000_000))
        }
    }

    /// The `app_state` of the genesis.
    public var appState: JSONValue {
        let operators = 0..<Workload.operatorCount
        let total = operators.reduce(0) { $0 + stake(of: $1) }
        var balances = signatories.map { balance($0.text, 1_000_000_000_000) }
        // The stake waits with those who are not bonded yet.
        balances.append(
            balance(Address.module("not_bonded_tokens_pool").bech32(prefix: "aivm"), total))
        return .object([
            "ai": .object(["params": aiParameters]),
            "bank": .object(["balances": .array(balances)]),
            "gov": .object(["params": govParameters]),
            "slashing": .object([
                "params": .object([
                    "signed_blocks_window": "10",
                    "min_signed_per_window": "0.600000000000000000",
                    "downtime_jail_duration": "30s",
                    "slash_fraction_double_sign": "0.050000000000000000",
                    "slash_fraction_downtime": "0.010000000000000000",
                ])
            ]),
            "staking": .object([
                "params": .object([
                    "unbonding_time": "60s", "max_validators": .number("6"),
                    "max_entries": .number("7"), "historical_entries": .number("0"),
                    "bond_denom": "ucgpt", "min_commission_rate": "0.000000000000000000",
                ]),
                "validators": .array(operators.map(validator)),
                "delegations": .array(
                    operators.map { user in
                        .object([
                            "delegator_address": .string(signatories[user].text),
                            "validator_address": .string(signatories[user].address.operatorText),
                            "shares": .string("\(stake(of: user)).000000000000000000"),
                        ])
                    }),
            ]),
        ])
    }

    /// Proofs are made with a reference string for development.
    private var aiParameters: JSONValue {
        var parameters = AIParameters.standard
        parameters.allowsUnsafeReferenceStrings = true
        do throws(WireError) { return try parameters.json() } catch {
            preconditionFailure("parameters have a JSON form: \(error)")
        }
    }

    /// Periods that end within a simulation.
    private var govParameters: JSONValue {
        func coins(_ amount: String) -> JSONValue {
            .array([.object(["denom": "ucgpt", "amount": .string(amount)])])
        }
        return .object([
            "min_deposit": coins("1500000"), "max_deposit_period": "60s", "voting_period": "40s",
            "quorum": "0.200000000000000000", "threshold": "0.500000000000000000",
            "veto_threshold": "0.334000000000000000",
            "min_initial_deposit_ratio": "0.000000000000000000",
            "proposal_cancel_ratio": "0.500000000000000000", "proposal_cancel_dest": "",
            "expedited_voting_period": "20s", "expedited_threshold": "0.667000000000000000",
            "expedited_min_deposit": coins("3000000"), "burn_vote_quorum": .bool(false),
            "burn_proposal_deposit_prevote": .bool(false), "burn_vote_veto": .bool(true),
            "min_deposit_ratio": "0.010000000000000000",
        ])
    }

    private func balance(_ address: String, _ amount: UInt64) -> JSONValue {
        .object([
            "address": .string(address),
            "coins": .array([
                .object(["denom": "ucgpt", "amount": .string(String(amount))])
            ]),
        ])
    }

    private func validator(_ user: Int) -> JSONValue {
        .object([
            "operator_address": .string(signatories[user].address.operatorText),
            "consensus_pubkey": .object([
                "@type": "/cosmos.crypto.ed25519.PubKey",
                "key": .string(consensusKey(of: user).base64),
            ]),
            "status": "BOND_STATUS_UNBONDED", "tokens": .string(String(stake(of: user))),
            "delegator_shares": .string("\(stake(of: user)).000000000000000000"),
            "description": .object(["moniker": .string("validator \(user)")]),
            "commission": .object([
                "commission_rates": .object([
                    "rate": "0.100000000000000000", "max_rate": "0.200000000000000000",
                    "max_change_rate": "0.010000000000000000",
                ]), "update_time": "2023-11-14T22:13:20Z",
            ]),
            "min_self_delegation": "1",
        ])
    }
}
