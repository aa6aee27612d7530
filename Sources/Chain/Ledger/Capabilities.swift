// What modules may ask of one another, as protocols: each module that needs a power names the
// weakest that suffices, and `App` hands it over. BalanceReading < BalanceMoving < SupplyChanging.

public import Cryptography

/// Reads balances.
public protocol BalanceReading: Sendable {
    /// The balance of `address` in `denom`.
    func balance(
        of address: Address, denom: String, _ context: inout Context
    ) throws(Failure) -> Amount
}

/// Lists balances.
public protocol BalanceListing: BalanceReading {
    /// All balances of `address`, by denomination; at most 1,000.
    func balances(of address: Address, _ context: inout Context) throws(Failure) -> [Coin]
}

/// Knows who takes no coins from messages.
public protocol RecipientChecking: Sendable {
    /// Refuses an address that messages may not send to, because a module owns it.
    func checkNotBlocked(_ recipient: Address) throws(Failure)
}

/// Moves coins.
public protocol BalanceMoving: BalanceReading {
    /// Moves `coins` (checked by `checkCoins`) from one address to another; refused with
    /// `insufficient funds` when a balance is too small. Emits the bank's events.
    func move(
        _ coins: [Coin], from sender: Address, to recipient: Address, _ context: inout Context
    ) throws(Failure)
}

/// Creates and destroys coins.
public protocol SupplyChanging: BalanceMoving {
    /// The supply of `denom`: the sum of all balances.
    func supply(of denom: String, _ context: inout Context) throws(Failure) -> Amount
    /// Creates `coins` in the account of `address`.
    func mint(_ coins: [Coin], to address: Address, _ context: inout Context) throws(Failure)
    /// Destroys `coins` of `address`.
    func burn(_ coins: [Coin], from address: Address, _ context: inout Context) throws(Failure)
}

/// An account as authentication needs it.
public struct AccountView: Equatable, Sendable {
    /// Address.
    public var address: Address
    /// Compressed secp256k1 key, once known.
    public var publicKey: Secp256k1.PublicKey?
    /// Threshold key, once known; then there is no ``publicKey``.
    public var multisig: MultisigKey?
    /// Number, given once in order of creation.
    public var number: UInt64
    /// Sequence number of the next transaction.
    public var sequence: UInt64

    /// Makes a view.
    public init(
        address: Address, publicKey: Secp256k1.PublicKey?, number: UInt64, sequence: UInt64
    ) {
        self.address = address
        self.publicKey = publicKey
        self.number = number
        self.sequence = sequence
    }
}

/// Makes sure accounts exist.
public protocol AccountCreating: Sendable {
    /// Creates the account of `address` when there is none.
    func ensureAccount(_ address: Address, _ context: inout Context) throws(Failure)
}

/// Reads accounts and advances them, for the pipeline of transactions.
public protocol AccountKeeping: AccountCreating {
    /// The account of `address`, or `nil`.
    func account(_ address: Address, _ context: inout Context) throws(Failure) -> AccountView?
    /// Stores key and sequence of an account that exists.
    func update(_ account: AccountView, _ context: inout Context) throws(Failure)
}
