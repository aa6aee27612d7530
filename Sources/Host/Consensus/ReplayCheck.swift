// Proof that a stored chain is what it claims: every block is checked, then executed again on a
// fresh application, and everything it gave must come out the same.

public import Base
import Blocks
public import Cryptography
public import Ledger
public import Store
import Wire

/// Re-execution of a stored chain.
public enum ReplayCheck {
    /// Checks and executes again every block in `chain`.
    ///
    /// Per block: the hashes of its content, its link to the block before, its signatures, the
    /// parameters, app hash and results it was made with, and the index; after executing it, all
    /// results and the app hash.
    ///
    /// - Parameters:
    ///   - chain: the database to check; only read.
    ///   - application: an application that has no blocks yet and reads from `scratch`.
    ///   - scratch: an empty store that takes the writes.
    ///   - genesis: the beginning the chain was made with.
    ///   - key: the validator's public key.
    ///   - progress: called after each block with its height.
    /// - Returns: height of the last block, or 0 when there is none.
    public static func verify(
        chain: any KeyValueReading, application: any Application, scratch: any KeyValueStore,
        genesis: EngineGenesis, key: Ed25519.PublicKey, progress: (Int64) -> Void = { _ in }
    ) throws(ConsensusError) -> Int64 {
        try genesis.check()
        let archive = BlockArchive(store: chain)
        guard let stored = try archive.state() else { return 0 }
        guard stored.chainID == genesis.chainID else {
            throw .wrongChain(stored: stored.chainID, given: genesis.chainID)
        }
        guard stored.lowestHeight == stored.initialHeight else {
            throw .heightNotAvailable(
                height: stored.initialHeight, lowest: stored.lowestHeight,
                highest: stored.height)
        }
        var application = application
        var state = try EngineState(genesis: genesis, key: key, application: &application)
        while state.height < stored.height {
            let height = state.nextHeight
            let block = try found("block", height, try archive.block(height))
            let commit = try found("commit", height, try archive.commit(height))
            do throws(BlockError) {
                try block.checkHashes()
                try LightVerification.verify(
                    commit, of: block.header, by: state.validators, chainID: state.chainID)
            } catch { throw .invalidBlock(height: height, reason: error) }
            try checkHeader(block, commit, state)
            let results = try execute(block, state, &application, scratch)
            try checkResults(results, block, archive)
            try state.advance(
                past: block, commit, BlockResults(results), results)
            progress(height)
        }
        try compare(state.height, "app hash", stored.appHash, state.appHash)
        return state.height
    }

    /// Everything in a header that follows from the blocks before.
    private static func checkHeader(
        _ block: Block, _ commit: Commit, _ state: EngineState
    ) throws(ConsensusError) {
        let header = block.header
        let height = state.nextHeight
        try compare(height, "height", header.height, height)
        try compare(height, "time", header.time.text, state.nextTime.text)
        try compare(height, "app hash", header.appHash, state.appHash)
        try compare(height, "last results hash", header.lastResultsHash, state.lastResultsHash)
        try compare(height, "last block hash", header.lastBlockID.hash, state.lastBlockID.hash)
        try compare(
            height, "last commit", block.lastCommit.encoded(), state.lastCommit.encoded())
        try compare(height, "block parts", commit.blockID.encoded(), block.id.encoded())
        try compare(
            height, "next validators", header.nextValidatorsHash, state.nextValidators.hash.bytes)
        let limits = BlockHashes.consensus(
            maximumBytes: state.maximumBytes, maximumGas: state.maximumGas)
        try compare(height, "consensus parameters", header.consensusHash, limits.bytes)
    }

    private static func execute(
        _ block: Block, _ state: EngineState, _ application: inout any Application,
        _ scratch: any KeyValueStore
    ) throws(ConsensusError) -> BlockResult {
        let header = block.header
        let info = BlockInfo(
            chainID: header.chainID, height: header.height, time: header.time,
            proposer: header.proposerAddress, hash: header.hash.bytes,
            nextValidatorsHash: header.nextValidatorsHash, lastCommit: state.commitVotes)
        do throws(StorageFailure) {
            let result = try application.finalizeBlock(block.data.transactions, block: info)
            try scratch.commit(try application.commitWrites())
            application.didCommit()
            return result
        } catch { throw .storage(error) }
    }

    private static func checkResults(
        _ computed: BlockResult, _ block: Block, _ archive: BlockArchive
    ) throws(ConsensusError) {
        let height = block.header.height
        let stored = try found("results", height, try archive.results(height))
        let results = BlockResults(computed)
        try compare(height, "app hash", stored.appHash, results.appHash)
        try compare(height, "results hash", stored.hash.bytes, results.hash.bytes)
        try compare(height, "results", stored.encoded(), results.encoded())
        for transaction in block.data.transactions {
            let place = try archive.place(of: SHA256.hash(transaction))
            guard place != nil else { throw .missingRecord(name: "index entry", height: height) }
        }
        try checkEvents(stored, height, archive)
    }

    /// Every event of the block is in the index, unless the block was made without one.
    private static func checkEvents(
        _ results: BlockResults, _ height: Int64, _ archive: BlockArchive
    ) throws(ConsensusError) {
        let isIndexed = try storing { () throws(StorageFailure) in
            try archive.store.value(.index, IndexKeys.count(height)) != nil
        }
        guard isIndexed else { return }
        for entry in EventIndex(results, height: height).additions {
            let value = try storing { () throws(StorageFailure) in
                try archive.store.value(entry.family, entry.key)
            }
            guard value == entry.value else {
                throw .missingRecord(name: "index entry of an event", height: height)
            }
        }
    }

    private static func found<Value>(
        _ name: String, _ height: Int64, _ value: Value?
    ) throws(ConsensusError) -> Value {
        guard let value else { throw .missingRecord(name: name, height: height) }
        return value
    }

    private static func compare(
        _ height: Int64, _ field: String, _ stored: Bytes, _ computed: Bytes
    ) throws(ConsensusError) {
        // Long encodings are told apart by their hashes.
        let isShort = stored.count <= 32 && computed.count <= 32
        guard stored == computed else {
            throw .replayDiffers(
                height: height, field: field,
                stored: isShort ? stored.hex : SHA256.hash(stored).hex,
                computed: isShort ? computed.hex : SHA256.hash(computed).hex)
        }
    }

    private static func compare<Value: Equatable & CustomStringConvertible>(
        _ height: Int64, _ field: String, _ stored: Value, _ computed: Value
    ) throws(ConsensusError) {
        guard stored == computed else {
            throw .replayDiffers(
                height: height, field: field, stored: stored.description,
                computed: computed.description)
        }
    }
}
