// What the messages of governance do. Every failure stands in the README.

import Cryptography
import Ledger
import Wire

extension Gov {
    var currentMessages: [MessageRoute] {
        [
            MessageRoute(
                MsgSubmitProposal.self, MsgSubmitProposalResponse.self,
                signers: { [$0.proposer] },
                validate: { (message) throws(Failure) in
                    try Gov.check(message)
                }, inner: { $0.messages }, handle: submit),
            MessageRoute(
                MsgExecLegacyContent.self, MsgExecLegacyContentResponse.self,
                signers: { [$0.authority] },
                validate: { (message) throws(Failure) in
                    guard let content = message.content else {
                        throw .gov(.invalidContent, "missing content")
                    }
                    _ = try TextProposal(content: content)
                },
                handle: { (message, _) throws(Failure) in
                    try Address.checkAuthority(message.authority)
                    return MsgExecLegacyContentResponse()
                }),
            MessageRoute(
                MsgVote.self, MsgVoteResponse.self, signers: { [$0.voter] },
                validate: { (message) throws(Failure) in try Gov.check(message) },
                handle: vote),
            MessageRoute(
                MsgVoteWeighted.self, MsgVoteWeightedResponse.self, signers: { [$0.voter] },
                validate: { (message) throws(Failure) in try Gov.check(message) },
                handle: voteWeighted),
            MessageRoute(
                MsgDeposit.self, MsgDepositResponse.self, signers: { [$0.depositor] },
                validate: { (message) throws(Failure) in try Gov.check(message) },
                handle: deposit),
            MessageRoute(
                MsgUpdateGovParameters.self, MsgUpdateGovParametersResponse.self,
                signers: { [$0.authority] },
                validate: { (message) throws(Failure) in try message.parameters.validate() },
                handle: { (message, context) throws(Failure) in
                    try Address.checkAuthority(message.authority)
                    try GovKeys.parameters.set(message.parameters, &context)
                    return MsgUpdateGovParametersResponse()
                }),
            MessageRoute(
                MsgCancelProposal.self, MsgCancelProposalResponse.self,
                signers: { [$0.proposer] },
                validate: { (message) throws(Failure) in
                    _ = try Address.parse(message.proposer)
                }, handle: cancel),
        ]
    }

    // MARK: Proposals

    static func check(_ message: MsgSubmitProposal) throws(Failure) {
        guard !message.title.isEmpty else {
            throw .sdk(.invalidRequest, "proposal title cannot be empty")
        }
        guard !message.summary.isEmpty else {
            throw .sdk(.invalidRequest, "proposal summary cannot be empty")
        }
        _ = try Address.parse(message.proposer)
        guard !message.messages.isEmpty || !message.metadata.isEmpty else {
            throw .gov(.noMessages, "either metadata or Msgs length must be non-nil")
        }
        try checkMetadataLength(message.metadata)
        try checkMetadataLength(message.title)
        guard message.summary.utf8.count <= maximumSummaryBytes else {
            throw .gov(
                .summaryTooLong, "got summary with length \(message.summary.utf8.count)")
        }
        try checkMetadataAgrees(message)
        try message.initialDeposit.checkCoins()
    }

    static func checkMetadataLength(_ text: String) throws(Failure) {
        guard text.utf8.count <= maximumMetadataBytes else {
            throw .gov(.metadataTooLong, "got metadata with length \(text.utf8.count)")
        }
    }

    /// Metadata that is a JSON object, the form that the SDK recommends, must repeat title and
    /// summary. Anything else is a note of its own.
    private static func checkMetadataAgrees(_ message: MsgSubmitProposal) throws(Failure) {
        guard let json = try? JSONValue(parsing: message.metadata) else { return }
        guard case .object = json else { return }
        for (name, text) in [("title", message.title), ("summary", message.summary)] {
            guard case .string(let repeated) = json[name] ?? .string("") else { return }
            guard repeated == text else {
                throw .gov(
                    .invalidContent,
                    "metadata \(name) '\(repeated)' must equal proposal \(name) '\(text)'")
            }
        }
    }

    @Sendable func submit(
        _ message: MsgSubmitProposal, _ context: inout Context
    ) throws(Failure) -> MsgSubmitProposalResponse {
        let proposer = try Address.parse(message.proposer)
        let parameters = try parameters(&context)
        try checkInitialDeposit(
            message.initialDeposit, isExpedited: message.isExpedited, parameters)
        try check(proposed: message.messages)
        let now = context.block.time
        var proposal = Proposal()
        proposal.id = try takeID(&context)
        proposal.messages = message.messages
        proposal.status = .depositPeriod
        proposal.finalTallyResult = TallyResult()
        proposal.submitTime = now
        proposal.depositEndTime = now.advancedClamped(
            by: parameters.maximumDepositPeriod ?? WireDuration())
        proposal.metadata = message.metadata
        proposal.title = message.title
        proposal.summary = message.summary
        proposal.proposer = proposer.description
        proposal.isExpedited = message.isExpedited
        try store(proposal, &context)
        GovEvents.submitted(proposal, &context)
        // It is kept for good, and every node looks at it again and again.
        try context.gas.consume(
            3 * StateGas.writePerByte * UInt64(proposal.encoded().count), "submit proposal")
        if try addDeposit(proposal.id, message.initialDeposit, by: proposer, &context) {
            GovEvents.votingStarted(proposal.id, atOnce: true, &context)
        }
        var response = MsgSubmitProposalResponse()
        response.proposalID = proposal.id
        return response
    }

