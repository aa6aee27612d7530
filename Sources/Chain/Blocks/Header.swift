// A block's header. Its hash is the block's hash: what validators sign, and what a light client
// trusts.
//
// The hash is the root of a Merkle tree over the 14 fields in order. Plain fields are encoded as
// the wrapper messages of Protocol Buffers ({1: value}), an empty one as an empty leaf; the three
// messages (version, time, last block id) as themselves. Source: CometBFT 0.38, `types/block.go`
// (`Header.Hash`), `types/encoding_helper.go`.

public import Base
import Merkle
public import Wire

/// Versions of the block format and of the application (`tendermint.version.Consensus`).
public struct ConsensusVersion: WireMessage, Hashable {
    /// Version of the block format: 11.
    public var block: UInt64 = 0
    /// Version of the application's rules.
    public var application: UInt64 = 0

    public static let wireName = "tendermint.version.Consensus"
    public static let wireFields: WireFields<ConsensusVersion> = [
        .uint64(1, "block", \.block),
        .uint64(2, "app", \.application),
    ]

    /// The block format of CometBFT 0.38.
    public static let currentBlock: UInt64 = 11

    public init() {}

    /// Makes the versions of an application under the current block format.
    public init(application: UInt64) {
        block = ConsensusVersion.currentBlock
        self.application = application
    }
}

/// A block's header (`tendermint.types.Header`).
public struct Header: WireMessage, Hashable {
    /// Versions.
    public var version = ConsensusVersion()
    /// Chain id, at most 50 bytes.
    public var chainID = ""
    /// Height, from 1.
    public var height: Int64 = 0
    /// Block time: of the first block, the genesis time; later, the median of the last commit's.
    public var time = Timestamp()
    /// The block before; empty in the first.
    public var lastBlockID = BlockID()
    /// Merkle root over the signatures of the block's `last_commit`.
    public var lastCommitHash: Bytes = []
    /// Merkle root over the transactions' hashes.
    public var dataHash: Bytes = []
    /// Hash of the validator set that signs this block.
    public var validatorsHash: Bytes = []
    /// Hash of the validator set that signs the next block.
    public var nextValidatorsHash: Bytes = []
    /// Hash of the consensus parameters in force.
    public var consensusHash: Bytes = []
    /// The application's state after the block before.
    public var appHash: Bytes = []
    /// Merkle root over the results of the block before.
    public var lastResultsHash: Bytes = []
    /// Merkle root over the block's evidence of misbehaviour.
    public var evidenceHash: Bytes = []
    /// Address of the validator that proposed the block, 20 bytes.
    public var proposerAddress: Bytes = []

    public static let wireName = "tendermint.types.Header"
    public static let wireFields: WireFields<Header> = [
        .message(1, "version", \.version),
        .string(2, "chain_id", \.chainID),
        .int64(3, "height", \.height),
        .message(4, "time", \.time),
        .message(5, "last_block_id", \.lastBlockID),
        .bytes(6, "last_commit_hash", \.lastCommitHash),
        .bytes(7, "data_hash", \.dataHash),
        .bytes(8, "validators_hash", \.validatorsHash),
        .bytes(9, "next_validators_hash", \.nextValidatorsHash),
        .bytes(10, "consensus_hash", \.consensusHash),
        .bytes(11, "app_hash", \.appHash),
        .bytes(12, "last_results_hash", \.lastResultsHash),
        .bytes(13, "evidence_hash", \.evidenceHash),
        .bytes(14, "proposer_address", \.proposerAddress),
    ]

    /// Longest chain id, in bytes of UTF-8.
    public static let maximumChainIDByteCount = 50

    public init() {}

    /// The 14 leaves of the header's tree, in order.
    public var hashLeaves: [Bytes] {
        [
            version.encoded(), Header.leaf(Bytes(chainID.utf8)), Header.leaf(height),
            time.encoded(), lastBlockID.encoded(), Header.leaf(lastCommitHash),
            Header.leaf(dataHash), Header.leaf(validatorsHash), Header.leaf(nextValidatorsHash),
            Header.leaf(consensusHash), Header.leaf(appHash), Header.leaf(lastResultsHash),
            Header.leaf(evidenceHash), Header.leaf(proposerAddress),
        ]
    }

    /// The block hash.
    public var hash: Hash256 { MerkleTree.root(of: hashLeaves) }

    private static func leaf(_ value: Bytes) -> Bytes {
        guard !value.isEmpty else { return [] }
        var bytes: Bytes = [0x0A]
        bytes.appendLengthPrefixed(value)
        return bytes
    }

    private static func leaf(_ value: Int64) -> Bytes {
        guard value != 0 else { return [] }
        var bytes: Bytes = [0x08]
        bytes.appendVarint(UInt64(bitPattern: value))
        return bytes
    }

    /// Checks what needs no other data: lengths and ranges of the fields.
    public func check() throws(BlockError) {
        guard version.block == ConsensusVersion.currentBlock else {
            throw .invalidHeader(field: "version.block")
        }
        guard !chainID.isEmpty, chainID.utf8.count <= Header.maximumChainIDByteCount else {
            throw .invalidHeader(field: "chain_id")
        }
        guard height > 0 else { throw .invalidHeader(field: "height") }
        guard time.isInProtobufRange else { throw .invalidHeader(field: "time") }
        guard lastBlockID.isEmpty || lastBlockID.isComplete else {
            throw .invalidHeader(field: "last_block_id")
        }
        let hashes = [
            ("last_commit_hash", lastCommitHash), ("data_hash", dataHash),
            ("validators_hash", validatorsHash), ("next_validators_hash", nextValidatorsHash),
            ("consensus_hash", consensusHash), ("last_results_hash", lastResultsHash),
            ("evidence_hash", evidenceHash),
        ]
        for (field, hash) in hashes where hash.count != Hash256.byteCount {
            throw .invalidHeader(field: field)
        }
        guard proposerAddress.count == Validator.addressByteCount else {
            throw .invalidHeader(field: "proposer_address")
        }
    }
}

extension Timestamp {
    /// Whether the moment lies in the years 1 to 9999 and its nanoseconds within a second, as
    /// `google.protobuf.Timestamp` demands.
    var isInProtobufRange: Bool {
        seconds >= -62_135_596_800 && seconds <= 253_402_300_799
            && nanoseconds >= 0 && nanoseconds < 1_000_000_000
    }

    /// The moment that Go calls zero, 0001-01-01T00:00:00Z: the time stamp of an absent vote.
    static let goZero = Timestamp(seconds: -62_135_596_800)
}
