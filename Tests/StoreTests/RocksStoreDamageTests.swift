import Base
import Foundation
import Store
import TestSupport
import Testing

/// Damage to the files of a closed database: opening or reading fails, or the content is that of
/// some commit. Nothing traps and no value is ever wrong.
@Suite struct RocksStoreDamageTests {
    private let folder: TemporaryDirectory
    private let generations = 6

    init() throws { folder = try TemporaryDirectory() }

    /// Every commit rewrites the same hundred keys with its own number.
    private func writes(_ generation: Int) -> [KeyValueWrite] {
        (0..<100).map { number in
            let value = Bytes(repeating: UInt8(generation), count: 64)
            return KeyValueWrite(.state, [UInt8(number)], value)
        }
    }

    /// A database whose early commits are in table files, the last ones in the log.
    private func makeDatabase(_ path: String) throws {
        for half in 0..<2 {
            let store = try RocksStore(path: path)
            for generation in 0..<generations / 2 {
                try store.commit(writes(half * generations / 2 + generation + 1))
            }
            store.close()
        }
    }

    private func isSomeCommit(_ pairs: [KeyValuePair]) -> Bool {
        guard let first = pairs.first?.value.first else { return pairs.isEmpty }
        let expected = writes(Int(first)).map { KeyValuePair($0.key, $0.value ?? []) }
        return (1...generations).contains(Int(first)) && pairs == expected
    }

    @Test(arguments: ["CURRENT", "MANIFEST-", ".sst", ".log"])
    func neverReturnsAWrongValue(part: String) throws {
        let original = folder.path("original")
        try makeDatabase(original)
        let names = try FileManager.default.contentsOfDirectory(atPath: original).sorted()
        let victims = names.filter { $0.hasPrefix(part) || $0.hasSuffix(part) }
        let victim = try #require(
            victims.last { (try? Data(contentsOf: url("original/" + $0)).isEmpty) == false })
        var generator = SeededGenerator(seed: 4)
        var failures = 0
        for round in 0..<12 {
            let name = "copy\(round)"
            try FileManager.default.copyItem(at: url("original"), to: url(name))
            var bytes = try Data(contentsOf: url("\(name)/\(victim)"))
            bytes[generator.int(in: 0..<bytes.count)] ^= UInt8(generator.int(in: 1...255))
            try bytes.write(to: url("\(name)/\(victim)"))
            do {
                let store = try RocksStore(path: folder.path(name), createIfMissing: false)
                let pairs = try store.allPairs(.state)
                #expect(isSomeCommit(pairs), "round \(round) of \(victim)")
                store.close()
            } catch {
                failures += 1
                #expect(!error.message.isEmpty)
            }
        }
        #expect(failures > 0, "no damage to \(victim) was noticed")
    }

    @Test(arguments: ["CURRENT", "MANIFEST-", ".sst"])
    func refusesAMissingFile(part: String) throws {
        let path = folder.path("original")
        try makeDatabase(path)
        for name in try FileManager.default.contentsOfDirectory(atPath: path)
        where name.hasPrefix(part) || name.hasSuffix(part) {
            try FileManager.default.removeItem(atPath: path + "/" + name)
        }
        do {
            _ = try RocksStore(path: path)
            Issue.record("opened a database without \(part)")
        } catch {
            #expect(error.message.contains("damaged"), "\(error)")
        }
    }

    @Test func dropsOnlyACutLastCommit() throws {
        let path = folder.path("original")
        try makeDatabase(path)
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        let log = try #require(names.filter { $0.hasSuffix(".log") }.sorted().last)
        let file = URL(fileURLWithPath: path + "/" + log)
        let bytes = try Data(contentsOf: file)
        try bytes.prefix(bytes.count - 10).write(to: file)
        let store = try RocksStore(path: path)
        let first = try #require(try store.allPairs(.state).first)
        #expect(first.value.first == UInt8(generations - 1))
        #expect(isSomeCommit(try store.allPairs(.state)))
    }

    private func url(_ name: String) -> URL { URL(fileURLWithPath: folder.path(name)) }
}
