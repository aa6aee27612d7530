// Values that were read or written lately, in memory, for the families that every block reads: the
// newest values, and the pages of the trees. A read of RocksDB costs microseconds also when all it
// needs is in memory; a look-up here costs a tenth.
//
// The cache must never be older than the database. A commit puts its values in before anybody can
// see that it ended. A reader who found nothing here notes the number of commits before it asks the
// database, and keeps the answer only when no commit began since.

import Base
import Synchronization

/// A cache in front of a database, bounded in bytes.
final class ReadCache: Sendable {
    /// A cached answer.
    enum Answer {
        /// The database holds this, `nil` for nothing.
        case known(Bytes?)
        /// Ask the database; then offer the answer with this ticket.
        case unknown(ticket: UInt64)
    }

    private struct Table: Sendable {
        /// Two generations: what is read in the older moves to the younger, which takes the older's
        /// place when it has half of the bytes.
        var young: [ByteKey: Bytes?] = [:]
        var old: [ByteKey: Bytes?] = [:]
        var youngByteCount = 0

        mutating func insert(_ key: ByteKey, _ value: Bytes?, limit: Int) {
            young[key] = .some(value)
            youngByteCount += ReadCache.entryByteCount + key.bytes.count + (value?.count ?? 0)
            guard youngByteCount > limit else { return }
            old = young
            young = [:]
            youngByteCount = 0
        }

        mutating func forget(_ key: ByteKey) {
            young.removeValue(forKey: key)
            old.removeValue(forKey: key)
        }
    }

    private struct State: Sendable {
        var state = Table()
        var tree = Table()
        /// Number of commits that have begun.
        var commitCount: UInt64 = 0
        /// Whether one is running: nothing that is read meanwhile is kept.
        var isCommitting = false

        mutating func take(_ write: KeyValueWrite, _ limit: Int) {
            switch write.family {
            case .state: state.insert(ByteKey(write.key), write.value, limit: limit)
            case .tree: tree.insert(ByteKey(write.key), write.value, limit: limit)
            case .blobs, .blocks, .index: break
            }
        }
    }

    /// What an entry takes beside its bytes.
    private static let entryByteCount = 128

    /// Bytes of one generation of one family.
    private let generationLimit: Int
    private let state = Mutex(State())

    /// Makes a cache of about `byteCount` bytes.
    init(byteCount: Int) { generationLimit = byteCount / 4 }

    func answer(_ family: ColumnFamily, _ key: Bytes) -> Answer {
        let key = ByteKey(key)
        return state.withLock { state in
            switch family {
            case .state: ReadCache.look(&state.state, key, generationLimit, state.commitCount)
            case .tree: ReadCache.look(&state.tree, key, generationLimit, state.commitCount)
            case .blobs, .blocks, .index: .unknown(ticket: .max)
            }
        }
    }

    private static func look(
        _ table: inout Table, _ key: ByteKey, _ limit: Int, _ ticket: UInt64
    ) -> Answer {
        if let value = table.young[key] { return .known(value) }
        guard let value = table.old[key] else { return .unknown(ticket: ticket) }
        table.insert(key, value, limit: limit)
        return .known(value)
    }

    /// Keeps what the database answered, unless it may have changed since.
    func offer(_ family: ColumnFamily, _ key: Bytes, _ value: Bytes?, ticket: UInt64) {
        state.withLock { state in
            guard ticket == state.commitCount, !state.isCommitting else { return }
            state.take(KeyValueWrite(family, key, value), generationLimit)
        }
    }

    /// Called before a commit: from here on the database may or may not hold its values.
    func beginCommit() {
        state.withLock { state in
            state.commitCount += 1
            state.isCommitting = true
        }
    }

    /// Called after a commit that succeeded, before its caller is told.
    func endCommit(_ writes: [KeyValueWrite]) {
        state.withLock { state in
            state.isCommitting = false
            for write in writes {
                // A removed page is not read again.
                if write.family == .tree, write.value == nil {
                    state.tree.forget(ByteKey(write.key))
                } else {
                    state.take(write, generationLimit)
                }
            }
        }
    }

    /// Called after a commit that failed, and may have taken effect: nothing is kept any more.
    func abandonCommit() {
        state.withLock { state in
            state.state = Table()
            state.tree = Table()
        }
    }
}
