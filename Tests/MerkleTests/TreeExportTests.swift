import Base
import Merkle
import Store
import TestSupport
import Testing

@Suite struct TreeExportTests {
    /// A tree that random changes over many versions have shaped.
    private func grown(
        _ generator: inout SeededGenerator, versions: Int, in store: MemoryStore
    ) throws -> IAVLTree {
        var tree = try IAVLTree(name: "t", reading: store, version: 0)
        for version in 1...versions {
            for _ in 0..<generator.int(in: 0...40) { try change(&tree, &generator) }
            var writes: [KeyValueWrite] = []
            _ = try tree.saveVersion(into: &writes)
            try IAVLTree.prune(
                name: "t", through: Int64(version - 2), reading: store, into: &writes)
            try store.commit(writes)
        }
        return tree
    }

    private func change(_ tree: inout IAVLTree, _ generator: inout SeededGenerator) throws {
        let key = generator.bytes(count: 1) + generator.bytes(count: generator.int(in: 0...1))
        if generator.isOne(in: 3) {
            _ = try tree.remove(key)
        } else {
            let count = generator.int(in: 0...9)
            try tree.set(key, generator.bytes(count: count))
        }
    }

    private func nodes(of tree: IAVLTree) throws -> [ExportedNode] {
        var nodes: [ExportedNode] = []
        try tree.export { nodes.append($0) }
        return nodes
    }

    @Test func anImportedTreeHasTheSameHashNowAndLater() throws {
        var generator = SeededGenerator(seed: 31)
        for _ in 0..<40 {
            let store = MemoryStore()
            let versions = generator.int(in: 1...12)
            var tree = try grown(&generator, versions: versions, in: store)
            var writes: [KeyValueWrite] = []
            var importing = TreeImport(name: "t", version: Int64(versions))
            for node in try nodes(of: tree) { try importing.add(node, into: &writes) }
            let root = try importing.finish(into: &writes)
            #expect(root == tree.rootHash)
            let other = MemoryStore()
            try other.commit(writes)
            var copy = try IAVLTree(name: "t", reading: other, version: Int64(versions))
            #expect(copy.rootHash == root && copy.count == tree.count)
            #expect(try nodes(of: copy) == nodes(of: tree))
            for _ in 0..<4 {
                var (left, right) = (generator, generator)
                for _ in 0..<30 {
                    try change(&tree, &left)
                    try change(&copy, &right)
                }
                generator = left
                var (old, new): ([KeyValueWrite], [KeyValueWrite]) = ([], [])
                let expected = try tree.saveVersion(into: &old)
                let actual = try copy.saveVersion(into: &new)
                #expect(actual == expected)
                // The copy can be pruned: its orphans are found under their own addresses.
                try other.commit(new)
                try store.commit(old)
                var pruned: [KeyValueWrite] = []
                try IAVLTree.prune(
                    name: "t", through: copy.version - 1, reading: other, into: &pruned)
                try other.commit(pruned)
                let reopened = try IAVLTree(name: "t", reading: other, version: copy.version)
                #expect(try nodes(of: reopened) == nodes(of: tree))
            }
        }
    }

    @Test func anEmptyTreeTravels() throws {
        var writes: [KeyValueWrite] = []
        var importing = TreeImport(name: "e", version: 7)
        let root = try importing.finish(into: &writes)
        let store = MemoryStore()
        try store.commit(writes)
        let tree = try IAVLTree(name: "e", reading: store, version: 7)
        #expect(tree.rootHash == root && tree.count == 0)
        #expect(try nodes(of: tree).isEmpty)
    }

    @Test func listsThatAreNoTreeAreRefused() {
        func leaf(_ key: UInt8, _ version: Int64 = 1) -> ExportedNode {
            .leaf(version: version, key: [key], value: [])
        }
        let inner = ExportedNode.inner(version: 1)
        let cases: [([ExportedNode], TreeImportError)] = [
            ([leaf(2), leaf(1)], .keyOrder), ([leaf(2), leaf(2)], .keyOrder),
            ([.leaf(version: 1, key: [], value: [])], .keyOrder),
            ([leaf(1, 0)], .version(0)), ([leaf(1, 6)], .version(6)),
            ([leaf(1), leaf(2), .inner(version: -1)], .version(-1)),
            ([inner], .shape), ([leaf(1), inner], .shape), ([leaf(1), leaf(2)], .shape),
            // Two levels beside none.
            ([leaf(1), leaf(2), leaf(3), inner, leaf(4), inner, inner], .shape),
            ((0..<100).map { leaf(UInt8($0)) }, .shape),
        ]
        for (nodes, expected) in cases {
            #expect(throws: expected) {
                var writes: [KeyValueWrite] = []
                var importing = TreeImport(name: "t", version: 5)
                for node in nodes { try importing.add(node, into: &writes) }
                _ = try importing.finish(into: &writes)
            }
        }
    }

    @Test func anotherListGivesAnotherRoot() throws {
        var generator = SeededGenerator(seed: 32)
        let tree = try grown(&generator, versions: 5, in: MemoryStore())
        let list = try nodes(of: tree)
        for index in list.indices {
            var changed = list
            switch changed[index] {
            case .leaf(let version, let key, let value):
                changed[index] = .leaf(version: version, key: key, value: value + [1])
            case .inner(let version): changed[index] = .inner(version: version % 5 + 1)
            }
            var writes: [KeyValueWrite] = []
            var importing = TreeImport(name: "t", version: 5)
            for node in changed { try importing.add(node, into: &writes) }
            let root = try importing.finish(into: &writes)
            #expect(root != tree.rootHash)
        }
    }
}
