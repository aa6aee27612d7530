// Authenticated encryption: ChaCha20-Poly1305 with a 96-bit nonce (RFC 8439). A sealed message is
// the ciphertext, as long as the message, followed by the 16-byte tag.

public import Base

/// ChaCha20-Poly1305 with a 96-bit nonce.
public enum ChaCha20Poly1305 {
    /// Number of bytes of a key: 32.
    public static let keyByteCount = 32
    /// Number of bytes of a nonce: 12. A nonce must never be used twice with one key.
    public static let nonceByteCount = 12
    /// Number of bytes of the tag at the end of a sealed message: 16.
    public static let tagByteCount = 16

    /// Most bytes of one message or of its associated data.
    private static let byteCountLimit = Int(Int32.max) - tagByteCount

    /// Encrypts `message`, and authenticates it together with `associated`, which stays in clear.
    ///
    /// - Throws: `keyLength`, `nonceLength`, or `tooLong` past 2 GiB.
    public static func seal(
        _ message: Bytes, key: Bytes, nonce: Bytes, authenticating associated: Bytes = []
    ) throws(CryptographyError) -> Bytes {
        try check(message.count, key, nonce, associated)
        return OpenSSLCalls.seal(message, key: key, nonce: nonce, authenticating: associated)
    }

    /// Decrypts a sealed message.
    ///
    /// - Throws: `authenticationFailed` when any input differs from what was sealed;
    ///   `sealedMessageTooShort`, `keyLength`, `nonceLength` or `tooLong` for wrong lengths.
    public static func open(
        _ sealed: Bytes, key: Bytes, nonce: Bytes, authenticating associated: Bytes = []
    ) throws(CryptographyError) -> Bytes {
        guard sealed.count >= tagByteCount else {
            throw .sealedMessageTooShort(minimum: tagByteCount, actual: sealed.count)
        }
        try check(sealed.count - tagByteCount, key, nonce, associated)
        let message = OpenSSLCalls.open(
            Bytes(sealed.dropLast(tagByteCount)), tag: Bytes(sealed.suffix(tagByteCount)),
            key: key, nonce: nonce, authenticating: associated)
        guard let message else { throw .authenticationFailed }
        return message
    }

    private static func check(
        _ messageByteCount: Int, _ key: Bytes, _ nonce: Bytes, _ associated: Bytes
    ) throws(CryptographyError) {
        guard key.count == keyByteCount else {
            throw .keyLength(expected: keyByteCount, actual: key.count)
        }
        guard nonce.count == nonceByteCount else {
            throw .nonceLength(expected: nonceByteCount, actual: nonce.count)
        }
        let longest = max(messageByteCount, associated.count)
        guard longest <= byteCountLimit else { throw .tooLong(byteCount: longest) }
    }
}
