// The simplest key-value database: sorted arrays in memory. For tests of deterministic targets,
// which read committed state but must not depend on how a store works.

public import Base

/// Key-value pairs in memory. A copy is a snapshot.
public struct SortedStore: KeyValueReading, Equatable {
    private var pairs: [ColumnFamily: [KeyValuePair]] = [:]
    /// When set, every read fails with it.
    public var failure: StorageFailure?

    /// Makes an empty database.
    public init() {}

    /// Applies a batch of changes in order.
    public mutating func apply(_ writes: [KeyValueWrite]) {
        for write in writes { SortedStore.apply(write, to: &pairs[write.family, default: []]) }
    }

    private static func apply(_ write: KeyValueWrite, to family: inout [KeyValuePair]) {
        let index = firstIndex(family, notBefore: write.key)
        let isPresent = index < family.count && family[index].key == write.key
        switch (write.value, isPresent) {
        case (let value?, true): family[index].value = value
        case (let value?, false): family.insert(KeyValuePair(write.key, value), at: index)
        case (nil, true): family.remove(at: index)
        case (nil, false): break
        }
    }

    /// All pairs of `family` in order.
    public func all(_ family: ColumnFamily) -> [KeyValuePair] { pairs[family] ?? [] }

    public func value(_ family: ColumnFamily, _ key: Bytes) throws(StorageFailure) -> Bytes? {
        if let failure { throw failure }
        let family = pairs[family] ?? []
        let index = SortedStore.firstIndex(family, notBefore: key)
        return index < family.count && family[index].key == key ? family[index].value : nil
    }

    public func pairs(
        _ family: ColumnFamily, from start: Bytes, to end: Bytes?, limit: Int, reverse: Bool
    ) throws(StorageFailure) -> [KeyValuePair] {
        if let failure { throw failure }
        let family = pairs[family] ?? []
        let first = SortedStore.firstIndex(family, notBefore: start)
        let last = end.map { SortedStore.firstIndex(family, notBefore: $0) } ?? family.count
        guard first < last else { return [] }
        let range = family[first..<last]
        return reverse ? Array(range.reversed().prefix(limit)) : Array(range.prefix(limit))
    }

    private static func firstIndex(_ family: [KeyValuePair], notBefore key: Bytes) -> Int {
        var low = 0
        var high = family.count
        while low < high {
            let middle = (low + high) / 2
            if family[middle].key.lexicographicallyPrecedes(key) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
