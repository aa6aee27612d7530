// Saving, loading and pruning versions of a state tree. Saving only lists writes: the caller puts
// them, together with everything else the block changed, into one atomic batch.

public import Base

extension IAVLTree {
    /// Saves the working tree, with `changes` applied to it, as the version after the last, also
    /// when nothing changed, and appends its records to `writes`: the new pages, the list of those
    /// left behind, the root.
    ///
    /// The writes must be in the database behind `reading` before the tree is read or changed
    /// again. Applying changes here costs a fraction of setting them before.
    ///
    /// - Precondition: changed keys are not empty and ascend.
    /// - Returns: the root hash of the new version.
    public mutating func saveVersion(
        applying changes: [Change] = [], into writes: inout [KeyValueWrite]
    ) throws(StorageFailure) -> Hash256 {
        IAVLTree.requireAscending(changes)
        let tree = self
        var writer = TreePageWriter(version: version + 1, keys: keys) {
            (link) throws(StorageFailure) in try tree.page(of: link)
        }
        var others = changes
        if let root, root.stored?.isPageRoot == true, !changes.isEmpty {
            others = []
            if let changed = try writer.updated(root, changes, 0..<changes.count, &others) {
                self.root = changed
            }
        }
        if !others.isEmpty {
            // What was written a moment ago is not in the database yet.
            fresh = writer.pages
            try applyOneByOne(others)
        }
        let whole = self
        var saved: TreeLink?
        if let root {
            writer.load = { (link) throws(StorageFailure) in try whole.page(of: link) }
            saved = try writer.page(root)
        }
        writer.finish(orphans: orphans, into: &writes)
        var record = Bytes()
        if let saved { TreePage.append(saved, to: &record) }
        writes.append(KeyValueWrite(.tree, keys.root(version + 1), record))
        finishSaving(root: saved)
        return workingHash
    }

    /// Deletes every version up to `version`, and the pages that only those reach. The newest
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
            guard let addresses = TreeKeys.addresses(in: pair.value) else {
                throw StorageFailure("a list of old pages of tree \(name) is malformed")
            }
            for address in addresses {
                writes.append(KeyValueWrite(.tree, keys.page(address), nil))
            }
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
        let pairCount = 64
        var next = start
        while true {
            let page = try reading.pairs(
                .tree, from: next, to: end, limit: pairCount, reverse: false)
            for pair in page { try body(pair) }
            guard page.count == pairCount, let last = page.last else { return }
            next = last.key + [0]
        }
    }

    /// The root link of a stored version; `nil` for the empty tree.
    func storedRoot(_ version: Int64) throws(StorageFailure) -> TreeLink? {
        guard version > 0, let record = try reading.value(.tree, keys.root(version)) else {
            throw StorageFailure("version \(version) of tree \(name) is not stored")
        }
        guard !record.isEmpty else { return nil }
        // A page never links to itself, so the address given for its nodes is not used.
        let nowhere = TreeAddress(version: 0, number: 0)
        guard let link = try? TreePage.link(record[...], in: nowhere), link.stored?.record == nil
        else {
            throw StorageFailure("the root of version \(version) of tree \(name) is malformed")
        }
        return link
    }

    /// The node of `link`, from memory or from the database. A node from the database is checked
    /// against the hash its parent holds.
    func fetch(_ link: TreeLink) throws(StorageFailure) -> TreeNode {
        if let node = link.node { return node }
        guard let stored = link.stored else { preconditionFailure("a node is resident or stored") }
        let record: ArraySlice<UInt8>
        if let known = stored.record { record = known } else { record = try page(of: link) }
        guard let node = TreePage.node(record, for: link) else {
            throw StorageFailure(
                "\(place(stored.address)) is damaged; restore the database from a copy")
        }
        return node
    }

    /// The page whose highest node is that of `link`.
    func page(of link: TreeLink) throws(StorageFailure) -> ArraySlice<UInt8> {
        guard let stored = link.stored, stored.isPageRoot else {
            preconditionFailure("only the highest node of a page is looked for")
        }
        // A damaged link may name any page, so the number is not believed.
        if stored.address.version == version + 1, stored.address.number > 0,
            stored.address.number <= fresh.count,
            let page = fresh[Int(stored.address.number) - 1]
        {
            return page[...]
        }
        guard let bytes = try reading.value(.tree, keys.page(stored.address)) else {
            throw StorageFailure(
                "\(place(stored.address)) is missing; the database is incomplete or was pruned")
        }
        return bytes[...]
    }

    /// Number of stored pages that the tree reaches. Reads them all.
    public func pageCount() throws(StorageFailure) -> Int {
        guard let root else { return 0 }
        return try pageCount(below: root)
    }

    private func pageCount(below link: TreeLink) throws(StorageFailure) -> Int {
        let node = try fetch(link)
        let own = link.stored?.isPageRoot == true ? 1 : 0
        guard !node.isLeaf else { return own }
        return try own + pageCount(below: node.left) + pageCount(below: node.right)
    }

    private func place(_ address: TreeAddress) -> String {
        "page \(address.number) of version \(address.version) of tree \(name)"
    }
}
