// A bounds-checked cursor over bytes that may be hostile. Every decoder reads through it: no read
// can trap, and no length is believed before it is compared with what is left.

/// Why bytes could not be read.
public enum ByteReaderError: Error, Equatable, Sendable {
    /// Fewer bytes are left than the read needs. Both are counts of bytes.
    case truncated(needed: Int, left: Int)
    /// A varint is longer than ten bytes or does not fit 64 bits.
    case varintOverflow
    /// A varint is not the shortest encoding of its value.
    case varintNotShortest
}

/// Reads integers and byte strings from the front of a byte string.
public struct ByteReader: Sendable {
    private let bytes: ArraySlice<UInt8>
    /// Index of the next unread byte in the original slice.
    private var position: Int

    /// Starts at the first byte of `bytes`. Shares storage; does not copy.
    public init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// Starts at the first byte of `bytes`. Shares storage; does not copy.
    public init(_ bytes: Bytes) { self.init(bytes[...]) }

    /// Number of unread bytes.
    public var remaining: Int { bytes.endIndex - position }

    /// Whether every byte has been read.
    public var isAtEnd: Bool { position == bytes.endIndex }

    /// Number of bytes read so far.
    public var offset: Int { position - bytes.startIndex }

    /// Reads one byte.
    public mutating func readByte() throws(ByteReaderError) -> UInt8 {
        guard position < bytes.endIndex else { throw .truncated(needed: 1, left: 0) }
        defer { position += 1 }
        return bytes[position]
    }

    /// Reads `count` bytes as a slice that shares storage. A negative count is an error.
    public mutating func readSlice(_ count: Int) throws(ByteReaderError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw .truncated(needed: count, left: remaining)
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// Reads `count` bytes into an array of their own.
    public mutating func readBytes(_ count: Int) throws(ByteReaderError) -> Bytes {
        Bytes(try readSlice(count))
    }

    /// Reads an unsigned varint.
    ///
    /// - Parameter shortest: whether an encoding longer than needed is an error.
    public mutating func readVarint(shortest: Bool = false) throws(ByteReaderError) -> UInt64 {
        // Most varints of a transaction have one byte.
        if position < bytes.endIndex, bytes[position] < 0x80 {
            defer { position += 1 }
            return UInt64(bytes[position])
        }
        var value: UInt64 = 0
        for index in 0..<10 {
            let byte = try readByte()
            // The tenth byte holds bit 63 only.
            if index == 9, byte > 1 { throw .varintOverflow }
            value |= UInt64(byte & 0x7F) << UInt64(7 * index)
            if byte & 0x80 == 0 {
                if shortest, index > 0, byte == 0 { throw .varintNotShortest }
                return value
            }
        }
        throw .varintOverflow
    }

    /// Reads a zig-zag signed varint.
    public mutating func readZigZagVarint() throws(ByteReaderError) -> Int64 {
        let raw = try readVarint()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    /// Reads four bytes, least significant first.
    public mutating func readLittleEndian32() throws(ByteReaderError) -> UInt32 {
        try readSlice(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Reads eight bytes, least significant first.
    public mutating func readLittleEndian64() throws(ByteReaderError) -> UInt64 {
        try readSlice(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Reads four bytes, most significant first.
    public mutating func readBigEndian32() throws(ByteReaderError) -> UInt32 {
        try readSlice(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Reads eight bytes, most significant first.
    public mutating func readBigEndian64() throws(ByteReaderError) -> UInt64 {
        try readSlice(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Reads the 32 bytes of a hash.
    public mutating func readHash() throws(ByteReaderError) -> Hash256 {
        guard let hash = Hash256(try readSlice(Hash256.byteCount)) else {
            preconditionFailure("the slice has the bytes of a hash")
        }
        return hash
    }

    /// Reads a varint length, then that many bytes as a slice that shares storage.
    public mutating func readLengthPrefixed(
        shortest: Bool = false
    ) throws(ByteReaderError) -> ArraySlice<UInt8> {
        let count = try readVarint(shortest: shortest)
        guard count <= UInt64(remaining) else {
            throw .truncated(needed: Int(clamping: count), left: remaining)
        }
        return try readSlice(Int(count))
    }
}
