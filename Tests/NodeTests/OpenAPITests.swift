import Base
import Gateway
import Ledger
import Testing
import Wire

@testable import Node

/// The description of the REST door, made of the chain's own declarations.
@Suite struct OpenAPITests {
    let document = OpenAPI(ChainTypes.calls, version: "1").json

    private var operations: [(path: String, method: String, value: JSONValue)] {
        guard case .object(let paths)? = document["paths"] else { return [] }
        return paths.flatMap { path -> [(path: String, method: String, value: JSONValue)] in
            guard case .object(let methods) = path.value else { return [] }
            return methods.map { (path.name, $0.name, $0.value) }
        }
    }

    private func references(_ value: JSONValue, _ found: inout [String]) {
        switch value {
        case .object(let members):
            for member in members {
                if member.name == "$ref", let text = member.value.text { found.append(text) }
                references(member.value, &found)
            }
        case .array(let elements): for element in elements { references(element, &found) }
        default: break
        }
    }

    @Test func describesEveryRule() {
        let described = Set(operations.map { "\($0.method) \($0.path)" })
        #expect(described.count > 40)
        var shapes: Set<String> = []
        for call in ChainTypes.calls {
            for rule in call.rules {
                let path = rule.template.replacing("=**}", with: "}")
                let parts = rule.parts.map { part in
                    if case .word(let word) = part { word } else { "{}" }
                }
                // Of paths that differ in the names of fields only, the first is described.
                guard shapes.insert(parts.joined(separator: "/")).inserted else { continue }
                #expect(described.contains("\(rule.method.rawValue.lowercased()) \(path)"))
            }
        }
    }

    @Test func everyReferenceLeadsSomewhere() throws {
        var found: [String] = []
        references(document, &found)
        #expect(found.count > 100)
        guard case .object(let schemas)? = document["components"]?["schemas"] else {
            Issue.record("no schemas")
            return
        }
        let names = Set(schemas.map { "#/components/schemas/" + $0.name })
        #expect(Set(found).isSubset(of: names))
        for schema in schemas { #expect(schema.value["type"] == "object", "\(schema.name)") }
    }

    @Test func namesEveryFieldOfAPathAndEachOperationOnce() {
        var identifiers: [String] = []
        for operation in operations {
            identifiers.append(operation.value["operationId"]?.text ?? "")
            let parameters = operation.value["parameters"]?.elements ?? []
            let inPath = parameters.filter { $0["in"] == "path" }.compactMap { $0["name"]?.text }
            let named = operation.path.split(separator: "/").filter { $0.hasPrefix("{") }
                .map { String($0.dropFirst().dropLast()) }
            #expect(inPath == named, "\(operation.path)")
            let names = parameters.compactMap { $0["name"]?.text }
            #expect(Set(names).count == names.count, "\(operation.path)")
            #expect(operation.value["responses"]?["200"] != nil)
        }
        #expect(Set(identifiers).count == identifiers.count)
    }

    @Test func saysHowABalanceIsAsked() throws {
        let path = "/cosmos/bank/v1beta1/balances/{address}"
        let operation = try #require(document["paths"]?[path]?["get"])
        #expect(operation["tags"]?.elements == ["cosmos.bank.v1beta1"])
        let names = operation["parameters"]?.elements?.compactMap { $0["name"]?.text } ?? []
        #expect(names.contains("address"))
        #expect(names.contains("pagination.limit"))
        let answer = operation["responses"]?["200"]?["content"]?["application/json"]?["schema"]
        let name = "cosmos.bank.v1beta1.QueryAllBalancesResponse"
        #expect(answer?["$ref"]?.text == "#/components/schemas/" + name)
        let schema = document["components"]?["schemas"]?[name]
        #expect(schema?["properties"]?["balances"]?["type"] == "array")
        let limit = operation["parameters"]?.elements?.first { $0["name"] == "pagination.limit" }
        // 64-bit integers travel as text.
        #expect(limit?["schema"]?["type"] == "string")
    }
}
