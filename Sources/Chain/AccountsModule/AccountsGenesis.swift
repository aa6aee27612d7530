// Accounts at the start of a chain, in the Cosmos SDK's JSON form (`app_state.auth`).

import Cryptography
public import Ledger
public import Wire

/// The accounts of a genesis.
public struct AccountsGenesis: WireMessage {
    /// Parameters; absent means the standard ones.
    public var parameters: AccountsParameters?
    /// ``BaseAccount`` messages.
    public var accounts: [AnyMessage] = []

    public static let wireName = "cosmos.auth.v1beta1.GenesisState"
    public static let wireFields: WireFields<AccountsGenesis> = [
        .message(1, "params", \.parameters),
        .messages(2, "accounts", \.accounts),
    ]

    public init() {}
}

extension Accounts {
    private var registry: WireRegistry { WireRegistry(otherTypes) }

    public func initialize(genesis: JSONValue, _ context: inout Context) throws(Failure) {
        let state = try decode(genesis)
        let parameters = state.parameters ?? .standard
        try parameters.validate()
        try AccountsKeys.parameters.set(parameters, &context)
        var accounts: [AccountView] = []
        for packed in state.accounts { accounts.append(try view(of: packed)) }
        try Accounts.assignNumbers(&accounts)
        for account in accounts {
            guard try !AccountsKeys.accounts.contains(account.address.bytes, &context) else {
                throw .sdk(.invalidRequest, "genesis names account \(account.address) twice")
            }
            try update(account, &context)
        }
        if let highest = accounts.map(\.number).max() {
            try AccountsKeys.nextNumber.set(StoredNumber(highest + 1), &context)
        }
    }

    public func exportGenesis(_ context: inout Context) throws(Failure) -> JSONValue {
        var state = AccountsGenesis()
        state.parameters = try parameters(&context)
        var accounts: [BaseAccount] = []
        try AccountsKeys.accounts.forEach(&context) { (_, account) throws(Failure) in
            accounts.append(account)
        }
        accounts.sort { $0.accountNumber < $1.accountNumber }
        state.accounts = accounts.map { AnyMessage($0) }
        do { return try state.json(JSONEncoding(registry: registry)) } catch {
            throw .sdk(.logic, "genesis of auth: \(error)")
        }
    }

    private func decode(_ genesis: JSONValue) throws(Failure) -> AccountsGenesis {
        if genesis == .null { return AccountsGenesis() }
        do { return try AccountsGenesis(json: genesis, registry: registry) } catch {
            throw .sdk(.invalidRequest, "genesis of auth: \(error)")
        }
    }

    private func view(of packed: AnyMessage) throws(Failure) -> AccountView {
        let account = try Accounts.base(of: packed)
        guard account.accountNumber < UInt64(UInt32.max) else {
            throw .sdk(.invalidRequest, "account number of \(account.address) is too large")
        }
        let address = try Address.parse(account.address)
        if let shared = Accounts.multisig(of: account) {
            guard shared.address == address else {
                throw .sdk(.invalidPublicKey, "the key of \(address) is another account's")
            }
            var view = AccountView(
                address: address, publicKey: nil, number: account.accountNumber,
                sequence: account.sequence)
            view.multisig = shared
            return view
        }
        let key = try Accounts.publicKey(of: account)
        if let key, Secp256k1.PublicKey(key.bytes) == nil {
            throw .sdk(.invalidPublicKey, "the key of \(address) is not secp256k1")
        }
        guard key.map({ Address(publicKey: $0) == address }) ?? true else {
            throw .sdk(.invalidPublicKey, "the key of \(address) is another account's")
        }
        return AccountView(
            address: address, publicKey: key, number: account.accountNumber,
            sequence: account.sequence)
    }

    /// The plain account in `packed`: accounts of modules hold one, their names are the program's.
    private static func base(of packed: AnyMessage) throws(Failure) -> BaseAccount {
        if let account = try? packed.unpack(BaseAccount.self) { return account }
        guard let module = try? packed.unpack(ModuleAccount.self) else {
            throw .sdk(.unpackAny, "genesis account of type \(packed.typeURL.prefix(100))")
        }
        guard let account = module.account else {
            throw .sdk(.invalidRequest, "genesis account of module \(module.name) is empty")
        }
        return account
    }

    /// Keeps the numbers of accounts. Where a number is taken by an account before it in the list
    /// (a hand-written genesis often leaves all at 0), the next number above the highest is given.
    private static func assignNumbers(_ accounts: inout [AccountView]) throws(Failure) {
        var next = (accounts.map(\.number).max() ?? 0) + 1
        // Positions ordered by number, then by place in the list: the first of equals keeps it.
        let order = accounts.indices.sorted {
            (accounts[$0].number, $0) < (accounts[$1].number, $1)
        }
        let repeated = zip(order, order.dropFirst())
            .filter { accounts[$0].number == accounts[$1].number }.map(\.1)
        for position in repeated.sorted() {
            accounts[position].number = next
            next += 1
        }
    }
}
