import Base
import Blocks
import Cryptography
import Dispatch
import Foundation
import Ledger
import Store
import Synchronization
import TestSupport
import Testing

@testable import Consensus

/// A store whose commits wait until they are let through.
private final class HeldStore: KeyValueStore {
    let inner = MemoryStore()
    let entered = DispatchSemaphore(value: 0)
    let released = DispatchSemaphore(value: 0)
    let batchSizes = Mutex<[Int]>([])

    func value(_ family: ColumnFamily, _ key: Bytes) throws(StorageFailure) -> Bytes? {
        try inner.value(family, key)
    }
    func pairs(
        _ family: ColumnFamily, from start: Bytes, to end: Bytes?, limit: Int, reverse: Bool
    ) throws(StorageFailure) -> [KeyValuePair] {
        try inner.pairs(family, from: start, to: end, limit: limit, reverse: reverse)
    }
    func commit(_ writes: [KeyValueWrite]) throws(StorageFailure) {
        batchSizes.withLock { $0.append(writes.count) }
        entered.signal()
        released.wait()
        try inner.commit(writes)
    }
    func view() throws(StorageFailure) -> any KeyValueReading { try inner.view() }
    func removeAll(_ families: [ColumnFamily]) throws(StorageFailure) {
        try inner.removeAll(families)
    }
    func close() { inner.close() }
}

@Suite struct ConcurrencyTests {
    @Test func acknowledgementsShareOneWrite() {
        let store = HeldStore()
        let journal = TransactionJournal(store, durableSequence: 0)
        func entry(_ sequence: UInt64) -> MempoolEntry {
            MempoolEntry(
                sequence: sequence, bytes: [UInt8(sequence)], hash: .zero, gasWanted: 1)
        }
        let group = DispatchGroup()
        func wait(_ ticket: UInt64) {
            DispatchQueue.global().async(group: group) {
                #expect(throws: Never.self) { try journal.waitUntilDurable(ticket) }
            }
        }
        wait(journal.append(entry(1)))
        store.entered.wait()
        // The first write is under way; twenty more queue up behind it.
        let tickets = (UInt64(2)...21).map { journal.append(entry($0)) }
        for ticket in tickets { wait(ticket) }
        #expect(journal.durableSequence == 0)
        store.released.signal()
        store.released.signal()
        group.wait()
        #expect(store.batchSizes.withLock { $0 } == [1, 20])
        #expect(journal.durableSequence == 21)
    }

    @Test func servesManyThreadsOverADatabaseOnDisk() throws {
        let directory = try TemporaryDirectory()
        let store = try RocksStore(path: directory.path("db"))
        let engine = try Chain.open(store, now: SystemClock.now)
        engine.start()
        let isDone = Atomic(false)
        let reader = DispatchGroup()
        DispatchQueue.global().async(group: reader) {
            while !isDone.load(ordering: .relaxed) {
                let answer = try? engine.query(StateQuery(path: "", data: [0]))
                // A query sees one height, in its answer and in the state behind it.
                #expect(
                    answer.map { $0.value.isEmpty || $0.value[7] == UInt8($0.height & 255) } == true
                )
                #expect((try? engine.status()) != nil)
            }
        }
        DispatchQueue.concurrentPerform(iterations: 4) { sender in
            for number in UInt8(0)..<60 {
                let result = try? engine.submit([UInt8(sender), number])
                #expect(result?.code == 0)
            }
        }
        let deadline = Date(timeIntervalSinceNow: 60)
        while engine.waiting.count > 0, Date() < deadline { usleep(1000) }
        isDone.store(true, ordering: .relaxed)
        reader.wait()
        engine.stop()
        #expect(throws: ConsensusError.stopped) { try engine.submit([9, 0]) }
        #expect(engine.waitUntilStopped() == nil)
        for sender in UInt8(0)..<4 {
            for number in UInt8(0)..<60 {
                #expect(try engine.transaction(SHA256.hash([sender, number] as Bytes)) != nil)
            }
        }
        #expect(try Chain.replay(store) == engine.height)
        store.close()
    }

    @Test func makesEmptyBlocksAtTheInterval() throws {
        let options = EngineOptions(
            minimumBlockInterval: .zero, emptyBlockInterval: .milliseconds(5))
        let engine = try Chain.open(MemoryStore(), options: options)
        engine.start()
        engine.start()
        let deadline = Date(timeIntervalSinceNow: 30)
        while engine.height < 5, Date() < deadline { usleep(1000) }
        engine.stop()
        engine.stop()
        #expect(engine.height >= 5)
    }

    @Test func gateLetsReadersInTogetherAndWritersAlone() {
        let gate = ReadWriteGate()
        let inside = Mutex((readers: 0, writers: 0, mostReaders: 0))
        DispatchQueue.concurrentPerform(iterations: 8) { number in
            for _ in 0..<200 {
                if number < 2 {
                    gate.write {
                        inside.withLock {
                            $0.writers += 1
                            #expect($0.writers == 1 && $0.readers == 0)
                        }
                        inside.withLock { $0.writers -= 1 }
                    }
                } else {
                    gate.read {
                        inside.withLock {
                            $0.readers += 1
                            $0.mostReaders = max($0.mostReaders, $0.readers)
                            #expect($0.writers == 0)
                        }
                        inside.withLock { $0.readers -= 1 }
                    }
                }
            }
        }
        #expect(inside.withLock { $0.mostReaders } >= 1)
    }
}
