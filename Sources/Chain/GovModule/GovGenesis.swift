// Governance at the start of a chain, in the Cosmos SDK's JSON form (`app_state.gov`).

import Base
import Cryptography
public import Ledger
public import Wire

/// The proposals, deposits, votes and parameters of a genesis.
public struct GovGenesis: WireMessage {
    /// Number of the next proposal; 0 means one above the highest.
    public var startingProposalID: UInt64 = 0
    /// Deposits on open proposals.
    public var deposits: [Deposit] = []
    /// Votes on proposals that are voted on.
    public var votes: [Vote] = []
    /// Proposals.
    public var proposals: [Proposal] = []
    /// Deprecated; refused.
    public var depositParameters: DepositParameters?
    /// Deprecated; refused.
    public var votingParameters: VotingParameters?
    /// Deprecated; refused.
    public var tallyParameters: TallyParameters?
    /// Parameters; absent means the standard ones.
    public var parameters: GovParameters?
    /// The constitution.
    public var constitution = ""

    public static let wireName = "cosmos.gov.v1.GenesisState"
    public static let wireFields: WireFields<GovGenesis> = [
        .uint64(1, "starting_proposal_id", \.startingProposalID),
        .messages(2, "deposits", \.deposits),
        .messages(3, "votes", \.votes),
        .messages(4, "proposals", \.proposals),
        .message(5, "deposit_params", \.depositParameters),
        .message(6, "voting_params", \.votingParameters),
        .message(7, "tally_params", \.tallyParameters),
        .message(8, "params", \.parameters),
        .string(9, "constitution", \.constitution),
    ]

    public init() {}
}

extension Gov {
    public func initialize(genesis: JSONValue, _ context: inout Context) throws(Failure) {
        let state = try decode(genesis)
        guard state.depositParameters == nil, state.votingParameters == nil,
            state.tallyParameters == nil
        else { throw .gov(.invalidGenesis, "deprecated parameters; use params") }
        let parameters = state.parameters ?? .standard
        try parameters.validate()
        try GovKeys.parameters.set(parameters, &context)
        if !state.constitution.isEmpty {
            try GovKeys.constitution.set(StoredText(state.constitution), &context)
        }
        let highest = state.proposals.map(\.id).max() ?? 0
        let (next, overflow) = highest.addingReportingOverflow(1)
        guard !overflow, state.startingProposalID == 0 || state.startingProposalID >= next else {
            throw .gov(.invalidGenesis, "starting_proposal_id is taken")
        }
        try GovKeys.nextID.set(StoredNumber(max(next, state.startingProposalID)), &context)
        for proposal in state.proposals { try restore(proposal, &context) }
        for deposit in state.deposits { try restore(deposit, &context) }
        for vote in state.votes { try restore(vote, &context) }
    }

    private func decode(_ genesis: JSONValue) throws(Failure) -> GovGenesis {
        if genesis == .null { return GovGenesis() }
        do { return try GovGenesis(json: genesis, registry: registry) } catch {
            throw .sdk(.invalidRequest, "genesis of gov: \(error)")
        }
    }

    private var registry: WireRegistry { router.registry }

    private func restore(_ proposal: Proposal, _ context: inout Context) throws(Failure) {
        let key = proposal.id.keyBytes
        guard proposal.id > 0, try !GovKeys.proposals.contains(key, &context) else {
            throw .gov(.invalidGenesis, "proposal \(proposal.id) is there twice, or 0")
        }
        guard proposal.status != .unspecified else {
            throw .gov(.invalidGenesis, "proposal \(proposal.id) has no status")
        }
        let times = [
            proposal.submitTime, proposal.depositEndTime, proposal.votingStartTime,
            proposal.votingEndTime,
        ]
        let needed = proposal.status == .depositPeriod ? times.prefix(2) : times[...]
        guard times.allSatisfy({ $0?.isValid ?? true }),
            !proposal.isOpen || needed.allSatisfy({ $0 != nil })
        else { throw .gov(.invalidGenesis, "the times of proposal \(proposal.id)") }
        try proposal.totalDeposit.checkCoins()
        if proposal.isOpen {
            for message in proposal.messages { try router.check(message) }
            try check(proposed: proposal.messages)
        }
        try store(proposal, &context)
    }

    private func restore(_ deposit: Deposit, _ context: inout Context) throws(Failure) {
        let depositor = try Address.parse(deposit.depositor)
        let key = GovKeys.pair(deposit.proposalID, depositor)
        guard try get(deposit.proposalID, &context).isOpen,
            try !GovKeys.deposits.contains(key, &context)
        else {
            throw .gov(.invalidGenesis, "deposit of \(depositor) on \(deposit.proposalID)")
        }
        guard !deposit.amount.isEmpty else { throw .sdk(.invalidCoins, "empty deposit") }
        try deposit.amount.checkCoins()
        try GovKeys.deposits.set(key, deposit, &context)
    }

    private func restore(_ vote: Vote, _ context: inout Context) throws(Failure) {
        let voter = try Address.parse(vote.voter)
        let key = GovKeys.pair(vote.proposalID, voter)
        guard try get(vote.proposalID, &context).status == .votingPeriod,
            try !GovKeys.votes.contains(key, &context)
        else { throw .gov(.invalidGenesis, "vote of \(voter) on \(vote.proposalID)") }
        try Gov.check(options: vote.options)
        try GovKeys.votes.set(key, vote, &context)
    }

    public func exportGenesis(_ context: inout Context) throws(Failure) -> JSONValue {
        var state = GovGenesis()
        state.startingProposalID = try GovKeys.nextID.get(&context)?.value ?? 1
        state.parameters = try parameters(&context)
        state.constitution = try GovKeys.constitution.get(&context)?.value ?? ""
        try GovKeys.proposals.forEach(&context) { (_, proposal) in
            state.proposals.append(proposal)
        }
        try GovKeys.deposits.forEach(&context) { (_, deposit) in
            state.deposits.append(deposit)
        }
        try GovKeys.votes.forEach(&context) { (_, vote) in state.votes.append(vote) }
        do { return try state.json(JSONEncoding(registry: registry)) } catch {
            throw .sdk(.logic, "genesis of gov: \(error)")
        }
    }
}
