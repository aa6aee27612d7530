// The OpenAPI 3 description of the REST door, made from the declarations that the door itself
// serves: templates beside the routes give paths, field tables give parameters and schemas. So it
// cannot describe what is not there. Source: OpenAPI Specification 3.0.3; the JSON mapping of
// Protocol Buffers.

public import Ledger
public import Wire

/// A description of calls in OpenAPI's form.
public struct OpenAPI: Sendable {
    /// The document.
    public let json: JSONValue

    /// How deep nested fields become query parameters, such as `pagination.limit`.
    private static let parameterDepth = 2

    /// Describes `calls`; of several calls with the same method and path the first counts.
    public init(_ calls: [CallDescription], title: String = "AIVM", version: String) {
        var schemas = OpenAPISchemas()
        var paths: [(path: String, shape: String, operations: [JSONMember])] = []
        for call in calls {
            for rule in call.rules {
                let path = OpenAPI.path(rule)
                // Paths that differ only in the names of their fields are one path to readers.
                let shape = OpenAPI.shape(rule)
                let method = rule.method.rawValue.lowercased()
                let member = JSONMember(method, OpenAPI.operation(call, rule, &schemas))
                if let index = paths.firstIndex(where: { $0.shape == shape }) {
                    guard paths[index].path == path,
                        !paths[index].operations.contains(where: { $0.name == method })
                    else { continue }
                    paths[index].operations.append(member)
                } else {
                    paths.append((path, shape, [member]))
                }
            }
        }
        paths.sort { $0.path < $1.path }
        json = .object([
            "openapi": "3.0.3",
            "info": .object([
                "title": .string(title), "version": .string(version),
                "description": "Queries and transactions of an AIVM node over REST.",
            ]),
            "paths": .object(paths.map { JSONMember($0.path, .object($0.operations)) }),
            "components": .object(["schemas": schemas.json]),
        ])
    }

    /// The template as OpenAPI writes it.
    private static func path(_ rule: HTTPRule) -> String {
        rule.parts.map { part in
            switch part {
            case .word(let word): "/" + word
            case .field(let name), .rest(let name): "/{" + name + "}"
            }
        }.joined()
    }

    private static func shape(_ rule: HTTPRule) -> String {
        rule.parts.map { part in
            if case .word(let word) = part { "/" + word } else { "/{}" }
        }.joined()
    }

    private static func operation(
        _ call: CallDescription, _ rule: HTTPRule, _ schemas: inout OpenAPISchemas
    ) -> JSONValue {
        let request = call.request.wireDescriptor
        let names = rule.parts.compactMap { part -> String? in
            switch part {
            case .word: nil
            case .field(let name), .rest(let name): name
            }
        }
        var parameters = names.map { name in
            parameter(name, "path", OpenAPISchemas.inline(request.field(at: name)))
        }
        var members = [
            JSONMember("operationId", .string(operationID(call, rule))),
            JSONMember("tags", .array([.string(tag(call))])),
        ]
        if rule.method == .get {
            parameters += queryParameters(request, "", depth: 0).filter { parameter in
                !names.contains(parameter["name"]?.text ?? "")
            }
        } else {
            members.append(
                JSONMember(
                    "requestBody",
                    .object([
                        "required": .bool(true), "content": content(schemas.reference(request)),
                    ])))
        }
        if !parameters.isEmpty {
            members.append(JSONMember("parameters", .array(parameters)))
        }
        let answer = schemas.reference(call.response.wireDescriptor)
        members.append(
            JSONMember(
                "responses",
                .object([
                    "200": .object([
                        "description": "The answer.", "content": content(answer),
                    ]),
                    "default": .object([
                        "description": "A refusal, with gRPC's code.",
                        "content": content(OpenAPISchemas.failure),
                    ]),
                ])))
        return .object(members)
    }

    private static func content(_ schema: JSONValue) -> JSONValue {
        .object(["application/json": .object(["schema": schema])])
    }

    private static func parameter(
        _ name: String, _ place: String, _ schema: JSONValue
    ) -> JSONValue {
        var members = [JSONMember("name", .string(name)), JSONMember("in", .string(place))]
        if place == "path" { members.append(JSONMember("required", .bool(true))) }
        members.append(JSONMember("schema", schema))
        return .object(members)
    }

    /// Fields as query parameters; lists of messages cannot be written so and are left out.
    private static func queryParameters(
        _ message: WireDescriptor, _ prefix: String, depth: Int
    ) -> [JSONValue] {
        message.fields.flatMap { field -> [JSONValue] in
            let name = prefix + field.name
            guard case .message(let descriptor) = field.type else {
                return [parameter(name, "query", OpenAPISchemas.inline(field))]
            }
            let inner = descriptor()
            if OpenAPISchemas.isScalar(inner.name) {
                return [parameter(name, "query", OpenAPISchemas.inline(field))]
            }
            guard !field.isRepeated, depth < parameterDepth else { return [] }
            return queryParameters(inner, name + ".", depth: depth + 1)
        }
    }

    /// `/cosmos.bank.v1beta1.Query/Balance` → `cosmos.bank.v1beta1`.
    private static func tag(_ call: CallDescription) -> String {
        let service = call.path.split(separator: "/").first.map(String.init) ?? ""
        return service.split(separator: ".").dropLast().joined(separator: ".")
    }

    /// A name that no other operation has.
    private static func operationID(_ call: CallDescription, _ rule: HTTPRule) -> String {
        let base = call.path.dropFirst().map { $0 == "." || $0 == "/" ? "_" : String($0) }.joined()
        let place = call.rules.firstIndex(of: rule) ?? 0
        return place == 0 ? base : base + "_\(place + 1)"
    }
}

extension WireDescriptor {
    /// The field at a path of names such as `model.owner`.
    fileprivate func field(at path: String) -> WireDescriptor.Field? {
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
        guard let first = parts.first, let field = fields.first(where: { $0.name == first })
        else { return nil }
        guard parts.count == 2 else { return field }
        guard case .message(let descriptor) = field.type else { return nil }
        return descriptor().field(at: parts[1])
    }
}
