// Making a block: rounds of proposals, vote extensions, the decision, execution, Commit, rechecks.

import ABCI
public import Base
import Blocks
import Cryptography
import Ledger
import Wire

extension FakeEngine {
    /// Makes a block of what the application chooses of `candidates` and of what waits, and makes
    /// it durable. `rounds` − 1 proposals come to nothing before.
    public mutating func makeBlock(_ candidates: [Bytes], rounds: Int = 1) throws {
        let height = nextHeight
        // The first block has the time of the genesis.
        let time = Timestamp(seconds: genesis.time.seconds + Int64(blocks.count))
        var chosen: [Bytes] = []
        for _ in 0..<max(1, rounds) {
            chosen = try propose(candidates + mempool, height, time)
        }
        try voteFor(chosen, height, time)
        try die(at: .proposed)
        var request = FinalizeBlockRequest()
        (request.height, request.time, request.transactions) = (height, time, chosen)
        request.hash = FakeEngine.hash(chosen, height)
        request.lastCommit = lastCommit
        request.proposerAddress = proposer
        // Stored before it is executed: from here on it is decided.
        blocks.append(DecidedBlock(request: request))
        try die(at: .blockStored)
        try execute(blocks.count - 1)
        stateCount = blocks.count
        try die(at: .stateStored)
        try recheck(without: chosen)
    }

    private func die(at point: FailPoint) throws {
        if failPoint == point { throw EngineFault.planned }
    }

    private static func hash(_ transactions: [Bytes], _ height: Int64) -> Bytes {
        SHA256.hash(concatenating: transactions + [[UInt8(truncatingIfNeeded: height)]]).bytes
    }

    /// Address of the first validator of the genesis.
    private var proposer: Bytes {
        guard let key = genesis.validators.first?.publicKey.ed25519 else { return [] }
        return Bytes(SHA256.hash(key).bytes.prefix(20))
    }

    /// The genesis validators signed the block before.
    private var lastCommit: CommitInfo {
        var commit = CommitInfo()
        guard !blocks.isEmpty else { return commit }
        commit.votes = genesis.validators.map { change in
            var vote = VoteInfo()
            vote.validator.address = Bytes(
                SHA256.hash(change.publicKey.ed25519 ?? []).bytes.prefix(20))
            vote.validator.power = change.power
            vote.flag = .commit
            return vote
        }
        return commit
    }

    private mutating func propose(
        _ candidates: [Bytes], _ height: Int64, _ time: Timestamp
    ) throws -> [Bytes] {
        let limit: Int64 = 1 << 20
        let proposer = proposer
        let prepared = try consensus?.ask {
            var request = PrepareProposalRequest()
            (request.height, request.time) = (height, time)
            (request.maximumBytes, request.transactions) = (limit, candidates)
            request.proposerAddress = proposer
            $0.prepareProposal = request
        }
        guard let chosen = prepared?.prepareProposal?.transactions else {
            throw EngineFault.wrongAnswer("PrepareProposal")
        }
        guard chosen.reduce(0, { $0 + $1.count + 3 }) <= limit else {
            throw EngineFault.wrongAnswer("a proposal over its limit")
        }
        let commit = lastCommit
        let judged = try consensus?.ask {
            var request = ProcessProposalRequest()
            (request.height, request.time, request.transactions) = (height, time, chosen)
            request.hash = FakeEngine.hash(chosen, height)
            request.lastCommit = commit
            request.proposerAddress = proposer
            $0.processProposal = request
        }
        guard judged?.processProposal?.status == .accept else {
            throw EngineFault.wrongAnswer("its own proposal is refused")
        }
        return chosen
    }

    /// Vote extensions, from their first height on.
    private mutating func voteFor(
        _ transactions: [Bytes], _ height: Int64, _ time: Timestamp
    ) throws {
        guard voteExtensionsHeight > 0, height >= voteExtensionsHeight else { return }
        let hash = FakeEngine.hash(transactions, height)
        let extended = try consensus?.ask {
            var request = ExtendVoteRequest()
            (request.height, request.time, request.transactions) = (height, time, transactions)
            request.hash = hash
            $0.extendVote = request
        }
        guard let voteExtension = extended?.extendVote?.voteExtension else {
            throw EngineFault.wrongAnswer("ExtendVote")
        }
        // That of another validator, which says what this application says.
        let verified = try consensus?.ask {
            var request = VerifyVoteExtensionRequest()
            (request.height, request.hash) = (height, hash)
            request.validatorAddress = Bytes(repeating: 9, count: 20)
            request.voteExtension = voteExtension
            $0.verifyVoteExtension = request
        }
        guard verified?.verifyVoteExtension?.status == .accept else {
            throw EngineFault.wrongAnswer("a vote extension of its own making is refused")
        }
    }

    mutating func execute(_ index: Int) throws {
        let request = blocks[index].request
        let answer = try consensus?.ask { $0.finalizeBlock = request }
        guard let result = answer?.finalizeBlock else {
            throw EngineFault.wrongAnswer("FinalizeBlock")
        }
        try FakeEngine.judge(result, of: request)
        try compare(result.appHash, after: index)
        if let known = blocks[index].response, known != result {
            throw EngineFault.wrongAnswer("another result of block \(request.height)")
        }
        if index == blocks.count - 1 { try die(at: .finalized) }
        blocks[index].response = result
        blocks[index].appHash = result.appHash
        if index == blocks.count - 1 { try die(at: .responseStored) }
        // The engine locks its mempool and flushes that connection before Commit.
        _ = try mempoolConnection?.ask([])
        guard let commit = try consensus?.ask({ $0.commit = CommitRequest() }).commit else {
            throw EngineFault.wrongAnswer("Commit")
        }
        if index == blocks.count - 1 { try die(at: .committed) }
        guard commit.retainHeight <= request.height else {
            throw EngineFault.wrongAnswer("retain height \(commit.retainHeight)")
        }
        if commit.retainHeight > 0 { prune(below: commit.retainHeight) }
    }

    /// What freezes an engine.
    private static func judge(
        _ result: FinalizeBlockResponse, of request: FinalizeBlockRequest
    ) throws {
        guard result.results.count == request.transactions.count else {
            throw EngineFault.wrongAnswer("results and transactions differ in number")
        }
        guard result.appHash.count == 32 else { throw EngineFault.wrongAnswer("no app hash") }
        var seen: [ValidatorKey] = []
        for change in result.validatorChanges {
            guard change.power >= 0, change.publicKey.ed25519?.count == 32,
                !seen.contains(change.publicKey)
            else { throw EngineFault.wrongAnswer("a change of validators") }
            seen.append(change.publicKey)
        }
        if let block = result.parameterChanges?.block {
            guard block.maximumBytes > 0 || block.maximumBytes == -1, block.maximumGas >= -1 else {
                throw EngineFault.wrongAnswer("limits of a block")
            }
        }
    }

    /// What still waits is checked again, against the new state.
    private mutating func recheck(without included: [Bytes]) throws {
        var kept: [Bytes] = []
        for transaction in mempool where !included.contains(transaction) {
            if try check(transaction, .recheck) == 0 { kept.append(transaction) }
        }
        mempool = kept
    }
}
