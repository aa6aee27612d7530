// Reading the database of a node from outside: beside the node that has it open, or while none has.

import App
import Base
import Store

/// Which of a home's two databases is meant: each engine must find the height it left.
public enum NodeEngine: Equatable, Sendable {
    /// That of the engine in the node's own process.
    case embedded
    /// That of an engine outside.
    case cometBFT
}

extension NodeHome {
    /// Path of the database that `engine` drives.
    public func databasePath(of engine: NodeEngine) -> String {
        engine == .embedded ? databasePath : servedDatabasePath
    }

    /// Path of the snapshots of that database.
    public func snapshotsPath(of engine: NodeEngine) -> String {
        engine == .embedded ? path + "/data/embedded-snapshots" : snapshotsPath
    }

    /// Calls `body` with the state as it is now, and an application over it. A node may be running.
    func reading<Value>(
        _ engine: NodeEngine, _ body: (RocksStore, AIVMApplication) throws -> Value
    ) throws -> Value {
        guard exists else { throw NodeSetupError.noHome(path) }
        let store: RocksStore
        let application: AIVMApplication
        do throws(StorageFailure) {
            store = try RocksStore(path: databasePath(of: engine), access: .readOnly)
        } catch { throw NodeSetupError.database(error.message) }
        defer { store.close() }
        do throws(StorageFailure) { application = try AIVMApplication(reading: store) } catch {
            throw NodeSetupError.database(error.message)
        }
        return try body(store, application)
    }
}
