// The queries of the chain's modules, one line of a table each.

extension QueryForm {
    /// Every form.
    static let all: [QueryForm] =
        bank + staking + distribution + slashing + governance + others + circuits
        + attestations

    private static let account = FormField.argument(
        "WHO", "address", .account, "Address, or the name of a key.")
    private static let delegator = FormField.argument(
        "WHO", "delegator_addr", .account, "Address, or the name of a key.")
    private static let validator = FormField.argument(
        "VALIDATOR", "validator_addr", .validator, "Operator address, or its key.")
    static let pages: [FormField] = [
        .option("page-limit", "N", "pagination.limit", .integer, "Entries a page."),
        .option("page-key", "BASE64", "pagination.key", .text, "Where to go on."),
        .flag("count-total", "pagination.count_total", "Count all entries."),
    ]

    private static let bankPackage = "cosmos.bank.v1beta1"
    private static let bank: [QueryForm] = [
        QueryForm(
            "bank", "balances", "All coins of an account.", bankPackage, "AllBalances",
            [account] + pages),
        QueryForm(
            "bank", "balance", "One coin of an account.", bankPackage, "Balance",
            [account, .argument("DENOM", "denom", .text, "Denomination.")]),
        QueryForm(
            "bank", "spendable", "The coins an account can spend.", bankPackage,
            "SpendableBalances", [account] + pages),
        QueryForm("bank", "total", "All coins there are.", bankPackage, "TotalSupply", pages),
        QueryForm("bank", "params", "Parameters.", bankPackage, "Params"),
    ]

    private static let stakingPackage = "cosmos.staking.v1beta1"
    private static let staking: [QueryForm] = [
        QueryForm(
            "staking", "validators", "The validators.", stakingPackage, "Validators",
            [
                .option(
                    "status", "STATUS", "status",
                    .choice([
                        "bonded": "BOND_STATUS_BONDED", "unbonding": "BOND_STATUS_UNBONDING",
                        "unbonded": "BOND_STATUS_UNBONDED",
                    ]), "bonded, unbonding or unbonded.")
            ] + pages),
        QueryForm(
            "staking", "validator", "A validator.", stakingPackage, "Validator", [validator]),
        QueryForm(
            "staking", "delegation", "A delegation.", stakingPackage, "Delegation",
            [delegator, validator]),
        QueryForm(
            "staking", "delegations", "The delegations of an account.", stakingPackage,
            "DelegatorDelegations", [delegator] + pages),
        QueryForm(
            "staking", "delegations-to", "The delegations to a validator.", stakingPackage,
            "ValidatorDelegations", [validator] + pages),
        QueryForm(
            "staking", "unbonding-delegations", "What is being paid out to an account.",
            stakingPackage, "DelegatorUnbondingDelegations", [delegator] + pages),
        QueryForm(
            "staking", "redelegations", "The redelegations of an account.", stakingPackage,
            "Redelegations", [delegator] + pages),
        QueryForm("staking", "pool", "Bonded and other stake.", stakingPackage, "Pool"),
        QueryForm("staking", "params", "Parameters.", stakingPackage, "Params"),
    ]

    private static let distributionPackage = "cosmos.distribution.v1beta1"
    private static let distribution: [QueryForm] = [
        QueryForm(
            "distribution", "rewards", "What all delegations of an account have earned.",
            distributionPackage, "DelegationTotalRewards",
            [.argument("WHO", "delegator_address", .account, "Address, or the name of a key.")]),
        QueryForm(
            "distribution", "commission", "The commission of a validator.",
            distributionPackage, "ValidatorCommission",
            [.argument("VALIDATOR", "validator_address", .validator, "Operator address.")]),
        QueryForm(
            "distribution", "community-pool", "The community pool.", distributionPackage,
            "CommunityPool"),
        QueryForm("distribution", "params", "Parameters.", distributionPackage, "Params"),
    ]

    private static let slashingPackage = "cosmos.slashing.v1beta1"
    private static let slashing: [QueryForm] = [
        QueryForm(
            "slashing", "signing-infos", "How validators sign.", slashingPackage, "SigningInfos",
            pages),
        QueryForm("slashing", "params", "Parameters.", slashingPackage, "Params"),
    ]

