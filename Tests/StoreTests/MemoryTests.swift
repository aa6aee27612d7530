// What a store keeps in memory: never older than the database, never more than allowed.

import Base
import Store
import TestSupport
import Testing

@Suite struct MemoryTests {
    /// Reads through a cache of a few values agree with a dictionary, whatever was read before.
    @Test(arguments: [0, 2_000, 1 << 20])
    func cachedReadsAreThoseOfTheDatabase(cacheByteCount: Int) throws {
        let folder = try TemporaryDirectory()
        let store = try RocksStore(path: folder.path, cacheByteCount: cacheByteCount)
        defer { store.close() }
        var random = SeededGenerator(seed: 9)
        var model: [ColumnFamily: [Bytes: Bytes]] = [:]
        for _ in 0..<200 {
            var writes: [KeyValueWrite] = []
            for _ in 0..<random.int(in: 0...6) {
                let family = random.element(of: ColumnFamily.allCases)
                let key = random.bytes(count: 1).map { $0 & 31 }
                let value = random.isOne(in: 3) ? nil : random.bytes(count: random.int(in: 0...90))
                writes.append(KeyValueWrite(family, key, value))
                model[family, default: [:]][key] = value
            }
            try store.commit(writes)
            for _ in 0..<20 {
                let family = random.element(of: ColumnFamily.allCases)
                let key = random.bytes(count: 1).map { $0 & 31 }
                #expect(try store.value(family, key) == model[family]?[key])
            }
        }
    }

    @Test func closedStoresAnswerNothingFromMemory() throws {
        let folder = try TemporaryDirectory()
        let store = try RocksStore(path: folder.path)
        try store.commit([KeyValueWrite(.state, [1], [2])])
        #expect(try store.value(.state, [1]) == [2])
        store.close()
        #expect(throws: StorageFailure.self) { try store.value(.state, [1]) }
    }

    @Test func boundedMemoryForgetsTheLeastRecentlyUsed() {
        let memory = BoundedMemory(byteCount: 100_000)
        func key(_ number: UInt64) -> Hash256 { Hash256(words: (number, 0, 0, 0)) }
        for number in 0..<1000 as Range<UInt64> {
            memory.remember(number, under: key(number), byteCount: 744)
            // Asked for all along, so kept.
            #expect(memory.value(key(0)) as? UInt64 == 0)
        }
        let kept = (0..<1000 as Range<UInt64>).filter { memory.value(key($0)) != nil }
        #expect(kept.count <= 100 && kept.contains(0) && kept.contains(999))
        memory.remember(UInt64(7), under: key(5000), byteCount: 60_000)
        #expect(memory.value(key(5000)) == nil)
    }
}
