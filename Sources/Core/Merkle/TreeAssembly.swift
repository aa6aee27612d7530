// Trees that are written from the leaves up: a node is joined from two that are complete, and a
// page is written as soon as its highest node is known. Used where a whole version is made at once.

import Base

/// Writes the pages of a version from the leaves up. The nodes of one page are in memory, and those
/// that wait for a parent.
struct TreeAssembly: Sendable {
    /// A complete node without a parent.
    struct Node: Sendable {
        let hash: Hash256
        let height: UInt8
        let size: Int64
        /// The smallest key below: an inner node's key is that of its right child.
        let smallestKey: Bytes
        /// Its record, with those of the nodes below it in its page.
        let record: Bytes
    }

    let version: Int64
    let keys: TreeKeys
    private var pageCount: UInt32 = 0

    init(name: String, version: Int64) {
        self.version = version
        keys = TreeKeys(name: name)
    }

    /// A leaf that `version` set.
    func leaf(_ key: Bytes, _ value: Bytes, version: Int64) -> Node {
        let leaf = TreeNode(key: key, value: value, version: version)
        let hash = leaf.hash()
        var record = Bytes()
        TreePage.append(leaf, hash: hash, to: &record)
        return Node(hash: hash, height: 0, size: 1, smallestKey: key, record: record)
    }

    /// The parent of two nodes. A child in another band begins a page, which is complete.
    mutating func join(
        _ left: Node, _ right: Node, version: Int64, into writes: inout [KeyValueWrite]
    ) throws(TreeImportError) -> Node {
        let (size, overflow) = left.size.addingReportingOverflow(right.size)
        let (height, isTooHigh) = max(left.height, right.height).addingReportingOverflow(1)
        guard !overflow, !isTooHigh, height & TreePage.linkMark == 0 else { throw .shape }
        let hash = TreeNode.innerHash(
            height: height, size: size, version: version, left: left.hash, right: right.hash)
        let leftRecord = try record(of: left, below: height, &writes)
        let rightRecord = try record(of: right, below: height, &writes)
        guard let leftCount = UInt32(exactly: leftRecord.count) else { throw .shape }
        var record = Bytes()
        record.reserveCapacity(64 + leftRecord.count + rightRecord.count)
        TreePage.appendStart(height: height, version: version, hash: hash, to: &record)
        record.appendVarint(UInt64(bitPattern: size))
        record.appendLengthPrefixed(right.smallestKey)
        record.appendBigEndian(leftCount)
        record += leftRecord
        record += rightRecord
        return Node(
            hash: hash, height: height, size: size, smallestKey: left.smallestKey,
            record: record)
    }

    private mutating func record(
        of child: Node, below height: UInt8, _ writes: inout [KeyValueWrite]
    ) throws(TreeImportError) -> Bytes {
        if TreePage.band(child.height) == TreePage.band(height) { return child.record }
        return try page(child, into: &writes)
    }

    /// Ends the version: its last page, and the record of its root. Returns the root hash.
    mutating func finish(
        root: Node?, into writes: inout [KeyValueWrite]
    ) throws(TreeImportError) -> Hash256 {
        let record = try root.map { (root) throws(TreeImportError) in
            try page(root, into: &writes)
        }
        writes.append(KeyValueWrite(.tree, keys.root(version), record ?? []))
        return root?.hash ?? MerkleTree.emptyRoot
    }

    /// Writes the page of `node` and returns the record of the link to it. All pages belong to the
    /// version being written: what versions their nodes have is in the records.
    private mutating func page(
        _ node: Node, into writes: inout [KeyValueWrite]
    ) throws(TreeImportError) -> Bytes {
        guard pageCount < .max else { throw .tooManyNodes }
        pageCount += 1
        let address = TreeAddress(version: version, number: pageCount)
        writes.append(KeyValueWrite(.tree, keys.page(address), node.record))
        var record = Bytes()
        TreePage.append(
            TreeLink(
                stored: .init(
                    address: address, isPageRoot: true, hash: node.hash, record: nil),
                height: node.height, size: node.size),
            to: &record)
        return record
    }
}
