// BLAKE2b with 64 bytes of hash (RFC 7693): what the powers of tau of public ceremonies are
// published with.
//
// Safety, for every `unsafe` below: the context is made once and freed when its owner goes; the
// library reads as many bytes of an array as it counts, and writes the 64 bytes of a BLAKE2b hash.

public import Base
import COpenSSL

/// BLAKE2b-512 of bytes that arrive in pieces.
@safe public final class BLAKE2b512Hasher {
    private let context: OpaquePointer?

    /// Starts with no bytes.
    public init() {
        unsafe context = EVP_MD_CTX_new()
        let isReady = unsafe EVP_DigestInit_ex(context, EVP_blake2b512(), nil)
        precondition(isReady == 1, "OpenSSL has BLAKE2b and memory for it")
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Takes in `bytes` after those before.
    public func update(_ bytes: Bytes) {
        _ = unsafe EVP_DigestUpdate(context, bytes, bytes.count)
    }

    /// The 64 bytes of the hash of everything taken in. To be called once.
    public func finalize() -> Bytes {
        var digest = Bytes(repeating: 0, count: 64)
        _ = unsafe EVP_DigestFinal_ex(context, &digest, nil)
        return digest
    }
}
