import Base
import Cryptography
import GovModule
import Ledger
import TestSupport
import Testing
import Wire

/// What clients read, in both forms, and what a genesis carries over.
@Suite struct GovQueryTests {
    private let alice = Address.module("alice").description

    /// Twelve proposals; every third waits for its deposit, every fourth has a vote of bob.
    private func busyWorld() throws -> GovWorld {
        var world = try GovWorld()
        for index in 1...12 {
            let id = try world.submit(
                try world.proposal(deposit: index % 3 == 0 ? "10ucgpt" : "1000ucgpt"))
            if index % 4 == 0, index % 3 != 0 { try world.vote(id, "bob", .yes) }
        }
        return world
    }

    @Test(arguments: [false, true])
    func listsProposalsInPagesBothWays(reverse: Bool) throws {
        let world = try busyWorld()
        var request = ProposalsRequest()
        request.status = .votingPeriod
        var page = PageRequest()
        page.limit = 3
        page.reverse = reverse
        page.countsTotal = true
        var ids: [UInt64] = []
        var totals: [UInt64] = []
        repeat {
            request.pagination = page
            let answer = try world.query("Proposals", request, ProposalsResponse.self)
            ids += answer.proposals.map(\.id)
            totals.append(answer.pagination?.total ?? 0)
            page.key = answer.pagination?.nextKey ?? []
        } while !page.key.isEmpty
        let expected: [UInt64] = [1, 2, 4, 5, 7, 8, 10, 11]
        #expect(ids == (reverse ? expected.reversed() : expected))
        #expect(totals == [8, 0, 0])
        page.key = []
        page.offset = 6
        request.pagination = page
        let rest = try world.query("Proposals", request, ProposalsResponse.self)
        #expect(rest.proposals.map(\.id) == (reverse ? [2, 1] : [10, 11]))
    }

