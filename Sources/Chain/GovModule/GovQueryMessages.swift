// The questions about governance and their answers (`cosmos.gov.v1`).

public import Ledger
public import Wire

/// Asks for the constitution.
public struct ConstitutionRequest: WireMessage {
    public static let wireName = "cosmos.gov.v1.QueryConstitutionRequest"
    public static let wireFields: WireFields<ConstitutionRequest> = []
    public init() {}
}

/// The constitution.
public struct ConstitutionResponse: WireMessage {
    /// The text.
    public var constitution = ""
    public static let wireName = "cosmos.gov.v1.QueryConstitutionResponse"
    public static let wireFields: WireFields<ConstitutionResponse> = [
        .string(1, "constitution", \.constitution)
    ]
    public init() {}
}

/// Asks for a proposal.
public struct ProposalRequest: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    public static let wireName = "cosmos.gov.v1.QueryProposalRequest"
    public static let wireFields: WireFields<ProposalRequest> = [
        .uint64(1, "proposal_id", \.proposalID)
    ]
    public init() {}
    /// Makes the request.
    public init(_ proposalID: UInt64) { self.proposalID = proposalID }
}

/// A proposal.
public struct ProposalResponse: WireMessage {
    /// The proposal.
    public var proposal: Proposal?
    public static let wireName = "cosmos.gov.v1.QueryProposalResponse"
    public static let wireFields: WireFields<ProposalResponse> = [
        .message(1, "proposal", \.proposal)
    ]
    public init() {}
}

/// Asks for proposals.
public struct ProposalsRequest: WireMessage {
    /// Only those that stand so; unspecified means all.
    public var status = ProposalStatus.unspecified
    /// Only those this account has voted on, in bech32; empty means all.
    public var voter = ""
    /// Only those with a deposit of this account, in bech32; empty means all.
    public var depositor = ""
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.gov.v1.QueryProposalsRequest"
    public static let wireFields: WireFields<ProposalsRequest> = [
        .enumeration(1, "proposal_status", \.status),
        .string(2, "voter", \.voter),
        .string(3, "depositor", \.depositor),
        .message(4, "pagination", \.pagination),
    ]
    public init() {}
}

/// A page of proposals.
public struct ProposalsResponse: WireMessage {
    /// Proposals, by number.
    public var proposals: [Proposal] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.gov.v1.QueryProposalsResponse"
    public static let wireFields: WireFields<ProposalsResponse> = [
        .messages(1, "proposals", \.proposals),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// Asks for a vote.
public struct VoteRequest: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    /// Who votes, in bech32.
    public var voter = ""
    public static let wireName = "cosmos.gov.v1.QueryVoteRequest"
    public static let wireFields: WireFields<VoteRequest> = [
        .uint64(1, "proposal_id", \.proposalID),
        .string(2, "voter", \.voter),
    ]
    public init() {}
    /// Makes the request.
    public init(_ proposalID: UInt64, voter: String) {
        self.proposalID = proposalID
        self.voter = voter
    }
}

/// A vote.
public struct VoteResponse: WireMessage {
    /// The vote.
    public var vote: Vote?
    public static let wireName = "cosmos.gov.v1.QueryVoteResponse"
    public static let wireFields: WireFields<VoteResponse> = [
        .message(1, "vote", \.vote)
    ]
    public init() {}
}

/// Asks for the votes on a proposal.
public struct VotesRequest: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.gov.v1.QueryVotesRequest"
    public static let wireFields: WireFields<VotesRequest> = [
        .uint64(1, "proposal_id", \.proposalID),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
    /// Makes the request.
    public init(_ proposalID: UInt64) { self.proposalID = proposalID }
}

/// A page of votes.
public struct VotesResponse: WireMessage {
    /// Votes, by voter.
    public var votes: [Vote] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.gov.v1.QueryVotesResponse"
    public static let wireFields: WireFields<VotesResponse> = [
        .messages(1, "votes", \.votes),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// Asks for parameters.
public struct GovParametersRequest: WireMessage {
    /// `deposit`, `voting` or `tallying`; may be empty.
    public var kind = ""
    public static let wireName = "cosmos.gov.v1.QueryParamsRequest"
    public static let wireFields: WireFields<GovParametersRequest> = [
        .string(1, "params_type", \.kind)
    ]
    public init() {}
    /// Makes the request.
    public init(_ kind: String) { self.kind = kind }
}

/// Parameters.
public struct GovParametersResponse: WireMessage {
    /// Rules of votes.
    public var voting: VotingParameters?
    /// Rules of deposits.
    public var deposit: DepositParameters?
    /// Rules of counting.
    public var tally: TallyParameters?
    /// All parameters.
    public var parameters: GovParameters?
    public static let wireName = "cosmos.gov.v1.QueryParamsResponse"
    public static let wireFields: WireFields<GovParametersResponse> = [
        .message(1, "voting_params", \.voting),
        .message(2, "deposit_params", \.deposit),
        .message(3, "tally_params", \.tally),
        .message(4, "params", \.parameters),
    ]
    public init() {}
}

/// Asks for a deposit.
public struct DepositRequest: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    /// Who put it down, in bech32.
    public var depositor = ""
    public static let wireName = "cosmos.gov.v1.QueryDepositRequest"
    public static let wireFields: WireFields<DepositRequest> = [
        .uint64(1, "proposal_id", \.proposalID),
        .string(2, "depositor", \.depositor),
    ]
    public init() {}
    /// Makes the request.
    public init(_ proposalID: UInt64, depositor: String) {
        self.proposalID = proposalID
        self.depositor = depositor
    }
}

/// A deposit.
public struct DepositResponse: WireMessage {
    /// The deposit.
    public var deposit: Deposit?
    public static let wireName = "cosmos.gov.v1.QueryDepositResponse"
    public static let wireFields: WireFields<DepositResponse> = [
        .message(1, "deposit", \.deposit)
    ]
    public init() {}
}

/// Asks for the deposits on a proposal.
public struct DepositsRequest: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.gov.v1.QueryDepositsRequest"
    public static let wireFields: WireFields<DepositsRequest> = [
        .uint64(1, "proposal_id", \.proposalID),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
    /// Makes the request.
    public init(_ proposalID: UInt64) { self.proposalID = proposalID }
}

/// A page of deposits.
public struct DepositsResponse: WireMessage {
    /// Deposits, by depositor.
    public var deposits: [Deposit] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.gov.v1.QueryDepositsResponse"
    public static let wireFields: WireFields<DepositsResponse> = [
        .messages(1, "deposits", \.deposits),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// Asks for the count of a vote.
public struct TallyResultRequest: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    public static let wireName = "cosmos.gov.v1.QueryTallyResultRequest"
    public static let wireFields: WireFields<TallyResultRequest> = [
        .uint64(1, "proposal_id", \.proposalID)
    ]
    public init() {}
    /// Makes the request.
    public init(_ proposalID: UInt64) { self.proposalID = proposalID }
}

/// The count of a vote.
public struct TallyResultResponse: WireMessage {
    /// The count.
    public var tally: TallyResult?
    public static let wireName = "cosmos.gov.v1.QueryTallyResultResponse"
    public static let wireFields: WireFields<TallyResultResponse> = [
        .message(1, "tally", \.tally)
    ]
    public init() {}
}
