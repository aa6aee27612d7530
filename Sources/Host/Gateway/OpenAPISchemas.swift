// Messages as schemas of OpenAPI, each once, by its Protocol Buffers name.

import Wire

/// Collects the schemas that a document refers to.
struct OpenAPISchemas {
    private static let refusalName = "google.rpc.Status"
    private static let refusalSchema: JSONValue = .object([
        "type": "object",
        "properties": .object([
            "code": .object(["type": "integer", "format": "int32"]),
            "message": .object(["type": "string"]),
            "details": .object(["type": "array", "items": .object(["type": "object"])]),
        ]),
    ])

    private var schemas: [(name: String, schema: JSONValue)] = [(refusalName, refusalSchema)]
    private var known: Set<String> = [refusalName]

    /// The schemas, by name.
    var members: [JSONMember] {
        schemas.sorted { $0.name < $1.name }.map { JSONMember($0.name, $0.schema) }
    }

    /// Refers to the form of every refusal.
    var refusal: JSONValue { OpenAPISchemas.reference(OpenAPISchemas.refusalName) }

    private static func reference(_ name: String) -> JSONValue {
        .object(["$ref": .string("#/components/schemas/" + name)])
    }

    /// Refers to `message`, whose schema and those it holds are added when they are new.
    mutating func reference(to message: WireDescriptor) -> JSONValue {
        if let own = OpenAPISchemas.ownForm(of: message.name) { return own }
        if known.insert(message.name).inserted {
            let properties = message.fields.map { JSONMember($0.name, schema(of: $0)) }
            let own: JSONValue = .object([
                "type": "object", "properties": .object(properties),
            ])
            schemas.append((message.name, own))
        }
        return OpenAPISchemas.reference(message.name)
    }

    /// The schema of a field.
    mutating func schema(of field: WireDescriptor.Field) -> JSONValue {
        let one: JSONValue =
            switch field.type {
            case .scalar(let name): OpenAPISchemas.scalar(name)
            case .message(let descriptor): reference(to: descriptor())
            case .enumeration(let descriptor):
                .object([
                    "type": "string",
                    "enum": .array(descriptor().cases.map { .string($0.label) }),
                ])
            }
        return field.isRepeated ? .object(["type": "array", "items": one]) : one
    }

    /// The schema of a scalar in JSON: 64-bit numbers and bytes are text.
    private static func scalar(_ name: String) -> JSONValue {
        switch name {
        case "bool": .object(["type": "boolean"])
        case "string": .object(["type": "string"])
        case "bytes": .object(["type": "string", "format": "byte"])
        case "uint64", "fixed64": .object(["type": "string", "format": "uint64"])
        case "int64", "sint64", "sfixed64": .object(["type": "string", "format": "int64"])
        default: .object(["type": "integer", "format": .string(name)])
        }
    }

    /// The schema of a message that JSON does not write as an object of its fields.
    private static func ownForm(of name: String) -> JSONValue? {
        switch name {
        case Timestamp.wireName: .object(["type": "string", "format": "date-time"])
        case WireDuration.wireName: .object(["type": "string", "example": "3.5s"])
        case AnyMessage.wireName:
            .object([
                "type": "object", "required": .array(["@type"]),
                "properties": .object(["@type": .object(["type": "string"])]),
                "additionalProperties": .bool(true),
            ])
        default: nil
        }
    }

    /// How deep names of a query string lead.
    private static let maximumDepth = 4

    /// The fields that a query string can fill, by their dotted names.
    static func leaves(
        of message: WireDescriptor, below prefix: String = "", depth: Int = 0
    ) -> [(name: String, field: WireDescriptor.Field)] {
        guard depth < maximumDepth else { return [] }
        return message.fields.flatMap { field -> [(name: String, field: WireDescriptor.Field)] in
            let name = prefix + field.name
            guard case .message(let descriptor) = field.type else { return [(name, field)] }
            let inner = descriptor()
            if inner.name == AnyMessage.wireName { return [] }
            if ownForm(of: inner.name) != nil { return [(name, field)] }
            return field.isRepeated
                ? [] : leaves(of: inner, below: name + ".", depth: depth + 1)
        }
    }
}
