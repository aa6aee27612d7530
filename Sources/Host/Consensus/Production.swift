// How a block is made: reap, propose, build the header, execute, sign, write, publish.

import Base
import Blocks
import Cryptography
import Ledger
import Store
import Synchronization
import Wire

extension EmbeddedEngine {
    /// Makes one block if there is a reason for it: transactions wait, no block was made yet, the
    /// last block changed the app hash (whose proof needs a header that holds it), or
    /// `allowsEmpty`.
    ///
    /// - Returns: the block's height, or `nil` when there was no reason. The block is durable.
    /// - Throws: after any failure the driver has stopped and makes no more blocks.
    @discardableResult
    public func produceBlock(allowsEmpty: Bool = false) throws(ConsensusError) -> Int64? {
        try production.withLock { (production) throws(ConsensusError) in
            try checkRunning()
            do throws(ConsensusError) {
                return try produce(&production, allowsEmpty)
            } catch {
                halt(error)
                throw error
            }
        }
    }

    private func produce(
        _ production: inout Production, _ allowsEmpty: Bool
    ) throws(ConsensusError) -> Int64? {
        let state = production.state
        // An empty block changes the state too (new coins, votes): only what transactions changed
        // is worth a block of its own that proves it.
        let hasUnprovedResults =
            state.headerAppHash != state.appHash
            && (state.lastResultsHash != BlockHashes.empty.bytes
                || state.height == state.initialHeight)
        let isDue = allowsEmpty || state.isBeforeFirstBlock || hasUnprovedResults
        var info = BlockInfo(
            chainID: state.chainID, height: state.nextHeight, time: state.nextTime,
            proposer: address, nextValidatorsHash: state.nextValidators.hash.bytes,
            lastCommit: state.commitVotes)
        var most = Int.max
        while true {
            guard
                let proposal = try propose(&production, info, isDue: isDue, atMost: most)
            else { return nil }
            let transactions = proposal.transactions
            let block = makeBlock(transactions, state, production.applicationVersion)
            info.hash = block.header.hash.bytes
            let result = try storing { () throws(StorageFailure) in
                try production.application.finalizeBlock(transactions, block: info)
            }
            guard result.results.count == transactions.count else {
                throw .applicationFault(
                    height: info.height,
                    detail: "\(result.results.count) results for \(transactions.count) "
                        + "transactions")
            }
            switch try stakeCheck(proposal, result, state) {
            case .keepsMajority: break
            // No block was written, so the height can be tried again with less.
            case .losesMajority:
                most = transactions.count / 2
                continue
            case .losesMajorityBy(let cause):
                drop([cause], "it would take the majority of stake from this validator")
                most = Int.max
                continue
            }
            var decided = try decide(block, BlockResults(result), result, state)
            let pruned = try archive.prune(&decided.state, keeping: options.blocksKept)
            try write(decided, pruned, &production)
            options.blockCommitted(
                CommittedBlock(id: decided.id, block: block, results: decided.results))
            return info.height
        }
    }

    /// A chosen block, and the entries of the mempool it was chosen from.
    private struct Proposal {
        var transactions: [Bytes]
        var candidates: [MempoolEntry]
    }

    /// Whether a block leaves this validator the two thirds of power that it needs to go on alone.
    private enum StakeCheck {
        case keepsMajority
        /// Some of its transactions are the cause.
        case losesMajority
        /// Its only transaction is the cause.
        case losesMajorityBy(MempoolEntry)
    }

    private func stakeCheck(
        _ proposal: Proposal, _ result: BlockResult, _ state: EngineState
    ) throws(ConsensusError) -> StakeCheck {
        // With no transaction to blame, the block is made and the driver halts after it.
        guard !result.validatorUpdates.isEmpty, !proposal.transactions.isEmpty else {
            return .keepsMajority
        }
        let set = try state.nextValidators.applying(
            result.validatorUpdates, height: state.nextHeight)
        do { try set.checkMajority(of: address) } catch {
            guard proposal.transactions.count == 1,
                let cause = proposal.candidates.first(where: {
                    $0.bytes == proposal.transactions[0]
                })
            else { return .losesMajority }
            return .losesMajorityBy(cause)
        }
        return .keepsMajority
    }

