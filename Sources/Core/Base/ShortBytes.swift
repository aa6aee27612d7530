// A few bytes as a value without heap storage: the start of a node's hash, by the million.

/// Up to 32 bytes.
public struct ShortBytes: Sendable {
    /// The bytes; those from ``count`` on are zeros.
    public private(set) var storage = InlineArray<32, UInt8>(repeating: 0)
    /// Number of bytes.
    public private(set) var count = 0

    /// Makes no bytes.
    public init() {}

    /// Makes one byte.
    public init(_ byte: UInt8) { append(byte) }

    /// Appends a byte.
    ///
    /// - Precondition: fewer than 32 are there.
    public mutating func append(_ byte: UInt8) {
        storage[count] = byte
        count += 1
    }

    /// Appends `value` as the shortest unsigned varint, one to ten bytes.
    public mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends `value` as a zig-zag signed varint.
    public mutating func appendZigZagVarint(_ value: Int64) {
        appendVarint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    /// The bytes as an array.
    public var bytes: Bytes { (0..<count).map { storage[$0] } }
}
