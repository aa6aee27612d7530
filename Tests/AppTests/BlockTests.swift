import App
import BankModule
import Base
import Cryptography
import Ledger
import TestSupport
import Testing
import Wire

/// Blocks: limits, determinism, crash recovery, genesis.
@Suite struct BlockTests {
    /// Transactions of Alice with sequences from 0, some of which fail.
    private func workload(_ chain: TestChain, count: Int) -> [Bytes] {
        var generator = SeededGenerator(seed: 21)
        var alice = chain.alice
        return (0..<count).map { index in
            if index % 7 == 6 { return generator.bytes(count: 40) }
            let amount = generator.isOne(in: 5) ? 5_000_000_000 : generator.int(in: 1...1000)
            defer { alice.sequence += 1 }
            return Draft(chain.send(UInt128(amount))).signed(by: alice).encoded()
        }
    }

    @Test func gasOfABlockIsLimited() throws {
        var chain = try TestChain(maximumGas: 250_000)
        let (alice, bob) = (chain.alice.address.description, chain.bob.address.description)
        var first = Draft(chain.send())
        first.fee.gasLimit = 200_000
        var second = Draft(chain.send())
        second.messages[0] = AnyMessage(
            MsgSend(from: bob, to: alice, [Coin(Amount(1), "ucgpt")]))
        second.fee.gasLimit = 240_000
        let transactions = [
            first.signed(by: chain.alice).encoded(), second.signed(by: chain.bob).encoded(),
        ]
        let results = try chain.deliver(transactions).results
        #expect(results.map(\.code) == [0, 11])
        #expect(results[1].codespace == "sdk")
        #expect(results[1].log.hasPrefix("no block gas left to run tx"))
        #expect(results[1].gasUsed == 0)
        #expect(try chain.deliver([transactions[1]]).results.map(\.code) == [0])
    }

