// A block: header, transactions, evidence, and the commit of the block before.
//
// All four are written always, the empty commit of the first block too. Blocks with evidence are
// not read: a chain of one validator has none, and its layout would have to be known to hash it.
// Source: CometBFT 0.38, `proto/tendermint/types/block.proto`, `types/block.go`.

public import Base
public import Wire

/// The transactions of a block (`tendermint.types.Data`).
public struct BlockData: WireMessage, Hashable {
    /// The transactions in order.
    public var transactions: [Bytes] = []

    public static let wireName = "tendermint.types.Data"
    public static let wireFields: WireFields<BlockData> = [
        .byteStrings(1, "txs", \.transactions)
    ]

    public init() {}

    /// Holds `transactions`.
    public init(_ transactions: [Bytes]) { self.transactions = transactions }
}

/// Evidence of misbehaviour (`tendermint.types.EvidenceList`); only the empty list is read.
public struct EvidenceList: WireMessage, Hashable {
    public static let wireName = "tendermint.types.EvidenceList"
    public static let wireFields: WireFields<EvidenceList> = []
    public init() {}
}

/// A block (`tendermint.types.Block`).
public struct Block: WireMessage, Hashable {
    /// The header.
    public var header = Header()
    /// The transactions.
    public var data = BlockData()
    /// Evidence; always empty.
    public var evidence = EvidenceList()
    /// The signatures for the block before; empty in the first block.
    public var lastCommit = Commit()

    public static let wireName = "tendermint.types.Block"
    public static let wireFields: WireFields<Block> = [
        .message(1, "header", \.header),
        .message(2, "data", \.data),
        .message(3, "evidence", \.evidence),
        .message(4, "last_commit", \.lastCommit),
    ]

    public init() {}

    /// Makes a block. The header's hashes are the caller's business: see ``checkHashes()``.
    public init(header: Header, transactions: [Bytes], lastCommit: Commit) {
        self.header = header
        data = BlockData(transactions)
        self.lastCommit = lastCommit
    }

    /// The block's name. Encodes and hashes the whole block.
    public var id: BlockID { id(blockBytes: encoded()) }

    /// The block's name, given `blockBytes`, its encoding.
    public func id(blockBytes: Bytes) -> BlockID {
        BlockID(hash: header.hash.bytes, partSetHeader: PartSetHeader(cutting: blockBytes))
    }

    /// Checks that the header commits to the transactions, the last commit and the evidence.
    public func checkHashes() throws(BlockError) {
        try Block.check("data_hash", header.dataHash, BlockHashes.data(data.transactions))
        try Block.check("last_commit_hash", header.lastCommitHash, lastCommit.hash)
        try Block.check("evidence_hash", header.evidenceHash, BlockHashes.empty)
    }

    private static func check(
        _ field: String, _ declared: Bytes, _ computed: Hash256
    ) throws(BlockError) {
        guard declared == computed.bytes else {
            throw .hashMismatch(field: field, declared: declared, computed: computed)
        }
    }
}

/// A header with the commit that makes it final (`tendermint.types.SignedHeader`).
public struct SignedHeader: WireMessage, Hashable {
    /// The header.
    public var header: Header?
    /// Its commit.
    public var commit: Commit?

    public static let wireName = "tendermint.types.SignedHeader"
    public static let wireFields: WireFields<SignedHeader> = [
        .message(1, "header", \.header),
        .message(2, "commit", \.commit),
    ]

    public init() {}

    /// Joins a header and its commit.
    public init(header: Header, commit: Commit) {
        self.header = header
        self.commit = commit
    }
}
