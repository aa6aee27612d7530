// Constructors of singular, optional and repeated scalar fields.

public import Base

/// A key path to a property of a message.
public typealias WirePath<Message, Value> = any WritableKeyPath<Message, Value> & Sendable

extension WireField {
    /// A `uint64` field; 0 is the default.
    public static func uint64(_ n: UInt32, _ name: String, _ path: WirePath<Message, UInt64>)
        -> Self
    { scalar(n, name, path, .uint64) }
    /// A `uint32` field; 0 is the default.
    public static func uint32(_ n: UInt32, _ name: String, _ path: WirePath<Message, UInt32>)
        -> Self
    { scalar(n, name, path, .uint32) }
    /// An `int64` field; 0 is the default.
    public static func int64(_ n: UInt32, _ name: String, _ path: WirePath<Message, Int64>)
        -> Self
    { scalar(n, name, path, .int64) }
    /// An `int32` field; 0 is the default.
    public static func int32(_ n: UInt32, _ name: String, _ path: WirePath<Message, Int32>)
        -> Self
    { scalar(n, name, path, .int32) }
    /// A zig-zag `sint64` field; 0 is the default.
    public static func sint64(_ n: UInt32, _ name: String, _ path: WirePath<Message, Int64>)
        -> Self
    { scalar(n, name, path, .sint64) }
    /// A `fixed32` field; 0 is the default.
    public static func fixed32(_ n: UInt32, _ name: String, _ path: WirePath<Message, UInt32>)
        -> Self
    { scalar(n, name, path, .fixed32) }
    /// A `fixed64` field; 0 is the default.
    public static func fixed64(_ n: UInt32, _ name: String, _ path: WirePath<Message, UInt64>)
        -> Self
    { scalar(n, name, path, .fixed64) }
    /// An `sfixed64` field; 0 is the default.
    public static func sfixed64(_ n: UInt32, _ name: String, _ path: WirePath<Message, Int64>)
        -> Self
    { scalar(n, name, path, .sfixed64) }
    /// A `bool` field; false is the default.
    public static func bool(_ n: UInt32, _ name: String, _ path: WirePath<Message, Bool>)
        -> Self
    { scalar(n, name, path, .bool) }
    /// A `string` field; the empty string is the default.
    public static func string(_ n: UInt32, _ name: String, _ path: WirePath<Message, String>)
        -> Self
    { scalar(n, name, path, .string) }
    /// A `bytes` field; the empty string is the default.
    public static func bytes(_ n: UInt32, _ name: String, _ path: WirePath<Message, Bytes>)
        -> Self
    { scalar(n, name, path, .bytes) }
    /// An enum field; the case with raw value 0 is the default.
    public static func enumeration<E: WireEnum>(
        _ n: UInt32, _ name: String, _ path: WirePath<Message, E>
    ) -> Self { scalar(n, name, path, .enumeration, type: .enumeration { E.wireDescriptor }) }

    /// A `bytes` alternative of a oneof; `nil` when the alternative is not chosen.
    public static func bytes(
        _ n: UInt32, _ name: String, _ path: WirePath<Message, Bytes?>, oneof: String
    ) -> Self { optional(n, name, path, .bytes, oneof: oneof) }
    /// A `string` alternative of a oneof; `nil` when the alternative is not chosen.
    public static func string(
        _ n: UInt32, _ name: String, _ path: WirePath<Message, String?>, oneof: String
    ) -> Self { optional(n, name, path, .string, oneof: oneof) }
    /// An `int64` alternative of a oneof; `nil` when the alternative is not chosen.
    public static func int64(
        _ n: UInt32, _ name: String, _ path: WirePath<Message, Int64?>, oneof: String
    ) -> Self { optional(n, name, path, .int64, oneof: oneof) }
    /// A `fixed32` alternative of a oneof; `nil` when the alternative is not chosen.
    public static func fixed32(
        _ n: UInt32, _ name: String, _ path: WirePath<Message, UInt32?>, oneof: String
    ) -> Self { optional(n, name, path, .fixed32, oneof: oneof) }

