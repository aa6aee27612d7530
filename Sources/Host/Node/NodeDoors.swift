// The doors of an embedded node: JSON-RPC with WebSockets, gRPC, REST, monitoring, each on an
// address of its own.

import Client
import Gateway
import Ledger
import Wire

/// The servers of a node.
final class NodeDoors: Sendable {
    /// Port of the RPC door.
    let port: UInt16
    /// Port of the monitoring door; 0 when there is none.
    let metricsPort: UInt16

    /// gRPC and REST.
    let queries: QueryDoors

    private let server: HTTPServer
    private let monitoring: HTTPServer?

    init(
        _ client: any NodeService, _ configuration: NodeConfiguration, feed: EventFeed,
        metrics: Metrics, log: @escaping @Sendable (String) -> Void
    ) throws(NodeSetupError) {
        let policy = CrossOriginPolicy(origins: configuration.allowedOrigins)
        let methods = JSONRPCServer(cometMethods(of: client)) { method, succeeded, time in
            metrics.countCall(method, succeeded: succeeded, time)
        }
        let webSocket = WebSocketDoor(methods, feed: feed, policy: policy)
        let router = NodeDoors.router(client)
        let description = HTTPResponse.description(of: router)
        let handle = policy.applied { request in
            request.path == "/openapi.json" ? description : methods.respond(to: request)
        }
        do {
            server = try HTTPServer(
                address: configuration.address, port: configuration.port, webSocket: webSocket,
                handle: handle)
        } catch { throw .listening(error.description) }
        port = server.port
        do {
            queries = try QueryDoors(
                router, configuration, choosesPorts: configuration.port == 0)
        } catch {
            server.stop()
            throw error
        }
        let door = MonitoringDoor(client, metrics: metrics, feed: feed) { webSocket.count }
        monitoring = NodeDoors.startMonitoring(door, configuration, log)
        metricsPort = monitoring?.port ?? 0
    }

    private static func router(_ client: any NodeService) -> CallRouter {
        CallRouter(applicationCalls: ChainTypes.calls, nodeCalls: NodeCalls(client).all) {
            (query) throws(CallFailure) in
            do throws(NodeError) { return try client.query(query) } catch {
                throw CallFailure(.unavailable, error.description)
            }
        }
    }

    /// A node without numbers is better than none, so a port that is taken is only told.
    private static func startMonitoring(
        _ door: MonitoringDoor, _ configuration: NodeConfiguration,
        _ log: @escaping @Sendable (String) -> Void
    ) -> HTTPServer? {
        guard configuration.metricsPort != 0 else { return nil }
        // Who lets the system choose the port of one door wants the same for the other.
        let port = configuration.port == 0 ? 0 : configuration.metricsPort
        do {
            return try HTTPServer(
                address: configuration.metricsAddress, port: port,
                limits: HTTPLimits(maximumBodyBytes: 1024, maximumConnections: 16)
            ) { door.respond(to: $0) ?? .text("/metrics, /livez or /readyz\n", status: 404) }
        } catch {
            log("no monitoring: \(error); choose another metrics_port in node.json")
            return nil
        }
    }

    /// Closes the doors; waits for the requests being served.
    func stop() {
        server.stop()
        queries.stop()
        monitoring?.stop()
    }
}
