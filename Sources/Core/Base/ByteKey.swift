// Byte strings as keys of tables. An array of bytes hashes and compares byte by byte; these do both
// over the bytes as a whole, several times faster.
//
// Safety, for every `unsafe` below: pointers are used during the call that gave them, and words are
// read only where eight bytes are left.

/// A byte string as a key.
public struct ByteKey: Hashable, Sendable {
    /// The bytes.
    public let bytes: Bytes

    /// Takes the bytes.
    public init(_ bytes: Bytes) { self.bytes = bytes }

    public static func == (left: ByteKey, right: ByteKey) -> Bool {
        areEqual(left.bytes[...], right.bytes[...])
    }

    public func hash(into hasher: inout Hasher) {
        unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }

    /// Whether two byte strings are equal.
    public static func areEqual(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
        let count = left.count
        guard count == right.count else { return false }
        return unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                var offset = 0
                while offset + 8 <= count {
                    guard
                        unsafe left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                            == right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    else { return false }
                    offset += 8
                }
                while offset < count {
                    guard unsafe left[offset] == right[offset] else { return false }
                    offset += 1
                }
                return true
            }
        }
    }
}
