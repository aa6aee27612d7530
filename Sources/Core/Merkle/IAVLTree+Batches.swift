// Many changes at once. Setting keys one by one copies the upper levels of the tree once a key; in
// one pass over the sorted changes every node on their paths is copied once.
//
// The result is that of the changes one by one. Only new keys and removals change the shape of the
// tree; setting keys that are there replaces leaves in place. A node of the result has the new
// version exactly when it is on the path of a changed key or was made by a rotation, whichever came
// first: so keys that are there are set first, and the others in ascending order after them.

public import Base

extension IAVLTree {
    /// A new value of a key, or `nil` to remove it.
    public typealias Change = (key: Bytes, value: Bytes?)

    /// Sets and removes keys: the same as ``set(_:_:)`` and ``remove(_:)`` one by one.
    ///
    /// - Precondition: keys are not empty and ascend.
    public mutating func apply(_ changes: [Change]) throws(StorageFailure) {
        precondition(
            zip(changes, changes.dropFirst())
                .allSatisfy { $0.key.lexicographicallyPrecedes($1.key) },
            "changed keys ascend")
        var others: [Change] = []
        if let root {
            if let changed = try updating(root, changes[...], &others) { self.root = changed }
        } else {
            others = changes
        }
        for change in others {
            if let value = change.value {
                try set(change.key, value)
            } else {
                _ = try remove(change.key)
            }
        }
    }

    /// The link with the values of those of `changes` whose keys are below it; `nil` when none is.
    /// The rest, and removals, are appended to `others`.
    private mutating func updating(
        _ link: TreeLink, _ changes: ArraySlice<Change>, _ others: inout [Change]
    ) throws(StorageFailure) -> TreeLink? {
        let node = try fetch(link)
        guard !node.isLeaf else {
            var changed: TreeLink?
            for change in changes {
                guard change.key == node.key, let value = change.value else {
                    others.append(change)
                    continue
                }
                retire(link)
                changed = TreeLink(TreeNode(key: node.key, value: value, version: version + 1))
            }
            return changed
        }
        let middle = IAVLTree.firstIndex(changes, notBelow: node.key)
        var (left, right): (TreeLink?, TreeLink?)
        if middle > changes.startIndex {
            left = try updating(node.left, changes[..<middle], &others)
        }
        if middle < changes.endIndex {
            right = try updating(node.right, changes[middle...], &others)
        }
        if left == nil, right == nil { return nil }
        retire(link)
        return inner(node.key, left ?? node.left, right ?? node.right)
    }

    /// The first index whose key is `key` or above.
    private static func firstIndex(
        _ changes: ArraySlice<Change>, notBelow key: Bytes
    ) -> Int {
        var (low, high) = (changes.startIndex, changes.endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if changes[middle].key.lexicographicallyPrecedes(key) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
