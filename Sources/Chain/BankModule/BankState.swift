// Balances and supply. Every change of a balance goes through `setBalance`, and every change of the
// supply through `mint` and `burn`, so that the supply is always the sum of the balances.

import Base
public import Cryptography
public import Ledger
public import Wire

/// The module of coins.
public struct Bank: Module, SupplyChanging, BalanceListing, RecipientChecking {
    public static let name = "bank"

    let accounts: any AccountCreating
    private let blocked: [Address]

    /// Makes the module. Messages cannot send to `blocked` addresses, those of modules; other
    /// modules can.
    public init(accounts: any AccountCreating, blocked: [Address]) {
        self.accounts = accounts
        self.blocked = blocked
    }

    public var otherTypes: [any WireMessage.Type] { [DenomMetadata.self] }

    /// Whether messages may not send to `address`.
    func isBlocked(_ address: Address) -> Bool { blocked.contains(address) }

    public func balance(
        of address: Address, denom: String, _ context: inout Context
    ) throws(Failure) -> Amount {
        try Bank.amount(
            try BankKeys.balances.get(BankKeys.balance(address, denom), &context))
    }

    public func balances(
        of address: Address, _ context: inout Context
    ) throws(Failure) -> [Coin] {
        try BankKeys.balances.entries(
            keyPrefix: address.keyBytes, limit: 1000, &context
        ).map { (entry) throws(Failure) in
            Coin(try Bank.amount(entry.value), try BankKeys.parts(entry.key).denom)
        }
    }

    public func supply(of denom: String, _ context: inout Context) throws(Failure) -> Amount {
        try Bank.amount(try BankKeys.supply.get(Bytes(denom.utf8), &context))
    }

    public func move(
        _ coins: [Coin], from sender: Address, to recipient: Address, _ context: inout Context
    ) throws(Failure) {
        try coins.checkCoins()
        try subtract(coins, from: sender, &context)
        try add(coins, to: recipient, &context)
        guard context.keepsEvents else { return }
        let amount = coins.coinsText
        let (from, to) = (sender.description, recipient.description)
        BankEvents.spent(amount, by: from, &context)
        BankEvents.received(amount, by: to, &context)
        BankEvents.transferred(amount, from: from, to: to, &context)
    }

    public func mint(
        _ coins: [Coin], to address: Address, _ context: inout Context
    ) throws(Failure) {
        try coins.checkCoins()
        for coin in coins {
            let supply = try supply(of: coin.denom, &context).adding(try coin.value())
            try setSupply(supply, coin.denom, &context)
        }
        try add(coins, to: address, &context)
        BankEvents.received(coins.coinsText, by: address.description, &context)
        BankEvents.minted(coins, to: address, &context)
    }

    public func burn(
        _ coins: [Coin], from address: Address, _ context: inout Context
    ) throws(Failure) {
        try coins.checkCoins()
        try subtract(coins, from: address, &context)
        for coin in coins {
            let supply = try supply(of: coin.denom, &context)
            guard let rest = supply.subtracting(try coin.value()) else {
                throw .sdk(.logic, "a balance of \(coin.denom) is larger than its supply")
            }
            try setSupply(rest, coin.denom, &context)
        }
        BankEvents.spent(coins.coinsText, by: address.description, &context)
        BankEvents.burned(coins, from: address, &context)
    }

    /// Takes `coins` off the balances of `address`: all are checked before the first is written.
    private func subtract(
        _ coins: [Coin], from address: Address, _ context: inout Context
    ) throws(Failure) {
        var rests: [Amount] = []
        for coin in coins {
            let balance = try balance(of: address, denom: coin.denom, &context)
            guard let rest = balance.subtracting(try coin.value()) else {
                throw .sdk(
                    .insufficientFunds,
                    "spendable balance \(balance)\(coin.denom) is smaller than \(coin.text)")
            }
            rests.append(rest)
        }
        for (coin, rest) in zip(coins, rests) {
            try setBalance(rest, address, coin.denom, &context)
        }
    }

    /// Puts `coins` on the balances of `address`, which gets an account when it has none.
    func add(
        _ coins: [Coin], to address: Address, _ context: inout Context
    ) throws(Failure) {
        try accounts.ensureAccount(address, &context)
        for coin in coins {
            let balance = try balance(of: address, denom: coin.denom, &context)
            try setBalance(try balance.adding(try coin.value()), address, coin.denom, &context)
        }
    }

    private func setBalance(
        _ amount: Amount, _ address: Address, _ denom: String, _ context: inout Context
    ) throws(Failure) {
        let key = BankKeys.balance(address, denom)
        if amount == .zero {
            try BankKeys.balances.remove(key, &context)
        } else {
            try BankKeys.balances.set(key, StoredText(amount.description), &context)
        }
    }

    func setSupply(
        _ amount: Amount, _ denom: String, _ context: inout Context
    ) throws(Failure) {
        let key = Bytes(denom.utf8)
        if amount == .zero {
            try BankKeys.supply.remove(key, &context)
        } else {
            try BankKeys.supply.set(key, StoredText(amount.description), &context)
        }
    }

    /// The amount in a stored value; nothing stored means zero.
    static func amount(_ stored: StoredText?) throws(Failure) -> Amount {
        guard let stored else { return .zero }
        guard let amount = Amount(stored.value) else {
            throw .storage(StorageFailure("a stored amount is not a number: \(stored.value)"))
        }
        return amount
    }
}
