// A database in memory that its readers see change, as they see a real one after a commit.

public import Base
import Synchronization

/// A ``SortedStore`` behind a reference.
public final class SharedStore: KeyValueReading {
    private let content = Mutex(SortedStore())

    /// Makes an empty database.
    public init() {}

    /// The content now.
    public var snapshot: SortedStore { content.withLock { $0 } }

    /// Applies a batch of changes as a whole.
    public func apply(_ writes: [KeyValueWrite]) { content.withLock { $0.apply(writes) } }

    /// Lets every later read fail with `failure`, or work again.
    public func fail(with failure: StorageFailure?) { content.withLock { $0.failure = failure } }

    public func value(_ family: ColumnFamily, _ key: Bytes) throws(StorageFailure) -> Bytes? {
        try snapshot.value(family, key)
    }

    public func pairs(
        _ family: ColumnFamily, from start: Bytes, to end: Bytes?, limit: Int, reverse: Bool
    ) throws(StorageFailure) -> [KeyValuePair] {
        try snapshot.pairs(family, from: start, to: end, limit: limit, reverse: reverse)
    }
}
