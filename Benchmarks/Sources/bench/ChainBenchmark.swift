// Transactions per second, beside bare signature verification of the same digests in the same run:
// what a transaction costs beyond the signature that it cannot do without. Block by block the three
// take turns, each over the same 1,000 transfers, and each keeps its least time:
//
//     verification   one secp256k1 verification per transaction, nothing else
//     application    check, finalize and commit, in memory
//     node           submit (check, mempool, journal) and block (execute, index, sign), on disk,
//                    both synced

import App
import BankModule
import Base
import Client
import Consensus
import Cryptography
import Foundation
import Ledger
import Node
import Store
import Wire

/// A block's worth of signed transfers, and what verifies them.
private struct Workload {
    var transactions: [Bytes] = []
    var signatures: [(key: Secp256k1.PublicKey, signature: Bytes, digest: Hash256)] = []

    init(_ count: Int, _ network: inout TestNetwork) {
        let accountCount = network.accounts.count
        for index in 0..<count {
            let sender = index % accountCount
            let recipient = network.accounts[(sender + 1) % accountCount].address
            let message = MsgSend(
                from: network.accounts[sender].address.description,
                to: recipient.description, [Coin(Amount(100), "ucgpt")])
            let signed = network.accounts[sender].sign(message, gasLimit: 100_000)
            transactions.append(signed.transaction.encoded())
            signatures.append(
                (
                    network.accounts[sender].publicKey, signed.transaction.signatures[0],
                    signed.digest
                ))
        }
    }

    func verify() throws {
        for entry in signatures {
            guard entry.key.isValid(signature: entry.signature, for: entry.digest) else {
                throw BenchmarkFailure("a signature is wrong")
            }
        }
    }
}

/// A node's options, as far as they matter here.
let rememberingOptions = ApplicationOptions(memory: BoundedMemory(byteCount: 64 << 20))

/// The application alone, over memory.
private struct BareApplication {
    let store = MemoryStore()
    var application: AIVMApplication
    var height: Int64 = 0

    init(_ network: TestNetwork) throws {
        application = try AIVMApplication(
            reading: store, options: rememberingOptions)
        _ = try application.initializeChain(network.initialization)
        try finalize([])
        try commit()
    }

    mutating func check(_ transactions: [Bytes]) throws {
        for transaction in transactions {
            let result = try application.checkTransaction(transaction, recheck: false)
            guard result.code == 0 else { throw BenchmarkFailure(result.log) }
        }
    }

    mutating func finalize(_ transactions: [Bytes]) throws {
        height += 1
        let block = BlockInfo(
            chainID: TestNetwork.chainID, height: height,
            time: Timestamp(seconds: TestNetwork.time.seconds + height))
        let result = try application.finalizeBlock(transactions, block: block)
        if let refused = result.results.first(where: { $0.code != 0 }) {
            throw BenchmarkFailure(refused.log)
        }
    }

    mutating func commit() throws {
        try store.commit(try application.commitWrites())
        application.didCommit()
    }
}

/// Transfers between few accounts, whose state stays small, and between as many accounts as a
/// block has transfers, so that every transfer changes state of its own.
func benchmarkChain() throws {
    for accountCount in [8, 1000] { try benchmarkTransfers(accountCount) }
}

private func benchmarkTransfers(_ accountCount: Int) throws {
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("aivm-bench-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let sync = try syncSeconds(in: folder + "/sync")
    let store = try RocksStore(path: folder + "/chain")
    defer { store.close() }
    var network = try TestNetwork(accountCount: accountCount)
    let engine = try EmbeddedEngine(
        application: try AIVMApplication(
            reading: store, options: rememberingOptions),
        store: store, key: network.validator,
        genesis: network.engineGenesis)
    try engine.settle()
    try network.readAccountNumbers(LocalNodeClient(engine: engine, moniker: "bench"))
    var bare = try BareApplication(network)

    let count = 1000
    var byteCount = 0
    var least: [String: Double] = [:]
    func time(_ name: String, _ body: () throws -> Void) rethrows -> Double {
        let seconds = try ContinuousClock().measure(body).seconds / Double(count)
        least[name] = min(least[name] ?? .infinity, seconds)
        return seconds
    }
    func keepSum(_ name: String, _ parts: Double...) {
        least[name] = min(least[name] ?? .infinity, parts.reduce(0, +))
    }
    for _ in 0..<7 {
        let work = Workload(count, &network)
        byteCount = work.transactions.reduce(0) { $0 + $1.count } / count
        _ = try time("verification") { try work.verify() }

        let check = try time("application: check") { try bare.check(work.transactions) }
        let finalize = try time("application: finalize") { try bare.finalize(work.transactions) }
        let commit = try time("application: commit") { try bare.commit() }
        keepSum("application", check, finalize, commit)

        let submit = try time("node: submit") { try engine.take(work.transactions) }
        var height: Int64?
        let block = try time("node: block") { height = try engine.produceBlock() }
        try engine.checkBlock(height, holds: count)
        keepSum("node", submit, block)
    }
    engine.stop()

    let verification = least["verification"] ?? .nan
    var rows = [["step", "µs each", "per second", "x verification"]]
    for name in [
        "verification", "application: check", "application: finalize", "application: commit",
        "application", "node: submit", "node: block", "node",
    ] {
        let seconds = least[name] ?? .nan
        rows.append([
            name, text(seconds * 1e6), text(1 / seconds), text(seconds / verification),
        ])
    }
    printTable(
        "Transfers of \(byteCount) bytes between \(accountCount) accounts, \(count) a block, "
            + "one thread; a synced write alone: least \(text(sync.least * 1e3)) ms, "
            + "median \(text(sync.median * 1e3)) ms", rows)
}

/// Seconds of one small synced write by a database of its own. Disks are bimodal, with a factor of
/// 30 between a write that the device's cache takes and one that it does not, so the least says
/// little without the median.
private func syncSeconds(in folder: String) throws -> (least: Double, median: Double) {
    let store = try RocksStore(path: folder)
    defer { store.close() }
    let clock = ContinuousClock()
    let times = try (0..<200).map { _ in
        try clock.measure {
            try store.commit([KeyValueWrite(.state, [1], Bytes(repeating: 2, count: 100))])
        }.seconds
    }.sorted()
    return (times[0], times[times.count / 2])
}

extension EmbeddedEngine {
    /// Submits transactions that must all be taken.
    fileprivate func take(_ transactions: [Bytes]) throws {
        for outcome in try submit(transactions) {
            let result = try outcome.get()
            guard result.code == 0 else { throw BenchmarkFailure(result.log) }
        }
    }

    /// Throws unless the block at `height` holds `count` transactions that all succeeded.
    fileprivate func checkBlock(_ height: Int64?, holds count: Int) throws {
        let results = try results(at: height).transactionResults
        guard height != nil, results.count == count, results.allSatisfy({ $0.code == 0 }) else {
            throw BenchmarkFailure("a block without \(count) good transactions")
        }
    }
}
