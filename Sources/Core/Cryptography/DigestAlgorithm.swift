// The hash functions that signatures of other makers name at run time, and HMAC over them (FIPS
// 180-4, RFC 2104).

public import Base

/// A hash function by name.
public enum DigestAlgorithm: Equatable, Sendable {
    /// SHA-256.
    case sha256
    /// SHA-384.
    case sha384

    /// Number of bytes of a digest.
    public var byteCount: Int {
        switch self {
        case .sha256: 32
        case .sha384: 48
        }
    }

    /// Number of bytes of a block, which HMAC pads keys to.
    private var blockByteCount: Int {
        switch self {
        case .sha256: 64
        case .sha384: 128
        }
    }

    /// The digest of `bytes`.
    public func hash(_ bytes: ArraySlice<UInt8>) -> Bytes {
        switch self {
        case .sha256: SHA256.hash(bytes).bytes
        case .sha384: OpenSSLCalls.sha384(bytes)
        }
    }

    /// The digest of `bytes`.
    public func hash(_ bytes: Bytes) -> Bytes { hash(bytes[...]) }

    /// HMAC of `message` under `key`.
    public func hmac(key: Bytes, message: Bytes) -> Bytes {
        var block = key.count > blockByteCount ? hash(key) : key
        block += Bytes(repeating: 0, count: blockByteCount - block.count)
        let inner = hash(block.map { $0 ^ 0x36 } + message)
        return hash(block.map { $0 ^ 0x5C } + inner)
    }
}
