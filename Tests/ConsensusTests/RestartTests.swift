import Base
import Blocks
import Cryptography
import Ledger
import Store
import TestSupport
import Testing
import Wire

@testable import Consensus

@Suite struct RestartTests {
    @Test func continuesWhereItStopped() throws {
        let store = MemoryStore()
        let first = try Chain.open(store)
        _ = try first.submit([1, 0])
        let height = try Chain.settle(first)
        let status = try first.status()

        let second = try Chain.open(store.copy())
        #expect(try second.status() == status)
        #expect(try second.produceBlock() == nil)
        _ = try second.submit([1, 1])
        #expect(try Chain.settle(second) == height + 2)
    }

    @Test func waitingTransactionsSurviveInOrder() throws {
        let store = MemoryStore()
        let first = try Chain.open(store)
        try first.produceBlock()
        for number in UInt8(0)..<100 { _ = try first.submit([1, number]) }

        let crashed = store.copy()
        let second = try Chain.open(crashed)
        #expect(second.waiting.count == 100)
        #expect(throws: ConsensusError.transactionInCache) { try second.submit([1, 50]) }
        _ = try second.submit([1, 100])
        try Chain.settle(second)
        let included = try second.block(at: 2).block.data.transactions
        #expect(included == (UInt8(0)...100).map { [1, $0] })
        #expect(try crashed.pairs(.blocks, prefix: BlockKeys.waitingPrefix).isEmpty)
    }

    @Test func waitingTransactionsNoLongerValidAreDropped() throws {
        let store = MemoryStore()
        let first = try Chain.open(store)
        _ = try first.submit([1, 0])
        try store.commit([KeyValueWrite(.blocks, BlockKeys.waiting(77), [1, 9])])
        let second = try Chain.open(store)
        #expect(second.waiting.count == 1)
        _ = try second.submit([1, 1])
        #expect(try store.value(.blocks, BlockKeys.waiting(77)) == nil)
        #expect(try store.value(.blocks, BlockKeys.waiting(78)) == [1, 1])
    }

