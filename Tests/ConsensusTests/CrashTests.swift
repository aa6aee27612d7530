import Base
import Blocks
import Cryptography
import Foundation
import Ledger
import Store
import TestSupport
import Testing

@testable import Consensus

/// A real process with a real database on disk, killed or starved.
@Suite struct CrashTests {
    private static func transaction(_ number: Int, byteCount: Int = 3) -> Bytes {
        // Every sender's numbers are a byte wide: 200 of each.
        [UInt8(number / 200), UInt8(number % 200)] + Bytes(repeating: 7, count: byteCount - 2)
    }

    /// Submits without end, noting in `path` + `.acks` one byte per acknowledgement.
    private static func submitForever(
        _ engine: EmbeddedEngine, from first: Int, notes: FileHandle, byteCount: Int
    ) throws(ConsensusError) {
        engine.start()
        var number = first
        while number < 40_000 {
            let result = try engine.submit(transaction(number, byteCount: byteCount))
            guard result.code == 0 else { exit(11) }
            notes.write(Data([1]))
            number += 1
        }
    }

    private static func notes(_ path: String) throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: path) {
            try Data().write(to: URL(fileURLWithPath: path))
        }
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        return file
    }

    /// Opens the database again, checks it, and returns how many transactions the chain and the
    /// journal hold: the numbers from 0, without a gap.
    private static func check(
        _ path: String, acknowledged: Int, byteCount: Int = 3
    ) throws -> Int {
        let store = try RocksStore(path: path)
        defer { store.close() }
        let engine = try Chain.open(store)
        #expect(try Chain.replay(store) == engine.height)
        try Chain.settle(engine)
        var count = 0
        while try engine.transaction(
            SHA256.hash(transaction(count, byteCount: byteCount))) != nil
        {
            count += 1
        }
        #expect(count >= acknowledged, "acknowledged \(acknowledged), kept \(count)")
        #expect(engine.waiting.count == 0)
        // The app hash is that of an uninterrupted run: it chains the transactions in order.
        var hash = SHA256.hash(Bytes("test-1".utf8)).bytes
        for number in 0..<count {
            hash = SHA256.hash(hash + transaction(number, byteCount: byteCount)).bytes
        }
        #expect(try engine.status().latest?.appHash == hash)
        return count
    }

    @Test func losesNothingWhenKilled() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("db")
        var generator = SeededGenerator(seed: 21)
        var count = 0
        for _ in 0..<10 {
            let microseconds = UInt32(generator.int(in: 2_000...120_000))
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = path as String, first = count as Int, delay = microseconds as UInt32] in
                let store = try RocksStore(path: path)
                let engine = try Chain.open(store)
                let notes = try CrashTests.notes(path + ".acks")
                Thread.detachNewThread {
                    usleep(delay)
                    kill(getpid(), SIGKILL)
                }
                try CrashTests.submitForever(engine, from: first, notes: notes, byteCount: 3)
            }
            let acks = (try? Data(contentsOf: URL(fileURLWithPath: path + ".acks"))) ?? Data()
            let kept = try CrashTests.check(path, acknowledged: acks.count)
            #expect(kept >= count)
            count = kept
            // What was durable but not yet acknowledged counts as noted from here on.
            try Data(repeating: 1, count: count).write(
                to: URL(fileURLWithPath: path + ".acks"))
        }
        #expect(count > 0)
    }

    @Test func stopsCleanlyOnAFullDiskAndGoesOnWithSpace() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("db")
        await #expect(processExitsWith: .success) { [path = path as String] in
            let store = try RocksStore(path: path)
            let engine = try Chain.open(store)
            let notes = try CrashTests.notes(path + ".acks")
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 2 << 20, rlim_max: 2 << 20)
            unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            do throws(ConsensusError) {
                try CrashTests.submitForever(
                    engine, from: 0, notes: notes, byteCount: 20_000)
            } catch {
                guard case .storage(let failure) = error,
                    engine.waitUntilStopped() == error, !failure.message.isEmpty
                else { exit(12) }
                engine.stop()
                store.close()
                exit(0)
            }
            exit(13)
        }
        let acks = try Data(contentsOf: URL(fileURLWithPath: path + ".acks")).count
        #expect(acks > 10)
        _ = try CrashTests.check(path, acknowledged: acks, byteCount: 20_000)
    }
}
