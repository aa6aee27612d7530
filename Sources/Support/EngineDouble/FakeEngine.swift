// A consensus engine of one validator, as an application sees CometBFT: the handshake with its
// replay, rounds of proposals, vote extensions, blocks, rechecks, deletion of old blocks, and the
// points at which it may die. It keeps its blocks in memory, as the block store of a real engine
// outlives its process. It judges every answer as the engine does, and compares every app hash with
// the one of the first execution.
//
// Source: CometBFT 0.38, `consensus/replay.go`, `state/execution.go`; the table of its handshakes.

public import ABCI
public import Base
import Cryptography
import Ledger
import Wire

/// An engine for tests.
public struct FakeEngine {
    /// A decided block and, once it was executed, what that gave.
    public struct DecidedBlock {
        /// The block.
        public var request: FinalizeBlockRequest
        /// What executing it gave; `nil` while no answer has come.
        public var response: FinalizeBlockResponse?
        /// App hash after it; `nil` while it is not known.
        public var appHash: Bytes?

        /// Codes of its transactions.
        public var codes: [UInt32] { response?.results.map(\.code) ?? [] }
    }

    /// A point in the making of a block at which the engine may die.
    public enum FailPoint: Int, CaseIterable, Sendable {
        /// Proposed, not decided.
        case proposed
        /// The block is stored.
        case blockStored
        /// FinalizeBlock was answered; the answer is not stored.
        case finalized
        /// The answer is stored, and Commit was not sent.
        case responseStored
        /// Commit was answered; the engine's own state is not stored.
        case committed
        /// All is stored.
        case stateStored
    }

    /// The blocks decided so far.
    public internal(set) var blocks: [DecidedBlock] = []
    /// Number of blocks after which the engine's own state is: all, or all but the last.
    public internal(set) var stateCount = 0
    /// Height of the oldest block that is kept.
    public internal(set) var base: Int64
    /// App hash of genesis, once known.
    public internal(set) var genesisHash: Bytes?
    /// Blocks that were executed again in handshakes.
    public internal(set) var replayedCount = 0
    /// Transactions that wait, as far as the engine knows.
    public internal(set) var mempool: [Bytes] = []
    /// Where the engine dies, with `EngineFault.planned`.
    public var failPoint: FailPoint?
    /// First height with vote extensions; 0 for none.
    public var voteExtensionsHeight: Int64 = 0

    let genesis: InitializeChainRequest
    var query: EngineConnection?
    var snapshot: EngineConnection?
    var mempoolConnection: EngineConnection?
    var consensus: EngineConnection?

    /// An engine that starts chains with `genesis`.
    public init(genesis: InitializeChainRequest) {
        self.genesis = genesis
        base = genesis.initialHeight
    }

    /// Height of the next block.
    public var nextHeight: Int64 { genesis.initialHeight + Int64(blocks.count) }

    /// Asks whether the mempool may hold `transaction`; its code. A good one waits for a block.
    public mutating func check(_ transaction: Bytes) throws -> UInt32 {
        let code = try check(transaction, .new)
        if code == 0 { mempool.append(transaction) }
        return code
    }

    mutating func check(_ transaction: Bytes, _ kind: CheckKind) throws -> UInt32 {
        let answer = try mempoolConnection?.ask {
            $0.checkTransaction = CheckTransactionRequest()
            $0.checkTransaction?.transaction = transaction
            $0.checkTransaction?.kind = kind
        }
        guard let result = answer?.checkTransaction else {
            throw EngineFault.wrongAnswer("CheckTx")
        }
        return result.code
    }

    /// The application's answer to a query.
    public mutating func ask(_ request: QueryRequest) throws -> QueryResponse {
        guard let answer = try query?.ask({ $0.query = request }).query else {
            throw EngineFault.wrongAnswer("Query")
        }
        return answer
    }

    /// The engine dies: its connections are gone, and what waits is forgotten.
    public mutating func disconnect() {
        for connection in [query, snapshot, mempoolConnection, consensus] {
            connection?.connection.close()
        }
        (query, snapshot, mempoolConnection, consensus) = (nil, nil, nil, nil)
        mempool = []
    }

    /// `cometbft rollback`: the engine's state goes back by one height; the block stays, or with
    /// `hard` goes too.
    public mutating func rollBack(hard: Bool = false) {
        precondition(stateCount > 0, "there is a block to roll back")
        if stateCount == blocks.count { stateCount -= 1 }
        if hard { blocks.removeLast(blocks.count - stateCount) }
    }

    /// `cometbft unsafe-reset-all`: the engine forgets its blocks.
    public mutating func reset() {
        blocks = []
        stateCount = 0
        base = genesis.initialHeight
        genesisHash = nil
    }

    /// Forgets the blocks below `height`, as after a `retain_height`.
    public mutating func prune(below height: Int64) { base = max(base, height) }
}

extension FakeEngine {
    /// Makes the engine believe another app hash after a block.
    public mutating func replaceAppHash(ofBlock index: Int, with appHash: Bytes) {
        blocks[index].appHash = appHash
    }
}
