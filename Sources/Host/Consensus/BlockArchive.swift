// The stored chain: reads of blocks, commits, results, validator sets and the index, and the writes
// that add one block. Records were written by this node; a damaged one is an error, never a trap.

import Base
import Blocks
import Cryptography
import Ledger
import Store
import Wire

/// Reads the driver's records.
struct BlockArchive: Sendable {
    let store: any KeyValueReading

    /// Blocks may have 100 MiB and hold transactions of any kind.
    private static let rules = WireRules(maximumBytes: 256 << 20)

    func state() throws(ConsensusError) -> EngineState? {
        try record("driver state", 0, BlockKeys.state)
    }

    func block(_ height: Int64) throws(ConsensusError) -> Block? {
        try record("block", height, BlockKeys.block(height))
    }

    func commit(_ height: Int64) throws(ConsensusError) -> Commit? {
        try record("commit", height, BlockKeys.commit(height))
    }

    func results(_ height: Int64) throws(ConsensusError) -> BlockResults? {
        try record("results", height, BlockKeys.results(height))
    }

    /// The set that signs block `height`: the newest stored at or below it.
    func validators(_ height: Int64) throws(ConsensusError) -> ValidatorSet? {
        guard height >= 0, height < Int64.max else { return nil }
        let found = try storing { () throws(StorageFailure) in
            try store.pairs(
                .blocks, from: BlockKeys.validators(0), to: BlockKeys.validators(height + 1),
                limit: 1, reverse: true)
        }
        return try found.first.map { (pair) throws(ConsensusError) in
            try BlockArchive.decode("validator set", height, pair.value)
        }
    }

    func place(of hash: Hash256) throws(ConsensusError) -> TransactionPlace? {
        try record("index entry", 0, BlockKeys.transaction(hash), .index)
    }

    func height(ofBlock hash: Bytes) throws(ConsensusError) -> Int64? {
        let value = try storing { () throws(StorageFailure) in
            try store.value(.index, BlockKeys.blockHash(hash))
        }
        guard let value else { return nil }
        var reader = ByteReader(value)
        do { return Int64(bitPattern: try reader.readBigEndian64()) } catch {
            throw .damagedRecord(name: "index entry", height: 0, reason: .malformed(error))
        }
    }

    /// The waiting transactions in order of sequence.
    func waiting() throws(ConsensusError) -> [(sequence: UInt64, bytes: Bytes)] {
        let pairs = try storing { () throws(StorageFailure) in
            try store.pairs(.blocks, prefix: BlockKeys.waitingPrefix)
        }
        var result: [(sequence: UInt64, bytes: Bytes)] = []
        for pair in pairs {
            var reader = ByteReader(pair.key.dropFirst())
            do { result.append((try reader.readBigEndian64(), pair.value)) } catch {
                throw .damagedRecord(name: "journal entry", height: 0, reason: .malformed(error))
            }
        }
        return result
    }

    private func record<Message: WireMessage>(
        _ name: String, _ height: Int64, _ key: Bytes, _ family: ColumnFamily = .blocks
    ) throws(ConsensusError) -> Message? {
        let value = try storing { () throws(StorageFailure) in try store.value(family, key) }
        return try value.map { (bytes) throws(ConsensusError) in
            try BlockArchive.decode(name, height, bytes)
        }
    }

    private static func decode<Message: WireMessage>(
        _ name: String, _ height: Int64, _ bytes: Bytes
    ) throws(ConsensusError) -> Message {
        do { return try Message(decoding: bytes, rules: rules) } catch {
            throw .damagedRecord(name: name, height: height, reason: error)
        }
    }
}

/// A decided block with all that is stored for it.
struct DecidedBlock {
    var block: Block
    var blockBytes: Bytes
    var id: BlockID
    var commit: Commit
    var results: BlockResults
    var transactionHashes: [Hash256]
    /// State of the driver after the block.
    var state: EngineState
    /// State of the driver before the block.
    var previousState: EngineState
    /// Whether its events are indexed.
    var indexesEvents: Bool

    var height: Int64 { block.header.height }

    /// The driver's part of the block's batch.
    func writes(_ archive: BlockArchive) throws(ConsensusError) -> [KeyValueWrite] {
        var height = Bytes()
        height.appendBigEndian(UInt64(bitPattern: self.height))
        var writes = [
            KeyValueWrite(.blocks, BlockKeys.block(self.height), blockBytes),
            KeyValueWrite(.blocks, BlockKeys.commit(self.height), commit.encoded()),
            KeyValueWrite(.blocks, BlockKeys.results(self.height), results.encoded()),
            KeyValueWrite(.blocks, BlockKeys.state, state.encoded()),
            KeyValueWrite(.index, BlockKeys.blockHash(id.hash), height),
        ]
        // A set is stored when it first signs or changes; readers take the newest at or below.
        if previousState.isBeforeFirstBlock {
            writes.append(validators(previousState.validators, from: self.height))
        }
        if state.validators != previousState.validators {
            writes.append(validators(state.validators, from: self.height + 1))
        }
        for (index, hash) in transactionHashes.enumerated() {
            let succeeded = results.transactionResults[index].code == 0
            // The index keeps an earlier success over a later failure of the same bytes.
            if !succeeded, try archive.place(of: hash)?.succeeded == true { continue }
            var place = TransactionPlace()
            place.height = self.height
            place.index = UInt32(index)
            place.succeeded = succeeded
            writes.append(KeyValueWrite(.index, BlockKeys.transaction(hash), place.encoded()))
        }
        if indexesEvents { writes += EventIndex(results, height: self.height).additions }
        return writes
    }

    private func validators(_ set: ValidatorSet, from height: Int64) -> KeyValueWrite {
        KeyValueWrite(.blocks, BlockKeys.validators(height), set.encoded())
    }
}
