// Scalar types: one small conformance each gives the wire form and the JSON form, and every
// constructor of singular, optional and repeated fields is written once over them.

import Base

/// A scalar's forms. The property type may differ from the scalar: see ``WireScalarCoding``.
public struct WireScalarCoding<Value: Equatable & Sendable>: Sendable {
    let protoName: String
    let kind: WireKind
    let defaultValue: Value
    let isPackable: Bool
    let write: @Sendable (Value, inout Bytes) -> Void
    let read: @Sendable (inout ByteReader, WirePlace) throws(WireError) -> Value
    let json: @Sendable (Value) -> JSONValue
    let parse: @Sendable (JSONValue, JSONPlace) throws(WireError) -> Value
}

extension WireScalarCoding where Value == UInt64 {
    static let uint64 = WireScalarCoding(
        protoName: "uint64", kind: .varint, defaultValue: 0, isPackable: true,
        write: { $1.appendVarint($0) },
        read: { (reader, _) throws(WireError) in try readVarint(&reader) },
        json: { .string(String($0)) },
        parse: { (value, place) throws(WireError) in try place.integer(value) })
    static let fixed64 = WireScalarCoding(
        protoName: "fixed64", kind: .fixed64, defaultValue: 0, isPackable: true,
        write: { $1.appendLittleEndian($0) },
        read: { (reader, _) throws(WireError) in
            try wire { () throws(ByteReaderError) in try reader.readLittleEndian64() }
        },
        json: { .string(String($0)) },
        parse: { (value, place) throws(WireError) in try place.integer(value) })
}

extension WireScalarCoding where Value == Int64 {
    static let int64 = WireScalarCoding(
        protoName: "int64", kind: .varint, defaultValue: 0, isPackable: true,
        write: { $1.appendVarint(UInt64(bitPattern: $0)) },
        read: { (reader, _) throws(WireError) in Int64(bitPattern: try readVarint(&reader)) },
        json: { .string(String($0)) },
        parse: { (value, place) throws(WireError) in try place.integer(value) })
    static let sfixed64 = WireScalarCoding(
        protoName: "sfixed64", kind: .fixed64, defaultValue: 0, isPackable: true,
        write: { $1.appendLittleEndian(UInt64(bitPattern: $0)) },
        read: { (reader, _) throws(WireError) in
            Int64(
                bitPattern: try wire { () throws(ByteReaderError) in
                    try reader.readLittleEndian64()
                })
        },
        json: { .string(String($0)) },
        parse: { (value, place) throws(WireError) in try place.integer(value) })
    static let sint64 = WireScalarCoding(
        protoName: "sint64", kind: .varint, defaultValue: 0, isPackable: true,
        write: { $1.appendZigZagVarint($0) },
        read: { (reader, _) throws(WireError) in
            try wire { () throws(ByteReaderError) in try reader.readZigZagVarint() }
        },
        json: { .string(String($0)) },
        parse: { (value, place) throws(WireError) in try place.integer(value) })
}

extension WireScalarCoding where Value == UInt32 {
    static let uint32 = WireScalarCoding(
        protoName: "uint32", kind: .varint, defaultValue: 0, isPackable: true,
        write: { $1.appendVarint(UInt64($0)) },
        read: { (reader, place) throws(WireError) in
            guard let value = UInt32(exactly: try readVarint(&reader)) else {
                throw .numberOutOfRange(message: place.message, number: place.number)
            }
            return value
        },
        json: { .number(String($0)) },
        parse: { (value, place) throws(WireError) in try place.integer(value) })
    static let fixed32 = WireScalarCoding(
        protoName: "fixed32", kind: .fixed32, defaultValue: 0, isPackable: true,
        write: { $1.appendLittleEndian($0) },
        read: { (reader, _) throws(WireError) in
            try wire { () throws(ByteReaderError) in try reader.readLittleEndian32() }
        },
        json: { .number(String($0)) },
        parse: { (value, place) throws(WireError) in try place.integer(value) })
}

