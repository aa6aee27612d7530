// Every call into OpenSSL's libcrypto, as functions of byte arrays. Nothing else in the package
// touches the library's pointers.
//
// Safety, for every `unsafe` below: an array passed where C wants a pointer lives until the call
// returns and is passed with its own count; output arrays are allocated at the size the call
// writes; contexts are freed by `defer` in the function that made them and never escape it. The
// library is initialised without reading its configuration file, so no environment can change a
// result.

import Base
import COpenSSL

enum OpenSSLCalls {
    /// Initialises the library once, without its configuration file or environment.
    private static let isReady: Bool =
        OPENSSL_init_crypto(
            UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil) == 1

    static func requireReady() {
        precondition(isReady, "libcrypto initialises")
    }

    // MARK: Digests

    static func makeSHA256() -> SHA256_CTX {
        var context = SHA256_CTX()
        _ = unsafe SHA256_Init(&context)
        return context
    }

    static func update(_ context: inout SHA256_CTX, _ bytes: Bytes) {
        _ = unsafe SHA256_Update(&context, bytes, bytes.count)
    }

    static func update(_ context: inout SHA256_CTX, _ bytes: ArraySlice<UInt8>) {
        unsafe bytes.withUnsafeBytes {
            _ = unsafe SHA256_Update(&context, $0.baseAddress, $0.count)
        }
    }

    static func update(_ context: inout SHA256_CTX, _ hash: Hash256) {
        let words = hash.words
        // A tuple of four words is 32 contiguous bytes; big-endian words are the hash's bytes.
        var block = (
            words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian
        )
        unsafe withUnsafeBytes(of: &block) {
            _ = unsafe SHA256_Update(&context, $0.baseAddress, $0.count)
        }
    }

    static func update(_ context: inout SHA256_CTX, _ bytes: ShortBytes) {
        unsafe withUnsafeBytes(of: bytes.storage) {
            _ = unsafe SHA256_Update(&context, $0.baseAddress, bytes.count)
        }
    }

    static func finish(_ context: inout SHA256_CTX) -> Hash256 {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        unsafe withUnsafeMutableBytes(of: &words) {
            _ = unsafe SHA256_Final($0.baseAddress, &context)
        }
        return Hash256(
            words: (
                UInt64(bigEndian: words.0), UInt64(bigEndian: words.1),
                UInt64(bigEndian: words.2), UInt64(bigEndian: words.3)
            ))
    }

    static func sha512(_ bytes: Bytes) -> Bytes {
        var digest = Bytes(repeating: 0, count: 64)
        var context = SHA512_CTX()
        _ = unsafe SHA512_Init(&context)
        _ = unsafe SHA512_Update(&context, bytes, bytes.count)
        _ = unsafe SHA512_Final(&digest, &context)
        return digest
    }

    static func sha384(_ bytes: ArraySlice<UInt8>) -> Bytes {
        var digest = Bytes(repeating: 0, count: 48)
        var context = SHA512_CTX()
        _ = unsafe SHA384_Init(&context)
        unsafe bytes.withUnsafeBytes {
            _ = unsafe SHA384_Update(&context, $0.baseAddress, $0.count)
        }
        _ = unsafe SHA384_Final(&digest, &context)
        return digest
    }

    static func ripemd160(_ bytes: Bytes) -> Bytes {
        var digest = Bytes(repeating: 0, count: 20)
        var context = RIPEMD160_CTX()
        _ = unsafe RIPEMD160_Init(&context)
        _ = unsafe RIPEMD160_Update(&context, bytes, bytes.count)
        _ = unsafe RIPEMD160_Final(&digest, &context)
        return digest
    }

    static func sha1(_ bytes: Bytes) -> Bytes {
        var digest = Bytes(repeating: 0, count: 20)
        var context = SHA_CTX()
        _ = unsafe SHA1_Init(&context)
        _ = unsafe SHA1_Update(&context, bytes, bytes.count)
        _ = unsafe SHA1_Final(&digest, &context)
        return digest
    }

    // MARK: Key derivation

    /// `nil` when a count does not fit the library's `int`.
    static func pbkdf2SHA512(
        password: Bytes, salt: Bytes, iterations: Int, byteCount: Int
    ) -> Bytes? {
        requireReady()
        guard let passwordCount = Int32(exactly: password.count),
            let saltCount = Int32(exactly: salt.count),
            let iterations = Int32(exactly: iterations),
            let keyCount = Int32(exactly: byteCount)
        else { return nil }
        var key = Bytes(repeating: 0, count: byteCount)
        let status = unsafe password.withUnsafeBytes { password in
            unsafe PKCS5_PBKDF2_HMAC(
                password.baseAddress?.assumingMemoryBound(to: CChar.self), passwordCount,
                salt, saltCount, iterations, EVP_sha512(), keyCount, &key)
        }
        return status == 1 ? key : nil
    }

