import Base
import Foundation
import Store
import TestSupport
import Testing

@Suite struct RocksStoreTests {
    private let folder: TemporaryDirectory
    private var path: String { folder.path("a/db") }

    init() throws { folder = try TemporaryDirectory() }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no failure"
        } catch let failure as StorageFailure {
            return failure.message
        } catch {
            return "another error: \(error)"
        }
    }

    @Test func keepsCommitsAcrossReopening() throws {
        for round in UInt8(0)..<5 {
            let store = try RocksStore(path: path)
            #expect(try store.allPairs(.blocks).count == Int(round))
            try store.commit([.init(.blocks, [round], Bytes(repeating: round, count: 1_000))])
            store.close()
        }
        let store = try RocksStore(path: path)
        #expect(try store.value(.blocks, [3]) == Bytes(repeating: 3, count: 1_000))
    }

    @Test func closesTheDatabaseWithTheLastReference() throws {
        do { _ = try RocksStore(path: path) }
        let store = try RocksStore(path: path)
        #expect(try store.allPairs(.state).isEmpty)
    }

    @Test func refusesASecondOpenerInThisProcess() throws {
        let store = try RocksStore(path: path)
        #expect(message { _ = try RocksStore(path: path) }.contains("has the database open"))
        try store.commit([.init(.state, [1], [1])])
    }

    @Test func refusesAnOpenerWhileAnotherProcessHoldsTheLock() async throws {
        let path = path
        let store = try RocksStore(path: path)
        defer { store.close() }
        await #expect(processExitsWith: .exitCode(7)) { [path = path as String] in
            do {
                _ = try RocksStore(path: path)
            } catch let failure as StorageFailure {
                if failure.message.contains("another process has the database open") { exit(7) }
            }
        }
    }

    @Test func readsBesideAWriterWithoutWriting() throws {
        let writer = try RocksStore(path: path)
        try writer.commit([.init(.state, [1], [1])])
        let reader = try RocksStore(path: path, access: .readOnly)
        #expect(try reader.value(.state, [1]) == [1])
        #expect(throws: StorageFailure.self) { try reader.commit([.init(.state, [2], [2])]) }
        #expect(try writer.value(.state, [2]) == nil)
    }

    @Test func saysThatThereIsNoDatabase() throws {
        for access in [RocksStore.Access.readWrite, .readOnly] {
            let text = message {
                _ = try RocksStore(path: path, createIfMissing: false, access: access)
            }
            #expect(text.contains("there is no database in"))
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func saysThatTheFolderCannotBeMade() throws {
        try Data([1]).write(to: URL(fileURLWithPath: folder.path("a")))
        #expect(message { _ = try RocksStore(path: path) }.contains("cannot be made"))
    }

    @Test func copiesItselfIntoACheckpoint() throws {
        let store = try RocksStore(path: path)
        try store.commit([.init(.tree, [1], [1]), .init(.index, [2], [2])])
        try store.checkpoint(to: folder.path("copy"))
        try store.commit([.init(.tree, [1], nil)])
        let copy = try RocksStore(path: folder.path("copy"), createIfMissing: false)
        #expect(try copy.value(.tree, [1]) == [1])
        #expect(try copy.value(.index, [2]) == [2])
        #expect(throws: StorageFailure.self) { try store.checkpoint(to: folder.path("copy")) }
    }
}
