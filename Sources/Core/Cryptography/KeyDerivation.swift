// Hashes with a key, and keys from passwords: HMAC (RFC 2104), PBKDF2 (RFC 8018), scrypt (RFC
// 7914).
//
// HMAC(K, m) = H((K' ^ 5c..) ‖ H((K' ^ 36..) ‖ m)), where K' is the key, hashed first if it is
// longer than the hash function's block, then padded with zeros to that block.

public import Base

/// Keyed hashes.
public enum HMAC {
    /// HMAC with SHA-256: 32 bytes.
    public static func sha256(key: Bytes, message: Bytes) -> Hash256 {
        let padded = paddedKey(key, blockSize: 64) { SHA256.hash($0).bytes }
        let inner = SHA256.hash(concatenating: [padded.map { $0 ^ 0x36 }, message])
        return SHA256.hash(concatenating: [padded.map { $0 ^ 0x5C }, inner.bytes])
    }

    /// HMAC with SHA-512: 64 bytes.
    public static func sha512(key: Bytes, message: Bytes) -> Bytes {
        let padded = paddedKey(key, blockSize: 128) { SHA512.hash($0) }
        let inner = SHA512.hash(padded.map { $0 ^ 0x36 } + message)
        return SHA512.hash(padded.map { $0 ^ 0x5C } + inner)
    }

    private static func paddedKey(
        _ key: Bytes, blockSize: Int, hash: (Bytes) -> Bytes
    ) -> Bytes {
        let short = key.count > blockSize ? hash(key) : key
        return short + Bytes(repeating: 0, count: blockSize - short.count)
    }
}

/// PBKDF2 with HMAC-SHA-512, as BIP-39 uses it.
public enum PBKDF2 {
    /// A key of `byteCount` bytes from a password.
    ///
    /// - Precondition: `iterations` and `byteCount` are at least 1 and, like the lengths of
    /// password
    ///   and salt, below 2³¹. They are the program's own numbers, never a peer's.
    /// - Cost: `iterations` times two SHA-512 blocks for each 64 bytes of key.
    public static func sha512(
        password: Bytes, salt: Bytes, iterations: Int, byteCount: Int
    ) -> Bytes {
        precondition(iterations >= 1 && byteCount >= 1, "PBKDF2 makes at least one byte")
        guard
            let key = OpenSSLCalls.pbkdf2SHA512(
                password: password, salt: salt, iterations: iterations, byteCount: byteCount)
        else { preconditionFailure("PBKDF2 is given counts below 2^31") }
        return key
    }
}

/// scrypt, a key derivation that is costly in memory as well as in time.
public enum Scrypt {
    /// Most bytes of memory a derivation may use: 1 GiB. A key file that asks for more is refused.
    public static let memoryLimit: UInt64 = 1 << 30

    /// Most bytes of key a derivation may make.
    public static let byteCountLimit = 1 << 16

    /// A key of `byteCount` bytes from a password.
    ///
    /// - Parameters:
    ///   - n: cost, a power of two above 1.
    ///   - r: block size, at least 1.
    ///   - p: parallelism, at least 1; `p * r` is below 2³⁰.
    /// - Throws: `scryptParameters` for other numbers, or when `128 * n * r` bytes pass
    ///   `memoryLimit`; `tooLong` when `byteCount` is not in 1...`byteCountLimit`.
    public static func derive(
        password: Bytes, salt: Bytes, n: UInt64, r: UInt64, p: UInt64, byteCount: Int
    ) throws(CryptographyError) -> Bytes {
        guard byteCount >= 1, byteCount <= byteCountLimit else {
            throw .tooLong(byteCount: byteCount)
        }
        guard
            let key = OpenSSLCalls.scrypt(
                password: password, salt: salt, n: n, r: r, p: p, memoryLimit: memoryLimit,
                byteCount: byteCount)
        else { throw .scryptParameters(n: n, r: r, p: p) }
        return key
    }
}
