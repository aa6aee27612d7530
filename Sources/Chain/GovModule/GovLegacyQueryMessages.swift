// The questions about governance and their answers in the older form (`cosmos.gov.v1beta1`).

public import Ledger
public import Wire

/// Asks for a proposal.
public struct LegacyProposalRequest: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    public static let wireName = "cosmos.gov.v1beta1.QueryProposalRequest"
    public static let wireFields: WireFields<LegacyProposalRequest> = [
        .uint64(1, "proposal_id", \.proposalID)
    ]
    public init() {}
    /// Makes the request.
    public init(_ proposalID: UInt64) { self.proposalID = proposalID }
}

/// A proposal.
public struct LegacyProposalResponse: WireMessage {
    /// The proposal.
    public var proposal = LegacyProposal()
    public static let wireName = "cosmos.gov.v1beta1.QueryProposalResponse"
    public static let wireFields: WireFields<LegacyProposalResponse> = [
        .message(1, "proposal", \.proposal)
    ]
    public init() {}
}

/// Asks for proposals.
public struct LegacyProposalsRequest: WireMessage {
    /// Only those that stand so; unspecified means all.
    public var status = ProposalStatus.unspecified
    /// Only those this account has voted on, in bech32; empty means all.
    public var voter = ""
    /// Only those with a deposit of this account, in bech32; empty means all.
    public var depositor = ""
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.gov.v1beta1.QueryProposalsRequest"
    public static let wireFields: WireFields<LegacyProposalsRequest> = [
        .enumeration(1, "proposal_status", \.status),
        .string(2, "voter", \.voter),
        .string(3, "depositor", \.depositor),
        .message(4, "pagination", \.pagination),
    ]
    public init() {}
}

/// A page of proposals.
public struct LegacyProposalsResponse: WireMessage {
    /// Proposals, by number.
    public var proposals: [LegacyProposal] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.gov.v1beta1.QueryProposalsResponse"
    public static let wireFields: WireFields<LegacyProposalsResponse> = [
        .messages(1, "proposals", \.proposals),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// Asks for a vote.
public struct LegacyVoteRequest: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    /// Who votes, in bech32.
    public var voter = ""
    public static let wireName = "cosmos.gov.v1beta1.QueryVoteRequest"
    public static let wireFields: WireFields<LegacyVoteRequest> = [
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
public struct LegacyVoteResponse: WireMessage {
    /// The vote.
    public var vote = LegacyVote()
    public static let wireName = "cosmos.gov.v1beta1.QueryVoteResponse"
    public static let wireFields: WireFields<LegacyVoteResponse> = [
        .message(1, "vote", \.vote)
    ]
    public init() {}
}

/// Asks for the votes on a proposal.
public struct LegacyVotesRequest: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.gov.v1beta1.QueryVotesRequest"
    public static let wireFields: WireFields<LegacyVotesRequest> = [
        .uint64(1, "proposal_id", \.proposalID),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
    /// Makes the request.
    public init(_ proposalID: UInt64) { self.proposalID = proposalID }
}

/// A page of votes.
public struct LegacyVotesResponse: WireMessage {
    /// Votes, by voter.
    public var votes: [LegacyVote] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.gov.v1beta1.QueryVotesResponse"
    public static let wireFields: WireFields<LegacyVotesResponse> = [
        .messages(1, "votes", \.votes),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// Asks for parameters.
public struct LegacyGovParametersRequest: WireMessage {
    /// `deposit`, `voting` or `tallying`.
    public var kind = ""
    public static let wireName = "cosmos.gov.v1beta1.QueryParamsRequest"
    public static let wireFields: WireFields<LegacyGovParametersRequest> = [
        .string(1, "params_type", \.kind)
    ]
    public init() {}
    /// Makes the request.
    public init(_ kind: String) { self.kind = kind }
}

/// Parameters.
public struct LegacyGovParametersResponse: WireMessage {
    /// Rules of votes.
    public var voting = LegacyVotingParameters()
    /// Rules of deposits.
    public var deposit = LegacyDepositParameters()
    /// Rules of counting.
    public var tally = LegacyTallyParameters()
    public static let wireName = "cosmos.gov.v1beta1.QueryParamsResponse"
    public static let wireFields: WireFields<LegacyGovParametersResponse> = [
        .message(1, "voting_params", \.voting),
        .message(2, "deposit_params", \.deposit),
        .message(3, "tally_params", \.tally),
    ]
    public init() {}
}

/// Asks for a deposit.
public struct LegacyDepositRequest: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    /// Who put it down, in bech32.
    public var depositor = ""
    public static let wireName = "cosmos.gov.v1beta1.QueryDepositRequest"
    public static let wireFields: WireFields<LegacyDepositRequest> = [
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
public struct LegacyDepositResponse: WireMessage {
    /// The deposit.
    public var deposit = LegacyDeposit()
    public static let wireName = "cosmos.gov.v1beta1.QueryDepositResponse"
    public static let wireFields: WireFields<LegacyDepositResponse> = [
        .message(1, "deposit", \.deposit)
    ]
    public init() {}
}

/// Asks for the deposits on a proposal.
public struct LegacyDepositsRequest: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    /// Which page.
    public var pagination: PageRequest?
    public static let wireName = "cosmos.gov.v1beta1.QueryDepositsRequest"
    public static let wireFields: WireFields<LegacyDepositsRequest> = [
        .uint64(1, "proposal_id", \.proposalID),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
    /// Makes the request.
    public init(_ proposalID: UInt64) { self.proposalID = proposalID }
}

/// A page of deposits.
public struct LegacyDepositsResponse: WireMessage {
    /// Deposits, by depositor.
    public var deposits: [LegacyDeposit] = []
    /// Where the list goes on.
    public var pagination: PageResponse?
    public static let wireName = "cosmos.gov.v1beta1.QueryDepositsResponse"
    public static let wireFields: WireFields<LegacyDepositsResponse> = [
        .messages(1, "deposits", \.deposits),
        .message(2, "pagination", \.pagination),
    ]
    public init() {}
}

/// Asks for the count of a vote.
public struct LegacyTallyResultRequest: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    public static let wireName = "cosmos.gov.v1beta1.QueryTallyResultRequest"
    public static let wireFields: WireFields<LegacyTallyResultRequest> = [
        .uint64(1, "proposal_id", \.proposalID)
    ]
    public init() {}
    /// Makes the request.
    public init(_ proposalID: UInt64) { self.proposalID = proposalID }
}

/// The count of a vote.
public struct LegacyTallyResultResponse: WireMessage {
    /// The count.
    public var tally = LegacyTallyResult()
    public static let wireName = "cosmos.gov.v1beta1.QueryTallyResultResponse"
    public static let wireFields: WireFields<LegacyTallyResultResponse> = [
        .message(1, "tally", \.tally)
    ]
    public init() {}
}
