// The stored account, in the form that Cosmos clients decode (`cosmos.auth.v1beta1`).

public import Base
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

    public func encode(into bytes: inout Bytes) {
        bytes.appendField(1, address)
        if let publicKey { bytes.appendField(2, publicKey) }
        bytes.appendField(3, accountNumber)
        bytes.appendField(4, sequence)
    }

    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout BaseAccount, rules: WireRules, depth: Int
    ) throws(WireError) {
        var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
        while let number = try cursor.next() {
            switch number {
            case 1: message.address = try cursor.string()
            case 2:
                var value = message.publicKey ?? AnyMessage()
                try AnyMessage.decode(
                    try cursor.nested(), into: &value, rules: rules, depth: cursor.innerDepth)
                message.publicKey = value
            case 3: message.accountNumber = try cursor.uint64()
            case 4: message.sequence = try cursor.uint64()
            default: try cursor.skipUnknown()
            }
        }
    }

    /// Makes the stored form of `account`.
    public init(_ account: AccountView) {
        address = account.address.description
        publicKey =
            account.multisig?.packed
            ?? account.publicKey.map { AnyMessage(Secp256k1KeyMessage($0.bytes)) }
        accountNumber = account.number
        sequence = account.sequence
    }
}
