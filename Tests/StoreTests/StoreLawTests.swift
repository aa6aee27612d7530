import Base
import Store
import TestSupport
import Testing

/// The implementations that must obey the same laws.
enum StoreKind: CaseIterable, Sendable {
    case rocks
    case memory
    case faultyWithoutFault

    func make(in folder: TemporaryDirectory) throws -> any KeyValueStore {
        switch self {
        case .rocks: try RocksStore(path: folder.path("db"))
        case .memory: MemoryStore()
        case .faultyWithoutFault: FaultyStore(MemoryStore())
        }
    }
}

@Suite struct StoreLawTests {
    /// Short keys over few letters, so that prefixes, neighbours and overwrites are common; 0x00
    /// and 0xFF, the empty key and the empty value included.
    private func key(_ generator: inout SeededGenerator) -> Bytes {
        (0..<generator.int(in: 0...3)).map { _ in
            generator.element(of: [0, 1, 0x61, 0x62, 0x7F, 0x80, 0xFE, 0xFF])
        }
    }

    private func batch(_ generator: inout SeededGenerator) -> [KeyValueWrite] {
        (0..<generator.int(in: 0...20)).map { _ in
            let family = generator.element(of: ColumnFamily.allCases)
            let count = generator.isOne(in: 50) ? 70_000 : generator.int(in: 0...5)
            let value = generator.isOne(in: 4) ? nil : generator.bytes(count: count)
            return KeyValueWrite(family, key(&generator), value)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aViewDoesNotSeeWhatComesLater(kind: StoreKind) throws {
        let folder = try TemporaryDirectory()
        let store = try kind.make(in: folder)
        defer { store.close() }
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<10 { try store.commit(batch(&generator)) }
        let before = try ColumnFamily.allCases.map { try store.allPairs($0) }
        let view = try store.view()
        for _ in 0..<10 { try store.commit(batch(&generator)) }
        try store.removeAll([.state])
        #expect(try ColumnFamily.allCases.map { try view.allPairs($0) } == before)
        for pair in before[0] {
            #expect(try view.value(ColumnFamily.allCases[0], pair.key) == pair.value)
        }
        #expect(try store.allPairs(.state).isEmpty)
    }

    @Test(arguments: StoreKind.allCases)
    func familiesAreEmptiedAloneAndForGood(kind: StoreKind) throws {
        let folder = try TemporaryDirectory()
        let store = try kind.make(in: folder)
        let high = Bytes(repeating: 0xFF, count: 200)
        for family in ColumnFamily.allCases {
            try store.commit([
                KeyValueWrite(family, [], [1]), KeyValueWrite(family, [7], [2]),
                KeyValueWrite(family, high, [3]),
            ])
            #expect(try !store.isEmpty(family))
        }
        try store.removeAll([.tree, .blobs])
        for family in ColumnFamily.allCases {
            let isEmptied = family == .tree || family == .blobs
            #expect(try store.isEmpty(family) == isEmptied)
            #expect(try store.allPairs(family).count == (isEmptied ? 0 : 3))
        }
        try store.commit([KeyValueWrite(.tree, [9], [9])])
        #expect(try store.allPairs(.tree).map(\.key) == [[9]])
        store.close()
        guard kind == .rocks else { return }
        let again = try RocksStore(path: folder.path("db"))
        defer { again.close() }
        #expect(try again.allPairs(.tree).map(\.key) == [[9]])
        #expect(try again.isEmpty(.blobs) && !again.isEmpty(.state))
    }

    @Test(arguments: StoreKind.allCases, [1, 2, 3] as [UInt64])
    func agreesWithTheReference(kind: StoreKind, seed: UInt64) throws {
        let folder = try TemporaryDirectory()
        let store = try kind.make(in: folder)
        defer { store.close() }
        var reference = ReferenceStore()
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let writes = batch(&generator)
            try store.commit(writes)
            reference.commit(writes)
            for _ in 0..<20 {
                let family = generator.element(of: ColumnFamily.allCases)
                let start = key(&generator)
                let end = generator.isOne(in: 3) ? nil : key(&generator)
                let limit = generator.element(of: [-1, 0, 1, 2, 5, .max])
                let reverse = generator.isOne(in: 2)
                let found = try store.pairs(
                    family, from: start, to: end, limit: limit, reverse: reverse)
                let expected = reference.pairs(
                    family, from: start, to: end, limit: limit, reverse: reverse)
                #expect(found == expected)
                let single = reference.pairs(
                    family, from: start, to: start + [0], limit: 1, reverse: false)
                #expect(try store.value(family, start) == single.first?.value)
            }
        }
        for family in ColumnFamily.allCases {
            let all = reference.pairs(family, from: [], to: nil, limit: .max, reverse: false)
            #expect(try store.allPairs(family) == all)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func scansAPrefixOfThousandsInBothDirections(kind: StoreKind) throws {
        let folder = try TemporaryDirectory()
        let store = try kind.make(in: folder)
        defer { store.close() }
        var generator = SeededGenerator(seed: 9)
        // Written in random order, half removed again: chunks split, shrink and vanish.
        var numbers = Array(0..<3_000)
        numbers.shuffle(using: &generator)
        func key(_ number: Int) -> Bytes {
            var bytes: Bytes = [0xFF]
            bytes.appendBigEndian(UInt32(number))
            return bytes
        }
        try store.commit(numbers.map { KeyValueWrite(.tree, key($0), [UInt8($0 & 255)]) })
        try store.commit(
            numbers.filter { $0 % 2 == 1 || $0 < 600 }.map { KeyValueWrite(.tree, key($0), nil) })
        let left = stride(from: 600, to: 3_000, by: 2).map {
            KeyValuePair(key($0), [UInt8($0 & 255)])
        }
        #expect(try store.pairs(.tree, prefix: [0xFF]) == left)
        #expect(try store.pairs(.tree, prefix: [0xFF], reverse: true) == left.reversed())
        #expect(try store.pairs(.tree, prefix: [0xFF], limit: 700) == Array(left.prefix(700)))
        #expect(try store.pairs(.tree, prefix: [0xFE]).isEmpty)
        #expect(try store.pairs(.state, prefix: [0xFF]).isEmpty)
    }

    @Test(arguments: StoreKind.allCases)
    func appliesTheLastOfSeveralWritesToOneKey(kind: StoreKind) throws {
        let folder = try TemporaryDirectory()
        let store = try kind.make(in: folder)
        defer { store.close() }
        try store.commit([
            .init(.state, [1], [1]), .init(.state, [1], nil), .init(.state, [1], [2]),
            .init(.state, [2], [1]), .init(.state, [2], nil),
        ])
        #expect(try store.allPairs(.state) == [KeyValuePair([1], [2])])
    }

    @Test(arguments: StoreKind.allCases)
    func throwsAfterClosing(kind: StoreKind) throws {
        let folder = try TemporaryDirectory()
        let store = try kind.make(in: folder)
        try store.commit([.init(.state, [1], [1])])
        store.close()
        store.close()
        #expect(throws: StorageFailure.self) { try store.value(.state, [1]) }
        #expect(throws: StorageFailure.self) { try store.allPairs(.state) }
        #expect(throws: StorageFailure.self) { try store.commit([.init(.state, [1], nil)]) }
    }

    /// Readers on other threads see whole batches only: both keys always hold the same number.
    @Test(arguments: StoreKind.allCases)
    func showsWholeBatchesToConcurrentReaders(kind: StoreKind) async throws {
        let folder = try TemporaryDirectory()
        let store = try kind.make(in: folder)
        defer { store.close() }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                for number in 0..<200 {
                    var bytes = Bytes()
                    bytes.appendBigEndian(UInt32(number))
                    try store.commit([.init(.state, [1], bytes), .init(.state, [2], bytes)])
                }
                return true
            }
            for _ in 0..<2 {
                group.addTask {
                    for _ in 0..<400 {
                        let values = try store.allPairs(.state).map(\.value)
                        if values.count != 0, values.count != 2 || values[0] != values[1] {
                            return false
                        }
                    }
                    return true
                }
            }
            for try await isWhole in group { #expect(isWhole) }
        }
    }
}
