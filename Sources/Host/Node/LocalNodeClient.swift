// The node as its own RPC door sees it: the engine in this process, behind the same protocol that
// remote clients use.

public import Base
public import Blocks
public import Client
public import Consensus
public import Ledger
import Wire

/// A client of the engine in this process.
public struct LocalNodeClient: NodeClient {
    private let engine: EmbeddedEngine
    private let moniker: String

    /// Makes a client of `engine`; `moniker` is the operator's name for the node.
    public init(engine: EmbeddedEngine, moniker: String) {
        self.engine = engine
        self.moniker = moniker
    }

    public func status() throws(NodeError) -> NodeStatus {
        let status = try ask { () throws(ConsensusError) in try engine.status() }
        return NodeStatus(
            chainID: status.chainID, moniker: moniker, latestHeight: status.latest?.height ?? 0,
            latestBlockHash: status.latest?.hash ?? [],
            latestAppHash: status.latest?.appHash ?? [],
            latestTime: status.latest?.time ?? .init(), validator: status.validator)
    }

    public func broadcast(_ transaction: Bytes) throws(NodeError) -> BroadcastResult {
        let result = try ask { () throws(ConsensusError) in try engine.submit(transaction) }
        return BroadcastResult(
            code: result.code, codespace: result.codespace, log: result.log,
            hash: TransactionBuilder.hash(of: transaction))
    }

    public func transaction(_ hash: Hash256) throws(NodeError) -> TransactionRecord {
        let stored = try ask { () throws(ConsensusError) in try engine.transaction(hash) }
        guard let stored else { throw .notFound("tx not found: \(hash.bytes.upperHex)") }
        return TransactionRecord(
            hash: stored.hash, height: stored.height, index: stored.index, result: stored.result,
            bytes: stored.bytes)
    }

    public func block(_ height: Int64?) throws(NodeError) -> Block {
        try ask { () throws(ConsensusError) in try engine.block(at: height).block }
    }

    public func signedHeader(_ height: Int64?) throws(NodeError) -> SignedHeader {
        try ask { () throws(ConsensusError) in try engine.signedHeader(at: height) }
    }

    public func validators(_ height: Int64?) throws(NodeError) -> [Validator] {
        try ask { () throws(ConsensusError) in
            try engine.validators(at: height).set.validators
        }
    }

    public func results(_ height: Int64?) throws(NodeError) -> [TransactionResult] {
        try ask { () throws(ConsensusError) in
            try engine.results(at: height).transactionResults
        }
    }

    public func query(_ query: StateQuery) throws(NodeError) -> StateQueryResult {
        try ask { () throws(ConsensusError) in try engine.query(query) }
    }

    private func ask<Value>(
        _ body: () throws(ConsensusError) -> Value
    ) throws(NodeError) -> Value {
        do { return try body() } catch {
            if case .heightNotAvailable = error { throw .notFound(error.description) }
            throw .refused(error.description)
        }
    }
}