    @Test func refusesAnotherChainKeyOrApplication() throws {
        let store = MemoryStore()
        let engine = try Chain.open(store)
        _ = try engine.submit([1, 0])
        try Chain.settle(engine)

        var genesis = Chain.genesis()
        genesis.chainID = "test-2"
        #expect(throws: ConsensusError.wrongChain(stored: "test-1", given: "test-2")) {
            try Chain.open(store, genesis: genesis)
        }
        let key = try #require(Ed25519.PrivateKey(seed: Bytes(repeating: 1, count: 32)))
        #expect(throws: ConsensusError.noMajority(power: 0, total: 10)) {
            try EmbeddedEngine(
                application: NonceApplication(store), store: store, key: key,
                genesis: Chain.genesis())
        }
        #expect(
            throws: ConsensusError.stateMismatch(
                height: 2, applicationHeight: 0, detail: "heights differ")
        ) {
            try EmbeddedEngine(
                application: NonceApplication(MemoryStore()), store: store, key: Chain.key,
                genesis: Chain.genesis())
        }
        try store.commit([KeyValueWrite(.blocks, BlockKeys.state, nil)])
        #expect(
            throws: ConsensusError.stateMismatch(
                height: 0, applicationHeight: 2, detail: "blocks are missing")
        ) { try Chain.open(store) }
        try store.commit([KeyValueWrite(.blocks, BlockKeys.state, [0xFF])])
        #expect(throws: ConsensusError.self) { try Chain.open(store) }
    }

    @Test func refusesDifferentApplicationState() throws {
        let store = MemoryStore()
        let engine = try Chain.open(store)
        try Chain.settle(engine)
        let record = try #require(try store.value(.state, [0]))
        try store.commit([KeyValueWrite(.state, [0], record.dropLast() + [record[39] ^ 1])])
        #expect(throws: ConsensusError.self) { try Chain.open(store) }
    }

    @Test func refusesInvalidGenesis() throws {
        func expect(_ change: (inout EngineGenesis) -> Void) {
            var genesis = Chain.genesis()
            change(&genesis)
            #expect(throws: ConsensusError.self) { try Chain.open(MemoryStore(), genesis: genesis) }
        }
        expect { $0.chainID = "" }
        expect { $0.chainID = String(repeating: "x", count: 51) }
        expect { $0.initialHeight = 0 }
        expect { $0.initialHeight = .max }
        expect { $0.validatorPower = 0 }
        expect { $0.validatorPower = .max }
        expect { $0.parameters.block?.maximumBytes = 100 }
        expect { $0.parameters.block?.maximumBytes = .max }
        expect { $0.parameters.block?.maximumGas = -2 }
        expect { $0.time = Timestamp(seconds: -1) }
        expect { $0.time.nanoseconds = 1_000_000_000 }
        expect { $0.appState = .null }
    }

    @Test func neverSignsAHeightTwice() throws {
        let store = MemoryStore()
        let engine = try Chain.open(store)
        try Chain.settle(engine)
        // A record of a later vote, as after a restored copy of the rest of the database.
        var state = try #require(try BlockArchive(store: store).state())
        #expect(state.lastVote.height == 1)
        state.lastVote.height = 2
        try store.commit([KeyValueWrite(.blocks, BlockKeys.state, state.encoded())])
        let second = try Chain.open(store)
        #expect(throws: ConsensusError.alreadySigned(height: 2, lastSigned: 2)) {
            try second.produceBlock(allowsEmpty: true)
        }
        #expect(second.height == 1)
    }

    @Test func aDamagedBlockIsAnErrorNotATrap() throws {
        let store = MemoryStore()
        let engine = try Chain.open(store)
        _ = try engine.submit([1, 0])
        try Chain.settle(engine)
        var mutator = Mutator(seed: 5)
        let keys = try store.allPairs(.blocks) + store.allPairs(.index)
        for pair in keys {
            let family: ColumnFamily = pair.key[0] == UInt8(ascii: "t") ? .index : .blocks
            for _ in 0..<50 {
                try store.commit([KeyValueWrite(family, pair.key, mutator.mutate(pair.value))])
                _ = try? engine.block(at: 1)
                _ = try? engine.signedHeader(at: 1)
                _ = try? engine.results(at: 1)
                _ = try? engine.validators(at: 1)
                _ = try? engine.transaction(SHA256.hash([1, 0] as Bytes))
                _ = try? engine.status()
                _ = try? Chain.open(store)
                _ = try? Chain.replay(store)
            }
            try store.commit([KeyValueWrite(family, pair.key, pair.value)])
        }
        #expect(try Chain.replay(store) == 2)
    }

    @Test func surfacesAFullDiskAndRestartsWhenThereIsSpace() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("db")
        var acknowledged: [Bytes] = []
        do {
            let rocks = try RocksStore(path: path)
            let store = FaultyStore(rocks, fault: .torn(7))
            let engine = try Chain.open(store)
            engine.start()
            for number in UInt8(0)..<50 {
                guard let result = try? engine.submit([1, number]) else { break }
                #expect(result.code == 0)
                acknowledged.append([1, number])
            }
            let failure = engine.waitUntilStopped()
            guard case .storage = failure else {
                Issue.record("stopped with \(String(describing: failure))")
                return
            }
            #expect(throws: ConsensusError.self) { try engine.submit([2, 0]) }
            #expect(throws: ConsensusError.self) { try engine.produceBlock() }
            rocks.close()
        }
        let store = try RocksStore(path: path)
        let engine = try Chain.open(store)
        try Chain.settle(engine)
        for bytes in acknowledged { #expect(try engine.transaction(SHA256.hash(bytes)) != nil) }
        #expect(try Chain.replay(store) == engine.height)
        store.close()
    }
}
