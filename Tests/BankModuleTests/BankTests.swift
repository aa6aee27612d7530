import BankModule
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

func makeContext() -> Context {
    Context(
        state: State(over: SortedStore()), gasLimit: nil,
        block: BlockInfo(chainID: "aivm-1", height: 1, time: Timestamp()), mode: .finalize)
}

/// The code of the rejection that `body` ends with, such as `sdk/5`; `nil` when it succeeds.
func code(_ body: () throws -> Void) throws -> String? {
    do { try body() } catch let failure as Failure {
        guard case .rejected(let rejection) = failure else { throw failure }
        return "\(rejection.codespace)/\(rejection.code)"
    }
    return nil
}

@Suite struct BankTests {
    let bank = Bank(accounts: EveryAccount(), blocked: [.module("fee_collector")])
    let alice = Address.module("alice")
    let bob = Address.module("bob")

    private func coins(_ text: String) throws -> [Coin] {
        try text.split(separator: ",").map { try #require(Coin(text: String($0))) }
    }

    private func funded(_ text: String) throws -> Context {
        var context = makeContext()
        try bank.mint(try coins(text), to: alice, &context)
        context.events = []
        return context
    }

    private func run(_ message: some WireMessage, _ context: inout Context) throws {
        let any = AnyMessage(message)
        let route = try #require(bank.messages.first { $0.typeURL == any.typeURL })
        _ = try route.check(any)
        _ = try route.run(any, &context)
    }

    @Test func sendMovesCoinsAndKeepsTheSupply() throws {
        var context = try funded("5uatom,100ucgpt")
        try run(
            MsgSend(from: alice.description, to: bob.description, try coins("5uatom,30ucgpt")),
            &context)
        #expect(try bank.balance(of: alice, denom: "ucgpt", &context) == Amount(70))
        #expect(try bank.balance(of: alice, denom: "uatom", &context) == .zero)
        #expect(try bank.balance(of: bob, denom: "ucgpt", &context) == Amount(30))
        #expect(try bank.supply(of: "ucgpt", &context) == Amount(100))
        for invariant in bank.invariants { try invariant.check(&context) }
    }

    @Test func sendEmitsTheEventsThatWalletsRead() throws {
        var context = try funded("100ucgpt")
        try run(
            MsgSend(from: alice.description, to: bob.description, try coins("30ucgpt")), &context)
        #expect(
            context.events == [
                Event("coin_spent", ["spender": alice.description, "amount": "30ucgpt"]),
                Event("coin_received", ["receiver": bob.description, "amount": "30ucgpt"]),
                Event(
                    "transfer",
                    [
                        "recipient": bob.description, "sender": alice.description,
                        "amount": "30ucgpt",
                    ]),
                Event("message", ["sender": alice.description]),
            ])
    }

    @Test func sendToOneselfChangesNothing() throws {
        var context = try funded("100ucgpt")
        try run(
            MsgSend(from: alice.description, to: alice.description, try coins("100ucgpt")),
            &context)
        #expect(try bank.balance(of: alice, denom: "ucgpt", &context) == Amount(100))
        for invariant in bank.invariants { try invariant.check(&context) }
    }

