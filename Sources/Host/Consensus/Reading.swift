// What doors ask the driver: status, blocks, commits, results, validators, transactions, queries.
// All of it is committed and durable.

public import Base
public import Blocks
import Cryptography
public import Ledger
import Store
import Synchronization
public import Wire

/// What a node says of itself.
public struct EngineStatus: Equatable, Sendable {
    /// Chain id.
    public var chainID: String
    /// The oldest and the newest block; `nil` before the first block.
    public var earliest: Summary?
    /// The newest block; `nil` before the first block.
    public var latest: Summary?
    /// This node's validator, with its power at the next block.
    public var validator: Validator

    /// A block in short.
    public struct Summary: Equatable, Sendable {
        /// Height.
        public var height: Int64
        /// Block hash.
        public var hash: Bytes
        /// App hash in the header: the state after the block before.
        public var appHash: Bytes
        /// Block time.
        public var time: Timestamp
    }
}

/// A block with its name.
public struct StoredBlock: Equatable, Sendable {
    /// The name.
    public var id: BlockID
    /// The block.
    public var block: Block
}

/// A block that was just made.
public struct CommittedBlock: Equatable, Sendable {
    /// Its name.
    public var id: BlockID
    /// The block.
    public var block: Block
    /// What executing it gave.
    public var results: BlockResults
}

/// A transaction in the chain.
public struct StoredTransaction: Equatable, Sendable {
    /// SHA-256 of the bytes.
    public var hash: Hash256
    /// Height of its block.
    public var height: Int64
    /// Position in the block, from 0.
    public var index: UInt32
    /// The transaction.
    public var bytes: Bytes
    /// What it did.
    public var result: TransactionResult
}

extension EmbeddedEngine {
    /// Height of the last block, or 0 before the first.
    public var height: Int64 {
        let state = published.withLock { $0.state }
        return state.isBeforeFirstBlock ? 0 : state.height
    }

    /// What the node says of itself.
    public func status() throws(ConsensusError) -> EngineStatus {
        try gate.read { () throws(ConsensusError) in
            let state = published.withLock { $0.state }
            let own =
                state.validators.validators.first { $0.address == address }
                ?? Validator(key.publicKey, votingPower: 0)
            var status = EngineStatus(chainID: state.chainID, validator: own)
            guard !state.isBeforeFirstBlock else { return status }
            status.earliest = try summary(state.lowestHeight)
            status.latest = try summary(state.height)
            return status
        }
    }

    private func summary(_ height: Int64) throws(ConsensusError) -> EngineStatus.Summary {
        let stored = try read(height)
        let header = stored.block.header
        return EngineStatus.Summary(
            height: height, hash: stored.id.hash, appHash: header.appHash, time: header.time)
    }

    /// The block at `height`, by default the last.
    public func block(at height: Int64? = nil) throws(ConsensusError) -> StoredBlock {
        try gate.read { () throws(ConsensusError) in try read(try kept(height)) }
    }

    /// The block whose header has this hash; `nil` when there is none.
    public func block(hash: Bytes) throws(ConsensusError) -> StoredBlock? {
        try gate.read { () throws(ConsensusError) in
            guard let height = try archive.height(ofBlock: hash) else { return nil }
            return try read(height)
        }
    }

    /// The header at `height` with the commit that proves it.
    public func signedHeader(at height: Int64? = nil) throws(ConsensusError) -> SignedHeader {
        try gate.read { () throws(ConsensusError) in
            let height = try kept(height)
            return SignedHeader(
                header: try read(height).block.header,
                commit: try found("commit", height, try archive.commit(height)))
        }
    }

    /// What executing the block at `height` gave.
    public func results(at height: Int64? = nil) throws(ConsensusError) -> BlockResults {
        try gate.read { () throws(ConsensusError) in
            let height = try kept(height)
            return try found("results", height, try archive.results(height))
        }
    }

    /// The set that signs block `height`; by default the next block's, which is the highest known.
    public func validators(
        at height: Int64? = nil
    ) throws(ConsensusError) -> (height: Int64, set: ValidatorSet) {
        try gate.read { () throws(ConsensusError) in
            let state = published.withLock { $0.state }
            let height = height ?? state.nextHeight
            if height == state.nextHeight { return (height, state.validators) }
            _ = try kept(height)
            return (height, try found("validator set", height, try archive.validators(height)))
        }
    }

