// The REST door: the calls of the router as JSON over HTTP, as the SDK's gateway shows them. Bodies
// in camel or snake case; answers in snake case, every field written, 64-bit numbers and bytes as
// text, `Any` with its type.

import Base
import Ledger
public import Wire

/// Answers HTTP requests out of a router.
public struct RESTDoor: Sendable {
    private struct Target: Sendable {
        let path: String
        let binding: RESTBinding
        let response: any WireMessage.Type
        /// Names of the template's fields, in order.
        let fields: [String]
    }

    private let router: CallRouter
    private let registry: WireRegistry
    private let encoding: JSONEncoding
    private let paths: RESTPaths<Target>

    /// Makes a door. A template that names no field of its request is a bug, and traps.
    ///
    /// - Parameter registry: the messages that may stand inside `Any`.
    public init(_ router: CallRouter, registry: WireRegistry) {
        self.router = router
        self.registry = registry
        encoding = JSONEncoding(registry: registry)
        var paths = RESTPaths<Target>()
        for call in router.calls {
            let binding = RESTBinding(call.request)
            for rule in call.rules {
                let fields = rule.parts.compactMap { part -> String? in
                    switch part {
                    case .word: nil
                    case .field(let name), .rest(let name): name
                    }
                }
                for field in fields {
                    precondition(
                        binding.hasField(field), "\(call.path) has no field \(field)")
                }
                paths.add(
                    rule,
                    Target(
                        path: call.path, binding: binding, response: call.response,
                        fields: fields))
            }
        }
        self.paths = paths
    }

    /// Answers one request.
    public func respond(to request: HTTPRequest) -> HTTPResponse {
        do { return try answer(request) } catch { return RESTDoor.response(error) }
    }

    private func answer(_ request: HTTPRequest) throws(CallFailure) -> HTTPResponse {
        let method: HTTPRule.Method = request.method == "POST" ? .post : .get
        guard ["GET", "HEAD", "POST"].contains(request.method),
            let match = paths.find(method, request.path)
        else { throw CallFailure(.unimplemented, "Not Implemented") }
        let target = match.value
        var height: Int64 = 0
        if let text = request.header(CallRouter.heightHeader), !text.isEmpty {
            height = try CallRouter.height(text)
        }
        let bytes: Bytes
        switch method {
        case .get:
            var texts = request.arguments
            // What the path says goes before what the query string says: it is set last.
            for (name, value) in zip(target.fields, match.fields) {
                texts.append((name, String(value)))
            }
            bytes = try target.binding.request(texts)
        case .post:
            guard let json = try? JSONValue(parsing: request.body) else {
                throw CallFailure(.invalidArgument, "the body is not JSON")
            }
            bytes = try target.binding.read(json, registry: registry)
        }
        let answer = try router.answer(target.path, bytes, height: height)
        var response = try json(answer.value, target.response)
        if answer.height > 0 {
            response.headers.append((CallRouter.heightHeader, String(answer.height)))
        }
        return response
    }

    private func json(
        _ bytes: Bytes, _ type: any WireMessage.Type
    ) throws(CallFailure) -> HTTPResponse {
        do {
            let message = try type.init(decoding: bytes, rules: .tolerant)
            return .json(RESTDoor.closingPages(try message.json(encoding)).compactText)
        } catch { throw CallFailure(.internal, "the answer cannot be shown as JSON: \(error)") }
    }

    /// The key of the next page is `null` after the last: clients go on while it is anything else.
    private static func closingPages(_ json: JSONValue) -> JSONValue {
        guard case .object(var members) = json,
            let index = members.firstIndex(where: { $0.name == "pagination" }),
            case .object(var page) = members[index].value,
            let key = page.firstIndex(where: { $0.name == "next_key" && $0.value == "" })
        else { return json }
        page[key].value = .null
        members[index].value = .object(page)
        return .object(members)
    }

    private static func response(_ failure: CallFailure) -> HTTPResponse {
        let body = JSONValue.object([
            "code": .number(String(failure.code.rawValue)),
            "message": .string(failure.message), "details": .array([]),
        ])
        return .json(body.compactText, status: failure.code.httpStatus)
    }
}
