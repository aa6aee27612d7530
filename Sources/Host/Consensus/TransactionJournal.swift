// The mempool on disk: an accepted transaction is in the database before its sender hears of it, so
// that a crash loses no acknowledged transaction.
//
// Entries are keys of the `blocks` family. A block's batch removes the entries it includes, so a
// transaction is at any time either waiting or in the chain, never both and never neither.
// Acknowledgements share their disk writes: the first caller that waits writes for all that queued
// up meanwhile, the others wait for it (group commit).

import Base
import Store

/// Makes waiting transactions durable, many callers to one write.
final class TransactionJournal: Sendable {
    private struct Queue: Sendable {
        var writes: [KeyValueWrite] = []
        /// Number of the last write queued, counted from 1, and of the last written.
        var lastQueued: UInt64 = 0
        var lastWritten: UInt64 = 0
        /// Highest mempool sequence queued and written.
        var sequenceQueued: UInt64
        var sequenceWritten: UInt64
        var isBeingWritten = false
        var failure: StorageFailure?
    }

    /// What a waiting caller does next.
    private enum Step {
        case done
        case fail(StorageFailure)
        case write(batch: [KeyValueWrite], last: UInt64, sequence: UInt64)
    }

    private let store: any KeyValueStore
    private let queue: Monitor<Queue>

    /// Starts with what is in the database, up to sequence `sequence`.
    init(_ store: any KeyValueStore, durableSequence sequence: UInt64) {
        self.store = store
        queue = Monitor(Queue(sequenceQueued: sequence, sequenceWritten: sequence))
    }

    /// Highest mempool sequence that is durable, and all below it.
    var durableSequence: UInt64 { queue.update { $0.sequenceWritten } }

    /// Queues a transaction; returns what to wait for. Calls must come in order of sequence.
    func append(_ entry: MempoolEntry) -> UInt64 {
        queue.update { queue in
            queue.sequenceQueued = entry.sequence
            queue.writes.append(
                KeyValueWrite(.blocks, BlockKeys.waiting(entry.sequence), entry.bytes))
            queue.lastQueued += 1
            return queue.lastQueued
        }
    }

    /// Queues the removal of dropped transactions. Nobody waits for it: after a crash they would be
    /// checked and dropped again.
    func remove(_ sequences: some Sequence<UInt64>) {
        queue.update { queue in
            for sequence in sequences {
                queue.writes.append(KeyValueWrite(.blocks, BlockKeys.waiting(sequence), nil))
                queue.lastQueued += 1
            }
        }
    }

    /// Returns when write number `ticket` is durable, writing the queue if nobody else does.
    func waitUntilDurable(_ ticket: UInt64) throws(StorageFailure) {
        while true {
            switch nextStep(ticket) {
            case .done: return
            case .fail(let failure): throw failure
            case .write(let batch, let last, let sequence):
                let failure: StorageFailure?
                do {
                    try store.commit(batch)
                    failure = nil
                } catch { failure = error }
                finishWriting(last: last, sequence: sequence, failure)
            }
        }
    }

    private func nextStep(_ ticket: UInt64) -> Step {
        queue.update(when: { queue in
            queue.lastWritten >= ticket || queue.failure != nil || !queue.isBeingWritten
        }) { queue in
            if queue.lastWritten >= ticket { return .done }
            if let failure = queue.failure { return .fail(failure) }
            defer {
                queue.writes = []
                queue.isBeingWritten = true
            }
            return .write(
                batch: queue.writes, last: queue.lastQueued, sequence: queue.sequenceQueued)
        }
    }

    private func finishWriting(last: UInt64, sequence: UInt64, _ failure: StorageFailure?) {
        queue.update { queue in
            queue.isBeingWritten = false
            queue.failure = failure
            guard failure == nil else { return }
            queue.lastWritten = last
            queue.sequenceWritten = sequence
        }
    }
}
