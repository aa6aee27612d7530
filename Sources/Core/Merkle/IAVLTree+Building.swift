// A whole version of a tree written from its leaves in one pass, in memory of a few pages: for
// large states that are made, not grown.
//
// Leaves are split in halves from the root down, the larger half on the left. A tree that grew key
// by key has another shape and so another hash: this one is for states whose shape is defined so.

public import Base

extension IAVLTree {
    /// Writes version `version` of tree `name`, with `count` leaves, all made by that version.
    ///
    /// - Parameters:
    ///   - leaf: gives the next leaf; keys ascend.
    ///   - write: takes records as they are ready, some thousands at a time.
    /// - Returns: the root hash.
    public static func build(
        name: String, version: Int64, count: Int,
        leaf: @escaping () throws(StorageFailure) -> KeyValuePair,
        write: @escaping ([KeyValueWrite]) throws(StorageFailure) -> Void
    ) throws(StorageFailure) -> Hash256 {
        var builder = TreeBuilder(
            version: version, keys: TreeKeys(name: name), leaf: leaf, write: write)
        var record = Bytes()
        var hash = MerkleTree.emptyRoot
        if count > 0 {
            let root = try builder.node(count)
            hash = root.hash
            record = try builder.pageLink(root)
        }
        builder.writes.append(KeyValueWrite(.tree, builder.keys.root(version), record))
        try write(builder.writes)
        return hash
    }
}

private struct TreeBuilder {
    struct Built {
        var record: Bytes
        var hash: Hash256
        var height: UInt8
        var size: Int64
        var smallestKey: Bytes
    }

    let version: Int64
    let keys: TreeKeys
    let leaf: () throws(StorageFailure) -> KeyValuePair
    let write: ([KeyValueWrite]) throws(StorageFailure) -> Void
    var writes: [KeyValueWrite] = []
    private var pageCount: UInt32 = 0

    init(
        version: Int64, keys: TreeKeys,
        leaf: @escaping () throws(StorageFailure) -> KeyValuePair,
        write: @escaping ([KeyValueWrite]) throws(StorageFailure) -> Void
    ) {
        self.version = version
        self.keys = keys
        self.leaf = leaf
        self.write = write
    }

    /// The node over the next `count` leaves. The recursion is as deep as the tree is high.
    mutating func node(_ count: Int) throws(StorageFailure) -> Built {
        guard count > 1 else {
            let pair = try leaf()
            let node = TreeNode(key: pair.key, value: pair.value, version: version)
            let hash = node.hash()
            var record = Bytes()
            TreePage.append(node, hash: hash, to: &record)
            return Built(record: record, hash: hash, height: 0, size: 1, smallestKey: pair.key)
        }
        let left = try node((count + 1) / 2)
        let right = try node(count / 2)
        let height = max(left.height, right.height) + 1
        let leftRecord = try child(left, ofHeight: height)
        let rightRecord = try child(right, ofHeight: height)
        let size = left.size + right.size
        let hash = TreeNode.innerHash(
            height: height, size: size, version: version, left: left.hash, right: right.hash)
        var record = Bytes()
        record.reserveCapacity(64 + leftRecord.count + rightRecord.count)
        TreePage.appendStart(height: height, version: version, hash: hash, to: &record)
        record.appendVarint(UInt64(bitPattern: size))
        record.appendLengthPrefixed(right.smallestKey)
        record.appendBigEndian(UInt32(leftRecord.count))
        record += leftRecord
        record += rightRecord
        return Built(
            record: record, hash: hash, height: height, size: size,
            smallestKey: left.smallestKey)
    }

    private mutating func child(
        _ built: Built, ofHeight height: UInt8
    ) throws(StorageFailure) -> Bytes {
        TreePage.band(built.height) == TreePage.band(height) ? built.record : try pageLink(built)
    }

    /// Writes a page and returns the record of the link to it.
    mutating func pageLink(_ built: Built) throws(StorageFailure) -> Bytes {
        pageCount += 1
        let address = TreeAddress(version: version, number: pageCount)
        writes.append(KeyValueWrite(.tree, keys.page(address), built.record))
        if writes.count >= 4096 {
            try write(writes)
            writes.removeAll(keepingCapacity: true)
        }
        var record = Bytes()
        TreePage.append(
            TreeLink(
                stored: .init(
                    address: address, isPageRoot: true, hash: built.hash, record: nil),
                height: built.height, size: built.size),
            to: &record)
        return record
    }
}