    @Test func insufficientFundsHasTheTextThatClientsParseAndChangesNothing() throws {
        var context = try funded("5uatom,5ucgpt")
        let before = context.state.changes.map(\.value)
        let message = MsgSend(
            from: alice.description, to: bob.description, try coins("1uatom,10ucgpt"))
        #expect(
            throws: Failure.sdk(
                .insufficientFunds, "spendable balance 5ucgpt is smaller than 10ucgpt")
        ) { try run(message, &context) }
        #expect(context.state.changes.map(\.value) == before)
        #expect(context.events.isEmpty)
    }

    @Test func refusesEveryFailureOfTheSpecification() throws {
        var context = try funded("100ucgpt")
        func send(_ from: String, _ to: String, _ amount: [Coin]) throws -> String? {
            try code { try run(MsgSend(from: from, to: to, amount), &context) }
        }
        let (a, b) = (alice.description, bob.description)
        let one = try coins("1ucgpt")
        #expect(try send("", b, one) == "sdk/7")
        #expect(try send(a, "cosmos1deadbeef", one) == "sdk/7")
        #expect(try send(a, b, []) == "sdk/10")
        #expect(try send(a, b, [Coin(.zero, "ucgpt")]) == "sdk/10")
        #expect(try send(a, b, try coins("1ucgpt,1ucgpt")) == "sdk/10")
        #expect(try send(a, b, try coins("1ucgpt,1uatom")) == "sdk/10")
        for text in ["-1", "01", "", "1.5", "1e3", String(repeating: "9", count: 40)] {
            var coin = Coin(.zero, "ucgpt")
            coin.amount = text
            #expect(try send(a, b, [coin]) == "sdk/10")
        }
        #expect(try send(a, b, [Coin(Amount(1), "u")]) == "sdk/10")
        #expect(try send(a, Address.module("fee_collector").description, one) == "sdk/4")
        #expect(try send(b, a, one) == "sdk/5")
        #expect(try send(a, b, one) == nil)
    }

    @Test func refusesDenominationsThatMayNotBeSent() throws {
        var context = makeContext()
        let genesis = try JSONValue(
            parsing: """
                {"balances": [{"address": "\(alice)",
                 "coins": [{"denom": "ufree", "amount": "5"}, {"denom": "uheld", "amount": "5"}]}],
                 "send_enabled": [{"denom": "uheld", "enabled": false}]}
                """)
        try bank.initialize(genesis: genesis, &context)
        let (a, b) = (alice.description, bob.description)
        #expect(
            try code { try run(MsgSend(from: a, to: b, try coins("1uheld")), &context) } == "bank/5"
        )
        #expect(try code { try run(MsgSend(from: a, to: b, try coins("1ufree")), &context) } == nil)
    }

    @Test func multiSendSplitsOneInput() throws {
        var context = try funded("100ucgpt")
        var message = MsgMultiSend()
        var input = TransferInput()
        input.address = alice.description
        input.coins = try coins("60ucgpt")
        message.inputs = [input]
        for (name, amount) in [("bob", "20ucgpt"), ("carol", "40ucgpt")] {
            var output = TransferOutput()
            output.address = Address.module(name).description
            output.coins = try coins(amount)
            message.outputs.append(output)
        }
        try run(message, &context)
        #expect(try bank.balance(of: alice, denom: "ucgpt", &context) == Amount(40))
        #expect(try bank.balance(of: .module("carol"), denom: "ucgpt", &context) == Amount(40))

        var wrong = message
        wrong.inputs[0].coins = try coins("61ucgpt")
        #expect(try code { try run(wrong, &context) } == "bank/4")
        wrong = message
        wrong.inputs.append(input)
        #expect(try code { try run(wrong, &context) } == "bank/9")
        wrong.inputs = []
        #expect(try code { try run(wrong, &context) } == "bank/2")
        wrong = message
        wrong.outputs = []
        #expect(try code { try run(wrong, &context) } == "bank/3")
        wrong = message
        wrong.outputs[0].address = Address.module("fee_collector").description
        #expect(try code { try run(wrong, &context) } == "sdk/4")
        for invariant in bank.invariants { try invariant.check(&context) }
    }

    @Test func burnTakesOffBalanceAndSupply() throws {
        var context = try funded("100ucgpt")
        try bank.burn(try coins("40ucgpt"), from: alice, &context)
        #expect(try bank.supply(of: "ucgpt", &context) == Amount(60))
        #expect(try code { try bank.burn(try coins("61ucgpt"), from: alice, &context) } == "sdk/5")
        try bank.burn(try coins("60ucgpt"), from: alice, &context)
        #expect(try context.pairs("bank", prefix: [2], limit: 9).isEmpty)
        #expect(try context.pairs("bank", prefix: [0], limit: 9).isEmpty)
        for invariant in bank.invariants { try invariant.check(&context) }
    }

    @Test func supplyNeverExceeds128Bits() throws {
        var context = try funded("340282366920938463463374607431768211455ucgpt")
        #expect(try code { try bank.mint(try coins("1ucgpt"), to: bob, &context) } == "sdk/10")
    }

    @Test func randomMovesKeepTheInvariant() throws {
        var generator = SeededGenerator(seed: 4)
        var context = try funded("1000ucgpt")
        let people = (0..<6).map { Address.module("p\($0)") } + [alice]
        for _ in 0..<300 {
            let from = generator.element(of: people)
            let to = generator.element(of: people)
            let amount = [Coin(Amount(UInt128(generator.int(in: 1...400))), "ucgpt")]
            switch generator.int(in: 0..<8) {
            case 0: try? bank.mint(amount, to: to, &context)
            case 1: try? bank.burn(amount, from: from, &context)
            default: try? bank.move(amount, from: from, to: to, &context)
            }
        }
        for invariant in bank.invariants { try invariant.check(&context) }
    }

    @Test func invariantFindsASupplyThatIsNotTheSum() throws {
        var context = try funded("100ucgpt")
        try context.write("bank", [0] + Bytes("ucgpt".utf8), StoredText("101").encoded())
        #expect(try code { try bank.invariants[0].check(&context) } == "sdk/35")
    }
}

@Suite struct BankQueryTests {
    let bank = Bank(accounts: EveryAccount(), blocked: [])

    private func query<Request: WireMessage, Response: WireMessage>(
        _ method: String, _ request: Request, _ response: Response.Type,
        _ context: inout Context
    ) throws -> Response {
        let path = "/cosmos.bank.v1beta1.Query/" + method
        let route = try #require(bank.queries.first { $0.path == path })
        return try Response(decoding: try route.answer(request.encoded(), &context))
    }

    private func funded() throws -> Context {
        var context = makeContext()
        for name in ["alice", "bob"] {
            try bank.mint(
                [Coin(Amount(5), "uatom"), Coin(Amount(7), "ucgpt")], to: .module(name), &context)
        }
        return context
    }