    private static let others: [QueryForm] = [
        QueryForm("mint", "inflation", "Yearly inflation.", "cosmos.mint.v1beta1", "Inflation"),
        QueryForm("mint", "params", "Parameters.", "cosmos.mint.v1beta1", "Params"),
        QueryForm(
            "authz", "grants", "The authorizations an account gave another.",
            "cosmos.authz.v1beta1", "Grants",
            [
                .argument("GRANTER", "granter", .account, "Who authorizes."),
                .argument("GRANTEE", "grantee", .account, "Who may."),
            ] + pages),
        QueryForm(
            "feegrant", "grants", "The fee allowances of an account.",
            "cosmos.feegrant.v1beta1", "Allowances",
            [.argument("GRANTEE", "grantee", .account, "Who may.")] + pages),
        QueryForm(
            "consensus", "params", "Parameters of consensus.", "cosmos.consensus.v1", "Params"),
    ]

    private static let aiPackage = "aivm.ai.v1"
    private static let circuits: [QueryForm] = [
        QueryForm(
            "ai", "verification-key", "A registered verification key.", aiPackage,
            "VerificationKey",
            [.argument("KEY", "key_id", .verificationKeyID, "Its id, or verification_key.json.")]),
        QueryForm(
            "ai", "verification-keys", "The registered verification keys.", aiPackage,
            "VerificationKeys",
            [.option("owner", "WHO", "owner", .account, "Only this owner's.")] + pages),
        QueryForm(
            "ai", "proven-statement", "A proven statement, by its id.", aiPackage,
            "ProvenStatement",
            [.argument("STATEMENT", "statement_id", .hash, "Id of the statement.")]),
        QueryForm(
            "ai", "is-proven", "The statement that a key gives these public signals.", aiPackage,
            "ProvenStatement",
            [
                .argument("KEY", "key_id", .verificationKeyID, "Its id, or verification_key.json."),
                .argument("PUBLIC", "public_signals", .publicSignals, "public.json."),
            ]),
        QueryForm(
            "ai", "proven-statements", "The proven statements.", aiPackage, "ProvenStatements",
            [.option("key", "KEY", "key_id", .verificationKeyID, "Only those of this key.")]
                + pages),
        QueryForm(
            "ai", "request", "A request for a result.", aiPackage, "Request",
            [.argument("REQUEST", "number", .integer, "Number of the request.")]),
        QueryForm(
            "ai", "requests", "The requests for results.", aiPackage, "Requests",
            [
                .option("requester", "WHO", "requester", .account, "Only those of this account."),
                .option("model", "MODEL", "model", .model, "Only open ones to this model."),
            ] + pages),
        QueryForm(
            "ai", "committed-model", "What is known of a model whose weights are not on the chain.",
            aiPackage, "CommittedModel",
            [.argument("MODEL", "model", .model, "OWNER/NAME, OWNER/NAME/VERSION or ModelID.")]),
        QueryForm("ai", "params", "Parameters.", aiPackage, "Params"),
    ]

    private static let governancePackage = "cosmos.gov.v1"
    private static let proposal = FormField.argument(
        "PROPOSAL", "proposal_id", .integer, "Number of the proposal.")

    /// The queries of governance.
    static let governance: [QueryForm] = [
        QueryForm("gov", "proposals", "The proposals.", governancePackage, "Proposals", pages),
        QueryForm("gov", "proposal", "A proposal.", governancePackage, "Proposal", [proposal]),
        QueryForm(
            "gov", "votes", "The votes on a proposal.", governancePackage, "Votes",
            [proposal] + pages),
        QueryForm(
            "gov", "deposits", "The deposits of a proposal.", governancePackage, "Deposits",
            [proposal] + pages),
        QueryForm(
            "gov", "tally", "The votes on a proposal, counted.", governancePackage, "TallyResult",
            [proposal]),
        QueryForm("gov", "params", "Parameters.", governancePackage, "Params"),
    ]
}
