// Transfers a second behind a consensus engine's socket: an engine double sends what CometBFT
// sends, CheckTx for each transaction on one connection and blocks on another. First one after the
// other, for the cost of each; then as an engine does it, which checks the transactions of the next
// block while this one is made, and checks again what a block left. The double does none of an
// engine's own work, so this is what the application leaves room for.

import ABCI
import App
import Base
import Cryptography
import EngineDouble
import Foundation
import Ledger
import Store
import Synchronization
import Wire

func benchmarkSocket() throws {
    let accountCount = 10_000
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("aivm-bench-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let state = try LargeState(accountCount: accountCount, signerCount: accountCount)
    let store = try RocksStore(path: folder + "/chain")
    defer { store.close() }
    try state.write(into: store)
    let session = try ApplicationSession(
        try AIVMApplication(
            reading: store, options: rememberingOptions),
        store: store)
    guard let address = SocketAddress("unix://" + folder + "/socket") else {
        throw BenchmarkFailure("no address")
    }
    let server = try ABCIServer(session, at: address)
    defer { server.close() }
    var (mempool, consensus) = (
        try EngineConnection(to: address), try EngineConnection(to: address)
    )

    var senders = state.signers
    let count = 5000
    var round = 0
    func nextTransactions() -> [Bytes] {
        defer { round += 1 }
        let places = round % 2 * count..<(round % 2 + 1) * count
        var own = Array(senders[places])
        let transactions = Transfers(&own, state, first: round * count).transactions
        senders.replaceSubrange(places, with: own)
        return transactions
    }
    var steps = Steps()
    for round in 0..<6 {
        let transactions = nextTransactions()
        let check = try Cost.of {
            try ask(&mempool, transactions, again: false)
        }
        let block = try Cost.of {
            try makeBlock(&consensus, Int64(round) + 2, transactions)
        }
        // What is left in a mempool after a block is checked again.
        let recheck = try Cost.of { try ask(&mempool, transactions, again: true) }
        steps.add("CheckTx", check)
        steps.add("proposal and block", block)
        steps.add("both", check + block)
        steps.add("recheck", recheck)
    }
    let both = steps.least("both")
    print(
        "\nbehind a socket, \(count) transfers a block: "
            + "\(Int(Double(count) / both.clock)) a second on the clock, "
            + "\(Int(Double(count) / both.processor)) a second of processor time (both ends); "
            + "recheck of \(count): \(text(steps.least("recheck").clock * 1e3)) ms"
    )
    for name in ["CheckTx", "proposal and block"] {
        let cost = steps.least(name)
        print(
            "  \(name): \(text(cost.clock / Double(count) * 1e6)) µs each on the clock, "
                + "\(text(cost.processor / Double(count) * 1e6)) of processor time")
    }
    let pipelined = try pipeline(
        (0..<8).map { _ in nextTransactions() }, from: 8, at: address)
    print(
        "  as an engine does it, checks beside blocks: "
            + "\(Int(Double(count) / pipelined.clock)) a second on the clock, "
            + "\(text(pipelined.processor / Double(count) * 1e6)) µs of processor time each")
    reportCometBFT()
}

/// Makes a block of each of `batches`, and checks the next batch meanwhile. Returns the least cost
/// of a block.
private func pipeline(
    _ batches: [[Bytes]], from height: Int64, at address: SocketAddress
) throws -> Cost {
    let mempool = Mutex(try EngineConnection(to: address))
    let consensus = Mutex(try EngineConnection(to: address))
    let failure = Mutex<(any Error)?>(nil)
    var least = Cost(processor: .infinity, clock: .infinity)
    try mempool.withLock { try ask(&$0, batches[0], again: false) }
    for (index, batch) in batches.enumerated().dropLast() {
        let next = batches[index + 1]
        let cost = try Cost.of {
            DispatchQueue.concurrentPerform(iterations: 2) { part in
                do {
                    if part == 0 {
                        try mempool.withLock { try ask(&$0, next, again: false) }
                    } else {
                        try consensus.withLock { try makeBlock(&$0, height + Int64(index), batch) }
                    }
                } catch { failure.withLock { $0 = error } }
            }
            if let error = failure.withLock({ $0 }) { throw error }
            try mempool.withLock { try ask(&$0, next, again: true) }
        }
        least = Cost(
            processor: min(least.processor, cost.processor), clock: min(least.clock, cost.clock))
    }
    return least
}

/// Checks transactions, as many under way as an engine has.
private func ask(
    _ connection: inout EngineConnection, _ transactions: [Bytes], again: Bool
) throws {
    for start in stride(from: 0, to: transactions.count, by: 250) {
        let part = transactions[start..<min(start + 250, transactions.count)]
        let answers = try connection.ask(
            part.map { transaction in
                var request = ABCIRequest()
                request.checkTransaction = CheckTransactionRequest()
                request.checkTransaction?.transaction = transaction
                request.checkTransaction?.kind = again ? .recheck : .new
                return request
            })
        guard !again else { continue }
        for answer in answers where answer.checkTransaction?.code != 0 {
            throw BenchmarkFailure(answer.checkTransaction?.log ?? "no answer")
        }
    }
}

private func makeBlock(
    _ connection: inout EngineConnection, _ height: Int64, _ transactions: [Bytes]
) throws {
    let time = Timestamp(seconds: TestNetwork.time.seconds + height)
    var prepare = PrepareProposalRequest()
    (prepare.height, prepare.time) = (height, time)
    (prepare.maximumBytes, prepare.transactions) = (1 << 24, transactions)
    let prepared = try connection.ask { $0.prepareProposal = prepare }
    guard let chosen = prepared.prepareProposal?.transactions, chosen.count == transactions.count
    else { throw BenchmarkFailure("a proposal without all transactions") }
    var process = ProcessProposalRequest()
    (process.height, process.time, process.transactions) = (height, time, chosen)
    guard try connection.ask({ $0.processProposal = process }).processProposal?.status == .accept
    else { throw BenchmarkFailure("a proposal is refused") }
    var finalize = FinalizeBlockRequest()
    (finalize.height, finalize.time, finalize.transactions) = (height, time, chosen)
    finalize.hash = SHA256.hash([UInt8(truncatingIfNeeded: height)]).bytes
    let finalized = try connection.ask { $0.finalizeBlock = finalize }
    for result in finalized.finalizeBlock?.results ?? [] where result.code != 0 {
        throw BenchmarkFailure(result.log)
    }
    guard try connection.ask({ $0.commit = CommitRequest() }).commit != nil else {
        throw BenchmarkFailure("no commit")
    }
}

/// Says that nothing was measured behind a real engine, and why.
private func reportCometBFT() {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let isThere = folders.contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/cometbft")
    }
    print(
        isThere
            ? "skipped: a cometbft is on the path, but this benchmark does not drive it yet"
            : "skipped: no cometbft on the path, so nothing was measured behind a real engine")
}
