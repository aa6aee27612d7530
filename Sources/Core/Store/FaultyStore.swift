// A store that fails on command, so that callers can be tested for the law "a failure at the n-th
// write, for every n, leaves the old or the new state".

public import Base
import Synchronization

/// Wraps another store and fails one of its commits or reads.
public final class FaultyStore: KeyValueStore {
    /// What happens at the failing call. Calls are counted from 1.
    public enum Fault: Equatable, Sendable {
        /// Commit `number` throws and writes nothing.
        case beforeCommit(_ number: Int)
        /// Commit `number` writes everything, then throws: the answer was lost, not the batch.
        case afterCommit(_ number: Int)
        /// Commit `number` throws and writes nothing, and so does every call after it, as on a
        /// disk that went away in the middle of the batch.
        case torn(_ number: Int)
        /// Read `number` (of a value or of pairs) throws.
        case read(_ number: Int)
    }

    private struct State {
        var fault: Fault?
        var commits = 0
        var reads = 0
        var isBroken = false
    }

    private let store: any KeyValueStore
    private let state: Mutex<State>

    /// Wraps `store`; `nil` passes every call through and counts it.
    public init(_ store: any KeyValueStore, fault: Fault? = nil) {
        self.store = store
        state = Mutex(State(fault: fault))
    }

    /// Number of commits asked for, failed ones too.
    public var commitCount: Int { state.withLock { $0.commits } }

    /// Number of reads asked for, failed ones too.
    public var readCount: Int { state.withLock { $0.reads } }

    /// Starts counting from zero again with another plan; a broken disk is whole again.
    public func reset(fault: Fault?) { state.withLock { $0 = State(fault: fault) } }

    private func countRead() throws(StorageFailure) {
        let fails = state.withLock { state in
            state.reads += 1
            return state.isBroken || state.fault == .read(state.reads)
        }
        if fails { throw StorageFailure("planned fault: read") }
    }

    public func value(_ family: ColumnFamily, _ key: Bytes) throws(StorageFailure) -> Bytes? {
        try countRead()
        return try store.value(family, key)
    }

    public func pairs(
        _ family: ColumnFamily, from start: Bytes, to end: Bytes?, limit: Int, reverse: Bool
    ) throws(StorageFailure) -> [KeyValuePair] {
        try countRead()
        return try store.pairs(family, from: start, to: end, limit: limit, reverse: reverse)
    }

    public func commit(_ writes: [KeyValueWrite]) throws(StorageFailure) {
        try commit { () throws(StorageFailure) in try store.commit(writes) }
    }

    /// Counts as a commit.
    public func removeAll(_ families: [ColumnFamily]) throws(StorageFailure) {
        try commit { () throws(StorageFailure) in try store.removeAll(families) }
    }

    public func view() throws(StorageFailure) -> any KeyValueReading { try store.view() }

    private func commit(
        _ body: () throws(StorageFailure) -> Void
    ) throws(StorageFailure) {
        let fault: Fault? = state.withLock { state in
            state.commits += 1
            let number = state.commits
            if state.isBroken { return .torn(number) }
            switch state.fault {
            case .beforeCommit(number), .afterCommit(number): return state.fault
            case .torn(number):
                state.isBroken = true
                return state.fault
            default: return nil
            }
        }
        switch fault {
        case nil: try body()
        case .afterCommit:
            try body()
            throw StorageFailure("planned fault: after the commit")
        case .beforeCommit, .torn, .read:
            throw StorageFailure("planned fault: instead of the commit")
        }
    }

    public func close() { store.close() }
}
