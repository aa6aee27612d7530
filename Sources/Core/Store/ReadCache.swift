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

    /// Answers of one family: `nil` for a key that the database does not hold.
    private typealias Table = Generations<ByteKey, Bytes?>

    private struct State: Sendable {
        var state: Table
        var tree: Table
        /// Number of commits that have begun.
        var commitCount: UInt64 = 0
        /// Whether one is running: nothing that is read meanwhile is kept.
        var isCommitting = false

        init(generationByteCount: Int) {
            state = Table(generationByteCount: generationByteCount)
            tree = Table(generationByteCount: generationByteCount)
        }

        mutating func take(_ write: KeyValueWrite) {
            let byteCount =
                ReadCache.entryByteCount + write.key.count + (write.value?.count ?? 0)
            switch write.family {
            case .state:
                state.insert(write.value, under: ByteKey(write.key), byteCount: byteCount)
            case .tree:
                tree.insert(write.value, under: ByteKey(write.key), byteCount: byteCount)
            case .blobs, .blocks, .index: break
            }
        }
    }

    /// What an entry takes beside its bytes.
    private static let entryByteCount = 128

    private let state: Mutex<State>

    /// Makes a cache of about `byteCount` bytes: two generations of two families.
    init(byteCount: Int) { state = Mutex(State(generationByteCount: byteCount / 4)) }

    func answer(_ family: ColumnFamily, _ key: Bytes) -> Answer {
        let key = ByteKey(key)
        return state.withLock { state in
            let known: Bytes??
            switch family {
            case .state: known = state.state.value(key)
            case .tree: known = state.tree.value(key)
            case .blobs, .blocks, .index: return .unknown(ticket: .max)
            }
            return known.map { .known($0) } ?? .unknown(ticket: state.commitCount)
        }
    }

    /// Keeps what the database answered, unless it may have changed since.
    func offer(_ family: ColumnFamily, _ key: Bytes, _ value: Bytes?, ticket: UInt64) {
        state.withLock { state in
            guard ticket == state.commitCount, !state.isCommitting else { return }
            state.take(KeyValueWrite(family, key, value))
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
                    state.take(write)
                }
            }
        }
    }

    /// Called after a commit that failed, and may have taken effect: nothing is kept any more.
    func abandonCommit() {
        state.withLock { state in
            state.state.removeAll()
            state.tree.removeAll()
        }
    }
}
