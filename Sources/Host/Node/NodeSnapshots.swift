// Snapshots of a home: made beside the running node, listed, and restored into an empty home. They
// are those of state sync. Beside its chunks, each has here two small files: what its state must
// hash to, and for the embedded engine the records of its last block.

import ABCI
import App
public import Base
import Client
import Consensus
import Foundation
import Ledger
import Store
public import Wire

/// Snapshots of a home.
public enum NodeSnapshots {
    /// What is known of a snapshot.
    public struct Entry: Equatable, Sendable {
        /// Height of the state.
        public var height: Int64
        /// Form of its chunks.
        public var format: UInt32
        /// Number of chunks.
        public var chunkCount: Int
        /// Bytes of all chunks.
        public var byteCount: UInt64
        /// Hash over the hashes of the chunks.
        public var hash: Bytes
        /// App hash of the state, as whoever made the snapshot noted it.
        public var appHash: Bytes?

        /// For programs.
        public var json: JSONValue {
            .object([
                "height": CometJSON.int(height), "format": .number(String(format)),
                "chunks": .number(String(chunkCount)), "bytes": .string(String(byteCount)),
                "hash": .string(hash.upperHex),
                "app_hash": appHash.map { .string($0.upperHex) } ?? .null,
            ])
        }
    }

    private static let noteName = "app_hash"
    private static let chainName = "engine"

    /// Makes a snapshot of the last block's state.
    public static func create(home: NodeHome, engine: NodeEngine) throws -> Entry {
        let archive = try SnapshotArchive(
            path: home.snapshotsPath(of: engine), keeping: try home.configuration().keptSnapshots)
        return try home.reading(engine) { store, application in
            let info = try application.info()
            guard info.lastHeight > 0 else {
                throw NodeSetupError.engine("there is no block yet")
            }
            let snapshot = try archive.make(application, over: store)
            let folder = archive.folder(of: snapshot)
            try write(info.lastAppHash, folder + "/" + noteName)
            if engine == .embedded {
                try write(CarriedChain(from: store).encoded(), folder + "/" + chainName)
            }
            return try entry(snapshot, archive)
        }
    }

    /// The snapshots in the home, newest first.
    public static func list(home: NodeHome, engine: NodeEngine) throws -> [Entry] {
        guard home.exists else { throw NodeSetupError.noHome(home.path) }
        let archive = try SnapshotArchive(path: home.snapshotsPath(of: engine), keeping: .max)
        return try archive.snapshots.map { try entry($0, archive) }
    }

    /// Restores the newest snapshot in `folder`, or that of `height`, into `home`, whose database
    /// must be empty.
    ///
    /// - Parameter appHash: what the state must hash to; `nil` takes what the folder says, which is
    ///   right for a copy of one's own.
    public static func restore(
        home: NodeHome, engine: NodeEngine, from folder: String, height: Int64? = nil,
        appHash: Bytes? = nil
    ) throws -> Entry {
        let genesis = try home.genesis()
        let archive = try SnapshotArchive(path: folder, keeping: .max)
        guard
            let snapshot = archive.snapshots.first(where: {
                height == nil || $0.height == UInt64(clamping: height ?? 0)
            })
        else { throw NodeSetupError.file(folder, reason: "no such snapshot") }
        let found = try entry(snapshot, archive)
        guard let appHash = appHash ?? found.appHash else {
            throw NodeSetupError.file(folder, reason: "the app hash is not noted; name it")
        }
        let store = try RocksStore(path: home.databasePath(of: engine), createIfMissing: true)
        defer { store.close() }
        guard try store.isEmpty(.state), try store.isEmpty(.blocks) else {
            throw NodeSetupError.database("\(store.path) is not empty; remove it first")
        }
        // The engine's records go in first: without the state they are nothing.
        if engine == .embedded {
            let path = archive.folder(of: snapshot) + "/" + chainName
            guard let data = FileManager.default.contents(atPath: path) else {
                throw NodeSetupError.file(
                    path, reason: "only snapshots of an embedded chain have it")
            }
            try store.commit(
                try CarriedChain(decoding: Bytes(data), rules: WireRules(maximumBytes: 1 << 29))
                    .writes)
        }
        do {
            try takeIn(
                snapshot, archive, appHash, store,
                ChainName(chainID: genesis.chainID, initialHeight: genesis.initialHeight))
        } catch {
            try store.removeAll(ColumnFamily.allCases)
            throw error
        }
        return found
    }

    private static func takeIn(
        _ snapshot: Snapshot, _ archive: SnapshotArchive, _ appHash: Bytes, _ store: RocksStore,
        _ chain: ChainName
    ) throws {
        let application = try AIVMApplication(reading: store)
        guard
            case .accepted(var restoration) = SnapshotRestoration.offer(
                snapshot, appHash: appHash, chain: chain, to: application)
        else { throw SnapshotError.refused("its description") }
        for index in 0..<snapshot.chunks {
            let chunk = archive.chunk(
                height: snapshot.height, format: snapshot.format, index: index)
            switch try restoration.apply(chunk, index: index, to: store) {
            case .accepted, .finished: continue
            case .retry: throw SnapshotError.refused("chunk \(index) is missing or damaged")
            case .outOfOrder: throw SnapshotError.refused("chunk \(index) is out of order")
            case .refused(let reason): throw SnapshotError.refused(reason)
            }
        }
    }

    private static func entry(_ snapshot: Snapshot, _ archive: SnapshotArchive) throws -> Entry {
        let metadata = try SnapshotMetadata(decoding: snapshot.metadata)
        let note = FileManager.default.contents(
            atPath: archive.folder(of: snapshot) + "/" + noteName)
        return Entry(
            height: Int64(clamping: snapshot.height), format: snapshot.format,
            chunkCount: metadata.chunkHashes.count, byteCount: metadata.byteCount,
            hash: snapshot.hash, appHash: note.map { Bytes($0) })
    }

    private static func write(_ bytes: Bytes, _ path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}
