// The durable store: RocksDB with one column family for each `ColumnFamily`.
//
// Every commit is one write batch, synced to the write-ahead log before the call returns. A crash
// can cut the last batch, which recovery drops whole; any other damage makes opening or reading
// fail, because a node must not go on from a state that it cannot trust.

public import Base
import FoundationEssentials
import Synchronization

/// A database in a folder on disk.
public final class RocksStore: KeyValueStore {
    /// How a database is opened.
    public enum Access: Equatable, Sendable {
        /// Reads and writes. Takes the folder's lock: one process at a time.
        case readWrite
        /// Reads the state at the moment of opening. Takes no lock, so it works beside a writer.
        case readOnly
    }

    /// The folder of the database.
    public let path: String

    /// The open database, or `nil` when closed. A call takes its own reference, so the database
    /// stays alive until the last running call lets go; the lock is held only for that moment.
    private let database: Mutex<RocksDatabase?>

    /// The failure of an earlier commit, after which RocksDB must not be asked to write: its log
    /// writer takes a write after a failed one for a bug and aborts. Held while a commit runs.
    private let firstFailure = Mutex<StorageFailure?>(nil)

    private let cache: ReadCache

    /// Opens the database in the folder `path`.
    ///
    /// - Parameters:
    ///   - createIfMissing: makes the folder and an empty database when there is none. Ignored for
    ///     read-only access.
    ///   - cacheByteCount: memory for values of the families `state` and `tree`.
    /// - Throws: when there is no database, another process has it open, its files are damaged, or
    ///   the disk is full or not writable. The message says which.
    public init(
        path: String, createIfMissing: Bool = true, access: Access = .readWrite,
        cacheByteCount: Int = 128 << 20
    ) throws(StorageFailure) {
        self.path = path
        cache = ReadCache(byteCount: cacheByteCount)
        let mayCreate = createIfMissing && access == .readWrite
        try RocksStore.checkFolder(path, mayCreate: mayCreate)
        let opened = try RocksDatabase(
            path: path, createIfMissing: mayCreate, isReadOnly: access == .readOnly)
        database = Mutex(opened)
    }

    /// Refuses a folder that holds database files but lost the one that names their table of
    /// contents: RocksDB would start an empty database there and delete what is left.
    private static func checkFolder(_ path: String, mayCreate: Bool) throws(StorageFailure) {
        let files = FileManager.default
        if files.fileExists(atPath: path + "/CURRENT") { return }
        let names = (try? files.contentsOfDirectory(atPath: path)) ?? []
        let hasRemains = names.contains { name in
            name.hasPrefix("MANIFEST-") || name.hasSuffix(".sst") || name.hasSuffix(".log")
        }
        if hasRemains {
            throw StorageFailure(
                "the database in \(path) is damaged: its file CURRENT is missing; "
                    + "restore the folder from a checkpoint")
        }
        guard mayCreate else { throw StorageFailure("there is no database in \(path)") }
        do {
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw StorageFailure("the folder \(path) cannot be made: \(error)")
        }
    }

    private func open() throws(StorageFailure) -> RocksDatabase {
        guard let database = database.withLock({ $0 }) else {
            throw StorageFailure("the database in \(path) is closed")
        }
        return database
    }

    public func value(_ family: ColumnFamily, _ key: Bytes) throws(StorageFailure) -> Bytes? {
        let database = try open()
        switch cache.answer(family, key) {
        case .known(let value): return value
        case .unknown(let ticket):
            let value = try database.value(family, key)
            cache.offer(family, key, value, ticket: ticket)
            return value
        }
    }

    public func pairs(
        _ family: ColumnFamily, from start: Bytes, to end: Bytes?, limit: Int, reverse: Bool
    ) throws(StorageFailure) -> [KeyValuePair] {
        try open().pairs(family, from: start, to: end, limit: limit, reverse: reverse)
    }

    public func commit(_ writes: [KeyValueWrite]) throws(StorageFailure) {
        if writes.isEmpty { return }
        try write { (database) throws(StorageFailure) in
            cache.beginCommit()
            do throws(StorageFailure) { try database.write(writes) } catch {
                cache.abandonCommit()
                throw error
            }
            cache.endCommit(writes)
        }
    }

    public func removeAll(_ families: [ColumnFamily]) throws(StorageFailure) {
        try write { (database) throws(StorageFailure) in
            cache.beginCommit()
            // Everything that is remembered may be gone.
            cache.abandonCommit()
            try database.removeAll(families)
            cache.endCommit([])
        }
    }

    private func write(
        _ body: (RocksDatabase) throws(StorageFailure) -> Void
    ) throws(StorageFailure) {
        let database = try open()
        try firstFailure.withLock { (failure) throws(StorageFailure) in
            if let failure { throw failure }
            do throws(StorageFailure) { try body(database) } catch {
                failure = error
                throw error
            }
        }
    }

    /// The view keeps the database open, also past ``close()``, until it is let go.
    public func view() throws(StorageFailure) -> any KeyValueReading { try open().makeView() }

    /// Writes a consistent copy of the database into the new folder `target`, which must not
    /// exist; its parent must. Files that never change are hard-linked when `target` is on the
    /// same disk, so the cost is that of the write-ahead log.
    public func checkpoint(to target: String) throws(StorageFailure) {
        try open().checkpoint(to: target)
    }

    public func close() {
        // The reference is dropped outside the lock: closing writes files.
        let closing = database.withLock { database in
            defer { database = nil }
            return database
        }
        _ = closing
    }
}
