// A node, assembled: database, application, engine, door. `start` opens them in that order, `stop`
// closes them in reverse.

import Base
import Blocks
public import Client
import Consensus
import Cryptography
import Gateway
import Ledger
import Store

/// A node that runs in this process.
public final class RunningNode: Sendable {
    /// The node as clients see it.
    public let client: any NodeService
    /// Port of the gRPC door; 0 when there is none.
    public var grpcPort: UInt16 { doors.queries.grpcPort }
    /// Port of the REST door; 0 when there is none.
    public var restPort: UInt16 { doors.queries.restPort }
    /// Port of the RPC door.
    public let port: UInt16
    /// Port of the monitoring door; 0 when there is none.
    public let metricsPort: UInt16

    private let store: RocksStore
    private let engine: EmbeddedEngine
    private let doors: NodeDoors

    /// Opens the home and starts making blocks.
    ///
    /// - Parameters:
    ///   - home: a home that `create` set up.
    ///   - change: the last word on the configuration, for command-line options.
    ///   - log: called with lines for the operator, on any thread.
    public init(
        home: NodeHome, change: (inout NodeConfiguration) -> Void = { _ in },
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(NodeSetupError) {
        let genesis = try home.genesis()
        var configuration = try home.configuration()
        change(&configuration)
        let key = try home.validatorKey()
        do {
            store = try RocksStore(
                path: home.databasePath, createIfMissing: true,
                cacheByteCount: configuration.stateCacheMegabytes << 20)
        } catch {
            throw .database(error.message)
        }
        let (feed, metrics) = (EventFeed(), Metrics())
        do {
            engine = try RunningNode.makeEngine(store, genesis, configuration, key, log) {
                let named = NamedBlock(id: $0.id, block: $0.block)
                let outcome = BlockOutcome($0.results, height: $0.block.header.height)
                metrics.count(named, outcome)
                feed.publish(named, outcome)
            }
        } catch {
            store.close()
            throw error
        }
        let client = LocalNodeClient(
            engine: engine, moniker: configuration.moniker, genesis: genesis.json)
        self.client = client
        do {
            doors = try NodeDoors(client, configuration, feed: feed, metrics: metrics, log: log)
        } catch {
            store.close()
            throw error
        }
        port = doors.port
        metricsPort = doors.metricsPort
        engine.start()
    }

    private static func makeEngine(
        _ store: RocksStore, _ genesis: Genesis, _ configuration: NodeConfiguration,
        _ key: Ed25519.PrivateKey, _ log: @escaping @Sendable (String) -> Void,
        _ blockCommitted: @escaping @Sendable (CommittedBlock) -> Void
    ) throws(NodeSetupError) -> EmbeddedEngine {
        do {
            let application = try makeApplication(reading: store, configuration)
            var options = EngineOptions(
                minimumBlockInterval: .milliseconds(configuration.gatheringMilliseconds),
                emptyBlockInterval: configuration.emptyBlockSeconds == 0
                    ? nil : .seconds(configuration.emptyBlockSeconds),
                blocksKept: configuration.blocksKept == 0 ? nil : configuration.blocksKept,
                log: log)
            options.indexesEvents = configuration.indexesEvents
            options.blockCommitted = blockCommitted
            return try EmbeddedEngine(
                application: application, store: store, key: key, genesis: genesis.engineGenesis,
                options: options)
        } catch let error as ConsensusError {
            if case .wrongChain(let stored, let given) = error {
                throw .wrongChain(expected: given, actual: stored)
            }
            throw .engine(error.description)
        } catch {
            throw .engine("\(error)")
        }
    }

    /// Waits until the chain stops; why it stopped by itself, or `nil` after ``stop()``.
    public func waitUntilStopped() -> String? { engine.waitUntilStopped()?.description }

    /// Finishes the block being made, closes the door and the database.
    public func stop() {
        doors.stop()
        engine.stop()
        store.close()
    }
}

extension Genesis {
    /// What the embedded engine needs of the genesis.
    var engineGenesis: EngineGenesis {
        EngineGenesis(
            chainID: chainID, time: time, initialHeight: initialHeight,
            validatorPower: validators.first?.votingPower ?? 10, parameters: parameters,
            appState: appState)
    }
}
