// Balances a second over REST and gRPC, for one core of the server: its processor time is that of
// the process less that of the threads that ask. Blocks are made meanwhile.

import BankModule
import Base
import Cryptography
import Foundation
import Ledger
import Node
import Synchronization
import Wire

/// Asks on `threads` threads; what the server needed of the clock and of the processor.
private func load(_ threads: Int, _ ask: @escaping @Sendable () throws -> Void) throws -> Cost {
    let own = Mutex(0.0)
    let failure = Mutex<(any Error)?>(nil)
    var cost = Cost.of {
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            do {
                let spent = try threadTime(of: ask)
                own.withLock { $0 += spent }
            } catch { failure.withLock { $0 = error } }
        }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    cost.processor -= own.withLock { $0 }
    return cost
}

private func threadTime(of body: () throws -> Void) rethrows -> Double {
    func now() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
    let start = now()
    try body()
    return now() - start
}

func benchmarkQueries() throws {
    let network = try TestNetwork(accountCount: 1000)
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("aivm-bench-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let home = NodeHome(path: folder)
    var configuration = NodeConfiguration()
    configuration.port = 0
    configuration.emptyBlockSeconds = 1
    try home.create(
        genesis: network.genesis, validatorKey: network.validator, configuration: configuration)
    let node = try RunningNode(home: home)
    defer { node.stop() }
    while try node.client.status().latestHeight < 1 { Thread.sleep(forTimeInterval: 0.1) }

    let address = network.accounts[7].address.bech32()
    var request = BalanceRequest()
    (request.address, request.denom) = (address, "ucgpt")
    let message = request.encoded()
    let path = "/cosmos.bank.v1beta1.Query/Balance"
    let (grpcPort, restPort) = (node.grpcPort, node.restPort)
    let wanted = "1000000000000"
    let body = try askOverGRPC(
        port: grpcPort, path: path, message: message, count: 1, inFlight: 1)
    guard try BalanceResponse(decoding: body).balance?.amount.description == wanted else {
        throw BenchmarkFailure("not the balance")
    }
    let url = "/cosmos/bank/v1beta1/balances/\(address)/by_denom?denom=ucgpt"
    let text = String(decoding: try askOverHTTP(port: restPort, path: url, count: 1), as: UTF8.self)
    guard text.contains(wanted) else { throw BenchmarkFailure("not the balance: \(text)") }

    var rows = [["door", "asked", "a second of the clock", "a second of one core"]]
    func row(_ name: String, _ how: String, _ count: Int, _ cost: Cost) {
        rows.append([
            name, how, String(Int(Double(count) / cost.clock)),
            String(Int(Double(count) / cost.processor)),
        ])
    }
    let count = 10_000
    for connections in [1, 8] {
        let cost = try load(connections) {
            _ = try askOverHTTP(port: restPort, path: url, count: count)
        }
        row("REST", "\(connections) connections", connections * count, cost)
    }
    for (connections, inFlight) in [(1, 1), (1, 32), (4, 32)] {
        let cost = try load(connections) {
            _ = try askOverGRPC(
                port: grpcPort, path: path, message: message, count: count, inFlight: inFlight)
        }
        row("gRPC", "\(connections) × \(inFlight) calls", connections * count, cost)
    }
    printTable("Queries of a balance, while blocks are made", rows)
}
