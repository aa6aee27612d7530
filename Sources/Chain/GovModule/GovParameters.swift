// The rules of votes (`cosmos.gov.v1.Params`). Ratios are decimal text with a point.

import Cryptography
public import Ledger
public import Wire

/// The parameters of governance.
public struct GovParameters: WireMessage {
    /// The deposit that begins a vote.
    public var minimumDeposit: [Coin] = []
    /// How long a proposal waits for it.
    public var maximumDepositPeriod: WireDuration?
    /// How long a vote lasts.
    public var votingPeriod: WireDuration?
    /// Least part of the bonded stake that must vote.
    public var quorum = ""
    /// Part of the yes votes among those not abstaining that must be passed.
    public var threshold = ""
    /// Part of the vetoes among all votes that rejects.
    public var vetoThreshold = ""
    /// Part of the deposit that must come with the proposal.
    public var minimumInitialDepositRatio = ""
    /// Part of the deposits that a cancelled proposal costs.
    public var proposalCancelRatio = ""
    /// Who gets that part, in bech32; empty burns it.
    public var proposalCancelDestination = ""
    /// How long an expedited vote lasts.
    public var expeditedVotingPeriod: WireDuration?
    /// The threshold of an expedited vote.
    public var expeditedThreshold = ""
    /// The deposit that begins an expedited vote.
    public var expeditedMinimumDeposit: [Coin] = []
    /// Whether a vote without quorum burns the deposits.
    public var burnsDepositWithoutQuorum = false
    /// Whether a proposal that never came to a vote loses its deposits.
    public var burnsDepositBeforeVote = false
    /// Whether a veto burns the deposits.
    public var burnsDepositOnVeto = false
    /// Least part of the minimum that a single deposit must be, in one denomination.
    public var minimumDepositRatio = ""

    public static let wireName = "cosmos.gov.v1.Params"
    public static let wireFields: WireFields<GovParameters> = [
        .messages(1, "min_deposit", \.minimumDeposit),
        .message(2, "max_deposit_period", \.maximumDepositPeriod),
        .message(3, "voting_period", \.votingPeriod),
        .string(4, "quorum", \.quorum),
        .string(5, "threshold", \.threshold),
        .string(6, "veto_threshold", \.vetoThreshold),
        .string(7, "min_initial_deposit_ratio", \.minimumInitialDepositRatio),
        .string(8, "proposal_cancel_ratio", \.proposalCancelRatio),
        .string(9, "proposal_cancel_dest", \.proposalCancelDestination),
        .message(10, "expedited_voting_period", \.expeditedVotingPeriod),
        .string(11, "expedited_threshold", \.expeditedThreshold),
        .messages(12, "expedited_min_deposit", \.expeditedMinimumDeposit),
        .bool(13, "burn_vote_quorum", \.burnsDepositWithoutQuorum),
        .bool(14, "burn_proposal_deposit_prevote", \.burnsDepositBeforeVote),
        .bool(15, "burn_vote_veto", \.burnsDepositOnVeto),
        .string(16, "min_deposit_ratio", \.minimumDepositRatio),
    ]

    public init() {}

    /// The Cosmos SDK's values, in `ucgpt`.
    public static var standard: GovParameters {
        let day: Int64 = 86_400
        var parameters = GovParameters()
        parameters.minimumDeposit = [Coin(Amount(10_000_000), "ucgpt")]
        parameters.maximumDepositPeriod = WireDuration(seconds: 2 * day)
        parameters.votingPeriod = WireDuration(seconds: 2 * day)
        parameters.quorum = Decimal(permille: 334).description
        parameters.threshold = Decimal(percent: 50).description
        parameters.vetoThreshold = Decimal(permille: 334).description
        parameters.minimumInitialDepositRatio = Decimal.zero.description
        parameters.proposalCancelRatio = Decimal(percent: 50).description
        parameters.expeditedVotingPeriod = WireDuration(seconds: day)
        parameters.expeditedThreshold = Decimal(permille: 667).description
        parameters.expeditedMinimumDeposit = [Coin(Amount(50_000_000), "ucgpt")]
        parameters.burnsDepositOnVeto = true
        parameters.minimumDepositRatio = Decimal(percent: 1).description
        return parameters
    }

