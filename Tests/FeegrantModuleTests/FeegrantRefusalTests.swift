import Base
import Cryptography
import FeegrantModule
import Ledger
import TestSupport
import Testing
import Wire

/// What is refused, what a genesis carries over, what clients read.
@Suite struct FeegrantRefusalTests {
    let feegrant = Feegrant(accounts: EveryAccount())
    let alice = Address.module("alice").description
    let bob = Address.module("bob").description

    private func run(_ message: some WireMessage, _ context: inout Context) throws {
        let any = AnyMessage(message)
        let route = try #require(feegrant.messages.first { $0.typeURL == any.typeURL })
        _ = try route.check(any)
        _ = try route.run(any, &context)
    }

    @Test func refusesEveryAllowanceThatCannotBeUsed() throws {
        var context = makeContext()
        func code(_ change: (inout PeriodicAllowance) -> Void) throws -> String? {
            var allowance = PeriodicAllowance()
            allowance.periodSpendLimit = [Coin(Amount(1), "ucgpt")]
            allowance.period.seconds = 1
            change(&allowance)
            let message = MsgGrantAllowance(granter: alice, grantee: bob, allowance)
            return try FeegrantModuleTests.code { try run(message, &context) }
        }
        #expect(try code { $0.basic.spendLimit = [Coin(.zero, "ucgpt")] } == "sdk/10")
        #expect(try code { $0.periodSpendLimit = [] } == "sdk/10")
        #expect(try code { $0.periodCanSpend = [Coin(.zero, "ucgpt")] } == "sdk/10")
        #expect(try code { $0.basic.spendLimit = [Coin(Amount(1), "uatom")] } == "sdk/10")
        #expect(try code { $0.period.seconds = -1 } == "feegrant/4")
        #expect(try code { $0.period.seconds = .max } == "feegrant/4")
        #expect(try code { $0.period.nanoseconds = -1 } == "feegrant/4")
        #expect(try code { $0.basic.expiration = Timestamp(seconds: -1) } == "feegrant/4")
        #expect(try code { $0.basic.expiration = Timestamp(seconds: .max) } == "feegrant/4")
        #expect(
            try code { $0.basic.expiration = Timestamp(seconds: 9, nanoseconds: -1) }
                == "feegrant/4")
        #expect(try code { $0.basic.expiration = Timestamp(seconds: 999) } == "sdk/18")
        #expect(try code { $0.period.seconds = 0 } == nil)
    }

    @Test func refusesEveryFailureOfTheSpecification() throws {
        var context = makeContext()
        func code(_ granter: String, _ grantee: String, _ any: AnyMessage?) throws -> String? {
            var message = MsgGrantAllowance()
            message.granter = granter
            message.grantee = grantee
            message.allowance = any
            return try FeegrantModuleTests.code { try run(message, &context) }
        }
        let good = AnyMessage(BasicAllowance())
        #expect(try code("", bob, good) == "sdk/7")
        #expect(try code(alice, "bob", good) == "sdk/7")
        #expect(try code(alice, alice, good) == "sdk/7")
        #expect(try code(alice, alice.uppercased(), good) == "sdk/7")
        #expect(try code(alice, bob, nil) == "feegrant/5")
        #expect(try code(alice, bob, AnyMessage(Coin())) == "sdk/34")
        var garbage = good
        garbage.value = [0xFF]
        #expect(try code(alice, bob, garbage) == "sdk/2")
        #expect(try code(alice, bob, AnyMessage(AllowedMsgAllowance())) == "feegrant/5")
        let empty = AllowedMsgAllowance(BasicAllowance(), for: [])
        #expect(try code(alice, bob, AnyMessage(empty)) == "feegrant/6")
        var nested = AllowedMsgAllowance(BasicAllowance(), for: ["/a"])
        nested.allowance = AnyMessage(nested)
        #expect(try code(alice, bob, AnyMessage(nested)) == "sdk/34")
        #expect(try code(alice, bob, good) == nil)
        #expect(try code(alice, bob, good) == "sdk/18")

        func revoke(_ granter: String, _ grantee: String) throws -> String? {
            try FeegrantModuleTests.code {
                try run(MsgRevokeAllowance(granter: granter, grantee: grantee), &context)
            }
        }
        #expect(try revoke(alice, alice) == "sdk/7")
        #expect(try revoke(bob, alice) == "sdk/38")
        #expect(try revoke(alice, bob) == nil)
        #expect(try revoke(alice, bob) == "sdk/38")
        #expect(
            try FeegrantModuleTests.code {
                try run(MsgPruneAllowances(pruner: "x"), &context)
            } == "sdk/7")
    }

    @Test func unknownNonCriticalFieldsAreNotStored() throws {
        var context = makeContext()
        var packed = AnyMessage(BasicAllowance(spendLimit: [Coin(Amount(1), "ucgpt")]))
        let canonical = packed
        // Field 1024, a varint.
        packed.value += [0x80, 0x40, 0x01]
        var message = MsgGrantAllowance(granter: alice, grantee: bob, BasicAllowance())
        message.allowance = packed
        try run(message, &context)
        let pair = try #require(try context.pairs("feegrant", prefix: [0], limit: 1).first)
        #expect(try FeeGrant(decoding: pair.value).allowance == canonical)
        _ = try feegrant.exportGenesis(&context)
    }

    @Test func genesisComesBackAsItWas() throws {
        var context = makeContext()
        var periodic = PeriodicAllowance()
        periodic.periodSpendLimit = [Coin(Amount(5), "ucgpt")]
        periodic.periodReset = Timestamp(seconds: 77)
        periodic.basic.expiration = Timestamp(seconds: 99)
        var state = FeegrantGenesis()
        let kinds = [
            AnyMessage(BasicAllowance()), AnyMessage(periodic),
            AnyMessage(AllowedMsgAllowance(periodic, for: ["/a"])),
        ]
        for (index, kind) in kinds.enumerated() {
            var grant = FeeGrant()
            grant.granter = alice
            grant.grantee = Address.module("g\(index)").description
            grant.allowance = kind
            state.allowances.append(grant)
        }
        let registry = WireRegistry(feegrant.otherTypes)
        let genesis = try state.json(JSONEncoding(registry: registry))
        try feegrant.initialize(genesis: genesis, &context)
        for invariant in feegrant.invariants { try invariant.check(&context) }
        let exported = try feegrant.exportGenesis(&context)
        var second = makeContext()
        try feegrant.initialize(genesis: exported, &second)
        #expect(try feegrant.exportGenesis(&second) == exported)
        #expect(second.state.changes.map(\.key) == context.state.changes.map(\.key))
        #expect(second.state.changes.map(\.value) == context.state.changes.map(\.value))

        state.allowances.append(state.allowances[0])
        let twice = try state.json(JSONEncoding(registry: registry))
        var third = makeContext()
        #expect(
            try code { try feegrant.initialize(genesis: twice, &third) } == "sdk/18")
    }

    @Test func listsByGranteeAndByGranterInPages() throws {
        var context = makeContext()
        let names = (0..<5).map { Address.module("n\($0)").description }
        for granter in names {
            for grantee in names where grantee != granter {
                try run(
                    MsgGrantAllowance(granter: granter, grantee: grantee, BasicAllowance()),
                    &context)
            }
        }
        func answer<Response: WireMessage>(
            _ method: String, _ request: some WireMessage, _ type: Response.Type
        ) throws -> Response {
            let path = "/cosmos.feegrant.v1beta1.Query/" + method
            let route = try #require(feegrant.queries.first { $0.path == path })
            return try Response(decoding: try route.answer(request.encoded(), &context))
        }
        var seen: [String] = []
        var request = AllowancesByGranterRequest(granter: names[0])
        var page = PageRequest()
        page.limit = 3
        repeat {
            request.pagination = page
            let found = try answer(
                "AllowancesByGranter", request, AllowancesByGranterResponse.self)
            #expect(found.allowances.allSatisfy { $0.granter == names[0] })
            seen += found.allowances.map(\.grantee)
            page.key = found.pagination?.nextKey ?? []
        } while !page.key.isEmpty
        #expect(seen.sorted() == names.dropFirst().sorted())
        let usable = try answer(
            "Allowances", AllowancesRequest(grantee: names[1]), AllowancesResponse.self)
        #expect(usable.allowances.count == 4)
        #expect(usable.allowances.allSatisfy { $0.grantee == names[1] })
        #expect(
            try code {
                _ = try answer(
                    "Allowances", AllowancesRequest(grantee: "x"), AllowancesResponse.self)
            } == "sdk/18")
    }

    @Test func randomUseKeepsTheInvariantAndNeverSpendsMoreThanGranted() throws {
        var generator = SeededGenerator(seed: 11)
        var context = makeContext(at: 1000)
        let people = (0..<4).map { Address.module("p\($0)") }
        var granted: [String: Int] = [:]
        var spent: [String: Int] = [:]
        for step in 0..<400 {
            context = moved(context, to: 1000 + Int64(step) * 3)
            let (granter, grantee) = (
                generator.element(of: people), generator.element(of: people)
            )
            let pair = "\(granter)\(grantee)"
            let amount = generator.int(in: 1...40)
            switch generator.int(in: 0..<5) {
            case 0:
                let allowance = BasicAllowance(
                    spendLimit: [Coin(Amount(UInt128(amount)), "ucgpt")],
                    expiration: Timestamp(seconds: 1000 + Int64(step + amount) * 3))
                let message = MsgGrantAllowance(
                    granter: granter.description, grantee: grantee.description, allowance)
                if try code({ try run(message, &context) }) == nil {
                    granted[pair, default: 0] += amount
                }
            case 1: _ = try feegrant.endBlock(&context)
            default:
                let fee = [Coin(Amount(UInt128(amount)), "ucgpt")]
                let refusal = try code {
                    try feegrant.useAllowance(
                        of: granter, by: grantee, fee: fee, typeURLs: [send], &context)
                }
                if refusal == nil { spent[pair, default: 0] += amount }
            }
            for invariant in feegrant.invariants { try invariant.check(&context) }
        }
        for (pair, amount) in spent { #expect(amount <= granted[pair] ?? 0) }
        #expect(!spent.isEmpty)
    }
}
