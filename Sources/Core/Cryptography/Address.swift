// Account addresses, as Cosmos chains derive and write them: 20 bytes of a hash of the public key,
// shown as bech32. Bytes decide identity and order; text is only their form for people.

public import Base

/// The address of an account: 1 to 255 bytes, normally 20.
public struct Address: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The bytes; state keys and signatures use them.
    public let bytes: Bytes

    /// Takes 1 to 255 bytes; `nil` for another length.
    public init?(_ bytes: Bytes) {
        guard (1...255).contains(bytes.count) else { return nil }
        self.bytes = bytes
    }

    /// The account of a key: RIPEMD-160 of SHA-256 of the compressed point, 20 bytes.
    public init(publicKey: Secp256k1.PublicKey) {
        bytes = RIPEMD160.hash(SHA256.hash(publicKey.bytes).bytes)
    }

    /// Reads a bech32 text with exactly this prefix.
    public init(bech32 text: String, prefix: String = "aivm") throws(Bech32Error) {
        if prefix == Address.prefix.text, let bytes = Bech32.decode(text, Address.prefix),
            let address = Address(bytes)
        {
            self = address
            return
        }
        let (actual, bytes) = try Bech32.decode(text)
        guard actual == prefix else { throw .wrongPrefix(expected: prefix, actual: actual) }
        guard let address = Address(bytes) else { throw .addressLength(byteCount: bytes.count) }
        self = address
    }

    /// The account that module `name` owns: the first 20 bytes of SHA-256 of its name. No key
    /// belongs to it.
    public static func module(_ name: String) -> Address {
        Address(first20: SHA256.hash(Bytes(name.utf8)))
    }

    /// The address of a validator's consensus key: the first 20 bytes of SHA-256 of the key.
    public static func consensus(_ key: Ed25519.PublicKey) -> Address {
        Address(first20: SHA256.hash(key.bytes))
    }

    private init(first20 hash: Hash256) { bytes = Bytes(hash.bytes.prefix(20)) }

    /// The bech32 text with `prefix`.
    public func bech32(prefix: String = "aivm") -> String {
        Bech32.encode(prefix: prefix, bytes: bytes)
    }

    /// The bech32 text with the chain's own prefix, `aivm`.
    public var description: String { Bech32.encode(bytes, Address.prefix) }

    private static let prefix = Bech32.Prefix("aivm")

    public static func < (left: Address, right: Address) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
