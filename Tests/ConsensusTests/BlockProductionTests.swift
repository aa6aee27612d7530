import Base
import Blocks
import Consensus
import Cryptography
import Ledger
import Store
import Testing
import Wire

@Suite struct BlockProductionTests {
    @Test func makesBlocksOnlyForAReason() throws {
        let engine = try Chain.open(MemoryStore())
        #expect(engine.height == 0)
        #expect(try engine.produceBlock() == 1)
        #expect(try engine.produceBlock() == nil)
        #expect(try engine.submit([7, 0]).code == 0)
        #expect(try engine.produceBlock() == 2)
        // The proof block: its header holds the app hash of block 2.
        #expect(try engine.produceBlock() == 3)
        #expect(try engine.produceBlock() == nil)
        #expect(try engine.produceBlock(allowsEmpty: true) == 4)
        let third = try engine.block(at: 3).block.header
        #expect(third.appHash == (try engine.results(at: 2).appHash))
    }

    @Test func everyBlockConvincesALightClient() throws {
        let store = MemoryStore()
        let engine = try Chain.open(store)
        for number in 0..<5 {
            _ = try engine.submit([1, UInt8(number)])
            try Chain.settle(engine)
        }
        for height in 1...engine.height {
            let signed = try engine.signedHeader(at: height)
            let header = try #require(signed.header)
            let commit = try #require(signed.commit)
            let set = try engine.validators(at: height).set
            try LightVerification.verify(commit, of: header, by: set, chainID: "test-1")
            let stored = try engine.block(at: height)
            try stored.block.checkHashes()
            #expect(stored.id == stored.block.id)
            #expect(header.version.application == 3)
        }
        #expect(try Chain.replay(store) == engine.height)
    }

    @Test func timesFollowTheRule() throws {
        let clock = ManualClock()
        let engine = try Chain.open(MemoryStore(), now: { clock.now })
        for _ in 0..<3 { try engine.produceBlock(allowsEmpty: true) }
        // The clock falls back by a year, as after a repair.
        clock.advance(-31_536_000)
        for _ in 0..<3 { try engine.produceBlock(allowsEmpty: true) }
        var last = Timestamp(seconds: 1_700_000_000)
        #expect(try engine.block(at: 1).block.header.time == last)
        for height in Int64(2)...6 {
            let time = try engine.block(at: height).block.header.time
            let voted = try #require(try engine.signedHeader(at: height - 1).commit)
            #expect(time == voted.signatures[0].timestamp)
            #expect(time > last)
            last = time
        }
    }

    @Test func startsAtAnInitialHeight() throws {
        let store = MemoryStore()
        let genesis = Chain.genesis(initialHeight: 1000)
        let engine = try Chain.open(store, genesis: genesis)
        #expect(try engine.produceBlock() == 1000)
        _ = try engine.submit([1, 0])
        #expect(try Chain.settle(engine) == 1002)
        #expect(try engine.status().earliest?.height == 1000)
        #expect(try Chain.open(store, genesis: genesis).height == 1002)
        #expect(try Chain.replay(store, genesis: genesis) == 1002)
        #expect(throws: ConsensusError.heightNotAvailable(height: 999, lowest: 1000, highest: 1002))
        {
            try engine.block(at: 999)
        }
    }

    @Test func stopsReapingAtTheGasLimit() throws {
        let engine = try Chain.open(MemoryStore(), genesis: Chain.genesis(maximumGas: 10))
        for number in 0..<5 { _ = try engine.submit([1, UInt8(number)]) }
        try Chain.settle(engine)
        let counts = try (1...Int64(3)).map {
            try engine.block(at: $0).block.data.transactions.count
        }
        #expect(counts == [2, 2, 1])
    }

    @Test func stopsReapingAtTheByteLimit() throws {
        // 2,048 bytes leave 1,206 for transactions.
        let engine = try Chain.open(MemoryStore(), genesis: Chain.genesis(maximumBytes: 2048))
        for number in 0..<3 {
            _ = try engine.submit([1, UInt8(number)] + Bytes(repeating: 0, count: 600))
        }
        try Chain.settle(engine)
        let counts = try (1...Int64(3)).map {
            try engine.block(at: $0).block.data.transactions.count
        }
        #expect(counts == [1, 1, 1])
        for height in Int64(1)...3 {
            #expect(try engine.block(at: height).block.encoded().count <= 2048)
        }
    }

