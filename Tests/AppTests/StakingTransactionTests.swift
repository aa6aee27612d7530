import App
import BankModule
import Base
import Cryptography
import Ledger
import SlashingModule
import StakingModule
import Testing
import Wire

@Suite struct StakingTransactionTests {
    private func createValidator(_ chain: Economy, _ index: Int, _ units: UInt128)
        -> MsgCreateValidator
    {
        var message = MsgCreateValidator()
        message.description.moniker = "newcomer"
        message.commission = CommissionRates(
            rate: Decimal(percent: 5), maximumRate: Decimal(percent: 20),
            maximumChangeRate: Decimal(percent: 1))
        message.minimumSelfDelegation = Amount(1)
        message.validatorAddress = chain.operatorText(index)
        message.publicKey = AnyMessage(Ed25519KeyMessage(chain.keys[index].publicKey.bytes))
        message.value = chain.stake(units)
        return message
    }

    private func edit(_ chain: Economy, _ index: Int) -> MsgEditValidator {
        var message = MsgEditValidator()
        let keep = ValidatorDescription.keep
        message.description.moniker = keep
        message.description.identity = keep
        message.description.website = keep
        message.description.securityContact = keep
        message.description.details = "new"
        message.validatorAddress = chain.operatorText(index)
        return message
    }

    @Test func genesisStakeBecomesTheFirstSet() throws {
        let chain = try Economy(3)
        #expect(chain.current.map(\.power).sorted() == [80, 90, 100])
    }

    @Test func delegatingRaisesPowerAndUndelegatingLowersIt() throws {
        var chain = try Economy(2)
        try chain.mustRun(
            MsgDelegate(chain.account(3), chain.operatorText(0), chain.stake(25_500_000)), by: 3)
        #expect(chain.power(0) == 125)
        #expect(try chain.validator(0).tokens == Amount(125_500_000))
        try chain.mustRun(
            MsgUndelegate(chain.account(3), chain.operatorText(0), chain.stake(5_500_000)), by: 3)
        #expect(chain.power(0) == 120)
        // The stake is free after 21 days, not before.
        let before = try chain.balance(3)
        try chain.deliver(after: 21 * 24 * 3600 - 5)
        #expect(try chain.balance(3) == before)
        let result = try chain.deliver()
        #expect(try chain.balance(3) == before + 5_500_000)
        #expect(result.events.contains { $0.type == "complete_unbonding" })
    }

    @Test func newValidatorEntersTheSetAndLeavesIt() throws {
        var chain = try Economy(2)
        try chain.mustRun(createValidator(chain, 2, 50_000_000), by: 2)
        #expect(chain.power(2) == 50)
        #expect(try chain.validator(2).status == .bonded)
        let again = try chain.run(createValidator(chain, 2, 50_000_000), by: 2)
        #expect((again.codespace, again.code) == ("staking", 4))
        var stolen = createValidator(chain, 3, 50_000_000)
        stolen.publicKey = AnyMessage(Ed25519KeyMessage(chain.keys[0].publicKey.bytes))
        let taken = try chain.run(stolen, by: 3)
        #expect((taken.codespace, taken.code) == ("staking", 5))
        // Its operator takes everything back: below its own minimum it is jailed, and out.
        try chain.mustRun(
            MsgUndelegate(chain.account(2), chain.operatorText(2), chain.stake(50_000_000)),
            by: 2)
        #expect(chain.power(2) == 0)
        #expect(try chain.validator(2).isJailed)
        #expect(try chain.validator(2).status == .unbonding)
        // Empty and unbonded, it is forgotten.
        try chain.deliver(after: 21 * 24 * 3600 + 1)
        try chain.deliver()
        var request = ValidatorRequest()
        request.validatorAddress = chain.operatorText(2)
        let answer = try chain.application.query(
            StateQuery(
                path: "/cosmos.staking.v1beta1.Query/Validator", data: request.encoded()))
        #expect(answer.code == 22 && answer.log.contains("code = NotFound"))
        try chain.mustRun(createValidator(chain, 2, 60_000_000), by: 2)
        #expect(chain.power(2) == 60)
    }

