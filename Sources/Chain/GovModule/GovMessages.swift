// The messages of governance (`cosmos.gov.v1`).

public import Ledger
public import Wire

/// Proposes something.
public struct MsgSubmitProposal: WireMessage {
    /// Messages to run when it passes.
    public var messages: [AnyMessage] = []
    /// Coins to put down at once.
    public var initialDeposit: [Coin] = []
    /// Who proposes, in bech32; signs.
    public var proposer = ""
    /// A note, such as a link.
    public var metadata = ""
    /// Its title.
    public var title = ""
    /// What it is about.
    public var summary = ""
    /// Whether the short vote is asked for.
    public var isExpedited = false

    public static let wireName = "cosmos.gov.v1.MsgSubmitProposal"
    public static let wireFields: WireFields<MsgSubmitProposal> = [
        .messages(1, "messages", \.messages),
        .messages(2, "initial_deposit", \.initialDeposit),
        .string(3, "proposer", \.proposer),
        .string(4, "metadata", \.metadata),
        .string(5, "title", \.title),
        .string(6, "summary", \.summary),
        .bool(7, "expedited", \.isExpedited),
    ]

    public init() {}
}

/// The answer to ``MsgSubmitProposal``.
public struct MsgSubmitProposalResponse: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    public static let wireName = "cosmos.gov.v1.MsgSubmitProposalResponse"
    public static let wireFields: WireFields<MsgSubmitProposalResponse> = [
        .uint64(1, "proposal_id", \.proposalID)
    ]
    public init() {}
}

/// Content in the old style as a message; only a proposal may hold it, and only text is carried
/// out.
public struct MsgExecLegacyContent: WireMessage {
    /// A ``TextProposal``.
    public var content: AnyMessage?
    /// The account of governance.
    public var authority = ""
    public static let wireName = "cosmos.gov.v1.MsgExecLegacyContent"
    public static let wireFields: WireFields<MsgExecLegacyContent> = [
        .message(1, "content", \.content),
        .string(2, "authority", \.authority),
    ]
    public init() {}
}

/// The answer to ``MsgExecLegacyContent``.
public struct MsgExecLegacyContentResponse: WireMessage {
    public static let wireName = "cosmos.gov.v1.MsgExecLegacyContentResponse"
    public static let wireFields: WireFields<MsgExecLegacyContentResponse> = []
    public init() {}
}

/// Votes.
public struct MsgVote: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    /// Who votes, in bech32; signs.
    public var voter = ""
    /// What for.
    public var option = VoteOption.unspecified
    /// A note.
    public var metadata = ""
    public static let wireName = "cosmos.gov.v1.MsgVote"
    public static let wireFields: WireFields<MsgVote> = [
        .uint64(1, "proposal_id", \.proposalID),
        .string(2, "voter", \.voter),
        .enumeration(3, "option", \.option),
        .string(4, "metadata", \.metadata),
    ]
    public init() {}
    /// Makes the message.
    public init(_ proposalID: UInt64, voter: String, _ option: VoteOption) {
        self.proposalID = proposalID
        self.voter = voter
        self.option = option
    }
}

/// The answer to ``MsgVote``.
public struct MsgVoteResponse: WireMessage {
    public static let wireName = "cosmos.gov.v1.MsgVoteResponse"
    public static let wireFields: WireFields<MsgVoteResponse> = []
    public init() {}
}

/// Votes in parts.
public struct MsgVoteWeighted: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    /// Who votes, in bech32; signs.
    public var voter = ""
    /// The parts; each option once, weights sum to 1.
    public var options: [WeightedVoteOption] = []
    /// A note.
    public var metadata = ""
    public static let wireName = "cosmos.gov.v1.MsgVoteWeighted"
    public static let wireFields: WireFields<MsgVoteWeighted> = [
        .uint64(1, "proposal_id", \.proposalID),
        .string(2, "voter", \.voter),
        .messages(3, "options", \.options),
        .string(4, "metadata", \.metadata),
    ]
    public init() {}
    /// Makes the message.
    public init(_ proposalID: UInt64, voter: String, _ options: [WeightedVoteOption]) {
        self.proposalID = proposalID
        self.voter = voter
        self.options = options
    }
}

/// The answer to ``MsgVoteWeighted``.
public struct MsgVoteWeightedResponse: WireMessage {
    public static let wireName = "cosmos.gov.v1.MsgVoteWeightedResponse"
    public static let wireFields: WireFields<MsgVoteWeightedResponse> = []
    public init() {}
}

/// Puts down coins for a proposal.
public struct MsgDeposit: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    /// Who puts them down, in bech32; signs.
    public var depositor = ""
    /// Coins.
    public var amount: [Coin] = []
    public static let wireName = "cosmos.gov.v1.MsgDeposit"
    public static let wireFields: WireFields<MsgDeposit> = [
        .uint64(1, "proposal_id", \.proposalID),
        .string(2, "depositor", \.depositor),
        .messages(3, "amount", \.amount),
    ]
    public init() {}
    /// Makes the message.
    public init(_ proposalID: UInt64, depositor: String, _ amount: [Coin]) {
        self.proposalID = proposalID
        self.depositor = depositor
        self.amount = amount
    }
}

/// The answer to ``MsgDeposit``.
public struct MsgDepositResponse: WireMessage {
    public static let wireName = "cosmos.gov.v1.MsgDepositResponse"
    public static let wireFields: WireFields<MsgDepositResponse> = []
    public init() {}
}

/// Changes the parameters; governance signs.
public struct MsgUpdateGovParameters: WireMessage {
    /// The account of governance.
    public var authority = ""
    /// The new parameters, all of them.
    public var parameters = GovParameters()
    public static let wireName = "cosmos.gov.v1.MsgUpdateParams"
    public static let wireFields: WireFields<MsgUpdateGovParameters> = [
        .string(1, "authority", \.authority),
        .message(2, "params", \.parameters),
    ]
    public init() {}
}

/// The answer to ``MsgUpdateGovParameters``.
public struct MsgUpdateGovParametersResponse: WireMessage {
    public static let wireName = "cosmos.gov.v1.MsgUpdateParamsResponse"
    public static let wireFields: WireFields<MsgUpdateGovParametersResponse> = []
    public init() {}
}

/// Takes a proposal back.
public struct MsgCancelProposal: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    /// Who made it, in bech32; signs.
    public var proposer = ""
    public static let wireName = "cosmos.gov.v1.MsgCancelProposal"
    public static let wireFields: WireFields<MsgCancelProposal> = [
        .uint64(1, "proposal_id", \.proposalID),
        .string(2, "proposer", \.proposer),
    ]
    public init() {}
    /// Makes the message.
    public init(_ proposalID: UInt64, proposer: String) {
        self.proposalID = proposalID
        self.proposer = proposer
    }
}

/// The answer to ``MsgCancelProposal``.
public struct MsgCancelProposalResponse: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    /// Time of the block.
    public var canceledTime = Timestamp()
    /// Height of the block.
    public var canceledHeight: UInt64 = 0
    public static let wireName = "cosmos.gov.v1.MsgCancelProposalResponse"
    public static let wireFields: WireFields<MsgCancelProposalResponse> = [
        .uint64(1, "proposal_id", \.proposalID),
        .message(2, "canceled_time", \.canceledTime),
        .uint64(3, "canceled_height", \.canceledHeight),
    ]
    public init() {}
}
