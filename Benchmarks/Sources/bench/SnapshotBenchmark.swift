// A snapshot of a state of a gigabyte, made while blocks go on, and a node that starts from it.
// What counts is how long blocks take meanwhile, and that the app hashes are the same, then and
// later.

import ABCI
import App
import Base
import Cryptography
import Foundation
import Ledger
import Store
import Wire

func benchmarkSnapshot() throws {
    let accountCount =
        Int(ProcessInfo.processInfo.environment["AIVM_BENCH_ACCOUNTS"] ?? "") ?? 7_500_000
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("aivm-bench-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let state = try LargeState(accountCount: accountCount, signerCount: 2_000)
    let store = try RocksStore(path: folder + "/chain")
    defer { store.close() }
    try state.write(into: store)
    let archive = try SnapshotArchive(path: folder + "/snapshots")
    var source = try SnapshotChain(state, store, archive)
    for _ in 0..<20 { try source.makeBlock() }
    let quiet = source.times
    source.times = []
    // The next block is the one whose state the snapshot holds.
    try source.makeBlock(snapshot: true)
    source.times = []
    let appHash = source.appHash
    let height = source.height
    let clock = ContinuousClock()
    let started = clock.now
    while archive.snapshots.isEmpty { try source.makeBlock() }
    let making = (clock.now - started).seconds
    guard let snapshot = archive.snapshots.first, snapshot.height == UInt64(height) else {
        throw BenchmarkFailure("no snapshot")
    }
    let byteCount = try SnapshotMetadata(decoding: snapshot.metadata).byteCount
    print(
        "\nsnapshot of \(accountCount) accounts: \(byteCount / 1_000_000) MB in "
            + "\(snapshot.chunks) chunks, made in \(text(making)) s beside "
            + "\(source.times.count) blocks of \(SnapshotChain.transferCount) transfers")
    printTable(
        "blocks, ms on the clock",
        [
            ["", "median", "95 %", "longest"], ["no snapshot under way"] + spread(quiet),
            ["beside the snapshot"] + spread(source.times),
        ])
    try restore(snapshot, archive, appHash, folder, source)
}

/// Starts a node from the snapshot and lets it follow the chain.
private func restore(
    _ snapshot: Snapshot, _ archive: SnapshotArchive, _ appHash: Bytes, _ folder: String,
    _ source: SnapshotChain
) throws {
    let store = try RocksStore(path: folder + "/restored")
    defer { store.close() }
    let session = try ApplicationSession(try AIVMApplication(reading: store), store: store)
    let clock = ContinuousClock()
    let started = clock.now
    var offer = ABCIRequest()
    offer.offerSnapshot = OfferSnapshotRequest()
    offer.offerSnapshot?.snapshot = snapshot
    offer.offerSnapshot?.appHash = appHash
    guard session.answer(offer).offerSnapshot?.result == .accept else {
        throw BenchmarkFailure("the offer is refused")
    }
    for index in 0..<snapshot.chunks {
        var request = ABCIRequest()
        request.applySnapshotChunk = ApplySnapshotChunkRequest()
        request.applySnapshotChunk?.index = index
        request.applySnapshotChunk?.chunk = archive.chunk(
            height: snapshot.height, format: snapshot.format, index: index)
        guard session.answer(request).applySnapshotChunk?.result == .accept else {
            throw BenchmarkFailure("chunk \(index) is refused")
        }
    }
    let seconds = (clock.now - started).seconds
    var info = ABCIRequest()
    info.info = InfoRequest()
    guard session.answer(info).info?.lastAppHash == appHash else {
        throw BenchmarkFailure("another app hash")
    }
    var followed = 0
    for (height, request) in source.blocks where height > Int64(snapshot.height) {
        let result = session.answer(request.request).finalizeBlock
        guard result?.appHash == request.appHash,
            session.answer(SnapshotChain.commitRequest).commit != nil
        else { throw BenchmarkFailure("another app hash after \(height)") }
        followed += 1
    }
    print(
        "  restored in \(text(seconds)) s: the same app hash, and the same after "
            + "\(followed) blocks more")
}

private func spread(_ times: [Double]) -> [String] {
    let sorted = times.sorted()
    guard let last = sorted.last else { return ["-", "-", "-"] }
    return [sorted[sorted.count / 2], sorted[sorted.count * 95 / 100], last].map { text($0 * 1e3) }
}

/// A large chain behind a session.
private struct SnapshotChain {
    static let transferCount = 100

    private(set) var height: Int64 = 1
    private(set) var appHash: Bytes = []
    /// Seconds of each block.
    var times: [Double] = []
    /// The blocks made, with the app hash after each.
    private(set) var blocks: [(Int64, (request: ABCIRequest, appHash: Bytes))] = []
    private let state: LargeState
    private var senders: [TestAccount]
    private let session: ApplicationSession
    private let interval: Int64 = 22

    init(_ state: LargeState, _ store: RocksStore, _ archive: SnapshotArchive) throws {
        self.state = state
        senders = state.signers
        session = try ApplicationSession(
            try AIVMApplication(reading: store), store: store,
            options: SessionOptions(snapshots: archive, snapshotInterval: interval))
    }

    static var commitRequest: ABCIRequest {
        var request = ABCIRequest()
        request.commit = CommitRequest()
        return request
    }

    mutating func makeBlock(snapshot: Bool = false) throws {
        height += 1
        guard (height == interval) == snapshot else {
            throw BenchmarkFailure("block \(height) is not where the snapshot is")
        }
        let places = Int(height) * SnapshotChain.transferCount % senders.count
        var own = Array(senders[places..<places + SnapshotChain.transferCount])
        let transactions = Transfers(&own, state, first: Int(height) * own.count).transactions
        senders.replaceSubrange(places..<places + own.count, with: own)
        var request = ABCIRequest()
        request.finalizeBlock = FinalizeBlockRequest()
        request.finalizeBlock?.height = height
        request.finalizeBlock?.time = Timestamp(seconds: TestNetwork.time.seconds + height)
        request.finalizeBlock?.transactions = transactions
        let clock = ContinuousClock()
        var result: FinalizeBlockResponse?
        let time = clock.measure {
            result = session.answer(request).finalizeBlock
            _ = session.answer(SnapshotChain.commitRequest)
        }
        guard let result, result.results.allSatisfy({ $0.code == 0 }) else {
            throw BenchmarkFailure("block \(height): a transfer failed")
        }
        appHash = result.appHash
        times.append(time.seconds)
        blocks.append((height, (request, result.appHash)))
    }
}
