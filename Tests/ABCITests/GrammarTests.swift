import App
import Base
import Ledger
import Simulator
import Store
import TestSupport
import Testing
import Wire

@testable import ABCI

/// Any legal sequence of calls leaves what a plain run leaves: rounds that come to nothing, blocks
/// executed twice, forks of staged work, questions in between, restarts.
@Suite struct GrammarTests {
    /// A session under test, beside one that sees nothing but FinalizeBlock and Commit.
    private struct Pair {
        var generator: SeededGenerator
        var workload: Workload
        let plain: ApplicationSession
        let plainStore = MemoryStore()
        var tried: ApplicationSession
        var store = MemoryStore()
        var height: Int64 = 0
        private let start: ABCIRequest

        init(seed: UInt64) throws {
            generator = SeededGenerator(seed: seed)
            workload = Workload(seed: seed)
            start = Questions.initialization(workload)
            plain = try ApplicationSession(
                try AIVMApplication(reading: plainStore), store: plainStore)
            tried = try ApplicationSession(try AIVMApplication(reading: store), store: store)
            let first = try #require(plain.answer(start).initializeChain)
            for _ in 0...generator.int(in: 0...2) {
                #expect(tried.answer(start).initializeChain == first)
            }
        }

        /// A new process over the same disk.
        mutating func restart() throws {
            store = store.copy()
            tried = try ApplicationSession(try AIVMApplication(reading: store), store: store)
            if height == 0 { #expect(tried.answer(start).initializeChain != nil) }
            let info = tried.answer(TestGenesis.info).info
            #expect(info == plain.answer(TestGenesis.info).info)
        }

        mutating func runBlock() throws {
            let candidates = workload.transactions(upTo: 5)
            var chosen: [Bytes] = []
            for _ in 0...generator.int(in: 0...2) { chosen = try propose(candidates) }
            let block = Questions.finalize(height + 1, chosen)
            let expected = try #require(plain.answer(block).finalizeBlock)
            if generator.isOne(in: 3) {
                // Another block of this height, executed and not decided.
                let fork = Questions.finalize(height + 1, candidates.reversed() + [[7]])
                #expect(tried.answer(fork).finalizeBlock != nil)
                try askAround(candidates)
            }
            for _ in 0...generator.int(in: 0...1) {
                #expect(tried.answer(block).finalizeBlock == expected)
                try askAround(candidates)
                if generator.isOne(in: 6) {
                    try restart()
                    #expect(tried.answer(block).finalizeBlock == expected)
                }
            }
            #expect(plain.answer(Questions.commit).commit != nil)
            #expect(tried.answer(Questions.commit).commit != nil)
            height += 1
            try workload.observe(try AIVMApplication(reading: plainStore))
            for transaction in candidates where generator.isOne(in: 2) {
                #expect(tried.answer(check(transaction, .recheck)).checkTransaction != nil)
            }
            if generator.isOne(in: 8) { try restart() }
            #expect(
                tried.answer(TestGenesis.info).info == plain.answer(TestGenesis.info).info)
        }

        /// A round: a proposal, its judgement, votes.
        private mutating func propose(_ candidates: [Bytes]) throws -> [Bytes] {
            var request = ABCIRequest()
            request.prepareProposal = PrepareProposalRequest()
            request.prepareProposal?.height = height + 1
            request.prepareProposal?.transactions = candidates
            request.prepareProposal?.maximumBytes = Int64(generator.int(in: 0...3_000))
            let chosen = try #require(tried.answer(request).prepareProposal).transactions
            for proposal in [chosen, candidates + [[1]]] {
                var request = ABCIRequest()
                request.processProposal = ProcessProposalRequest()
                request.processProposal?.height = height + 1
                request.processProposal?.transactions = proposal
                let status = tried.answer(request).processProposal?.status
                #expect(status == plain.answer(request).processProposal?.status)
                #expect(status == (proposal == chosen ? .accept : .reject))
            }
            if generator.isOne(in: 2) {
                var request = ABCIRequest()
                request.extendVote = ExtendVoteRequest()
                request.extendVote?.height = height + 1
                #expect(tried.answer(request).extendVote != nil)
            }
            try askAround(candidates)
            return chosen
        }

        private func check(_ transaction: Bytes, _ kind: CheckKind) -> ABCIRequest {
            var request = ABCIRequest()
            request.checkTransaction = CheckTransactionRequest()
            request.checkTransaction?.transaction = transaction
            request.checkTransaction?.kind = kind
            return request
        }

        /// Questions of the other connections.
        private mutating func askAround(_ candidates: [Bytes]) throws {
            for _ in 0..<generator.int(in: 0...3) {
                var request = ABCIRequest()
                switch generator.int(in: 0..<7) {
                case 0..<3:
                    guard let transaction = candidates.first else { continue }
                    request = check(transaction, .new)
                case 3:
                    request.query = QueryRequest()
                    request.query?.path = "/cosmos.bank.v1beta1.Query/TotalSupply"
                case 4: request.listSnapshots = ListSnapshotsRequest()
                case 5: request = TestGenesis.info
                default:
                    request.loadSnapshotChunk = LoadSnapshotChunkRequest()
                    request.loadSnapshotChunk?.chunk = 3
                }
                #expect(tried.answer(request).exception == nil)
            }
        }
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func anyLegalSequenceOfCallsEndsLikeAPlainRun(seed: UInt64) throws {
        var pair = try Pair(seed: seed)
        for _ in 0..<15 { try pair.runBlock() }
        for family in ColumnFamily.allCases {
            #expect(try pair.store.allPairs(family) == pair.plainStore.allPairs(family))
        }
    }

    @Test func randomBytesGetAnswersInEveryField() throws {
        var generator = SeededGenerator(seed: 77)
        let workload = Workload(seed: 77)
        var kinds = 0
        // An application at its genesis, from which each session starts that a question ended.
        var genesis = try AIVMApplication(reading: MemoryStore())
        let start = try #require(Questions.initialization(workload).initializeChain)
        _ = try genesis.initializeChain(ChainInitialization(start))
        var session: ApplicationSession?
        for _ in 0..<3_000 {
            let current =
                try session ?? ApplicationSession(genesis, store: MemoryStore())
            var bytes = Bytes()
            // A tag of one of the questions, and a content that may or may not be one.
            let number = generator.int(in: 1...21)
            bytes.appendVarint(UInt64(number << 3 | 2))
            let count = generator.int(in: 0...40)
            var content = generator.bytes(count: count)
            if generator.isOne(in: 2) {
                content = []
                for field in 1...generator.int(in: 1...8) {
                    content.appendVarint(UInt64(field << 3 | generator.element(of: [0, 2])))
                    content.append(UInt8(generator.int(in: 0...3)))
                }
            }
            bytes.appendLengthPrefixed(content)
            let rules = WireRules(unknownFields: .skipped)
            guard let request = try? ABCIRequest(decoding: bytes, rules: rules) else { continue }
            // An answer or an exception, never a trap.
            let answer = current.answer(request)
            #expect(!answer.encoded().isEmpty)
            session = answer.exception == nil ? current : nil
            kinds |= 1 << number
        }
        #expect(kinds.nonzeroBitCount >= 14)
    }
}
