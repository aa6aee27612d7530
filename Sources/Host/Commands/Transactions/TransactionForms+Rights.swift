// The commands of governance, authorizations and fee allowances. Some of their messages hold
// others: these come from files, or from the type that a command stands for.

import Base
import Ledger
import Wire

extension TransactionForm {
    static let governance: [TransactionForm] = [
        TransactionForm(
            "gov", "submit-proposal", "Propose messages for the chain to run.",
            "cosmos.gov.v1.MsgSubmitProposal", .account("proposer"),
            [
                .argument(
                    "FILE", "file", .file,
                    "JSON with messages, deposit, title, summary, metadata and expedited.")
            ]
        ) { form, _ in try proposal(form["file"]) },
        TransactionForm(
            "gov", "deposit", "Add to the deposit of a proposal.", "cosmos.gov.v1.MsgDeposit",
            .account("depositor"),
            [
                number, .argument("COINS", "amount", .coins, "Coins, such as 1000000ucgpt."),
            ]),
        TransactionForm(
            "gov", "vote", "Vote on a proposal.", "cosmos.gov.v1.MsgVote", .account("voter"),
            [
                number, .argument("OPTION", "option", .vote, "yes, no, abstain or no_with_veto."),
                metadata,
            ]),
        TransactionForm(
            "gov", "weighted-vote", "Split a vote among options.",
            "cosmos.gov.v1.MsgVoteWeighted", .account("voter"),
            [
                number, .argument("OPTIONS", "options", .weightedVote, "Such as yes=0.6,no=0.4."),
                metadata,
            ]),
        TransactionForm(
            "gov", "cancel-proposal", "Withdraw one's proposal.",
            "cosmos.gov.v1.MsgCancelProposal", .account("proposer"), [number]),
    ]

    private static let number = FormField.argument(
        "PROPOSAL", "proposal_id", .integer, "Number of the proposal.")
    private static let metadata = FormField.option(
        "metadata", "TEXT", "metadata", .text, "A reference to more.")

    /// A proposal as its file describes it.
    private static func proposal(_ json: JSONValue?) throws -> JSONValue {
        guard case .object(let members) = json else {
            throw CommandFailure("a proposal is an object", .malformedData)
        }
        return .object(
            try members.map { member in
                guard member.name == "deposit" else { return member }
                guard let text = member.value.text, let coins = FormKind.parse(coins: text) else {
                    throw CommandFailure("deposit must be coins such as 10ucgpt", .malformedData)
                }
                return JSONMember("initial_deposit", coins)
            })
    }

    // MARK: Authorizations

    static let authorizations: [TransactionForm] = [
        TransactionForm(
            "authz", "grant", "Let an account run messages as the signer.",
            "cosmos.authz.v1beta1.MsgGrant", .account("granter"),
            [
                grantee,
                .argument(
                    "MESSAGE", "grant.authorization", .authorization,
                    "Type URL, such as /cosmos.gov.v1.MsgVote."),
                .option("expiration", "TIME", "grant.expiration", .time, "Last moment."),
            ]),
        TransactionForm(
            "authz", "grant-send", "Let an account send coins of the signer.",
            "cosmos.authz.v1beta1.MsgGrant", .account("granter"),
            [
                grantee,
                .argument(
                    "COINS", "grant.authorization.spend_limit", .coins, "Most it may send."),
                .option(
                    "allow-list", "ADDRESSES", "grant.authorization.allow_list", .texts,
                    "Only to these addresses, joined by commas."),
                .option("expiration", "TIME", "grant.expiration", .time, "Last moment."),
            ]
        ) { form, _ in
            typed(form, ["grant", "authorization"], "/cosmos.bank.v1beta1.SendAuthorization")
        },
        TransactionForm(
            "authz", "revoke", "Take an authorization back.", "cosmos.authz.v1beta1.MsgRevoke",
            .account("granter"),
            [grantee, .argument("MESSAGE", "msg_type_url", .text, "Type URL.")]),
        TransactionForm(
            "authz", "exec", "Run the messages of a transaction with one's authorizations.",
            "cosmos.authz.v1beta1.MsgExec", .account("grantee"),
            [.argument("FILE", "msgs", .messages, "Transaction made with --generate-only.")]),
    ]

    private static let grantee = FormField.argument(
        "GRANTEE", "grantee", .account, "Who may: address or key.")

    /// `form`, with a type for what stands at `path`.
    private static func typed(
        _ form: JSONValue, _ path: [String], _ type: String
    ) -> JSONValue {
        var form = form
        form.set(path[...] + ["@type"], .string(type))
        return form
    }

    // MARK: Fee allowances

    static let allowances: [TransactionForm] = [
        TransactionForm(
            "feegrant", "grant", "Pay fees of another account.",
            "cosmos.feegrant.v1beta1.MsgGrantAllowance", .account("granter"),
            [
                grantee,
                .option("spend-limit", "COINS", "spend_limit", .coins, "Most in all."),
                .option("expiration", "TIME", "expiration", .time, "Last moment."),
                .option("period", "SECONDS", "period", .integer, "Length of a period."),
                .option("period-limit", "COINS", "period_limit", .coins, "Most in a period."),
                .option(
                    "allowed-messages", "URLS", "allowed_messages", .texts,
                    "Only for these type URLs, joined by commas."),
            ]
        ) { form, _ in
            .object([
                "grantee": form["grantee"] ?? .null, "allowance": try allowance(form),
            ])
        },
        TransactionForm(
            "feegrant", "revoke", "Pay no more fees of another account.",
            "cosmos.feegrant.v1beta1.MsgRevokeAllowance", .account("granter"), [grantee]),
    ]

    /// A basic allowance, in a periodic one where there is a period, in a filter where messages are
    /// named.
    private static func allowance(_ form: JSONValue) throws -> JSONValue {
        var basic: [JSONMember] = []
        for name in ["spend_limit", "expiration"] {
            if let value = form[name] { basic.append(JSONMember(name, value)) }
        }
        var allowance = JSONValue.object(basic)
        switch (form["period"]?.text, form["period_limit"]) {
        case (nil, nil):
            allowance.set(["@type"], "/cosmos.feegrant.v1beta1.BasicAllowance")
        case (let seconds?, let limit?):
            allowance = .object([
                "@type": "/cosmos.feegrant.v1beta1.PeriodicAllowance", "basic": allowance,
                "period": .string(seconds + "s"), "period_spend_limit": limit,
                "period_can_spend": limit,
            ])
        default:
            throw CommandFailure("--period and --period-limit go together", .usage)
        }
        guard let messages = form["allowed_messages"] else { return allowance }
        return .object([
            "@type": "/cosmos.feegrant.v1beta1.AllowedMsgAllowance", "allowance": allowance,
            "allowed_messages": messages,
        ])
    }
}
