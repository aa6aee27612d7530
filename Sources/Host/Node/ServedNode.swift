// A node without an engine of its own: the application behind a socket, for CometBFT to drive. Its
// state lies apart from that of the embedded engine, because each engine must find the height it
// left.

public import ABCI
import Base
import Dispatch
import Gateway
import Ledger
import Store

/// A node that waits for a consensus engine.
public final class ServedNode: Sendable {
    /// Where it waits.
    public var address: SocketAddress { server.address }
    /// The last durable height when it started.
    public let height: Int64

    private let stopped = DispatchSemaphore(value: 0)
    private let store: RocksStore
    private let session: ApplicationSession
    private let server: ABCIServer
    private let doors: QueryDoors

    /// Opens the home and waits for an engine at `address`.
    ///
    /// - Parameters:
    ///   - home: a home that `create` set up.
    ///   - change: the last word on the configuration, for command-line options.
    ///   - log: called with lines for the operator, on any thread.
    public init(
        home: NodeHome, address: SocketAddress,
        change: (inout NodeConfiguration) -> Void = { _ in },
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(NodeSetupError) {
        var configuration = try home.configuration()
        change(&configuration)
        do {
            store = try RocksStore(
                path: home.servedDatabasePath, createIfMissing: true,
                cacheByteCount: configuration.stateCacheMegabytes << 20)
        } catch {
            throw .database(error.message)
        }
        do {
            let application = try makeApplication(reading: store, configuration)
            height = try application.info().lastHeight
            let options = try ServedNode.options(home, configuration, log)
            session = try ApplicationSession(application, store: store, options: options)
            server = try ABCIServer(session, at: address, log: log)
            doors = QueryDoors.opened(ServedNode.router(session), configuration, log)
        } catch {
            store.close()
            if let error = error as? NodeSetupError { throw error }
            throw .listening("\(error)")
        }
    }

    /// What the application alone answers; the rest is the engine's.
    private static func router(_ session: ApplicationSession) -> CallRouter {
        CallRouter(applicationCalls: ChainTypes.calls, nodeCalls: []) {
            (query) throws(CallFailure) in
            do throws(Failure) { return try session.query(query) } catch {
                switch error {
                case .storage(let failure): throw CallFailure(.unavailable, failure.message)
                case .rejected(let rejection):
                    throw CallFailure(.unavailable, rejection.description)
                }
            }
        }
    }

    private static func options(
        _ home: NodeHome, _ configuration: NodeConfiguration,
        _ log: @escaping @Sendable (String) -> Void
    ) throws(NodeSetupError) -> SessionOptions {
        let genesis = try home.genesis()
        var options = SessionOptions(
            snapshotInterval: configuration.snapshotInterval,
            keptBlocks: configuration.blocksKept,
            chain: ChainName(chainID: genesis.chainID, initialHeight: genesis.initialHeight),
            log: log)
        do throws(SnapshotError) {
            options.snapshots = try SnapshotArchive(
                path: home.snapshotsPath, keeping: configuration.keptSnapshots)
        } catch { throw .file(home.snapshotsPath, reason: error.description) }
        return options
    }

    /// Port of the gRPC door; 0 when there is none.
    public var grpcPort: UInt16 { doors.grpcPort }
    /// Port of the REST door; 0 when there is none.
    public var restPort: UInt16 { doors.restPort }

    /// Waits until ``stop()`` has been called.
    public func waitUntilStopped() { stopped.wait() }

    /// Ends the engine's connections and closes the database.
    public func stop() {
        server.close()
        doors.stop()
        session.stop()
        store.close()
        stopped.signal()
    }
}
