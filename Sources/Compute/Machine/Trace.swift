// The trace of a run: one hash for each node, and a Merkle root over them. Two parties who differ
// walk the tree to the first node whose hash differs and run that one operator again.
//
//     node hash  = SHA-256("AIVM/node/1" ‖ u32 number of outputs ‖ output …)
//     output     = u32 element type ‖ u32 rank ‖ u64 dimension … ‖ u64 number of bytes ‖ bytes
//     trace root = Merkle root over the 32 bytes of each node hash, in the order of the nodes
//
// Integers are big-endian; the bytes of a tensor are its elements, row-major, little-endian, with
// every NaN as 0x7FC00000.

public import Base
import Cryptography
import Merkle
public import Tensors

/// Hashes of a run.
public enum Trace {
    /// The first bytes of what a node hash hashes: the ASCII text `AIVM/node/1`.
    public static let domain = Bytes("AIVM/node/1".utf8)

    /// The hash of a node's outputs.
    public static func nodeHash(of outputs: [Tensor]) -> Hash256 {
        var hasher = SHA256Hasher()
        var head = domain
        head.appendBigEndian(UInt32(outputs.count))
        for output in outputs {
            head.appendBigEndian(UInt32(bitPattern: output.type.element.rawValue))
            head.appendBigEndian(UInt32(output.type.shape.rank))
            for dimension in output.type.shape.dimensions {
                head.appendBigEndian(UInt64(dimension))
            }
            head.appendBigEndian(UInt64(output.type.byteCount))
            hasher.update(head)
            hasher.update(output.littleEndianBytes)
            head = []
        }
        hasher.update(head)
        return hasher.finalize()
    }

    /// The root over the node hashes of a run.
    public static func root(of nodeHashes: [Hash256]) -> Hash256 {
        MerkleTree.root(of: nodeHashes.map(\.bytes))
    }
}
