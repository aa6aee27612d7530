// Every call into OpenSSL's curves: ECDSA over P-256 and P-384, as functions of byte arrays.
//
// Safety, for every `unsafe` below: an array passed where C wants a pointer lives until the call
// returns and is passed with its own count, or has the length the call writes, checked before;
// numbers, points, keys and signatures are freed by `defer` in the function that made them and
// never escape it; the two groups are made once, are only read afterwards and never freed, which
// the library allows on any thread.

import Base
import COpenSSL

/// A curve's group. Sendable because it is constant after construction.
@safe private struct SharedGroup: @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ identifier: Int32) {
        guard let pointer = unsafe EC_GROUP_new_by_curve_name(identifier) else {
            preconditionFailure("libcrypto knows the curve")
        }
        unsafe self.pointer = unsafe pointer
    }
}

enum OpenSSLCurveCalls {
    private static let p256 = SharedGroup(NID_X9_62_prime256v1)
    private static let p384 = SharedGroup(NID_secp384r1)

    private static func group(_ curve: NISTCurve) -> SharedGroup {
        OpenSSLCalls.requireReady()
        return switch curve {
        case .p256: p256
        case .p384: p384
        }
    }

    /// Whether `point` is 04, x, y of a point of the curve.
    static func isPoint(_ point: Bytes, on curve: NISTCurve) -> Bool {
        let key = unsafe publicKey(point, on: curve)
        defer { unsafe EC_KEY_free(key) }
        return unsafe key != nil
    }

    /// Whether r and s of `signature`, each as long as a coordinate, sign `digest` under `point`.
    static func verify(
        _ signature: Bytes, digest: Bytes, point: Bytes, on curve: NISTCurve
    ) -> Bool {
        let size = curve.coordinateByteCount
        guard signature.count == 2 * size, let digestCount = Int32(exactly: digest.count)
        else { return false }
        let key = unsafe publicKey(point, on: curve)
        defer { unsafe EC_KEY_free(key) }
        guard unsafe key != nil else { return false }
        let parts = unsafe ECDSA_SIG_new()
        defer { unsafe ECDSA_SIG_free(parts) }
        let r = unsafe number(signature[..<size])
        let s = unsafe number(signature[size...])
        // The signature owns both numbers from here on.
        guard unsafe ECDSA_SIG_set0(parts, r, s) == 1 else {
            preconditionFailure("a signature takes two numbers")
        }
        let status = unsafe ECDSA_do_verify(digest, digestCount, parts, key)
        ERR_clear_error()
        return status == 1
    }

    /// The point of a private key, as 04, x, y; `nil` unless the key is from 1 to the order less 1.
    static func publicPoint(of privateKey: Bytes, on curve: NISTCurve) -> Bytes? {
        let group = group(curve)
        let size = curve.coordinateByteCount
        guard privateKey.count == size else { return nil }
        let scalar = unsafe number(privateKey[...])
        defer { unsafe BN_clear_free(scalar) }
        guard unsafe isInRange(scalar, group) else { return nil }
        let point = unsafe EC_POINT_new(group.pointer)
        defer { unsafe EC_POINT_free(point) }
        var bytes = Bytes(repeating: 0, count: 1 + 2 * size)
        guard unsafe EC_POINT_mul(group.pointer, point, scalar, nil, nil, nil) == 1,
            unsafe EC_POINT_point2oct(
                group.pointer, point, POINT_CONVERSION_UNCOMPRESSED, &bytes, bytes.count, nil)
                == bytes.count
        else { preconditionFailure("a scalar in range has a point") }
        return bytes
    }

    /// r and s of the signature of `digest` with the nonce `nonce`; `nil` when the nonce is out of
    /// range or gives a zero, so that another must be tried.
    static func sign(
        _ digest: Bytes, privateKey: Bytes, nonce: Bytes, on curve: NISTCurve
    ) -> Bytes? {
        let group = group(curve)
        let size = curve.coordinateByteCount
        precondition(privateKey.count == size && nonce.count == size, "a scalar is whole")
        guard let noncePoint = publicPoint(of: nonce, on: curve) else { return nil }
        let context = unsafe BN_CTX_new()
        defer { unsafe BN_CTX_free(context) }
        let order = unsafe EC_GROUP_get0_order(group.pointer)
        let r = unsafe number(noncePoint[1...size])
        defer { unsafe BN_free(r) }
        let k = unsafe number(nonce[...])
        defer { unsafe BN_clear_free(k) }
        let scalar = unsafe number(privateKey[...])
        defer { unsafe BN_clear_free(scalar) }
        guard unsafe BN_nnmod(r, r, order, context) == 1, unsafe BN_is_zero(r) == 0,
            unsafe BN_mod_inverse(k, k, order, context) != nil
        else { return nil }
        let key = unsafe EC_KEY_new()
        defer { unsafe EC_KEY_free(key) }
        guard unsafe EC_KEY_set_group(key, group.pointer) == 1,
            unsafe EC_KEY_set_private_key(key, scalar) == 1,
            let signature = unsafe ECDSA_do_sign_ex(digest, Int32(digest.count), k, r, key)
        else { return nil }
        defer { unsafe ECDSA_SIG_free(signature) }
        var bytes = Bytes(repeating: 0, count: 2 * size)
        let written = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            let start = buffer.baseAddress
            let half = unsafe start.map { unsafe $0 + size }
            let left = unsafe BN_bn2binpad(ECDSA_SIG_get0_r(signature), start, Int32(size))
            let right = unsafe BN_bn2binpad(ECDSA_SIG_get0_s(signature), half, Int32(size))
            return left == size && right == size
        }
        precondition(written, "r and s are below the order")
        return bytes
    }

    /// An owned number, big-endian; the caller frees it.
    private static func number(_ bytes: ArraySlice<UInt8>) -> OpaquePointer? {
        unsafe bytes.withUnsafeBufferPointer {
            unsafe BN_bin2bn($0.baseAddress, Int32($0.count), nil)
        }
    }

    private static func isInRange(_ scalar: OpaquePointer?, _ group: SharedGroup) -> Bool {
        unsafe BN_is_zero(scalar) == 0
            && BN_cmp(scalar, EC_GROUP_get0_order(group.pointer)) < 0
    }

    /// An owned key, or `nil` when `point` is none of the curve; the caller frees it.
    private static func publicKey(_ point: Bytes, on curve: NISTCurve) -> OpaquePointer? {
        let group = group(curve)
        // Only the uncompressed form: the library would take others of other lengths.
        guard point.count == 1 + 2 * curve.coordinateByteCount, point.first == 4 else {
            return nil
        }
        let key = unsafe EC_KEY_new()
        guard unsafe EC_KEY_set_group(key, group.pointer) == 1,
            unsafe EC_KEY_oct2key(key, point, point.count, nil) == 1
        else {
            unsafe EC_KEY_free(key)
            ERR_clear_error()
            return nil
        }
        return unsafe key
    }
}
