// RSASSA-PSS (RFC 8017 section 8.1) in the one form that AMD's certificates use: SHA-384, MGF1 over
// SHA-384, a salt of 48 bytes. Moduli have 2048 to 4096 bits and the exponent is 65537.
//
// An encoding of emBits = modulus bits - 1 bits, in as many bytes as the modulus:
//     maskedDB ‖ H ‖ BC      H = SHA-384(0⁸ ‖ digest ‖ salt)
//     DB = 0… ‖ 01 ‖ salt    maskedDB = DB xor MGF1(H), its top bit cleared

public import Base

/// RSA signatures.
public enum RSA {
    /// Number of bytes of the salt.
    static let saltByteCount = 48
    static let publicExponent: Bytes = [1, 0, 1]

    /// A public key with the exponent 65537.
    public struct PublicKey: Equatable, Sendable {
        /// The modulus, big-endian, 256 to 512 bytes, with its top bit set.
        public let modulus: Bytes

        /// Takes a modulus; `nil` when its size is not allowed or it is even.
        public init?(modulus: Bytes) {
            guard (256...512).contains(modulus.count), let top = modulus.first, top >= 0x80,
                let low = modulus.last, low & 1 == 1
            else { return nil }
            self.modulus = modulus
        }

        /// Whether `signature` is this key's RSASSA-PSS of a SHA-384 digest.
        ///
        /// - Complexity: about 0.07 ms for 4096 bits.
        public func isValidPSS(signature: Bytes, forSHA384 digest: Bytes) -> Bool {
            OpenSSLRSACalls.verifyPSS384(
                signature, digest: digest, modulus: modulus, exponent: RSA.publicExponent)
        }
    }

    /// A private key. It does not print itself.
    public struct PrivateKey: Sendable, CustomStringConvertible {
        /// Everything that makes a key.
        struct Numbers: Sendable {
            var modulus: Bytes
            var publicExponent: Bytes
            var privateExponent: Bytes
            var firstPrime: Bytes
            var secondPrime: Bytes
        }

        /// The public key.
        public let publicKey: PublicKey
        private let numbers: Numbers

        /// Makes the key of a seed, the same on every call: for development, where a key must be
        /// made again from few bytes.
        ///
        /// - Parameters:
        ///   - seed: what both primes derive from.
        ///   - byteCount: bytes of the modulus: 256, 384 or 512.
        /// - Complexity: a second for 512 bytes.
        public init?(seed: Bytes, byteCount: Int) {
            guard byteCount.isMultiple(of: 128), (256...512).contains(byteCount),
                let first = PrivateKey.prime(seed + [0], byteCount: byteCount / 2),
                let second = PrivateKey.prime(seed + [1], byteCount: byteCount / 2),
                first != second,
                let key = OpenSSLRSACalls.keyNumbers(
                    first, second, publicExponent: RSA.publicExponent),
                let publicKey = PublicKey(modulus: key.modulus)
            else { return nil }
            self.publicKey = publicKey
            numbers = Numbers(
                modulus: key.modulus, publicExponent: RSA.publicExponent,
                privateExponent: key.privateExponent, firstPrime: first, secondPrime: second)
        }

        /// The signature of a SHA-384 digest. The salt derives from the digest and the key, so the
        /// signature is the same on every call.
        public func signaturePSS(forSHA384 digest: Bytes) -> Bytes {
            precondition(digest.count == 48, "a SHA-384 digest has 48 bytes")
            let salt = DigestAlgorithm.sha384.hmac(key: numbers.privateExponent, message: digest)
            let encoded = PSSEncoding.encode(digest, salt: salt, byteCount: numbers.modulus.count)
            guard let signature = OpenSSLRSACalls.privatePower(encoded, numbers) else {
                preconditionFailure("an encoding is below the modulus")
            }
            return signature
        }

        public var description: String { "private key (hidden)" }

        /// The first prime above a number drawn from `seed`, with its two top bits set so that the
        /// product of two has all its bits.
        private static func prime(_ seed: Bytes, byteCount: Int) -> Bytes? {
            var candidate = PSSEncoding.mask(seed, byteCount: byteCount)
            candidate[0] |= 0xC0
            candidate[byteCount - 1] |= 1
            return OpenSSLRSACalls.nextPrime(from: candidate)
        }
    }
}

/// The encoding of a digest for RSASSA-PSS.
enum PSSEncoding {
    /// The encoding in `byteCount` bytes, for a modulus of eight times as many bits.
    static func encode(_ digest: Bytes, salt: Bytes, byteCount: Int) -> Bytes {
        let hash = DigestAlgorithm.sha384.hash(Bytes(repeating: 0, count: 8) + digest + salt)
        let blockCount = byteCount - hash.count - 1
        var block = Bytes(repeating: 0, count: blockCount - salt.count - 1) + [1] + salt
        for (index, byte) in mask(hash, byteCount: blockCount).enumerated() {
            block[index] ^= byte
        }
        block[0] &= 0x7F
        return block + hash + [0xBC]
    }

    /// MGF1 over SHA-384: `byteCount` bytes from `seed`.
    static func mask(_ seed: Bytes, byteCount: Int) -> Bytes {
        var mask = Bytes()
        var counter: UInt32 = 0
        while mask.count < byteCount {
            var block = seed
            block.appendBigEndian(counter)
            mask += DigestAlgorithm.sha384.hash(block)
            counter += 1
        }
        return Bytes(mask.prefix(byteCount))
    }
}
