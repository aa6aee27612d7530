// Nodes of the state tree, which are values that never change: a changed tree shares every node off
// the changed paths with the tree before it, and both stay valid, also across threads.
//
// A node's hash follows IAVL (cosmos/iavl, docs/node): zz is a zig-zag varint, len an unsigned one.
//
//     leaf     SHA-256(zz 0 ‖ zz 1 ‖ zz version ‖ len key ‖ key ‖ 32 ‖ SHA-256(value))
//     inner    SHA-256(zz height ‖ zz size ‖ zz version ‖ 32 ‖ left hash ‖ 32 ‖ right hash)
//
// Stored, a node is found by its address, the version that made it and its number in that version:
//
//     leaf     00 ‖ len key ‖ key ‖ value
//     inner    01 ‖ len key ‖ key ‖ left link ‖ right link
//     link     version 8 ‖ number 4 ‖ hash 32 ‖ height 1 ‖ size 8        (big-endian)
//
// A link repeats its node's hash and height, so proofs and rebalancing touch no node beside a path.

import Base
import Cryptography

/// Where a stored node lies.
struct TreeAddress: Equatable, Sendable {
    /// Version that made the node; part of its hash.
    let version: Int64
    /// Its number among the nodes of that version, from 1.
    let number: UInt32
}

/// What a parent, or the tree, knows of a node.
struct TreeLink: Sendable {
    /// A node that a version has stored.
    struct Stored: Equatable, Sendable {
        let address: TreeAddress
        let hash: Hash256
    }

    /// The node; `nil` while it lies in the database only, and then `stored` is known.
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

    /// Number of bytes of an encoded link.
    static let byteCount = 53

    init(reading reader: inout ByteReader) throws(ByteReaderError) {
        let version = Int64(bitPattern: try reader.readBigEndian64())
        let number = try reader.readBigEndian32()
        let words = (
            try reader.readBigEndian64(), try reader.readBigEndian64(),
            try reader.readBigEndian64(), try reader.readBigEndian64()
        )
        let height = try reader.readByte()
        let size = Int64(bitPattern: try reader.readBigEndian64())
        self.init(
            stored: Stored(
                address: TreeAddress(version: version, number: number),
                hash: Hash256(words: words)),
            height: height, size: size)
    }

    func encode(into bytes: inout Bytes) {
        guard let stored else { preconditionFailure("only links to stored nodes are stored") }
        bytes.appendBigEndian(UInt64(bitPattern: stored.address.version))
        bytes.appendBigEndian(stored.address.number)
        stored.hash.append(to: &bytes)
        bytes.append(height)
        bytes.appendBigEndian(UInt64(bitPattern: size))
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
    let version: Int64
    let height: UInt8
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
        var hasher = SHA256Hasher()
        var start = header
        if isLeaf {
            start.appendLengthPrefixed(key)
            start.append(UInt8(Hash256.byteCount))
            hasher.update(start)
            hasher.update(SHA256.hash(value))
        } else {
            start.append(UInt8(Hash256.byteCount))
            hasher.update(start)
            hasher.update(left.hash)
            hasher.update(TreeNode.hashLength)
            hasher.update(right.hash)
        }
        return hasher.finalize()
    }

    /// The length byte before a child's hash.
    private static let hashLength = [UInt8(Hash256.byteCount)]

    /// Height, size and version as the hash begins with them.
    var header: Bytes {
        var bytes = Bytes()
        bytes.reserveCapacity(32 + key.count)
        bytes.appendZigZagVarint(Int64(height))
        bytes.appendZigZagVarint(size)
        bytes.appendZigZagVarint(version)
        return bytes
    }

    func encoded() -> Bytes {
        var bytes = Bytes()
        bytes.reserveCapacity(4 + key.count + max(value.count, 2 * TreeLink.byteCount))
        bytes.append(isLeaf ? 0 : 1)
        bytes.appendLengthPrefixed(key)
        if isLeaf {
            bytes.append(contentsOf: value)
        } else {
            left.encode(into: &bytes)
            right.encode(into: &bytes)
        }
        return bytes
    }

    /// Decodes the node that `link` promises; `nil` when the bytes are not that node. As the hash
    /// covers all but an inner key, and heights are checked against the parent's, a tree of such
    /// nodes is never deeper than its root's height.
    static func decode(_ bytes: Bytes, for link: TreeLink, at address: TreeAddress) -> TreeNode? {
        var reader = ByteReader(bytes)
        guard let kind = try? reader.readByte(), let key = try? reader.readLengthPrefixed()
        else { return nil }
        let node: TreeNode
        switch kind {
        case 0:
            guard let value = try? reader.readBytes(reader.remaining) else { return nil }
            node = TreeNode(key: Bytes(key), value: value, version: address.version)
        case 1:
            guard let left = try? TreeLink(reading: &reader),
                let right = try? TreeLink(reading: &reader), reader.isAtEnd,
                left.height < link.height, right.height < link.height,
                left.size > 0, right.size > 0, right.size < link.size,
                left.size == link.size - right.size
            else { return nil }
            node = TreeNode(key: Bytes(key), left: left, right: right, version: address.version)
        default: return nil
        }
        guard node.height == link.height, node.size == link.size, node.hash() == link.stored?.hash
        else { return nil }
        return node
    }
}
