// Nodes of the state tree, which are values that never change: a changed tree shares every node off
// the changed paths with the tree before it, and both stay valid, also across threads.
//
// A node's hash follows IAVL (cosmos/iavl, docs/node): zz is a zig-zag varint, len an unsigned one.
//
//     leaf     SHA-256(zz 0 ‖ zz 1 ‖ zz version ‖ len key ‖ key ‖ 32 ‖ SHA-256(value))
//     inner    SHA-256(zz height ‖ zz size ‖ zz version ‖ 32 ‖ left hash ‖ 32 ‖ right hash)
//
// How nodes lie in the database is the matter of `TreePage`.

import Base
import Cryptography

/// Where a page of stored nodes lies.
struct TreeAddress: Equatable, Sendable {
    /// Version that wrote the page.
    let version: Int64
    /// Its number among the pages of that version, from 1.
    let number: UInt32
}

/// What a parent, or the tree, knows of a node.
struct TreeLink: Sendable {
    /// A node that a version has stored.
    struct Stored: Sendable {
        /// The page it lies in.
        let address: TreeAddress
        /// Whether it is the highest node of its page.
        let isPageRoot: Bool
        let hash: Hash256
        /// Its record, with those of the nodes below it in the page; `nil` while the page is not in
        /// memory.
        let record: ArraySlice<UInt8>?
    }

    /// The node; `nil` while it lies in a page only, and then `stored` is known.
    let node: TreeNode?
    /// Where it lies; `nil` while it belongs to no saved version.
    let stored: Stored?
    /// 0 for a leaf, else one more than the higher child.
    let height: UInt8
    /// Number of leaves.
    let size: Int64

    init(_ node: TreeNode, stored: Stored? = nil) {
        self.node = node
        self.stored = stored
        height = node.height
        size = node.size
    }

    init(stored: Stored, height: UInt8, size: Int64) {
        node = nil
        self.stored = stored
        self.height = height
        self.size = size
    }

    /// The hash; computed, with those below it, while the node is not stored.
    var hash: Hash256 {
        if let stored { return stored.hash }
        guard let node else { preconditionFailure("a node is resident or stored") }
        return node.hash()
    }
}

/// A leaf with its value, or an inner node with two children.
final class TreeNode: Sendable {
    /// A leaf's key; an inner node's smallest key on the right.
    let key: Bytes
    /// A leaf's value; empty for an inner node.
    let value: Bytes
    /// Version that made the node; part of its hash.
    let version: Int64
    /// 0 for a leaf, else one more than the higher child.
    let height: UInt8
    /// Number of leaves.
    let size: Int64
    private let leftChild: TreeLink?
    private let rightChild: TreeLink?

    init(key: Bytes, value: Bytes, version: Int64) {
        self.key = key
        self.value = value
        self.version = version
        height = 0
        size = 1
        leftChild = nil
        rightChild = nil
    }

    init(key: Bytes, left: TreeLink, right: TreeLink, version: Int64) {
        self.key = key
        value = []
        self.version = version
        height = max(left.height, right.height) + 1
        size = left.size + right.size
        leftChild = left
        rightChild = right
    }

    var isLeaf: Bool { height == 0 }

    /// The child with the keys below `key`. Only inner nodes have children.
    var left: TreeLink {
        guard let leftChild else { preconditionFailure("a leaf has no children") }
        return leftChild
    }

    /// The child with `key` and the keys above it.
    var right: TreeLink {
        guard let rightChild else { preconditionFailure("a leaf has no children") }
        return rightChild
    }

    /// The hash; computed anew at each call.
    func hash() -> Hash256 {
        isLeaf ? leafHash() : hash(left: left.hash, right: right.hash)
    }

    /// The hash of an inner node whose children have these hashes.
    func hash(left: Hash256, right: Hash256) -> Hash256 {
        TreeNode.innerHash(height: height, size: size, version: version, left: left, right: right)
    }

    static func innerHash(
        height: UInt8, size: Int64, version: Int64, left: Hash256, right: Hash256
    ) -> Hash256 {
        var hasher = SHA256Hasher()
        var start = shortHeader(height, size, version)
        start.append(UInt8(Hash256.byteCount))
        hasher.update(start)
        hasher.update(left)
        hasher.update(ShortBytes(UInt8(Hash256.byteCount)))
        hasher.update(right)
        return hasher.finalize()
    }

    private func leafHash() -> Hash256 {
        var hasher = SHA256Hasher()
        var start = TreeNode.shortHeader(height, size, version)
        start.appendVarint(UInt64(key.count))
        hasher.update(start)
        hasher.update(key)
        hasher.update(ShortBytes(UInt8(Hash256.byteCount)))
        hasher.update(SHA256.hash(value))
        return hasher.finalize()
    }

    /// Height, size and version as the hash begins with them: at most 22 bytes.
    private static func shortHeader(
        _ height: UInt8, _ size: Int64, _ version: Int64
    ) -> ShortBytes {
        var bytes = ShortBytes()
        bytes.appendZigZagVarint(Int64(height))
        bytes.appendZigZagVarint(size)
        bytes.appendZigZagVarint(version)
        return bytes
    }

    /// Height, size and version as the hash begins with them.
    var header: Bytes { TreeNode.shortHeader(height, size, version).bytes }
}
