// The commands of the chain's modules, one line of a table each.

import Base
import Ledger
import Wire

extension TransactionForm {
    /// Every form.
    static let all: [TransactionForm] =
        bank + staking + distribution + slashing + governance + authorizations + allowances
        + circuits + results + attestations

    private static let bank: [TransactionForm] = [
        TransactionForm(
            "bank", "send", "Send coins to an account.", "cosmos.bank.v1beta1.MsgSend",
            .account("from_address"),
            [
                .argument("TO", "to_address", .account, "Who receives: address or key."),
                .argument("COINS", "amount", .coins, "Coins, such as 1000000ucgpt."),
            ]),
        TransactionForm(
            "bank", "multi-send", "Send the same coins to several accounts.",
            "cosmos.bank.v1beta1.MsgMultiSend", nil,
            [
                .argument("COINS", "each", .coins, "What each receives."),
                .rest("TO", "to", .account, "Who receives: addresses or keys."),
            ]
        ) { form, sender in try payments(form, from: sender) },
    ]

    /// One input with the sum, and an output for each recipient.
    private static func payments(_ form: JSONValue, from sender: String) throws -> JSONValue {
        let recipients = form["to"]?.elements ?? []
        guard !recipients.isEmpty else { throw CommandFailure("nobody to send to", .usage) }
        let sums = try (form["each"]?.elements ?? []).map { coin in
            let each = coin["amount"]?.integer(as: UInt128.self) ?? 0
            let (sum, overflow) = each.multipliedReportingOverflow(by: UInt128(recipients.count))
            guard !overflow else { throw CommandFailure("the sum is too large", .usage) }
            return JSONValue.object([
                "denom": coin["denom"] ?? "", "amount": .string(String(sum)),
            ])
        }
        return .object([
            "inputs": .array([.object(["address": .string(sender), "coins": .array(sums)])]),
            "outputs": .array(
                recipients.map { .object(["address": $0, "coins": form["each"] ?? .null]) }),
        ])
    }

    private static let staking: [TransactionForm] = [
        TransactionForm(
            "staking", "delegate", "Put stake behind a validator.",
            "cosmos.staking.v1beta1.MsgDelegate", .account("delegator_address"), stake),
        TransactionForm(
            "staking", "undelegate", "Take stake back; it is paid out after the unbonding time.",
            "cosmos.staking.v1beta1.MsgUndelegate", .account("delegator_address"), stake),
        TransactionForm(
            "staking", "redelegate", "Move stake from one validator to another.",
            "cosmos.staking.v1beta1.MsgBeginRedelegate", .account("delegator_address"),
            [
                .argument("FROM", "validator_src_address", .validator, "Validator it is behind."),
                .argument("TO", "validator_dst_address", .validator, "Validator it goes behind."),
                .argument("COIN", "amount", .coin, "Stake, such as 1000000ucgpt."),
            ]),
        TransactionForm(
            "staking", "cancel-unbonding", "Put stake that is being paid out back.",
            "cosmos.staking.v1beta1.MsgCancelUnbondingDelegation",
            .account("delegator_address"),
            stake + [
                .argument("HEIGHT", "creation_height", .integer, "Block of the undelegation.")
            ]),
        TransactionForm(
            "staking", "create-validator", "Become a validator.",
            "cosmos.staking.v1beta1.MsgCreateValidator", .validator("validator_address"),
            [
                .argument("COIN", "value", .coin, "The operator's own stake."),
                .option(
                    "pubkey", "KEY", "pubkey", .consensusKey, "Consensus key of the validator."),
                .option("moniker", "TEXT", "description.moniker", .text, "Name."),
                .option("identity", "TEXT", "description.identity", .text, "Identity."),
                .option("website", "URL", "description.website", .text, "Web page."),
                .option(
                    "security-contact", "TEXT", "description.security_contact", .text,
                    "Whom to tell of flaws."),
                .option("details", "TEXT", "description.details", .text, "More."),
                .option(
                    "commission-rate", "D", "commission.rate", .decimal, "Commission.",
                    fallback: "0.05"),
                .option(
                    "commission-max-rate", "D", "commission.max_rate", .decimal,
                    "Highest commission ever.", fallback: "0.20"),
                .option(
                    "commission-max-change-rate", "D", "commission.max_change_rate", .decimal,
                    "Largest change a day.", fallback: "0.01"),
                .option(
                    "min-self-delegation", "N", "min_self_delegation", .integer,
                    "Least own stake.", fallback: "1"),
            ]),
        TransactionForm(
            "staking", "edit-validator", "Change what a validator says of itself.",
            "cosmos.staking.v1beta1.MsgEditValidator", .validator("validator_address"),
            [
                .option("moniker", "TEXT", "description.moniker", .text, "Name.", fallback: keep),
                .option(
                    "identity", "TEXT", "description.identity", .text, "Identity.",
                    fallback: keep),
                .option(
                    "website", "URL", "description.website", .text, "Web page.", fallback: keep),
                .option(
                    "security-contact", "TEXT", "description.security_contact", .text,
                    "Whom to tell of flaws.", fallback: keep),
                .option(
                    "details", "TEXT", "description.details", .text, "More.", fallback: keep),
                .option(
                    "commission-rate", "D", "commission_rate", .scaledDecimal, "Commission."),
                .option(
                    "min-self-delegation", "N", "min_self_delegation", .integer,
                    "Least own stake."),
            ]),
    ]

