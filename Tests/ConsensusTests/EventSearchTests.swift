import Base
import Blocks
import Cryptography
import Foundation
import Ledger
import Store
import Synchronization
import TestSupport
import Testing

@testable import Consensus

/// Transactions and blocks are found by what happened, exactly and at once.
@Suite struct EventSearchTests {
    /// A chain of random blocks of a few senders' transactions, some failing.
    private func chain(
        _ store: any KeyValueStore, keeping count: Int64? = nil, seed: UInt64 = 61
    ) throws -> EmbeddedEngine {
        let options = EngineOptions(minimumBlockInterval: .zero, blocksKept: count)
        let engine = try Chain.open(store, options: options)
        var generator = SeededGenerator(seed: seed)
        var next: [UInt8: UInt8] = [:]
        for _ in 0..<40 {
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                let sender = UInt8.random(in: 1...5, using: &generator)
                _ = try engine.submit([sender, next[sender, default: 0]])
                next[sender, default: 0] += 1
            }
            if Bool.random(using: &generator) {
                _ = try engine.submit([
                    NonceApplication.failing, 0, UInt8.random(in: 0...255, using: &generator),
                ])
            }
            _ = try engine.produceBlock()
        }
        return engine
    }

    /// What a search must find, by reading every block.
    private func expected(
        _ engine: EmbeddedEngine, _ query: EventQuery
    ) throws -> [TransactionPosition] {
        var found: [TransactionPosition] = []
        let lowest = try #require(try engine.status().earliest).height
        for height in lowest...engine.height {
            let block = try engine.block(at: height).block
            let results = try engine.results(at: height).transactionResults
            for (index, result) in results.enumerated() {
                let hash = SHA256.hash(block.data.transactions[index]).bytes.upperHex
                let facts = [
                    EventAttribute("tm.event", "Tx"),
                    EventAttribute("tx.height", String(height)),
                    EventAttribute("tx.hash", hash),
                ]
                if query.matches(facts: facts, events: result.events, indexedOnly: true) {
                    found.append(TransactionPosition(height: height, index: UInt32(index)))
                }
            }
        }
        return found
    }

    @Test(arguments: [
        "counted.sender='1'", "counted.sender=2", "counted.sender > 3", "counted.sender EXISTS",
        "counted.sender CONTAINS '1'", "tx.height=7", "tx.height > 5 AND tx.height <= 20",
        "counted.sender='2' AND tx.height>=10", "counted.sender='9'", "counted.nothing EXISTS",
        "tx.height < 0", "tx.height > 100000", "tm.event='Tx' AND counted.sender='5'",
        "tm.event='NewBlock'", "tx.height EXISTS", "tx.height = 7.5", "tx.height < 7.5",
        "counted.sender='1' AND counted.sender='2'", "counted.even='yes'",
        "counted.sender='4' AND counted.even='yes'", "counted.sender > 2 AND counted.even='yes'",
        "sealed.word='unindexed'", "counted.secret EXISTS",
    ])
    func findsWhatReadingEveryBlockFinds(_ text: String) throws {
        let engine = try chain(MemoryStore())
        let query = try EventQuery(text)
        #expect(try engine.search(transactions: query) == expected(engine, query))
    }

    @Test func findsByHash() throws {
        let engine = try chain(MemoryStore())
        let hash = SHA256.hash([1, 0] as Bytes).bytes
        let position = try #require(
            try engine.search(transactions: EventQuery("tx.hash='\(hash.upperHex)'")).first)
        let found = try #require(try engine.transactions(at: [position]).first)
        #expect(found.hash.bytes == hash)
        #expect(found.bytes == [1, 0])
        #expect(
            try engine.search(
                transactions: EventQuery("tx.hash='\(hash.hex)' AND counted.sender='1'"))
                == [position])
        #expect(
            try engine.search(
                transactions: EventQuery("tx.hash='\(hash.hex)' AND counted.sender='2'")
            ).isEmpty)
        #expect(try engine.search(transactions: EventQuery("tx.hash='zz'")).isEmpty)
    }

    @Test func findsBlocks() throws {
        let engine = try chain(MemoryStore())
        func blocks(_ text: String) throws -> [Int64] {
            try engine.search(blocks: EventQuery(text))
        }
        #expect(try blocks("block.height = 4") == [4])
        #expect(try blocks("block.height > 2 AND block.height < 6") == [3, 4, 5])
        let odd = stride(from: Int64(1), through: engine.height, by: 2).map { $0 }
        #expect(try blocks("sealed.odd='yes'") == odd)
        #expect(try blocks("sealed.odd='yes' AND block.height <= 5") == [1, 3, 5])
        #expect(try blocks("sealed.odd='yes' AND sealed.height=3") == [3])
        #expect(try blocks("sealed.odd='no' AND sealed.height=3").isEmpty)
        #expect(try blocks("sealed.word='unindexed'").isEmpty)
        #expect(try blocks("tm.event='Tx'").isEmpty)
    }

    @Test func removesEntriesWithTheirBlocks() throws {
        let store = MemoryStore()
        let engine = try chain(store, keeping: 5)
        let lowest = try #require(try engine.status().earliest).height
        #expect(lowest == engine.height - 4)
        let query = try EventQuery("counted.sender EXISTS")
        #expect(try engine.search(transactions: query) == expected(engine, query))
        // The index holds exactly what the kept blocks give.
        var wanted: Set<Bytes> = []
        for height in lowest...engine.height {
            let results = try engine.results(at: height)
            wanted.formUnion(EventIndex(results, height: height).additions.map(\.key))
        }
        let kept = try store.allPairs(.index).map(\.key).filter {
            [0x65, 0x66, 0x6E].contains($0[0])
        }
        #expect(Set(kept) == wanted)
    }

    @Test func canBeTurnedOff() throws {
        let store = MemoryStore()
        var options = EngineOptions(minimumBlockInterval: .zero)
        options.indexesEvents = false
        let engine = try Chain.open(store, options: options)
        _ = try engine.submit([1, 0])
        try engine.produceBlock()
        #expect(try engine.search(transactions: EventQuery("counted.sender EXISTS")).isEmpty)
        #expect(try engine.transaction(SHA256.hash([1, 0] as Bytes)) != nil)
        #expect(try Chain.replay(store) == 1)
    }

    @Test func replayNoticesALostEntry() throws {
        let store = MemoryStore()
        let engine = try chain(store)
        #expect(try Chain.replay(store) == engine.height)
        let entry = try #require(
            try store.allPairs(.index).first { $0.key[0] == UInt8(ascii: "e") })
        try store.commit([KeyValueWrite(.index, entry.key, nil)])
        #expect(throws: ConsensusError.self) { try Chain.replay(store) }
    }

    @Test func tellsEachBlockOnceItIsDurable() throws {
        let store = MemoryStore()
        let heights = SharedHeights()
        var options = EngineOptions(minimumBlockInterval: .zero)
        options.blockCommitted = { block in
            let height = block.block.header.height
            // The batch is in the database already.
            let stored = (try? store.value(.blocks, BlockKeys.block(height))) ?? nil
            heights.add(stored == nil ? -1 : height)
            #expect(block.results.appHash.count == 32)
        }
        let engine = try Chain.open(store, options: options)
        _ = try engine.submit([1, 0])
        try Chain.settle(engine)
        #expect(heights.all == Array(1...engine.height))
    }

    @Test func aDamagedEntryIsAnError() {
        #expect(EventIndex.positions([0x80]) == nil)
        #expect(EventIndex.positions([0xFF, 0xFF, 0xFF, 0xFF, 0x7F]) == nil)
        #expect(EventIndex.positions([1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]) == nil)
        #expect(EventIndex.positions([3, 0, 2]) == [3, 3, 5])
        #expect(IndexKeys.parts([1], prefix: [1], name: "a") == nil)
        let key = IndexKeys.transactions(IndexKeys.attribute("a.b", "v\u{0}w"), 7)
        let parts = IndexKeys.parts(key, prefix: IndexKeys.transactionsPrefix, name: "a.b")
        #expect(parts?.value == "v\u{0}w")
        #expect(parts?.height == 7)
    }
}

/// Heights noted by another thread.
private final class SharedHeights: Sendable {
    private let heights = Mutex<[Int64]>([])
    func add(_ height: Int64) { heights.withLock { $0.append(height) } }
    var all: [Int64] { heights.withLock { $0 } }
}