    /// Checks that every value can be used.
    public func validate() throws(Failure) {
        try checkDeposits()
        try GovParameters.check(maximumDepositPeriod, "maximum deposit period")
        let voting = try GovParameters.check(votingPeriod, "voting period")
        let expedited = try GovParameters.check(expeditedVotingPeriod, "expedited voting period")
        guard (expedited.seconds, expedited.nanoseconds) < (voting.seconds, voting.nanoseconds)
        else {
            throw .sdk(
                .invalidRequest,
                "expedited voting period \(expedited.text) must less than the regular voting "
                    + "period \(voting.text)")
        }
        _ = try GovParameters.ratio(quorum, "quorum")
        let threshold = try GovParameters.ratio(threshold, "vote threshold", positive: true)
        let higher = try GovParameters.ratio(
            expeditedThreshold, "expedited vote threshold", positive: true)
        guard higher > threshold else {
            throw .sdk(
                .invalidRequest,
                "expedited vote threshold \(higher), must be greater than the regular threshold "
                    + "\(threshold)")
        }
        _ = try GovParameters.ratio(vetoThreshold, "veto threshold", positive: true)
        _ = try GovParameters.ratio(
            minimumInitialDepositRatio, "minimum initial deposit ratio of proposal")
        _ = try GovParameters.ratio(proposalCancelRatio, "burn rate of cancel proposal")
        _ = try GovParameters.ratio(minimumDepositRatio, "minimum deposit ratio of proposal")
        if !proposalCancelDestination.isEmpty {
            _ = try Address.parse(proposalCancelDestination)
        }
    }

    private func checkDeposits() throws(Failure) {
        guard !minimumDeposit.isEmpty else {
            throw .sdk(.invalidRequest, "invalid minimum deposit: ")
        }
        try minimumDeposit.checkCoins()
        guard !expeditedMinimumDeposit.isEmpty else {
            throw .sdk(.invalidRequest, "invalid expedited minimum deposit: ")
        }
        try expeditedMinimumDeposit.checkCoins()
        guard try !minimumDeposit.covers(expeditedMinimumDeposit) else {
            throw .sdk(
                .invalidRequest,
                "expedited minimum deposit must be greater than minimum deposit: "
                    + expeditedMinimumDeposit.coinsText)
        }
    }

    @discardableResult
    private static func check(
        _ span: WireDuration?, _ name: String
    ) throws(Failure) -> WireDuration {
        guard let span, span.isValid, span.seconds >= 0, span.nanoseconds >= 0,
            span.seconds > 0 || span.nanoseconds > 0
        else { throw .sdk(.invalidRequest, "\(name) must be positive") }
        return span
    }

    /// The ratio in `text`, from 0 to 1.
    static func ratio(
        _ text: String, _ name: String, positive: Bool = false
    ) throws(Failure) -> Decimal {
        guard let ratio = Decimal(text) else {
            throw .sdk(.invalidRequest, "invalid \(name) string: \(text.prefix(50))")
        }
        guard ratio > .zero || !positive else {
            throw .sdk(.invalidRequest, "\(name) must be positive: \(ratio)")
        }
        guard ratio <= .one else {
            throw .sdk(.invalidRequest, "\(name) too large: \(ratio)")
        }
        return ratio
    }

    /// The deposit that begins the vote on a proposal.
    func deposit(isExpedited: Bool) -> [Coin] {
        isExpedited ? expeditedMinimumDeposit : minimumDeposit
    }
}

extension [Coin] {
    /// Whether every denomination of `other` is here in at least its amount.
    func covers(_ other: [Coin]) throws(Failure) -> Bool {
        try subtracting(other) != nil
    }
}

/// Deprecated part of the parameters, for clients that still ask for it.
public struct DepositParameters: WireMessage {
    /// The deposit that begins a vote.
    public var minimumDeposit: [Coin] = []
    /// How long a proposal waits for it.
    public var maximumDepositPeriod: WireDuration?
    public static let wireName = "cosmos.gov.v1.DepositParams"
    public static let wireFields: WireFields<DepositParameters> = [
        .messages(1, "min_deposit", \.minimumDeposit),
        .message(2, "max_deposit_period", \.maximumDepositPeriod),
    ]
    public init() {}
}

/// Deprecated part of the parameters, for clients that still ask for it.
public struct VotingParameters: WireMessage {
    /// How long a vote lasts.
    public var votingPeriod: WireDuration?
    public static let wireName = "cosmos.gov.v1.VotingParams"
    public static let wireFields: WireFields<VotingParameters> = [
        .message(1, "voting_period", \.votingPeriod)
    ]
    public init() {}
}

/// Deprecated part of the parameters, for clients that still ask for it.
public struct TallyParameters: WireMessage {
    /// Least part of the bonded stake that must vote.
    public var quorum = ""
    /// Part of the yes votes that must be passed.
    public var threshold = ""
    /// Part of the vetoes that rejects.
    public var vetoThreshold = ""
    public static let wireName = "cosmos.gov.v1.TallyParams"
    public static let wireFields: WireFields<TallyParameters> = [
        .string(1, "quorum", \.quorum),
        .string(2, "threshold", \.threshold),
        .string(3, "veto_threshold", \.vetoThreshold),
    ]
    public init() {}
}
