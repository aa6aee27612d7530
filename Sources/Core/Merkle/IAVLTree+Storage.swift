// Saving, loading and pruning versions of a state tree. Saving only lists writes: the caller puts
// them, together with everything else the block changed, into one atomic batch.

public import Base

extension IAVLTree {
    /// Saves the working tree as the version after the last, also when nothing changed, and appends
    /// its records to `writes`: the new nodes, the orphans, the root.
    ///
    /// The writes must be in the database behind `reading` before the next save.
    ///
    /// - Returns: the root hash of the new version.
    public mutating func saveVersion(
        into writes: inout [KeyValueWrite]
    ) throws(StorageFailure) -> Hash256 {
        let next = version + 1
        var saving = Saving(
            version: next, keys: keys, unloadsOld: residentNodeCount > residentNodeLimit)
        let saved = root.map { saving.save($0) }
        for address in orphans {
            saving.writes.append(
                KeyValueWrite(.tree, keys.orphan(address, last: version), []))
        }
        var record = Bytes()
        saved?.encode(into: &record)
        saving.writes.append(KeyValueWrite(.tree, keys.root(next), record))
        writes.append(contentsOf: saving.writes)
        let kept = saving.unloadsOld ? 0 : residentNodeCount
        finishSaving(root: saved, residentNodeCount: kept + Int(saving.nodeCount))
        return workingHash
    }

    /// Deletes every version up to `version`, and the nodes that only those reach. The newest
    /// version in the database is never deleted.
    ///
    /// - Parameters:
    ///   - name: the store's name.
    ///   - version: the last version to delete; below 1 deletes nothing.
    ///   - reading: the database.
    ///   - writes: where the deletions are appended.
    public static func prune(
        name: String, through version: Int64, reading: any KeyValueReading,
        into writes: inout [KeyValueWrite]
    ) throws(StorageFailure) {
        let keys = TreeKeys(name: name)
        let newest = try reading.pairs(
            .tree, from: keys.roots, to: keys.roots.prefixEnd, limit: 1, reverse: true)
        guard let newestKey = newest.first?.key, let newestVersion = keys.version(ofRoot: newestKey)
        else { return }
        let last = min(version, newestVersion - 1)
        guard last >= 1 else { return }
        let orphans = keys.orphans
        try scan(reading, from: orphans, to: keys.end(of: orphans, through: last)) {
            (pair) throws(StorageFailure) in
            guard let address = keys.address(ofOrphan: pair.key) else {
                throw StorageFailure("an orphan record of tree \(name) is malformed")
            }
            writes.append(KeyValueWrite(.tree, keys.node(address), nil))
            writes.append(KeyValueWrite(.tree, pair.key, nil))
        }
        try scan(reading, from: keys.roots, to: keys.end(of: keys.roots, through: last)) {
            (pair) throws(StorageFailure) in
            writes.append(KeyValueWrite(.tree, pair.key, nil))
        }
    }

    /// Calls `body` with every pair of a range of the tree's records, a page at a time.
    private static func scan(
        _ reading: any KeyValueReading, from start: Bytes, to end: Bytes,
        _ body: (KeyValuePair) throws(StorageFailure) -> Void
    ) throws(StorageFailure) {
        let pageCount = 1024
        var next = start
        while true {
            let page = try reading.pairs(
                .tree, from: next, to: end, limit: pageCount, reverse: false)
            for pair in page { try body(pair) }
            guard page.count == pageCount, let last = page.last else { return }
            next = last.key + [0]
        }
    }

    /// The root link of a stored version; `nil` for the empty tree.
    func storedRoot(_ version: Int64) throws(StorageFailure) -> TreeLink? {
        guard version > 0, let record = try reading.value(.tree, keys.root(version)) else {
            throw StorageFailure("version \(version) of tree \(name) is not stored")
        }
        guard !record.isEmpty else { return nil }
        var reader = ByteReader(record)
        guard record.count == TreeLink.byteCount, let link = try? TreeLink(reading: &reader),
            link.size > 0
        else {
            throw StorageFailure("the root of version \(version) of tree \(name) is malformed")
        }
        return link
    }

    /// The node of `link`, from memory or from the database. A node from the database is checked
    /// against the hash its parent holds.
    func fetch(_ link: TreeLink) throws(StorageFailure) -> TreeNode {
        if let node = link.node { return node }
        guard let address = link.stored?.address else {
            preconditionFailure("a node is resident or stored")
        }
        let place = "node \(address.number) of version \(address.version) of tree \(name)"
        guard let bytes = try reading.value(.tree, keys.node(address)) else {
            throw StorageFailure("\(place) is missing; the database is incomplete or was pruned")
        }
        guard let node = TreeNode.decode(bytes, for: link, at: address) else {
            throw StorageFailure("\(place) is damaged; restore the database from a copy")
        }
        return node
    }
}

/// One pass over the nodes that a version made.
private struct Saving {
    let version: Int64
    let keys: TreeKeys
    /// Whether nodes of older versions leave memory.
    let unloadsOld: Bool
    var writes: [KeyValueWrite] = []
    var nodeCount: UInt32 = 0

    init(version: Int64, keys: TreeKeys, unloadsOld: Bool) {
        self.version = version
        self.keys = keys
        self.unloadsOld = unloadsOld
    }

    /// The link with its unsaved nodes hashed, numbered from the root down, and listed for writing.
    mutating func save(_ link: TreeLink) -> TreeLink {
        if let stored = link.stored {
            return unloadsOld
                ? TreeLink(stored: stored, height: link.height, size: link.size) : link
        }
        guard let working = link.node else { preconditionFailure("unsaved nodes are resident") }
        nodeCount += 1
        let address = TreeAddress(version: version, number: nodeCount)
        var node = working
        if !working.isLeaf {
            node = TreeNode(
                key: working.key, left: save(working.left), right: save(working.right),
                version: version)
        }
        writes.append(KeyValueWrite(.tree, keys.node(address), node.encoded()))
        return TreeLink(node, stored: .init(address: address, hash: node.hash()))
    }
}