    @Test func theStrongestFormTheSet() throws {
        var chain = try Economy(3) { state in
            state = state.setting(
                "staking", "params",
                try? JSONValue(
                    parsing: """
                        {"unbonding_time": "1814400s", "max_validators": 2, "max_entries": 7,
                         "bond_denom": "ucgpt", "min_commission_rate": "0.000000000000000000"}
                        """))
        }
        #expect(chain.current.map(\.power).sorted() == [90, 100])
        // The first block gives the third its place back in state: unbonding.
        try chain.mustRun(
            MsgDelegate(chain.account(3), chain.operatorText(2), chain.stake(15_000_000)), by: 3)
        #expect([chain.power(0), chain.power(1), chain.power(2)] == [100, 0, 95])
        #expect(try chain.validator(1).status == .unbonding)
        try chain.mustRun(
            MsgDelegate(chain.account(3), chain.operatorText(1), chain.stake(20_000_000)), by: 3)
        #expect([chain.power(0), chain.power(1), chain.power(2)] == [100, 110, 0])
    }

    @Test func redelegationMovesAtOnceButNotOnward() throws {
        var chain = try Economy(3)
        try chain.mustRun(
            MsgDelegate(chain.account(3), chain.operatorText(0), chain.stake(10_000_000)), by: 3)
        try chain.mustRun(
            MsgBeginRedelegate(
                chain.account(3), from: chain.operatorText(0), to: chain.operatorText(1),
                chain.stake(10_000_000)), by: 3)
        #expect([chain.power(0), chain.power(1)] == [100, 100])
        let onward = try chain.run(
            MsgBeginRedelegate(
                chain.account(3), from: chain.operatorText(1), to: chain.operatorText(2),
                chain.stake(10_000_000)), by: 3)
        #expect((onward.codespace, onward.code) == ("staking", 32))
        let same = try chain.run(
            MsgBeginRedelegate(
                chain.account(3), from: chain.operatorText(1), to: chain.operatorText(1),
                chain.stake(1)), by: 3)
        #expect((same.codespace, same.code) == ("staking", 29))
        try chain.deliver(after: 21 * 24 * 3600)
        try chain.mustRun(
            MsgBeginRedelegate(
                chain.account(3), from: chain.operatorText(1), to: chain.operatorText(2),
                chain.stake(10_000_000)), by: 3)
        #expect([chain.power(1), chain.power(2)] == [90, 90])
    }

    @Test func unbondingCanBeCancelledInPart() throws {
        var chain = try Economy(2)
        try chain.mustRun(
            MsgDelegate(chain.account(3), chain.operatorText(0), chain.stake(10_000_000)), by: 3)
        try chain.mustRun(
            MsgUndelegate(chain.account(3), chain.operatorText(0), chain.stake(10_000_000)),
            by: 3)
        let height = chain.height
        #expect(chain.power(0) == 100)
        var cancel = MsgCancelUnbondingDelegation()
        cancel.delegatorAddress = chain.account(3)
        cancel.validatorAddress = chain.operatorText(0)
        cancel.amount = chain.stake(4_000_000)
        cancel.creationHeight = height
        try chain.mustRun(cancel, by: 3)
        #expect(chain.power(0) == 104)
        cancel.amount = chain.stake(7_000_000)
        #expect(try chain.run(cancel, by: 3).code == 18)
        cancel.amount = chain.stake(1)
        cancel.creationHeight = height + 1
        #expect(try chain.run(cancel, by: 3).code == 22)
        let before = try chain.balance(3)
        try chain.deliver(after: 21 * 24 * 3600 + 1)
        #expect(try chain.balance(3) == before + 6_000_000)
    }

    @Test func entriesAreLimited() throws {
        var chain = try Economy(2)
        try chain.mustRun(
            MsgDelegate(chain.account(3), chain.operatorText(0), chain.stake(10_000_000)), by: 3)
        let undelegate = MsgUndelegate(chain.account(3), chain.operatorText(0), chain.stake(10))
        for _ in 0..<7 { try chain.mustRun(undelegate, by: 3) }
        let eighth = try chain.run(undelegate, by: 3)
        #expect((eighth.codespace, eighth.code) == ("staking", 27))
    }

    @Test func badDelegationsAreRefused() throws {
        var chain = try Economy(2)
        let mine = chain.account(3)
        let cases: [(any WireMessage, String, UInt32)] = [
            (MsgDelegate(mine, chain.operatorText(4), chain.stake(5)), "staking", 3),
            (MsgDelegate(mine, "aivmvaloper1x", chain.stake(5)), "sdk", 7),
            (MsgDelegate(mine, mine, chain.stake(5)), "sdk", 7),
            (MsgDelegate(mine, chain.operatorText(0), chain.stake(0)), "sdk", 18),
            (MsgDelegate(mine, chain.operatorText(0), Coin(Amount(5), "uatom")), "sdk", 18),
            (
                MsgDelegate(mine, chain.operatorText(0), chain.stake(5_000_000_000)), "sdk", 5
            ),
            (MsgUndelegate(mine, chain.operatorText(0), chain.stake(5)), "staking", 19),
            (
                MsgBeginRedelegate(
                    mine, from: chain.operatorText(0), to: chain.operatorText(1), chain.stake(5)),
                "staking", 19
            ),
        ]
        for (message, codespace, code) in cases {
            var draft = Draft(message)
            draft.fee = Fee([Coin(Amount(5000), "ucgpt")], gasLimit: 2_000_000)
            let transaction = draft.signed(by: chain.people[3])
            let result = try #require(try chain.deliver([transaction.encoded()]).results.first)
            #expect((result.codespace, result.code) == (codespace, code), "\(result.log)")
            // A message that cannot even be checked does not use the sequence number.
            if !(codespace == "sdk" && [7, 18].contains(code)) || result.log.contains("denom") {
                chain.people[3].sequence += 1
            }
        }
    }

