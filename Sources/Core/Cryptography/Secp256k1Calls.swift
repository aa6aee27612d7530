// Every call into libsecp256k1, as functions of byte arrays and of the library's own value types.
// Nothing else in the package touches its pointers.
//
// Safety, for every `unsafe` below: arrays passed where C wants a pointer live until the call
// returns and have the length the call reads or writes, checked before it; the one context is made
// once, is never changed afterwards and never freed, and the library allows its use from many
// threads.

import Base
import CSecp256k1

/// The shared context. Sendable because it is constant after construction.
@safe private struct SharedContext: @unchecked Sendable {
    let pointer: OpaquePointer

    init() {
        guard let pointer = unsafe secp256k1_context_create(UInt32(secp256k1_flags_context))
        else { preconditionFailure("libsecp256k1 makes a context") }
        unsafe self.pointer = unsafe pointer
    }
}

enum Secp256k1Calls {
    private static let shared = SharedContext()

    /// Parses a 33-byte compressed point into the library's own form of 64 bytes; `nil` when it is
    /// not on the curve.
    static func parsePublicKey(_ bytes: Bytes) -> Bytes? {
        guard bytes.count == 33 else { return nil }
        var key = secp256k1_pubkey()
        let status = unsafe secp256k1_ec_pubkey_parse(shared.pointer, &key, bytes, 33)
        return status == 1 ? unsafe withUnsafeBytes(of: key) { unsafe Bytes($0) } : nil
    }

    /// Whether 32 bytes are a key: neither zero nor the group order or more.
    static func isPrivateKey(_ bytes: Bytes) -> Bool {
        guard bytes.count == 32 else { return false }
        return unsafe secp256k1_ec_seckey_verify(shared.pointer, bytes) == 1
    }

    /// The point of a valid private key, parsed and as 33 compressed bytes.
    static func publicKey(of privateKey: Bytes) -> (parsed: Bytes, bytes: Bytes) {
        precondition(privateKey.count == 32, "a private key has 32 bytes")
        var key = secp256k1_pubkey()
        var bytes = Bytes(repeating: 0, count: 33)
        var count = bytes.count
        var ok = unsafe secp256k1_ec_pubkey_create(shared.pointer, &key, privateKey)
        ok &= unsafe secp256k1_ec_pubkey_serialize(
            shared.pointer, &bytes, &count, &key, UInt32(secp256k1_flags_compressed))
        precondition(ok == 1 && count == 33, "a valid private key has a public key")
        return (unsafe withUnsafeBytes(of: key) { unsafe Bytes($0) }, bytes)
    }

    /// The 64-byte low-s signature with the RFC 6979 nonce.
    static func sign(_ digest: Bytes, privateKey: Bytes) -> Bytes {
        precondition(
            digest.count == 32 && privateKey.count == 32, "digest and key have 32 bytes")
        var signature = secp256k1_ecdsa_signature()
        var bytes = Bytes(repeating: 0, count: 64)
        var ok = unsafe secp256k1_ecdsa_sign(
            shared.pointer, &signature, digest, privateKey, nil, nil)
        ok &= unsafe secp256k1_ecdsa_signature_serialize_compact(
            shared.pointer, &bytes, &signature)
        precondition(ok == 1, "a valid private key signs any digest")
        return bytes
    }

    /// Whether 64 bytes are a valid low-s signature under a key in the library's own form.
    static func verify(_ signature: Bytes, digest: Bytes, key parsedKey: Bytes) -> Bool {
        guard signature.count == 64, digest.count == 32 else { return false }
        precondition(
            parsedKey.count == MemoryLayout<secp256k1_pubkey>.size, "the key was parsed")
        var parsed = secp256k1_ecdsa_signature()
        guard
            unsafe secp256k1_ecdsa_signature_parse_compact(
                shared.pointer, &parsed, signature) == 1
        else { return false }
        var key = secp256k1_pubkey()
        unsafe withUnsafeMutableBytes(of: &key) { unsafe $0.copyBytes(from: parsedKey) }
        return unsafe secp256k1_ecdsa_verify(shared.pointer, &parsed, digest, &key) == 1
    }

    /// `privateKey + tweak` modulo the group order; `nil` when the tweak or the sum is no key.
    static func add(_ tweak: Bytes, to privateKey: Bytes) -> Bytes? {
        precondition(tweak.count == 32 && privateKey.count == 32, "key and tweak have 32 bytes")
        var sum = privateKey
        let status = unsafe secp256k1_ec_seckey_tweak_add(shared.pointer, &sum, tweak)
        return status == 1 ? sum : nil
    }
}
