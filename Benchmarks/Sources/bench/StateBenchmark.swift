// What a transfer costs at 10 thousand and at 10 million accounts, and what a commit costs there,
// beside bare signature verification of the same digests in the same run. Of 10 million accounts no
// sender has sent before, and hardly a recipient has received.
//
// Seconds are those of the whole process, on every thread, the database's own threads included, so
// that a machine with other work to do measures the same; wall-clock times stand beside them.

import App
import BankModule
import Base
import Cryptography
import Foundation
import Glibc
import Ledger
import Merkle
import Store
import Wire

/// Seconds of processor time and on the clock.
struct Cost {
    var processor: Double
    var clock: Double

    static func + (left: Cost, right: Cost) -> Cost {
        Cost(processor: left.processor + right.processor, clock: left.clock + right.clock)
    }

    /// What `body` costs.
    static func of(_ body: () throws -> Void) rethrows -> Cost {
        let (processor, clock) = (seconds(CLOCK_PROCESS_CPUTIME_ID), seconds(CLOCK_MONOTONIC))
        try body()
        return Cost(
            processor: seconds(CLOCK_PROCESS_CPUTIME_ID) - processor,
            clock: seconds(CLOCK_MONOTONIC) - clock)
    }

    private static func seconds(_ id: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(id, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// Signed transfers and what verifies them.
struct Transfers {
    var transactions: [Bytes] = []
    private var signatures: [(key: Secp256k1.PublicKey, signature: Bytes, digest: Hash256)] = []

    /// One transfer of each of `senders`, to accounts from number `first` on.
    init(_ senders: inout [TestAccount], _ state: LargeState, first: Int) {
        for index in senders.indices {
            let message = MsgSend(
                from: senders[index].address.description,
                to: state.recipient(first + index).description, [Coin(Amount(100), "ucgpt")])
            let signed = senders[index].sign(message, gasLimit: 100_000)
            transactions.append(signed.transaction.encoded())
            signatures.append(
                (senders[index].publicKey, signed.transaction.signatures[0], signed.digest))
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

/// Both sizes, then the ratio.
func benchmarkState() throws {
    let sizes = (ProcessInfo.processInfo.environment["ACCOUNTS"] ?? "10000,10000000")
        .split(separator: ",").compactMap { Int($0) }
    var totals: [Double] = []
    for size in sizes { totals.append(try benchmarkState(size)) }
    if totals.count == 2 {
        print("\ngrowth of the cost of a transfer: \(text(totals[1] / totals[0])) times")
    }
}

/// Puts the database into the new folder `folder`: made now, or a copy of one that an earlier run
/// left in the folder that `STATES` names.
private func prepare(_ state: LargeState, at folder: String) throws {
    let kept = ProcessInfo.processInfo.environment["STATES"].map { "\($0)/\(state.accountCount)" }
    let made = kept ?? folder
    if !FileManager.default.fileExists(atPath: made) {
        let store = try RocksStore(path: made)
        let making = try Cost.of { try state.write(into: store) }
        print("\nstate of \(state.accountCount) accounts written in \(text(making.clock)) s")
        store.close()
    }
    if let kept {
        let store = try RocksStore(path: kept)
        try store.checkpoint(to: folder)
        store.close()
    }
}

/// Reads every file once, so that reads measure the database and not the disk; returns their bytes.
private func readFiles(of folder: String) throws -> Int {
    var size = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        guard let file = FileHandle(forReadingAtPath: folder + "/" + name) else { continue }
        while let part = try file.read(upToCount: 1 << 22), !part.isEmpty { size += part.count }
        try file.close()
    }
    return size
}

/// Returns processor seconds of a transfer.
private func benchmarkState(_ accountCount: Int) throws -> Double {
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("aivm-bench-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // The pages that many accounts share are soon in memory; those of one account never are.
    let rounds = accountCount > 1_000_000 ? 20 : 5
    let count = min(2000, accountCount / rounds)
    let state = try LargeState(accountCount: accountCount, signerCount: rounds * count)
    let cacheMegabytes =
        Int(ProcessInfo.processInfo.environment["CACHE_MB"] ?? "") ?? 1024
    try prepare(state, at: folder)
    let store = try RocksStore(path: folder, cacheByteCount: cacheMegabytes << 20)
    defer { store.close() }
    let size = try readFiles(of: folder)
    print(
        "\n\(accountCount) accounts in \(text(Double(size) / 1e9)) GB of files, which the system "
            + "holds in memory if it can; cache \(cacheMegabytes) MB")

    var application = try AIVMApplication(
        reading: store, options: rememberingOptions)
    // In an order of their own, since signers are sorted by address.
    var senders = state.signers.indices.map { state.signers[$0 * 7919 % state.signers.count] }
    var steps = Steps()
    // Few accounts soon have all sent before; of many, none has.
    let laps = accountCount > 20_000 ? 1 : 3
    for round in 0..<rounds * laps {
        let places = round % rounds * count..<(round % rounds + 1) * count
        var own = Array(senders[places])
        defer { senders.replaceSubrange(places, with: own) }
        let work = Transfers(&own, state, first: round * count)
        steps.add("verification", try Cost.of { try work.verify() })
        let check = try Cost.of {
            for transaction in work.transactions {
                let result = try application.checkTransaction(transaction, recheck: false)
                guard result.code == 0 else { throw BenchmarkFailure(result.log) }
            }
        }
        let recheck = try Cost.of {
            for transaction in work.transactions {
                _ = try application.checkTransaction(transaction, recheck: true)
            }
        }
        let block = BlockInfo(
            chainID: LargeState.chainID, height: Int64(round + 2),
            time: Timestamp(seconds: TestNetwork.time.seconds + Int64(round) + 2))
        let finalize = try Cost.of {
            let result = try application.finalizeBlock(work.transactions, block: block)
            if let refused = result.results.first(where: { $0.code != 0 }) {
                throw BenchmarkFailure(refused.log)
            }
        }
        let commit = try Cost.of {
            try store.commit(try application.commitWrites())
            application.didCommit()
        }
        steps.add("check", check)
        steps.add("recheck (not in the sum)", recheck)
        steps.add("finalize", finalize)
        steps.add("commit", commit)
        steps.add("check + finalize + commit", check + finalize + commit)
    }
    steps.print("Transfers between \(accountCount) accounts, \(count) a block", count: count)
    try benchmarkCommit(store, state, rounds: rounds)
    return steps.least("check + finalize + commit").processor / Double(count)
}

/// The least cost of each step.
struct Steps {
    private var names: [String] = []
    private var costs: [String: Cost] = [:]

    mutating func add(_ name: String, _ cost: Cost) {
        guard let old = costs[name] else {
            names.append(name)
            costs[name] = cost
            return
        }
        costs[name] = Cost(
            processor: min(old.processor, cost.processor), clock: min(old.clock, cost.clock))
    }

    func least(_ name: String) -> Cost {
        costs[name] ?? Cost(processor: .nan, clock: .nan)
    }

    func print(_ title: String, count: Int) {
        let base = least("verification")
        var rows = [["step", "µs each", "on the clock", "of the verification rate"]]
        for name in names {
            let cost = least(name)
            rows.append([
                name, text(cost.processor / Double(count) * 1e6),
                text(cost.clock / Double(count) * 1e6),
                "\(Int((base.processor / cost.processor * 100).rounded())) %",
            ])
        }
        printTable(title, rows)
    }
}

/// 10,000 changed balances in the tree and the database.
private func benchmarkCommit(
    _ store: RocksStore, _ state: LargeState, rounds: Int
) throws {
    guard state.accountCount >= 20_000 else { return }
    var version = Int64(rounds) + 1
    var least = Cost(processor: .infinity, clock: .infinity)
    for round in 0..<5 {
        var tree = try IAVLTree(name: "bank", reading: store, version: version)
        let numbers = Set(
            (0..<10_100).map { state.silentNumber(1_000_000 + round * 10_100 + $0) })
        let keys = numbers.sorted().prefix(10_000).map {
            [0x02, 20] + state.silentAddress($0).bytes + Bytes("ucgpt".utf8)
        }
        let value = StoredText("\(round + 5)").encoded()
        let cost = try Cost.of {
            var writes = keys.map { KeyValueWrite(.state, State.fullKey("bank", $0), value) }
            _ = try tree.saveVersion(applying: keys.map { ($0, value) }, into: &writes)
            try store.commit(writes)
        }
        version += 1
        least = Cost(
            processor: min(least.processor, cost.processor), clock: min(least.clock, cost.clock))
    }
    print(
        "commit of 10,000 changed keys in \(state.accountCount): "
            + "\(text(least.clock * 1e3)) ms on the clock, "
            + "\(text(least.processor * 1e3)) ms of processor time")
}
