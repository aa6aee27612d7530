// A tolerant reader of Protocol Buffers for formats that others define (ONNX): it walks fields and
// leaves their meaning to the caller. It cannot produce canonical values; those come only from
// `WireMessage`.

import Base

/// One field as it stands in the bytes.
public struct RawField: Sendable {
    /// Field number.
    public let number: UInt32
    /// Its value.
    public let value: Value

    /// A value by wire type.
    public enum Value: Sendable {
        /// A varint.
        case varint(UInt64)
        /// Eight bytes.
        case fixed64(UInt64)
        /// Four bytes.
        case fixed32(UInt32)
        /// A byte string that shares storage with the input.
        case bytes(ArraySlice<UInt8>)
    }
}

/// Walks the fields of a message in the order they are stored.
public struct FieldReader: Sendable {
    private var reader: ByteReader

    /// Starts at the first field of `bytes`. Shares storage; does not copy.
    public init(_ bytes: ArraySlice<UInt8>) { reader = ByteReader(bytes) }

    /// The next field; `nil` at the end.
    public mutating func next() throws(WireError) -> RawField? {
        guard !reader.isAtEnd else { return nil }
        let key = try WireKey(reading: &reader)
        let value: RawField.Value
        switch key.kind {
        case .varint:
            value = .varint(try wire { () throws(ByteReaderError) in try reader.readVarint() })
        case .fixed64:
            value = .fixed64(
                try wire { () throws(ByteReaderError) in try reader.readLittleEndian64() })
        case .fixed32:
            value = .fixed32(
                try wire { () throws(ByteReaderError) in try reader.readLittleEndian32() })
        case .lengthDelimited:
            value = .bytes(
                try wire { () throws(ByteReaderError) in try reader.readLengthPrefixed() })
        }
        return RawField(number: key.number, value: value)
    }
}
