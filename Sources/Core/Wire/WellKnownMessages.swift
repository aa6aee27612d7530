// The messages of `google.protobuf` that others hold: Any, Timestamp, Duration.

public import Base

/// Any message, with the URL of its type (`google.protobuf.Any`).
public struct AnyMessage: WireCustomJSON, Hashable {
    /// A slash and the full name of the message.
    public var typeURL = ""
    /// The message's bytes.
    public var value: Bytes = []

    public static let wireName = "google.protobuf.Any"
    public static let wireFields: WireFields<AnyMessage> = [
        .string(1, "type_url", \.typeURL),
        .bytes(2, "value", \.value),
    ]

    public init() {}

    public func encode(into bytes: inout Bytes) {
        bytes.appendField(1, typeURL)
        bytes.appendField(2, value)
    }

    public static func decode(
        _ bytes: ArraySlice<UInt8>, into message: inout AnyMessage, rules: WireRules, depth: Int
    ) throws(WireError) {
        var cursor = try WireCursor(bytes, of: wireName, rules: rules, depth: depth)
        while let number = try cursor.next() {
            switch number {
            case 1: message.typeURL = try cursor.string()
            case 2: message.value = try cursor.bytes()
            default: try cursor.skipUnknown()
            }
        }
    }

    /// Packs `message`.
    public init(_ message: some WireMessage) {
        typeURL = type(of: message).typeURL
        value = message.encoded()
    }

    /// Unpacks a message of type `Message`; `nil` when the URL names another type.
    public func unpack<Message: WireMessage>(
        _ type: Message.Type = Message.self, rules: WireRules = .strict
    ) throws(WireError) -> Message? {
        guard typeURL == Message.typeURL else { return nil }
        return try Message(decoding: value, rules: rules)
    }

    public func customJSON(_ options: JSONEncoding) throws(WireError) -> JSONValue {
        if typeURL.isEmpty, value.isEmpty { return .object([JSONMember]()) }
        guard let type = options.registry.type(for: typeURL) else {
            throw .unknownType(url: typeURL)
        }
        let json = try type.init(decoding: value).json(options)
        let head = JSONMember("@type", .string(typeURL))
        guard !(type is any WireCustomJSON.Type), case .object(let members) = json else {
            return .object([head, JSONMember("value", json)])
        }
        return .object([head] + members)
    }

    public init(customJSON json: JSONValue, at place: JSONPlace) throws(WireError) {
        self.init()
        if json == .object([JSONMember]()) { return }
        guard case .object(let members) = json, let url = json["@type"]?.text else {
            throw place.unexpected("an object with @type")
        }
        guard let type = place.registry.type(for: url) else { throw .unknownType(url: url) }
        typeURL = url
        let body =
            type is any WireCustomJSON.Type
            ? json["value"] ?? .null : .object(members.filter { $0.name != "@type" })
        value = try type.init(json: body, registry: place.registry).encoded()
    }
}

/// A moment in UTC (`google.protobuf.Timestamp`).
public struct Timestamp: WireMessage, Hashable, Comparable {
    /// Seconds since 1970-01-01T00:00:00Z.
    public var seconds: Int64 = 0
    /// Nanoseconds within the second, 0 to 999,999,999.
    public var nanoseconds: Int32 = 0

    public static let wireName = "google.protobuf.Timestamp"
    public static let wireFields: WireFields<Timestamp> = [
        .int64(1, "seconds", \.seconds),
        .int32(2, "nanos", \.nanoseconds),
    ]

    public init() {}

    /// Makes a moment.
    public init(seconds: Int64, nanoseconds: Int32 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}

/// A span of time (`google.protobuf.Duration`).
public struct WireDuration: WireMessage, Hashable {
    /// Whole seconds.
    public var seconds: Int64 = 0
    /// Nanoseconds, of the same sign.
    public var nanoseconds: Int32 = 0

    public static let wireName = "google.protobuf.Duration"
    public static let wireFields: WireFields<WireDuration> = [
        .int64(1, "seconds", \.seconds),
        .int32(2, "nanos", \.nanoseconds),
    ]

    public init() {}

    /// Makes a span.
    public init(seconds: Int64, nanoseconds: Int32 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }
}
