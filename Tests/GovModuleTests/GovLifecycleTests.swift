import Base
import Cryptography
import GovModule
import Ledger
import TestSupport
import Testing
import Wire

/// Proposals from their making to their end.
@Suite struct GovLifecycleTests {
    @Test func passedProposalRunsItsMessagesAndReturnsDeposits() throws {
        var world = try GovWorld()
        let id = try world.submit(
            try world.proposal([AnyMessage(Note("one")), AnyMessage(Note("two"))]))
        #expect(id == 1)
        #expect(try world.stored(id).status == .votingPeriod)
        #expect(try world.balance("gov") == 1000)
        try world.vote(id, "val1", .yes)
        try world.vote(id, "val2", .yes)
        try world.endBlock(at: 1199)
        #expect(try world.stored(id).status == .votingPeriod)
        try world.endBlock(at: 1200)
        let proposal = try world.stored(id)
        #expect(proposal.status == .passed)
        #expect(proposal.finalTallyResult?.yes == "100")
        #expect(try world.hasNote("one") && world.hasNote("two"))
        #expect(try world.balance("gov") == 0)
        #expect(try world.balance("alice") == 100_000_000)
        #expect(
            world.context.events.suffix(3) == [
                Event("noted", ["name": "one"]), Event("noted", ["name": "two"]),
                Event(
                    "active_proposal",
                    [
                        "proposal_id": "1", "proposal_result": "proposal_passed",
                        "proposal_log": "passed",
                    ]),
            ])
        let votes = try world.query("Votes", VotesRequest(id), VotesResponse.self)
        #expect(votes.votes.isEmpty)
    }

    @Test func depositsOfSeveralBeginTheVote() throws {
        var world = try GovWorld()
        let id = try world.submit(try world.proposal(deposit: "400ucgpt"))
        #expect(try world.stored(id).status == .depositPeriod)
        #expect(try code { try world.vote(id, "alice", .yes) } == "gov/3")
        world.context.events = []
        let bob = Address.module("bob").description
        try world.run(MsgDeposit(id, depositor: bob, try coins("599ucgpt")))
        #expect(try world.stored(id).status == .depositPeriod)
        try world.run(MsgDeposit(id, depositor: bob, try coins("10ucgpt")))
        let proposal = try world.stored(id)
        #expect(proposal.status == .votingPeriod)
        #expect(proposal.votingEndTime == Timestamp(seconds: 1200))
        #expect(proposal.totalDeposit == (try coins("1009ucgpt")))
        #expect(
            world.context.events.suffix(2) == [
                Event(
                    "proposal_deposit",
                    ["depositor": bob, "amount": "10ucgpt", "proposal_id": "1"]),
                Event("proposal_deposit", ["voting_period_start": "1"]),
            ])
        let deposit = try world.query(
            "Deposit", DepositRequest(id, depositor: bob), DepositResponse.self)
        #expect(deposit.deposit?.amount == (try coins("609ucgpt")))
        // A vote that has begun still takes deposits.
        try world.run(MsgDeposit(id, depositor: bob, try coins("10ucgpt")))
        try world.checkInvariants()
    }

    @Test(arguments: [false, true])
    func proposalWithoutItsDepositIsDropped(burns: Bool) throws {
        var world = try GovWorld { $0.burnsDepositBeforeVote = burns }
        let id = try world.submit(try world.proposal(deposit: "400ucgpt"))
        try world.endBlock(at: 1099)
        #expect(try world.stored(id).status == .depositPeriod)
        try world.endBlock(at: 1100)
        #expect(try code { _ = try world.stored(id) } == "sdk/22")
        #expect(try world.balance("alice") == 100_000_000 - (burns ? 400 : 0))
        #expect(try world.balance("gov") == 0)
        #expect(
            world.context.events.last
                == Event(
                    "inactive_proposal",
                    ["proposal_id": "1", "proposal_result": "proposal_dropped"]))
        // Its number is not given again.
        #expect(try world.submit(try world.proposal()) == 2)
    }

    @Test func failedMessageFailsTheProposalAndDropsEveryChange() throws {
        var world = try GovWorld()
        let id = try world.submit(
            try world.proposal([AnyMessage(Note("one")), AnyMessage(Note("fails"))]))
        try world.vote(id, "val1", .yes)
        try world.endBlock(at: 1200)
        let proposal = try world.stored(id)
        #expect(proposal.status == .failed)
        #expect(proposal.failedReason == "the note fails: insufficient funds")
        #expect(try !world.hasNote("one"))
        #expect(try world.balance("alice") == 100_000_000)
        #expect(
            world.context.events.last?["proposal_log"]
                == "passed, but msg 1 (/test.Note) failed on execution: the note fails: "
                + "insufficient funds")
        #expect(!world.context.events.contains { $0.type == "noted" })
    }

    @Test func expeditedVoteUsesItsOwnRules() throws {
        var world = try GovWorld()
        #expect(
            try code { _ = try world.submit(try world.proposal(isExpedited: true)) } == nil)
        #expect(try world.stored(1).status == .depositPeriod)
        let id = try world.submit(
            try world.proposal(deposit: "5000ucgpt", isExpedited: true))
        #expect(try world.stored(id).votingEndTime == Timestamp(seconds: 1050))
        try world.vote(id, "val1", .yes)
        try world.vote(id, "val2", .abstain)
        try world.endBlock(at: 1050)
        #expect(try world.stored(id).status == .passed)
    }

    @Test func failedExpeditedVoteGoesOnAsARegularOne() throws {
        var world = try GovWorld()
        let id = try world.submit(
            try world.proposal(deposit: "5000ucgpt", isExpedited: true))
        // 60 of 100: above 50 %, below 66.7 %.
        try world.vote(id, "val1", .yes)
        try world.vote(id, "val2", .no)
        try world.endBlock(at: 1050)
        var proposal = try world.stored(id)
        #expect(proposal.status == .votingPeriod)
        #expect(!proposal.isExpedited)
        #expect(proposal.votingEndTime == Timestamp(seconds: 1200))
        #expect(try world.balance("gov") == 5000)
        #expect(
            world.context.events.last?["proposal_result"] == "expedited_proposal_rejected")
        try world.endBlock(at: 1200)
        proposal = try world.stored(id)
        #expect(proposal.status == .passed)
        #expect(try world.hasNote("one"))
        #expect(try world.balance("gov") == 0)
    }

    @Test func cancelledProposalKeepsAPartOfTheDeposits() throws {
        var world = try GovWorld()
        let id = try world.submit(try world.proposal(deposit: "401ucgpt"))
        let (alice, bob) = (
            Address.module("alice").description, Address.module("bob").description
        )
        try world.run(MsgDeposit(id, depositor: bob, try coins("1000ucgpt")))
        try world.vote(id, "bob", .no)
        #expect(try code { try world.run(MsgCancelProposal(id, proposer: bob)) } == "gov/18")
        #expect(try code { try world.run(MsgCancelProposal(9, proposer: bob)) } == "gov/2")
        let response = try world.run(MsgCancelProposal(id, proposer: alice))
        #expect(
            try response.unpack(MsgCancelProposalResponse.self)?.canceledTime
                == Timestamp(seconds: 1000))
        #expect(try world.balance("alice") == 100_000_000 - 200)
        #expect(try world.balance("bob") == 100_000_000 - 500)
        #expect(try world.balance("gov") == 0)
        #expect(try code { _ = try world.stored(id) } == "sdk/22")
        #expect(
            world.context.events.last
                == Event("cancel_proposal", ["sender": alice, "proposal_id": "1"]))
        try world.endBlock(at: 5000)
    }

    @Test(arguments: ["distribution", "carol"])
    func priceOfCancellingGoesWhereTheParametersSay(name: String) throws {
        var world = try GovWorld {
            $0.proposalCancelDestination = Address.module(name).description
        }
        let before = try world.balance(name)
        let id = try world.submit(try world.proposal())
        try world.run(
            MsgCancelProposal(id, proposer: Address.module("alice").description))
        #expect(try world.balance(name) == before + 500)
        #expect(world.context.events.contains { $0.type == "funded" } == (name != "carol"))
    }

    @Test func proposalAtItsEndCannotBeCancelled() throws {
        var world = try GovWorld()
        let id = try world.submit(try world.proposal())
        let alice = Address.module("alice").description
        // The vote is over, the end of the block has not come.
        var later = GovWorld.context(at: 1201)
        later.state = world.context.state
        world.context = later
        #expect(
            try code { try world.run(MsgCancelProposal(id, proposer: alice)) } == "gov/20")
        try world.endBlock(at: 1201)
        #expect(try world.stored(id).status == .rejected)
        #expect(
            try code { try world.run(MsgCancelProposal(id, proposer: alice)) } == "gov/21")
        #expect(
            try code {
                try world.run(MsgDeposit(id, depositor: alice, try coins("100ucgpt")))
            } == "gov/3")
    }

    @Test func severalEndInOneBlock() throws {
        var world = try GovWorld()
        for index in 0..<20 {
            let id = try world.submit(
                try world.proposal(
                    [AnyMessage(Note("n\(index)"))],
                    deposit: index % 2 == 0 ? "1000ucgpt" : "10ucgpt"))
            if index % 4 == 0 { try world.vote(id, "val1", .yes) }
        }
        try world.endBlock(at: 9000)
        for index in 0..<20 {
            #expect(try world.hasNote("n\(index)") == (index % 4 == 0))
        }
        #expect(try world.balance("alice") == 100_000_000)
    }

    @Test func voteThatCannotBeCountedFailsItsProposalOnly() throws {
        var world = try GovWorld()
        let id = try world.submit(try world.proposal())
        try world.vote(id, "alice", .yes)
        let other = try world.submit(try world.proposal(deposit: "10ucgpt"))
        world.stake.isBroken = true
        try world.endBlock(at: 1200)
        #expect(try world.stored(id).status == .failed)
        #expect(
            try world.stored(id).failedReason
                == "the vote cannot be counted: no stake: internal logic error")
        #expect(try code { _ = try world.stored(other) } == "sdk/22")
        #expect(try world.balance("alice") == 100_000_000)
        #expect(try world.balance("gov") == 0)
    }
}
