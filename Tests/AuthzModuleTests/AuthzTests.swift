import AuthzModule
import Base
import Cryptography
import Ledger
import TestSupport
import Testing
import Wire

/// Accounts that exist as soon as someone asks.
struct EveryAccount: AccountCreating {
    func ensureAccount(_ address: Address, _ context: inout Context) throws(Failure) {}
}

/// Runs any message whose first field is its signer (`MsgSend`, staking messages): it emits an
/// event and answers with the signer's name. Messages of type `/test.Two` have two signers, those
/// of type `/test.Fails` fail.
struct EchoRouter: MessageRunning {
    struct Head: WireMessage {
        var signer = ""
        static let wireName = "test.Head"
        static let wireFields: WireFields<Head> = [.string(1, "signer", \.signer)]
    }

    var registry: WireRegistry { WireRegistry([]) }
    func runs(_ typeURL: String) -> Bool { !typeURL.hasPrefix("/unknown") && !typeURL.isEmpty }
    func check(_ message: AnyMessage) throws(Failure) {}
    func signers(of message: AnyMessage) throws(Failure) -> [Address] {
        guard let head = try? Head(decoding: message.value, rules: .tolerant) else {
            throw .sdk(.transactionParse, "")
        }
        let signer = try Address.parse(head.signer)
        return message.typeURL == "/test.Two" ? [signer, Address.module("second")] : [signer]
    }
    func run(_ message: AnyMessage, _ context: inout Context) throws(Failure) -> AnyMessage {
        guard message.typeURL != "/test.Fails" else { throw .sdk(.insufficientFunds, "none left") }
        context.emit("ran", ["type": message.typeURL])
        return AnyMessage(StoredText("answer \(try signers(of: message)[0])"))
    }
}

/// A message with addresses in fields 1 to 3 and coins in 3 or 4, as bank and staking have them.
struct Transfer: WireMessage {
    var from = ""
    var to = ""
    var coins: [Coin] = []
    static let wireName = "cosmos.bank.v1beta1.MsgSend"
    static let wireFields: WireFields<Transfer> = [
        .string(1, "from", \.from), .string(2, "to", \.to), .messages(3, "coins", \.coins),
    ]
}

struct Redelegation: WireMessage {
    var delegator = ""
    var source = ""
    var destination = ""
    var amount = Coin()
    static let wireName = "cosmos.staking.v1beta1.MsgBeginRedelegate"
    static let wireFields: WireFields<Redelegation> = [
        .string(1, "delegator", \.delegator), .string(2, "source", \.source),
        .string(3, "destination", \.destination), .message(4, "amount", \.amount),
    ]
}

