// A node without an engine of its own: the application behind a socket, for CometBFT to drive. Its
// state lies apart from that of the embedded engine, because each engine must find the height it
// left.

public import ABCI
import Base
import Dispatch
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

    /// Opens the home and waits for an engine at `address`.
    ///
    /// - Parameters:
    ///   - home: a home that `create` set up.
    ///   - log: called with lines for the operator, on any thread.
    public init(
        home: NodeHome, address: SocketAddress,
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(NodeSetupError) {
        let configuration = try home.configuration()
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
        } catch {
            store.close()
            if let error = error as? NodeSetupError { throw error }
            throw .listening("\(error)")
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

    /// Waits until ``stop()`` has been called.
    public func waitUntilStopped() { stopped.wait() }

    /// Ends the engine's connections and closes the database.
    public func stop() {
        server.close()
        session.stop()
        store.close()
        stopped.signal()
    }
}
