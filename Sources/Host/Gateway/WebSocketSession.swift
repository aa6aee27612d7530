// One WebSocket connection, as those that send to it see it: a bounded box of messages that the
// connection's own thread empties. A client that reads too slowly overflows its box and is dropped;
// nobody waits for it.

import Base
import Synchronization

/// Limits of WebSocket connections.
public struct WebSocketLimits: Sendable {
    /// Largest message a client may send, in bytes.
    public var maximumMessageBytes: Int
    /// Most bytes that may wait for a client; beyond it the client is dropped.
    public var maximumWaitingBytes: Int
    /// Seconds of silence after which the client is pinged.
    public var pingSeconds: Int
    /// Seconds of silence after which the client is dropped.
    public var silenceSeconds: Int

    /// Makes limits; by default 4 MiB a message, 16 MiB waiting, a ping after 25 seconds, the end
    /// after 75.
    public init(
        maximumMessageBytes: Int = 4 << 20, maximumWaitingBytes: Int = 16 << 20,
        pingSeconds: Int = 25, silenceSeconds: Int = 75
    ) {
        self.maximumMessageBytes = maximumMessageBytes
        self.maximumWaitingBytes = maximumWaitingBytes
        self.pingSeconds = pingSeconds
        self.silenceSeconds = silenceSeconds
    }
}

/// Why a connection ends, with WebSocket's code.
enum WebSocketEnd: UInt16, Sendable {
    case goingAway = 1001
    case tooSlow = 1008

    var reason: String {
        switch self {
        case .goingAway: "the node is stopping"
        case .tooSlow: "client is not pulling messages fast enough"
        }
    }
}

/// One WebSocket connection.
final class WebSocketSession: Sendable {
    private struct Outbox {
        var messages: [Bytes] = []
        var byteCount = 0
        var end: WebSocketEnd?
    }

    /// Wakes the connection's thread.
    let pipe: WakePipe
    let limits: WebSocketLimits
    private let outbox = Mutex(Outbox())

    /// `nil` when the system has no descriptors left.
    init?(limits: WebSocketLimits) {
        guard let pipe = WakePipe() else { return nil }
        self.pipe = pipe
        self.limits = limits
    }

    /// Puts a message into the box; false when the client is too slow for it or gone.
    @discardableResult
    func send(_ text: Bytes) -> Bool {
        let isTaken = outbox.withLock { outbox in
            guard outbox.end == nil else { return false }
            guard outbox.byteCount + text.count <= limits.maximumWaitingBytes else {
                outbox.end = .tooSlow
                return false
            }
            outbox.messages.append(text)
            outbox.byteCount += text.count
            return true
        }
        pipe.wake()
        return isTaken
    }

    /// Ends the connection.
    func close(_ end: WebSocketEnd) {
        outbox.withLock { $0.end = $0.end ?? end }
        pipe.wake()
    }

    /// Why the connection is to end; `nil` while it goes on.
    var end: WebSocketEnd? { outbox.withLock { $0.end } }

    /// What waits, at most about `limit` bytes of it; nothing once the connection is to end,
    /// because what a slow client did not read is not worth sending.
    func take(limit: Int) -> [Bytes] {
        outbox.withLock { outbox in
            if outbox.end != nil { return [] }
            var count = 0
            var taken = 0
            for message in outbox.messages {
                guard taken == 0 || count + message.count <= limit else { break }
                count += message.count
                taken += 1
            }
            let messages = Array(outbox.messages.prefix(taken))
            outbox.messages.removeFirst(taken)
            outbox.byteCount -= count
            return messages
        }
    }

    /// Bytes that wait.
    var waitingByteCount: Int { outbox.withLock { $0.byteCount } }
}