func makeContext(at seconds: Int64 = 1000) -> Context {
    Context(
        state: State(over: SortedStore()), gasLimit: nil,
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

/// Alice grants, Bob uses.
struct Desk {
    let authz = Authz(accounts: EveryAccount(), router: EchoRouter())
    let alice = Address.module("alice").description
    let bob = Address.module("bob").description
    var context = makeContext()

    mutating func run(_ message: some WireMessage) throws {
        let any = AnyMessage(message)
        let route = try #require(authz.messages.first { $0.typeURL == any.typeURL })
        _ = try route.check(any)
        let response = try context.transaction { (context) throws(Failure) in
            try route.run(any, &context)
        }
        results = try response.unpack(MsgExecResponse.self)?.results ?? []
    }
    /// Results of the last `MsgExec`.
    var results: [Bytes] = []

    mutating func grant(_ authorization: some WireMessage, until seconds: Int64? = nil) throws {
        try run(
            MsgGrant(
                granter: alice, grantee: bob,
                Grant(authorization, expiration: seconds.map { Timestamp(seconds: $0) })))
    }

    mutating func execute(_ messages: [AnyMessage]) throws {
        try run(MsgExec(grantee: bob, messages))
    }

    func send(_ text: String, to: String = "carol", type: String? = nil) throws -> AnyMessage {
        var transfer = Transfer()
        transfer.from = alice
        transfer.to = Address.module(to).description
        transfer.coins = try coins(text)
        var any = AnyMessage(transfer)
        if let type { any.typeURL = type }
        return any
    }

    /// A staking message of `type` with a validator and one coin.
    func stake(_ text: String, _ validator: String, _ type: String) throws -> AnyMessage {
        var any = try send(text, type: "/cosmos.staking.v1beta1." + type)
        var transfer = Transfer()
        transfer.from = alice
        transfer.to = validator
        transfer.coins = try coins(text)
        any.value = transfer.encoded()
        return any
    }

    mutating func grants() throws -> [GrantAuthorization] {
        let path = "/cosmos.authz.v1beta1.Query/GranterGrants"
        let route = try #require(authz.queries.first { $0.path == path })
        return try GranterGrantsResponse(
            decoding: try route.answer(GranterGrantsRequest(granter: alice).encoded(), &context)
        ).grants
    }

    mutating func checkInvariants() throws {
        for invariant in authz.invariants { try invariant.check(&context) }
    }
}

@Suite struct AuthzTests {
    let type = "/test.Note"

    @Test func genericAuthorizationRunsItsTypeAsTheGranterAndNoOther() throws {
        var desk = Desk()
        let note = try desk.send("1ucgpt", type: type)
        #expect(try code { try desk.execute([note]) } == "authz/2")
        try desk.grant(GenericAuthorization(type))
        desk.context.events = []
        try desk.execute([note, note])
        let answer = StoredText("answer \(desk.alice)").encoded()
        #expect(desk.results == [answer, answer])
        #expect(
            desk.context.events == [
                Event("ran", ["type": type, "authz_msg_index": "0"]),
                Event("ran", ["type": type, "authz_msg_index": "1"]),
            ])
        let other = try desk.send("1ucgpt", type: "/test.Other")
        #expect(try code { try desk.execute([note, other]) } == "authz/2")
        try desk.checkInvariants()
    }

    @Test func ownMessagesNeedNoAuthorization() throws {
        var desk = Desk()
        let note = try desk.send("1ucgpt", type: type)
        try desk.run(MsgExec(grantee: desk.alice, [note]))
        #expect(desk.results.count == 1)
    }

    @Test func grantIsNotReversed() throws {
        var desk = Desk()
        try desk.run(
            MsgGrant(granter: desk.bob, grantee: desk.alice, Grant(GenericAuthorization(type))))
        let note = try desk.send("1ucgpt", type: type)
        #expect(try code { try desk.execute([note]) } == "authz/2")
    }

    @Test func failureInsideTakesNothingOffAndNamesTheMessage() throws {
        var desk = Desk()
        try desk.grant(SendAuthorization(spendLimit: try coins("10ucgpt")))
        try desk.grant(GenericAuthorization("/test.Fails"))
        let before = desk.context.state.changes.map(\.value)
        let failing = try desk.send("1ucgpt", type: "/test.Fails")
        #expect(
            throws: Failure.sdk(
                .insufficientFunds, "failed to execute message; message /test.Fails: none left")
        ) { try desk.execute([try desk.send("3ucgpt"), failing]) }
        #expect(desk.context.state.changes.map(\.value) == before)
    }

    @Test func sendAuthorizationCountsDownAndEnds() throws {
        var desk = Desk()
        let carol = Address.module("carol").description
        try desk.grant(
            SendAuthorization(spendLimit: try coins("5uatom,10ucgpt"), allowList: [carol]))
        try desk.execute([try desk.send("4ucgpt")])
        #expect(try code { try desk.execute([try desk.send("7ucgpt")]) } == "sdk/5")
        #expect(try code { try desk.execute([try desk.send("1uother")]) } == "sdk/5")
        #expect(try code { try desk.execute([try desk.send("1ucgpt", to: "eve")]) } == "sdk/4")
        #expect(
            try desk.grants().first?.authorization
                == AnyMessage(
                    SendAuthorization(spendLimit: try coins("5uatom,6ucgpt"), allowList: [carol])))
        desk.context.events = []
        try desk.execute([try desk.send("5uatom,6ucgpt")])
        #expect(
            desk.context.events.first
                == Event(
                    "cosmos.authz.v1beta1.EventRevoke",
                    [
                        "grantee": "\"\(desk.bob)\"", "granter": "\"\(desk.alice)\"",
                        "msg_type_url": "\"/cosmos.bank.v1beta1.MsgSend\"",
                    ]))
        #expect(try code { try desk.execute([try desk.send("1ucgpt")]) } == "authz/2")
        #expect(try desk.grants().isEmpty)
        try desk.checkInvariants()
    }

    @Test func stakeAuthorizationLooksAtValidatorAndTokens() throws {
        var desk = Desk()
        var limit = StakeAuthorization()
        limit.kind = .delegate
        limit.maximumTokens = Coin(Amount(10), "ucgpt")
        limit.allowList = .init(["v1", "v2"])
        try desk.grant(limit)
        func delegate(_ text: String, _ validator: String) throws -> String? {
            let message = try desk.stake(text, validator, "MsgDelegate")
            return try code { try desk.execute([message]) }
        }
        #expect(try delegate("4ucgpt", "v1") == nil)
        #expect(try delegate("1ucgpt", "v3") == "sdk/4")
        #expect(try delegate("1uatom", "v1") == "sdk/10")
        #expect(try delegate("7ucgpt", "v2") == "sdk/5")
        #expect(try delegate("6ucgpt", "v2") == nil)
        #expect(try delegate("1ucgpt", "v2") == "authz/2")

        var deny = StakeAuthorization()
        deny.kind = .undelegate
        deny.denyList = .init(["v1"])
        try desk.grant(deny)
        let denied = try desk.stake("1ucgpt", "v1", "MsgUndelegate")
        #expect(try code { try desk.execute([denied]) } == "sdk/4")
        try desk.execute([try desk.stake("1000ucgpt", "v2", "MsgUndelegate")])
        try desk.checkInvariants()
    }

    @Test func redelegationIsJudgedByItsDestination() throws {
        var desk = Desk()
        var authorization = StakeAuthorization()
        authorization.kind = .redelegate
        authorization.allowList = .init(["v2"])
        try desk.grant(authorization)
        var message = Redelegation()
        message.delegator = desk.alice
        message.amount = Coin(Amount(1), "ucgpt")
        (message.source, message.destination) = ("v1", "v2")
        try desk.execute([AnyMessage(message)])
        (message.source, message.destination) = ("v2", "v1")
        #expect(try code { try desk.execute([AnyMessage(message)]) } == "sdk/4")
    }

    @Test func endIsTheLastMomentOfUseAndTheEndOfItsBlockRemovesIt() throws {
        var desk = Desk()
        try desk.grant(GenericAuthorization(type), until: 1010)
        let note = try desk.send("1ucgpt", type: type)
        desk.context = moved(desk.context, to: 1010)
        try desk.execute([note])
        var late = desk
        late.context = moved(desk.context, to: 1011)
        #expect(try code { try late.execute([note]) } == "authz/6")
        _ = try desk.authz.endBlock(&desk.context)
        #expect(try code { try desk.execute([note]) } == "authz/2")
        #expect(desk.context.state.changes.allSatisfy { $0.value == nil })
        try desk.checkInvariants()
    }

    @Test func newGrantReplacesTheOldAndItsEnd() throws {
        var desk = Desk()
        try desk.grant(GenericAuthorization(type), until: 1010)
        try desk.grant(GenericAuthorization(type), until: 1020)
        try desk.checkInvariants()
        desk.context = moved(desk.context, to: 1015)
        _ = try desk.authz.endBlock(&desk.context)
        #expect(try desk.grants().count == 1)
        try desk.grant(GenericAuthorization(type))
        try desk.checkInvariants()
        desk.context = moved(desk.context, to: 5000)
        _ = try desk.authz.endBlock(&desk.context)
        #expect(try desk.grants().count == 1)
    }

    @Test func endOfBlockRemoves200AtMost() throws {
        var desk = Desk()
        for index in 0..<250 {
            try desk.grant(GenericAuthorization("/test.T\(index)"), until: 1001)
        }
        desk.context = moved(desk.context, to: 1001)
        func count() throws -> Int {
            try desk.context.pairs("authz", prefix: [1], limit: 1000).count
        }
        _ = try desk.authz.endBlock(&desk.context)
        #expect(try count() == 50)
        try desk.checkInvariants()
        _ = try desk.authz.endBlock(&desk.context)
        #expect(try count() == 0)
        try desk.checkInvariants()
    }

    @Test func revokeEndsAGrantOnce() throws {
        var desk = Desk()
        try desk.grant(GenericAuthorization(type), until: 2000)
        let revoke = MsgRevoke(granter: desk.alice, grantee: desk.bob, type)
        try desk.run(revoke)
        #expect(try code { try desk.run(revoke) } == "authz/2")
        #expect(
            desk.context.events.map(\.type) == [
                "cosmos.authz.v1beta1.EventGrant", "cosmos.authz.v1beta1.EventRevoke",
            ])
        try desk.checkInvariants()
    }
}