    /// Checks that governance alone would sign each message, and that clients can be shown it.
    func check(proposed messages: [AnyMessage]) throws(Failure) {
        let encoding = JSONEncoding(registry: router.registry)
        for message in messages {
            let signers = try router.signers(of: message)
            guard signers == [.governance] else {
                throw .gov(.invalidSigner, signers.map(\.description).joined(separator: ","))
            }
            do { _ = try message.json(encoding) } catch {
                throw .gov(.invalidMessage, "\(error)")
            }
        }
    }

    @Sendable private func cancel(
        _ message: MsgCancelProposal, _ context: inout Context
    ) throws(Failure) -> MsgCancelProposalResponse {
        let proposal = try get(message.proposalID, &context)
        guard try proposal.proposer == Address.parse(message.proposer).description else {
            throw .gov(.invalidProposer, "invalid proposer \(message.proposer)")
        }
        guard proposal.isOpen else {
            throw .gov(
                .invalidProposal, "proposal should be in the deposit or voting period")
        }
        if let end = proposal.votingEndTime, end < context.block.time {
            throw .gov(
                .votingEnded,
                "voting period is already ended for this proposal \(proposal.id)")
        }
        try chargeDeposits(proposal.id, &context)
        try removeVotes(proposal.id, &context)
        try remove(proposal, &context)
        GovEvents.cancelled(proposal.id, by: proposal.proposer, &context)
        var response = MsgCancelProposalResponse()
        response.proposalID = proposal.id
        response.canceledTime = context.block.time
        response.canceledHeight = UInt64(clamping: context.block.height)
        return response
    }

    // MARK: Deposits

    static func check(_ message: MsgDeposit) throws(Failure) {
        _ = try Address.parse(message.depositor)
        guard !message.amount.isEmpty else { throw .sdk(.invalidCoins, "") }
        try message.amount.checkCoins()
    }

    @Sendable func deposit(
        _ message: MsgDeposit, _ context: inout Context
    ) throws(Failure) -> MsgDepositResponse {
        let depositor = try Address.parse(message.depositor)
        if try addDeposit(message.proposalID, message.amount, by: depositor, &context) {
            GovEvents.votingStarted(message.proposalID, atOnce: false, &context)
        }
        return MsgDepositResponse()
    }

    // MARK: Votes

    static func check(_ message: MsgVote) throws(Failure) {
        _ = try Address.parse(message.voter)
        guard message.option != .unspecified else {
            throw .gov(.invalidVote, message.option.wireLabel)
        }
        try checkMetadataLength(message.metadata)
    }

    static func check(_ message: MsgVoteWeighted) throws(Failure) {
        _ = try Address.parse(message.voter)
        guard !message.options.isEmpty else { throw .sdk(.invalidRequest, "no vote options") }
        try check(options: message.options)
        try checkMetadataLength(message.metadata)
    }

    /// Each option once, each weight above 0, all weights together 1.
    static func check(options: [WeightedVoteOption]) throws(Failure) {
        var total = Decimal.zero
        var used: [VoteOption] = []
        for part in options {
            guard part.option != .unspecified else {
                throw .gov(.invalidVote, part.option.wireLabel)
            }
            // At most four pass, so this list is short.
            guard !used.contains(part.option) else {
                throw .gov(.invalidVote, "duplicated vote option")
            }
            used.append(part.option)
            total = try total.adding(try part.checkedWeight())
        }
        guard total <= .one else { throw .gov(.invalidVote, "total weight overflow 1.00") }
        guard total == .one else { throw .gov(.invalidVote, "total weight lower than 1.00") }
    }

    @Sendable func vote(
        _ message: MsgVote, _ context: inout Context
    ) throws(Failure) -> MsgVoteResponse {
        try addVote(
            message.proposalID, message.voter, [WeightedVoteOption(message.option, .one)],
            message.metadata, &context)
        return MsgVoteResponse()
    }

    @Sendable func voteWeighted(
        _ message: MsgVoteWeighted, _ context: inout Context
    ) throws(Failure) -> MsgVoteWeightedResponse {
        try addVote(
            message.proposalID, message.voter, message.options, message.metadata, &context)
        return MsgVoteWeightedResponse()
    }

    private func addVote(
        _ id: UInt64, _ voter: String, _ options: [WeightedVoteOption], _ metadata: String,
        _ context: inout Context
    ) throws(Failure) {
        let proposal = try GovKeys.proposals.get(id.keyBytes, &context)
        guard proposal?.status == .votingPeriod else { throw .gov(.inactiveProposal, "\(id)") }
        let address = try Address.parse(voter)
        var vote = Vote()
        vote.proposalID = id
        vote.voter = address.description
        vote.options = options
        vote.metadata = metadata
        try GovKeys.votes.set(GovKeys.pair(id, address), vote, &context)
        GovEvents.voted(vote, &context)
    }
}

extension WeightedVoteOption {
    /// The weight, above 0 and at most 1.
    func checkedWeight() throws(Failure) -> Decimal {
        guard let weight = Decimal(weight), weight > .zero, weight <= .one else {
            throw .gov(.invalidVote, "invalid weight: \(self.weight.prefix(50))")
        }
        return weight
    }
}
