// State as a transaction sees it: layers of changes over the last committed state. A block opens a
// layer, a transaction another, its messages a third; each is kept or dropped as a whole.
//
// Keys of all stores live in one space, `<store name>/<key>`, so that one committed family and one
// overlay serve every module, and a change list sorted by key is grouped by store.
//
// Blobs (weights, programs) live beside the state under their SHA-256. They are in no tree: a value
// in the tree names them by hash. They go through the same layers, so a refused transaction leaves
// none behind; once committed a blob stays.

public import Base

/// Layers of changes over committed state.
public struct State: Sendable {
    /// New values by full key, `nil` for removed.
    private typealias Changes = [Bytes: Bytes?]

    private struct Layer: Sendable {
        var changes: Changes = [:]
        var blobs: [Hash256: Bytes] = [:]
    }

    private let committed: any KeyValueReading
    private var layers = [Layer()]

    /// Starts over `committed` with one empty layer.
    public init(over committed: any KeyValueReading) { self.committed = committed }

    /// The key of `key` in store `name` in the committed family.
    public static func fullKey(_ name: String, _ key: Bytes) -> Bytes {
        Bytes(name.utf8) + [UInt8(ascii: "/")] + key
    }

    /// The value under `fullKey`, newest layer first.
    public func value(_ fullKey: Bytes) throws(StorageFailure) -> Bytes? {
        for layer in layers.reversed() {
            if let change = layer.changes[fullKey] { return change }
        }
        return try committed.value(.state, fullKey)
    }

    /// Stores `value` under `fullKey`, or removes the key.
    public mutating func set(_ fullKey: Bytes, _ value: Bytes?) {
        layers[layers.count - 1].changes[fullKey] = .some(value)
    }

    /// The blob whose SHA-256 is `hash`, or `nil`.
    public func blob(_ hash: Hash256) throws(StorageFailure) -> Bytes? {
        for layer in layers.reversed() {
            if let blob = layer.blobs[hash] { return blob }
        }
        return try committed.value(.blobs, hash.bytes)
    }

    /// Stores `blob` under its SHA-256, which the caller has computed.
    public mutating func setBlob(_ hash: Hash256, _ blob: Bytes) {
        layers[layers.count - 1].blobs[hash] = blob
    }

    /// Up to `limit` pairs with `start <= key < end`, ascending, or descending when `reverse`.
    public func pairs(
        from start: Bytes, to end: Bytes, limit: Int, reverse: Bool = false
    ) throws(StorageFailure) -> [KeyValuePair] {
        let changes = mergedChanges(from: start, to: end)
        // A committed pair is lost for each change at most, so this many are enough.
        let (enough, overflow) = limit.addingReportingOverflow(changes.count)
        let base = try committed.pairs(
            .state, from: start, to: end, limit: overflow ? .max : enough, reverse: reverse)
        var merged = base.filter { changes[$0.key] == nil }
        for key in changes.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            if let value = changes[key] ?? nil { merged.append(KeyValuePair(key, value)) }
        }
        merged.sort { left, right in
            reverse
                ? right.key.lexicographicallyPrecedes(left.key)
                : left.key.lexicographicallyPrecedes(right.key)
        }
        return Array(merged.prefix(limit))
    }

    private func mergedChanges(from start: Bytes, to end: Bytes) -> Changes {
        var merged: Changes = [:]
        for layer in layers {
            let inside = layer.changes.filter {
                !$0.key.lexicographicallyPrecedes(start) && $0.key.lexicographicallyPrecedes(end)
            }
            merged.merge(inside) { _, newer in newer }
        }
        return merged
    }

    /// Opens a layer: later changes can be dropped together.
    public mutating func push() { layers.append(Layer()) }

    /// Folds the newest layer into the one below.
    public mutating func keep() {
        precondition(layers.count > 1, "the lowest layer cannot be folded")
        let top = layers.removeLast()
        layers[layers.count - 1].changes.merge(top.changes) { _, newer in newer }
        layers[layers.count - 1].blobs.merge(top.blobs) { old, _ in old }
    }

    /// Drops the newest layer.
    public mutating func drop() {
        precondition(layers.count > 1, "the lowest layer cannot be dropped")
        layers.removeLast()
    }

    /// All changes, folded, in ascending order of full key.
    public var changes: [(key: Bytes, value: Bytes?)] {
        var merged: Changes = [:]
        for layer in layers { merged.merge(layer.changes) { _, newer in newer } }
        return merged.keys.sorted { $0.lexicographicallyPrecedes($1) }
            .map { ($0, merged[$0] ?? nil) }
    }

    /// All new blobs, in ascending order of hash.
    public var newBlobs: [(hash: Hash256, blob: Bytes)] {
        var merged: [Hash256: Bytes] = [:]
        for layer in layers { merged.merge(layer.blobs) { old, _ in old } }
        return merged.keys.sorted().map { ($0, merged[$0] ?? []) }
    }
}
