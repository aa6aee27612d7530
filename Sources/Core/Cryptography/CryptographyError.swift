// Why a cipher or a key derivation refused its input. Hashes cannot fail, keys answer with `nil`,
// and signatures with `false`, so that no caller can mistake a malformed one for a valid one.

/// Why a cipher or a key derivation refused its input.
public enum CryptographyError: Error, Equatable, Sendable {
    /// A key has the wrong number of bytes.
    case keyLength(expected: Int, actual: Int)
    /// A nonce has the wrong number of bytes.
    case nonceLength(expected: Int, actual: Int)
    /// A sealed message is shorter than its tag. Both are counts of bytes.
    case sealedMessageTooShort(minimum: Int, actual: Int)
    /// The key, the nonce, the ciphertext, the tag or the authenticated bytes are not those sealed.
    case authenticationFailed
    /// scrypt's cost numbers are outside its rules or need more memory than `Scrypt.memoryLimit`.
    case scryptParameters(n: UInt64, r: UInt64, p: UInt64)
    /// More bytes were given or asked for than the library's call can take.
    case tooLong(byteCount: Int)
}
