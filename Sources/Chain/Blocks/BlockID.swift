// The name of a block: the hash of its header, and the hash of its bytes cut into parts.
//
// CometBFT gossips a block in parts of 65,536 bytes under a Merkle root; votes name a block by both
// hashes. Go encoders write the inner message always, so the empty name is `12 00`, not nothing.
// Source: CometBFT 0.38, `proto/tendermint/types/types.proto`, `types/part_set.go`.

public import Base
import Merkle
public import Wire

/// Number and root of the parts of a block (`tendermint.types.PartSetHeader`).
public struct PartSetHeader: WireMessage, Hashable {
    /// Number of parts.
    public var total: UInt32 = 0
    /// Merkle root over the parts, 32 bytes; empty when there is no block.
    public var hash: Bytes = []

    public static let wireName = "tendermint.types.PartSetHeader"
    public static let wireFields: WireFields<PartSetHeader> = [
        .uint32(1, "total", \.total),
        .bytes(2, "hash", \.hash),
    ]

    /// Number of bytes of every part but the last: 65,536.
    public static let partByteCount = 65_536

    public init() {}

    /// Cuts the encoded block `blockBytes`, fewer than 2^32 parts, and hashes the parts.
    public init(cutting blockBytes: Bytes) {
        let starts = stride(from: 0, to: blockBytes.count, by: PartSetHeader.partByteCount)
        let parts = starts.map { start in
            let end = min(start + PartSetHeader.partByteCount, blockBytes.count)
            return Bytes(blockBytes[start..<end])
        }
        total = UInt32(parts.count)
        hash = MerkleTree.root(of: parts).bytes
    }
}

/// The name of a block (`tendermint.types.BlockID`).
public struct BlockID: WireMessage, Hashable {
    /// Hash of the header, 32 bytes; empty when there is no block.
    public var hash: Bytes = []
    /// The block's parts.
    public var partSetHeader = PartSetHeader()

    public static let wireName = "tendermint.types.BlockID"
    public static let wireFields: WireFields<BlockID> = [
        .bytes(1, "hash", \.hash),
        .message(2, "part_set_header", \.partSetHeader),
    ]

    public init() {}

    /// Names a block.
    public init(hash: Bytes, partSetHeader: PartSetHeader) {
        self.hash = hash
        self.partSetHeader = partSetHeader
    }

    /// Whether it names no block, as the `last_block_id` of the first header does.
    public var isEmpty: Bool { self == BlockID() }

    /// Whether both hashes have 32 bytes and there is at least one part.
    public var isComplete: Bool {
        hash.count == Hash256.byteCount && partSetHeader.total > 0
            && partSetHeader.hash.count == Hash256.byteCount
    }
}