@Suite struct AuthzRefusalTests {
    @Test func refusesEveryFailureOfTheSpecification() throws {
        var desk = Desk()
        let (a, b) = (desk.alice, desk.bob)
        func grant(
            _ granter: String, _ grantee: String, _ any: AnyMessage?, _ end: Timestamp? = nil
        ) throws -> String? {
            var grant = Grant()
            grant.authorization = any
            grant.expiration = end
            return try code { try desk.run(MsgGrant(granter: granter, grantee: grantee, grant)) }
        }
        let good = AnyMessage(GenericAuthorization("/test.Note"))
        #expect(try grant("", b, good) == "sdk/7")
        #expect(try grant(a, "b", good) == "sdk/7")
        #expect(try grant(a, a, good) == "authz/7")
        #expect(try grant(a, b, nil) == "sdk/29")
        #expect(try grant(a, b, AnyMessage(Coin())) == "authz/4")
        #expect(try grant(a, b, AnyMessage(GenericAuthorization("/unknown.M"))) == "sdk/29")
        #expect(try grant(a, b, AnyMessage(GenericAuthorization(""))) == "sdk/29")
        var garbage = good
        garbage.value = [0xFF, 0xFF]
        #expect(try grant(a, b, garbage) == "sdk/2")
        #expect(try grant(a, b, good, Timestamp(seconds: 1000)) == "authz/3")
        #expect(try grant(a, b, good, Timestamp(seconds: .max)) == "authz/3")
        #expect(try grant(a, b, good, Timestamp(seconds: 1001, nanoseconds: -1)) == "authz/3")
        #expect(try grant(a, b, good, Timestamp(seconds: 1001)) == nil)

        func send(_ limit: String, _ list: [String] = []) throws -> String? {
            let authorization = SendAuthorization(spendLimit: try coins(limit), allowList: list)
            return try grant(a, b, AnyMessage(authorization))
        }
        #expect(try send("") == "sdk/10")
        #expect(try send("0ucgpt") == "sdk/10")
        #expect(try send("1ucgpt,1uatom") == "sdk/10")
        #expect(try send("1ucgpt", ["x", "y", "x"]) == "sdk/18")
        var stake = StakeAuthorization()
        #expect(try grant(a, b, AnyMessage(stake)) == "authz/4")
        stake.kind = .delegate
        for text in ["0", "-1", "", "x"] {
            stake.maximumTokens = Coin(.zero, "ucgpt")
            stake.maximumTokens?.amount = text
            #expect(try grant(a, b, AnyMessage(stake)) == "authz/12")
        }

        func execute(_ messages: [AnyMessage]) throws -> String? {
            try code { try desk.execute(messages) }
        }
        #expect(try execute([]) == "sdk/18")
        #expect(try execute([try desk.send("1ucgpt", type: "/test.Two")]) == "authz/9")
        #expect(try code { try desk.run(MsgExec(grantee: "x", [good])) } == "sdk/7")

        func revoke(_ granter: String, _ grantee: String, _ type: String) throws -> String? {
            try code { try desk.run(MsgRevoke(granter: granter, grantee: grantee, type)) }
        }
        #expect(try revoke("", b, "/a") == "sdk/7")
        #expect(try revoke(a, a, "/a") == "authz/7")
        #expect(try revoke(a, b, "") == "sdk/18")
        #expect(try revoke(a, b, "/a") == "authz/2")
        try desk.checkInvariants()
    }

