// The versioned state tree of one store, with the shape and hashes of Cosmos' IAVL (cosmos/iavl):
// an AVL tree with values in the leaves only. An inner node holds the smallest key on its right.
//
// Every change copies the path from the root to the leaf, so older versions stay whole; a copy made
// for version v + 1 carries that version in its hash, and subtrees nobody touched keep theirs.
// Saving writes the new nodes in pages and lists the pages that the new version left behind;
// pruning a version deletes the pages left behind after it. Between saves no node stays in memory:
// what is read often, the database keeps at hand. Recursion is bounded by the height of the tree,
// below 1.45 log2 of its size.

public import Base

/// The state tree of one store: a sorted map with a hash, a history, and proofs.
///
/// A value type: a copy shares all nodes and changes on its own, also on another thread. After a
/// thrown `StorageFailure` the copy that threw must not be used any more.
public struct IAVLTree: Sendable {
    /// Name of the store.
    public let name: String
    /// The last saved version; 0 before the first. Changes belong to the version after it.
    public private(set) var version: Int64

    let reading: any KeyValueReading
    let keys: TreeKeys
    /// The working tree; `nil` when empty.
    var root: TreeLink?
    /// Stored pages that the working tree no longer reaches.
    var orphans: [TreeAddress] = []
    /// Pages of the version that is being saved, by number from 1.
    var fresh: [Bytes?] = []

    /// Opens the tree as it was saved at `version`; 0 is the empty tree before the first. Any kept
    /// version can be opened for reads and proofs; only the newest may be changed and saved.
    ///
    /// Reads one record; nodes are read when they are needed.
    ///
    /// - Throws: `StorageFailure` when the version is not stored.
    public init(
        name: String, reading: any KeyValueReading, version: Int64
    ) throws(StorageFailure) {
        self.name = name
        self.reading = reading
        self.version = version
        keys = TreeKeys(name: name)
        root = version == 0 ? nil : try storedRoot(version)
    }

    /// Number of keys.
    public var count: Int64 { root?.size ?? 0 }

    /// The root of the tree with its unsaved changes: what `saveVersion` will return. Computing it
    /// hashes every changed node, and saving does so again.
    public var workingHash: Hash256 { root?.hash ?? MerkleTree.emptyRoot }

    /// The root of the tree; the same as `workingHash`.
    public var rootHash: Hash256 { workingHash }

    /// The value of `key`, or `nil`. Cost: one page read from the database for four levels.
    public func value(at key: Bytes) throws(StorageFailure) -> Bytes? {
        guard var link = root else { return nil }
        while true {
            let node = try fetch(link)
            if node.isLeaf { return node.key == key ? node.value : nil }
            link = key.lexicographicallyPrecedes(node.key) ? node.left : node.right
        }
    }

    /// Sets the value of `key`. Setting the same value again still makes a new leaf, and so changes
    /// the hash, as in IAVL. An empty value is kept but cannot be proven by ICS-23.
    ///
    /// - Precondition: `key` is not empty.
    public mutating func set(_ key: Bytes, _ value: Bytes) throws(StorageFailure) {
        precondition(!key.isEmpty, "keys have at least one byte")
        let leaf = TreeNode(key: key, value: value, version: version + 1)
        guard let root else {
            self.root = TreeLink(leaf)
            return
        }
        self.root = try inserting(leaf, in: root).link
    }

    /// Removes `key`. Returns whether it was there; if not, nothing changes.
    public mutating func remove(_ key: Bytes) throws(StorageFailure) -> Bool {
        guard let root, try value(at: key) != nil else { return false }
        self.root = try removing(key, from: root).link
        return true
    }

    /// Takes the state after a save.
    mutating func finishSaving(root: TreeLink?) {
        self.root = root
        fresh = []
        orphans.removeAll(keepingCapacity: true)
        version += 1
    }

    // MARK: Changing paths

