// A state tree as a list of nodes from which the same tree can be built again: same shape, same
// versions, same hashes, now and after every later change. The shape of an AVL tree depends on the
// order in which its keys came, so keys and values alone would not do.
//
// Nodes come children first, left before right (post-order), as in IAVL's export. A leaf says its
// key and value; an inner node says its version only, because height, size and key follow from the
// two nodes before it that have no parent yet. So nothing is in the list that the hash does not
// cover, and whoever compares the hash of the result has checked all of it.

public import Base

/// A node of a state tree on its way to another database.
public enum ExportedNode: Equatable, Sendable {
    /// A leaf; `version` is the one that set it.
    case leaf(version: Int64, key: Bytes, value: Bytes)
    /// The parent of the two nodes before it that have none yet.
    case inner(version: Int64)
}

extension IAVLTree {
    /// Calls `body` with every node of the last saved version, children first. Nodes are read one
    /// at a time; at most one path of them is in memory beside those that the tree keeps.
    ///
    /// - Precondition: the tree has no unsaved changes.
    public func export(
        _ body: (ExportedNode) throws(StorageFailure) -> Void
    ) throws(StorageFailure) {
        if let root { try export(root, body) }
    }

    /// The depth of recursion is the height of the tree.
    private func export(
        _ link: TreeLink, _ body: (ExportedNode) throws(StorageFailure) -> Void
    ) throws(StorageFailure) {
        let node = try fetch(link)
        guard !node.isLeaf else {
            return try body(.leaf(version: node.version, key: node.key, value: node.value))
        }
        try export(node.left, body)
        try export(node.right, body)
        try body(.inner(version: node.version))
    }
}

/// Why a list of nodes is no tree.
public enum TreeImportError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A leaf without a key, or one whose key does not follow the key before.
    case keyOrder
    /// A version that the tree cannot hold.
    case version(Int64)
    /// An inner node without two children, or with children of very different heights.
    case shape
    /// More nodes than a tree can have.
    case tooManyNodes

    public var description: String {
        switch self {
        case .keyOrder: "the keys of the leaves do not ascend"
        case .version(let version): "a node of version \(version)"
        case .shape: "the nodes do not make a balanced tree"
        case .tooManyNodes: "more than 2^32 nodes"
        }
    }
}

/// Builds a state tree in an empty database from the nodes of an exported one. The nodes may be
/// hostile: what comes out is either refused or a well-formed tree, whose root then tells whether
/// it is the right one. Memory does not grow with the tree.
public struct TreeImport: Sendable {
    /// A tree of 2^32 nodes is not higher than this, and no more of its nodes wait for a parent.
    private static let maximumWaiting = 64

    /// A node without a parent.
    private struct Waiting {
        let link: TreeLink
        /// The smallest key below: an inner node's key is that of its right child.
        let smallestKey: Bytes
    }

    private let version: Int64
    private let keys: TreeKeys
    private var waiting: [Waiting] = []
    private var lastKey: Bytes = []
    private var count: UInt32 = 0

    /// Starts the tree of store `name` as it was saved at `version`.
    public init(name: String, version: Int64) {
        self.version = version
        keys = TreeKeys(name: name)
    }

    /// Takes the next node; appends its record to `writes`.
    public mutating func add(
        _ node: ExportedNode, into writes: inout [KeyValueWrite]
    ) throws(TreeImportError) {
        switch node {
        case .leaf(let version, let key, let value):
            guard lastKey.lexicographicallyPrecedes(key) else { throw .keyOrder }
            guard waiting.count < TreeImport.maximumWaiting else { throw .shape }
            lastKey = key
            let leaf = TreeNode(key: key, value: value, version: try checked(version))
            waiting.append(Waiting(link: try store(leaf, &writes), smallestKey: key))
        case .inner(let version):
            guard let right = waiting.popLast(), let left = waiting.popLast(),
                max(left.link.height, right.link.height)
                    <= min(left.link.height, right.link.height) + 1
            else { throw .shape }
            let inner = TreeNode(
                key: right.smallestKey, left: left.link, right: right.link,
                version: try checked(version))
            waiting.append(
                Waiting(link: try store(inner, &writes), smallestKey: left.smallestKey))
        }
    }

    /// Ends the tree: appends the record of its root to `writes`.
    ///
    /// - Returns: the root hash.
    public mutating func finish(
        into writes: inout [KeyValueWrite]
    ) throws(TreeImportError) -> Hash256 {
        guard waiting.count <= 1 else { throw .shape }
        var record = Bytes()
        let root = waiting.popLast()?.link
        root?.encode(into: &record)
        writes.append(KeyValueWrite(.tree, keys.root(version), record))
        return root?.hash ?? MerkleTree.emptyRoot
    }

    private func checked(_ version: Int64) throws(TreeImportError) -> Int64 {
        guard (1...self.version).contains(version) else { throw .version(version) }
        return version
    }

    /// A link to `node`, whose record is appended to `writes`. Numbers go up over the whole tree,
    /// so that no two nodes of a version share one; they are in no hash.
    private mutating func store(
        _ node: TreeNode, _ writes: inout [KeyValueWrite]
    ) throws(TreeImportError) -> TreeLink {
        guard count < .max else { throw .tooManyNodes }
        count += 1
        let address = TreeAddress(version: node.version, number: count)
        writes.append(KeyValueWrite(.tree, keys.node(address), node.encoded()))
        return TreeLink(
            stored: TreeLink.Stored(address: address, hash: node.hash()), height: node.height,
            size: node.size)
    }
}
