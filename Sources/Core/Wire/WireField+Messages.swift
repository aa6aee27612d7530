// Constructors of fields that hold messages.

import Base

extension WireField {
    /// A message that may be absent: `nil` is not written, a present default is written empty.
    public static func message<Value: WireMessage>(
        _ number: UInt32, _ name: String, _ path: WirePath<Message, Value?>, oneof: String? = nil
    ) -> Self {
        WireField(
            number: number, name: name, type: .message { Value.wireDescriptor },
            isRepeated: false, oneof: oneof,
            isPresent: { $0[keyPath: path] != nil },
            encode: { message, bytes in
                guard let value = message[keyPath: path] else { return }
                append(value, number, to: &bytes)
            },
            decode: { (message, reader, place) throws(WireError) in
                var value = message[keyPath: path] ?? Value()
                try read(&reader, place, into: &value)
                message[keyPath: path] = value
            },
            encodeJSON: { (message, options) throws(WireError) in
                guard let value = message[keyPath: path] else {
                    return options.writesDefaults && oneof == nil ? .null : nil
                }
                return try value.json(options)
            },
            decodeJSON: { (message, json, place) throws(WireError) in
                message[keyPath: path] = json == .null ? nil : try place.message(json)
            })
    }

    /// A message that is always there: written even when it holds only defaults, as Go encoders
    /// write non-nullable fields.
    public static func message<Value: WireMessage>(
        _ number: UInt32, _ name: String, _ path: WirePath<Message, Value>
    ) -> Self {
        WireField(
            number: number, name: name, type: .message { Value.wireDescriptor },
            isRepeated: false, oneof: nil,
            isPresent: { _ in true },
            encode: { message, bytes in append(message[keyPath: path], number, to: &bytes) },
            decode: { (message, reader, place) throws(WireError) in
                try read(&reader, place, into: &message[keyPath: path])
            },
            encodeJSON: { (message, options) throws(WireError) in
                try message[keyPath: path].json(options)
            },
            decodeJSON: { (message, json, place) throws(WireError) in
                message[keyPath: path] = json == .null ? Value() : try place.message(json)
            })
    }

    /// A list of messages.
    public static func messages<Value: WireMessage>(
        _ number: UInt32, _ name: String, _ path: WirePath<Message, [Value]>
    ) -> Self {
        WireField(
            number: number, name: name, type: .message { Value.wireDescriptor },
            isRepeated: true, oneof: nil,
            isPresent: { !$0[keyPath: path].isEmpty },
            encode: { message, bytes in
                for value in message[keyPath: path] { append(value, number, to: &bytes) }
            },
            decode: { (message, reader, place) throws(WireError) in
                var value = Value()
                try read(&reader, place, into: &value)
                message[keyPath: path].append(value)
            },
            encodeJSON: { (message, options) throws(WireError) in
                let values = message[keyPath: path]
                if values.isEmpty, !options.writesDefaults { return nil }
                return .array(
                    try values.map { (value) throws(WireError) in try value.json(options) })
            },
            decodeJSON: { (message, json, place) throws(WireError) in
                message[keyPath: path] = try place.elements(json).map {
                    (element) throws(WireError) in try place.message(element)
                }
            })
    }

    private static func append(
        _ value: some WireMessage, _ number: UInt32, to bytes: inout Bytes
    ) {
        bytes.appendField(number, value)
    }

    private static func read<Value: WireMessage>(
        _ reader: inout ByteReader, _ place: WirePlace, into value: inout Value
    ) throws(WireError) {
        try place.expect(.lengthDelimited)
        let slice = try wire { () throws(ByteReaderError) in try reader.readLengthPrefixed() }
        try Value.decode(slice, into: &value, rules: place.rules, depth: place.depth + 1)
    }
}
