import App
import Base
import Cryptography
import Ledger
import Simulator
import Store
import TestSupport
import Testing
import Wire

@testable import ABCI

/// Snapshots over the socket's questions: made beside blocks, served, and taken in from peers that
/// may lie.
@Suite struct StateSyncTests {
    /// A chain of random blocks behind a session that makes snapshots.
    private final class Source {
        let store = MemoryStore()
        let archive: SnapshotArchive
        let session: ApplicationSession
        var workload: Workload
        var height: Int64 = 0
        var appHash: Bytes = []
        private let folder: TemporaryDirectory

        init(seed: UInt64 = 1, interval: Int64 = 5, chunk: Int = 700) throws {
            folder = try TemporaryDirectory()
            archive = try SnapshotArchive(
                path: folder.path("snapshots"), keeping: 2, chunkByteCount: chunk)
            session = try ApplicationSession(
                try AIVMApplication(reading: store), store: store,
                options: SessionOptions(snapshots: archive, snapshotInterval: interval))
            workload = Workload(seed: seed)
            let answer = session.answer(Questions.initialization(workload))
            #expect(answer.initializeChain != nil, "\(answer)")
        }

        /// Makes a block, and waits for its snapshot when it is due.
        func makeBlock(due: Bool = false) throws {
            height += 1
            // One that is still being made would be the only one.
            session.waitForSnapshot()
            let block = workload.transactions(upTo: 6)
            let result = try #require(
                session.answer(Questions.finalize(height, block)).finalizeBlock)
            appHash = result.appHash
            #expect(session.answer(Questions.commit).commit != nil)
            try workload.observe(try AIVMApplication(reading: store))
            if due { session.waitForSnapshot() }
        }

        /// The chunks of a snapshot, as a peer gets them.
        func chunks(of snapshot: Snapshot) -> [Bytes] {
            (0..<snapshot.chunks).map { index in
                var request = ABCIRequest()
                request.loadSnapshotChunk = LoadSnapshotChunkRequest()
                request.loadSnapshotChunk?.height = snapshot.height
                request.loadSnapshotChunk?.format = snapshot.format
                request.loadSnapshotChunk?.chunk = index
                return session.answer(request).loadSnapshotChunk?.chunk ?? []
            }
        }

