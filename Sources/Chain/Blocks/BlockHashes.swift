// The hashes a header holds that belong to no message of their own.
// Source: CometBFT 0.38, `types/tx.go`, `types/results.go`, `types/params.go`.

public import Base
import Cryptography
import Merkle
import Wire

/// Hashes of the parts of a block.
public enum BlockHashes {
    /// Root over no leaves: SHA-256 of the empty string.
    public static var empty: Hash256 { MerkleTree.root(of: []) }

    /// `data_hash`: the root over the SHA-256 of each transaction.
    public static func data(_ transactions: [Bytes]) -> Hash256 {
        MerkleTree.root(of: transactions.map { SHA256.hash($0).bytes })
    }

    /// `last_results_hash` of the next header: the root over `encodedResults`, one `ExecTxResult`
    /// per transaction with nothing but code (1), data (2), gas wanted (5) and gas used (6).
    public static func results(_ encodedResults: [Bytes]) -> Hash256 {
        MerkleTree.root(of: encodedResults)
    }

    /// `consensus_hash`: the SHA-256 over the two block limits, in bytes and in gas (-1 for none).
    public static func consensus(maximumBytes: Int64, maximumGas: Int64) -> Hash256 {
        var limits = HashedParameters()
        limits.maximumBytes = maximumBytes
        limits.maximumGas = maximumGas
        return SHA256.hash(limits.encoded())
    }
}

/// The consensus parameters that a header hashes (`tendermint.types.HashedParams`).
struct HashedParameters: WireMessage {
    var maximumBytes: Int64 = 0
    var maximumGas: Int64 = 0

    static let wireName = "tendermint.types.HashedParams"
    static let wireFields: WireFields<HashedParameters> = [
        .int64(1, "block_max_bytes", \.maximumBytes),
        .int64(2, "block_max_gas", \.maximumGas),
    ]
}
