import Base
import Blocks
import Cryptography
import Ledger
import Store
import Testing
import Wire

@testable import Consensus

@Suite struct ReplayCheckTests {
    private func chain() throws -> MemoryStore {
        let store = MemoryStore()
        let engine = try Chain.open(store)
        for number in UInt8(0)..<4 {
            _ = try engine.submit([1, number])
            try engine.produceBlock()
        }
        try Chain.settle(engine)
        return store
    }

    @Test func acceptsAnEmptyDatabase() throws {
        #expect(try Chain.replay(MemoryStore()) == 0)
    }

    @Test func reportsEveryHeight() throws {
        let store = try chain()
        let scratch = MemoryStore()
        var heights: [Int64] = []
        let last = try ReplayCheck.verify(
            chain: store, application: NonceApplication(scratch), scratch: scratch,
            genesis: Chain.genesis(), key: Chain.key.publicKey
        ) { heights.append($0) }
        #expect(heights == Array(1...last))
        #expect(last == 5)
        #expect(try scratch.allPairs(.state) == store.allPairs(.state))
    }

    @Test func rejectsEveryKindOfDamage() throws {
        func expect(
            _ name: String, _ change: (MemoryStore, BlockArchive) throws -> [KeyValueWrite]
        ) throws {
            let store = try chain()
            try store.commit(try change(store, BlockArchive(store: store)))
            #expect(throws: ConsensusError.self, "\(name)") { try Chain.replay(store) }
        }
        func block(
            _ archive: BlockArchive, _ change: (inout Block) -> Void
        ) throws -> [KeyValueWrite] {
            var block = try #require(try archive.block(3))
            change(&block)
            return [KeyValueWrite(.blocks, BlockKeys.block(3), block.encoded())]
        }
        try expect("transaction") { _, archive in
            try block(archive) { $0.data.transactions[0][1] ^= 1 }
        }
        try expect("time") { _, archive in try block(archive) { $0.header.time.nanoseconds ^= 1 } }
        try expect("app hash") { _, archive in try block(archive) { $0.header.appHash[0] ^= 1 } }
        try expect("last commit") { _, archive in
            try block(archive) { $0.lastCommit.signatures[0].signature[0] ^= 1 }
        }
        try expect("commit") { _, archive in
            var commit = try #require(try archive.commit(3))
            commit.signatures[0].signature[0] ^= 1
            return [KeyValueWrite(.blocks, BlockKeys.commit(3), commit.encoded())]
        }
        try expect("result code") { _, archive in
            var results = try #require(try archive.results(3))
            results.transactionResults[0].code = 1
            return [KeyValueWrite(.blocks, BlockKeys.results(3), results.encoded())]
        }
        try expect("event") { _, archive in
            var results = try #require(try archive.results(3))
            results.transactionResults[0].events = []
            return [KeyValueWrite(.blocks, BlockKeys.results(3), results.encoded())]
        }
        try expect("state") { _, archive in
            var state = try #require(try archive.state())
            state.appHash[0] ^= 1
            return [KeyValueWrite(.blocks, BlockKeys.state, state.encoded())]
        }
        try expect("missing block") { _, _ in
            [KeyValueWrite(.blocks, BlockKeys.block(3), nil)]
        }
        try expect("missing index") { _, _ in
            let hash = SHA256.hash([1, 2] as Bytes)
            return [KeyValueWrite(.index, BlockKeys.transaction(hash), nil)]
        }
    }

    @Test func rejectsAnotherGenesis() throws {
        let store = try chain()
        #expect(throws: ConsensusError.self) {
            try Chain.replay(store, genesis: Chain.genesis(maximumGas: 7))
        }
        #expect(throws: ConsensusError.self) {
            try Chain.replay(store, genesis: Chain.genesis(initialHeight: 2))
        }
    }
}