    /// The transaction with this hash; `nil` when no block holds it.
    public func transaction(_ hash: Hash256) throws(ConsensusError) -> StoredTransaction? {
        try gate.read { () throws(ConsensusError) in
            guard let place = try archive.place(of: hash) else { return nil }
            let (block, results) = try content(place.height)
            return try EmbeddedEngine.pick(
                TransactionPosition(height: place.height, index: place.index), block, results)
        }
    }

    /// The transactions that `query` holds of, ascending. Waits for no block.
    public func search(
        transactions query: EventQuery
    ) throws(ConsensusError) -> [TransactionPosition] {
        try gate.read { () throws(ConsensusError) in try search()?.transactions(query) ?? [] }
    }

    /// The heights of the blocks that `query` holds of, ascending.
    public func search(blocks query: EventQuery) throws(ConsensusError) -> [Int64] {
        try gate.read { () throws(ConsensusError) in try search()?.blocks(query) ?? [] }
    }

    /// The transactions at `positions`; one whose block is gone meanwhile is left out.
    public func transactions(
        at positions: [TransactionPosition]
    ) throws(ConsensusError) -> [StoredTransaction] {
        try gate.read { () throws(ConsensusError) in
            let lowest = published.withLock { $0.state.lowestHeight }
            // Neighbours are often of one block, which is then read once.
            var last: (height: Int64, block: Block, results: BlockResults)?
            var found: [StoredTransaction] = []
            for position in positions where position.height >= lowest {
                if last?.height != position.height {
                    let (block, results) = try content(position.height)
                    last = (position.height, block, results)
                }
                guard let last else { continue }
                found.append(try EmbeddedEngine.pick(position, last.block, last.results))
            }
            return found
        }
    }

    /// A search of the blocks that are kept; `nil` when there are none.
    private func search() throws(ConsensusError) -> EventSearch? {
        let state = published.withLock { $0.state }
        guard !state.isBeforeFirstBlock, state.lowestHeight <= state.height else { return nil }
        return EventSearch(archive: archive, heights: state.lowestHeight...state.height)
    }

    private func content(
        _ height: Int64
    ) throws(ConsensusError) -> (Block, BlockResults) {
        (
            try found("block", height, try archive.block(height)),
            try found("results", height, try archive.results(height))
        )
    }

    private static func pick(
        _ position: TransactionPosition, _ block: Block, _ results: BlockResults
    ) throws(ConsensusError) -> StoredTransaction {
        let index = Int(position.index)
        guard block.data.transactions.indices.contains(index),
            results.transactionResults.indices.contains(index)
        else { throw .missingRecord(name: "transaction", height: position.height) }
        let bytes = block.data.transactions[index]
        return StoredTransaction(
            hash: SHA256.hash(bytes), height: position.height, index: position.index,
            bytes: bytes, result: results.transactionResults[index])
    }

    /// Answers a query of committed state. Runs beside block execution and other queries.
    public func query(_ request: StateQuery) throws(ConsensusError) -> StateQueryResult {
        try gate.read { () throws(ConsensusError) in
            let application = published.withLock { $0.application }
            return try storing { () throws(StorageFailure) in try application.query(request) }
        }
    }

    /// What the application says of itself.
    public func applicationInfo() throws(ConsensusError) -> ApplicationInfo {
        try gate.read { () throws(ConsensusError) in
            let application = published.withLock { $0.application }
            return try storing { () throws(StorageFailure) in try application.info() }
        }
    }

    /// Checks that a block is kept at `height`, by default the last.
    private func kept(_ height: Int64?) throws(ConsensusError) -> Int64 {
        let state = published.withLock { $0.state }
        let wanted = height ?? state.height
        let lowest = state.isBeforeFirstBlock ? 0 : state.lowestHeight
        guard !state.isBeforeFirstBlock, wanted >= lowest, wanted <= state.height else {
            throw .heightNotAvailable(
                height: wanted, lowest: lowest,
                highest: state.isBeforeFirstBlock ? 0 : state.height)
        }
        return wanted
    }

    private func read(_ height: Int64) throws(ConsensusError) -> StoredBlock {
        let block = try found("block", height, try archive.block(height))
        let commit = try found("commit", height, try archive.commit(height))
        return StoredBlock(id: commit.blockID, block: block)
    }

    private func found<Value>(
        _ name: String, _ height: Int64, _ value: Value?
    ) throws(ConsensusError) -> Value {
        guard let value else { throw .missingRecord(name: name, height: height) }
        return value
    }
}
