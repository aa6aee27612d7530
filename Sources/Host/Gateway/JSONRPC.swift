// JSON-RPC 2.0 as CometBFT serves it: POST / with a request or a batch, GET /method?argument=….
// Errors are HTTP 200 with an `error` member; clients match on its `data` text.

public import Base
public import Wire

/// A method of the RPC door.
public struct RPCMethod: Sendable {
    /// Name.
    public let name: String
    /// Names of its parameters, in the order positional calls give them.
    public let parameters: [String]
    /// Answers a call.
    public let call: @Sendable (RPCArguments) throws(RPCFailure) -> JSONValue

    /// Makes a method.
    public init(
        _ name: String, _ parameters: [String] = [],
        _ call: @escaping @Sendable (RPCArguments) throws(RPCFailure) -> JSONValue
    ) {
        self.name = name
        self.parameters = parameters
        self.call = call
    }
}

/// Why a call failed.
public struct RPCFailure: Error, Equatable, Sendable {
    /// JSON-RPC code.
    public var code: Int
    /// The code's text.
    public var message: String
    /// What went wrong, which clients match on.
    public var data: String

    /// Anything a method answered with an error.
    public static func failed(_ data: String) -> RPCFailure {
        RPCFailure(code: -32603, message: "Internal error", data: data)
    }

    /// An argument of the wrong form.
    public static func invalidParameters(_ data: String) -> RPCFailure {
        RPCFailure(code: -32602, message: "Invalid params", data: data)
    }
}

/// The arguments of a call.
public struct RPCArguments: Sendable {
    private let values: [(name: String, value: JSONValue)]
    /// Arguments of GET are text: hex after `0x`, strings in quotes, numbers bare.
    private let isQueryText: Bool

    init(values: [(name: String, value: JSONValue)], isQueryText: Bool) {
        self.values = values
        self.isQueryText = isQueryText
    }

    private func value(_ name: String) -> JSONValue? {
        let found = values.first { $0.name == name }?.value
        return found == .null ? nil : found
    }

    /// A 64-bit integer, or `nil` when absent. In POST it must be a JSON string.
    public func integer(_ name: String) throws(RPCFailure) -> Int64? {
        guard let value = value(name) else { return nil }
        guard var text = value.text else { throw .invalidParameters("\(name): expected string") }
        if isQueryText, text.count >= 2, text.first == "\"", text.last == "\"" {
            text = String(text.dropFirst().dropLast())
        }
        if text.isEmpty { return nil }
        guard let integer = Int64(text) else {
            throw .invalidParameters("\(name): not a number: \(text.prefix(40))")
        }
        return integer
    }

    /// Text, or `nil` when absent.
    public func text(_ name: String) throws(RPCFailure) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.text else { throw .invalidParameters("\(name): expected string") }
        guard isQueryText else { return text }
        guard text.count >= 2, text.first == "\"", text.last == "\"" else {
            throw .invalidParameters("\(name): expected quoted text")
        }
        return String(text.dropFirst().dropLast())
    }

    /// A flag; false when absent.
    public func flag(_ name: String) throws(RPCFailure) -> Bool {
        guard let value = value(name) else { return false }
        if let flag = value.flag { return flag }
        if isQueryText, let text = value.text, text == "true" || text == "false" {
            return text == "true"
        }
        throw .invalidParameters("\(name): expected true or false")
    }

    /// Bytes, or `nil` when absent: in POST base64, or hexadecimal when `isHex`; in GET `0x…` or
    /// quoted text.
    public func bytes(_ name: String, isHex: Bool = false) throws(RPCFailure) -> Bytes? {
        guard let value = value(name) else { return nil }
        guard let text = value.text else { throw .invalidParameters("\(name): expected string") }
        if isQueryText {
            if text.hasPrefix("0x"), let bytes = Bytes(hex: text.dropFirst(2)) { return bytes }
            if text.count >= 2, text.first == "\"", text.last == "\"" {
                return Bytes(text.dropFirst().dropLast().utf8)
            }
            throw .invalidParameters("\(name): expected 0x… or quoted text")
        }
        guard let bytes = isHex ? Bytes(hex: text) : Bytes(base64: text) else {
            throw .invalidParameters("\(name): expected \(isHex ? "hexadecimal" : "base64")")
        }
        return bytes
    }
}