    /// A list of strings.
    public static func strings(_ n: UInt32, _ name: String, _ path: WirePath<Message, [String]>)
        -> Self
    { repeated(n, name, path, .string) }
    /// A list of byte strings.
    public static func byteStrings(_ n: UInt32, _ name: String, _ path: WirePath<Message, [Bytes]>)
        -> Self
    { repeated(n, name, path, .bytes) }
    /// A packed list of `uint64`.
    public static func uint64s(_ n: UInt32, _ name: String, _ path: WirePath<Message, [UInt64]>)
        -> Self
    { repeated(n, name, path, .uint64) }
    /// A packed list of `int64`.
    public static func int64s(_ n: UInt32, _ name: String, _ path: WirePath<Message, [Int64]>)
        -> Self
    { repeated(n, name, path, .int64) }
    /// A packed list of `uint32`.
    public static func uint32s(_ n: UInt32, _ name: String, _ path: WirePath<Message, [UInt32]>)
        -> Self
    { repeated(n, name, path, .uint32) }
    /// A packed list of `fixed32`.
    public static func fixed32s(_ n: UInt32, _ name: String, _ path: WirePath<Message, [UInt32]>)
        -> Self
    { repeated(n, name, path, .fixed32) }

    private static func scalar<Value>(
        _ number: UInt32, _ name: String, _ path: WirePath<Message, Value>,
        _ coding: WireScalarCoding<Value>, type: WireFieldType? = nil
    ) -> Self {
        WireField(
            number: number, name: name, type: type ?? .scalar(coding.protoName),
            isRepeated: false, oneof: nil,
            isPresent: { $0[keyPath: path] != coding.defaultValue },
            encode: { message, bytes in
                let value = message[keyPath: path]
                guard value != coding.defaultValue else { return }
                WireKey(number, coding.kind).encode(into: &bytes)
                coding.write(value, &bytes)
            },
            decode: { (message, reader, place) throws(WireError) in
                try place.expect(coding.kind)
                message[keyPath: path] = try coding.read(&reader, place)
            },
            encodeJSON: { (message, options) throws(WireError) in
                let value = message[keyPath: path]
                if value == coding.defaultValue, !options.writesDefaults { return nil }
                return coding.json(value)
            },
            decodeJSON: { (message, json, place) throws(WireError) in
                message[keyPath: path] =
                    json == .null ? coding.defaultValue : try coding.parse(json, place)
            })
    }

    private static func optional<Value>(
        _ number: UInt32, _ name: String, _ path: WirePath<Message, Value?>,
        _ coding: WireScalarCoding<Value>, oneof: String
    ) -> Self {
        WireField(
            number: number, name: name, type: .scalar(coding.protoName), isRepeated: false,
            oneof: oneof,
            isPresent: { $0[keyPath: path] != nil },
            encode: { message, bytes in
                guard let value = message[keyPath: path] else { return }
                WireKey(number, coding.kind).encode(into: &bytes)
                coding.write(value, &bytes)
            },
            decode: { (message, reader, place) throws(WireError) in
                try place.expect(coding.kind)
                message[keyPath: path] = try coding.read(&reader, place)
            },
            encodeJSON: { (message, _) throws(WireError) in
                message[keyPath: path].map(coding.json)
            },
            decodeJSON: { (message, json, place) throws(WireError) in
                message[keyPath: path] = json == .null ? nil : try coding.parse(json, place)
            })
    }

    private static func repeated<Value>(
        _ number: UInt32, _ name: String, _ path: WirePath<Message, [Value]>,
        _ coding: WireScalarCoding<Value>
    ) -> Self {
        WireField(
            number: number, name: name, type: .scalar(coding.protoName), isRepeated: true,
            oneof: nil,
            isPresent: { !$0[keyPath: path].isEmpty },
            encode: { message, bytes in
                let values = message[keyPath: path]
                guard !values.isEmpty else { return }
                guard coding.isPackable else {
                    for value in values {
                        WireKey(number, coding.kind).encode(into: &bytes)
                        coding.write(value, &bytes)
                    }
                    return
                }
                var packed = Bytes()
                for value in values { coding.write(value, &packed) }
                WireKey(number, .lengthDelimited).encode(into: &bytes)
                bytes.appendLengthPrefixed(packed)
            },
            decode: { (message, reader, place) throws(WireError) in
                guard coding.isPackable, place.kind == .lengthDelimited else {
                    try place.expect(coding.kind)
                    message[keyPath: path].append(try coding.read(&reader, place))
                    return
                }
                var packed = ByteReader(
                    try wire { () throws(ByteReaderError) in try reader.readLengthPrefixed() })
                var values: [Value] = []
                while !packed.isAtEnd { values.append(try coding.read(&packed, place)) }
                message[keyPath: path] += values
            },
            encodeJSON: { (message, options) throws(WireError) in
                let values = message[keyPath: path]
                if values.isEmpty, !options.writesDefaults { return nil }
                return .array(values.map(coding.json))
            },
            decodeJSON: { (message, json, place) throws(WireError) in
                message[keyPath: path] = try place.elements(json).map {
                    (element) throws(WireError) in try coding.parse(element, place)
                }
            })
    }
}
