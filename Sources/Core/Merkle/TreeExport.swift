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
        case .tooManyNodes: "more than 2^32 pages"
        }
    }
}

/// Builds a state tree in an empty database from the nodes of an exported one. The nodes may be
/// hostile: what comes out is either refused or a well-formed tree, whose root then tells whether
/// it is the right one. Memory does not grow with the tree.
public struct TreeImport: Sendable {
    /// A tree of 2^32 nodes is not higher than this, and no more of its nodes wait for a parent.
    private static let maximumWaiting = 64

    private var assembly: TreeAssembly
    private var waiting: [TreeAssembly.Node] = []
    private var lastKey: Bytes = []

    /// Starts the tree of store `name` as it was saved at `version`.
    public init(name: String, version: Int64) {
        assembly = TreeAssembly(name: name, version: version)
    }

    /// Takes the next node; appends the pages it completes to `writes`.
    public mutating func add(
        _ node: ExportedNode, into writes: inout [KeyValueWrite]
    ) throws(TreeImportError) {
        switch node {
        case .leaf(let version, let key, let value):
            guard lastKey.lexicographicallyPrecedes(key) else { throw .keyOrder }
            guard waiting.count < TreeImport.maximumWaiting else { throw .shape }
            lastKey = key
            waiting.append(assembly.leaf(key, value, version: try checked(version)))
        case .inner(let version):
            guard let right = waiting.popLast(), let left = waiting.popLast(),
                max(left.height, right.height) <= min(left.height, right.height) + 1
            else { throw .shape }
            waiting.append(
                try assembly.join(left, right, version: try checked(version), into: &writes))
        }
    }

    /// Ends the tree: appends its last page and the record of its root to `writes`.
    ///
    /// - Returns: the root hash.
    public mutating func finish(
        into writes: inout [KeyValueWrite]
    ) throws(TreeImportError) -> Hash256 {
        guard waiting.count <= 1 else { throw .shape }
        return try assembly.finish(root: waiting.popLast(), into: &writes)
    }

    private func checked(_ version: Int64) throws(TreeImportError) -> Int64 {
        guard (1...assembly.version).contains(version) else { throw .version(version) }
        return version
    }
}
