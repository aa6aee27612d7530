// The opening of a WebSocket: which requests ask for one, and the answer that proves they were
// read. Source: RFC 6455, section 4.2.

import Base
import Cryptography

/// What a request for a WebSocket is answered with.
enum WebSocketHandshake {
    private static let suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    /// Whether `request` asks for a WebSocket at all.
    static func isAsked(by request: HTTPRequest) -> Bool {
        request.method == "GET" && request.header("Upgrade")?.lowercased() == "websocket"
            && request.header("Connection")?.lowercased().contains("upgrade") == true
    }

    /// The header fields that accept `request`, or the refusal.
    static func answer(
        to request: HTTPRequest
    ) -> Result<[(name: String, value: String)], RefusedHandshake> {
        guard request.header("Sec-WebSocket-Version") == "13" else {
            var response = HTTPResponse.text("only version 13 is spoken\n", status: 426)
            response.headers = [("Sec-WebSocket-Version", "13")]
            return .failure(RefusedHandshake(response: response))
        }
        guard let key = request.header("Sec-WebSocket-Key"), Bytes(base64: key)?.count == 16 else {
            return .failure(
                RefusedHandshake(
                    response: .text("Sec-WebSocket-Key must be 16 bytes\n", status: 400)))
        }
        let proof = SHA1.hash(Bytes((key + suffix).utf8)).base64
        return .success([("Upgrade", "websocket"), ("Sec-WebSocket-Accept", proof)])
    }
}

/// A refusal to open a WebSocket.
struct RefusedHandshake: Error {
    /// What the client gets instead.
    let response: HTTPResponse
}
