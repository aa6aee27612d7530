import AccountsModule
import Base
import Cryptography
import Ledger
import TestSupport
import Testing
import Wire

@Suite struct AccountsTests {
    let accounts = Accounts()

    private func makeContext() -> Context {
        Context(
            state: State(over: SortedStore()), gasLimit: nil,
            block: BlockInfo(chainID: "aivm-1", height: 1, time: Timestamp()), mode: .finalize)
    }

    private func key(_ text: String) throws -> Secp256k1.PublicKey {
        try #require(Secp256k1.PrivateKey(SHA256.hash(Bytes(text.utf8)).bytes)).publicKey
    }

    private func query<Request: WireMessage, Response: WireMessage>(
        _ method: String, _ request: Request, _ response: Response.Type,
        _ context: inout Context
    ) throws -> Response {
        let path = "/cosmos.auth.v1beta1.Query/" + method
        let route = try #require(accounts.queries.first { $0.path == path })
        return try Response(decoding: try route.answer(request.encoded(), &context))
    }

    @Test func numbersAscendFromZeroAndNeverChange() throws {
        var context = makeContext()
        let addresses = try ["a", "b", "c"].map { Address(publicKey: try key($0)) }
        for address in addresses + addresses { try accounts.ensureAccount(address, &context) }
        for (index, address) in addresses.enumerated() {
            let account = try #require(try accounts.account(address, &context))
            #expect(account.number == UInt64(index))
            #expect(account.sequence == 0)
            #expect(account.publicKey == nil)
        }
        #expect(try accounts.account(.module("x"), &context) == nil)
    }

    @Test func updateStoresKeyAndSequence() throws {
        var context = makeContext()
        let key = try key("a")
        let address = Address(publicKey: key)
        try accounts.ensureAccount(address, &context)
        var account = try #require(try accounts.account(address, &context))
        account.publicKey = key
        account.sequence = 9
        try accounts.update(account, &context)
        #expect(try accounts.account(address, &context) == account)
        for invariant in accounts.invariants { try invariant.check(&context) }
    }

    @Test func accountQueryAnswersExactlyABaseAccount() throws {
        var context = makeContext()
        let key = try key("a")
        let address = Address(publicKey: key)
        try accounts.ensureAccount(address, &context)
        try accounts.update(
            AccountView(address: address, publicKey: key, number: 0, sequence: 3), &context)
        let response = try query(
            "Account", AccountRequest(address), AccountResponse.self, &context)
        let packed = try #require(response.account)
        #expect(packed.typeURL == "/cosmos.auth.v1beta1.BaseAccount")
        let account = try #require(try packed.unpack(BaseAccount.self))
        #expect(account.address == address.description)
        #expect(account.sequence == 3)
        #expect(account.publicKey?.typeURL == "/cosmos.crypto.secp256k1.PubKey")
        var request = AccountInfoRequest()
        request.address = address.description
        #expect(
            try query("AccountInfo", request, AccountInfoResponse.self, &context).info == account)
    }

    @Test func missingAccountAnswersTheTextThatClientsSearch() throws {
        var context = makeContext()
        let address = Address.module("nobody")
        let failure = #expect(throws: Failure.self) {
            try query("Account", AccountRequest(address), AccountResponse.self, &context)
        }
        #expect(
            failure == .notFound("account \(address) not found"))
        guard case .rejected(let rejection) = failure else { return }
        #expect(rejection.code == 22)
        #expect(rejection.message.contains("rpc error: code = NotFound"))
    }

    @Test(arguments: ["", "aivm1", "cosmos1vmaczejvydtrrzfzn9wqgg43w3xys5m7", "test"])
    func malformedAddressInAQueryIsAnInvalidArgument(_ text: String) throws {
        var context = makeContext()
        var request = AccountRequest()
        request.address = text
        let failure = #expect(throws: Failure.self) {
            try query("Account", request, AccountResponse.self, &context)
        }
        guard case .rejected(let rejection) = failure else { return }
        #expect(rejection.code == 18)
    }

    @Test func pagesThroughAllAccountsInBothDirections() throws {
        var context = makeContext()
        for index in 0..<25 { try accounts.ensureAccount(.module("m\(index)"), &context) }
        for reverse in [false, true] {
            var seen: [Bytes] = []
            var request = AccountsRequest()
            var page = PageRequest()
            page.limit = 10
            page.reverse = reverse
            repeat {
                request.pagination = page
                let response = try query("Accounts", request, AccountsResponse.self, &context)
                seen += response.accounts.map(\.value)
                page.key = response.pagination?.nextKey ?? []
            } while !page.key.isEmpty
            #expect(seen.count == 25)
            #expect(Set(seen).count == 25)
        }
        var request = AccountsRequest()
        var page = PageRequest()
        page.countsTotal = true
        page.limit = 1
        request.pagination = page
        let response = try query("Accounts", request, AccountsResponse.self, &context)
        #expect(response.pagination?.total == 25)
    }

    @Test func answersParametersAndPrefix() throws {
        var context = makeContext()
        try accounts.initialize(genesis: .null, &context)
        let parameters = try query(
            "Params", AccountsParametersRequest(), AccountsParametersResponse.self, &context)
        #expect(parameters.parameters == .standard)
        let prefix = try query(
            "Bech32Prefix", Bech32PrefixRequest(), Bech32PrefixResponse.self, &context)
        #expect(prefix.prefix == "aivm")
    }
}

