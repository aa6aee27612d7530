import Base
import Foundation
import Store
import TestSupport
import Testing

@Suite struct RocksStoreCrashTests {
    /// A child commits numbered batches and records each number after its commit returned; another
    /// of its threads kills it. No recorded batch may be missing, and no batch may be half there.
    @Test(arguments: [3, 17, 60, 150]) func keepsAcknowledgedCommitsAfterSIGKILL(
        milliseconds: Int
    ) async throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("db")
        let record = folder.path("acknowledged")
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, record = record as String, delay = milliseconds as Int] in
            let store = try RocksStore(path: path)
            try Data().write(to: URL(fileURLWithPath: record))
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: record))
            Thread.detachNewThread {
                usleep(UInt32(delay) * 1_000)
                kill(getpid(), SIGKILL)
            }
            for number in UInt32(1)...UInt32.max {
                var key = Bytes()
                key.appendBigEndian(number)
                try store.commit(
                    ColumnFamily.allCases.map { KeyValueWrite($0, key, [1]) }
                        + [KeyValueWrite(.state, [], key)])
                try file.write(contentsOf: Data([1]))
            }
        }
        let acknowledged = (try? Data(contentsOf: URL(fileURLWithPath: record)).count) ?? 0
        let store = try RocksStore(path: path)
        let counts = try ColumnFamily.allCases.map { family in
            try store.allPairs(family).filter { $0.key.count == 4 }.count
        }
        let newest = try store.value(.state, []) ?? [0, 0, 0, 0]
        #expect(Set(counts).count == 1)
        #expect(counts[0] >= acknowledged)
        #expect(counts[0] <= acknowledged + 1)
        #expect(newest == bigEndian(counts[0]))
    }

    private func bigEndian(_ number: Int) -> Bytes {
        var bytes = Bytes()
        bytes.appendBigEndian(UInt32(number))
        return bytes
    }
}
