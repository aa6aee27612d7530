import App
import BankModule
import Base
import Cryptography
import DistributionModule
import Ledger
import StakingModule
import Testing
import Wire

@Suite struct RewardTransactionTests {
    /// A supply that does not grow, so that only fees are shared.
    private func fixedSupply(_ state: inout JSONValue) {
        guard case .object(var members) = state,
            let mint = try? JSONValue(parsing: TestChain.fixedSupply)
        else { return }
        members.append(JSONMember("mint", mint))
        state = .object(members)
    }

    private func pool(_ chain: Economy) throws -> Decimal {
        try chain.query(
            "/cosmos.distribution.v1beta1.Query/CommunityPool", CommunityPoolRequest(),
            CommunityPoolResponse.self
        ).pool.amount(of: "ucgpt")
    }

    private func withdraw(_ chain: Economy, _ person: Int, _ validator: Int)
        -> MsgWithdrawDelegatorReward
    {
        var message = MsgWithdrawDelegatorReward()
        message.delegatorAddress = chain.account(person)
        message.validatorAddress = chain.operatorText(validator)
        return message
    }

    @Test func feesGoToPoolCommissionAndDelegatorsByPower() throws {
        var chain = try Economy(2, genesis: fixedSupply)
        // Person 2 has a third of the stake of validator 0: 50 of 150; 150 and 90 are the powers.
        try chain.mustRun(
            MsgDelegate(chain.account(2), chain.operatorText(0), chain.stake(50_000_000)), by: 2)
        try chain.deliver()
        try chain.deliver()
        let before = try chain.rewards(of: 2, with: 0).amount(of: "ucgpt")
        let poolBefore = try pool(chain)
        // A fee of 5000 is shared in the next block.
        try chain.mustRun(
            MsgSend(from: chain.account(3), to: chain.account(2), [chain.stake(1)]), by: 3)
        #expect(try chain.rewards(of: 2, with: 0).amount(of: "ucgpt") == before)
        try chain.deliver()
        // 5000 x 98 % x 150/240 x 90 % x 50/150 = 918.75
        let earned = try #require(
            try chain.rewards(of: 2, with: 0).amount(of: "ucgpt").subtracting(before))
        let expected = try #require(Decimal("918.75"))
        let slack = try #require(Decimal("0.00000001"))
        #expect(earned <= expected)
        #expect(try earned.adding(slack) >= expected)
        let poolEarned = try #require(try pool(chain).subtracting(poolBefore))
        #expect(poolEarned >= Decimal(100))
        #expect(try poolEarned <= Decimal(100).adding(slack))
    }

    @Test func withdrawingPaysWholeUnitsAndStartsAnew() throws {
        var chain = try Economy(2, genesis: fixedSupply)
        try chain.mustRun(
            MsgDelegate(chain.account(2), chain.operatorText(0), chain.stake(50_000_000)), by: 2)
        for _ in 0..<5 {
            try chain.mustRun(
                MsgSend(from: chain.account(3), to: chain.account(0), [chain.stake(1)]), by: 3)
        }
        try chain.deliver()
        let owed = try chain.rewards(of: 2, with: 0).amount(of: "ucgpt").truncated().units
        #expect(owed > 3000)
        let balance = try chain.balance(2)
        try chain.mustRun(withdraw(chain, 2, 0), by: 2)
        #expect(try chain.balance(2) == balance + owed - 5000)
        #expect(try chain.rewards(of: 2, with: 0).isEmpty)
        let other = try chain.run(withdraw(chain, 2, 1), by: 2)
        #expect((other.codespace, other.code) == ("distribution", 5))
    }

    @Test func commissionAndPoolAreSpentByTheirOwners() throws {
        var chain = try Economy(2, genesis: fixedSupply)
        for _ in 0..<3 {
            try chain.mustRun(
                MsgSend(from: chain.account(3), to: chain.account(2), [chain.stake(1)]), by: 3)
        }
        try chain.deliver()
        var message = MsgWithdrawValidatorCommission()
        message.validatorAddress = chain.operatorText(0)
        let balance = try chain.balance(0)
        try chain.mustRun(message, by: 0)
        // 3 x 5000 x 98 % x 100/190 x 10 %, and less than one unit stays.
        #expect(try chain.balance(0) == balance + 773 - 5000)
        try chain.deliver()
        message.validatorAddress = chain.operatorText(1)
        #expect(try chain.run(message, by: 1).code == 0)
        #expect(try chain.run(message, by: 1).code == 0)
        var fund = MsgFundCommunityPool()
        fund.amount = [chain.stake(1_000_000)]
        fund.depositor = chain.account(2)
        let before = try pool(chain)
        try chain.mustRun(fund, by: 2)
        #expect(try #require(try pool(chain).subtracting(before)) >= Decimal(1_000_000))
        var spend = MsgCommunityPoolSpend()
        spend.authority = chain.account(2)
        spend.recipient = chain.account(2)
        spend.amount = [chain.stake(1)]
        let refused = try chain.run(spend, by: 2)
        #expect((refused.codespace, refused.code) == ("gov", 13))
    }

    @Test func rewardsGoWhereTheDelegatorSays() throws {
        var chain = try Economy(1, genesis: fixedSupply)
        var message = MsgSetWithdrawAddress()
        message.delegatorAddress = chain.account(0)
        message.withdrawAddress = chain.account(1)
        try chain.mustRun(message, by: 0)
        try chain.deliver()
        let balance = try chain.balance(1)
        try chain.mustRun(withdraw(chain, 0, 0), by: 0)
        #expect(try chain.balance(1) > balance)
        message.withdrawAddress = Staking.bondedPool.description
        let blocked = try chain.run(message, by: 0)
        #expect((blocked.codespace, blocked.code) == ("sdk", 4))
    }

    @Test func newCoinsFollowTheFormula() throws {
        var chain = try Economy(2)
        // 190 of 5190 CGPT are bonded: far below 67 %, so inflation rises from 13 %.
        let supply = Decimal(5_190_000_000)
        let result = try chain.deliver()
        let mint = try #require(result.events.first { $0.type == "mint" })
        let ratio = try Decimal(190_000_000).divided(by: supply, rounding: .down)
        #expect(mint["bonded_ratio"] == ratio.description)
        let part = try ratio.divided(by: Decimal(percent: 67), rounding: .nearest)
        let step = try Decimal.one.subtractingClamped(part)
            .multiplied(by: Decimal(percent: 13), rounding: .nearest)
            .divided(by: Decimal(6_311_520), rounding: .nearest)
        let inflation = try Decimal(percent: 13).adding(step)
        #expect(mint["inflation"] == inflation.description)
        // 5190 CGPT x 13 % / 6,311,520 = 106.9 units.
        #expect(mint["amount"] == "106")
    }

    /// A random economy: stake moves, fees are paid, validators are slashed, and after each block
    /// every invariant holds and nobody can take out more than there is.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func everythingCanBeWithdrawnAfterAnyHistory(seed: UInt64) throws {
        var random = SeededEconomy(seed: seed)
        var chain = try Economy(4)
        for _ in 0..<80 { try random.step(&chain) }
        for validator in 0..<4 {
            var request = ValidatorDelegationsRequest()
            request.validatorAddress = chain.operatorText(validator)
            guard
                let response = try? chain.query(
                    "/cosmos.staking.v1beta1.Query/ValidatorDelegations", request,
                    ValidatorDelegationsResponse.self)
            else { continue }
            for entry in response.delegations {
                let person = try #require(
                    chain.people.firstIndex {
                        $0.address.description == entry.delegation.delegatorAddress
                    })
                try chain.mustRun(withdraw(chain, person, validator), by: person)
            }
        }
        let exported = try chain.application.exportState()
        let copy = try Economy(exported: exported, like: chain)
        #expect(try copy.application.exportState() == exported)
    }
}