    // MARK: Proposal

    /// The transactions of the next block; `nil` when there is no reason for a block.
    ///
    /// The application judges its own proposal. Should it refuse, the first candidate is tried
    /// alone and dropped if it is the cause, so that no transaction can stop the chain.
    private func propose(
        _ production: inout Production, _ info: BlockInfo, isDue: Bool, atMost most: Int
    ) throws(ConsensusError) -> Proposal? {
        var triesOneOnly = false
        while true {
            var candidates = reap()
            candidates = Array(candidates.prefix(triesOneOnly ? 1 : most))
            if candidates.isEmpty, !isDue { return nil }
            let transactions = try prepare(candidates.map(\.bytes), &production, info)
            let isUseless = transactions.isEmpty && !candidates.isEmpty && !isDue
            if !isUseless {
                let isAccepted = try storing { () throws(StorageFailure) in
                    try production.application.processProposal(transactions, block: info)
                }
                if isAccepted {
                    return Proposal(transactions: transactions, candidates: candidates)
                }
            }
            if candidates.count > 1 {
                triesOneOnly = true
            } else if let cause = candidates.first {
                drop([cause], "the application does not take it into a block")
                triesOneOnly = false
            } else {
                throw .applicationFault(
                    height: info.height, detail: "it refused its own empty proposal")
            }
        }
    }

    private func reap() -> [MempoolEntry] {
        let durable = journal.durableSequence
        return pool.withLock { pool in
            pool.mempool.reap(
                maximumBytes: pool.maximumTransactionBytes, maximumGas: pool.maximumGas,
                durable: durable)
        }
    }

    private func prepare(
        _ candidates: [Bytes], _ production: inout Production, _ info: BlockInfo
    ) throws(ConsensusError) -> [Bytes] {
        let limit = production.state.maximumTransactionBytes
        let transactions = try storing { () throws(StorageFailure) in
            try production.application.prepareProposal(
                candidates, maximumBytes: limit, block: info)
        }
        let byteCount = transactions.reduce(0) { $0 + Mempool.blockByteCount($1) }
        guard byteCount <= limit else {
            throw .applicationFault(
                height: info.height,
                detail: "proposal of \(byteCount) bytes, the limit is \(limit)")
        }
        return transactions
    }

    private func drop(_ entries: [MempoolEntry], _ reason: String) {
        pool.withLock { $0.mempool.drop(Set(entries.map(\.sequence))) }
        journal.remove(entries.map(\.sequence))
        for entry in entries {
            options.log("dropped transaction \(entry.hash.bytes.upperHex): \(reason)")
        }
    }

    // MARK: Header and commit

    private func makeBlock(
        _ transactions: [Bytes], _ state: EngineState, _ applicationVersion: UInt64
    ) -> Block {
        var header = Header()
        header.version = ConsensusVersion(application: applicationVersion)
        header.chainID = state.chainID
        header.height = state.nextHeight
        header.time = state.nextTime
        header.lastBlockID = state.lastBlockID
        header.lastCommitHash = state.lastCommit.hash.bytes
        header.dataHash = BlockHashes.data(transactions).bytes
        header.validatorsHash = state.validators.hash.bytes
        header.nextValidatorsHash = state.nextValidators.hash.bytes
        header.consensusHash =
            BlockHashes.consensus(
                maximumBytes: state.maximumBytes, maximumGas: state.maximumGas
            ).bytes
        header.appHash = state.appHash
        header.lastResultsHash = state.lastResultsHash
        header.evidenceHash = BlockHashes.empty.bytes
        header.proposerAddress = address
        return Block(header: header, transactions: transactions, lastCommit: state.lastCommit)
    }

