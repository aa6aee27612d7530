import Base
import Blocks
import Cryptography
import Ledger
import Store
import TestSupport
import Testing

@testable import Consensus

@Suite struct MempoolTests {
    @Test func refusesRepeatsWithTheKnownText() throws {
        let engine = try Chain.open(MemoryStore())
        _ = try engine.submit([1, 0])
        #expect(throws: ConsensusError.transactionInCache) { try engine.submit([1, 0]) }
        try Chain.settle(engine)
        #expect(throws: ConsensusError.transactionInCache) { try engine.submit([1, 0]) }
        #expect(ConsensusError.transactionInCache.description == "tx already exists in cache")
    }

    @Test func refusesWhenFull() throws {
        let limits = MempoolLimits(maximumCount: 3, maximumByteCount: 10)
        let options = EngineOptions(minimumBlockInterval: .zero, mempool: limits)
        let engine = try Chain.open(MemoryStore(), options: options)
        for sender in UInt8(1)...3 { _ = try engine.submit([sender, 0]) }
        let full = ConsensusError.mempoolFull(
            count: 3, maximumCount: 3, byteCount: 6, maximumByteCount: 10)
        #expect(throws: full) { try engine.submit([4, 0]) }
        #expect(
            full.description
                == "mempool is full: number of txs 3 (max: 3), total txs bytes 6 (max: 10)")
        try Chain.settle(engine)
        _ = try engine.submit([4, 0] + Bytes(repeating: 0, count: 8))
        #expect(throws: ConsensusError.self) { try engine.submit([5, 0]) }
    }

    @Test func refusesOversizeAndGreedyTransactions() throws {
        let limits = MempoolLimits(maximumTransactionByteCount: 3000)
        let engine = try Chain.open(
            MemoryStore(), genesis: Chain.genesis(maximumBytes: 2048),
            options: EngineOptions(mempool: limits))
        #expect(throws: ConsensusError.transactionTooLarge(maximum: 3000, actual: 3001)) {
            try engine.submit(Bytes(repeating: 0, count: 3001))
        }
        // 1,206 bytes are left for transactions; tag and length take three.
        #expect(throws: ConsensusError.transactionTooLargeForBlock(maximum: 1206, actual: 1204)) {
            try engine.submit(Bytes(repeating: 0, count: 1204))
        }
        #expect(try engine.submit([0, 0] + Bytes(repeating: 0, count: 1201)).code == 0)
        let greedy = ConsensusError.gasWantedTooHigh(maximum: 1_000_000, actual: 1_000_000_000)
        #expect(throws: greedy) { try engine.submit([NonceApplication.greedy, 0]) }
        try Chain.settle(engine)
        #expect(engine.waiting == (0, 0))
    }

    @Test func allowsGasWithoutLimit() throws {
        let engine = try Chain.open(MemoryStore(), genesis: Chain.genesis(maximumGas: -1))
        for number in UInt8(0)..<20 { _ = try engine.submit([NonceApplication.greedy, number]) }
        try Chain.settle(engine)
        #expect(try engine.block(at: 1).block.data.transactions.count == 20)
    }

    @Test func refusalsAreNotRemembered() throws {
        let engine = try Chain.open(MemoryStore())
        #expect(try engine.submit([1, 1]).code == 32)
        #expect(try engine.submit([1, 1]).code == 32)
        #expect(try engine.submit([1, 0]).code == 0)
        #expect(try engine.submit([1, 1]).code == 0)
        #expect(try engine.submit([]).code == 32)
    }

    @Test func failedTransactionsMayComeAgain() throws {
        let engine = try Chain.open(MemoryStore())
        for height in [Int64(1), 2] {
            #expect(try engine.submit([NonceApplication.failing, 0]).code == 0)
            try engine.produceBlock()
            let hash = SHA256.hash([NonceApplication.failing, 0] as Bytes)
            let stored = try #require(try engine.transaction(hash))
            #expect(stored.result.code == 5)
            #expect(stored.height == height)
        }
    }

    @Test func dropsWhatABlockMadeInvalid() throws {
        let store = MemoryStore()
        let engine = try Chain.open(store, genesis: Chain.genesis(maximumGas: 5))
        _ = try engine.submit([NonceApplication.failing, 0])
        _ = try engine.submit([NonceApplication.failing, 1])
        _ = try engine.submit([1, 0])
        try engine.produceBlock()
        // The second needed the first to succeed.
        #expect(engine.waiting.count == 1)
        try Chain.settle(engine)
        #expect(try engine.transaction(SHA256.hash([1, 0] as Bytes)) != nil)
        // The removals reach the journal with the next write.
        _ = try engine.submit([1, 1])
        #expect(try store.pairs(.blocks, prefix: BlockKeys.waitingPrefix).count == 1)
    }

    @Test func checkKeepsNothing() throws {
        let engine = try Chain.open(MemoryStore())
        #expect(try engine.check([1, 0]).code == 0)
        #expect(try engine.check([1, 0]).code == 0)
        #expect(engine.waiting.count == 0)
        #expect(try engine.submit([1, 0]).code == 0)
    }

    @Test func submitsManyWithOneWrite() throws {
        let store = FaultyStore(MemoryStore())
        let engine = try Chain.open(store)
        let outcomes = try engine.submit([[1, 0], [1, 0], [1, 1], [2, 9]])
        let codes = outcomes.map { outcome in
            switch outcome {
            case .success(let result): "\(result.code)"
            case .failure(let error): error.description
            }
        }
        #expect(codes == ["0", "tx already exists in cache", "0", "32"])
        #expect(store.commitCount == 1)
        try Chain.settle(engine)
        #expect(try engine.block(at: 1).block.data.transactions == [[1, 0], [1, 1]])
    }

    @Test func cacheForgetsTheLeastRecentlySeen() {
        var generator = SeededGenerator(seed: 3)
        var cache = HashCache(limit: 8)
        var model: [Hash256] = []
        let hashes = (0..<20).map { SHA256.hash([UInt8($0)] as Bytes) }
        for _ in 0..<5000 {
            let hash = generator.element(of: hashes)
            model.removeAll { $0 == hash }
            if generator.isOne(in: 4) {
                cache.remove(hash)
            } else {
                cache.insert(hash)
                model.append(hash)
                if model.count > 8 { model.removeFirst() }
            }
            #expect(cache.count == model.count)
            for hash in hashes { #expect(cache.contains(hash) == model.contains(hash)) }
        }
        var none = HashCache(limit: 0)
        none.insert(hashes[0])
        #expect(!none.contains(hashes[0]))
    }
}