extension WireScalarCoding where Value == Int32 {
    static let int32 = WireScalarCoding(
        protoName: "int32", kind: .varint, defaultValue: 0, isPackable: true,
        write: { $1.appendVarint(UInt64(bitPattern: Int64($0))) },
        read: { (reader, place) throws(WireError) in
            // Negative values are ten bytes: the sign is extended to 64 bits.
            guard let value = Int32(exactly: Int64(bitPattern: try readVarint(&reader))) else {
                throw .numberOutOfRange(message: place.message, number: place.number)
            }
            return value
        },
        json: { .number(String($0)) },
        parse: { (value, place) throws(WireError) in try place.integer(value) })
}

extension WireScalarCoding where Value == Bool {
    static let bool = WireScalarCoding(
        protoName: "bool", kind: .varint, defaultValue: false, isPackable: true,
        write: { $1.append($0 ? 1 : 0) },
        read: { (reader, place) throws(WireError) in
            let value = try readVarint(&reader)
            guard value <= 1 else {
                throw .numberOutOfRange(message: place.message, number: place.number)
            }
            return value == 1
        },
        json: { .bool($0) },
        parse: { (value, place) throws(WireError) in
            guard case .bool(let flag) = value else { throw place.unexpected("true or false") }
            return flag
        })
}

extension WireScalarCoding where Value == String {
    static let string = WireScalarCoding(
        protoName: "string", kind: .lengthDelimited, defaultValue: "", isPackable: false,
        write: { $1.appendLengthPrefixed($0.utf8) },
        read: { (reader, place) throws(WireError) in
            let slice = try wire { () throws(ByteReaderError) in try reader.readLengthPrefixed() }
            guard let text = String(validating: slice, as: UTF8.self) else {
                throw .invalidUTF8(message: place.message, number: place.number)
            }
            return text
        },
        json: { .string($0) },
        parse: { (value, place) throws(WireError) in
            guard case .string(let text) = value else { throw place.unexpected("a string") }
            return text
        })
}

extension WireScalarCoding where Value == Bytes {
    static let bytes = WireScalarCoding(
        protoName: "bytes", kind: .lengthDelimited, defaultValue: [], isPackable: false,
        write: { $1.appendLengthPrefixed($0) },
        read: { (reader, _) throws(WireError) in
            Bytes(try wire { () throws(ByteReaderError) in try reader.readLengthPrefixed() })
        },
        json: { .string($0.base64) },
        parse: { (value, place) throws(WireError) in
            guard case .string(let text) = value, let bytes = Bytes(base64: text) else {
                throw place.unexpected("base64 text")
            }
            return bytes
        })
}

extension WireScalarCoding where Value: WireEnum {
    static var enumeration: WireScalarCoding<Value> {
        WireScalarCoding(
            protoName: Value.wireName, kind: .varint, defaultValue: Value(), isPackable: true,
            write: { $1.appendVarint(UInt64(bitPattern: Int64($0.rawValue))) },
            read: { (reader, place) throws(WireError) in
                let raw = try WireScalarCoding<Int32>.int32.read(&reader, place)
                guard let value = Value(rawValue: raw) else {
                    throw .unknownEnumValue(
                        message: place.message, number: place.number, value: raw)
                }
                return value
            },
            json: { .string($0.wireLabel) },
            parse: { (json, place) throws(WireError) in
                if case .string(let label) = json,
                    let value = Value.allCases.first(where: { $0.wireLabel == label })
                {
                    return value
                }
                if let raw: Int32 = try? place.integer(json), let value = Value(rawValue: raw) {
                    return value
                }
                throw place.unexpected("a label of \(Value.wireName)")
            })
    }
}

private func readVarint(_ reader: inout ByteReader) throws(WireError) -> UInt64 {
    try wire { () throws(ByteReaderError) in try reader.readVarint() }
}
