// Messages as JSON, in the mapping of Protocol Buffers: 64-bit integers and byte strings as text,
// enums by label, `Any` with "@type". Field names are written in snake case (as the Cosmos REST
// doors do) or camel case, and read in either.

import Base

/// How messages are written as JSON.
public struct JSONEncoding: Sendable {
    /// Write names in lower camel case instead of the snake case of the `.proto` file.
    public var usesCamelCase: Bool
    /// Write fields that hold their default.
    public var writesDefaults: Bool
    /// The messages that may occur inside `Any`.
    public var registry: WireRegistry
    /// How many messages, those inside `Any` included, enclose the one being written.
    private var depth = 0

    /// Deepest nesting of messages that is written. Bytes inside `Any` begin a message of their
    /// own, so the limits of decoding alone would not bound it.
    public static let maximumDepth = 64

    /// Makes options; by default snake case, every field written.
    public init(
        usesCamelCase: Bool = false, writesDefaults: Bool = true,
        registry: WireRegistry = WireRegistry([])
    ) {
        self.usesCamelCase = usesCamelCase
        self.writesDefaults = writesDefaults
        self.registry = registry
    }

    /// The options for what a message holds.
    func insideMessage() throws(WireError) -> JSONEncoding {
        guard depth < JSONEncoding.maximumDepth else {
            throw .tooDeep(limit: JSONEncoding.maximumDepth)
        }
        var options = self
        options.depth += 1
        return options
    }
}

/// A message with a JSON form of its own, such as a time stamp.
public protocol WireCustomJSON: WireMessage {
    /// The JSON form.
    func customJSON(_ options: JSONEncoding) throws(WireError) -> JSONValue
    /// Reads the JSON form.
    init(customJSON json: JSONValue, at place: JSONPlace) throws(WireError)
}

/// Messages by type URL, for `Any`.
public struct WireRegistry: Sendable {
    private let types: [String: any WireMessage.Type]

    /// Makes a registry of `types`.
    public init(_ types: [any WireMessage.Type]) {
        self.types = Dictionary(types.map { ($0.typeURL, $0) }) { first, _ in first }
    }

    /// The message named by what follows the last slash of `url`, or `nil`.
    public func type(for url: String) -> (any WireMessage.Type)? {
        let name = url.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        return types["/" + name]
    }
}

/// Where a JSON reader stands.
public struct JSONPlace: Sendable {
    let message: String
    let field: String
    let registry: WireRegistry

    /// The error for a value of the wrong form.
    public func unexpected(_ expected: String) -> WireError {
        .unexpectedJSON(message: message, field: field, expected: expected)
    }

    func integer<I: FixedWidthInteger>(_ value: JSONValue) throws(WireError) -> I {
        guard let integer = value.integer(as: I.self) else { throw unexpected("an integer") }
        return integer
    }

    func elements(_ value: JSONValue) throws(WireError) -> [JSONValue] {
        if value == .null { return [] }
        guard let elements = value.elements else { throw unexpected("an array") }
        return elements
    }

    func message<Value: WireMessage>(_ value: JSONValue) throws(WireError) -> Value {
        try Value(json: value, registry: registry)
    }
}

extension WireMessage {
    /// The JSON form. Throws when `Any` holds a message that is not registered or does not decode,
    /// and when messages nest deeper than ``JSONEncoding/maximumDepth``.
    public func json(_ options: JSONEncoding = JSONEncoding()) throws(WireError) -> JSONValue {
        let options = try options.insideMessage()
        if let custom = self as? any WireCustomJSON { return try custom.customJSON(options) }
        var members: [JSONMember] = []
        for field in Self.wireFields.fields {
            guard let value = try field.encodeJSON(self, options) else { continue }
            members.append(
                JSONMember(options.usesCamelCase ? camelCase(field.name) : field.name, value))
        }
        return .object(members)
    }

    /// Reads the JSON form. Names in snake or camel case; unknown names are errors, `null` is the
    /// default, base64 is standard with padding, integers have no sign "+" and no exponent.
    public init(
        json: JSONValue, registry: WireRegistry = WireRegistry([])
    ) throws(WireError) {
        let here = JSONPlace(message: Self.wireName, field: "", registry: registry)
        if let custom = Self.self as? any WireCustomJSON.Type {
            guard let value = try custom.init(customJSON: json, at: here) as? Self else {
                preconditionFailure("a custom JSON reader returned another type")
            }
            self = value
            return
        }
        guard case .object(let members) = json else { throw here.unexpected("an object") }
        self.init()
        var seen: [String] = []
        for member in members {
            guard
                let field = Self.wireFields.fields.first(where: {
                    $0.name == member.name || camelCase($0.name) == member.name
                })
            else { throw .unknownJSONField(message: Self.wireName, field: member.name) }
            // One name in two spellings would otherwise pass the parser's check for repeats.
            guard !seen.contains(field.name) else {
                throw .duplicateJSONField(message: Self.wireName, field: field.name)
            }
            seen.append(field.name)
            try field.decodeJSON(
                &self, member.value,
                JSONPlace(message: Self.wireName, field: field.name, registry: registry))
        }
        try Self.wireFields.checkOneofs(of: self)
    }
}

/// `tx_bytes` → `txBytes`, by the rule of `protoc`.
func camelCase(_ name: String) -> String {
    var result = ""
    var raisesNext = false
    for character in name {
        if character == "_" {
            raisesNext = true
        } else {
            result += raisesNext ? character.uppercased() : String(character)
            raisesNext = false
        }
    }
    return result
}
