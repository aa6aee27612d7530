// A node of three blocks, for tests of the door only; the real one is in Scenarios.

import Base
import Blocks
import Client
import Ledger
import Wire

struct StubNode: NodeClient {
    var validatorCount = 3

    func status() throws(NodeError) -> NodeStatus {
        NodeStatus(
            chainID: "aivm-1", moniker: "stub", latestHeight: 3,
            latestBlockHash: Bytes(repeating: 0xAB, count: 32),
            latestAppHash: Bytes(repeating: 0xCD, count: 32),
            latestTime: Timestamp(seconds: 1_790_000_000, nanoseconds: 5_000_000),
            validator: validator(0))
    }

    func broadcast(_ transaction: Bytes) throws(NodeError) -> BroadcastResult {
        guard transaction != Bytes("twice".utf8) else {
            throw .refused("tx already exists in cache")
        }
        return BroadcastResult(
            code: transaction.isEmpty ? 1 : 0, codespace: "", log: "", hash: .zero)
    }

    func transaction(_ hash: Hash256) throws(NodeError) -> TransactionRecord {
        guard hash == .zero else { throw .notFound("tx not found: \(hash)") }
        var result = TransactionResult()
        result.gasUsed = 7
        result.events = [Event("transfer", ["amount": "5ucgpt"])]
        return TransactionRecord(hash: hash, height: 2, index: 1, result: result, bytes: [1, 2])
    }

    func block(_ height: Int64?) throws(NodeError) -> Block {
        guard (1...3).contains(height ?? 3) else { throw .notFound("height must be 1 to 3") }
        var header = Header()
        header.height = height ?? 3
        header.chainID = "aivm-1"
        return Block(header: header, transactions: [[9]], lastCommit: Commit())
    }

    func signedHeader(_ height: Int64?) throws(NodeError) -> SignedHeader {
        SignedHeader(header: try block(height).header, commit: Commit())
    }

    func validators(_ height: Int64?) throws(NodeError) -> [Validator] {
        (0..<validatorCount).map(validator)
    }

    func results(_ height: Int64?) throws(NodeError) -> [TransactionResult] {
        [TransactionResult()]
    }

    func query(_ query: StateQuery) throws(NodeError) -> StateQueryResult {
        var result = StateQueryResult()
        result.height = query.height
        result.key = query.data
        result.value = Bytes(query.path.utf8)
        return result
    }

    private func validator(_ index: Int) -> Validator {
        var validator = Validator()
        validator.address = Bytes(repeating: UInt8(index), count: 20)
        validator.publicKey.ed25519 = Bytes(repeating: UInt8(index + 1), count: 32)
        validator.votingPower = 10
        return validator
    }
}