@Suite struct AccountsGenesisTests {
    let accounts = Accounts()
    let address = "aivm1vmaczejvydtrrzfzn9wqgg43w3xys5m7r9gwj4"
    let other = "aivm1vutw4fkeaa82yryg6x82pjj7aqxg74lslrcuw0"

    private func makeContext() -> Context {
        Context(
            state: State(over: SortedStore()), gasLimit: nil,
            block: BlockInfo(chainID: "aivm-1", height: 0, time: Timestamp()), mode: .finalize)
    }

    private func account(_ address: String, number: Int = 0, key: String? = nil) -> String {
        let packed =
            key.map {
                #"{"@type": "/cosmos.crypto.secp256k1.PubKey", "key": "\#($0)"}"#
            } ?? "null"
        return #"{"@type": "/cosmos.auth.v1beta1.BaseAccount", "address": "\#(address)", "#
            + #""pub_key": \#(packed), "account_number": "\#(number)", "sequence": "4"}"#
    }

    private func start(_ accountTexts: [String]) throws -> Context {
        var context = makeContext()
        let text = #"{"accounts": [\#(accountTexts.joined(separator: ","))]}"#
        try accounts.initialize(genesis: try JSONValue(parsing: text), &context)
        return context
    }

    @Test func exportStartsAChainWithTheSameState() throws {
        let key = try #require(
            Bytes(hex: "037e914849c2786ba5a0a463516f2ff89121e9cf599ac250b4ae7d20a1d0747088"))
        var context = try start([
            account(other, number: 7), account(address, number: 2, key: key.base64),
        ])
        try accounts.ensureAccount(.module("new"), &context)
        #expect(try accounts.account(.module("new"), &context)?.number == 8)
        let exported = try accounts.exportGenesis(&context)
        var copy = makeContext()
        try accounts.initialize(genesis: exported, &copy)
        #expect(copy.state.changes.map(\.key) == context.state.changes.map(\.key))
        #expect(copy.state.changes.map(\.value) == context.state.changes.map(\.value))
        for invariant in accounts.invariants { try invariant.check(&copy) }
    }

    @Test func repeatedNumbersOfAHandWrittenGenesisAreReplaced() throws {
        var context = try start([account(address), account(other)])
        #expect(try accounts.account(try .parse(address), &context)?.number == 0)
        #expect(try accounts.account(try .parse(other), &context)?.number == 1)
        for invariant in accounts.invariants { try invariant.check(&context) }
    }

    @Test func refusesBadAccounts() throws {
        let foreignKey = try #require(Secp256k1.PrivateKey(Bytes(repeating: 1, count: 32)))
        func code(_ texts: [String]) -> UInt32? {
            do { _ = try start(texts) } catch let failure as Failure {
                if case .rejected(let rejection) = failure { return rejection.code }
            } catch {}
            return nil
        }
        #expect(code([account(address), account(address)]) == 18)
        #expect(code([account("aivm1xyz")]) == 7)
        #expect(code([account(address, key: foreignKey.publicKey.bytes.base64)]) == 8)
        #expect(code([account(address, key: "AAAA")]) == 8)
        #expect(code([account(address, number: 4_294_967_295)]) == 18)
        #expect(code([#"{"@type": "/cosmos.auth.v1beta1.ModuleAccount"}"#]) == 18)
    }

    @Test func refusesParametersOfZero() throws {
        var context = makeContext()
        let genesis = try JSONValue(parsing: #"{"params": {"max_memo_characters": "256"}}"#)
        #expect(throws: Failure.self) { try accounts.initialize(genesis: genesis, &context) }
    }
}

@Suite struct ModuleAccountTests {
    let accounts = Accounts(modules: [
        ModuleAccountDeclaration("bonded_tokens_pool", permissions: ["burner"])
    ])

    private func ask<Response: WireMessage>(
        _ method: String, _ request: some WireMessage, _ context: inout Context,
        _ response: Response.Type = Response.self
    ) throws -> Response {
        let path = "/cosmos.auth.v1beta1.Query/\(method)"
        let route = try #require(accounts.queries.first { $0.path == path })
        return try Response(decoding: try route.answer(request.encoded(), &context))
    }

    @Test func accountsOfModulesShowTheirNames() throws {
        var context = Context(
            state: State(over: SortedStore()), gasLimit: nil,
            block: BlockInfo(chainID: "aivm-1", height: 1, time: Timestamp()), mode: .finalize)
        let address = Address.module("bonded_tokens_pool")
        // cosmos-sdk's address of the same name.
        #expect(
            address.bech32(prefix: "cosmos") == "cosmos1fl48vsnmsdzcv85q5d2q4z5ajdha8yu34mf0eh")
        try accounts.ensureAccount(.module("somebody"), &context)
        try accounts.ensureAccount(address, &context)
        let single: AccountResponse = try ask("Account", AccountRequest(address), &context)
        let account = try #require(try single.account?.unpack(ModuleAccount.self))
        #expect(account.name == "bonded_tokens_pool" && account.permissions == ["burner"])
        #expect(account.account?.accountNumber == 1)
        let all: ModuleAccountsResponse = try ask(
            "ModuleAccounts", ModuleAccountsRequest(), &context)
        #expect(all.accounts == [AnyMessage(account)])
        let plain: AccountResponse = try ask(
            "Account", AccountRequest(.module("somebody")), &context)
        #expect(try plain.account?.unpack(BaseAccount.self)?.accountNumber == 0)
        var unknown = ModuleAccountByNameRequest()
        unknown.name = "nobody"
        #expect(throws: Failure.self) {
            let _: ModuleAccountByNameResponse = try ask(
                "ModuleAccountByName", unknown, &context)
        }
    }
}