    @Test func filtersByVoterAndDepositor() throws {
        var world = try busyWorld()
        try world.run(
            MsgDeposit(5, depositor: Address.module("bob").description, try coins("10ucgpt")))
        var request = ProposalsRequest()
        request.voter = Address.module("bob").description
        #expect(
            try world.query("Proposals", request, ProposalsResponse.self).proposals.map(\.id)
                == [4, 8])
        request.voter = ""
        request.depositor = Address.module("bob").description
        #expect(
            try world.query("Proposals", request, ProposalsResponse.self).proposals.map(\.id)
                == [5])
        request.depositor = "x"
        #expect(
            try code {
                _ = try world.query("Proposals", request, ProposalsResponse.self)
            } == "sdk/18")
        var page = PageRequest()
        page.key = [1]
        request.depositor = ""
        request.pagination = page
        #expect(
            try code {
                _ = try world.query("Proposals", request, ProposalsResponse.self)
            } == "sdk/18")
    }

    @Test func missingThingsAreNotFound() throws {
        let world = try busyWorld()
        #expect(
            throws: Failure.notFound("proposal 99 doesn't exist")
        ) { _ = try world.query("Proposal", ProposalRequest(99), ProposalResponse.self) }
        #expect(
            try code {
                _ = try world.query("Proposal", ProposalRequest(0), ProposalResponse.self)
            } == "sdk/18")
        #expect(
            try code {
                _ = try world.query("Vote", VoteRequest(1, voter: alice), VoteResponse.self)
            } == "sdk/18")
        #expect(
            try code {
                _ = try world.query(
                    "Deposit", DepositRequest(1, depositor: Address.module("bob").description),
                    DepositResponse.self)
            } == "sdk/22")
        #expect(
            try code {
                _ = try world.query(
                    "Params", GovParametersRequest("other"), GovParametersResponse.self)
            } == "sdk/18")
    }

    @Test func olderClientsSubmitVoteAndRead() throws {
        var world = try GovWorld()
        var submit = LegacyMsgSubmitProposal()
        submit.content = AnyMessage(TextProposal(title: "Old", description: "A text"))
        submit.initialDeposit = try coins("900ucgpt")
        submit.proposer = alice
        try world.run(submit)
        var deposit = LegacyMsgDeposit()
        deposit.proposalID = 1
        deposit.depositor = alice
        deposit.amount = try coins("100ucgpt")
        try world.run(deposit)
        var vote = LegacyMsgVote()
        vote.proposalID = 1
        vote.voter = Address.module("val2").description
        vote.option = .yes
        try world.run(vote)
        var weighted = LegacyMsgVoteWeighted()
        weighted.proposalID = 1
        weighted.voter = alice
        for option in [VoteOption.no, .abstain] {
            var part = LegacyWeightedVoteOption()
            part.option = option
            part.weight = Decimal(percent: 50)
            weighted.options.append(part)
        }
        try world.run(weighted)

        let form = "v1beta1"
        let proposal = try world.query(
            "Proposal", LegacyProposalRequest(1), LegacyProposalResponse.self, form: form
        ).proposal
        #expect(
            try proposal.content?.unpack(TextProposal.self)
                == TextProposal(title: "Old", description: "A text"))
        #expect(proposal.status == .votingPeriod)
        #expect(proposal.totalDeposit == (try coins("1000ucgpt")))
        let votes = try world.query(
            "Votes", LegacyVotesRequest(1), LegacyVotesResponse.self, form: form
        ).votes
        #expect(votes.map(\.option).sorted { $0.rawValue < $1.rawValue } == [.unspecified, .yes])
        let tally = try world.query(
            "TallyResult", LegacyTallyResultRequest(1), LegacyTallyResultResponse.self, form: form
        ).tally
        #expect([tally.yes, tally.abstain, tally.no].map(\.units) == [40, 15, 15])
        let deposits = try world.query(
            "Deposits", LegacyDepositsRequest(1), LegacyDepositsResponse.self, form: form)
        #expect(deposits.deposits.map(\.depositor) == [alice])
        let list = try world.query(
            "Proposals", LegacyProposalsRequest(), LegacyProposalsResponse.self, form: form)
        #expect(list.proposals.map(\.id) == [1])
        try world.endBlock(at: 1200)
        #expect(try world.stored(1).status == .passed)
    }

    @Test func olderFormWritesDecimalsWithoutAPoint() throws {
        let world = try GovWorld()
        let path = "/cosmos.gov.v1beta1.Query/Params"
        let route = try #require(world.gov.queries.first { $0.path == path })
        var copy = world.context
        let bytes = try route.answer(
            LegacyGovParametersRequest("tallying").encoded(), &copy)
        let answer = try LegacyGovParametersResponse(decoding: bytes)
        #expect(answer.tally.quorum == Decimal(permille: 334))
        let text = "334000000000000000"
        #expect(String(decoding: bytes, as: UTF8.self).contains(text))
    }

    @Test func olderContentOtherThanTextIsRefused() throws {
        var world = try GovWorld()
        func code(_ content: AnyMessage?) throws -> String? {
            var submit = LegacyMsgSubmitProposal()
            submit.content = content
            submit.initialDeposit = try coins("1000ucgpt")
            submit.proposer = alice
            return try GovModuleTests.code { try world.run(submit) }
        }
        var upgrade = AnyMessage()
        upgrade.typeURL = "/cosmos.upgrade.v1beta1.SoftwareUpgradeProposal"
        #expect(try code(upgrade) == "gov/9")
        #expect(try code(nil) == "gov/5")
        #expect(try code(AnyMessage(TextProposal(title: " ", description: "x"))) == "gov/5")
        #expect(try code(AnyMessage(TextProposal(title: "x", description: ""))) == "gov/5")
        let long = String(repeating: "x", count: 141)
        #expect(try code(AnyMessage(TextProposal(title: long, description: "x"))) == "gov/5")
        var garbage = AnyMessage(TextProposal(title: "x", description: "x"))
        garbage.value = [0xFF]
        #expect(try code(garbage) == "sdk/2")
    }

    @Test func genesisComesBackAsItWas() throws {
        var world = try busyWorld()
        try world.run(
            MsgVote(1, voter: Address.module("val1").description, .noWithVeto))
        try world.endBlock(at: 1100)
        let exported = try world.gov.exportGenesis(&world.context)
        var second = GovWorld.context(at: 0)
        try world.gov.initialize(genesis: exported, &second)
        try world.bank.mint(
            try coins("\(try world.balance("gov"))ucgpt"), to: .governance, &second)
        for invariant in world.gov.invariants { try invariant.check(&second) }
        #expect(try world.gov.exportGenesis(&second) == exported)
        func own(_ context: Context) -> [Bytes] {
            context.state.changes.filter { $0.value != nil && $0.key.starts(with: "gov/".utf8) }
                .flatMap { [$0.key, $0.value ?? []] }
        }
        #expect(own(second) == own(world.context))
    }

    @Test func contradictingGenesisIsRefused() throws {
        var world = try busyWorld()
        let exported = try world.gov.exportGenesis(&world.context)
        let registry = NoteRouter().registry
        func code(_ change: (inout GovGenesis) -> Void) throws -> String? {
            var state = try GovGenesis(json: exported, registry: registry)
            change(&state)
            let json = try state.json(JSONEncoding(registry: registry))
            var context = GovWorld.context(at: 0)
            return try GovModuleTests.code {
                try world.gov.initialize(genesis: json, &context)
            }
        }
        #expect(try code { _ in } == nil)
        #expect(try code { $0.startingProposalID = 12 } == "gov/8")
        #expect(try code { $0.proposals.append($0.proposals[0]) } == "gov/8")
        #expect(try code { $0.proposals[0].votingEndTime = nil } == "gov/8")
        #expect(try code { $0.proposals[0].status = .unspecified } == "gov/8")
        #expect(try code { $0.votes.append($0.votes[0]) } == "gov/8")
        #expect(try code { $0.votes[0].proposalID = 3 } == "gov/8")
        #expect(try code { $0.votes[0].options = [] } == "gov/7")
        #expect(try code { $0.deposits.append($0.deposits[0]) } == "gov/8")
        #expect(try code { $0.deposits[0].proposalID = 77 } == "gov/2")
        #expect(try code { $0.deposits[0].amount = [] } == "sdk/10")
        #expect(try code { $0.parameters?.quorum = "2" } == "sdk/18")
        #expect(
            try code {
                $0.proposals[0].messages = [AnyMessage(Note("x", signer: .module("alice")))]
            } == "gov/13")
    }
}
