// A memory of values by hash, bounded in bytes, that any thread may use.
//
// Two generations stand in for an order of use: what is read in the older one moves to the younger;
// when the younger has half of the bytes, the older is forgotten and the younger takes its place.

public import Base
import Synchronization

/// Values by hash, the least recently used ones forgotten first.
public final class BoundedMemory: DerivedValueMemory {
    private struct Entry: Sendable {
        var value: any Sendable
        var byteCount: Int
    }

    private struct Generations: Sendable {
        var young: [Hash256: Entry] = [:]
        var old: [Hash256: Entry] = [:]
        var youngByteCount = 0

        mutating func insert(_ entry: Entry, _ key: Hash256, limit: Int) {
            let replaced = young.updateValue(entry, forKey: key)
            youngByteCount += entry.byteCount - (replaced?.byteCount ?? 0)
            guard youngByteCount > limit / 2 else { return }
            old = young
            young = [:]
            youngByteCount = 0
        }
    }

    /// What a value costs beside the bytes that it is said to hold.
    private static let entryByteCount = 256

    private let limit: Int
    private let generations = Mutex(Generations())

    /// Makes a memory of about `byteCount` bytes.
    public init(byteCount: Int) { limit = byteCount }

    public func value(_ key: Hash256) -> (any Sendable)? {
        generations.withLock { generations in
            if let entry = generations.young[key] { return entry.value }
            guard let entry = generations.old[key] else { return nil }
            generations.insert(entry, key, limit: limit)
            return entry.value
        }
    }

    // A value larger than half of the memory is not remembered.
    public func remember(_ value: any Sendable, under key: Hash256, byteCount: Int) {
        let entry = Entry(value: value, byteCount: byteCount + BoundedMemory.entryByteCount)
        guard entry.byteCount <= limit / 2 else { return }
        generations.withLock { $0.insert(entry, key, limit: limit) }
    }
}
