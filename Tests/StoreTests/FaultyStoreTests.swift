import Base
import Store
import Testing

@Suite struct FaultyStoreTests {
    private let write = KeyValueWrite(.state, [1], [1])

    @Test func failsOnlyTheNumberedCommitAndWritesNothing() throws {
        let memory = MemoryStore()
        let store = FaultyStore(memory, fault: .beforeCommit(2))
        try store.commit([write])
        #expect(throws: StorageFailure.self) { try store.commit([.init(.state, [2], [2])]) }
        #expect(try memory.value(.state, [2]) == nil)
        try store.commit([.init(.state, [3], [3])])
        #expect(try memory.value(.state, [3]) == [3])
        #expect(store.commitCount == 3)
    }

    @Test func losesTheAnswerButNotTheBatch() throws {
        let memory = MemoryStore()
        let store = FaultyStore(memory, fault: .afterCommit(1))
        #expect(throws: StorageFailure.self) { try store.commit([write]) }
        #expect(try memory.value(.state, [1]) == [1])
    }

    @Test func staysBrokenAfterATornCommitUntilReset() throws {
        let memory = MemoryStore()
        let store = FaultyStore(memory, fault: .torn(1))
        #expect(throws: StorageFailure.self) { try store.commit([write]) }
        #expect(throws: StorageFailure.self) { try store.commit([write]) }
        #expect(throws: StorageFailure.self) { try store.value(.state, [1]) }
        #expect(try memory.allPairs(.state).isEmpty)
        store.reset(fault: nil)
        try store.commit([write])
        #expect(try store.value(.state, [1]) == [1])
    }

    @Test func failsTheNumberedRead() throws {
        let store = FaultyStore(MemoryStore(), fault: .read(2))
        #expect(try store.value(.state, [1]) == nil)
        #expect(throws: StorageFailure.self) { try store.allPairs(.state) }
        #expect(try store.allPairs(.state).isEmpty)
        #expect(store.readCount == 3)
    }

    @Test func copiesAClosedMemoryStoreAsIfReopened() throws {
        let memory = MemoryStore()
        try memory.commit([write])
        memory.close()
        let reopened = memory.copy()
        try reopened.commit([.init(.state, [2], [2])])
        #expect(try reopened.allPairs(.state).count == 2)
        #expect(try memory.copy().allPairs(.state).count == 1)
    }
}
