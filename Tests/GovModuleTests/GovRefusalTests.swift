import Base
import Cryptography
import GovModule
import Ledger
import TestSupport
import Testing
import Wire

/// What governance refuses, and that refusals leave nothing behind.
@Suite struct GovRefusalTests {
    private let alice = Address.module("alice").description

    @Test func refusesEveryProposalOfTheSpecification() throws {
        var world = try GovWorld()
        func code(_ change: (inout MsgSubmitProposal) -> Void) throws -> String? {
            var message = try world.proposal()
            change(&message)
            let before = world.context.state.changes.map(\.value)
            let code = try GovModuleTests.code { _ = try world.submit(message) }
            if code != nil { #expect(world.context.state.changes.map(\.value) == before) }
            return code
        }
        let long = String(repeating: "x", count: 256)
        #expect(try code { $0.title = "" } == "sdk/18")
        #expect(try code { $0.summary = "" } == "sdk/18")
        #expect(try code { $0.proposer = "x" } == "sdk/7")
        #expect(try code { $0.messages = [] } == "gov/11")
        #expect(try code { $0.metadata = long } == "gov/15")
        #expect(try code { $0.title = long } == "gov/15")
        #expect(
            try code { $0.summary = String(repeating: "x", count: 10_201) } == "gov/22")
        #expect(try code { $0.metadata = "{\"title\": \"Other\"}" } == "gov/5")
        #expect(try code { $0.metadata = "{\"title\": \"Title\"}" } == "gov/5")
        #expect(try code { $0.initialDeposit = [Coin(.zero, "ucgpt")] } == "sdk/10")
        #expect(try code { $0.initialDeposit = [] } == "gov/16")
        #expect(try code { $0.initialDeposit = [Coin(Amount(9), "ucgpt")] } == "gov/16")
        #expect(try code { $0.initialDeposit = [Coin(Amount(2000), "uother")] } == "gov/23")
        #expect(
            try code { $0.initialDeposit = [Coin(Amount(100_000_001), "ucgpt")] } == "sdk/5")
        #expect(
            try code {
                $0.messages = [AnyMessage(Note("x", signer: Address.module("alice")))]
            } == "gov/13")
        var unknown = AnyMessage(Note("x"))
        unknown.value += [0x80, 0x40, 0x01]
        #expect(try code { $0.messages = [unknown] } == "gov/12")
        var timeless = Note("x")
        timeless.time = Timestamp(seconds: .max)
        #expect(try code { $0.messages = [AnyMessage(timeless)] } == "gov/12")
        #expect(try code { $0.metadata = "{\"title\":\"Title\",\"summary\":\"Summary\"}" } == nil)
        #expect(try code { $0.metadata = "ipfs://hash" } == nil)
        #expect(
            try code {
                $0.messages = []
                $0.metadata = "text only"
            } == nil)
        try world.checkInvariants()
    }

    @Test func initialDepositRatioIsAsked() throws {
        var world = try GovWorld { $0.minimumInitialDepositRatio = "0.25" }
        #expect(
            throws: Failure.rejected(
                Rejection(
                    codespace: "gov", code: 16,
                    message: "was (249ucgpt), need (250ucgpt): minimum deposit is too small"))
        ) { _ = try world.submit(try world.proposal(deposit: "249ucgpt")) }
        _ = try world.submit(try world.proposal(deposit: "250ucgpt"))
    }

    @Test func smallDepositNamesWhatIsNeeded() throws {
        var world = try GovWorld()
        let id = try world.submit(try world.proposal(deposit: "10ucgpt"))
        #expect(
            throws: Failure.rejected(
                Rejection(
                    codespace: "gov", code: 16,
                    message: "received 9ucgpt but need at least one of the following: 10ucgpt: "
                        + "minimum deposit is too small"))
        ) { try world.run(MsgDeposit(id, depositor: alice, try coins("9ucgpt"))) }
    }

    @Test func refusesEveryDepositOfTheSpecification() throws {
        var world = try GovWorld()
        let id = try world.submit(try world.proposal(deposit: "10ucgpt"))
        func code(_ id: UInt64, _ who: String, _ coins: [Coin]) throws -> String? {
            try GovModuleTests.code {
                try world.run(MsgDeposit(id, depositor: who, coins))
            }
        }
        let some = try coins("100ucgpt")
        #expect(try code(id, "x", some) == "sdk/7")
        #expect(try code(id, alice, []) == "sdk/10")
        #expect(try code(id, alice, [Coin(.zero, "ucgpt")]) == "sdk/10")
        #expect(try code(7, alice, some) == "gov/2")
        #expect(try code(id, alice, try coins("100ucgpt,1uother")) == "gov/23")
        #expect(try code(id, alice, try coins("200000000ucgpt")) == "sdk/5")
        #expect(try code(id, Address.module("nobody").description, some) == "sdk/5")
    }

    @Test func refusesEveryVoteOfTheSpecification() throws {
        var world = try GovWorld()
        let id = try world.submit(try world.proposal())
        func code(_ parts: [(VoteOption, String)]) throws -> String? {
            let options = parts.map { part in
                var option = WeightedVoteOption()
                option.option = part.0
                option.weight = part.1
                return option
            }
            return try GovModuleTests.code {
                try world.run(MsgVoteWeighted(id, voter: alice, options))
            }
        }
        #expect(try code([]) == "sdk/18")
        for weight in ["", "0", "-1", "1.1", "x", "1e0", String(repeating: "1", count: 200)] {
            #expect(try code([(.yes, weight)]) == "gov/7")
        }
        #expect(try code([(.unspecified, "1")]) == "gov/7")
        #expect(try code([(.yes, "0.5")]) == "gov/7")
        #expect(try code([(.yes, "0.5"), (.no, "0.6")]) == "gov/7")
        #expect(try code([(.yes, "0.5"), (.yes, "0.5")]) == "gov/7")
        #expect(try code([(.yes, "0.5"), (.no, "0.499999999999999999")]) == "gov/7")
        #expect(try code([(.yes, "0.5"), (.no, "0.500000000000000000")]) == nil)

        var vote = MsgVote(id, voter: alice, .unspecified)
        #expect(try GovModuleTests.code { try world.run(vote) } == "gov/7")
        vote.option = .yes
        vote.metadata = String(repeating: "x", count: 256)
        #expect(try GovModuleTests.code { try world.run(vote) } == "gov/15")
        vote.metadata = ""
        vote.voter = "x"
        #expect(try GovModuleTests.code { try world.run(vote) } == "sdk/7")
        vote.voter = alice
        vote.proposalID = 8
        #expect(try GovModuleTests.code { try world.run(vote) } == "gov/3")
    }

    @Test func onlyGovernanceChangesParametersAndOnlyToUsefulOnes() throws {
        var world = try GovWorld()
        func code(
            _ authority: String = Address.governance.description,
            _ change: (inout GovParameters) -> Void
        ) throws -> String? {
            var message = MsgUpdateGovParameters()
            message.authority = authority
            message.parameters = .standard
            change(&message.parameters)
            return try GovModuleTests.code { try world.run(message) }
        }
        #expect(try code(alice) { _ in } == "gov/13")
        #expect(try code { $0.minimumDeposit = [] } == "sdk/18")
        #expect(try code { $0.expeditedMinimumDeposit = $0.minimumDeposit } == "sdk/18")
        #expect(try code { $0.votingPeriod = nil } == "sdk/18")
        #expect(try code { $0.votingPeriod = WireDuration() } == "sdk/18")
        #expect(try code { $0.maximumDepositPeriod = WireDuration(seconds: -1) } == "sdk/18")
        #expect(try code { $0.expeditedVotingPeriod = $0.votingPeriod } == "sdk/18")
        #expect(try code { $0.quorum = "1.1" } == "sdk/18")
        #expect(try code { $0.quorum = "" } == "sdk/18")
        #expect(try code { $0.threshold = "0" } == "sdk/18")
        #expect(try code { $0.vetoThreshold = "0" } == "sdk/18")
        #expect(try code { $0.expeditedThreshold = "0.5" } == "sdk/18")
        #expect(try code { $0.proposalCancelRatio = "2" } == "sdk/18")
        #expect(try code { $0.minimumDepositRatio = "x" } == "sdk/18")
        #expect(try code { $0.proposalCancelDestination = "x" } == "sdk/7")
        #expect(try code { $0.quorum = "0.2" } == nil)
        let all = try world.query("Params", GovParametersRequest(""), GovParametersResponse.self)
        #expect(all.parameters?.quorum == "0.2")
    }

    @Test func standardParametersAreUseful() throws {
        try GovParameters.standard.validate()
        #expect(GovParameters.standard.quorum == "0.334000000000000000")
    }
}
