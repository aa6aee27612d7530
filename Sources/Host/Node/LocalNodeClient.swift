// The node as its own RPC door sees it: the engine in this process, behind the same protocol that
// remote clients use.

public import Base
public import Blocks
public import Client
public import Consensus
public import Ledger
public import Wire

/// A client of the engine in this process.
public struct LocalNodeClient: NodeService {
    private let engine: EmbeddedEngine
    private let moniker: String
    private let document: JSONValue

    /// Makes a client of `engine`; `moniker` is the operator's name for the node, `genesis` the
    /// document its chain began with.
    public init(engine: EmbeddedEngine, moniker: String, genesis: JSONValue = .null) {
        self.engine = engine
        self.moniker = moniker
        document = genesis
    }

    public func status() throws(NodeError) -> NodeStatus {
        let status = try ask { () throws(ConsensusError) in try engine.status() }
        var answer = NodeStatus(
            chainID: status.chainID, moniker: moniker, latestHeight: status.latest?.height ?? 0,
            latestBlockHash: status.latest?.hash ?? [],
            latestAppHash: status.latest?.appHash ?? [],
            latestTime: status.latest?.time ?? .init(), validator: status.validator)
        answer.earliest = status.earliest.map {
            NodeStatus.BlockSummary(
                height: $0.height, hash: $0.hash, appHash: $0.appHash, time: $0.time)
        }
        return answer
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

    public func transactions(
        matching query: String, page: SearchPage
    ) throws(NodeError) -> SearchResult<TransactionRecord> {
        let query = try LocalNodeClient.parse(query)
        let all = try ask { () throws(ConsensusError) in
            try engine.search(transactions: query)
        }
        let shown = try page.slice(all)
        let stored = try ask { () throws(ConsensusError) in try engine.transactions(at: shown) }
        return SearchResult(
            elements: stored.map {
                TransactionRecord(
                    hash: $0.hash, height: $0.height, index: $0.index, result: $0.result,
                    bytes: $0.bytes)
            }, total: all.count)
    }

    // MARK: What doors ask besides

    public var failure: String? { engine.failure?.description }

    public func applicationInfo() throws(NodeError) -> ApplicationInfo {
        try ask { () throws(ConsensusError) in try engine.applicationInfo() }
    }

    public func namedBlock(_ height: Int64?) throws(NodeError) -> NamedBlock {
        let stored = try ask { () throws(ConsensusError) in try engine.block(at: height) }
        return NamedBlock(id: stored.id, block: stored.block)
    }

    public func namedBlock(hash: Bytes) throws(NodeError) -> NamedBlock? {
        let stored = try ask { () throws(ConsensusError) in try engine.block(hash: hash) }
        return stored.map { NamedBlock(id: $0.id, block: $0.block) }
    }

    public func outcome(_ height: Int64?) throws(NodeError) -> BlockOutcome {
        let height = height ?? engine.height
        let results = try ask { () throws(ConsensusError) in try engine.results(at: height) }
        return BlockOutcome(results, height: height)
    }

    public func check(_ transaction: Bytes) throws(NodeError) -> TransactionResult {
        try ask { () throws(ConsensusError) in try engine.check(transaction) }
    }

    public func waiting(limit: Int) throws(NodeError) -> WaitingTransactions {
        let waiting = engine.waiting
        return WaitingTransactions(
            count: waiting.count, byteCount: waiting.byteCount,
            transactions: engine.waitingTransactions(limit))
    }

    public func genesis() throws(NodeError) -> JSONValue { document }

    public func consensusParameters(_ height: Int64) throws(NodeError) -> JSONValue {
        // Those of a block are what the block before left behind.
        guard height > 1, engine.height > 0 else { return document["consensus_params"] ?? .null }
        var question = StateQuery(path: "/cosmos.consensus.v1.Query/Params")
        question.height = height - 1
        let answer = try query(question)
        guard answer.code == 0 else { throw .refused(answer.log) }
        let decoded = try? ConsensusParametersAnswer(decoding: answer.value, rules: .tolerant)
        guard let parameters = decoded?.parameters else {
            throw .malformedAnswer("consensus parameters")
        }
        return CometJSON.json(parameters)
    }

    public func blocks(
        matching query: String, page: SearchPage
    ) throws(NodeError) -> SearchResult<NamedBlock> {
        let query = try LocalNodeClient.parse(query)
        let all = try ask { () throws(ConsensusError) in try engine.search(blocks: query) }
        let shown = try page.slice(all).map { (height) throws(NodeError) in
            try namedBlock(height)
        }
        return SearchResult(elements: shown, total: all.count)
    }

    private static func parse(_ text: String) throws(NodeError) -> EventQuery {
        do { return try EventQuery(text) } catch { throw .refused(error.description) }
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

extension BlockOutcome {
    /// What the engine stored of a block.
    init(_ results: BlockResults, height: Int64) {
        self.init(
            height: height, results: results.transactionResults, events: results.events,
            validatorUpdates: results.validatorUpdates, appHash: results.appHash)
        parameterUpdates = results.parameterUpdates
    }
}

/// The answer to the query of consensus parameters, as far as it is read here.
private struct ConsensusParametersAnswer: WireMessage {
    var parameters: ConsensusParameterSet?
    static let wireName = "cosmos.consensus.v1.QueryParamsResponse"
    static let wireFields: WireFields<ConsensusParametersAnswer> = [
        .message(1, "params", \.parameters)
    ]
}
