// The trees of all stores, which give the app hash and its proofs. The newest values also lie flat
// in the family `state`, where reads without proof are one look-up; both are written in one batch.

import Base
import Ledger
import Merkle

/// One tree per store, all at the same version.
struct StateTrees: Sendable {
    /// Ascending by name.
    private var trees: [IAVLTree] = []

    /// Opens the trees of stores `names` at `version`; 0 is before the first block.
    init(
        names: [String], reading: any KeyValueReading, version: Int64
    ) throws(StorageFailure) {
        for name in names.sorted() {
            trees.append(try IAVLTree(name: name, reading: reading, version: version))
        }
    }

    /// Name and root of every store.
    var roots: [(name: String, root: Hash256)] { trees.map { ($0.name, $0.workingHash) } }

    /// The app hash with unsaved changes.
    var appHash: Hash256 { MultiStore.appHash(storeRoots: roots) }

    /// The tree of store `name`, or `nil`.
    func tree(_ name: String) -> IAVLTree? { trees.first { $0.name == name } }

    /// Applies `changes`, ascending by full key (`<store>/<key>`), to working trees.
    mutating func apply(_ changes: [(key: Bytes, value: Bytes?)]) throws(StorageFailure) {
        for (index, own) in split(changes).enumerated() { try trees[index].applyOneByOne(own) }
    }

    /// Saves the next version of every tree, with `changes` as in ``apply(_:)``, and returns the
    /// app hash.
    mutating func save(
        applying changes: [(key: Bytes, value: Bytes?)], into writes: inout [KeyValueWrite]
    ) throws(StorageFailure) -> Hash256 {
        var roots: [(name: String, root: Hash256)] = []
        for (index, own) in split(changes).enumerated() {
            let root = try trees[index].saveVersion(applying: own, into: &writes)
            roots.append((trees[index].name, root))
        }
        return MultiStore.appHash(storeRoots: roots)
    }

    /// The changes of each tree, without the store's name.
    private func split(_ changes: [(key: Bytes, value: Bytes?)]) -> [[IAVLTree.Change]] {
        var count = 0
        let parts = trees.map { tree in
            let prefix = State.fullKey(tree.name, [])
            let first = StateTrees.firstIndex(changes, notBelow: prefix)
            let own = changes[first...].prefix { $0.key.starts(with: prefix) }
            count += own.count
            return own.map { (Bytes($0.key[prefix.count...]), $0.value) }
        }
        precondition(count == changes.count, "a changed key belongs to a store")
        return parts
    }

    private static func firstIndex(
        _ changes: [(key: Bytes, value: Bytes?)], notBelow key: Bytes
    ) -> Int {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].key.lexicographicallyPrecedes(key) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// Appends the deletions of all versions up to `version`.
    static func prune(
        names: [String], through version: Int64, reading: any KeyValueReading,
        into writes: inout [KeyValueWrite]
    ) throws(StorageFailure) {
        guard version >= 1 else { return }
        for name in names.sorted() {
            try IAVLTree.prune(name: name, through: version, reading: reading, into: &writes)
        }
    }
}

/// Reads an older state out of its trees, as if it were the newest.
struct HistoricState: KeyValueReading {
    let trees: StateTrees
    /// Where blobs are; they do not change.
    let reading: any KeyValueReading

    func value(_ family: ColumnFamily, _ key: Bytes) throws(StorageFailure) -> Bytes? {
        guard family == .state else { return try reading.value(family, key) }
        guard let place = split(key) else { return nil }
        return try place.tree.value(at: place.key)
    }

    func pairs(
        _ family: ColumnFamily, from start: Bytes, to end: Bytes?, limit: Int, reverse: Bool
    ) throws(StorageFailure) -> [KeyValuePair] {
        guard family == .state else {
            return try reading.pairs(
                family, from: start, to: end, limit: limit, reverse: reverse)
        }
        guard let place = split(start) else { return [] }
        let prefix = State.fullKey(place.tree.name, [])
        // A range ends within its store or right after it.
        let last = end.flatMap { $0.starts(with: prefix) ? Bytes($0.dropFirst(prefix.count)) : nil }
        return try place.tree.pairs(from: place.key, to: last, limit: limit, reverse: reverse)
            .map { KeyValuePair(prefix + $0.key, $0.value) }
    }

    private func split(_ fullKey: Bytes) -> (tree: IAVLTree, key: Bytes)? {
        guard let slash = fullKey.firstIndex(of: UInt8(ascii: "/")),
            let tree = trees.tree(String(decoding: fullKey[..<slash], as: UTF8.self))
        else { return nil }
        return (tree, Bytes(fullKey[(slash + 1)...]))
    }
}