    /// What leaves a text of a validator as it is.
    private static let keep = "[do-not-modify]"

    private static let stake: [FormField] = [
        .argument("VALIDATOR", "validator_address", .validator, "Operator address, or its key."),
        .argument("COIN", "amount", .coin, "Stake, such as 1000000ucgpt."),
    ]

    private static let distribution: [TransactionForm] = [
        TransactionForm(
            "distribution", "withdraw-rewards", "Withdraw what a delegation has earned.",
            "cosmos.distribution.v1beta1.MsgWithdrawDelegatorReward",
            .account("delegator_address"),
            [.argument("VALIDATOR", "validator_address", .validator, "Operator address.")]),
        TransactionForm(
            "distribution", "withdraw-commission", "Withdraw a validator's commission.",
            "cosmos.distribution.v1beta1.MsgWithdrawValidatorCommission",
            .validator("validator_address"), []),
        TransactionForm(
            "distribution", "set-withdraw-address", "Choose who receives rewards.",
            "cosmos.distribution.v1beta1.MsgSetWithdrawAddress", .account("delegator_address"),
            [.argument("TO", "withdraw_address", .account, "Who receives.")]),
        TransactionForm(
            "distribution", "fund-community-pool", "Give coins to the community pool.",
            "cosmos.distribution.v1beta1.MsgFundCommunityPool", .account("depositor"),
            [.argument("COINS", "amount", .coins, "Coins, such as 1000000ucgpt.")]),
    ]

    private static let circuits: [TransactionForm] = [
        TransactionForm(
            "ai", "register-verification-key", "Register the verification key of a circuit.",
            "aivm.ai.v1.MsgRegisterVerificationKey", .account("owner"),
            [
                .argument(
                    "KEY", "key", .verificationKey, "verification_key.json, or a .zkey file."),
                .argument("NAME", "name", .text, "Name of the circuit."),
                .option(
                    "description", "TEXT", "description", .text,
                    "What the circuit shows, and what its public signals mean."),
            ]),
        TransactionForm(
            "ai", "submit-proof", "Have a proof verified, and what it proves recorded.",
            "aivm.ai.v1.MsgSubmitProof", .account("submitter"),
            [
                .argument(
                    "KEY", "key_id", .verificationKeyID,
                    "Id of a registered key, or its verification_key.json."),
                .argument("PUBLIC", "public_signals", .publicSignals, "public.json."),
                .argument("PROOF", "proof", .plonkProof, "proof.json."),
            ]),
    ]

    private static let results: [TransactionForm] = [
        TransactionForm(
            "ai", "register-committed-model", "Register a model whose weights you keep.",
            "aivm.ai.v1.MsgRegisterCommittedModel", .account("owner"),
            [
                .argument(
                    "FILE.commitment", "model", .committedModel, "What 'aivm model commit' wrote."),
                .argument("NAME", "name", .text, "Name of the model on the chain."),
                .option("price", "COINS", "price", .coins, "Price of a result (default: free)."),
                .option("licence", "TEXT", "licence", .text, "Licence text, or where it stands."),
                .option("description", "TEXT", "description", .text, "What the model does."),
            ]),
        TransactionForm(
            "ai", "request-result", "Ask for a proved answer of such a model, and lock its price.",
            "aivm.ai.v1.MsgRequestResult", .account("requester"),
            [
                .argument("MODEL", "model", .model, "OWNER/NAME, OWNER/NAME/VERSION or ModelID."),
                .argument(
                    "INPUT", "input", .modelInput,
                    "Inputs: .json, .npy or .npz; or what 'aivm model commit-input' printed."),
                .option("row", "N", "row", .text, "Which sample, from 0.", fallback: "0"),
                .option(
                    "max-price", "COINS", "max_price", .coins, "Refuse to pay more (default: 0)."),
                .option(
                    "deadline", "TIME", "deadline", .moment, "Until when the answer counts.",
                    fallback: "+1h"),
            ]
        ) { form, _ in
            guard case .object(let members) = form else { return form }
            // A commitment is a text, an input is not.
            return .object(
                members.filter { $0.name != "row" }.map { member in
                    guard member.name == "input", case .string = member.value else { return member }
                    return JSONMember("input_commitment", member.value)
                })
        },
        TransactionForm(
            "ai", "submit-result", "Answer a request with a proof, and be paid.",
            "aivm.ai.v1.MsgSubmitResult", .account("worker"),
            [
                .argument("REQUEST", "request", .integer, "Number of the request."),
                .argument(
                    "FILE.proof", "result", .result,
                    "What 'aivm prove --request REQUEST --worker YOU' wrote."),
            ]
        ) { form, _ in
            .object([
                "request": form["request"] ?? .null,
                "output": form["result"]?["output"] ?? .null,
                "proof": form["result"]?["proof"] ?? .null,
            ])
        },
        TransactionForm(
            "ai", "cancel-request", "Take back a request that nobody answered in time.",
            "aivm.ai.v1.MsgCancelRequest", .account("requester"),
            [.argument("REQUEST", "request", .integer, "Number of the request.")]),
    ]

    private static let slashing: [TransactionForm] = [
        TransactionForm(
            "slashing", "unjail", "Let a jailed validator take part again.",
            "cosmos.slashing.v1beta1.MsgUnjail", .validator("validator_addr"), [])
    ]
}
