// The REST door described for machines: OpenAPI 3 out of the calls' templates and the messages'
// field tables, the same declarations that the door itself is made of, so they cannot disagree.
//
// Source: OpenAPI Specification 3.0.3.

public import Ledger
public import Wire

/// Describes the REST door.
public enum OpenAPI {
    /// The document.
    ///
    /// - Parameters:
    ///   - calls: everything that can be asked; calls without a template are left out.
    ///   - version: version of the program.
    public static func document(_ calls: [CallDescription], version: String) -> JSONValue {
        var paths: [(path: String, operations: [JSONMember])] = []
        var places: [String: Int] = [:]
        var schemas = OpenAPISchemas()
        for call in calls {
            for (index, rule) in call.rules.enumerated() {
                let path = path(of: rule)
                let operation = JSONMember(
                    rule.method == .get ? "get" : "post",
                    operation(call, rule, index, &schemas))
                if let place = places[path] {
                    paths[place].operations.append(operation)
                } else {
                    places[path] = paths.count
                    paths.append((path, [operation]))
                }
            }
        }
        paths.sort { $0.path < $1.path }
        return .object([
            "openapi": "3.0.3",
            "info": .object([
                "title": "AIVM node",
                "description": "Queries of the chain, and transactions for it.",
                "version": .string(version),
            ]),
            "paths": .object(paths.map { JSONMember($0.path, .object($0.operations)) }),
            "components": .object(["schemas": .object(schemas.members)]),
        ])
    }

    /// The template in the specification's form, where a field always takes one part.
    private static func path(of rule: HTTPRule) -> String {
        rule.parts.map { part in
            switch part {
            case .word(let word): "/" + word
            case .field(let name), .rest(let name): "/{" + name + "}"
            }
        }.joined()
    }

    private static func operation(
        _ call: CallDescription, _ rule: HTTPRule, _ index: Int,
        _ schemas: inout OpenAPISchemas
    ) -> JSONValue {
        let names = call.path.split(separator: "/").map(String.init)
        var name = names.joined(separator: ".")
        if index > 0 { name += ".\(index + 1)" }
        var members = [
            JSONMember("operationId", .string(name)),
            JSONMember("tags", .array([.string(names.first ?? "")])),
            JSONMember("parameters", .array(parameters(call, rule, &schemas))),
        ]
        if rule.method == .post {
            members.append(
                JSONMember(
                    "requestBody",
                    .object([
                        "required": .bool(true),
                        "content": content(schemas.reference(to: call.request.wireDescriptor)),
                    ])))
        }
        let answer = schemas.reference(to: call.response.wireDescriptor)
        members.append(
            JSONMember(
                "responses",
                .object([
                    "200": .object(["description": "The answer.", "content": content(answer)]),
                    "default": .object([
                        "description": "A refusal.", "content": content(schemas.refusal),
                    ]),
                ])))
        return .object(members)
    }

    private static func content(_ schema: JSONValue) -> JSONValue {
        .object(["application/json": .object(["schema": schema])])
    }

    private static func parameters(
        _ call: CallDescription, _ rule: HTTPRule, _ schemas: inout OpenAPISchemas
    ) -> [JSONValue] {
        let fields = OpenAPISchemas.leaves(of: call.request.wireDescriptor)
        var inPath: [String] = []
        var parameters: [JSONValue] = []
        for part in rule.parts {
            guard let name = part.fieldName else { continue }
            inPath.append(name)
            let field = fields.first { $0.name == name }?.field
            parameters.append(
                .object([
                    "name": .string(name), "in": "path", "required": .bool(true),
                    "schema": field.map { schemas.schema(of: $0) } ?? .object(["type": "string"]),
                ]))
        }
        if rule.method == .get {
            for (name, field) in fields where !inPath.contains(name) {
                parameters.append(
                    .object([
                        "name": .string(name), "in": "query", "schema": schemas.schema(of: field),
                    ]))
            }
        }
        parameters.append(
            .object([
                "name": "x-cosmos-block-height", "in": "header",
                "description": "Height of the state to ask; the newest when it is left out.",
                "schema": .object(["type": "string", "format": "int64"]),
            ]))
        return parameters
    }
}

extension HTTPRule.Part {
    /// The field the part takes, if any.
    fileprivate var fieldName: String? {
        switch self {
        case .word: nil
        case .field(let name), .rest(let name): name
        }
    }
}