    @Test func noTransactionStopsTheChain() throws {
        let engine = try Chain.open(MemoryStore())
        try engine.produceBlock()
        _ = try engine.submit([1, 0])
        _ = try engine.submit([NonceApplication.poison, 0])
        _ = try engine.submit([NonceApplication.ignored, 0])
        _ = try engine.submit([1, 1])
        try Chain.settle(engine)
        #expect(engine.waiting.count == 0)
        #expect(try engine.transaction(SHA256.hash([1, 0] as Bytes)) != nil)
        #expect(try engine.transaction(SHA256.hash([1, 1] as Bytes)) != nil)
        #expect(try engine.transaction(SHA256.hash([NonceApplication.poison, 0] as Bytes)) == nil)
        #expect(engine.failure == nil)
    }

    @Test func refusesMissingResults() throws {
        let engine = try Chain.open(MemoryStore())
        try engine.produceBlock()
        _ = try engine.submit([NonceApplication.lossy, 0])
        let fault = ConsensusError.applicationFault(
            height: 2, detail: "0 results for 1 transactions")
        #expect(throws: fault) { try engine.produceBlock() }
        #expect(engine.failure == fault)
        #expect(throws: fault) { try engine.submit([1, 0]) }
        #expect(engine.height == 1)
    }

    @Test func validatorUpdatesRuleTwoBlocksLater() throws {
        let store = MemoryStore()
        let engine = try Chain.open(store)
        try engine.produceBlock()
        let other = try #require(Ed25519.PrivateKey(seed: Bytes(repeating: 4, count: 32)))
        _ = try engine.submit([NonceApplication.staking, 0] + other.publicKey.bytes + [2])
        try engine.produceBlock()
        for _ in 0..<3 { try engine.produceBlock(allowsEmpty: true) }
        let counts = try (1...Int64(5)).map { try engine.validators(at: $0).set.validators.count }
        #expect(counts == [1, 1, 1, 2, 2])
        let third = try engine.block(at: 3).block.header
        #expect(third.nextValidatorsHash == (try engine.validators(at: 4).set.hash.bytes))
        let commit = try #require(try engine.signedHeader(at: 4).commit)
        #expect(commit.signatures.map(\.flag) == [.commit, .absent])
        #expect(try Chain.replay(store) == 5)

        _ = try engine.submit([NonceApplication.staking, 1] + other.publicKey.bytes + [0])
        try engine.produceBlock()
        for _ in 0..<2 { try engine.produceBlock(allowsEmpty: true) }
        #expect(try engine.validators().set.validators.count == 1)
        #expect(try Chain.replay(store) == 8)
    }

    @Test func transactionsThatWouldTakeTheMajorityAreLeftOut() throws {
        let store = MemoryStore()
        let engine = try Chain.open(store)
        try engine.produceBlock()
        let other = try #require(Ed25519.PrivateKey(seed: Bytes(repeating: 4, count: 32)))
        _ = try engine.submit([1, 0])
        let greedy = [NonceApplication.staking, 0] + other.publicKey.bytes + [5]
        _ = try engine.submit(greedy)
        _ = try engine.submit([2, 0])
        while try engine.produceBlock() != nil {}
        let included = try (1...engine.height).flatMap {
            try engine.block(at: $0).block.data.transactions
        }
        #expect(included.contains([1, 0]) && included.contains([2, 0]))
        #expect(!included.contains(greedy))
        #expect(try engine.validators().set.validators.count == 1)
        #expect(engine.failure == nil)
        #expect(try Chain.replay(store) == engine.height)
    }

    @Test func removingAnUnknownValidatorIsAFault() throws {
        let engine = try Chain.open(MemoryStore())
        try engine.produceBlock()
        _ = try engine.submit([NonceApplication.staking, 0] + Bytes(repeating: 1, count: 32) + [0])
        #expect(throws: ConsensusError.self) { try engine.produceBlock() }
    }
}