    @Test func commissionChangesOnceADayWithinLimits() throws {
        var chain = try Economy(1)
        var message = edit(chain, 0)
        message.commissionRate = Decimal(percent: 11).wireText
        try chain.mustRun(message, by: 0)
        #expect(try chain.validator(0).commission.rates.rate == Decimal(percent: 11))
        #expect(try chain.validator(0).description.details == "new")
        #expect(try chain.validator(0).description.moniker == "v0")
        let second = try chain.run(message, by: 0)
        #expect((second.codespace, second.code) == ("staking", 12))
        message.commissionRate = Decimal(percent: 13).wireText
        let wide = try chain.run(message, by: 0, after: 24 * 3600)
        #expect((wide.codespace, wide.code) == ("staking", 15))
        message.commissionRate = Decimal(percent: 21).wireText
        let high = try chain.run(message, by: 0)
        #expect((high.codespace, high.code) == ("staking", 11))
        message.commissionRate = ""
        message.minimumSelfDelegation = "2"
        try chain.mustRun(message, by: 0)
        message.minimumSelfDelegation = "1"
        let lower = try chain.run(message, by: 0)
        #expect((lower.codespace, lower.code) == ("staking", 17))
    }

    @Test func theLastValidatorStaysUntilSomebodyTakesOver() throws {
        var chain = try Economy(1)
        try chain.mustRun(
            MsgUndelegate(chain.account(0), chain.operatorText(0), chain.stake(100_000_000)),
            by: 0)
        #expect(chain.power(0) == 100)
        try chain.deliver()
        try chain.mustRun(createValidator(chain, 1, 20_000_000), by: 1)
        #expect([chain.power(0), chain.power(1)] == [0, 20])
    }

    @Test func listsComeInPagesAndByStatus() throws {
        var chain = try Economy(3)
        try chain.mustRun(createValidator(chain, 3, 900_000), by: 3)
        var request = ValidatorsRequest()
        request.status = "BOND_STATUS_BONDED"
        request.pagination = PageRequest()
        request.pagination?.limit = 2
        request.pagination?.countsTotal = true
        let path = "/cosmos.staking.v1beta1.Query/Validators"
        let first = try chain.query(path, request, ValidatorsResponse.self)
        #expect(first.validators.count == 2)
        #expect(first.pagination?.total == 3)
        request.pagination?.key = try #require(first.pagination?.nextKey)
        let second = try chain.query(path, request, ValidatorsResponse.self)
        #expect(second.validators.count == 1)
        #expect(second.pagination?.nextKey == [])
        request = ValidatorsRequest()
        request.status = "BOND_STATUS_UNBONDED"
        let waiting = try chain.query(path, request, ValidatorsResponse.self)
        #expect(waiting.validators.map(\.description.moniker) == ["newcomer"])
        request.status = "nonsense"
        let answer = try chain.application.query(
            StateQuery(path: path, data: request.encoded()))
        #expect(answer.code == 18)
    }
}

extension Economy {
    func balance(_ index: Int) throws -> UInt128 {
        let response = try query(
            "/cosmos.bank.v1beta1.Query/Balance",
            BalanceRequest(people[index].address, "ucgpt"), BalanceResponse.self)
        return try #require(try response.balance?.value()).units
    }
}

extension JSONValue {
    /// This object with `value` as member `name` of its member `part`.
    func setting(_ part: String, _ name: String, _ value: JSONValue?) -> JSONValue {
        guard let value, case .object(var members) = self,
            let index = members.firstIndex(where: { $0.name == part }),
            case .object(var inner) = members[index].value
        else { return self }
        inner.removeAll { $0.name == name }
        inner.append(JSONMember(name, value))
        members[index].value = .object(inner)
        return .object(members)
    }
}
