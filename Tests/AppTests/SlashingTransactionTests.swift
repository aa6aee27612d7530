import App
import BankModule
import Base
import Cryptography
import DistributionModule
import Ledger
import SlashingModule
import StakingModule
import Testing
import Wire

@Suite struct SlashingTransactionTests {
    private func unjail(_ chain: Economy, _ index: Int) -> MsgUnjail {
        var message = MsgUnjail()
        message.validatorAddress = chain.operatorText(index)
        return message
    }

    private func info(_ chain: Economy, _ index: Int) throws -> SigningInfo {
        var request = SigningInfoRequest()
        request.consensusAddress = chain.consensusAddress(index).consensusText
        return try chain.query(
            "/cosmos.slashing.v1beta1.Query/SigningInfo", request, SigningInfoResponse.self
        ).info
    }

    private func doubleSign(_ chain: Economy, _ index: Int, height: Int64) -> Offence {
        Offence(
            kind: .duplicateVote, address: chain.consensusAddress(index).bytes,
            power: chain.power(index), height: height, time: chain.time, totalPower: 270)
    }

    @Test func downtimeJailsAndTheOperatorComesBack() throws {
        var chain = try Economy(3)
        for _ in 0..<11 { try chain.deliver() }
        chain.absent = [1]
        // Five of ten blocks may be missed.
        for _ in 0..<5 { try chain.deliver() }
        #expect(chain.power(1) == 90)
        #expect(try info(chain, 1).missedBlocksCounter == 5)
        let result = try chain.deliver()
        #expect(
            result.events.contains { $0.type == "slash" && $0["reason"] == "missing_signature" })
        #expect(chain.power(1) == 0)
        #expect(try chain.validator(1).isJailed)
        #expect(try chain.validator(1).tokens == Amount(89_100_000))
        chain.absent = []
        let early = try chain.run(unjail(chain, 1), by: 1)
        #expect((early.codespace, early.code) == ("slashing", 4))
        try chain.mustRun(unjail(chain, 1), by: 1, after: 60)
        #expect(chain.power(1) == 89)
        let again = try chain.run(unjail(chain, 1), by: 1)
        #expect((again.codespace, again.code) == ("slashing", 5))
        #expect(try chain.run(unjail(chain, 4), by: 4).code == 2)
    }

    @Test func signingTwiceCostsStakeOnceAndForGood() throws {
        var chain = try Economy(3)
        // Stake that leaves after the offence answers for it.
        try chain.mustRun(
            MsgDelegate(chain.account(4), chain.operatorText(1), chain.stake(10_000_000)), by: 4)
        try chain.deliver()
        let height = chain.height
        try chain.mustRun(
            MsgUndelegate(chain.account(4), chain.operatorText(1), chain.stake(10_000_000)),
            by: 4)
        let supply = try self.supply(chain)
        var offence = doubleSign(chain, 1, height: height)
        offence.power = 100
        chain.offences = [offence, offence]
        try chain.deliver()
        #expect(try chain.validator(1).tokens == Amount(85_500_000))
        #expect(try chain.validator(1).isJailed)
        #expect(try info(chain, 1).isTombstoned)
        // 5 % of 100 CGPT are gone: of 90 at the validator and of 10 that were leaving.
        #expect(try self.supply(chain) + 5_000_000 >= supply)
        #expect(try self.supply(chain) < supply - 4_000_000)
        chain.offences = [offence]
        try chain.deliver()
        #expect(try chain.validator(1).tokens == Amount(85_500_000))
        let back = try chain.run(unjail(chain, 1), by: 1, after: 100_000)
        #expect((back.codespace, back.code) == ("slashing", 4))
        let before = try chain.balance(4)
        try chain.deliver(after: 21 * 24 * 3600)
        #expect(try chain.balance(4) == before + 9_500_000)
    }

    @Test func stakeThatMovedAwayAnswersForTheOffence() throws {
        var chain = try Economy(3)
        try chain.mustRun(
            MsgDelegate(chain.account(4), chain.operatorText(1), chain.stake(10_000_000)), by: 4)
        try chain.deliver()
        let height = chain.height
        try chain.mustRun(
            MsgBeginRedelegate(
                chain.account(4), from: chain.operatorText(1), to: chain.operatorText(0),
                chain.stake(10_000_000)), by: 4)
        var offence = doubleSign(chain, 1, height: height)
        offence.power = 100
        chain.offences = [offence]
        try chain.deliver()
        #expect(try chain.validator(1).tokens == Amount(85_500_000))
        #expect(try chain.validator(0).tokens == Amount(109_500_000))
    }

    @Test func evidenceAgainstStrangersIsIgnored() throws {
        var chain = try Economy(2)
        chain.offences = [
            Offence(
                kind: .duplicateVote, address: Bytes(repeating: 9, count: 20), power: 5,
                height: 1, time: chain.time, totalPower: 10),
            Offence(
                kind: .lightClientAttack, address: [], power: -5, height: -7, time: chain.time,
                totalPower: 0),
            Offence(
                kind: .unknown, address: chain.consensusAddress(0).bytes, power: 100, height: 1,
                time: chain.time, totalPower: 10),
        ]
        let result = try chain.deliver()
        #expect(!result.events.contains { $0.type == "slash" })
    }

    private func supply(_ chain: Economy) throws -> Int {
        var request = SupplyOfRequest()
        request.denom = "ucgpt"
        let answer = try chain.query(
            "/cosmos.bank.v1beta1.Query/SupplyOf", request, SupplyOfResponse.self)
        return Int(try answer.amount.value().units)
    }
}
