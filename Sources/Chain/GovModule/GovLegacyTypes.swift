// The older form of governance (`cosmos.gov.v1beta1`), which CosmJS and older wallets speak. The
// store holds the newer form only; these types are made from it, and turned into it.

public import Ledger
public import Wire

/// Text to agree on; nothing is carried out.
public struct TextProposal: WireMessage, Hashable {
    /// Its title.
    public var title = ""
    /// What it is about.
    public var description = ""
    public static let wireName = "cosmos.gov.v1beta1.TextProposal"
    public static let wireFields: WireFields<TextProposal> = [
        .string(1, "title", \.title),
        .string(2, "description", \.description),
    ]
    public init() {}
    /// Makes a text.
    public init(title: String, description: String) {
        self.title = title
        self.description = description
    }
}

/// A part of a vote, its weight a decimal.
public struct LegacyWeightedVoteOption: WireMessage {
    /// What it is for.
    public var option = VoteOption.unspecified
    /// Its part of the voter's power.
    public var weight = Decimal.zero
    public static let wireName = "cosmos.gov.v1beta1.WeightedVoteOption"
    public static let wireFields: WireFields<LegacyWeightedVoteOption> = [
        .enumeration(1, "option", \.option),
        .text(2, "weight", \.weight),
    ]
    public init() {}
}

/// A voter's vote.
public struct LegacyVote: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    /// Who votes, in bech32.
    public var voter = ""
    /// The one option of a vote with a single part of weight 1.
    public var option = VoteOption.unspecified
    /// Its parts.
    public var options: [LegacyWeightedVoteOption] = []
    public static let wireName = "cosmos.gov.v1beta1.Vote"
    public static let wireFields: WireFields<LegacyVote> = [
        .uint64(1, "proposal_id", \.proposalID),
        .string(2, "voter", \.voter),
        .enumeration(3, "option", \.option),
        .messages(4, "options", \.options),
    ]
    public init() {}
}

/// What an account has put down.
public struct LegacyDeposit: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    /// Who put it down, in bech32.
    public var depositor = ""
    /// Coins.
    public var amount: [Coin] = []
    public static let wireName = "cosmos.gov.v1beta1.Deposit"
    public static let wireFields: WireFields<LegacyDeposit> = [
        .uint64(1, "proposal_id", \.proposalID),
        .string(2, "depositor", \.depositor),
        .messages(3, "amount", \.amount),
    ]
    public init() {}
}

/// Voting power by option.
public struct LegacyTallyResult: WireMessage {
    /// For.
    public var yes = Amount.zero
    /// Neither.
    public var abstain = Amount.zero
    /// Against.
    public var no = Amount.zero
    /// Against, with veto.
    public var noWithVeto = Amount.zero
    public static let wireName = "cosmos.gov.v1beta1.TallyResult"
    public static let wireFields: WireFields<LegacyTallyResult> = [
        .text(1, "yes", \.yes),
        .text(2, "abstain", \.abstain),
        .text(3, "no", \.no),
        .text(4, "no_with_veto", \.noWithVeto),
    ]
    public init() {}
}

/// A proposal. Moments that are not known are the first of the year 1, Go's zero time.
public struct LegacyProposal: WireMessage {
    /// Its number.
    public var id: UInt64 = 0
    /// Its content, for proposals that have one in the old style.
    public var content: AnyMessage?
    /// Where it stands.
    public var status = ProposalStatus.unspecified
    /// The count when the vote ended.
    public var finalTallyResult = LegacyTallyResult()
    /// When it was made.
    public var submitTime = Timestamp.goZero
    /// When it is dropped without its deposit.
    public var depositEndTime = Timestamp.goZero
    /// All that is put down for it.
    public var totalDeposit: [Coin] = []
    /// When the vote began.
    public var votingStartTime = Timestamp.goZero
    /// When the vote ends.
    public var votingEndTime = Timestamp.goZero
    public static let wireName = "cosmos.gov.v1beta1.Proposal"
    public static let wireFields: WireFields<LegacyProposal> = [
        .uint64(1, "proposal_id", \.id),
        .message(2, "content", \.content),
        .enumeration(3, "status", \.status),
        .message(4, "final_tally_result", \.finalTallyResult),
        .message(5, "submit_time", \.submitTime),
        .message(6, "deposit_end_time", \.depositEndTime),
        .messages(7, "total_deposit", \.totalDeposit),
        .message(8, "voting_start_time", \.votingStartTime),
        .message(9, "voting_end_time", \.votingEndTime),
    ]
    public init() {}
}

