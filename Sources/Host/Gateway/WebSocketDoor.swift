// The door for WebSockets: who is let in, and what is served to whom. It speaks the JSON-RPC of
// the HTTP door, with subscriptions besides.

import Base
import Synchronization
import Wire

/// Serves JSON-RPC and subscriptions over WebSockets at `/websocket`.
public final class WebSocketDoor: Sendable {
    private let server: JSONRPCServer
    private let feed: EventFeed
    private let policy: CrossOriginPolicy
    private let limits: WebSocketLimits
    private let maximumSessions: Int
    private let sessions = Mutex(Sessions())

    private struct Sessions {
        var open: [ObjectIdentifier: WebSocketSession] = [:]
        var isClosed = false
    }

    /// Makes a door.
    ///
    /// - Parameters:
    ///   - server: answers calls.
    ///   - feed: knows the subscriptions.
    ///   - policy: whose pages may connect; browsers do not guard WebSockets themselves.
    ///   - maximumSessions: most connections at a time.
    public init(
        _ server: JSONRPCServer, feed: EventFeed,
        policy: CrossOriginPolicy = CrossOriginPolicy(origins: []),
        limits: WebSocketLimits = WebSocketLimits(), maximumSessions: Int = 200
    ) {
        self.server = server
        self.feed = feed
        self.policy = policy
        self.limits = limits
        self.maximumSessions = maximumSessions
    }

    /// Number of open connections.
    public var count: Int { sessions.withLock { $0.open.count } }

    /// Whether `request` is for this door.
    func serves(_ request: HTTPRequest) -> Bool { request.path == "/websocket" }

    /// Lets a connection in, or says why not.
    func admit(_ request: HTTPRequest) -> Result<WebSocketOpening, RefusedHandshake> {
        func refusal(_ text: String, _ status: Int) -> Result<WebSocketOpening, RefusedHandshake> {
            .failure(RefusedHandshake(response: .text(text + "\n", status: status)))
        }
        guard WebSocketHandshake.isAsked(by: request) else {
            return refusal("this is a WebSocket; ask for an upgrade", 400)
        }
        guard policy.admits(request.header("Origin")) else {
            return refusal("this origin is not allowed", 403)
        }
        let headers: [(name: String, value: String)]
        switch WebSocketHandshake.answer(to: request) {
        case .success(let found): headers = found
        case .failure(let refused): return .failure(refused)
        }
        guard let session = WebSocketSession(limits: limits) else {
            return refusal("no descriptors left", 503)
        }
        let isOpen = sessions.withLock { sessions in
            guard !sessions.isClosed, sessions.open.count < maximumSessions else { return false }
            sessions.open[ObjectIdentifier(session)] = session
            return true
        }
        guard isOpen else { return refusal("too many connections", 503) }
        return .success(WebSocketOpening(headers: headers, session: session, door: self))
    }

    /// Ends all connections and lets no more in.
    func closeAll() {
        let open = sessions.withLock { sessions in
            sessions.isClosed = true
            return Array(sessions.open.values)
        }
        for session in open { session.close(.goingAway) }
    }

    /// Serves one connection to its end.
    fileprivate func serve(_ session: WebSocketSession, _ socket: Int32, _ early: Bytes) {
        guard let loop = WebSocketLoop(socket: socket, early: early, session: session) else {
            return
        }
        let subscriber = feed.makeSubscriber {
            session.send($0)
        } drop: {
            session.close(.tooSlow)
        }
        let methods = feed.methods(for: subscriber)
        loop.run { message in
            self.server.respond(toMessage: message, adding: methods).answer
                .map { Bytes($0.utf8) }
        }
        feed.remove(subscriber)
    }

    fileprivate func forget(_ session: WebSocketSession) {
        _ = sessions.withLock { $0.open.removeValue(forKey: ObjectIdentifier(session)) }
    }
}

/// A connection that was let in and is about to change its protocol.
final class WebSocketOpening: Sendable {
    /// Header fields of the answer.
    let headers: [(name: String, value: String)]
    private let session: WebSocketSession
    private let door: WebSocketDoor

    init(
        headers: [(name: String, value: String)], session: WebSocketSession, door: WebSocketDoor
    ) {
        self.headers = headers
        self.session = session
        self.door = door
    }

    deinit { door.forget(session) }

    /// Serves the connection to its end. The caller closes `socket`.
    func serve(_ socket: Int32, _ early: Bytes) { door.serve(session, socket, early) }
}
