import Base
import Foundation
import Store
import TestSupport
import Testing

/// A real file system of a few MiB, for tests of a full disk. Needs the right to mount.
private struct SmallDisk: ~Copyable {
    let path: String

    init?(mebibytes: Int) throws {
        path = NSTemporaryDirectory() + "aivm-small-disk-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        let mounted = try? ChildProcess.run(
            "/bin/mount", ["-t", "tmpfs", "-o", "size=\(mebibytes)m", "tmpfs", path])
        if mounted?.status != 0 {
            try FileManager.default.removeItem(atPath: path)
            return nil
        }
    }

    deinit {
        _ = try? ChildProcess.run("/bin/umount", ["-l", path])
        try? FileManager.default.removeItem(atPath: path)
    }
}

@Suite struct RocksStoreFullDiskTests {
    private static let noise: Bytes = {
        var generator = SeededGenerator(seed: 1)
        return generator.bytes(count: 200_000)
    }()

    private static func key(_ number: Int) -> Bytes { [UInt8(number >> 8), UInt8(number & 255)] }

    private static func blob(_ number: Int) -> KeyValueWrite {
        KeyValueWrite(.blobs, key(number), key(number) + noise)
    }

    /// Commits until one fails; how many succeeded, and the failure.
    private static func fill(_ store: RocksStore) -> (count: Int, failure: StorageFailure?) {
        for number in 0..<2_000 {
            do {
                try store.commit([blob(number), .init(.state, key(number), [1])])
            } catch {
                return (number, error)
            }
        }
        return (2_000, nil)
    }

    private static func expectWholeCommits(_ store: RocksStore, atLeast count: Int) throws {
        let blobs = try store.allPairs(.blobs)
        #expect(blobs.count == count || blobs.count == count + 1)
        #expect(try store.allPairs(.state).count == blobs.count)
        for (number, pair) in blobs.enumerated() { #expect(pair.value == blob(number).value) }
    }

    /// The small disk fills up with the log, the larger one while table files are written.
    @Test(arguments: [6, 150]) func failsOnAFullDiskAndLosesNothing(mebibytes: Int) throws {
        guard let disk = try SmallDisk(mebibytes: mebibytes) else {
            return SkipNotice.print("full-disk test: this user may not mount a small tmpfs")
        }
        let spare = disk.path + "/spare"
        let store = try RocksStore(path: disk.path + "/db")
        // Recovery writes what the log holds once more, so more than half the disk must come free.
        try Data(count: mebibytes * 6 / 10 << 20).write(to: URL(fileURLWithPath: spare))
        let (count, failure) = RocksStoreFullDiskTests.fill(store)
        #expect(count > 0)
        let message = failure?.message ?? "no failure"
        #expect(message.contains("the disk is full"), "\(message)")
        // The committed state is still readable, and no later commit pretends to succeed.
        #expect(try store.allPairs(.state).count == count)
        #expect(throws: StorageFailure.self) {
            try store.commit([RocksStoreFullDiskTests.blob(2_001)])
        }
        store.close()

        // Opening on a full disk fails or works, but never loses a commit; with space it works.
        if let early = try? RocksStore(path: disk.path + "/db") {
            try RocksStoreFullDiskTests.expectWholeCommits(early, atLeast: count)
            early.close()
        }
        try FileManager.default.removeItem(atPath: spare)
        let reopened = try RocksStore(path: disk.path + "/db")
        try RocksStoreFullDiskTests.expectWholeCommits(reopened, atLeast: count)
        try reopened.commit([.init(.index, [255], [1])])
    }

    /// The same with a limit on file size, which needs no rights.
    @Test func failsAtAFileSizeLimitAndLosesNothing() async throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("db")
        await #expect(processExitsWith: .success) { [path = path as String] in
            signal(SIGXFSZ, SIG_IGN)
            let store = try RocksStore(path: path)
            var limit = rlimit(rlim_cur: 3 << 20, rlim_max: 3 << 20)
            unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            let (count, failure) = RocksStoreFullDiskTests.fill(store)
            guard count > 0, let failure, failure.message.contains("a limit on disk space") else {
                exit(9)
            }
            guard try store.allPairs(.state).count == count else { exit(10) }
            try Data("\(count)".utf8).write(to: URL(fileURLWithPath: path + ".count"))
        }
        let text = try String(contentsOfFile: path + ".count", encoding: .utf8)
        let count = try #require(Int(text))
        let reopened = try RocksStore(path: path)
        try RocksStoreFullDiskTests.expectWholeCommits(reopened, atLeast: count)
    }
}
