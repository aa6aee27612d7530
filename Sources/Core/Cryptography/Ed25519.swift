// Ed25519 (RFC 8032), the signatures of validators. Signing is deterministic by design.
// Verification is OpenSSL's: no cofactor, canonical s only. For every signature that an honest
// signer makes this agrees with CometBFT's rule (ZIP-215), which is laxer only for crafted keys and
// points.

public import Base

/// Ed25519 signatures.
public enum Ed25519 {
    /// A private key, held as its 32-byte seed. It does not print itself.
    public struct PrivateKey: Sendable, CustomStringConvertible {
        /// The 32 bytes that everything derives from. Secret.
        public let seed: Bytes

        /// The public key.
        public let publicKey: PublicKey

        /// Takes any 32 bytes; `nil` for another length.
        public init?(seed: Bytes) {
            guard seed.count == 32 else { return nil }
            self.seed = seed
            publicKey = PublicKey(unchecked: OpenSSLCalls.ed25519PublicKey(seed: seed))
        }

        /// The 64-byte signature of `message`, the same on every call.
        public func signature(for message: Bytes) -> Bytes {
            OpenSSLCalls.ed25519Sign(message, seed: seed)
        }

        public var description: String { "private key (hidden)" }
    }

    /// A public key.
    public struct PublicKey: Hashable, Sendable, CustomStringConvertible {
        /// The encoded point, 32 bytes.
        public let bytes: Bytes

        /// Takes any 32 bytes; `nil` for another length. Bytes that encode no point of the curve
        /// make a key under which no signature is valid.
        public init?(_ bytes: Bytes) {
            guard bytes.count == 32 else { return nil }
            self.bytes = bytes
        }

        init(unchecked bytes: Bytes) { self.bytes = bytes }

        /// Whether `signature` is this key's 64-byte signature of `message`.
        public func isValid(signature: Bytes, for message: Bytes) -> Bool {
            OpenSSLCalls.ed25519Verify(signature, message: message, publicKey: bytes)
        }

        /// The key in hexadecimal.
        public var description: String { bytes.hex }
    }
}
