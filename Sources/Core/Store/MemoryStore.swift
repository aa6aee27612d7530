// The in-memory twin of `RocksStore`, for tests, simulations and dry runs. It keeps the same
// contract except durability, and the same law tests run on both.

public import Base
import Synchronization

/// A database that is gone with its last reference.
public final class MemoryStore: KeyValueStore {
    private struct State {
        /// Tables in the order of `ColumnFamily.allCases`.
        var tables = [SortedTable](repeating: SortedTable(), count: ColumnFamily.allCases.count)
        var isClosed = false

        func checkOpen() throws(StorageFailure) {
            if isClosed { throw StorageFailure("the in-memory database is closed") }
        }
    }

    private let state: Mutex<State>

    /// Makes an empty database.
    public init() { state = Mutex(State()) }

    private init(_ tables: [SortedTable]) { state = Mutex(State(tables: tables)) }

    /// An open database with the same content, as if this one were opened again after a crash.
    /// Works on a closed one.
    public func copy() -> MemoryStore { MemoryStore(state.withLock { $0.tables }) }

    private static func index(_ family: ColumnFamily) -> Int {
        guard let index = ColumnFamily.allCases.firstIndex(of: family) else {
            preconditionFailure("allCases lists every family")
        }
        return index
    }

    public func value(_ family: ColumnFamily, _ key: Bytes) throws(StorageFailure) -> Bytes? {
        try state.withLock { (state) throws(StorageFailure) in
            try state.checkOpen()
            return state.tables[MemoryStore.index(family)][key]
        }
    }

    public func pairs(
        _ family: ColumnFamily, from start: Bytes, to end: Bytes?, limit: Int, reverse: Bool
    ) throws(StorageFailure) -> [KeyValuePair] {
        try state.withLock { (state) throws(StorageFailure) in
            try state.checkOpen()
            return state.tables[MemoryStore.index(family)]
                .pairs(from: start, to: end, limit: limit, reverse: reverse)
        }
    }

    public func commit(_ writes: [KeyValueWrite]) throws(StorageFailure) {
        try state.withLock { (state) throws(StorageFailure) in
            try state.checkOpen()
            for write in writes {
                state.tables[MemoryStore.index(write.family)][write.key] = write.value
            }
        }
    }

    public func view() throws(StorageFailure) -> any KeyValueReading {
        MemoryStore(
            try state.withLock { (state) throws(StorageFailure) in
                try state.checkOpen()
                return state.tables
            })
    }

    public func removeAll(_ families: [ColumnFamily]) throws(StorageFailure) {
        try state.withLock { (state) throws(StorageFailure) in
            try state.checkOpen()
            for family in families { state.tables[MemoryStore.index(family)] = SortedTable() }
        }
    }

    public func close() { state.withLock { $0.isClosed = true } }
}
