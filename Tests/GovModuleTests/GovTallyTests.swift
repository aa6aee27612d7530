import Base
import Cryptography
import GovModule
import Ledger
import TestSupport
import Testing
import Wire

/// Who decides, and by how much. The world has two validators: val1 with 60 (10 its own, alice 30,
/// bob 20) and val2 with 40.
@Suite struct GovTallyTests {
    /// The proposal after a vote of `votes`.
    private func outcome(
        _ votes: [(String, VoteOption)], stake: WrittenStake? = nil,
        _ change: (inout GovParameters) -> Void = { _ in }
    ) throws -> (proposal: Proposal, world: GovWorld) {
        var world = try GovWorld(change)
        if let stake { world.stake = stake }
        let id = try world.submit(try world.proposal())
        for (name, option) in votes { try world.vote(id, name, option) }
        try world.endBlock(at: 1200)
        return (try world.stored(id), world)
    }

    private func counts(_ proposal: Proposal) -> [String] {
        let tally = proposal.finalTallyResult ?? TallyResult()
        return [tally.yes, tally.abstain, tally.no, tally.noWithVeto]
    }

    @Test func validatorVotesForDelegatorsWhoDoNot() throws {
        let (proposal, _) = try outcome([("val1", .yes), ("alice", .no)])
        #expect(counts(proposal) == ["30", "0", "30", "0"])
        #expect(proposal.status == .rejected)
        let (other, _) = try outcome([("val1", .yes), ("bob", .no)])
        #expect(counts(other) == ["40", "0", "20", "0"])
        #expect(other.status == .passed)
    }

    @Test func delegatorVotesEvenWhenTheValidatorDoesNot() throws {
        let (proposal, _) = try outcome([("alice", .yes), ("bob", .yes)])
        #expect(counts(proposal) == ["50", "0", "0", "0"])
        #expect(proposal.status == .passed)
    }

    @Test func votersWithoutStakeCountNothing() throws {
        let (proposal, _) = try outcome([("carol", .yes)])
        #expect(counts(proposal) == ["0", "0", "0", "0"])
        #expect(proposal.status == .rejected)
        #expect(proposal.failedReason == "proposal did not get enough votes to pass")
    }

    @Test func quorumIsNeeded() throws {
        // 30 of 100 is below 33.4 %.
        let (proposal, world) = try outcome([("alice", .yes)])
        #expect(proposal.status == .rejected)
        #expect(try world.balance("alice") == 100_000_000)
        let (_, burning) = try outcome([("alice", .yes)]) {
            $0.burnsDepositWithoutQuorum = true
        }
        #expect(try burning.balance("alice") == 100_000_000 - 1000)
        #expect(try burning.balance("gov") == 0)
        let (passed, _) = try outcome([("alice", .yes)]) { $0.quorum = "0.3" }
        #expect(passed.status == .passed)
    }

    @Test func abstentionsFillTheQuorumAndDecideNothing() throws {
        let (alone, _) = try outcome([("val2", .abstain)])
        #expect(alone.status == .rejected)
        let (decided, _) = try outcome([("val2", .abstain), ("bob", .yes)])
        #expect(counts(decided) == ["20", "40", "0", "0"])
        #expect(decided.status == .passed)
    }

    @Test func thresholdMustBePassed() throws {
        let (even, world) = try outcome([("alice", .yes), ("val1", .no)])
        #expect(counts(even) == ["30", "0", "30", "0"])
        #expect(even.status == .rejected)
        #expect(try world.balance("alice") == 100_000_000)
    }

    @Test func vetoRejectsAndBurnsTheDeposit() throws {
        let votes: [(String, VoteOption)] = [("val1", .yes), ("val2", .noWithVeto)]
        let (proposal, world) = try outcome(votes)
        #expect(proposal.status == .rejected)
        #expect(try world.balance("alice") == 100_000_000 - 1000)
        #expect(try world.balance("gov") == 0)
        let (_, mild) = try outcome(votes) { $0.burnsDepositOnVeto = false }
        #expect(try mild.balance("alice") == 100_000_000)
        // 40 of 100 is not above 40 %.
        let (passed, _) = try outcome(votes) { $0.vetoThreshold = "0.4" }
        #expect(passed.status == .passed)
    }