    @Test func bothListsOfValidatorsAreRefused() throws {
        var desk = Desk()
        // Fields 2 and 3 of the one-of are both set.
        var packed = AnyMessage(StakeAuthorization())
        packed.value = [0x12, 0x00, 0x1A, 0x00, 0x20, 0x01]
        var grant = Grant()
        grant.authorization = packed
        #expect(
            try code {
                try desk.run(MsgGrant(granter: desk.alice, grantee: desk.bob, grant))
            } == "sdk/2")
    }

    @Test func genesisComesBackAsItWas() throws {
        var desk = Desk()
        var stake = StakeAuthorization()
        stake.kind = .cancelUnbonding
        stake.denyList = .init(["v1"])
        try desk.grant(stake, until: 2000)
        try desk.grant(SendAuthorization(spendLimit: try coins("5ucgpt")), until: 1001)
        try desk.grant(GenericAuthorization("/test.Note"))
        let exported = try desk.authz.exportGenesis(&desk.context)
        // Grants that are over come back too.
        var second = makeContext(at: 1500)
        try desk.authz.initialize(genesis: exported, &second)
        for invariant in desk.authz.invariants { try invariant.check(&second) }
        #expect(try desk.authz.exportGenesis(&second) == exported)
        #expect(second.state.changes.map(\.value) == desk.context.state.changes.map(\.value))
        #expect(second.state.changes.map(\.key) == desk.context.state.changes.map(\.key))

        let member = try #require(exported["authorization"]?.elements?.first)
        let twice = JSONValue.object([JSONMember("authorization", .array([member, member]))])
        var third = makeContext()
        #expect(
            try code { try desk.authz.initialize(genesis: twice, &third) } == "sdk/18")
    }

    @Test func listsFromBothSidesInPages() throws {
        var desk = Desk()
        let names = (0..<4).map { Address.module("n\($0)").description }
        for granter in names {
            for grantee in names where grantee != granter {
                for type in ["/test.A", "/test.B"] {
                    try desk.run(
                        MsgGrant(
                            granter: granter, grantee: grantee, Grant(GenericAuthorization(type))))
                }
            }
        }
        func answer<Response: WireMessage>(
            _ method: String, _ request: some WireMessage, _ type: Response.Type
        ) throws -> Response {
            let path = "/cosmos.authz.v1beta1.Query/" + method
            let route = try #require(desk.authz.queries.first { $0.path == path })
            return try Response(decoding: try route.answer(request.encoded(), &desk.context))
        }
        var request = GranteeGrantsRequest(grantee: names[2])
        var page = PageRequest()
        page.limit = 4
        var found: [GrantAuthorization] = []
        repeat {
            request.pagination = page
            let part = try answer("GranteeGrants", request, GranteeGrantsResponse.self)
            found += part.grants
            page.key = part.pagination?.nextKey ?? []
        } while !page.key.isEmpty
        #expect(found.count == 6)
        #expect(found.allSatisfy { $0.grantee == names[2] && $0.granter != names[2] })
        let both = try answer(
            "Grants", GrantsRequest(granter: names[0], grantee: names[1]), GrantsResponse.self)
        #expect(both.grants.count == 2)
        let one = try answer(
            "Grants",
            GrantsRequest(granter: names[0], grantee: names[1], messageTypeURL: "/test.B"),
            GrantsResponse.self)
        #expect(one.grants == [Grant(GenericAuthorization("/test.B"))])
        #expect(
            try code {
                _ = try answer(
                    "Grants",
                    GrantsRequest(granter: names[0], grantee: names[1], messageTypeURL: "/c"),
                    GrantsResponse.self)
            } == "sdk/22")
    }
}
