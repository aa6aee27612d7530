// ECDSA over the curves P-256 and P-384 (FIPS 186-5, SEC 1), which the makers of trusted hardware
// sign with.
//
// A signature is r and s, big-endian, each as long as a coordinate. Unlike the signatures of
// accounts both values of s are valid, because hardware makes both: whoever must not count one
// signed message twice counts messages, not signatures. Nonces follow RFC 6979, so that signing
// needs no randomness.

public import Base

/// A prime curve of FIPS 186-5.
public enum NISTCurve: Equatable, Sendable {
    /// P-256, also called prime256v1.
    case p256
    /// P-384, also called secp384r1.
    case p384

    /// Number of bytes of a coordinate, and of a scalar.
    public var coordinateByteCount: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        }
    }
}

/// ECDSA over the curves of FIPS 186-5.
public enum ECDSA {
    /// A public key: a point of a curve.
    public struct PublicKey: Equatable, Sendable {
        /// The curve.
        public let curve: NISTCurve
        /// The point as 04, x, y; coordinates are big-endian.
        public let point: Bytes

        /// Takes 04, x, y; `nil` when that is no point of the curve. Whether it is costs
        /// microseconds.
        public init?(_ curve: NISTCurve, point: Bytes) {
            guard OpenSSLCurveCalls.isPoint(point, on: curve) else { return nil }
            self.curve = curve
            self.point = point
        }

        /// Takes 04, x, y without looking at the curve: under bytes that are no point no
        /// signature is valid.
        public init(unchecked curve: NISTCurve, point: Bytes) {
            self.curve = curve
            self.point = point
        }

        /// Whether `signature` (r, s) is this key's of `digest`. A digest longer than the order
        /// counts with its leftmost bits.
        ///
        /// - Complexity: about 0.08 ms on P-256 and 0.7 ms on P-384.
        public func isValid(signature: Bytes, for digest: Bytes) -> Bool {
            OpenSSLCurveCalls.verify(signature, digest: digest, point: point, on: curve)
        }
    }

    /// A private key: a number from 1 to the order less 1. It does not print itself.
    public struct PrivateKey: Sendable, CustomStringConvertible {
        /// The public key.
        public let publicKey: PublicKey
        /// The number, big-endian, as long as a coordinate. Secret.
        public let scalar: Bytes

        /// Takes a scalar; `nil` when it is out of range or has another length.
        public init?(_ curve: NISTCurve, scalar: Bytes) {
            guard let point = OpenSSLCurveCalls.publicPoint(of: scalar, on: curve) else {
                return nil
            }
            publicKey = PublicKey(unchecked: curve, point: point)
            self.scalar = scalar
        }

        /// The signature (r, s) of a digest made with `hash`, the same on every call (RFC 6979).
        ///
        /// - Precondition: the digest is `hash`'s, and as long as a scalar.
        public func signature(for digest: Bytes, hash: DigestAlgorithm) -> Bytes {
            precondition(
                digest.count == scalar.count && hash.byteCount == digest.count,
                "digest, hash and scalar have one length")
            var nonces = DeterministicNonces(scalar: scalar, digest: digest, hash: hash)
            while true {
                let nonce = nonces.next()
                let signature = OpenSSLCurveCalls.sign(
                    digest, privateKey: scalar, nonce: nonce, on: publicKey.curve)
                if let signature { return signature }
            }
        }

        public var description: String { "private key (hidden)" }
    }
}

/// The nonces of RFC 6979 section 3.2, for a hash as long as the order. The digest is taken as it
/// is: reducing it by the order matters only for digests above the order, of which no honest
/// message has one in practice, and changes no signature's validity.
private struct DeterministicNonces {
    private var key: Bytes
    private var value: Bytes
    private let hash: DigestAlgorithm
    private var isFirst = true

    init(scalar: Bytes, digest: Bytes, hash: DigestAlgorithm) {
        self.hash = hash
        key = Bytes(repeating: 0, count: hash.byteCount)
        value = Bytes(repeating: 1, count: hash.byteCount)
        for mark in [UInt8(0), 1] {
            key = hash.hmac(key: key, message: value + [mark] + scalar + digest)
            value = hash.hmac(key: key, message: value)
        }
    }

    mutating func next() -> Bytes {
        if !isFirst {
            key = hash.hmac(key: key, message: value + [0])
            value = hash.hmac(key: key, message: value)
        }
        isFirst = false
        value = hash.hmac(key: key, message: value)
        return value
    }
}
