// Field keys: (number << 3 | wire type) as a varint, and how to skip a field one does not know.

public import Base

/// The wire types of Protocol Buffers that may occur; groups (3, 4) are refused.
public enum WireKind: UInt8, Sendable {
    /// A varint.
    case varint = 0
    /// Eight bytes, least significant first.
    case fixed64 = 1
    /// A length and that many bytes.
    case lengthDelimited = 2
    /// Four bytes, least significant first.
    case fixed32 = 5
}

/// A field's number and wire type.
public struct WireKey: Equatable, Sendable {
    /// Field number, 1 to 2^29 - 1.
    public let number: UInt32
    /// Wire type of the value that follows.
    public let kind: WireKind

    /// Makes a key.
    public init(_ number: UInt32, _ kind: WireKind) {
        self.number = number
        self.kind = kind
    }

    /// Reads a key. Refuses number 0, numbers beyond 29 bits, and groups.
    public init(reading reader: inout ByteReader) throws(WireError) {
        let raw = try wire { () throws(ByteReaderError) in try reader.readVarint() }
        let number = raw >> 3
        guard number >= 1, number < 1 << 29, let kind = WireKind(rawValue: UInt8(raw & 7)) else {
            throw .invalidKey(raw)
        }
        self.init(UInt32(number), kind)
    }

    /// Appends the key.
    public func encode(into bytes: inout Bytes) {
        bytes.appendVarint(UInt64(number) << 3 | UInt64(kind.rawValue))
    }

    /// Reads over the value of this key.
    public func skip(in reader: inout ByteReader) throws(WireError) {
        switch kind {
        case .varint: _ = try wire { () throws(ByteReaderError) in try reader.readVarint() }
        case .fixed64: _ = try wire { () throws(ByteReaderError) in try reader.readSlice(8) }
        case .fixed32: _ = try wire { () throws(ByteReaderError) in try reader.readSlice(4) }
        case .lengthDelimited:
            _ = try wire { () throws(ByteReaderError) in try reader.readLengthPrefixed() }
        }
    }
}

/// Runs a read, turning its failure into this target's error.
func wire<Value>(
    _ read: () throws(ByteReaderError) -> Value
) throws(WireError) -> Value {
    do { return try read() } catch { throw .malformed(error) }
}

/// Where a decoder stands: for errors, and to pass the rules down.
public struct WirePlace: Sendable {
    let message: String
    let number: UInt32
    let kind: WireKind
    let rules: WireRules
    let depth: Int

    func expect(_ expected: WireKind) throws(WireError) {
        guard kind == expected else {
            throw .wrongWireType(message: message, number: number, wireType: kind.rawValue)
        }
    }
}