    @Test func weightedVotesAreSplit() throws {
        var world = try GovWorld()
        let id = try world.submit(try world.proposal())
        var parts = [
            WeightedVoteOption(.yes, try #require(Decimal("0.7"))),
            WeightedVoteOption(.abstain, try #require(Decimal("0.2"))),
            WeightedVoteOption(.noWithVeto, try #require(Decimal("0.1"))),
        ]
        parts[0].weight = "0.7"
        try world.run(
            MsgVoteWeighted(id, voter: Address.module("val2").description, parts))
        #expect(
            world.context.events.last?["option"]
                == "[{\"option\":1,\"weight\":\"0.7\"},"
                + "{\"option\":2,\"weight\":\"0.200000000000000000\"},"
                + "{\"option\":4,\"weight\":\"0.100000000000000000\"}]")
        let live = try world.query("TallyResult", TallyResultRequest(id), TallyResultResponse.self)
        #expect(live.tally?.yes == "28")
        try world.endBlock(at: 1200)
        #expect(counts(try world.stored(id)) == ["28", "8", "0", "4"])
        #expect(try world.stored(id).status == .passed)
    }

    @Test func newVoteReplacesTheOld() throws {
        let (proposal, _) = try outcome([("val2", .no), ("val2", .yes)])
        #expect(counts(proposal) == ["40", "0", "0", "0"])
    }

    @Test func sharesAreWorthTheirPartOfTheTokens() throws {
        // After a slash 90 shares are 60 tokens: alice's 30 are 20.
        let stake = WrittenStake(
            validators: [("val1", 60, 90)], delegations: [("alice", "val1", 30)])
        let (proposal, _) = try outcome([("alice", .no), ("val1", .yes)], stake: stake)
        #expect(counts(proposal) == ["40", "0", "20", "0"])
    }

    @Test func stakeOutOfTheSetDoesNotVote() throws {
        let stake = WrittenStake(
            validators: [("val1", 60, 60)],
            delegations: [("alice", "val1", 30), ("alice", "gone", 500)])
        let (proposal, _) = try outcome([("alice", .yes), ("gone", .no)], stake: stake)
        #expect(counts(proposal) == ["30", "0", "0", "0"])
    }

    @Test func nothingBondedRejects() throws {
        let (proposal, _) = try outcome([("alice", .yes)], stake: WrittenStake())
        #expect(proposal.status == .rejected)
    }

    @Test func countAgreesWithOneByHandOverRandomVotes() throws {
        var generator = SeededGenerator(seed: 21)
        for _ in 0..<40 {
            var stake = WrittenStake()
            let names = (0..<5).map { "v\($0)" }
            let people = (0..<8).map { "p\($0)" }
            for name in names {
                var total: UInt64 = 0
                for person in people where generator.int(in: 0..<2) == 0 {
                    let shares = UInt64(generator.int(in: 1...1000))
                    stake.delegations.append((person, name, shares))
                    total += shares
                }
                if total > 0 { stake.validators.append((name, total, total)) }
            }
            var world = try GovWorld()
            world.stake = stake
            let id = try world.submit(try world.proposal())
            var votes: [(name: String, option: VoteOption)] = []
            for name in names + people where generator.int(in: 0..<3) > 0 {
                let option = generator.element(of: [VoteOption.yes, .abstain, .no, .noWithVeto])
                try world.vote(id, name, option)
                votes.append((name, option))
            }
            // Tokens equal shares, so power is shares: each share is its owner's vote, else its
            // validator's, else nobody's.
            var expected: [UInt64] = [0, 0, 0, 0]
            for entry in stake.delegations {
                let vote =
                    votes.first { $0.name == entry.delegator }
                    ?? votes.first { $0.name == entry.validator }
                if let vote { expected[Int(vote.option.rawValue) - 1] += entry.shares }
            }
            try world.endBlock(at: 1200)
            #expect(counts(try world.stored(id)) == expected.map { String($0) })
        }
    }
}
