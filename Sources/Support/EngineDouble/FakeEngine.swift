// A consensus engine of one validator, as an application sees CometBFT: the handshake with its
// replay, proposals, blocks, rechecks. It keeps its blocks in memory, so an application that was
// killed finds them again. It compares every app hash with the one of the first execution.
//
// Source: CometBFT 0.38, `consensus/replay.go`; the table of its handshakes.

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
        /// App hash after it; `nil` while no answer has come.
        public var appHash: Bytes?
        /// Codes of its transactions.
        public var codes: [UInt32] = []
    }

    /// The blocks decided so far.
    public private(set) var blocks: [DecidedBlock] = []
    /// App hash of genesis, once known.
    public private(set) var genesisHash: Bytes?
    /// Blocks that were executed again in handshakes.
    public private(set) var replayedCount = 0

    private let genesis: InitializeChainRequest
    private var query: EngineConnection?
    private var snapshot: EngineConnection?
    private var mempool: EngineConnection?
    private var consensus: EngineConnection?

    /// An engine that starts chains with `genesis`.
    public init(genesis: InitializeChainRequest) { self.genesis = genesis }

    /// Connects four times, as the engine does, and brings the application to the last block.
    ///
    /// - Throws: `wrongAnswer` when a height or an app hash is not the engine's.
    public mutating func connect(to address: SocketAddress) throws {
        query = try EngineConnection(to: address)
        snapshot = try EngineConnection(to: address)
        mempool = try EngineConnection(to: address)
        consensus = try EngineConnection(to: address)
        let answer = try query?.ask { $0.info = InfoRequest() }
        guard let info = answer?.info else { throw EngineFault.wrongAnswer("Info") }
        let height = Int(info.lastHeight)
        guard height <= blocks.count else { throw EngineFault.wrongAnswer("height \(height)") }
        if height == 0 {
            let start = try consensus?.ask { $0.initializeChain = genesis }
            guard let hash = start?.initializeChain?.appHash else {
                throw EngineFault.wrongAnswer("InitChain")
            }
            guard genesisHash == nil || genesisHash == hash else {
                throw EngineFault.wrongAnswer("another app hash of genesis")
            }
            genesisHash = hash
        } else if let known = blocks[height - 1].appHash, known != info.lastAppHash {
            throw EngineFault.wrongAnswer("another app hash at \(height)")
        } else {
            blocks[height - 1].appHash = info.lastAppHash
        }
        for index in height..<blocks.count {
            try execute(index)
            replayedCount += 1
        }
    }

    /// Asks whether the mempool may hold `transaction`; its code.
    public mutating func check(_ transaction: Bytes, again: Bool = false) throws -> UInt32 {
        let answer = try mempool?.ask {
            $0.checkTransaction = CheckTransactionRequest()
            $0.checkTransaction?.transaction = transaction
            $0.checkTransaction?.kind = again ? .recheck : .new
        }
        guard let result = answer?.checkTransaction else {
            throw EngineFault.wrongAnswer("CheckTx")
        }
        return result.code
    }

    /// Makes a block of what the application chooses of `candidates`, and makes it durable.
    public mutating func makeBlock(_ candidates: [Bytes]) throws {
        let height = genesis.initialHeight + Int64(blocks.count)
        let time = Timestamp(seconds: genesis.time.seconds + height)
        let prepared = try consensus?.ask {
            var request = PrepareProposalRequest()
            (request.height, request.time) = (height, time)
            (request.maximumBytes, request.transactions) = (1 << 20, candidates)
            $0.prepareProposal = request
        }
        guard let chosen = prepared?.prepareProposal?.transactions else {
            throw EngineFault.wrongAnswer("PrepareProposal")
        }
        let judged = try consensus?.ask {
            var request = ProcessProposalRequest()
            (request.height, request.time, request.transactions) = (height, time, chosen)
            $0.processProposal = request
        }
        guard judged?.processProposal?.status == .accept else {
            throw EngineFault.wrongAnswer("its own proposal is refused")
        }
        var request = FinalizeBlockRequest()
        (request.height, request.time, request.transactions) = (height, time, chosen)
        request.hash =
            SHA256.hash(concatenating: chosen + [[UInt8(truncatingIfNeeded: height)]])
            .bytes
        // Stored before it is executed: from here on it is decided.
        blocks.append(DecidedBlock(request: request))
        try execute(blocks.count - 1)
    }

    private mutating func execute(_ index: Int) throws {
        let request = blocks[index].request
        let answer = try consensus?.ask { $0.finalizeBlock = request }
        guard let result = answer?.finalizeBlock,
            result.results.count == request.transactions.count
        else { throw EngineFault.wrongAnswer("FinalizeBlock") }
        let codes = result.results.map(\.code)
        if let known = blocks[index].appHash, known != result.appHash {
            throw EngineFault.wrongAnswer("another app hash after \(request.height)")
        }
        blocks[index].appHash = result.appHash
        blocks[index].codes = codes
        // The engine locks its mempool and flushes that connection before Commit.
        _ = try mempool?.ask([])
        guard try consensus?.ask({ $0.commit = CommitRequest() }).commit != nil else {
            throw EngineFault.wrongAnswer("Commit")
        }
    }
}
