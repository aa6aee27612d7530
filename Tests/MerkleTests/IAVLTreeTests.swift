// The state tree as a map with versions: against a sorted array on seeded operations, across
// reopening, pruning and damage.

import Base
import Merkle
import Store
import TestSupport
import Testing

/// A tree with its database, committed after every save.
struct StoredTree {
    let store = MemoryStore()
    var tree: IAVLTree

    init(name: String = "s") throws { tree = try IAVLTree(name: name, reading: store, version: 0) }

    mutating func save(applying changes: [IAVLTree.Change] = []) throws -> Hash256 {
        var writes: [KeyValueWrite] = []
        let hash = try tree.saveVersion(applying: changes, into: &writes)
        try store.commit(writes)
        return hash
    }

    func at(_ version: Int64) throws -> IAVLTree {
        try IAVLTree(name: tree.name, reading: store, version: version)
    }

    func prune(through version: Int64) throws {
        var writes: [KeyValueWrite] = []
        try IAVLTree.prune(name: tree.name, through: version, reading: store, into: &writes)
        try store.commit(writes)
    }

    func records() throws -> [KeyValuePair] { try store.allPairs(.tree) }

    /// Number of stored pages of this tree.
    func pageCount() throws -> Int {
        let prefix = [UInt8(tree.name.utf8.count)] + ascii(tree.name) + ascii("n")
        return try records().filter { $0.key.starts(with: prefix) }.count
    }
}

/// The oracle: keys and values in a dictionary, sorted when read.
struct Model: Equatable {
    var values: [Bytes: Bytes] = [:]

    func pairs(
        from start: Bytes = [], to end: Bytes? = nil, limit: Int = .max, reverse: Bool = false
    ) -> [KeyValuePair] {
        var keys = values.keys.sorted { $0.lexicographicallyPrecedes($1) }
        keys.removeAll { $0.lexicographicallyPrecedes(start) }
        if let end { keys.removeAll { !$0.lexicographicallyPrecedes(end) } }
        if reverse { keys.reverse() }
        return keys.prefix(limit).map { KeyValuePair($0, values[$0] ?? []) }
    }
}

/// One random change of both.
func change(
    _ tree: inout IAVLTree, _ model: inout Model, _ random: inout SeededGenerator
) throws {
    let key = random.bytes(count: random.int(in: 1...2)).map { $0 & 31 }
    if random.isOne(in: 3) {
        let removed = try tree.remove(key)
        #expect(removed == (model.values.removeValue(forKey: key) != nil))
    } else {
        let value = random.bytes(count: random.int(in: 1...40))
        try tree.set(key, value)
        model.values[key] = value
    }
}

