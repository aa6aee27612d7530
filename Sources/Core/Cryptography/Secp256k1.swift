// ECDSA over secp256k1, the signatures of accounts (SEC 1, SEC 2).
//
// A signature is 64 bytes: r and s, big-endian, 32 bytes each. Of the two valid values of s only
// the lower is accepted, so nobody can turn one valid signature into another. Nonces follow RFC
// 6979: the same key and digest always give the same signature, and no randomness is needed.

public import Base

/// ECDSA over the curve secp256k1.
public enum Secp256k1 {
    /// A private key: a number from 1 to the group order minus 1. It does not print itself.
    public struct PrivateKey: Sendable, CustomStringConvertible {
        /// The number as 32 bytes, big-endian. Secret.
        public let rawBytes: Bytes

        /// Takes 32 bytes; `nil` for another length, zero, or a number not below the group order.
        public init?(_ bytes: Bytes) {
            guard Secp256k1Calls.isPrivateKey(bytes) else { return nil }
            rawBytes = bytes
        }

        /// The public key. Costs one multiplication on the curve.
        public var publicKey: PublicKey {
            let (parsed, bytes) = Secp256k1Calls.publicKey(of: rawBytes)
            return PublicKey(parsed: parsed, bytes: bytes)
        }

        /// The signature of a digest: 64 bytes, low s, the same on every call (RFC 6979).
        public func signature(for digest: Hash256) -> Bytes {
            Secp256k1Calls.sign(digest.bytes, privateKey: rawBytes)
        }

        public var description: String { "private key (hidden)" }
    }

    /// A public key: a point of the curve.
    public struct PublicKey: Hashable, Sendable, CustomStringConvertible {
        /// The point in the library's own form, so that a check does not decompress it again; `nil`
        /// when that is left to the check.
        private let parsed: Bytes?
        /// The point compressed: 33 bytes, 02 or 03, then the x coordinate.
        public let bytes: Bytes

        /// Takes 33 compressed bytes; `nil` when they are not a point of the curve.
        public init?(_ compressed: Bytes) {
            guard let parsed = Secp256k1Calls.parsePublicKey(compressed) else { return nil }
            self.init(parsed: parsed, bytes: compressed)
        }

        /// Takes 33 compressed bytes that were found to be a point before, as those in state were;
        /// `nil` when their form is wrong. Decompressing waits for the first check, which costs
        /// more then; bytes that are no point after all check no signature.
        public init?(known compressed: Bytes) {
            guard compressed.count == 33, compressed[0] == 2 || compressed[0] == 3 else {
                return nil
            }
            parsed = nil
            bytes = compressed
        }

        init(parsed: Bytes, bytes: Bytes) {
            self.parsed = parsed
            self.bytes = bytes
        }

        /// Whether `signature` is this key's signature of `digest`: 64 bytes with low s. High s,
        /// another length, and numbers out of range are not.
        public func isValid(signature: Bytes, for digest: Hash256) -> Bool {
            guard let parsed = parsed ?? Secp256k1Calls.parsePublicKey(bytes) else { return false }
            return Secp256k1Calls.verify(signature, digest: digest.bytes, key: parsed)
        }

        public static func == (left: PublicKey, right: PublicKey) -> Bool {
            left.bytes == right.bytes
        }

        public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

        /// The compressed bytes in hexadecimal.
        public var description: String { bytes.hex }
    }
}
