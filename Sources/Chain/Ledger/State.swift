// State as a transaction sees it: layers of changes over the last committed state. A block opens a
// layer, a transaction another, its messages a third; each is kept or dropped as a whole.
//
// There is one table of newest values, and a log of what each change replaced: dropping a layer
// undoes its part of the log, keeping it costs nothing, and a read is one look-up however many
// layers are open. Values that were read stay in the table too, up to a limit.
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
    /// The newest value of a key, `nil` for removed or absent.
    private struct Entry: Sendable {
        var value: Bytes?
        /// Whether it was set here; otherwise it is as committed.
        var isChanged: Bool
    }

    /// What a change replaced.
    private struct Undo: Sendable {
        var key: ByteKey
        var entry: Entry?
    }

    /// Where a layer starts in the logs.
    private struct Mark: Sendable {
        var undoCount: Int
        var changedCount: Int
        var blobCount: Int
    }

    private let committed: any KeyValueReading
    private var entries: [ByteKey: Entry] = [:]
    /// Number of entries that are as committed.
    private var readCount = 0
    private var undos: [Undo] = []
    /// The keys of entries that are changed, in the order they first were.
    private var changedKeys: [Bytes] = []
    private var blobs: [Hash256: Bytes] = [:]
    /// Hashes of `blobs`, in the order they came.
    private var blobHashes: [Hash256] = []
    private var marks: [Mark] = []

    /// Most values kept that were only read.
    private static let readLimit = 100_000

    /// Starts over `committed` with one empty layer.
    public init(over committed: any KeyValueReading) { self.committed = committed }

    /// The key of `key` in store `name` in the committed family.
    public static func fullKey(_ name: String, _ key: Bytes) -> Bytes {
        var full = Bytes()
        full.reserveCapacity(name.utf8.count + 1 + key.count)
        full.append(contentsOf: name.utf8)
        full.append(UInt8(ascii: "/"))
        full.append(contentsOf: key)
        return full
    }

    /// The key of `prefix` and `key` in store `name`, made at once.
    static func fullKey(_ name: String, prefix: UInt8, _ key: Bytes) -> Bytes {
        var full = Bytes()
        full.reserveCapacity(name.utf8.count + 2 + key.count)
        full.append(contentsOf: name.utf8)
        full.append(UInt8(ascii: "/"))
        full.append(prefix)
        full.append(contentsOf: key)
        return full
    }

    /// The newest value under `fullKey`.
    public func value(_ fullKey: Bytes) throws(StorageFailure) -> Bytes? {
        if let entry = entries[ByteKey(fullKey)] { return entry.value }
        return try committed.value(.state, fullKey)
    }

    /// The newest value under `fullKey`, kept so that the next read of it is quick.
    public mutating func read(_ fullKey: Bytes) throws(StorageFailure) -> Bytes? {
        let key = ByteKey(fullKey)
        if let entry = entries[key] { return entry.value }
        let value = try committed.value(.state, fullKey)
        if readCount >= State.readLimit { forgetReads() }
        entries[key] = Entry(value: value, isChanged: false)
        readCount += 1
        return value
    }

    private mutating func forgetReads() {
        entries = entries.filter { $0.value.isChanged }
        readCount = 0
    }

    /// Stores `value` under `fullKey`, or removes the key.
    public mutating func set(_ fullKey: Bytes, _ value: Bytes?) {
        let key = ByteKey(fullKey)
        let old = entries.updateValue(Entry(value: value, isChanged: true), forKey: key)
        if old?.isChanged != true { changedKeys.append(fullKey) }
        if !marks.isEmpty { undos.append(Undo(key: key, entry: old)) }
    }

    /// The blob whose SHA-256 is `hash`, or `nil`.
    public func blob(_ hash: Hash256) throws(StorageFailure) -> Bytes? {
        if let blob = blobs[hash] { return blob }
        return try committed.value(.blobs, hash.bytes)
    }

    /// Stores `blob` under its SHA-256, which the caller has computed.
    public mutating func setBlob(_ hash: Hash256, _ blob: Bytes) {
        if blobs.updateValue(blob, forKey: hash) == nil { blobHashes.append(hash) }
    }

    /// Up to `limit` pairs with `start <= key < end`, ascending, or descending when `reverse`.
    public func pairs(
        from start: Bytes, to end: Bytes, limit: Int, reverse: Bool = false
    ) throws(StorageFailure) -> [KeyValuePair] {
        let changed = changedKeys.filter {
            !$0.lexicographicallyPrecedes(start) && $0.lexicographicallyPrecedes(end)
        }
        // A committed pair is lost for each change at most, so this many are enough.
        let (enough, overflow) = limit.addingReportingOverflow(changed.count)
        let base = try committed.pairs(
            .state, from: start, to: end, limit: overflow ? .max : enough, reverse: reverse)
        if changed.isEmpty { return base }
        var merged = base.filter { entries[ByteKey($0.key)]?.isChanged != true }
        for key in changed {
            if let value = entries[ByteKey(key)]?.value { merged.append(KeyValuePair(key, value)) }
        }
        merged.sort { left, right in
            reverse
                ? right.key.lexicographicallyPrecedes(left.key)
                : left.key.lexicographicallyPrecedes(right.key)
        }
        return Array(merged.prefix(limit))
    }

    /// Opens a layer: later changes can be dropped together.
    public mutating func push() {
        marks.append(
            Mark(
                undoCount: undos.count, changedCount: changedKeys.count,
                blobCount: blobHashes.count))
    }

    /// Folds the newest layer into the one below.
    public mutating func keep() {
        precondition(!marks.isEmpty, "the lowest layer cannot be folded")
        marks.removeLast()
        if marks.isEmpty { undos.removeAll(keepingCapacity: true) }
    }

    /// Drops the newest layer.
    public mutating func drop() {
        guard let mark = marks.popLast() else {
            preconditionFailure("the lowest layer cannot be dropped")
        }
        while undos.count > mark.undoCount {
            let undo = undos.removeLast()
            // The removed value may have been counted as read before it was changed; the count is
            // only a limit's, and too high is harmless.
            entries[undo.key] = undo.entry
        }
        changedKeys.removeSubrange(mark.changedCount...)
        while blobHashes.count > mark.blobCount { blobs[blobHashes.removeLast()] = nil }
    }

    /// All changes, folded, in ascending order of full key.
    public var changes: [(key: Bytes, value: Bytes?)] {
        changedKeys.map { OrderedBytes($0) }.sorted()
            .map { ($0.bytes, entries[ByteKey($0.bytes)]?.value) }
    }

    /// All new blobs, in ascending order of hash.
    public var newBlobs: [(hash: Hash256, blob: Bytes)] {
        blobHashes.sorted().map { ($0, blobs[$0] ?? []) }
    }
}
