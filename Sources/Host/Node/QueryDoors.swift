// The doors that clients of any Cosmos chain know: gRPC and REST, over one router. A node has them
// with either engine; with CometBFT they answer what the application alone can.

import App
import Gateway
import Ledger
import Wire

/// An address and a port, as configuration writes them.
struct DoorAddress {
    let address: String
    let port: UInt16

    /// Reads `127.0.0.1:9090`; `nil` for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let port = UInt16(parts[1]) else { return nil }
        address = String(parts[0])
        self.port = port
    }

    /// Whether `text` is an address, or empty for no door.
    static func isValid(_ text: String) -> Bool { text.isEmpty || DoorAddress(text) != nil }
}

/// The gRPC and the REST server of a node.
final class QueryDoors: Sendable {
    /// Port of gRPC; 0 when there is none.
    let grpcPort: UInt16
    /// Port of REST; 0 when there is none.
    let restPort: UInt16

    private let grpc: GRPCServer?
    private let rest: HTTPServer?

    /// Opens both. A node whose clients cannot reach it is told to its operator at once.
    ///
    /// - Parameter choosesPorts: whether the system chooses the ports, as it does that of the RPC.
    init(
        _ router: CallRouter, _ configuration: NodeConfiguration, choosesPorts: Bool = false
    ) throws(NodeSetupError) {
        do {
            grpc = try QueryDoors.openGRPC(router, configuration.grpc, choosesPorts)
        } catch { throw .listening("grpc: \(error)") }
        do {
            rest = try QueryDoors.openREST(router, configuration, choosesPorts)
        } catch {
            grpc?.stop()
            throw .listening("rest: \(error)")
        }
        grpcPort = grpc?.port ?? 0
        restPort = rest?.port ?? 0
    }

    private init() {
        (grpc, rest) = (nil, nil)
        (grpcPort, restPort) = (0, 0)
    }

    /// Opens both, or none where a port is taken: a validator must go on for its engine.
    static func opened(
        _ router: CallRouter, _ configuration: NodeConfiguration,
        _ log: @Sendable (String) -> Void
    ) -> QueryDoors {
        do { return try QueryDoors(router, configuration) } catch {
            log("no doors for clients: \(error); choose others in node.json")
            return QueryDoors()
        }
    }

    private static func openGRPC(
        _ router: CallRouter, _ text: String, _ choosesPort: Bool
    ) throws(HTTPServerError) -> GRPCServer? {
        guard let place = DoorAddress(text) else { return nil }
        return try GRPCServer(address: place.address, port: choosesPort ? 0 : place.port) {
            (call) throws(CallFailure) in try router.respond(to: call)
        }
    }

    private static func openREST(
        _ router: CallRouter, _ configuration: NodeConfiguration, _ choosesPort: Bool
    ) throws(HTTPServerError) -> HTTPServer? {
        guard let place = DoorAddress(configuration.rest) else { return nil }
        let door = RESTDoor(router, registry: ChainTypes.registry)
        let policy = CrossOriginPolicy(origins: configuration.allowedOrigins)
        let description = HTTPResponse.description(of: router)
        return try HTTPServer(
            address: place.address, port: choosesPort ? 0 : place.port,
            handle: policy.applied {
                $0.path == "/openapi.json" ? description : door.respond(to: $0)
            })
    }

    /// Closes both; waits for the calls being answered.
    func stop() {
        grpc?.stop()
        rest?.stop()
    }
}

extension HTTPResponse {
    /// What `/openapi.json` answers: the REST door's calls, from their own declarations.
    static func description(of router: CallRouter) -> HTTPResponse {
        let version = ApplicationOptions().version
        return .json(OpenAPI(router.calls, version: version).json.compactText)
    }
}
