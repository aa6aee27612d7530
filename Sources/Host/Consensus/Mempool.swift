// Transactions that were checked and wait for a block, first come first served.
//
// The rules are CometBFT's: a cache of hashes refuses repeats, reaping stops at the first
// transaction that would pass the block's bytes or gas, and after a block the rest is checked
// again. One rule is ours: a transaction is offered to a block only once it is in the journal, so
// that the block's batch, which removes it there, cannot be overtaken by its own journal entry.

import Base
import Cryptography
import Ledger

/// A transaction that waits.
struct MempoolEntry: Sendable {
    /// Position in the queue; also its key in the journal.
    var sequence: UInt64
    var bytes: Bytes
    var hash: Hash256
    var gasWanted: Int64
}

/// The queue of checked transactions. Not synchronised.
struct Mempool: Sendable {
    let limits: MempoolLimits
    private(set) var entries: [MempoolEntry] = []
    private(set) var byteCount = 0
    /// Hashes of `entries`.
    private var waiting: Set<Hash256> = []
    /// Hashes of `entries` and of recent successes.
    private var cache: HashCache
    private var nextSequence: UInt64

    init(limits: MempoolLimits, nextSequence: UInt64) {
        self.limits = limits
        self.nextSequence = nextSequence
        cache = HashCache(limit: limits.cacheCount)
    }

    /// Bytes that a transaction takes in a block: tag, length, content.
    static func blockByteCount(_ transaction: Bytes) -> Int64 {
        var length = Bytes()
        length.appendVarint(UInt64(transaction.count))
        return Int64(1 + length.count + transaction.count)
    }

    /// Checks everything that can be known before the application is asked.
    func admit(
        _ transaction: Bytes, hash: Hash256, maximumBlockBytes: Int64
    ) throws(ConsensusError) {
        guard transaction.count <= limits.maximumTransactionByteCount else {
            throw .transactionTooLarge(
                maximum: limits.maximumTransactionByteCount, actual: transaction.count)
        }
        guard Mempool.blockByteCount(transaction) <= maximumBlockBytes else {
            throw .transactionTooLargeForBlock(
                maximum: maximumBlockBytes, actual: transaction.count)
        }
        guard !waiting.contains(hash), !cache.contains(hash) else { throw .transactionInCache }
        guard entries.count < limits.maximumCount,
            byteCount + transaction.count <= limits.maximumByteCount
        else {
            throw .mempoolFull(
                count: entries.count, maximumCount: limits.maximumCount, byteCount: byteCount,
                maximumByteCount: limits.maximumByteCount)
        }
    }

    /// Appends an admitted and checked transaction. `sequence` is given when it comes out of the
    /// journal.
    mutating func append(
        _ transaction: Bytes, hash: Hash256, gasWanted: Int64, sequence: UInt64? = nil
    ) -> MempoolEntry {
        let entry = MempoolEntry(
            sequence: sequence ?? nextSequence, bytes: transaction, hash: hash,
            gasWanted: gasWanted)
        nextSequence = max(nextSequence, entry.sequence + 1)
        entries.append(entry)
        byteCount += transaction.count
        waiting.insert(hash)
        cache.insert(hash)
        return entry
    }

    /// The first transactions that fit a block, none later than `durable` in the queue.
    func reap(maximumBytes: Int64, maximumGas: Int64, durable: UInt64) -> [MempoolEntry] {
        var bytesLeft = maximumBytes
        var gasLeft = maximumGas
        var reaped: [MempoolEntry] = []
        for entry in entries {
            guard entry.sequence <= durable else { break }
            let byteCount = Mempool.blockByteCount(entry.bytes)
            guard byteCount <= bytesLeft else { break }
            bytesLeft -= byteCount
            if maximumGas >= 0 {
                guard entry.gasWanted <= gasLeft else { break }
                gasLeft -= entry.gasWanted
            }
            reaped.append(entry)
        }
        return reaped
    }

    /// The queue positions of those of `hashes` that wait.
    func sequences(of hashes: Set<Hash256>) -> [UInt64] {
        entries.filter { hashes.contains($0.hash) }.map(\.sequence)
    }

    /// Whether `hash` waits for a block.
    func contains(_ hash: Hash256) -> Bool { waiting.contains(hash) }

    /// Removes what a block took: successes stay in the cache, failures may come again.
    mutating func removeCommitted(_ outcomes: [(hash: Hash256, succeeded: Bool)]) {
        for outcome in outcomes {
            if outcome.succeeded {
                cache.insert(outcome.hash)
            } else {
                cache.remove(outcome.hash)
            }
        }
        let hashes = Set(outcomes.map(\.hash))
        keep { !hashes.contains($0.hash) }
    }

    /// Removes transactions that are not valid any more; they may come again.
    mutating func drop(_ sequences: Set<UInt64>) {
        for entry in entries where sequences.contains(entry.sequence) { cache.remove(entry.hash) }
        keep { !sequences.contains($0.sequence) }
    }

    private mutating func keep(_ isKept: (MempoolEntry) -> Bool) {
        var kept: [MempoolEntry] = []
        kept.reserveCapacity(entries.count)
        for entry in entries {
            if isKept(entry) {
                kept.append(entry)
            } else {
                waiting.remove(entry.hash)
                byteCount -= entry.bytes.count
            }
        }
        entries = kept
    }
}