    /// Signs the executed block and derives the state after it.
    private func decide(
        _ block: Block, _ results: BlockResults, _ result: BlockResult,
        _ state: EngineState
    ) throws(ConsensusError) -> DecidedBlock {
        let blockBytes = block.encoded()
        let id = block.id(blockBytes: blockBytes)
        var after = state
        let commit = try sign(id, block.header, state.validators, &after.lastVote)
        try after.advance(past: block, commit, results, result)
        // A block after which this key could not go on is not written, so its signature is void.
        try after.nextValidators.checkMajority(of: address)
        return DecidedBlock(
            block: block, blockBytes: blockBytes, id: id, commit: commit, results: results,
            transactionHashes: block.data.transactions.map { SHA256.hash($0) }, state: after,
            previousState: state, indexesEvents: options.indexesEvents)
    }

    /// The commit of a block: this validator's precommit, all others absent.
    private func sign(
        _ id: BlockID, _ header: Header, _ validators: ValidatorSet, _ lastVote: inout SignedVote
    ) throws(ConsensusError) -> Commit {
        guard header.height > lastVote.height else {
            throw .alreadySigned(height: header.height, lastSigned: lastVote.height)
        }
        var commit = Commit(height: header.height, round: 0, blockID: id, signatures: [])
        for validator in validators.validators {
            guard validator.address == address else {
                commit.signatures.append(.absent)
                continue
            }
            var entry = CommitSignature(
                validatorAddress: address,
                timestamp: max(now(), header.time.addingMillisecond), signature: [])
            let signBytes = commit.signBytes(of: entry, chainID: header.chainID)
            entry.signature = key.signature(for: signBytes)
            lastVote.height = header.height
            lastVote.signBytesHash = SHA256.hash(signBytes).bytes
            commit.signatures.append(entry)
        }
        return commit
    }

    // MARK: Commit

    /// Writes the block's one batch and makes it visible.
    private func write(
        _ decided: DecidedBlock, _ pruned: [KeyValueWrite], _ production: inout Production
    ) throws(ConsensusError) {
        let batch =
            try storing { () throws(StorageFailure) in
                try production.application.commitWrites()
            } + pruned + decided.writes(archive)
        // No check runs while the committed state changes under it.
        try pool.withLock { (pool) throws(ConsensusError) in
            let included = pool.mempool.sequences(of: Set(decided.transactionHashes))
            let removals = included.map {
                KeyValueWrite(.blocks, BlockKeys.waiting($0), nil)
            }
            try gate.write { () throws(ConsensusError) in
                try storing { () throws(StorageFailure) in try store.commit(batch + removals) }
                production.application.didCommit()
                production.state = decided.state
                let visible = Published(
                    application: production.application, state: decided.state)
                published.withLock { $0 = visible }
            }
            pool.application = production.application
            pool.maximumTransactionBytes = decided.state.maximumTransactionBytes
            pool.mempool.removeCommitted(
                zip(decided.transactionHashes, decided.results.transactionResults)
                    .map { ($0, $1.code == 0) })
            try recheck(&pool)
        }
    }

    /// Checks what still waits against the new state.
    private func recheck(_ pool: inout Pool) throws(ConsensusError) {
        var stale: [UInt64] = []
        for entry in pool.mempool.entries {
            let result = try storing { () throws(StorageFailure) in
                try pool.application.checkTransaction(entry.bytes, recheck: true)
            }
            if result.code != 0 { stale.append(entry.sequence) }
        }
        guard !stale.isEmpty else { return }
        pool.mempool.drop(Set(stale))
        journal.remove(stale)
        options.log("dropped \(stale.count) waiting transactions that are no longer valid")
    }
}

extension Timestamp {
    /// The moment one millisecond later: the least by which a vote follows its block's time.
    var addingMillisecond: Timestamp {
        let nanoseconds = nanoseconds + 1_000_000
        return nanoseconds < 1_000_000_000
            ? Timestamp(seconds: seconds, nanoseconds: nanoseconds)
            : Timestamp(seconds: seconds + 1, nanoseconds: nanoseconds - 1_000_000_000)
    }
}

extension CommitSignature {
    /// The entry of a validator that sent no vote; its time is Go's zero, 0001-01-01.
    static var absent: CommitSignature {
        var entry = CommitSignature()
        entry.flag = .absent
        entry.timestamp = Timestamp(seconds: -62_135_596_800)
        return entry
    }
}
