import App
import Base
import Ledger
import Simulator
import Store
import TestSupport
import Testing
import Wire

@testable import ABCI

/// The engine may delete no block that restart, evidence, unbonding stake or a snapshot needs.
@Suite struct RetentionTests {
    /// An application whose chain needs what a test says.
    private struct NeedyApplication: Application {
        var inner: AIVMApplication
        var needs: HistoryNeeds

        func historyNeeds() throws(StorageFailure) -> HistoryNeeds { needs }
        func info() throws(StorageFailure) -> ApplicationInfo { try inner.info() }
        mutating func initializeChain(
            _ request: ChainInitialization
        ) throws(Failure) -> ChainInitializationResult { try inner.initializeChain(request) }
        mutating func checkTransaction(
            _ bytes: Bytes, recheck: Bool
        ) throws(StorageFailure) -> TransactionResult {
            try inner.checkTransaction(bytes, recheck: recheck)
        }
        mutating func prepareProposal(
            _ candidates: [Bytes], maximumBytes: Int64, block: BlockInfo
        ) throws(StorageFailure) -> [Bytes] {
            try inner.prepareProposal(candidates, maximumBytes: maximumBytes, block: block)
        }
        mutating func processProposal(
            _ transactions: [Bytes], block: BlockInfo
        ) throws(StorageFailure) -> Bool {
            try inner.processProposal(transactions, block: block)
        }
        mutating func finalizeBlock(
            _ transactions: [Bytes], block: BlockInfo
        ) throws(StorageFailure) -> BlockResult {
            try inner.finalizeBlock(transactions, block: block)
        }
        mutating func commitWrites() throws(StorageFailure) -> [KeyValueWrite] {
            try inner.commitWrites()
        }
        mutating func didCommit() { inner.didCommit() }
        func query(_ request: StateQuery) throws(StorageFailure) -> StateQueryResult {
            try inner.query(request)
        }
    }

    /// The retain heights of `count` blocks, one a second.
    private func retained(
        _ count: Int64, keeping kept: Int64, _ needs: HistoryNeeds, _ store: MemoryStore
    ) throws -> [Int64] {
        let application = NeedyApplication(
            inner: try AIVMApplication(reading: store), needs: needs)
        let session = try ApplicationSession(
            application, store: store, options: SessionOptions(keptBlocks: kept))
        _ = session.answer(Questions.initialization(Workload(seed: 1)))
        return try (1...count).map { height in
            _ = session.answer(Questions.finalize(height))
            return try #require(session.answer(Questions.commit).commit).retainHeight
        }
    }

    @Test func allAreKeptUnlessTheOperatorSaysOtherwise() throws {
        let heights = try retained(
            20, keeping: 0, HistoryNeeds(blocks: 1, seconds: 1), MemoryStore())
        #expect(heights.allSatisfy { $0 == 0 })
    }

    @Test func theOperatorKeepsSoManyAndOneToGoBack() throws {
        for (kept, distance) in [(5, 4), (2, 1), (1, 1)] as [(Int64, Int64)] {
            let heights = try retained(
                20, keeping: kept, HistoryNeeds(blocks: 1, seconds: 1), MemoryStore())
            // Blocks of the last second are needed too, so it is at most one lower.
            #expect(heights.last.map { (19 - distance...20 - distance).contains($0) } ?? false)
            for (index, height) in heights.enumerated() {
                #expect(height <= max(0, Int64(index + 1) - distance))
            }
        }
    }

    @Test func evidenceInBlocksHoldsBlocksBack() throws {
        let heights = try retained(
            20, keeping: 2, HistoryNeeds(blocks: 12, seconds: 1), MemoryStore())
        #expect(heights == (1...20).map { $0 < 14 ? 0 : $0 - 12 })
    }

    @Test func agesInTimeHoldBlocksBackAndOldNotesGo() throws {
        let store = MemoryStore()
        let heights = try retained(40, keeping: 2, HistoryNeeds(blocks: 1, seconds: 15), store)
        for (index, height) in heights.enumerated() {
            // Block h was at second h; those of the last 15 seconds are needed.
            let newest = Int64(index + 1)
            #expect(height <= max(0, newest - 15) && height >= newest - 16 || height == 0)
        }
        #expect(heights.last.map { $0 > 20 } ?? false)
        #expect(try store.allPairs(.blocks).count <= 18)
    }

    @Test func aSnapshotThatIsServedHoldsBlocksBack() throws {
        let folder = try TemporaryDirectory()
        let archive = try SnapshotArchive(path: folder.path("snapshots"), keeping: 2)
        let store = MemoryStore()
        let application = try AIVMApplication(reading: store)
        let session = try ApplicationSession(
            application, store: store,
            options: SessionOptions(snapshots: archive, snapshotInterval: 6, keptBlocks: 1))
        _ = session.answer(Questions.initialization(Workload(seed: 1)))
        for height in 1...20 as ClosedRange<Int64> {
            _ = session.answer(Questions.finalize(height))
            let answer = try #require(session.answer(Questions.commit).commit)
            session.waitForSnapshot()
            #expect(answer.retainHeight <= archive.lowestHeight ?? 0)
        }
        #expect(archive.lowestHeight == 12)
    }

    @Test func theChainItselfSaysWhatItNeeds() throws {
        let store = MemoryStore()
        var application = try AIVMApplication(reading: store)
        let start = try #require(Questions.initialization(Workload(seed: 1)).initializeChain)
        var request = try ChainInitialization(start)
        request.parameters.evidence = EvidenceParameterSet()
        request.parameters.evidence?.maximumAgeInBlocks = 77
        request.parameters.evidence?.maximumAge = WireDuration(seconds: 90, nanoseconds: 1)
        request.parameters.evidence?.maximumBytes = 1_000
        _ = try application.initializeChain(request)
        _ = try application.finalizeBlock(
            [],
            block: BlockInfo(
                chainID: "sim-1", height: 1, time: Timestamp(seconds: 1_700_000_001)))
        try store.commit(try application.commitWrites())
        application.didCommit()
        // Stake leaves the simulated chain in a minute; its evidence counts longer.
        #expect(try application.historyNeeds() == HistoryNeeds(blocks: 77, seconds: 91))
    }
}
