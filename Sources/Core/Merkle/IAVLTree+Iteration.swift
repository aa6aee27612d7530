// Ordered reads of a state tree.

public import Base

extension IAVLTree {
    /// Up to `limit` pairs with `start <= key < end` in ascending key order, descending when
    /// `reverse`. `end == nil` means to the end. Nodes outside the range are not read.
    public func pairs(
        from start: Bytes = [], to end: Bytes? = nil, limit: Int = .max, reverse: Bool = false
    ) throws(StorageFailure) -> [KeyValuePair] {
        var found: [KeyValuePair] = []
        if let root, limit > 0 {
            try collect(root, Range(start, end), limit, reverse, &found)
        }
        return found
    }

    private struct Range {
        let start: Bytes
        let end: Bytes?

        init(_ start: Bytes, _ end: Bytes?) {
            self.start = start
            self.end = end
        }

        /// Whether keys below `key` can be in the range.
        func reachesBelow(_ key: Bytes) -> Bool { start.lexicographicallyPrecedes(key) }

        /// Whether `key` or keys above it can be in the range.
        func reachesUp(to key: Bytes) -> Bool {
            guard let end else { return true }
            return key.lexicographicallyPrecedes(end)
        }

        func contains(_ key: Bytes) -> Bool {
            !key.lexicographicallyPrecedes(start) && reachesUp(to: key)
        }
    }

    /// Appends pairs below `link`; the depth of recursion is the height of the tree.
    private func collect(
        _ link: TreeLink, _ range: Range, _ limit: Int, _ reverse: Bool,
        _ found: inout [KeyValuePair]
    ) throws(StorageFailure) {
        let node = try fetch(link)
        guard !node.isLeaf else {
            if range.contains(node.key) { found.append(KeyValuePair(node.key, node.value)) }
            return
        }
        let sides =
            (range.reachesBelow(node.key) ? [node.left] : [])
            + (range.reachesUp(to: node.key) ? [node.right] : [])
        for side in reverse ? sides.reversed() : sides where found.count < limit {
            try collect(side, range, limit, reverse, &found)
        }
    }
}
