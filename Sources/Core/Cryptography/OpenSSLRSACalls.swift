// Every call into OpenSSL's RSA: the two plain operations and the PSS check, as functions of byte
// arrays, and the making of a key from a stream of candidates.
//
// Safety, for every `unsafe` below: an array passed where C wants a pointer lives until the call
// returns and has the length the call reads or writes; numbers given to a key belong to it from
// then on, all others and the keys are freed by `defer` in the function that made them.

import Base
import COpenSSL

enum OpenSSLRSACalls {
    /// Whether `signature` is RSASSA-PSS of `digest` with SHA-384, MGF1 over SHA-384 and a salt of
    /// 48 bytes.
    static func verifyPSS384(
        _ signature: Bytes, digest: Bytes, modulus: Bytes, exponent: Bytes
    ) -> Bool {
        OpenSSLCalls.requireReady()
        guard digest.count == 48, signature.count == modulus.count,
            let count = Int32(exactly: signature.count)
        else { return false }
        let key = unsafe publicKey(modulus: modulus, exponent: exponent)
        defer { unsafe RSA_free(key) }
        var encoded = Bytes(repeating: 0, count: modulus.count)
        // Fails for a signature that is not below the modulus.
        let written = unsafe RSA_public_decrypt(count, signature, &encoded, key, RSA_NO_PADDING)
        var status: Int32 = 0
        if written == count {
            status = unsafe RSA_verify_PKCS1_PSS_mgf1(
                key, digest, EVP_sha384(), EVP_sha384(), encoded, 48)
        }
        ERR_clear_error()
        return status == 1
    }

    /// `encoded` to the power of the private exponent; both are as long as the modulus. `nil` when
    /// `encoded` is not below the modulus.
    static func privatePower(_ encoded: Bytes, _ numbers: RSA.PrivateKey.Numbers) -> Bytes? {
        OpenSSLCalls.requireReady()
        precondition(encoded.count == numbers.modulus.count, "the encoding is whole")
        let key = unsafe publicKey(modulus: numbers.modulus, exponent: numbers.publicExponent)
        defer { unsafe RSA_free(key) }
        // A key takes its private exponent only together with its other numbers.
        let n = unsafe number(numbers.modulus)
        let e = unsafe number(numbers.publicExponent)
        let d = unsafe number(numbers.privateExponent)
        guard unsafe RSA_set0_key(key, n, e, d) == 1,
            unsafe RSA_set0_factors(key, number(numbers.firstPrime), number(numbers.secondPrime))
                == 1
        else { preconditionFailure("a key takes its numbers") }
        var signature = Bytes(repeating: 0, count: encoded.count)
        let written = unsafe RSA_private_encrypt(
            Int32(encoded.count), encoded, &signature, key, RSA_NO_PADDING)
        ERR_clear_error()
        return written == encoded.count ? signature : nil
    }

    /// The least prime from `candidate` on, in steps of two, that is not 1 modulo 65537; as long
    /// as the candidate, which must be odd.
    static func nextPrime(from candidate: Bytes) -> Bytes? {
        let context = unsafe BN_CTX_new()
        defer { unsafe BN_CTX_free(context) }
        let value = unsafe number(candidate)
        defer { unsafe BN_clear_free(value) }
        while unsafe BN_mod_word(value, 65537) == 1
            || BN_check_prime(value, context, nil) != 1
        {
            guard unsafe BN_add_word(value, 2) == 1 else { return nil }
        }
        return unsafe bytes(value, count: candidate.count)
    }

    /// Modulus and private exponent of two primes.
    static func keyNumbers(
        _ first: Bytes, _ second: Bytes, publicExponent: Bytes
    ) -> (modulus: Bytes, privateExponent: Bytes)? {
        let context = unsafe BN_CTX_new()
        defer { unsafe BN_CTX_free(context) }
        let p = unsafe number(first)
        defer { unsafe BN_clear_free(p) }
        let q = unsafe number(second)
        defer { unsafe BN_clear_free(q) }
        let e = unsafe number(publicExponent)
        defer { unsafe BN_free(e) }
        let n = unsafe BN_new()
        defer { unsafe BN_free(n) }
        let phi = unsafe BN_new()
        defer { unsafe BN_clear_free(phi) }
        guard unsafe BN_mul(n, p, q, context) == 1, unsafe BN_sub_word(p, 1) == 1,
            unsafe BN_sub_word(q, 1) == 1, unsafe BN_mul(phi, p, q, context) == 1
        else { return nil }
        let d = unsafe BN_mod_inverse(nil, e, phi, context)
        defer { unsafe BN_clear_free(d) }
        guard unsafe d != nil,
            let modulus = unsafe bytes(n, count: first.count + second.count),
            let privateExponent = unsafe bytes(d, count: modulus.count)
        else { return nil }
        return (modulus, privateExponent)
    }

    /// An owned number, big-endian; the caller frees it or gives it away.
    private static func number(_ bytes: Bytes) -> OpaquePointer? {
        unsafe BN_bin2bn(bytes, Int32(bytes.count), nil)
    }

    /// The number in `count` bytes; `nil` when it needs more.
    private static func bytes(_ number: OpaquePointer?, count: Int) -> Bytes? {
        var bytes = Bytes(repeating: 0, count: count)
        let written = unsafe BN_bn2binpad(number, &bytes, Int32(count))
        return written == count ? bytes : nil
    }

    /// An owned key; the caller frees it.
    private static func publicKey(modulus: Bytes, exponent: Bytes) -> OpaquePointer? {
        let key = unsafe RSA_new()
        guard unsafe RSA_set0_key(key, number(modulus), number(exponent), nil) == 1 else {
            preconditionFailure("a key takes its numbers")
        }
        return unsafe key
    }
}