        var snapshots: [Snapshot] {
            var request = ABCIRequest()
            request.listSnapshots = ListSnapshotsRequest()
            return session.answer(request).listSnapshots?.snapshots ?? []
        }
    }

    private func emptySession(_ store: any KeyValueStore) throws -> ApplicationSession {
        try ApplicationSession(try AIVMApplication(reading: store), store: store)
    }

    private func offer(
        _ snapshot: Snapshot, _ appHash: Bytes, to session: ApplicationSession
    ) -> SnapshotOfferAnswer? {
        var request = ABCIRequest()
        request.offerSnapshot = OfferSnapshotRequest()
        request.offerSnapshot?.snapshot = snapshot
        request.offerSnapshot?.appHash = appHash
        return session.answer(request).offerSnapshot?.result
    }

    private func apply(
        _ chunk: Bytes, _ index: Int, to session: ApplicationSession
    ) -> ApplySnapshotChunkResponse? {
        var request = ABCIRequest()
        request.applySnapshotChunk = ApplySnapshotChunkRequest()
        request.applySnapshotChunk?.index = UInt32(index)
        request.applySnapshotChunk?.chunk = chunk
        request.applySnapshotChunk?.sender = "peer"
        return session.answer(request).applySnapshotChunk
    }

    private func height(_ session: ApplicationSession) -> Int64? {
        session.answer(TestGenesis.info).info?.lastHeight
    }

    @Test func aNodeStartsFromASnapshotAndFollowsTheChain() throws {
        let source = try Source()
        for _ in 0..<14 { try source.makeBlock() }
        try source.makeBlock(due: true)
        let (appHash, snapshot) = (source.appHash, try #require(source.snapshots.first))
        #expect(snapshot.height == 15 && snapshot.chunks > 3)
        let chunks = source.chunks(of: snapshot)
        // The chain goes on meanwhile.
        for _ in 0..<3 { try source.makeBlock() }

        let folder = try TemporaryDirectory()
        let store = MemoryStore()
        let archive = try SnapshotArchive(
            path: folder.path("snapshots"), keeping: 1, chunkByteCount: 700)
        let target = try ApplicationSession(
            try AIVMApplication(reading: store), store: store,
            options: SessionOptions(
                snapshots: archive, snapshotInterval: 5,
                chain: ChainName(chainID: "sim-1", initialHeight: 1)))
        #expect(offer(snapshot, appHash, to: target) == .accept)
        for (index, chunk) in chunks.enumerated() {
            #expect(height(target) == 0)
            #expect(apply(chunk, index, to: target)?.result == .accept)
        }
        let info = target.answer(TestGenesis.info).info
        #expect(info?.lastHeight == 15 && info?.lastAppHash == appHash)
        #expect(info?.protocolVersion == AIVMApplication.protocolVersion)
        // What is checked and executed next is what the source checks and executes.
        for _ in 0..<4 { try source.makeBlock() }
        let replay = try Source()
        for height in 1...22 as ClosedRange<Int64> {
            let block = replay.workload.transactions(upTo: 6)
            let request = Questions.finalize(height, block)
            let expected = try #require(replay.session.answer(request).finalizeBlock)
            #expect(replay.session.answer(Questions.commit).commit != nil)
            try replay.workload.observe(try AIVMApplication(reading: replay.store))
            guard height > 15 else { continue }
            #expect(target.answer(request).finalizeBlock == expected)
            #expect(target.answer(Questions.commit).commit != nil)
        }
        #expect(try store.allPairs(.state) == source.store.allPairs(.state))
        #expect(try store.allPairs(.blobs) == source.store.allPairs(.blobs))
        // It makes the same snapshots as those who were there from the start.
        target.waitForSnapshot()
        source.session.waitForSnapshot()
        #expect(archive.snapshots.first == source.snapshots.first)
        #expect(archive.snapshots.first?.height == 20)
        #expect(archive.snapshots.count == 1 && source.snapshots.count == 2)
    }

    @Test func wrongChunksAreAskedForAgain() throws {
        let source = try Source()
        for _ in 0..<4 { try source.makeBlock() }
        try source.makeBlock(due: true)
        let snapshot = try #require(source.snapshots.first)
        let chunks = source.chunks(of: snapshot)
        let target = try emptySession(MemoryStore())
        #expect(apply(chunks[0], 0, to: target)?.result == .abort)
        #expect(offer(snapshot, source.appHash, to: target) == .accept)
        #expect(apply(chunks[0], 0, to: target)?.result == .accept)
        let bad: [Bytes] = [
            [], chunks[0], chunks[2], chunks[1] + [0], Bytes(chunks[1].dropLast()),
            [chunks[1][0] ^ 1] + chunks[1].dropFirst(), Bytes(repeating: 0, count: 15_900_001),
        ]
        for chunk in bad {
            let answer = apply(chunk, 1, to: target)
            #expect(answer?.result == .retry)
            #expect(answer?.refetchedChunks == [1] && answer?.rejectedSenders == ["peer"])
        }
        // One that was taken may come again, with whatever content.
        #expect(apply([1], 0, to: target)?.result == .accept)
        #expect(apply(chunks[1], 1, to: target)?.result == .accept)
        // A gap starts everything again, with a new offer.
        #expect(apply(chunks[3], 3, to: target)?.result == .retrySnapshot)
        #expect(apply(chunks[2], 2, to: target)?.result == .abort)
        #expect(offer(snapshot, source.appHash, to: target) == .accept)
        for (index, chunk) in chunks.enumerated() {
            #expect(apply(chunk, index, to: target)?.result == .accept)
        }
        #expect(height(target) == 5)
        // The engine may not have noted that it is done, and offer again.
        #expect(offer(snapshot, source.appHash, to: target) == .accept)
        #expect(height(target) == 0)
        for (index, chunk) in chunks.enumerated() {
            #expect(apply(chunk, index, to: target)?.result == .accept)
        }
        #expect(height(target) == 5)
    }

    @Test func offersThatLieAreRefused() throws {
        let source = try Source()
        for _ in 0..<4 { try source.makeBlock() }
        try source.makeBlock(due: true)
        let snapshot = try #require(source.snapshots.first)
        let target = try emptySession(MemoryStore())
        func changed(_ change: (inout Snapshot) -> Void) -> Snapshot {
            var copy = snapshot
            change(&copy)
            return copy
        }
        func renamed(_ change: (inout SnapshotMetadata) -> Void) throws -> Snapshot {
            var metadata = try SnapshotMetadata(decoding: snapshot.metadata)
            change(&metadata)
            return Snapshot(height: snapshot.height, format: snapshot.format, metadata)
        }
        let hash = source.appHash
        #expect(offer(changed { $0.format = 2 }, hash, to: target) == .rejectFormat)
        for wrong in [
            changed { $0.hash = [] }, changed { $0.hash[0] ^= 1 }, changed { $0.chunks += 1 },
            changed { $0.chunks = 0 }, changed { $0.metadata += [0] },
            changed { $0.metadata = [0xFF] }, changed { $0.height = 0 },
            changed { $0.height = .max }, try renamed { $0.chunkHashes = [] },
            try renamed { $0.chunkHashes[0] = [1, 2] },
            changed {
                $0.metadata = Bytes(repeating: 0, count: 5 << 20)
                $0.hash = SHA256.hash($0.metadata).bytes
            },
        ] {
            #expect(offer(wrong, hash, to: target) == .reject)
        }
        #expect(offer(snapshot, [1, 2, 3], to: target) == .reject)
        var nothing = ABCIRequest()
        nothing.offerSnapshot = OfferSnapshotRequest()
        #expect(target.answer(nothing).offerSnapshot?.result == .reject)
        // The node goes on to live.
        #expect(target.answer(Questions.initialization(Workload(seed: 1))).initializeChain != nil)
    }

    /// The stream of a snapshot in one chunk, described as a peer would that lies about it.
    private func forged(_ stream: Bytes, _ height: UInt64) -> Snapshot {
        var metadata = SnapshotMetadata()
        metadata.chunkHashes = [SHA256.hash(stream).bytes]
        metadata.byteCount = UInt64(stream.count)
        return Snapshot(height: height, format: 1, metadata)
    }

    @Test func forgedStatesAreRejectedAndLeaveNothing() throws {
        let source = try Source()
        for _ in 0..<4 { try source.makeBlock() }
        try source.makeBlock(due: true)
        let stream = source.chunks(of: try #require(source.snapshots.first)).flatMap { $0 }
        let store = MemoryStore()
        let target = try emptySession(store)
        func tryOut(_ stream: Bytes, hash: Bytes? = nil) -> SnapshotChunkAnswer? {
            let answer = offer(forged(stream, 5), hash ?? source.appHash, to: target)
            guard answer == .accept else { return nil }
            return apply(stream, 0, to: target)?.result
        }
        #expect(tryOut(stream) == .accept && height(target) == 5)
        var generator = SeededGenerator(seed: 9)
        var mutants: [Bytes] = [
            [], [0], Bytes(stream.dropLast()), stream + [6], Bytes(stream.dropFirst(9)),
            [2, 3] + Bytes("ai!".utf8), [1, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
            [3, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1],
        ]
        for _ in 0..<400 {
            var mutant = stream
            mutant[generator.int(in: 0..<mutant.count)] ^= UInt8(generator.int(in: 1...255))
            mutants.append(mutant)
        }
        for mutant in mutants {
            // Some bytes of the record are covered by nothing here; the state is the same then.
            let answer = tryOut(mutant)
            #expect(answer == .rejectSnapshot || (answer == .accept && height(target) == 5))
            if answer == .rejectSnapshot {
                #expect(height(target) == 0)
                #expect(try store.allPairs(.state).isEmpty && store.allPairs(.tree).isEmpty)
            }
        }
        #expect(tryOut(stream, hash: Bytes(repeating: 1, count: 32)) == .rejectSnapshot)
        #expect(tryOut(stream) == .accept && height(target) == 5)
    }

    @Test func ofAnotherChainNothingIsTakenIn() throws {
        let source = try Source()
        for _ in 0..<4 { try source.makeBlock() }
        try source.makeBlock(due: true)
        let snapshot = try #require(source.snapshots.first)
        for chain in [
            ChainName(chainID: "sim-2", initialHeight: 1),
            ChainName(chainID: "sim-1", initialHeight: 2),
        ] {
            let store = MemoryStore()
            let target = try ApplicationSession(
                try AIVMApplication(reading: store), store: store,
                options: SessionOptions(chain: chain))
            #expect(offer(snapshot, source.appHash, to: target) == .accept)
            #expect(
                apply(source.chunks(of: snapshot)[0], 0, to: target)?.result == .rejectSnapshot)
        }
    }

    @Test func aCrashInTheMiddleStartsEmpty() throws {
        let source = try Source(chunk: 300)
        for _ in 0..<4 { try source.makeBlock() }
        try source.makeBlock(due: true)
        let snapshot = try #require(source.snapshots.first)
        let chunks = source.chunks(of: snapshot)
        for fault in 1...(chunks.count + 1) {
            for kind in [FaultyStore.Fault.beforeCommit(fault), .afterCommit(fault)] {
                let disk = MemoryStore()
                let target = try emptySession(FaultyStore(disk, fault: kind))
                #expect(offer(snapshot, source.appHash, to: target) == .accept)
                var isStopped = false
                for (index, chunk) in chunks.enumerated() where !isStopped {
                    isStopped = apply(chunk, index, to: target)?.result != .accept
                }
                #expect(isStopped)
                let again = try emptySession(disk.copy())
                let isDone = fault == chunks.count + 1 && kind == .afterCommit(fault)
                #expect(height(again) == (isDone ? 5 : 0))
                // Either way the engine may begin anew.
                #expect(offer(snapshot, source.appHash, to: again) == .accept)
                for (index, chunk) in chunks.enumerated() {
                    #expect(apply(chunk, index, to: again)?.result == .accept)
                }
                #expect(height(again) == 5)
            }
        }
    }

    @Test func whatIsNotThereIsAnEmptyChunk() throws {
        let source = try Source(interval: 2)
        try source.makeBlock()
        try source.makeBlock(due: true)
        var snapshot = try #require(source.snapshots.first)
        let path = "\(source.archive.path)/2-1/0"
        #expect(!source.chunks(of: snapshot)[0].isEmpty)
        try Bytes([1, 2, 3]).write(to: path)
        #expect(source.chunks(of: snapshot)[0].isEmpty)
        snapshot.height = 77
        #expect(source.chunks(of: snapshot).joined().isEmpty)
        // Another start finds what is there, and nothing that was left half made.
        try Bytes([9]).write(to: source.archive.path + "/nonsense")
        let again = try SnapshotArchive(path: source.archive.path)
        #expect(again.snapshots.map(\.height) == [2])
    }
}