    /// The link with `leaf` in it, and whether the key was there already: then no height changed.
    private mutating func inserting(
        _ leaf: TreeNode, in link: TreeLink
    ) throws(StorageFailure) -> (link: TreeLink, isUpdate: Bool) {
        let node = try fetch(link)
        if node.isLeaf { return (beside(node, link, leaf), leaf.key == node.key) }
        retire(link)
        if leaf.key.lexicographicallyPrecedes(node.key) {
            let changed = try inserting(leaf, in: node.left)
            guard !changed.isUpdate else {
                return (inner(node.key, changed.link, node.right), true)
            }
            return (try balanced(node.key, changed.link, node.right), false)
        }
        let changed = try inserting(leaf, in: node.right)
        guard !changed.isUpdate else { return (inner(node.key, node.left, changed.link), true) }
        return (try balanced(node.key, node.left, changed.link), false)
    }

    /// The new leaf in the place of the old one with its key, or both under a new inner node.
    private mutating func beside(
        _ node: TreeNode, _ link: TreeLink, _ leaf: TreeNode
    ) -> TreeLink {
        let new = TreeLink(leaf)
        if leaf.key == node.key {
            retire(link)
            return new
        }
        let old = TreeLink(node, stored: link.stored)
        return leaf.key.lexicographicallyPrecedes(node.key)
            ? inner(node.key, new, old) : inner(leaf.key, old, new)
    }

    /// The link without `key`, which is in it; `nil` when nothing is left. `smallest` is the new
    /// smallest key of the link, if it changed.
    private mutating func removing(
        _ key: Bytes, from link: TreeLink
    ) throws(StorageFailure) -> (link: TreeLink?, smallest: Bytes?) {
        let node = try fetch(link)
        retire(link)
        guard !node.isLeaf else { return (nil, nil) }
        if key.lexicographicallyPrecedes(node.key) {
            let changed = try removing(key, from: node.left)
            guard let newLeft = changed.link else { return (node.right, node.key) }
            return (try balanced(node.key, newLeft, node.right), changed.smallest)
        }
        let changed = try removing(key, from: node.right)
        guard let newRight = changed.link else { return (node.left, nil) }
        return (try balanced(changed.smallest ?? node.key, node.left, newRight), nil)
    }

    // MARK: Balance

    /// A link to a new node of the working version.
    func inner(_ key: Bytes, _ left: TreeLink, _ right: TreeLink) -> TreeLink {
        TreeLink(TreeNode(key: key, left: left, right: right, version: version + 1))
    }

    /// A link to a new node, rotated if its children's heights differ by more than one.
    private mutating func balanced(
        _ key: Bytes, _ left: TreeLink, _ right: TreeLink
    ) throws(StorageFailure) -> TreeLink {
        if left.height > right.height + 1 {
            let top = try fetch(left)
            guard top.right.height > top.left.height else {
                return try rotatedRight(key, left, right)
            }
            retire(left)
            let turned = try rotatedLeft(top.key, top.left, top.right)
            return try rotatedRight(key, turned, right)
        }
        if right.height > left.height + 1 {
            let top = try fetch(right)
            guard top.left.height > top.right.height else {
                return try rotatedLeft(key, left, right)
            }
            retire(right)
            let turned = try rotatedRight(top.key, top.left, top.right)
            return try rotatedLeft(key, left, turned)
        }
        return inner(key, left, right)
    }

    /// The node (key, left, right) with its left child on top.
    private mutating func rotatedRight(
        _ key: Bytes, _ left: TreeLink, _ right: TreeLink
    ) throws(StorageFailure) -> TreeLink {
        let top = try fetch(left)
        retire(left)
        return inner(top.key, top.left, inner(key, top.right, right))
    }

    /// The node (key, left, right) with its right child on top.
    private mutating func rotatedLeft(
        _ key: Bytes, _ left: TreeLink, _ right: TreeLink
    ) throws(StorageFailure) -> TreeLink {
        let top = try fetch(right)
        retire(right)
        return inner(top.key, inner(key, left, top.left), top.right)
    }

    /// Notes that the working tree no longer has the node of `link`. The other nodes of its page
    /// that it still has are copied into new pages: the highest node of a page is retired before
    /// any other, because every path to them leads over it.
    mutating func retire(_ link: TreeLink) {
        guard let stored = link.stored, stored.isPageRoot else { return }
        orphans.append(stored.address)
    }
}