    /// `nil` when the parameters break scrypt's rules or need more than `memoryLimit` bytes.
    static func scrypt(
        password: Bytes, salt: Bytes, n: UInt64, r: UInt64, p: UInt64, memoryLimit: UInt64,
        byteCount: Int
    ) -> Bytes? {
        requireReady()
        var key = Bytes(repeating: 0, count: byteCount)
        // An absent password selects a parameter check only, so an empty one must still have an
        // address: one spare byte is appended and not counted.
        let spare = password + [0]
        let status = unsafe spare.withUnsafeBytes { spare in
            unsafe EVP_PBE_scrypt(
                spare.baseAddress?.assumingMemoryBound(to: CChar.self), password.count,
                salt, salt.count, n, r, p, memoryLimit, &key, key.count)
        }
        ERR_clear_error()
        return status == 1 ? key : nil
    }

    // MARK: ChaCha20-Poly1305

    /// Ciphertext and 16-byte tag. The key has 32 bytes, the nonce 12; both inputs fit `Int32`.
    static func seal(
        _ message: Bytes, key: Bytes, nonce: Bytes, authenticating associated: Bytes
    ) -> Bytes {
        requireReady()
        precondition(key.count == 32 && nonce.count == 12, "the caller checked the lengths")
        let context = unsafe EVP_CIPHER_CTX_new()
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        var sealed = Bytes(repeating: 0, count: message.count)
        var tag = Bytes(repeating: 0, count: 16)
        var written: Int32 = 0
        var ok = unsafe EVP_EncryptInit_ex(context, EVP_chacha20_poly1305(), nil, key, nonce)
        ok &= unsafe EVP_EncryptUpdate(
            context, nil, &written, associated, Int32(associated.count))
        if !message.isEmpty {
            ok &= unsafe EVP_EncryptUpdate(
                context, &sealed, &written, message, Int32(message.count))
        }
        var none: UInt8 = 0
        ok &= unsafe EVP_EncryptFinal_ex(context, &none, &written)
        ok &= unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, &tag)
        precondition(ok == 1, "ChaCha20-Poly1305 encrypts any message with a valid key and nonce")
        return sealed + tag
    }

    /// The message, or `nil` when the tag does not match. Lengths as in `seal`.
    static func open(
        _ ciphertext: Bytes, tag: Bytes, key: Bytes, nonce: Bytes,
        authenticating associated: Bytes
    ) -> Bytes? {
        requireReady()
        precondition(
            key.count == 32 && nonce.count == 12 && tag.count == 16,
            "the caller checked the lengths")
        let context = unsafe EVP_CIPHER_CTX_new()
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        var message = Bytes(repeating: 0, count: ciphertext.count)
        var tag = tag
        var written: Int32 = 0
        var ok = unsafe EVP_DecryptInit_ex(context, EVP_chacha20_poly1305(), nil, key, nonce)
        ok &= unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, &tag)
        ok &= unsafe EVP_DecryptUpdate(
            context, nil, &written, associated, Int32(associated.count))
        if !ciphertext.isEmpty {
            ok &= unsafe EVP_DecryptUpdate(
                context, &message, &written, ciphertext, Int32(ciphertext.count))
        }
        var none: UInt8 = 0
        let final = unsafe EVP_DecryptFinal_ex(context, &none, &written)
        ERR_clear_error()
        return ok == 1 && final == 1 ? message : nil
    }

    // MARK: Ed25519

    /// The 32-byte public key of a 32-byte seed.
    static func ed25519PublicKey(seed: Bytes) -> Bytes {
        let key = unsafe ed25519PrivateKey(seed)
        defer { unsafe EVP_PKEY_free(key) }
        var publicKey = Bytes(repeating: 0, count: 32)
        var count = publicKey.count
        let status = unsafe EVP_PKEY_get_raw_public_key(key, &publicKey, &count)
        precondition(status == 1 && count == 32, "an Ed25519 public key has 32 bytes")
        return publicKey
    }

    /// The 64-byte signature of `message`.
    static func ed25519Sign(_ message: Bytes, seed: Bytes) -> Bytes {
        let key = unsafe ed25519PrivateKey(seed)
        defer { unsafe EVP_PKEY_free(key) }
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        var signature = Bytes(repeating: 0, count: 64)
        var count = signature.count
        var ok = unsafe EVP_DigestSignInit(context, nil, nil, nil, key)
        ok &= unsafe EVP_DigestSign(context, &signature, &count, message, message.count)
        precondition(ok == 1 && count == 64, "Ed25519 signs any message")
        return signature
    }

    /// Whether `signature` is valid. The key has 32 bytes and the signature 64.
    static func ed25519Verify(_ signature: Bytes, message: Bytes, publicKey: Bytes) -> Bool {
        requireReady()
        guard publicKey.count == 32, signature.count == 64 else { return false }
        let key = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, publicKey, 32)
        defer { unsafe EVP_PKEY_free(key) }
        guard unsafe key != nil else { return false }
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
        let status = unsafe EVP_DigestVerify(context, signature, 64, message, message.count)
        ERR_clear_error()
        return status == 1
    }

    /// An owned key handle; the caller frees it.
    private static func ed25519PrivateKey(_ seed: Bytes) -> OpaquePointer? {
        requireReady()
        precondition(seed.count == 32, "the caller checked the seed's length")
        let key = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, 32)
        precondition(unsafe key != nil, "any 32 bytes are an Ed25519 seed")
        return unsafe key
    }

    // MARK: Comparison

    /// Whether the arrays are equal; the time depends only on their lengths.
    static func areEqual(_ left: Bytes, _ right: Bytes) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe CRYPTO_memcmp(left, right, left.count) == 0
    }
}
