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
            assembly: TreeAssembly(name: name, version: version), leaf: leaf, write: write)
        do {
            let root = count > 0 ? try builder.node(count) : nil
            let hash = try builder.assembly.finish(root: root, into: &builder.writes)
            try write(builder.writes)
            return hash
        } catch let failure as StorageFailure { throw failure } catch {
            throw StorageFailure("the tree \(name) cannot be built: \(error)")
        }
    }
}

private struct TreeBuilder {
    var assembly: TreeAssembly
    let leaf: () throws(StorageFailure) -> KeyValuePair
    let write: ([KeyValueWrite]) throws(StorageFailure) -> Void
    var writes: [KeyValueWrite] = []

    init(
        assembly: TreeAssembly, leaf: @escaping () throws(StorageFailure) -> KeyValuePair,
        write: @escaping ([KeyValueWrite]) throws(StorageFailure) -> Void
    ) {
        self.assembly = assembly
        self.leaf = leaf
        self.write = write
    }

    /// The node over the next `count` leaves. The recursion is as deep as the tree is high.
    mutating func node(_ count: Int) throws -> TreeAssembly.Node {
        guard count > 1 else {
            let pair = try leaf()
            return assembly.leaf(pair.key, pair.value, version: assembly.version)
        }
        let left = try node((count + 1) / 2)
        let right = try node(count / 2)
        let joined = try assembly.join(
            left, right, version: assembly.version, into: &writes)
        if writes.count >= 4096 {
            try write(writes)
            writes.removeAll(keepingCapacity: true)
        }
        return joined
    }
}
