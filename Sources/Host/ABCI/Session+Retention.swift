// Which blocks the engine may delete. Never one that a rule of the chain still needs: the offences
// of its validators can be proved, stake that is leaving can be slashed, a node that takes in our
// oldest snapshot can fetch what follows, and this node can go back by one height.
//
// Ages count in blocks and in time. For the time, the session notes when each block was, in the
// same database, and forgets it with the block.
//
//     family blocks: "t" ‖ height 8     seconds 8 of the block's time

import Base
import Ledger
import Store
import Synchronization
import Wire

extension ApplicationSession {
    private static let timePrefix: Bytes = [UInt8(ascii: "t")]

    private static func timeKey(_ height: Int64) -> Bytes {
        var key = timePrefix
        key.appendBigEndian(UInt64(bitPattern: height))
        return key
    }

    /// The write that notes when a block was.
    func timeWrite(_ height: Int64, _ time: Timestamp) -> [KeyValueWrite] {
        guard options.keptBlocks > 0 else { return [] }
        var value = Bytes()
        value.appendBigEndian(UInt64(bitPattern: time.seconds))
        return [KeyValueWrite(.blocks, ApplicationSession.timeKey(height), value)]
    }

    /// The height below which the engine may delete blocks after block `height`; 0 for none.
    func retainHeight(
        _ application: any Application, height: Int64, time: Timestamp
    ) throws(StorageFailure) -> Int64 {
        guard options.keptBlocks > 0 else { return 0 }
        let needs = try application.historyNeeds()
        // One height back must stay possible.
        var lowest = min(height - options.keptBlocks + 1, height - 1, height - needs.blocks)
        if options.snapshotInterval > 0 {
            lowest = min(lowest, options.snapshots?.lowestHeight ?? 0)
        }
        guard lowest > 0 else { return 0 }
        let oldest = try oldestNeeded(since: time.seconds - needs.seconds, below: lowest)
        return max(0, min(lowest, oldest))
    }

    /// The height after the newest block below `limit` that is older than `moment`; 0 when there is
    /// none. Notes of older blocks are removed, but for that one.
    private func oldestNeeded(since moment: Int64, below limit: Int64) throws(StorageFailure)
        -> Int64
    {
        var start = ApplicationSession.timeKey(0)
        let end = ApplicationSession.timeKey(limit)
        var newest: Bytes?
        var removals: [KeyValueWrite] = []
        search: while true {
            let page = try store.pairs(.blocks, from: start, to: end, limit: 256, reverse: false)
            for pair in page {
                var reader = ByteReader(pair.value)
                guard let seconds = try? reader.readBigEndian64() else {
                    throw StorageFailure("the note of a block's time is malformed")
                }
                guard Int64(bitPattern: seconds) < moment else { break search }
                if let newest { removals.append(KeyValueWrite(.blocks, newest, nil)) }
                newest = pair.key
            }
            guard page.count == 256, let last = page.last else { break }
            start = last.key + [0]
        }
        guard let newest else { return 0 }
        if !removals.isEmpty { try store.commit(removals) }
        var reader = ByteReader(newest.dropFirst(ApplicationSession.timePrefix.count))
        guard let height = try? reader.readBigEndian64() else {
            throw StorageFailure("the note of a block's time is malformed")
        }
        return Int64(bitPattern: height) + 1
    }
}
