// The hash that names a model.
//
//     program hash = SHA-256(canonical bytes of the program)
//     weights root = Merkle root (RFC 6962 hashing, as CometBFT) over chunks of 1 MiB, the last
//                    one shorter; of no chunks when there are no weights
//     ModelID      = SHA-256("AIVM/model/1" ‖ u32 big-endian arithmetic version ‖ program hash
//                    ‖ weights root)

public import Base
import Cryptography
import Merkle

/// The hashes of a model.
public enum ModelIdentity {
    /// The first bytes of what a ModelID hashes: the ASCII text `AIVM/model/1`.
    public static let domain = Bytes("AIVM/model/1".utf8)

    /// The ModelID of a program hash and a weights root.
    public static func modelID(
        arithmeticVersion: UInt32, programHash: Hash256, weightsRoot: Hash256
    ) -> Hash256 {
        var bytes = domain
        bytes.appendBigEndian(arithmeticVersion)
        programHash.append(to: &bytes)
        weightsRoot.append(to: &bytes)
        return SHA256.hash(bytes)
    }

    /// The chunks of `weights`: ``Model/chunkByteCount`` bytes each, the last one shorter.
    public static func chunks(of weights: Bytes) -> [Bytes] {
        stride(from: 0, to: weights.count, by: Model.chunkByteCount).map { start in
            Bytes(weights[start..<min(weights.count, start + Model.chunkByteCount)])
        }
    }

    /// The Merkle root over the chunks of `weights`.
    public static func weightsRoot(of weights: Bytes) -> Hash256 {
        MerkleTree.root(
            ofLeafHashes: MerkleTree.leafHashes(of: weights[...], each: Model.chunkByteCount))
    }
}
