import AIModule
import AccountsModule
import App
import AuthzModule
import BankModule
import Base
import ConsensusModule
import Cryptography
import DistributionModule
import GovModule
import Ledger
import MintModule
import SlashingModule
import StakingModule
import TestSupport
import Testing
import UpgradeModule
import Wire

/// Decisions through the whole chain: stake votes, and messages run as governance.
@Suite struct GovTransactionTests {
    private let governance = Address.governance.description
    private let twoDays: Int64 = 2 * 86_400

    private func proposal(_ chain: Economy, _ messages: [any WireMessage]) -> MsgSubmitProposal {
        var message = MsgSubmitProposal()
        message.messages = messages.map { AnyMessage($0) }
        message.initialDeposit = [chain.stake(10_000_000)]
        message.proposer = chain.account(0)
        message.title = "Title"
        message.summary = "Summary"
        message.metadata = "none"
        return message
    }

    private func stored(_ chain: Economy, _ id: UInt64) throws -> Proposal {
        try #require(
            try chain.query(
                "/cosmos.gov.v1.Query/Proposal", ProposalRequest(id), ProposalResponse.self
            ).proposal)
    }

    /// Submits `messages`, lets everybody with stake vote yes, and ends the vote. Returns the
    /// proposal and the last block.
    private func decide(
        _ chain: inout Economy, _ messages: [any WireMessage]
    ) throws -> (proposal: Proposal, block: BlockResult) {
        let answer = try chain.run(proposal(chain, messages), by: 0)
        #expect(answer.code == 0, "\(answer.log)")
        let response = try TransactionMessageData(decoding: answer.data).messageResponses.first
        let id = try #require(
            try response?.unpack(MsgSubmitProposalResponse.self)?.proposalID)
        try chain.mustRun(MsgVote(id, voter: chain.account(0), .yes), by: 0)
        let block = try chain.deliver(after: twoDays)
        return (try stored(chain, id), block)
    }

    @Test func parametersOfEveryModuleChangeByProposal() throws {
        var chain = try Economy(2)
        var accounts = MsgUpdateAccountsParameters()
        accounts.parameters = .standard
        accounts.parameters.maximumMemoCharacters = 77
        var bank = MsgUpdateBankParameters()
        bank.parameters = .standard
        var consensus = MsgUpdateConsensusParameters()
        consensus.block = BlockLimits()
        consensus.block?.maximumBytes = 1_000_000
        consensus.block?.maximumGas = 50_000_000
        var staking = MsgUpdateStakingParameters()
        staking.parameters = .standard
        staking.parameters.maximumValidators = 7
        var distribution = MsgUpdateDistributionParameters()
        distribution.parameters = .standard
        distribution.parameters.communityTax = Decimal(percent: 5)
        var slashing = MsgUpdateSlashingParameters()
        slashing.parameters = .standard
        slashing.parameters.signedBlocksWindow = 123
        var mint = MsgUpdateMintParameters()
        mint.parameters = .standard
        mint.parameters.blocksPerYear = 1_000_000
        var models = MsgUpdateParams()
        models.parameters = .standard
        models.parameters.maximumTextBytes = 99
        var gov = MsgUpdateGovParameters()
        gov.parameters = .standard
        gov.parameters.quorum = "0.2"
        accounts.authority = governance
        bank.authority = governance
        consensus.authority = governance
        staking.authority = governance
        distribution.authority = governance
        slashing.authority = governance
        mint.authority = governance
        models.authority = governance
        gov.authority = governance
        let messages: [any WireMessage] = [
            accounts, bank, consensus, staking, distribution, slashing, mint, models, gov,
        ]
        let (proposal, block) = try decide(&chain, messages)
        #expect(proposal.status == .passed, "\(proposal.failedReason)")
        #expect(block.parameterUpdates?.block?.maximumGas == 50_000_000)
        #expect(
            try chain.query(
                "/cosmos.auth.v1beta1.Query/Params", AccountsParametersRequest(),
                AccountsParametersResponse.self
            ).parameters.maximumMemoCharacters == 77)
        #expect(
            try chain.query(
                "/cosmos.gov.v1.Query/Params", GovParametersRequest(""),
                GovParametersResponse.self
            ).parameters?.quorum == "0.2")
        let exported = try chain.application.exportState()
        #expect(exported["staking"]?["params"]?["max_validators"]?.integer(as: Int.self) == 7)
        #expect(
            exported["distribution"]?["params"]?["community_tax"]?.text
                == "0.050000000000000000")
        #expect(exported["slashing"]?["params"]?["signed_blocks_window"]?.text == "123")
        #expect(exported["mint"]?["params"]?["blocks_per_year"]?.text == "1000000")
        #expect(exported["ai"]?["params"]?["max_text_bytes"]?.text == "99")
        // Nobody can sign for governance.
        var theft = accounts
        theft.authority = chain.account(0)
        let refused = try chain.run(theft, by: 0)
        #expect(refused.codespace == "gov" && refused.code == 13)
    }

    @Test func communityPoolIsSpentByProposal() throws {
        var chain = try Economy(2)
        for _ in 0..<3 { try chain.deliver() }
        var spend = MsgCommunityPoolSpend()
        spend.authority = governance
        let newcomer = Address.module("newcomer")
        spend.recipient = newcomer.description
        spend.amount = [chain.stake(100)]
        #expect(try decide(&chain, [spend]).proposal.status == .passed)
        let balance = try chain.query(
            "/cosmos.bank.v1beta1.Query/Balance", BalanceRequest(newcomer, "ucgpt"),
            BalanceResponse.self)
        #expect(balance.balance?.amount == "100")
        // More than the pool has: the proposal fails, and everything else stays.
        spend.amount = [chain.stake(10_000_000_000)]
        let failed = try decide(&chain, [MsgCommunityPoolSpend](repeating: spend, count: 1))
        #expect(failed.proposal.status == .failed)
        #expect(!failed.proposal.failedReason.isEmpty)
        try chain.deliver()
    }

    @Test func plannedUpgradeStopsTheNodeAtItsHeight() throws {
        var chain = try Economy(1)
        let plan = UpgradePlan("two", height: 6, info: "somewhere")
        let schedule = MsgSoftwareUpgrade(authority: governance, plan)
        #expect(try decide(&chain, [schedule]).proposal.status == .passed)
        #expect(chain.height == 3)
        try chain.deliver()
        try chain.deliver()
        let before = try chain.application.info()
        #expect(
            throws: StorageFailure("UPGRADE \"two\" NEEDED at height: 6: somewhere")
        ) { try chain.deliver() }
        #expect(try chain.application.info() == before)
    }

    @Test func delegatorsOverruleTheirValidator() throws {
        var chain = try Economy(1)
        // Person 1 delegates 150 to validator 0, which has 100 of its own.
        try chain.mustRun(
            MsgDelegate(chain.account(1), chain.operatorText(0), chain.stake(150_000_000)),
            by: 1)
        var message = proposal(chain, [])
        message.metadata = "a text"
        try chain.mustRun(message, by: 0)
        try chain.mustRun(MsgVote(1, voter: chain.account(0), .yes), by: 0)
        try chain.mustRun(MsgVote(1, voter: chain.account(1), .no), by: 1)
        try chain.deliver(after: twoDays)
        let proposal = try stored(chain, 1)
        #expect(proposal.status == .rejected)
        #expect(proposal.finalTallyResult?.yes == "100000000")
        #expect(proposal.finalTallyResult?.no == "150000000")
    }

    @Test func votesAreCastForAnotherByAuthorization() throws {
        var chain = try Economy(1)
        try chain.mustRun(proposal(chain, []), by: 0)
        try chain.mustRun(
            MsgGrant(
                granter: chain.account(0), grantee: chain.account(2),
                Grant(GenericAuthorization(MsgVote.typeURL))), by: 0)
        let vote = AnyMessage(MsgVote(1, voter: chain.account(0), .yes))
        try chain.mustRun(MsgExec(grantee: chain.account(2), [vote]), by: 2)
        try chain.deliver(after: twoDays)
        #expect(try stored(chain, 1).finalTallyResult?.yes == "100000000")
    }

    @Test func messagesOfOthersCannotBeProposedAtAnyDepth() throws {
        var chain = try Economy(1)
        let send = MsgSend(
            from: chain.account(1), to: chain.account(0), [chain.stake(1_000_000)])
        let direct = try chain.run(proposal(chain, [send]), by: 0)
        #expect(direct.codespace == "gov" && direct.code == 13)
        // Governance may run what it is authorized to, and it is not authorized.
        let wrapped = MsgExec(grantee: governance, [AnyMessage(send)])
        let (proposal, _) = try decide(&chain, [wrapped])
        #expect(proposal.status == .failed)
        #expect(proposal.failedReason.hasSuffix("authorization not found"))
    }

    @Test func exportedChainGoesOnWithItsVotes() throws {
        var chain = try Economy(1)
        var bank = MsgUpdateBankParameters()
        bank.parameters = .standard
        bank.authority = governance
        try chain.mustRun(proposal(chain, [bank]), by: 0)
        try chain.mustRun(MsgVote(1, voter: chain.account(0), .yes), by: 0)
        let state = try chain.application.exportState()
        var second = try Economy(1) { $0 = state }
        second.time = chain.time
        #expect(try second.application.exportState()["gov"] == state["gov"])
        try second.deliver(after: twoDays)
        #expect(try stored(second, 1).status == .passed)
    }
}