extension Timestamp {
    /// The first moment of the year 1, which Go programs write for "no time".
    static let goZero = Timestamp(seconds: -62_135_596_800)
}

/// Rules of deposits.
public struct LegacyDepositParameters: WireMessage {
    /// The deposit that begins a vote.
    public var minimumDeposit: [Coin] = []
    /// How long a proposal waits for it.
    public var maximumDepositPeriod = WireDuration()
    public static let wireName = "cosmos.gov.v1beta1.DepositParams"
    public static let wireFields: WireFields<LegacyDepositParameters> = [
        .messages(1, "min_deposit", \.minimumDeposit),
        .message(2, "max_deposit_period", \.maximumDepositPeriod),
    ]
    public init() {}
}

/// Rules of votes.
public struct LegacyVotingParameters: WireMessage {
    /// How long a vote lasts.
    public var votingPeriod = WireDuration()
    public static let wireName = "cosmos.gov.v1beta1.VotingParams"
    public static let wireFields: WireFields<LegacyVotingParameters> = [
        .message(1, "voting_period", \.votingPeriod)
    ]
    public init() {}
}

/// Rules of counting.
public struct LegacyTallyParameters: WireMessage {
    /// Least part of the bonded stake that must vote.
    public var quorum = Decimal.zero
    /// Part of the yes votes that must be passed.
    public var threshold = Decimal.zero
    /// Part of the vetoes that rejects.
    public var vetoThreshold = Decimal.zero
    public static let wireName = "cosmos.gov.v1beta1.TallyParams"
    public static let wireFields: WireFields<LegacyTallyParameters> = [
        .textBytes(1, "quorum", \.quorum),
        .textBytes(2, "threshold", \.threshold),
        .textBytes(3, "veto_threshold", \.vetoThreshold),
    ]
    public init() {}
}

// MARK: Made from the newer form

extension LegacyVote {
    init(_ vote: Vote) throws(Failure) {
        self.init()
        proposalID = vote.proposalID
        voter = vote.voter
        for part in vote.options {
            var legacy = LegacyWeightedVoteOption()
            legacy.option = part.option
            legacy.weight = try part.checkedWeight()
            options.append(legacy)
        }
        if options.count == 1, options[0].weight == .one { option = options[0].option }
    }
}

extension LegacyDeposit {
    init(_ deposit: Deposit) {
        self.init()
        proposalID = deposit.proposalID
        depositor = deposit.depositor
        amount = deposit.amount
    }
}

extension LegacyTallyResult {
    init(_ tally: TallyResult) {
        self.init()
        yes = Amount(tally.yes) ?? .zero
        abstain = Amount(tally.abstain) ?? .zero
        no = Amount(tally.no) ?? .zero
        noWithVeto = Amount(tally.noWithVeto) ?? .zero
    }
}

extension LegacyProposal {
    init(_ proposal: Proposal) {
        self.init()
        id = proposal.id
        for message in proposal.messages {
            if let legacy = (try? message.unpack(MsgExecLegacyContent.self)) ?? nil {
                content = legacy.content
            }
        }
        status = proposal.status
        finalTallyResult = LegacyTallyResult(proposal.finalTallyResult ?? TallyResult())
        submitTime = proposal.submitTime ?? .goZero
        depositEndTime = proposal.depositEndTime ?? .goZero
        totalDeposit = proposal.totalDeposit
        votingStartTime = proposal.votingStartTime ?? .goZero
        votingEndTime = proposal.votingEndTime ?? .goZero
    }
}