@Suite struct IAVLTreeTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func behavesAsASortedMapAcrossVersions(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var stored = try StoredTree()
        var model = Model()
        var history: [(hash: Hash256, model: Model)] = []
        var pruned = 0
        for _ in 0..<40 {
            for _ in 0..<random.int(in: 0...30) {
                try change(&stored.tree, &model, &random)
            }
            let working = stored.tree.workingHash
            let hash = try stored.save()
            #expect(hash == working && hash == stored.tree.rootHash)
            history.append((hash, model))
            #expect(stored.tree.count == Int64(model.values.count))
            if random.isOne(in: 3) { stored.tree = try stored.at(Int64(history.count)) }
            if random.isOne(in: 5), history.count > 3 {
                pruned = random.int(in: pruned...(history.count - 2))
                try stored.prune(through: Int64(pruned))
            }
            for version in (pruned + 1)...history.count {
                let old = try stored.at(Int64(version))
                #expect(old.rootHash == history[version - 1].hash)
                guard version == history.count || random.isOne(in: 12) else { continue }
                #expect(try old.pairs() == history[version - 1].model.pairs())
            }
            for version in 1..<(pruned + 1) {
                #expect(throws: StorageFailure.self) { try stored.at(Int64(version)) }
            }
        }
    }

    @Test func findsEveryKeyAndNoOther() throws {
        var random = SeededGenerator(seed: 7)
        var stored = try StoredTree()
        var model = Model()
        for _ in 0..<600 { try change(&stored.tree, &model, &random) }
        let working = stored.tree
        _ = try stored.save()
        let reopened = try stored.at(1)
        for _ in 0..<2000 {
            let key = random.bytes(count: random.int(in: 1...3)).map { $0 & 31 }
            for tree in [working, stored.tree, reopened] {
                #expect(try tree.value(at: key) == model.values[key])
            }
        }
    }

    @Test func readsRangesInBothDirections() throws {
        var random = SeededGenerator(seed: 8)
        var stored = try StoredTree()
        var model = Model()
        for _ in 0..<300 { try change(&stored.tree, &model, &random) }
        _ = try stored.save()
        for _ in 0..<300 {
            let start = random.bytes(count: random.int(in: 0...2)).map { $0 & 31 }
            let end =
                random.isOne(in: 4)
                ? nil : random.bytes(count: random.int(in: 0...2)).map { $0 & 31 }
            let limit = random.element(of: [0, 1, 2, 10, .max])
            let reverse = random.isOne(in: 2)
            #expect(
                try stored.tree.pairs(from: start, to: end, limit: limit, reverse: reverse)
                    == model.pairs(from: start, to: end, limit: limit, reverse: reverse))
        }
    }

    @Test func copiesChangeOnTheirOwn() throws {
        var stored = try StoredTree()
        try stored.tree.set([1], [1])
        _ = try stored.save()
        var copy = stored.tree
        try copy.set([1], [2])
        #expect(try copy.remove([9]) == false)
        #expect(try stored.tree.value(at: [1]) == [1])
        #expect(try copy.value(at: [1]) == [2])
        #expect(copy.rootHash != stored.tree.rootHash)
    }

    @Test func removingAnAbsentKeyChangesNothing() throws {
        var stored = try StoredTree()
        for key in 1...20 as ClosedRange<UInt8> { try stored.tree.set([key], [key]) }
        let hash = try stored.save()
        for key in 21...40 as ClosedRange<UInt8> {
            #expect(try stored.tree.remove([key]) == false)
        }
        #expect(stored.tree.rootHash == hash)
        #expect(try stored.save() == hash)
    }

    @Test func unchangedVersionKeepsTheRootAndWritesOneRecord() throws {
        var stored = try StoredTree()
        let empty = try stored.save()
        #expect(empty.hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        try stored.tree.set([1], [1])
        try stored.tree.set([2], [1])
        let hash = try stored.save()
        var writes: [KeyValueWrite] = []
        #expect(try stored.tree.saveVersion(into: &writes) == hash)
        #expect(stored.tree.version == 3)
        #expect(writes.count == 1)
        try stored.store.commit(writes)
        try stored.prune(through: 2)
        #expect(try stored.at(3).rootHash == hash)
        #expect(try stored.at(3).value(at: [1]) == [1])
    }

    @Test func pruningLeavesNoGarbage() throws {
        var random = SeededGenerator(seed: 11)
        var stored = try StoredTree()
        var model = Model()
        for round in 1...60 {
            for _ in 0..<20 { try change(&stored.tree, &model, &random) }
            _ = try stored.save()
            if round % 7 == 0 {
                try stored.prune(through: Int64(round) - 1)
                // Only what the newest version reaches is left: its pages and its root.
                #expect(try stored.pageCount() == stored.tree.pageCount())
                #expect(try stored.records().count == stored.pageCount() + 1)
            }
        }
    }

    @Test func removingEverythingLeavesTheEmptyTree() throws {
        var stored = try StoredTree()
        for key in 0..<100 as Range<UInt8> { try stored.tree.set([key], [key]) }
        _ = try stored.save()
        for key in 0..<100 as Range<UInt8> { #expect(try stored.tree.remove([key])) }
        #expect(try stored.save() == MerkleTree.emptyRoot)
        #expect(try stored.at(2).pairs().isEmpty)
        try stored.prune(through: 1)
        #expect(try stored.pageCount() == 0)
    }

    @Test func pruningNeverDeletesTheNewestVersion() throws {
        var stored = try StoredTree()
        try stored.prune(through: 100)
        for version in 1...5 as ClosedRange<UInt8> {
            try stored.tree.set([version], [version])
            _ = try stored.save()
        }
        let hash = stored.tree.rootHash
        try stored.prune(through: 0)
        #expect(try stored.at(1).count == 1)
        try stored.prune(through: .max)
        #expect(try stored.at(5).rootHash == hash)
        #expect(try stored.at(5).pairs().count == 5)
        #expect(throws: StorageFailure.self) { try stored.at(4) }
    }

    @Test func namesKeepTreesApart() throws {
        let store = MemoryStore()
        var writes: [KeyValueWrite] = []
        for name in ["a", "aa", "b"] {
            var tree = try IAVLTree(name: name, reading: store, version: 0)
            for version in 1...4 as ClosedRange<UInt8> {
                try tree.set([1], ascii(name) + [version])
                _ = try tree.saveVersion(into: &writes)
            }
        }
        try store.commit(writes)
        writes = []
        try IAVLTree.prune(name: "a", through: 3, reading: store, into: &writes)
        try store.commit(writes)
        for name in ["a", "aa", "b"] {
            let tree = try IAVLTree(name: name, reading: store, version: 4)
            #expect(try tree.value(at: [1]) == ascii(name) + [4])
        }
        #expect(
            try IAVLTree(name: "aa", reading: store, version: 1).value(at: [1]) == hex("616101"))
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func changesAtOnceAreChangesOneByOne(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (single, batch) = (try StoredTree(), try StoredTree())
        var keys: [Bytes] = []
        for round in 0..<60 {
            var changes: [Bytes: Bytes?] = [:]
            for _ in 0..<random.int(in: 0...40) {
                let isKnown = !keys.isEmpty && !random.isOne(in: 3)
                let key =
                    isKnown ? random.element(of: keys) : random.bytes(count: 2).map { $0 & 63 }
                keys.append(key)
                changes[key] = .some(
                    random.isOne(in: 4) ? nil : random.bytes(count: random.int(in: 1...30)))
            }
            let sorted = changes.keys.sorted { $0.lexicographicallyPrecedes($1) }
                .map { (key: $0, value: changes[$0] ?? nil) }
            for change in sorted {
                if let value = change.value {
                    try single.tree.set(change.key, value)
                } else {
                    _ = try single.tree.remove(change.key)
                }
            }
            #expect(try single.save() == batch.save(applying: sorted), "round \(round)")
            #expect(try batch.pageCount() >= batch.tree.pageCount())
            if random.isOne(in: 6) {
                try batch.prune(through: batch.tree.version - 1)
                #expect(try batch.pageCount() == batch.tree.pageCount())
            }
            if random.isOne(in: 4) { batch.tree = try batch.at(batch.tree.version) }
            #expect(try single.tree.pairs() == batch.tree.pairs())
        }
    }

    @Test(arguments: [0, 1, 2, 3, 7, 8, 9, 100, 1000])
    func builtTreesCanBeReadProvenAndChanged(count: Int) throws {
        let store = MemoryStore()
        var number = 0
        let hash = try IAVLTree.build(name: "s", version: 4, count: count) {
            () throws(StorageFailure) in
            number += 1
            return KeyValuePair([UInt8(number >> 8), UInt8(number & 255)], [1, 2])
        } write: { (writes) throws(StorageFailure) in
            try store.commit(writes)
        }
        var tree = try IAVLTree(name: "s", reading: store, version: 4)
        #expect(tree.rootHash == hash && tree.count == Int64(count))
        #expect(try tree.pairs().count == count)
        #expect(try tree.pageCount() == store.allPairs(.tree).count - 1)
        // Changing it keeps it balanced and its hashes right: reading checks them all.
        for key in 0..<200 { try tree.set([UInt8(key), 7, 7], [UInt8(key)]) }
        var writes: [KeyValueWrite] = []
        let changed = try tree.saveVersion(into: &writes)
        try store.commit(writes)
        let reopened = try IAVLTree(name: "s", reading: store, version: 5)
        #expect(reopened.rootHash == changed)
        #expect(try reopened.pairs().count == count + 200)
    }

    /// Pages are updated in place of their bytes; damaged bytes must not trap there either.
    @Test func refusesDamagedPagesWhenUpdating() throws {
        var stored = try StoredTree()
        for key in 0..<40 as Range<UInt8> { try stored.tree.set([key, key], [key]) }
        _ = try stored.save()
        let changes = stride(from: 0 as UInt8, to: 40, by: 3)
            .map { IAVLTree.Change(key: [$0, $0], value: [1, 2, 3]) }
        for record in try stored.records() where record.key.count > 4 {
            for damaged in flips(of: record.value) + [Bytes(record.value.dropLast())] {
                let store = stored.store.copy()
                try store.commit([KeyValueWrite(.tree, record.key, damaged)])
                guard var tree = try? IAVLTree(name: "s", reading: store, version: 1) else {
                    continue
                }
                var writes: [KeyValueWrite] = []
                _ = try? tree.saveVersion(applying: changes, into: &writes)
            }
        }
    }

    /// Where nodes lie must not depend on what a node happens to have in memory.
    @Test func pagesDependOnHistoryOnly() throws {
        var random = SeededGenerator(seed: 5)
        var (running, restarted) = (try StoredTree(), try StoredTree())
        for _ in 0..<40 {
            for _ in 0..<20 {
                let key = random.bytes(count: 2).map { $0 & 31 }
                if random.isOne(in: 4) {
                    #expect(try running.tree.remove(key) == restarted.tree.remove(key))
                } else {
                    try running.tree.set(key, key)
                    try restarted.tree.set(key, key)
                }
            }
            #expect(try running.save() == restarted.save())
            restarted.tree = try restarted.at(restarted.tree.version)
            #expect(try running.records() == restarted.records())
        }
    }

    @Test func refusesVersionsThatAreNotStored() throws {
        var stored = try StoredTree()
        try stored.tree.set([1], [1])
        _ = try stored.save()
        for version in [-1, 2, .min, .max] as [Int64] {
            #expect(throws: StorageFailure.self) { try stored.at(version) }
        }
    }

    @Test func refusesDamagedAndMissingRecords() throws {
        var stored = try StoredTree()
        for key in 0..<20 as Range<UInt8> { try stored.tree.set([key], [key, key]) }
        _ = try stored.save()
        let intact = try stored.tree.pairs()
        for record in try stored.records() {
            let damaged = flips(of: record.value) + [Bytes(record.value.dropLast())]
            for value in damaged.map(Optional.some) + [nil] {
                let store = stored.store.copy()
                try store.commit([KeyValueWrite(.tree, record.key, value)])
                // Anything but a flipped inner key, which no hash covers, must be noticed; a trap
                // never may happen.
                do {
                    let tree = try IAVLTree(name: "s", reading: store, version: 1)
                    let pairs = try tree.pairs()
                    if tree.rootHash == stored.tree.rootHash { #expect(pairs == intact) }
                } catch {}
            }
        }
    }
}
