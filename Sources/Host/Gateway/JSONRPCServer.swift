// The JSON-RPC door: one table of methods behind POST, GET and WebSocket messages.

import Base
import Wire

/// Serves methods over HTTP and WebSocket.
public struct JSONRPCServer: Sendable {
    /// Most requests in one batch.
    public static let maximumBatch = 10
    /// Deepest nesting of a request's JSON.
    private static let maximumDepth = 32

    private let methods: [RPCMethod]
    private let observe: @Sendable (String, Bool, Duration) -> Void

    /// Makes a server of `methods`.
    ///
    /// - Parameter observe: told of each call's method, whether it succeeded, and its time.
    public init(
        _ methods: [RPCMethod],
        observe: @escaping @Sendable (String, Bool, Duration) -> Void = { _, _, _ in }
    ) {
        self.methods = methods
        self.observe = observe
    }

    /// Answers one HTTP request.
    public func respond(to request: HTTPRequest) -> HTTPResponse {
        switch request.method {
        case "POST" where request.path == "/" || request.path.isEmpty:
            let (answer, isUnreadable) = respond(toMessage: request.body, adding: [])
            return .json(answer ?? "", status: isUnreadable ? 500 : 200)
        case "GET" where request.path == "/": return .text(index, status: 200)
        case "GET", "HEAD":
            return respondToGet(String(request.path.dropFirst()), request.arguments)
        default: return .text("method not allowed\n", status: 405)
        }
    }

    /// Answers a message: a request or a batch of them.
    ///
    /// - Parameter extra: methods that only this caller has.
    /// - Returns: the answer, `nil` when there is none to give, and whether the message was no
    ///   JSON.
    func respond(
        toMessage bytes: Bytes, adding extra: [RPCMethod]
    ) -> (answer: String?, isUnreadable: Bool) {
        guard
            let json = try? JSONValue(
                parsing: bytes, maximumDepth: JSONRPCServer.maximumDepth)
        else {
            let failure = RPCFailure(
                code: -32700, message: "Parse error", data: "the body is not JSON")
            return (JSONRPCServer.reply(.number("-1"), failure).compactText, true)
        }
        guard let batch = json.elements else {
            return (respond(to: json, extra).compactText, false)
        }
        guard !batch.isEmpty, batch.count <= JSONRPCServer.maximumBatch else {
            let failure = RPCFailure(
                code: -32600, message: "Invalid Request",
                data: "a batch holds 1 to \(JSONRPCServer.maximumBatch) requests")
            return (JSONRPCServer.reply(.number("-1"), failure).compactText, false)
        }
        return (JSONValue.array(batch.map { respond(to: $0, extra) }).compactText, false)
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
            method, RPCArguments(values: values, isQueryText: true, id: .number("-1")))
        return .json(reply.compactText)
    }

    private func respond(to request: JSONValue, _ extra: [RPCMethod]) -> JSONValue {
        let id = JSONRPCServer.id(of: request)
        guard case .object = request, let name = request["method"]?.text else {
            return JSONRPCServer.reply(
                id, RPCFailure(code: -32600, message: "Invalid Request", data: "no method"))
        }
        let found =
            methods.first { $0.name == name } ?? extra.first { $0.name == name }
        guard let method = found else {
            return JSONRPCServer.reply(
                id, RPCFailure(code: -32601, message: "Method not found", data: ""))
        }
        let values: [(name: String, value: JSONValue)]
        switch request["params"] {
        case .object(let members): values = members.map { ($0.name, $0.value) }
        case .array(let elements): values = Array(zip(method.parameters, elements))
        default: values = []
        }
        return answer(method, RPCArguments(values: values, isQueryText: false, id: id))
    }

    /// Ids are text or numbers; anything else is answered as if there were none.
    private static func id(of request: JSONValue) -> JSONValue {
        switch request["id"] {
        case .string(let text): .string(text)
        case .number(let text): .number(text)
        default: .number("-1")
        }
    }

    private func answer(_ method: RPCMethod, _ arguments: RPCArguments) -> JSONValue {
        let start = ContinuousClock.now
        do {
            let result = try method.call(arguments)
            observe(method.name, true, ContinuousClock.now - start)
            return .object(["jsonrpc": "2.0", "id": arguments.id, "result": result])
        } catch {
            observe(method.name, false, ContinuousClock.now - start)
            return JSONRPCServer.reply(arguments.id, error)
        }
    }

    private static func reply(_ id: JSONValue, _ failure: RPCFailure) -> JSONValue {
        var error = [
            JSONMember("code", .number(String(failure.code))),
            JSONMember("message", .string(failure.message)),
        ]
        if !failure.data.isEmpty { error.append(JSONMember("data", .string(failure.data))) }
        return .object(["jsonrpc": "2.0", "id": id, "error": .object(error)])
    }
}
