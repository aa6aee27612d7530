import Base
import Blocks
import Cryptography
import Ledger
import Store
import Synchronization
import TestSupport
import Testing

@testable import Consensus

/// A failure at the n-th access to the database, for every n, leaves the old or the new state.
@Suite struct FaultTests {
    static let transactions: [Bytes] = (UInt8(0)..<12).map { [$0 % 3, $0 / 3, 0x77] }

    /// Sends what is not sent yet, making a block after every third; what was acknowledged stays
    /// noted when it throws.
    private func run(
        _ engine: EmbeddedEngine, _ acknowledged: inout [Bytes]
    ) throws(ConsensusError) {
        for (index, bytes) in FaultTests.transactions.enumerated() {
            do throws(ConsensusError) {
                let result = try engine.submit(bytes)
                // Code 32: the chain has it, although its sender never heard.
                if result.code == 0 { acknowledged.append(bytes) }
            } catch {
                guard error == .transactionInCache else { throw error }
            }
            if index % 3 == 2 { try engine.produceBlock() }
        }
        try Chain.settle(engine)
    }

    /// App hash after all transactions. Their order is the same in every run, so it is too.
    private func finalHash(_ engine: EmbeddedEngine) throws -> Bytes {
        try #require(try engine.status().latest).appHash
    }

    @Test(arguments: ["before", "after", "torn", "read"])
    func everyFailureLeavesOldOrNewState(_ kind: String) throws {
        let reference = try Chain.open(MemoryStore())
        var all: [Bytes] = []
        try run(reference, &all)
        let expected = try finalHash(reference)
        #expect(all.count == FaultTests.transactions.count)

        var failures = 0
        for number in 1...2000 {
            let fault: FaultyStore.Fault =
                switch kind {
                case "before": .beforeCommit(number)
                case "after": .afterCommit(number)
                case "torn": .torn(number)
                default: .read(number)
                }
            let inner = MemoryStore()
            let store = FaultyStore(inner, fault: fault)
            var acknowledged: [Bytes] = []
            do {
                let engine = try Chain.open(store)
                try run(engine, &acknowledged)
                // No call failed: every access was tried.
                #expect(number > 15)
                break
            } catch {
                guard case ConsensusError.storage = error else {
                    Issue.record("\(kind) \(number): \(error)")
                    return
                }
                failures += 1
            }
            let survivor = inner.copy()
            let engine = try Chain.open(survivor)
            let height = engine.height
            #expect(try Chain.replay(survivor) == height)
            for bytes in acknowledged {
                let hash = SHA256.hash(bytes)
                let isWaiting = engine.pool.withLock { $0.mempool.contains(hash) }
                let isIncluded = try engine.transaction(hash) != nil
                #expect(isWaiting != isIncluded, "\(kind) \(number): \(bytes)")
            }
            try run(engine, &acknowledged)
            #expect(try finalHash(engine) == expected, "\(kind) \(number)")
            #expect(try survivor.pairs(.blocks, prefix: BlockKeys.waitingPrefix).isEmpty)
            #expect(try Chain.replay(survivor) == engine.height)
        }
        #expect(failures > 15)
    }

    @Test func theDriverStaysStoppedAfterAFailure() throws {
        let store = FaultyStore(MemoryStore(), fault: .beforeCommit(2))
        let engine = try Chain.open(store)
        try engine.produceBlock()
        let failure = try #require(
            #expect(throws: ConsensusError.self) { try engine.submit([1, 0]) })
        let commits = store.commitCount
        #expect(throws: failure) { try engine.submit([2, 0]) }
        #expect(throws: failure) { try engine.produceBlock() }
        #expect(engine.waitUntilStopped() == failure)
        // A store that failed is not written again.
        #expect(store.commitCount == commits)
        #expect(try engine.block(at: 1).block.header.height == 1)
    }
}
