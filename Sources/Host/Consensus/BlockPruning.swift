// Removal of old blocks, a few with each new one, in its batch. Validator sets stay: they are
// small, and a set may be in force long after the block that brought it.

import Base
import Blocks
import Cryptography

extension BlockArchive {
    /// Most blocks removed at a time, so that a lowered limit does not make one block slow.
    private static var mostAtOnce: Int64 { 64 }

    /// Removes the oldest blocks beyond the newest `count` (all are kept when `nil`) and notes in
    /// `state` which is the oldest now. The writes must stand before the new block's, whose index
    /// entries may replace those removed.
    func prune(
        _ state: inout EngineState, keeping count: Int64?
    ) throws(ConsensusError) -> [KeyValueWrite] {
        guard let count else { return [] }
        let first = state.lowestHeight
        let wanted = state.height - max(2, min(count, state.height)) + 1
        let end = min(max(first, wanted), first + BlockArchive.mostAtOnce)
        var writes: [KeyValueWrite] = []
        for height in first..<end {
            writes += [
                KeyValueWrite(.blocks, BlockKeys.block(height), nil),
                KeyValueWrite(.blocks, BlockKeys.commit(height), nil),
                KeyValueWrite(.blocks, BlockKeys.results(height), nil),
            ]
            if let results = try results(height) {
                writes += EventIndex(results, height: height).removals
            }
            guard let block = try block(height) else { continue }
            let name = block.header.hash.bytes
            writes.append(KeyValueWrite(.index, BlockKeys.blockHash(name), nil))
            for transaction in block.data.transactions {
                let hash = SHA256.hash(transaction)
                // The same bytes may stand in a later block too.
                guard try place(of: hash)?.height == height else { continue }
                writes.append(KeyValueWrite(.index, BlockKeys.transaction(hash), nil))
            }
        }
        state.lowestHeight = end
        return writes
    }
}