    @Test func proposalKeepsOrderWithinBytesAndGas() throws {
        var chain = try TestChain(maximumGas: 700_000)
        let transactions = workload(chain, count: 6)
        let sizes = transactions.map { Int64(3 + $0.count) }
        func prepare(_ bytes: Int64) throws -> [Bytes] {
            try chain.application.prepareProposal(
                transactions, maximumBytes: bytes, block: chain.block(1))
        }
        // 200,000 gas each: three fit.
        #expect(try prepare(1 << 20) == Array(transactions.prefix(3)))
        #expect(try prepare(sizes[0] + sizes[1]) == Array(transactions.prefix(2)))
        #expect(try prepare(sizes[0] + sizes[1] - 1) == Array(transactions.prefix(1)))
        #expect(try prepare(0) == [])
        #expect(
            try chain.application.prepareProposal(
                [[1, 2, 3], transactions[0]], maximumBytes: 1 << 20, block: chain.block(1))
                == [transactions[0]])
        let three = Array(transactions.prefix(3))
        #expect(try chain.application.processProposal(three, block: chain.block(1)))
        #expect(
            try !chain.application.processProposal(
                Array(transactions.prefix(4)), block: chain.block(1)))
        #expect(try !chain.application.processProposal([[1, 2, 3]], block: chain.block(1)))
    }

    @Test func checksNeverChangeTheResultOfABlock() throws {
        var quiet = try TestChain()
        var busy = try TestChain(
            options: ApplicationOptions(
                minimumGasPrices: [try #require(GasPrice("1ucgpt"))], retainedVersions: 2))
        let transactions = workload(quiet, count: 60)
        for start in stride(from: 0, to: 60, by: 10) {
            let block = Array(transactions[start..<start + 10])
            for transaction in transactions.reversed() {
                _ = try busy.application.checkTransaction(
                    transaction, recheck: transaction.count % 2 == 0)
            }
            _ = try busy.application.prepareProposal(
                transactions, maximumBytes: 1 << 20, block: busy.block(busy.height + 1))
            let results = (try quiet.deliver(block), try busy.deliver(block))
            #expect(results.0 == results.1)
        }
        #expect(quiet.store.snapshot.all(.state) == busy.store.snapshot.all(.state))
        #expect(quiet.store.snapshot.all(.tree) != busy.store.snapshot.all(.tree))
    }

    @Test func restartAtAnyPointGivesTheSameChain() throws {
        var steady = try TestChain()
        var shaken = try TestChain()
        let transactions = workload(steady, count: 40)
        for (index, transaction) in transactions.enumerated() {
            let expected = try steady.deliver([transaction])
            if index > 0 {
                // A finalised block that was never committed is forgotten.
                _ = try shaken.application.finalizeBlock(
                    [transaction], block: shaken.block(shaken.height + 1))
                shaken.application = try AIVMApplication(reading: shaken.store)
                let info = try shaken.application.info()
                #expect(info.lastHeight == shaken.height)
            }
            #expect(try shaken.deliver([transaction]) == expected)
        }
        #expect(steady.store.snapshot == shaken.store.snapshot)
        let info = try shaken.application.info()
        #expect(info.lastAppHash == (try steady.application.info()).lastAppHash)
        try shaken.application.checkInvariants()
    }

    @Test func finalizingWritesNothing() throws {
        var chain = try TestChain()
        try chain.deliver([])
        let before = chain.store.snapshot
        _ = try chain.application.finalizeBlock(workload(chain, count: 5), block: chain.block(2))
        #expect(chain.store.snapshot == before)
        #expect(try chain.application.info().lastHeight == 1)
        #expect(try chain.balance(chain.bob.address) == 1_000_000_000)
    }

    @Test func genesisCanBeRepeatedUntilTheFirstCommit() throws {
        var chain = try TestChain()
        let request = try TestChain.request(TestChain.genesisText)
        let first = try chain.application.initializeChain(request)
        #expect(first.appHash.count == 32)
        let second = try chain.application.initializeChain(request)
        #expect(first.appHash == second.appHash)
        #expect(try chain.application.info().lastHeight == 0)
        #expect(try chain.application.info().lastAppHash == [])
        var other = try TestChain()
        #expect(try chain.deliver([]).appHash == (try other.deliver([]).appHash))
        #expect(throws: Failure.self) { try chain.application.initializeChain(request) }
    }

    @Test(arguments: [
        #"{"nothing": {}}"#, #"[]"#, #"{"bank": {"balances": [{"address": "x"}]}}"#,
        #"{"bank": {"colour": 1}}"#, #"{"auth": []}"#,
    ])
    func refusesBadGenesis(_ text: String) throws {
        var application = try AIVMApplication(reading: SharedStore())
        #expect(throws: Failure.self) {
            try application.initializeChain(try TestChain.request(text))
        }
        #expect(throws: StorageFailure.self) {
            try application.checkTransaction([], recheck: false)
        }
    }

    @Test func blockThatDoesNotFollowIsAnOperatingFailure() throws {
        var chain = try TestChain()
        #expect(throws: StorageFailure.self) {
            try chain.application.finalizeBlock([], block: chain.block(2))
        }
        var other = chain.block(1)
        other.chainID = "aivm-2"
        #expect(throws: StorageFailure.self) {
            try chain.application.finalizeBlock([], block: other)
        }
    }

    @Test func failingDiskStopsInsteadOfAnswering() throws {
        var chain = try TestChain()
        try chain.deliver([])
        let transaction = Draft(chain.send()).signed(by: chain.alice).encoded()
        chain.store.fail(with: StorageFailure("disk gone"))
        #expect(throws: StorageFailure("disk gone")) {
            try chain.application.checkTransaction(transaction, recheck: false)
        }
        #expect(throws: StorageFailure("disk gone")) {
            try chain.application.finalizeBlock([transaction], block: chain.block(2))
        }
        chain.store.fail(with: nil)
        #expect(try chain.deliver([transaction]).results.map(\.code) == [0])
    }

    @Test func exportedStateStartsAChainWithTheSameState() throws {
        var chain = try TestChain()
        try chain.deliver(workload(chain, count: 20))
        let exported = try chain.application.exportState()
        var copy = try TestChain(genesis: exported.compactText)
        #expect(try copy.application.exportState() == exported)
        try chain.deliver([])
        try copy.deliver([])
        // All but the application's own record.
        let states = [chain, copy].map {
            $0.store.snapshot.all(.state).filter { $0.key.first != 0 }
        }
        #expect(states[0] == states[1])
        try copy.application.checkInvariants()
    }

    @Test func recheckDropsWhatABlockMadeInvalid() throws {
        var chain = try TestChain()
        let first = Draft(chain.send(1)).signed(by: chain.alice)
        let rival = Draft(chain.send(2)).signed(by: chain.alice)
        chain.alice.sequence = 1
        let next = Draft(chain.send(3)).signed(by: chain.alice)
        // The check state advances from one transaction to the next.
        #expect(try chain.check(next).code == 32)
        #expect(try chain.check(first).code == 0)
        #expect(try chain.check(next).code == 0)
        #expect(try chain.check(rival).code == 32)
        try chain.deliver([rival.encoded()])
        let results = try [first, next].map {
            try chain.application.checkTransaction($0.encoded(), recheck: true).code
        }
        #expect(results == [32, 0])
    }
}
