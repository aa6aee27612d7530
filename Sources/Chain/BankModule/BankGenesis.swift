// Coins at the start of a chain, in the Cosmos SDK's JSON form (`app_state.bank`).

import Base
import Cryptography
public import Ledger
public import Wire

/// The coins of a genesis.
public struct BankGenesis: WireMessage {
    /// Parameters; absent means the standard ones.
    public var parameters: BankParameters?
    /// Balances by address.
    public var balances: [GenesisBalance] = []
    /// Supplies; empty means the sums of the balances.
    public var supply: [Coin] = []
    /// Metadata of denominations.
    public var metadata: [DenomMetadata] = []
    /// Denominations whose sending differs from the default.
    public var sendEnabled: [SendEnabled] = []

    public static let wireName = "cosmos.bank.v1beta1.GenesisState"
    public static let wireFields: WireFields<BankGenesis> = [
        .message(1, "params", \.parameters),
        .messages(2, "balances", \.balances),
        .messages(3, "supply", \.supply),
        .messages(4, "denom_metadata", \.metadata),
        .messages(5, "send_enabled", \.sendEnabled),
    ]

    public init() {}
}

/// The coins of one address.
public struct GenesisBalance: WireMessage {
    /// Address in bech32.
    public var address = ""
    /// Coins, ascending by denomination.
    public var coins: [Coin] = []

    public static let wireName = "cosmos.bank.v1beta1.Balance"
    public static let wireFields: WireFields<GenesisBalance> = [
        .string(1, "address", \.address),
        .messages(2, "coins", \.coins),
    ]

    public init() {}

    /// Makes the coins of `address`.
    public init(_ address: String, _ coins: [Coin]) {
        self.address = address
        self.coins = coins
    }
}

extension Bank {
    /// The parameters in force.
    public func parameters(_ context: inout Context) throws(Failure) -> BankParameters {
        try BankKeys.parameters.get(&context) ?? .standard
    }

    /// Whether messages may send `denom`.
    func isSendEnabled(_ denom: String, _ context: inout Context) throws(Failure) -> Bool {
        if let entry = try BankKeys.sendEnabled.get(Bytes(denom.utf8), &context) {
            return entry.isEnabled
        }
        return try parameters(&context).defaultSendEnabled
    }

    public func initialize(genesis: JSONValue, _ context: inout Context) throws(Failure) {
        let state = try Bank.decode(genesis)
        let parameters = state.parameters ?? .standard
        guard parameters.sendEnabled.isEmpty else {
            throw .sdk(.invalidRequest, "params.send_enabled is deprecated; use send_enabled")
        }
        try BankKeys.parameters.set(parameters, &context)
        for entry in state.sendEnabled {
            try Bank.check(denom: entry.denom)
            try BankKeys.sendEnabled.set(Bytes(entry.denom.utf8), entry, &context)
        }
        for entry in state.metadata {
            try Bank.check(denom: entry.base)
            try BankKeys.metadata.set(Bytes(entry.base.utf8), entry, &context)
        }
        try initialize(balances: state.balances, &context)
        guard !state.supply.isEmpty else { return }
        let actual = try supplies(&context)
        guard state.supply == actual else {
            throw .sdk(
                .invalidRequest,
                "genesis supply is \(state.supply.coinsText), balances sum to "
                    + actual.coinsText)
        }
    }

    private func initialize(
        balances: [GenesisBalance], _ context: inout Context
    ) throws(Failure) {
        var addresses: [Address] = []
        for entry in balances { addresses.append(try Address.parse(entry.address)) }
        let sorted = addresses.sorted()
        for (address, next) in zip(sorted, sorted.dropFirst()) where address == next {
            throw .sdk(.invalidRequest, "genesis names the balance of \(address) twice")
        }
        for (entry, address) in zip(balances, addresses) {
            try entry.coins.checkCoins()
            for coin in entry.coins {
                let supply = try supply(of: coin.denom, &context).adding(try coin.value())
                try setSupply(supply, coin.denom, &context)
            }
            try add(entry.coins, to: address, &context)
        }
    }

    public func exportGenesis(_ context: inout Context) throws(Failure) -> JSONValue {
        var state = BankGenesis()
        state.parameters = try parameters(&context)
        try BankKeys.balances.forEach(&context) { (key, value) throws(Failure) in
            let (owner, denom) = try BankKeys.parts(key)
            let coin = Coin(try Bank.amount(value), denom)
            if state.balances.last?.address == owner.description {
                state.balances[state.balances.count - 1].coins.append(coin)
            } else {
                state.balances.append(GenesisBalance(owner.description, [coin]))
            }
        }
        state.supply = try supplies(&context)
        try BankKeys.metadata.forEach(&context) { (_, value) throws(Failure) in
            state.metadata.append(value)
        }
        try BankKeys.sendEnabled.forEach(&context) { (_, value) throws(Failure) in
            state.sendEnabled.append(value)
        }
        do { return try state.json() } catch {
            throw .sdk(.logic, "genesis of bank: \(error)")
        }
    }

    private func supplies(_ context: inout Context) throws(Failure) -> [Coin] {
        var supplies: [Coin] = []
        try BankKeys.supply.forEach(&context) { (key, value) throws(Failure) in
            supplies.append(
                Coin(try Bank.amount(value), String(decoding: key, as: UTF8.self)))
        }
        return supplies
    }

    private static func check(denom: String) throws(Failure) {
        guard Coin.isValid(denom: denom) else {
            throw .sdk(.invalidCoins, "invalid denom \(denom.prefix(50))")
        }
    }

    private static func decode(_ genesis: JSONValue) throws(Failure) -> BankGenesis {
        if genesis == .null { return BankGenesis() }
        do { return try BankGenesis(json: genesis) } catch {
            throw .sdk(.invalidRequest, "genesis of bank: \(error)")
        }
    }
}
