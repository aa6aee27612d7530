import Base
import Blocks
import Cryptography
import Ledger
import Store
import Testing

@testable import Consensus

@Suite struct PruningTests {
    private func run(_ store: MemoryStore, keeping count: Int64?, numbers: Range<UInt8>) throws
        -> EmbeddedEngine
    {
        let options = EngineOptions(minimumBlockInterval: .zero, blocksKept: count)
        let engine = try Chain.open(store, options: options)
        for number in numbers {
            _ = try engine.submit([1, number])
            try engine.produceBlock()
        }
        return engine
    }

    @Test func keepsTheNewestBlocksOnly() throws {
        let store = MemoryStore()
        let engine = try run(store, keeping: 3, numbers: 0..<10)
        #expect(engine.height == 10)
        #expect(try engine.status().earliest?.height == 8)
        #expect(throws: ConsensusError.heightNotAvailable(height: 7, lowest: 8, highest: 10)) {
            try engine.block(at: 7)
        }
        for height in Int64(8)...10 {
            let signed = try engine.signedHeader(at: height)
            let header = try #require(signed.header)
            let commit = try #require(signed.commit)
            let set = try engine.validators(at: height).set
            try LightVerification.verify(commit, of: header, by: set, chainID: "test-1")
        }
        #expect(try engine.transaction(SHA256.hash([1, 6] as Bytes)) == nil)
        #expect(try engine.transaction(SHA256.hash([1, 7] as Bytes))?.height == 8)
        // Three blocks are left of block, commit and results, one set, the state; and of the index
        // three names and three transactions, each with a count, two attributes of its own and two
        // of its block.
        #expect(try store.allPairs(.blocks).count == 3 * 3 + 2)
        #expect(try store.allPairs(.index).count == 3 * 7)
        #expect(throws: ConsensusError.heightNotAvailable(height: 1, lowest: 8, highest: 10)) {
            try Chain.replay(store)
        }
    }

    @Test func aLoweredLimitRemovesWhatIsBeyondIt() throws {
        let store = MemoryStore()
        _ = try run(store, keeping: nil, numbers: 0..<100)
        let engine = try run(store, keeping: 0, numbers: 100..<103)
        #expect(engine.height == 103)
        #expect(try engine.status().earliest?.height == 102)
        #expect(try Chain.settle(engine) == 104)
        #expect(try engine.status().earliest?.height == 103)
    }

    @Test func keepsTheIndexOfBytesThatCameAgain() throws {
        let store = MemoryStore()
        let options = EngineOptions(minimumBlockInterval: .zero, blocksKept: 2)
        let engine = try Chain.open(store, options: options)
        let hash = SHA256.hash([NonceApplication.failing, 0] as Bytes)
        for height in Int64(1)...4 {
            _ = try engine.submit([NonceApplication.failing, 0])
            #expect(try engine.produceBlock() == height)
            #expect(try engine.transaction(hash)?.height == height)
        }
    }
}
