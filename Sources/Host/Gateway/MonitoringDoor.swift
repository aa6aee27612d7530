// The door for operators, on an address of its own: numbers for Prometheus, and two questions
// that a supervisor asks. Live: does the process answer, so that a restart would gain nothing?
// Ready: does it make blocks and answer queries, so that clients may be sent to it?

public import Client

/// Answers `/metrics`, `/livez` and `/readyz`.
public struct MonitoringDoor: Sendable {
    private let node: any NodeService
    private let metrics: Metrics
    private let feed: EventFeed
    private let webSockets: @Sendable () -> Int

    /// Makes a door over a node and what was counted of it.
    public init(
        _ node: any NodeService, metrics: Metrics, feed: EventFeed,
        webSockets: @escaping @Sendable () -> Int
    ) {
        self.node = node
        self.metrics = metrics
        self.feed = feed
        self.webSockets = webSockets
    }

    /// Answers one request; `nil` when it is for another door.
    public func respond(to request: HTTPRequest) -> HTTPResponse? {
        guard ["GET", "HEAD"].contains(request.method) else { return nil }
        switch request.path {
        case "/metrics":
            var page = HTTPResponse.text(
                metrics.text(of: node, feed: feed, webSockets: webSockets()), status: 200)
            page.contentType = "text/plain; version=0.0.4; charset=utf-8"
            return page
        case "/livez": return .text("alive\n", status: 200)
        case "/readyz": return readiness
        default: return nil
        }
    }

    private var readiness: HTTPResponse {
        if let failure = node.failure {
            return .text("the chain has stopped: \(failure)\n", status: 503)
        }
        do {
            let height = try node.status().latestHeight
            guard height > 0 else { return .text("no block yet\n", status: 503) }
            return .text("ready at height \(height)\n", status: 200)
        } catch {
            return .text("\(error)\n", status: 503)
        }
    }
}
