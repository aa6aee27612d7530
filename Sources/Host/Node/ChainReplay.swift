// Executing a stored chain again, on a fresh application in memory.

import Base
import Consensus
import Cryptography
import Ledger
import Store

/// Re-execution of a home's chain.
public enum ChainReplay {
    /// Executes every stored block again and compares results and app hashes.
    ///
    /// - Parameter progress: called after each block with its height and the last height.
    /// - Returns: the last height.
    public static func check(
        home: NodeHome, progress: (Int64, Int64) -> Void = { _, _ in }
    ) throws(NodeSetupError) -> Int64 {
        let genesis = try home.genesis()
        let configuration = try home.configuration()
        let key = try home.validatorKey()
        let store: RocksStore
        do { store = try RocksStore(path: home.databasePath, createIfMissing: false) } catch {
            throw .database(error.message)
        }
        defer { store.close() }
        do {
            let scratch = MemoryStore()
            let last = try makeApplication(reading: store, configuration).info().lastHeight
            return try ReplayCheck.verify(
                chain: store, application: try makeApplication(reading: scratch, configuration),
                scratch: scratch, genesis: genesis.engineGenesis, key: key.publicKey
            ) { progress($0, last) }
        } catch {
            throw .engine("\(error)")
        }
    }
}
