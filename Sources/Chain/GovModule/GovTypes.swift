// Proposals, votes and deposits as on the wire and in the store (`cosmos.gov.v1`). Numbers with
// decimals are plain text here, with a point, as the Cosmos SDK keeps them in this version.

public import Ledger
public import Wire

/// What a vote is for.
public enum VoteOption: Int32, WireEnum {
    /// Not set; refused.
    case unspecified = 0
    /// For the proposal.
    case yes = 1
    /// Neither; counts for the quorum.
    case abstain = 2
    /// Against.
    case no = 3
    /// Against, and its makers should lose their deposit.
    case noWithVeto = 4

    public init() { self = .unspecified }
    public static let wireName = "cosmos.gov.v1.VoteOption"
    public var wireLabel: String {
        switch self {
        case .unspecified: "VOTE_OPTION_UNSPECIFIED"
        case .yes: "VOTE_OPTION_YES"
        case .abstain: "VOTE_OPTION_ABSTAIN"
        case .no: "VOTE_OPTION_NO"
        case .noWithVeto: "VOTE_OPTION_NO_WITH_VETO"
        }
    }
}

/// Where a proposal stands.
public enum ProposalStatus: Int32, WireEnum {
    /// Not set.
    case unspecified = 0
    /// Waits for its deposit.
    case depositPeriod = 1
    /// Is voted on.
    case votingPeriod = 2
    /// Passed, and its messages ran.
    case passed = 3
    /// Did not pass.
    case rejected = 4
    /// Passed, but its messages failed.
    case failed = 5

    public init() { self = .unspecified }
    public static let wireName = "cosmos.gov.v1.ProposalStatus"
    public var wireLabel: String {
        switch self {
        case .unspecified: "PROPOSAL_STATUS_UNSPECIFIED"
        case .depositPeriod: "PROPOSAL_STATUS_DEPOSIT_PERIOD"
        case .votingPeriod: "PROPOSAL_STATUS_VOTING_PERIOD"
        case .passed: "PROPOSAL_STATUS_PASSED"
        case .rejected: "PROPOSAL_STATUS_REJECTED"
        case .failed: "PROPOSAL_STATUS_FAILED"
        }
    }
}

/// A part of a vote.
public struct WeightedVoteOption: WireMessage {
    /// What it is for.
    public var option = VoteOption.unspecified
    /// Its part of the voter's power: decimal text above 0, at most 1.
    public var weight = ""

    public static let wireName = "cosmos.gov.v1.WeightedVoteOption"
    public static let wireFields: WireFields<WeightedVoteOption> = [
        .enumeration(1, "option", \.option),
        .string(2, "weight", \.weight),
    ]

    public init() {}

    /// Makes a part.
    public init(_ option: VoteOption, _ weight: Decimal) {
        self.option = option
        self.weight = weight.description
    }
}

/// A voter's vote.
public struct Vote: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    /// Who votes, in bech32.
    public var voter = ""
    /// Its parts; their weights sum to 1.
    public var options: [WeightedVoteOption] = []
    /// A note.
    public var metadata = ""

    public static let wireName = "cosmos.gov.v1.Vote"
    public static let wireFields: WireFields<Vote> = [
        .uint64(1, "proposal_id", \.proposalID),
        .string(2, "voter", \.voter),
        .messages(4, "options", \.options),
        .string(5, "metadata", \.metadata),
    ]

    public init() {}
}

/// What an account has put down for a proposal.
public struct Deposit: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    /// Who put it down, in bech32.
    public var depositor = ""
    /// Coins.
    public var amount: [Coin] = []

    public static let wireName = "cosmos.gov.v1.Deposit"
    public static let wireFields: WireFields<Deposit> = [
        .uint64(1, "proposal_id", \.proposalID),
        .string(2, "depositor", \.depositor),
        .messages(3, "amount", \.amount),
    ]

    public init() {}
}

/// Voting power by option, in whole tokens.
public struct TallyResult: WireMessage, Hashable {
    /// For.
    public var yes = "0"
    /// Neither.
    public var abstain = "0"
    /// Against.
    public var no = "0"
    /// Against, with veto.
    public var noWithVeto = "0"

    public static let wireName = "cosmos.gov.v1.TallyResult"
    public static let wireFields: WireFields<TallyResult> = [
        .string(1, "yes_count", \.yes),
        .string(2, "abstain_count", \.abstain),
        .string(3, "no_count", \.no),
        .string(4, "no_with_veto_count", \.noWithVeto),
    ]

    public init() {}
}

/// Something that is decided by vote.
public struct Proposal: WireMessage {
    /// Its number.
    public var id: UInt64 = 0
    /// Messages that run as the account of governance when it passes, all or none.
    public var messages: [AnyMessage] = []
    /// Where it stands.
    public var status = ProposalStatus.unspecified
    /// The count when the vote ended; zeros before.
    public var finalTallyResult: TallyResult?
    /// When it was made.
    public var submitTime: Timestamp?
    /// When it is dropped without its deposit.
    public var depositEndTime: Timestamp?
    /// All that is put down for it.
    public var totalDeposit: [Coin] = []
    /// When the vote began.
    public var votingStartTime: Timestamp?
    /// When the vote ends.
    public var votingEndTime: Timestamp?
    /// A note, such as a link.
    public var metadata = ""
    /// Its title.
    public var title = ""
    /// What it is about.
    public var summary = ""
    /// Who made it, in bech32.
    public var proposer = ""
    /// Whether it is voted on in the short period, with the high threshold.
    public var isExpedited = false
    /// Why it did not come about.
    public var failedReason = ""

    public static let wireName = "cosmos.gov.v1.Proposal"
    public static let wireFields: WireFields<Proposal> = [
        .uint64(1, "id", \.id),
        .messages(2, "messages", \.messages),
        .enumeration(3, "status", \.status),
        .message(4, "final_tally_result", \.finalTallyResult),
        .message(5, "submit_time", \.submitTime),
        .message(6, "deposit_end_time", \.depositEndTime),
        .messages(7, "total_deposit", \.totalDeposit),
        .message(8, "voting_start_time", \.votingStartTime),
        .message(9, "voting_end_time", \.votingEndTime),
        .string(10, "metadata", \.metadata),
        .string(11, "title", \.title),
        .string(12, "summary", \.summary),
        .string(13, "proposer", \.proposer),
        .bool(14, "expedited", \.isExpedited),
        .string(15, "failed_reason", \.failedReason),
    ]

    public init() {}

    /// Whether it still takes deposits.
    var isOpen: Bool { status == .depositPeriod || status == .votingPeriod }
}