/// Serves methods over HTTP.
public struct JSONRPCServer: Sendable {
    /// Most requests in one batch.
    public static let maximumBatch = 10

    private let methods: [RPCMethod]

    /// Makes a server of `methods`.
    public init(_ methods: [RPCMethod]) { self.methods = methods }

    /// Answers one HTTP request.
    public func respond(to request: HTTPRequest) -> HTTPResponse {
        switch request.method {
        case "POST" where request.path == "/": return respondToPost(request.body)
        case "GET" where request.path == "/": return .text(index, status: 200)
        case "GET", "HEAD":
            return respondToGet(String(request.path.dropFirst()), request.arguments)
        default: return .text("method not allowed\n", status: 405)
        }
    }

    private var index: String {
        "AIVM node. Methods:\n"
            + methods.map { "  /\($0.name)?\($0.parameters.joined(separator: "&"))\n" }.joined()
    }

    private func respondToGet(
        _ name: String, _ arguments: [(name: String, value: String)]
    ) -> HTTPResponse {
        guard let method = methods.first(where: { $0.name == name }) else {
            return .text("no such method: \(name.prefix(60))\n", status: 404)
        }
        let values = arguments.map { (name: $0.name, value: JSONValue.string($0.value)) }
        let reply = answer(
            method, RPCArguments(values: values, isQueryText: true), id: .number("-1"))
        return .json(reply.compactText)
    }

    private func respondToPost(_ body: Bytes) -> HTTPResponse {
        guard let json = try? JSONValue(parsing: body) else {
            let failure = RPCFailure(
                code: -32700, message: "Parse error", data: "the body is not JSON")
            return .json(reply(id: .number("-1"), failure: failure).compactText, status: 500)
        }
        guard let batch = json.elements else { return .json(respond(to: json).compactText) }
        guard !batch.isEmpty, batch.count <= JSONRPCServer.maximumBatch else {
            let failure = RPCFailure(
                code: -32600, message: "Invalid Request",
                data: "a batch holds 1 to \(JSONRPCServer.maximumBatch) requests")
            return .json(reply(id: .number("-1"), failure: failure).compactText)
        }
        return .json(JSONValue.array(batch.map(respond(to:))).compactText)
    }

    private func respond(to request: JSONValue) -> JSONValue {
        let id = request["id"] ?? .number("-1")
        guard case .object = request, let name = request["method"]?.text else {
            return reply(
                id: id,
                failure: RPCFailure(
                    code: -32600, message: "Invalid Request", data: "no method"))
        }
        guard let method = methods.first(where: { $0.name == name }) else {
            return reply(
                id: id,
                failure: RPCFailure(code: -32601, message: "Method not found", data: ""))
        }
        let values: [(name: String, value: JSONValue)]
        switch request["params"] {
        case .object(let members): values = members.map { ($0.name, $0.value) }
        case .array(let elements): values = Array(zip(method.parameters, elements))
        default: values = []
        }
        return answer(method, RPCArguments(values: values, isQueryText: false), id: id)
    }

    private func answer(
        _ method: RPCMethod, _ arguments: RPCArguments, id: JSONValue
    ) -> JSONValue {
        do {
            return .object([
                "jsonrpc": "2.0", "id": id, "result": try method.call(arguments),
            ])
        } catch {
            return reply(id: id, failure: error)
        }
    }

    private func reply(id: JSONValue, failure: RPCFailure) -> JSONValue {
        .object([
            "jsonrpc": "2.0", "id": id,
            "error": .object([
                "code": .number(String(failure.code)), "message": .string(failure.message),
                "data": .string(failure.data),
            ]),
        ])
    }
}
