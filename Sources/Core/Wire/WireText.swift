// Numbers that travel as text: Cosmos writes amounts and decimals as strings, and a decimal looks
// different in protobuf (an integer, scaled) and in JSON (with a dot). The type knows both forms.
// Source: cosmos-sdk, `cosmos_proto.scalar` Int and Dec.

import Base

/// A value whose forms on the wire are text. The default is what an absent field means.
public protocol WireText: Sendable, Equatable {
    /// What an absent or empty field means.
    init()
    /// Reads the protobuf form; `nil` for text that is none.
    init?(wireText: String)
    /// Reads the JSON form; `nil` for text that is none.
    init?(jsonText: String)
    /// The protobuf form.
    var wireText: String { get }
    /// The JSON form.
    var jsonText: String { get }
}

extension WireField {
    /// A `string` field that holds a ``WireText``; always written, as Go encoders write
    /// non-nullable numbers. Absent and empty mean the default.
    public static func text<Value: WireText>(
        _ number: UInt32, _ name: String, _ path: WirePath<Message, Value>
    ) -> Self { text(number, name, path, protoName: "string") }

    /// A `bytes` field that holds the characters of a ``WireText``; always written.
    public static func textBytes<Value: WireText>(
        _ number: UInt32, _ name: String, _ path: WirePath<Message, Value>
    ) -> Self { text(number, name, path, protoName: "bytes") }

    private static func text<Value: WireText>(
        _ number: UInt32, _ name: String, _ path: WirePath<Message, Value>, protoName: String
    ) -> Self {
        WireField(
            number: number, name: name, type: .scalar(protoName), isRepeated: false, oneof: nil,
            isPresent: { _ in true },
            encode: { message, bytes in
                WireKey(number, .lengthDelimited).encode(into: &bytes)
                bytes.appendLengthPrefixed(message[keyPath: path].wireText.utf8)
            },
            decode: { (message, reader, place) throws(WireError) in
                try place.expect(.lengthDelimited)
                let text = try WireScalarCoding<String>.string.read(&reader, place)
                guard !text.isEmpty else {
                    message[keyPath: path] = Value()
                    return
                }
                guard let value = Value(wireText: text) else {
                    throw .numberOutOfRange(message: place.message, number: place.number)
                }
                message[keyPath: path] = value
            },
            encodeJSON: { (message, _) throws(WireError) in
                .string(message[keyPath: path].jsonText)
            },
            decodeJSON: { (message, json, place) throws(WireError) in
                guard json != .null else {
                    message[keyPath: path] = Value()
                    return
                }
                let text = try WireScalarCoding<String>.string.parse(json, place)
                guard let value = Value(jsonText: text) else {
                    throw place.unexpected("a number as text")
                }
                message[keyPath: path] = value
            })
    }
}
