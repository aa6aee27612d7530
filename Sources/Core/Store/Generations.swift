// Values by key, bounded in bytes, those not used lately forgotten first. Two generations stand in
// for an order of use: what is read in the older one moves to the younger; when the younger has its
// share of the bytes, the older is forgotten and the younger takes its place. Each operation is a
// look-up or two.

/// Values by key in two generations.
struct Generations<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        var value: Value
        var byteCount: Int
    }

    private var young: [Key: Entry] = [:]
    private var old: [Key: Entry] = [:]
    private var youngByteCount = 0
    /// Most bytes of one generation.
    private let limit: Int

    /// Makes two generations of about `generationByteCount` bytes each.
    init(generationByteCount: Int) { limit = generationByteCount }

    /// The value under `key`, which counts as used now.
    mutating func value(_ key: Key) -> Value? {
        if let entry = young[key] { return entry.value }
        guard let entry = old[key] else { return nil }
        insert(entry, key)
        return entry.value
    }

    /// Keeps `value` under `key`, in place of what was there; `byteCount` is what it takes.
    mutating func insert(_ value: Value, under key: Key, byteCount: Int) {
        insert(Entry(value: value, byteCount: byteCount), key)
    }

    private mutating func insert(_ entry: Entry, _ key: Key) {
        let replaced = young.updateValue(entry, forKey: key)
        youngByteCount += entry.byteCount - (replaced?.byteCount ?? 0)
        guard youngByteCount > limit else { return }
        old = young
        young = [:]
        youngByteCount = 0
    }

    /// Forgets what is under `key`.
    mutating func forget(_ key: Key) {
        if let entry = young.removeValue(forKey: key) { youngByteCount -= entry.byteCount }
        old.removeValue(forKey: key)
    }

    /// Forgets everything.
    mutating func removeAll() {
        young = [:]
        old = [:]
        youngByteCount = 0
    }
}
