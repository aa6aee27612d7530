// Byte strings and the integers written into them.
//
// Varints follow Protocol Buffers ("base 128 varints"): seven bits a byte, least significant group
// first, high bit set on every byte but the last.

/// A byte string.
public typealias Bytes = [UInt8]

extension Array where Element == UInt8 {
    /// Appends the eight bytes of `value`, most significant first.
    public mutating func appendBigEndian(_ value: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
        }
    }

    /// Appends the four bytes of `value`, most significant first.
    public mutating func appendBigEndian(_ value: UInt32) {
        for shift in stride(from: 24, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> UInt32(shift)))
        }
    }

    /// Appends the eight bytes of `value`, least significant first.
    public mutating func appendLittleEndian(_ value: UInt64) {
        for shift in stride(from: 0, through: 56, by: 8) {
            append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
        }
    }

    /// Appends the four bytes of `value`, least significant first.
    public mutating func appendLittleEndian(_ value: UInt32) {
        for shift in stride(from: 0, through: 24, by: 8) {
            append(UInt8(truncatingIfNeeded: value >> UInt32(shift)))
        }
    }

    /// Appends `value` as the shortest unsigned varint, one to ten bytes.
    @inlinable
    public mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends `value` as a zig-zag signed varint (Protocol Buffers `sint64`; IAVL's integers).
    public mutating func appendZigZagVarint(_ value: Int64) {
        appendVarint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    /// Appends the length of `bytes` as an unsigned varint, then `bytes`.
    @inlinable
    public mutating func appendLengthPrefixed(_ bytes: some Collection<UInt8>) {
        appendVarint(UInt64(bytes.count))
        append(contentsOf: bytes)
    }
}
