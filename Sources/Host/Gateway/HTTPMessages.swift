// An HTTP request and its answer, as the doors of the node see them.

public import Base

/// A request, its body complete.
public struct HTTPRequest: Sendable {
    /// Method, such as `POST`.
    public var method: String
    /// Path without query, decoded.
    public var path: String
    /// Query arguments in order, decoded.
    public var arguments: [(name: String, value: String)]
    /// Header fields in order, names as they came.
    public var headers: [(name: String, value: String)]
    /// Body.
    public var body: Bytes

    /// Makes a request.
    public init(
        method: String, path: String, arguments: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [], body: Bytes = []
    ) {
        self.method = method
        self.path = path
        self.arguments = arguments
        self.headers = headers
        self.body = body
    }

    /// The first value of header `name`, in any case, or `nil`.
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}

/// An answer.
public struct HTTPResponse: Sendable {
    /// Status code.
    public var status: Int
    /// Media type of the body.
    public var contentType: String
    /// Further header fields.
    public var headers: [(name: String, value: String)]
    /// Body.
    public var body: Bytes

    /// Makes an answer.
    public init(
        status: Int, contentType: String, headers: [(name: String, value: String)] = [],
        body: Bytes
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    /// A JSON answer.
    public static func json(_ text: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "application/json", body: Bytes(text.utf8))
    }

    /// A plain-text answer.
    public static func text(_ text: String, status: Int) -> HTTPResponse {
        HTTPResponse(
            status: status, contentType: "text/plain; charset=utf-8", body: Bytes(text.utf8))
    }
}

/// Limits of a server towards the internet.
public struct HTTPLimits: Sendable {
    /// Largest body, in bytes; a larger one is answered with 413.
    public var maximumBodyBytes: Int
    /// Connections served at the same time.
    public var maximumConnections: Int
    /// Seconds without traffic after which a connection is closed.
    public var idleSeconds: Int
    /// Seconds a body may take to arrive; a slower one is answered with 408.
    public var bodySeconds: Int

    /// Makes limits; by default 4 MiB (the largest transaction in base64 fits), 256 connections,
    /// 60 seconds without traffic, 30 seconds for a body.
    public init(
        maximumBodyBytes: Int = 4 << 20, maximumConnections: Int = 256, idleSeconds: Int = 60,
        bodySeconds: Int = 30
    ) {
        self.maximumBodyBytes = maximumBodyBytes
        self.maximumConnections = maximumConnections
        self.idleSeconds = idleSeconds
        self.bodySeconds = bodySeconds
    }
}

/// Why a server could not start.
public enum HTTPServerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Another process listens there.
    case addressInUse(address: String, port: UInt16)
    /// The address cannot be bound, with the system's reason.
    case cannotListen(address: String, port: UInt16, reason: String)

    public var description: String {
        switch self {
        case .addressInUse(let address, let port):
            "\(address):\(port) is in use by another process; stop it or choose another port"
        case .cannotListen(let address, let port, let reason):
            "cannot listen on \(address):\(port): \(reason)"
        }
    }
}
