// Schemas of messages, in the JSON mapping of Protocol Buffers: 64-bit integers, byte strings and
// enums are text, times and spans have forms of their own, `Any` names its type.

import Wire

/// The schemas that a description refers to.
struct OpenAPISchemas {
    private var found: [(name: String, schema: JSONValue?)] = []

    /// Every schema, by name.
    var json: JSONValue {
        .object(
            found.sorted { $0.name < $1.name }.map { JSONMember($0.name, $0.schema ?? .null) })
    }

    /// A reference to the schema of `message`, which is made when it is new.
    mutating func reference(_ message: WireDescriptor) -> JSONValue {
        if let special = OpenAPISchemas.special(message.name) { return special }
        if !found.contains(where: { $0.name == message.name }) {
            // Its name is taken first, so that a message may hold itself.
            found.append((message.name, nil))
            var properties: [JSONMember] = []
            for field in message.fields {
                properties.append(JSONMember(field.name, schema(field)))
            }
            let schema = JSONValue.object([
                "type": "object", "properties": .object(properties),
            ])
            if let index = found.firstIndex(where: { $0.name == message.name }) {
                found[index].schema = schema
            }
        }
        return .object(["$ref": .string("#/components/schemas/" + message.name)])
    }

    private mutating func schema(_ field: WireDescriptor.Field) -> JSONValue {
        let element: JSONValue =
            if case .message(let descriptor) = field.type {
                reference(descriptor())
            } else {
                OpenAPISchemas.scalar(field.type)
            }
        return field.isRepeated ? .object(["type": "array", "items": element]) : element
    }

    // MARK: Parts without references

    /// The schema of a field of a parameter; text when it is unknown or a message.
    static func inline(_ field: WireDescriptor.Field?) -> JSONValue {
        guard let field else { return .object(["type": "string"]) }
        var element = scalar(field.type)
        if case .message(let descriptor) = field.type {
            element = special(descriptor().name) ?? .object(["type": "string"])
        }
        return field.isRepeated ? .object(["type": "array", "items": element]) : element
    }

    /// Whether a message is written as one text.
    static func isScalar(_ name: String) -> Bool {
        ["google.protobuf.Timestamp", "google.protobuf.Duration"].contains(name)
    }

    /// The schema of a refusal.
    static let failure = JSONValue.object([
        "type": "object",
        "properties": .object([
            "code": .object(["type": "integer", "format": "int32"]),
            "message": .object(["type": "string"]),
            "details": .object(["type": "array", "items": any]),
        ]),
    ])

    private static let any = JSONValue.object([
        "type": "object",
        "properties": .object(["@type": .object(["type": "string"])]),
        "additionalProperties": .bool(true),
    ])

    private static func special(_ name: String) -> JSONValue? {
        switch name {
        case "google.protobuf.Any": any
        case "google.protobuf.Timestamp": .object(["type": "string", "format": "date-time"])
        case "google.protobuf.Duration": .object(["type": "string", "example": "3600s"])
        default: nil
        }
    }

    private static func scalar(_ type: WireFieldType) -> JSONValue {
        switch type {
        case .message: return .object(["type": "object"])
        case .enumeration(let descriptor):
            return .object([
                "type": "string",
                "enum": .array(descriptor().cases.map { .string($0.label) }),
            ])
        case .scalar(let name):
            switch name {
            case "bool": return .object(["type": "boolean"])
            case "bytes": return .object(["type": "string", "format": "byte"])
            case "int32", "sint32", "sfixed32":
                return .object(["type": "integer", "format": "int32"])
            case "uint32", "fixed32": return .object(["type": "integer", "format": "int64"])
            case "string": return .object(["type": "string"])
            default: return .object(["type": "string", "format": .string(name)])
            }
        }
    }
}
