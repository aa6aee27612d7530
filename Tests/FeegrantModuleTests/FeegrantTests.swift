import Base
import Cryptography
import FeegrantModule
import Ledger
import TestSupport
import Testing
import Wire

/// Accounts that exist as soon as someone asks.
struct EveryAccount: AccountCreating {
    func ensureAccount(_ address: Address, _ context: inout Context) throws(Failure) {}
}

func makeContext(at seconds: Int64 = 1000, over store: SortedStore = SortedStore()) -> Context {
    Context(
        state: State(over: store), gasLimit: nil,
        block: BlockInfo(chainID: "aivm-1", height: 1, time: Timestamp(seconds: seconds)),
        mode: .finalize)
}

/// The same state in a block at another time.
func moved(_ context: Context, to seconds: Int64) -> Context {
    var later = makeContext(at: seconds)
    later.state = context.state
    return later
}

/// The code of the rejection that `body` ends with, such as `sdk/5`; `nil` when it succeeds.
func code(_ body: () throws -> Void) throws -> String? {
    do { try body() } catch let failure as Failure {
        guard case .rejected(let rejection) = failure else { throw failure }
        return "\(rejection.codespace)/\(rejection.code)"
    }
    return nil
}

func coins(_ text: String) throws -> [Coin] {
    try text.split(separator: ",").map { try #require(Coin(text: String($0))) }
}

let send = "/cosmos.bank.v1beta1.MsgSend"

@Suite struct FeegrantTests {
    let feegrant = Feegrant(accounts: EveryAccount())
    let alice = Address.module("alice")
    let bob = Address.module("bob")

    private func run(_ message: some WireMessage, _ context: inout Context) throws {
        let any = AnyMessage(message)
        let route = try #require(feegrant.messages.first { $0.typeURL == any.typeURL })
        _ = try route.check(any)
        _ = try route.run(any, &context)
    }

    private func grant(
        _ allowance: some WireMessage, _ context: inout Context
    ) throws {
        try run(
            MsgGrantAllowance(
                granter: alice.description, grantee: bob.description, allowance), &context)
    }

    private func use(
        _ fee: String, _ context: inout Context, for typeURLs: [String] = [send]
    ) throws {
        try feegrant.useAllowance(
            of: alice, by: bob, fee: try coins(fee), typeURLs: typeURLs, &context)
    }

    private func stored(_ context: inout Context) throws -> AnyMessage? {
        let path = "/cosmos.feegrant.v1beta1.Query/Allowance"
        let route = try #require(feegrant.queries.first { $0.path == path })
        let request = AllowanceRequest(granter: alice.description, grantee: bob.description)
        let answer = try AllowanceResponse(
            decoding: try route.answer(request.encoded(), &context))
        return answer.allowance?.allowance
    }

    private func basic(_ text: String, until seconds: Int64? = nil) throws -> BasicAllowance {
        BasicAllowance(
            spendLimit: try coins(text), expiration: seconds.map { Timestamp(seconds: $0) })
    }

    private func periodic(
        _ total: String, each limit: String, seconds: Int64
    ) throws -> PeriodicAllowance {
        var allowance = PeriodicAllowance()
        allowance.basic = try basic(total)
        allowance.period = WireDuration(seconds: seconds)
        allowance.periodSpendLimit = try coins(limit)
        allowance.periodCanSpend = try coins(limit)
        return allowance
    }

    private func checkInvariants(_ context: inout Context) throws {
        for invariant in feegrant.invariants { try invariant.check(&context) }
    }

    @Test func basicAllowanceIsUsedUpAndGone() throws {
        var context = makeContext()
        try grant(try basic("100ucgpt"), &context)
        try use("60ucgpt", &context)
        #expect(try stored(&context) == AnyMessage(try basic("40ucgpt")))
        #expect(try code { try use("41ucgpt", &context) } == "feegrant/2")
        #expect(try code { try use("1uatom", &context) } == "feegrant/2")
        context.events = []
        try use("40ucgpt", &context)
        #expect(context.events.map(\.type) == ["revoke_feegrant", "use_feegrant"])
        #expect(try code { try use("1ucgpt", &context) } == "sdk/38")
        #expect(try code { _ = try stored(&context) } == "sdk/22")
        try checkInvariants(&context)
    }

    @Test func emitsTheEventsOfTheSDK() throws {
        var context = makeContext()
        try grant(try basic("100ucgpt"), &context)
        try use("1ucgpt", &context)
        try run(
            MsgRevokeAllowance(granter: alice.description, grantee: bob.description), &context)
        let pair = ["granter": alice.description, "grantee": bob.description]
        #expect(
            context.events.map(\.type) == [
                "set_feegrant", "use_feegrant", "update_feegrant", "revoke_feegrant",
            ])
        for event in context.events {
            #expect(event["granter"] == pair["granter"])
            #expect(event["grantee"] == pair["grantee"])
        }
        try checkInvariants(&context)
    }

    @Test func emptyLimitMeansNoLimit() throws {
        var context = makeContext()
        try grant(try basic(""), &context)
        try use("1000000ucgpt", &context)
        try use("5uatom,1000000ucgpt", &context)
        #expect(try stored(&context) == AnyMessage(try basic("")))
    }

    @Test func endIsTheLastMomentOfUseAndTheEndOfItsBlockRemovesIt() throws {
        var context = makeContext(at: 1000)
        try grant(try basic("100ucgpt", until: 1010), &context)
        context = moved(context, to: 1010)
        try use("1ucgpt", &context)
        var late = moved(context, to: 1011)
        #expect(try code { try use("1ucgpt", &late) } == "feegrant/3")
        #expect(try stored(&late) != nil)
        var early = moved(context, to: 1009)
        _ = try feegrant.endBlock(&early)
        #expect(try stored(&early) != nil)
        _ = try feegrant.endBlock(&context)
        #expect(try code { _ = try stored(&context) } == "sdk/22")
        try checkInvariants(&context)
        #expect(context.state.changes.allSatisfy { $0.value == nil })
    }

    @Test func periodLimitsWhatIsSpentUntilTheNextBegins() throws {
        var context = makeContext(at: 1000)
        try grant(try periodic("25ucgpt", each: "10ucgpt", seconds: 100), &context)
        try use("10ucgpt", &context)
        #expect(try code { try use("1ucgpt", &context) } == "feegrant/2")
        context = moved(context, to: 1099)
        #expect(try code { try use("1ucgpt", &context) } == "feegrant/2")
        context = moved(context, to: 1100)
        try use("4ucgpt", &context)
        let second = try #require(
            try stored(&context)?.unpack(PeriodicAllowance.self))
        #expect(second.periodReset == Timestamp(seconds: 1200))
        #expect(second.periodCanSpend == (try coins("6ucgpt")))
        #expect(second.basic.spendLimit == (try coins("11ucgpt")))
        // Two periods have passed unused: the next begins now.
        context = moved(context, to: 1350)
        try use("10ucgpt", &context)
        let third = try #require(try stored(&context)?.unpack(PeriodicAllowance.self))
        #expect(third.periodReset == Timestamp(seconds: 1450))
        // What is left over all periods is less than a period's limit.
        context = moved(context, to: 1450)
        #expect(try code { try use("2ucgpt", &context) } == "feegrant/2")
        try use("1ucgpt", &context)
        #expect(try code { _ = try stored(&context) } == "sdk/22")
        try checkInvariants(&context)
    }

    @Test func periodTakesTheLesserOfEachDenomination() throws {
        var context = makeContext(at: 1000)
        try grant(
            try periodic("5uatom,100ucgpt", each: "10uatom,10ucgpt", seconds: 10), &context)
        context = moved(context, to: 1010)
        #expect(try code { try use("11ucgpt", &context) } == "feegrant/2")
        #expect(try code { try use("6uatom", &context) } == "feegrant/2")
        try use("5uatom,10ucgpt", &context)
    }

    @Test func periodWithoutEndOfTimeNeverOverflows() throws {
        var context = makeContext(at: 253_402_300_000)
        var allowance = try periodic("", each: "10ucgpt", seconds: 315_576_000_000)
        allowance.period.nanoseconds = 999_999_999
        #expect(try code { try grant(allowance, &context) } == nil)
        let stored = try #require(try stored(&context)?.unpack(PeriodicAllowance.self))
        #expect(stored.periodReset.isValid)
        try use("10ucgpt", &context)
    }

    @Test func listedMessagesOnly() throws {
        var context = makeContext()
        try grant(AllowedMsgAllowance(try basic("10ucgpt"), for: [send]), &context)
        #expect(try code { try use("1ucgpt", &context, for: ["/other"]) } == "feegrant/7")
        #expect(try code { try use("1ucgpt", &context, for: [send, "/other"]) } == "feegrant/7")
        try use("1ucgpt", &context, for: [send, send])
        #expect(
            try stored(&context)
                == AnyMessage(AllowedMsgAllowance(try basic("9ucgpt"), for: [send])))
        try use("9ucgpt", &context)
        try checkInvariants(&context)
    }

    @Test func lookingAtMessagesCostsGas() throws {
        var context = makeContext()
        try grant(AllowedMsgAllowance(try basic(""), for: [send, "/a", "/b"]), &context)
        let before = context.gas.used
        try use("1ucgpt", &context)
        let first = context.gas.used - before
        try use("1ucgpt", &context, for: [send, send])
        #expect(context.gas.used - before - first == first + 10)
    }

    @Test func pruneByMessageRemoves75AndEndOfBlock200() throws {
        var context = makeContext(at: 1000)
        for index in 0..<300 {
            try run(
                MsgGrantAllowance(
                    granter: alice.description,
                    grantee: Address.module("g\(index)").description,
                    try basic("1ucgpt", until: 1001 + Int64(index % 3))), &context)
        }
        context = moved(context, to: 2000)
        func count() throws -> Int {
            try context.pairs("feegrant", prefix: [0], limit: 1000).count
        }
        try run(MsgPruneAllowances(pruner: bob.description), &context)
        #expect(try count() == 225)
        #expect(context.events.last == Event("prune_feegrant", ["pruner": bob.description]))
        _ = try feegrant.endBlock(&context)
        #expect(try count() == 25)
        try checkInvariants(&context)
        _ = try feegrant.endBlock(&context)
        #expect(try count() == 0)
        try checkInvariants(&context)
    }
}
