// The stored account, in the form that Cosmos clients decode (`cosmos.auth.v1beta1`).

import Cryptography
public import Ledger
public import Wire

/// An account as stored and as clients read it.
public struct BaseAccount: WireMessage {
    /// Address in bech32.
    public var address = ""
    /// Public key, once a transaction has shown it.
    public var publicKey: AnyMessage?
    /// Number, given once in order of creation.
    public var accountNumber: UInt64 = 0
    /// Sequence number of the next transaction.
    public var sequence: UInt64 = 0

    public static let wireName = "cosmos.auth.v1beta1.BaseAccount"
    public static let wireFields: WireFields<BaseAccount> = [
        .string(1, "address", \.address),
        .message(2, "pub_key", \.publicKey),
        .uint64(3, "account_number", \.accountNumber),
        .uint64(4, "sequence", \.sequence),
    ]

    public init() {}

    /// Makes the stored form of `account`.
    public init(_ account: AccountView) {
        address = account.address.description
        publicKey = account.publicKey.map { AnyMessage(Secp256k1KeyMessage($0.bytes)) }
        accountNumber = account.number
        sequence = account.sequence
    }
}
