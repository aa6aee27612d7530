// The simple Merkle tree of CometBFT (RFC 6962, section 2.1): a root over a list of byte strings.
//
//     leaf hash    SHA-256(00 ‖ bytes)
//     inner hash   SHA-256(01 ‖ left ‖ right)
//     empty list   SHA-256 of nothing
//
// The RFC splits a list at the largest power of two below its length. Hashing neighbours in pairs,
// level by level, and carrying an odd last node up unchanged, builds the same tree without
// recursion.

public import Base
import Cryptography
public import Wire

/// The simple Merkle tree over a list of byte strings.
public enum MerkleTree {
    /// The root over `leaves`, in order. Cost: two short hashes per leaf, 32 bytes of memory each.
    public static func root(of leaves: [Bytes]) -> Hash256 {
        root(ofLeafHashes: leaves.map(leafHash))
    }

    /// The root over leaves given by their leaf hashes.
    public static func root(ofLeafHashes hashes: [Hash256]) -> Hash256 {
        guard !hashes.isEmpty else { return emptyRoot }
        var level = hashes
        while level.count > 1 { level = parents(of: level) }
        return level[0]
    }

    /// The root of the empty list.
    public static let emptyRoot = SHA256.hash([])

    /// The hash of one leaf.
    public static func leafHash(_ leaf: Bytes) -> Hash256 { leafHash(leaf[...]) }

    /// The hash of one leaf, without copying it.
    public static func leafHash(_ leaf: ArraySlice<UInt8>) -> Hash256 {
        var hasher = SHA256Hasher()
        hasher.update([0])
        hasher.update(leaf)
        return hasher.finalize()
    }

    /// The hashes of leaves of `count` bytes that lie one after another, the last one perhaps
    /// shorter. Several times faster than one by one where the machine allows.
    public static func leafHashes(
        of bytes: ArraySlice<UInt8>, each count: Int
    ) -> [Hash256] {
        SHA256.hashes(ofEach: count, in: bytes, prefix: 0)
    }

    /// The hash of a node with two children.
    public static func innerHash(_ left: Hash256, _ right: Hash256) -> Hash256 {
        var hasher = SHA256Hasher()
        hasher.update([1])
        hasher.update(left)
        hasher.update(right)
        return hasher.finalize()
    }

    /// The proof that the leaf at `index` is in the tree over `leaves`.
    ///
    /// - Precondition: `index` is an index of `leaves`.
    public static func proof(of index: Int, in leaves: [Bytes]) -> MerkleProof {
        proof(of: index, inLeafHashes: leaves.map(leafHash))
    }

    /// The proof that the leaf at `index` is in the tree over leaves given by their hashes.
    ///
    /// - Precondition: `index` is an index of `hashes`.
    public static func proof(of index: Int, inLeafHashes hashes: [Hash256]) -> MerkleProof {
        precondition(hashes.indices.contains(index), "the proven leaf is in the list")
        var proof = MerkleProof()
        proof.total = Int64(hashes.count)
        proof.index = Int64(index)
        proof.leafHash = hashes[index].bytes
        var level = hashes
        var position = index
        while level.count > 1 {
            let sibling = position ^ 1
            if sibling < level.count { proof.aunts.append(level[sibling].bytes) }
            level = parents(of: level)
            position /= 2
        }
        return proof
    }

    private static func parents(of level: [Hash256]) -> [Hash256] {
        var parents: [Hash256] = []
        parents.reserveCapacity((level.count + 1) / 2)
        for index in stride(from: 0, to: level.count - 1, by: 2) {
            parents.append(innerHash(level[index], level[index + 1]))
        }
        if !level.count.isMultiple(of: 2) { parents.append(level[level.count - 1]) }
        return parents
    }
}

/// A proof that a leaf stands at a place in a simple Merkle tree (`tendermint.crypto.Proof`).
public struct MerkleProof: WireMessage {
    /// Number of leaves in the tree.
    public var total: Int64 = 0
    /// Place of the leaf, from 0.
    public var index: Int64 = 0
    /// Hash of the leaf, 32 bytes.
    public var leafHash: Bytes = []
    /// Hashes of the siblings on the way up, 32 bytes each, the lowest first.
    public var aunts: [Bytes] = []

    public init() {}

    public static let wireName = "tendermint.crypto.Proof"
    public static let wireFields: WireFields<MerkleProof> = [
        .int64(1, "total", \.total),
        .int64(2, "index", \.index),
        .bytes(3, "leaf_hash", \.leafHash),
        .byteStrings(4, "aunts", \.aunts),
    ]

    /// Whether the proof shows `leaf` at `index` of a tree of `total` leaves with this root. Never
    /// traps. Cost: at most 64 hashes.
    public func isValid(leaf: Bytes, root: Hash256) -> Bool {
        guard total > 0, index >= 0, index < total, aunts.count <= 64 else { return false }
        var hash = MerkleTree.leafHash(leaf)
        guard leafHash == hash.bytes else { return false }
        var position = index
        var width = total
        var used = 0
        while width > 1 {
            if position % 2 == 1 || position + 1 < width {
                guard used < aunts.count, let aunt = Hash256(aunts[used]) else { return false }
                used += 1
                hash =
                    position % 2 == 1
                    ? MerkleTree.innerHash(aunt, hash) : MerkleTree.innerHash(hash, aunt)
            }
            position /= 2
            width = width / 2 + width % 2
        }
        return used == aunts.count && hash == root
    }
}