    @Test func answersBalancesAndZero() throws {
        var context = try funded()
        let balance = try query(
            "Balance", BalanceRequest(.module("alice"), "ucgpt"), BalanceResponse.self, &context)
        #expect(balance.balance?.text == "7ucgpt")
        let none = try query(
            "Balance", BalanceRequest(.module("nobody"), "ucgpt"), BalanceResponse.self, &context)
        #expect(none.balance?.text == "0ucgpt")
        let all = try query(
            "AllBalances", AllBalancesRequest(.module("bob")), AllBalancesResponse.self, &context)
        #expect(all.balances.coinsText == "5uatom,7ucgpt")
        var spendable = SpendableBalancesRequest()
        spendable.address = Address.module("bob").description
        let free = try query(
            "SpendableBalances", spendable, SpendableBalancesResponse.self, &context)
        #expect(free.balances.coinsText == "5uatom,7ucgpt")
    }

    @Test func pageKeyOfAnotherAddressIsRefused() throws {
        var context = try funded()
        var request = AllBalancesRequest(.module("alice"))
        var page = PageRequest()
        page.limit = 1
        request.pagination = page
        let first = try query("AllBalances", request, AllBalancesResponse.self, &context)
        #expect(first.balances.coinsText == "5uatom")
        page.key = first.pagination?.nextKey ?? []
        request.pagination = page
        let second = try query("AllBalances", request, AllBalancesResponse.self, &context)
        #expect(second.balances.coinsText == "7ucgpt")
        #expect(second.pagination?.nextKey == [])
        request.address = Address.module("bob").description
        #expect(
            try code {
                _ = try query("AllBalances", request, AllBalancesResponse.self, &context)
            } == "sdk/18")
        page.limit = .max
        page.key = []
        request.pagination = page
        #expect(
            try code {
                _ = try query("AllBalances", request, AllBalancesResponse.self, &context)
            } == "sdk/18")
    }

    @Test func answersSupplies() throws {
        var context = try funded()
        var request = SupplyOfRequest()
        request.denom = "ucgpt"
        #expect(
            try query("SupplyOf", request, SupplyOfResponse.self, &context).amount.text
                == "14ucgpt")
        let total = try query(
            "TotalSupply", TotalSupplyRequest(), TotalSupplyResponse.self, &context)
        #expect(total.supply.coinsText == "10uatom,14ucgpt")
    }

    @Test func refusesMalformedArguments() throws {
        var context = try funded()
        var request = BalanceRequest(.module("alice"), "u")
        #expect(
            try code { _ = try query("Balance", request, BalanceResponse.self, &context) }
                == "sdk/18")
        request.denom = "ucgpt"
        request.address = "test"
        #expect(
            try code { _ = try query("Balance", request, BalanceResponse.self, &context) }
                == "sdk/18")
    }
}

@Suite struct BankGenesisTests {
    let bank = Bank(accounts: EveryAccount(), blocked: [])

    private let genesis = """
        {"balances": [
          {"address": "aivm1vmaczejvydtrrzfzn9wqgg43w3xys5m7r9gwj4",
           "coins": [{"denom": "uatom", "amount": "3"}, {"denom": "ucgpt", "amount": "10"}]},
          {"address": "aivm1vutw4fkeaa82yryg6x82pjj7aqxg74lslrcuw0",
           "coins": [{"denom": "ucgpt", "amount": "5"}]}],
         "supply": [{"denom": "uatom", "amount": "3"}, {"denom": "ucgpt", "amount": "15"}],
         "denom_metadata": [{"base": "ucgpt", "display": "cgpt", "denom_units": [
           {"denom": "ucgpt"}, {"denom": "cgpt", "exponent": 6}]}]}
        """

    @Test func exportStartsAChainWithTheSameState() throws {
        var context = makeContext()
        try bank.initialize(genesis: try JSONValue(parsing: genesis), &context)
        let exported = try bank.exportGenesis(&context)
        var copy = makeContext()
        try bank.initialize(genesis: exported, &copy)
        #expect(copy.state.changes.map(\.key) == context.state.changes.map(\.key))
        #expect(copy.state.changes.map(\.value) == context.state.changes.map(\.value))
        for invariant in bank.invariants { try invariant.check(&copy) }
    }

    @Test func refusesASupplyThatIsNotTheSum() throws {
        var context = makeContext()
        let wrong = genesis.replacing(#""amount": "15""#, with: #""amount": "16""#)
        #expect(
            try code {
                try bank.initialize(genesis: try JSONValue(parsing: wrong), &context)
            } == "sdk/18")
    }

    @Test func refusesAnAddressNamedTwice() throws {
        var context = makeContext()
        let wrong = genesis.replacing(
            "aivm1vutw4fkeaa82yryg6x82pjj7aqxg74lslrcuw0",
            with: "aivm1vmaczejvydtrrzfzn9wqgg43w3xys5m7r9gwj4")
        #expect(
            try code {
                try bank.initialize(genesis: try JSONValue(parsing: wrong), &context)
            } == "sdk/18")
    }
}
