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
            // Only texts tell how many bytes they are.
            let texts = output.type.element.isFixedSize ? nil : output.littleEndianBytes
            head.appendBigEndian(UInt64(texts?.count ?? output.type.byteCount))
            hasher.update(head)
            if let texts {
                hasher.update(texts)
            } else {
                output.forEachPieceOfBytes { hasher.update($0) }
            }
            head = []
        }
        hasher.update(head)
        return hasher.finalize()
    }

    /// The hash of a node's outputs when some are not tensors: each sequence and optional value is
    /// `0xFFFFFFFF`, its kind (1 sequence, 2 optional) and its count, before its elements.
    static func nodeHash(ofValues outputs: [RuntimeValue]) -> Hash256 {
        let tensors = outputs.compactMap(\.tensor)
        if tensors.count == outputs.count { return nodeHash(of: tensors) }
        var bytes = domain
        bytes.appendBigEndian(UInt32(outputs.count))
        for output in outputs { append(output, to: &bytes) }
        return SHA256.hash(bytes)
    }

    /// Values nest no deeper than programs can make them, one level a node that ran; the recursion
    /// is bounded by `RuntimeValue.maximumDepth`, which the operators that nest values check.
    private static func append(_ value: RuntimeValue, to bytes: inout Bytes) {
        func mark(_ kind: UInt32, _ values: [RuntimeValue]) {
            for number in [UInt32.max, kind, UInt32(truncatingIfNeeded: values.count)] {
                bytes.appendBigEndian(number)
            }
            for value in values { append(value, to: &bytes) }
        }
        switch value {
        case .tensor(let tensor): nodeHash(of: [tensor]).append(to: &bytes)
        case .sequence(let values): mark(1, values)
        case .optional(let value): mark(2, value.map { [$0] } ?? [])
        }
    }

    /// The root over the node hashes of a run.
    public static func root(of nodeHashes: [Hash256]) -> Hash256 {
        MerkleTree.root(of: nodeHashes.map(\.bytes))
    }
}
