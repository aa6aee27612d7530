// Hash functions: SHA-256, SHA-384 and SHA-512 (FIPS 180-4), RIPEMD-160 (Dobbertin, Bosselaers,
// Preneel 1996). SHA-256 has its own short path because Merkle trees call it by the million on
// short inputs.

public import Base
import COpenSSL

/// SHA-256 of byte strings.
public enum SHA256 {
    /// The hash of `bytes`.
    public static func hash(_ bytes: Bytes) -> Hash256 {
        var context = OpenSSLCalls.makeSHA256()
        OpenSSLCalls.update(&context, bytes)
        return OpenSSLCalls.finish(&context)
    }

    /// The hash of `bytes`, without copying them.
    public static func hash(_ bytes: ArraySlice<UInt8>) -> Hash256 {
        var context = OpenSSLCalls.makeSHA256()
        OpenSSLCalls.update(&context, bytes)
        return OpenSSLCalls.finish(&context)
    }

    /// The hash of all `parts` one after the other, without joining them in memory.
    public static func hash(concatenating parts: [Bytes]) -> Hash256 {
        var context = OpenSSLCalls.makeSHA256()
        for part in parts { OpenSSLCalls.update(&context, part) }
        return OpenSSLCalls.finish(&context)
    }
}

/// SHA-256 of bytes that arrive in pieces. A copy continues on its own.
public struct SHA256Hasher: Sendable {
    private var context: SHA256_CTX

    /// Starts with no bytes.
    public init() { context = OpenSSLCalls.makeSHA256() }

    /// Takes in `bytes` after those before.
    public mutating func update(_ bytes: Bytes) { OpenSSLCalls.update(&context, bytes) }

    /// Takes in `bytes` after those before, without copying them.
    public mutating func update(_ bytes: ArraySlice<UInt8>) {
        OpenSSLCalls.update(&context, bytes)
    }

    /// Takes in `bytes` after those before, without allocating.
    public mutating func update(_ bytes: ShortBytes) { OpenSSLCalls.update(&context, bytes) }

    /// Takes in the 32 bytes of `hash`, without allocating.
    public mutating func update(_ hash: Hash256) { OpenSSLCalls.update(&context, hash) }

    /// The hash of everything taken in. The hasher itself stays as it was.
    public func finalize() -> Hash256 {
        var copy = context
        return OpenSSLCalls.finish(&copy)
    }
}

/// SHA-512 of byte strings.
public enum SHA512 {
    /// The 64-byte hash of `bytes`.
    public static func hash(_ bytes: Bytes) -> Bytes { OpenSSLCalls.sha512(bytes) }
}

/// SHA-384 of byte strings.
public enum SHA384 {
    /// The 48-byte hash of `bytes`.
    public static func hash(_ bytes: Bytes) -> Bytes { OpenSSLCalls.sha384(bytes[...]) }
}

/// RIPEMD-160 of byte strings; only account addresses use it.
public enum RIPEMD160 {
    /// The 20-byte hash of `bytes`.
    public static func hash(_ bytes: Bytes) -> Bytes { OpenSSLCalls.ripemd160(bytes) }
}

/// SHA-1 of byte strings: broken for signatures, and asked for by the opening of WebSockets only.
public enum SHA1 {
    /// The 20-byte hash of `bytes`.
    public static func hash(_ bytes: Bytes) -> Bytes { OpenSSLCalls.sha1(bytes) }
}

/// Whether two byte strings are equal, in time that depends only on their lengths. For secrets,
/// tags and tokens; different lengths are unequal at once.
public func constantTimeEquals(_ left: Bytes, _ right: Bytes) -> Bool {
    OpenSSLCalls.areEqual(left, right)
}
