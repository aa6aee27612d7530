// The messages of the older form of governance (`cosmos.gov.v1beta1`).

import Cryptography
public import Ledger
public import Wire

/// Proposes content in the old style; only text is taken.
public struct LegacyMsgSubmitProposal: WireMessage {
    /// A ``TextProposal``.
    public var content: AnyMessage?
    /// Coins to put down at once.
    public var initialDeposit: [Coin] = []
    /// Who proposes, in bech32; signs.
    public var proposer = ""
    public static let wireName = "cosmos.gov.v1beta1.MsgSubmitProposal"
    public static let wireFields: WireFields<LegacyMsgSubmitProposal> = [
        .message(1, "content", \.content),
        .messages(2, "initial_deposit", \.initialDeposit),
        .string(3, "proposer", \.proposer),
    ]
    public init() {}
}

/// The answer to ``LegacyMsgSubmitProposal``.
public struct LegacyMsgSubmitProposalResponse: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    public static let wireName = "cosmos.gov.v1beta1.MsgSubmitProposalResponse"
    public static let wireFields: WireFields<LegacyMsgSubmitProposalResponse> = [
        .uint64(1, "proposal_id", \.proposalID)
    ]
    public init() {}
}

/// Votes.
public struct LegacyMsgVote: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    /// Who votes, in bech32; signs.
    public var voter = ""
    /// What for.
    public var option = VoteOption.unspecified
    public static let wireName = "cosmos.gov.v1beta1.MsgVote"
    public static let wireFields: WireFields<LegacyMsgVote> = [
        .uint64(1, "proposal_id", \.proposalID),
        .string(2, "voter", \.voter),
        .enumeration(3, "option", \.option),
    ]
    public init() {}
}

/// The answer to ``LegacyMsgVote``.
public struct LegacyMsgVoteResponse: WireMessage {
    public static let wireName = "cosmos.gov.v1beta1.MsgVoteResponse"
    public static let wireFields: WireFields<LegacyMsgVoteResponse> = []
    public init() {}
}

/// Votes in parts.
public struct LegacyMsgVoteWeighted: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    /// Who votes, in bech32; signs.
    public var voter = ""
    /// The parts.
    public var options: [LegacyWeightedVoteOption] = []
    public static let wireName = "cosmos.gov.v1beta1.MsgVoteWeighted"
    public static let wireFields: WireFields<LegacyMsgVoteWeighted> = [
        .uint64(1, "proposal_id", \.proposalID),
        .string(2, "voter", \.voter),
        .messages(3, "options", \.options),
    ]
    public init() {}
}

/// The answer to ``LegacyMsgVoteWeighted``.
public struct LegacyMsgVoteWeightedResponse: WireMessage {
    public static let wireName = "cosmos.gov.v1beta1.MsgVoteWeightedResponse"
    public static let wireFields: WireFields<LegacyMsgVoteWeightedResponse> = []
    public init() {}
}

/// Puts down coins for a proposal.
public struct LegacyMsgDeposit: WireMessage {
    /// Number of the proposal.
    public var proposalID: UInt64 = 0
    /// Who puts them down, in bech32; signs.
    public var depositor = ""
    /// Coins.
    public var amount: [Coin] = []
    public static let wireName = "cosmos.gov.v1beta1.MsgDeposit"
    public static let wireFields: WireFields<LegacyMsgDeposit> = [
        .uint64(1, "proposal_id", \.proposalID),
        .string(2, "depositor", \.depositor),
        .messages(3, "amount", \.amount),
    ]
    public init() {}
}

/// The answer to ``LegacyMsgDeposit``.
public struct LegacyMsgDepositResponse: WireMessage {
    public static let wireName = "cosmos.gov.v1beta1.MsgDepositResponse"
    public static let wireFields: WireFields<LegacyMsgDepositResponse> = []
    public init() {}
}

// MARK: Turned into the newer form

extension LegacyMsgSubmitProposal {
    /// The same as a proposal whose message holds the content.
    func current() throws(Failure) -> MsgSubmitProposal {
        guard let content else { throw .gov(.invalidContent, "missing content") }
        let text = try TextProposal(content: content)
        var legacy = MsgExecLegacyContent()
        legacy.content = AnyMessage(text)
        legacy.authority = Address.governance.description
        var message = MsgSubmitProposal()
        message.messages = [AnyMessage(legacy)]
        message.initialDeposit = initialDeposit
        message.proposer = proposer
        message.title = text.title
        message.summary = text.description
        return message
    }
}

extension LegacyMsgVote {
    func current() -> MsgVote { MsgVote(proposalID, voter: voter, option) }
}

extension LegacyMsgVoteWeighted {
    func current() -> MsgVoteWeighted {
        MsgVoteWeighted(
            proposalID, voter: voter, options.map { WeightedVoteOption($0.option, $0.weight) })
    }
}

extension LegacyMsgDeposit {
    func current() -> MsgDeposit { MsgDeposit(proposalID, depositor: depositor, amount) }
}

extension TextProposal {
    /// Decodes and checks old-style content; content of another kind has no handler.
    init(content: AnyMessage) throws(Failure) {
        guard content.typeURL == TextProposal.typeURL else {
            throw .gov(.noHandler, "\(content.typeURL.prefix(200))")
        }
        do {
            self = try TextProposal(
                decoding: content.value, rules: WireRules(unknownFields: .nonCriticalSkipped))
        } catch { throw .sdk(.transactionParse, "\(TextProposal.wireName): \(error)") }
        guard title.contains(where: { !$0.isWhitespace }) else {
            throw .gov(.invalidContent, "proposal title cannot be blank")
        }
        guard title.utf8.count <= 140 else {
            throw .gov(.invalidContent, "proposal title is longer than max length of 140")
        }
        guard !description.isEmpty else {
            throw .gov(.invalidContent, "proposal description cannot be blank")
        }
        guard description.utf8.count <= 10_000 else {
            throw .gov(
                .invalidContent, "proposal description is longer than max length of 10000")
        }
    }
}
