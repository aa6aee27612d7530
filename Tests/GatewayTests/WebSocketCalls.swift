// JSON-RPC over the tests' WebSocket client.

import Base
import TestSupport
import Wire

extension WebSocketClient {
    /// Sends a JSON-RPC request.
    func call(_ method: String, id: String, query: String? = nil) throws {
        let parameters = query.map { #"{"query":\#(JSONValue.string($0).compactText)}"# } ?? "{}"
        try send(#"{"jsonrpc":"2.0","id":"\#(id)","method":"\#(method)","params":\#(parameters)}"#)
    }

    /// The next text message as JSON.
    func answer() throws -> JSONValue { try JSONValue(parsing: message()) }
}
