// A network of validators set up on one machine runs under an engine; a running node is copied by a
// snapshot, and its chain goes on from its exported genesis.

import ABCI
import Base
import Blocks
import Client
import EngineDouble
import Foundation
import Ledger
import Node
import TestSupport
import Testing
import Wire

@Suite struct NetworksAreSetUpAndCopied {
    private func json(_ path: String) throws -> JSONValue {
        try JSONValue(parsing: Bytes(try Data(contentsOf: URL(fileURLWithPath: path))))
    }

    @Test func aNetworkOfFourAgreesFromItsGenesisOn() throws {
        let folder = try TemporaryDirectory()
        let port = 30_000 + Int(ProcessInfo.processInfo.processIdentifier % 2_000) * 10
        let made = try Program.run([
            "node", "testnet", "--validators", "4", "--output", folder.path("net"),
            "--first-port", String(port), "--json",
        ])
        try #require(made.status == 0, "\(made.errors)")
        let nodes = try #require(try JSONValue(parsing: made.output).elements)
        #expect(nodes.count == 4)
        var ports: Set<String> = []
        var engines: [(FakeEngine, ServedProcess)] = []
        for (index, node) in nodes.enumerated() {
            let home = try #require(node["home"]?.text)
            let genesis = try json(home + "/config/genesis.json")
            #expect(genesis == (try json(folder.path("net") + "/node0/config/genesis.json")))
            #expect(genesis["validators"]?.elements?.count == 4)
            let text = try String(contentsOfFile: home + "/config/config.toml", encoding: .utf8)
            for (other, peer) in nodes.enumerated() {
                let name = try #require(peer["node_id"]?.text)
                #expect(name.utf8.count == 40)
                #expect(
                    text.contains("\(name)@127.0.0.1:\(port + 10 * other + 6)") == (other != index))
            }
            for name in ["abci", "rpc"] {
                let address = try #require(node[name]?.text)
                #expect(ports.insert(address).inserted && text.contains("\"\(address)\""))
            }
            let key = try json(home + "/config/node_key.json")["priv_key"]?["value"]?.text
            #expect(Bytes(base64: key ?? "")?.count == 64)
            let state = try json(home + "/data/priv_validator_state.json")
            #expect(state["height"]?.text == "0" && state["step"]?.integer(as: Int.self) == 0)
            var engine = FakeEngine(genesis: try InitializeChainRequest(genesis: genesis))
            let process = try ServedProcess(home: home)
            try engine.connect(to: process.address)
            engines.append((engine, process))
        }
        for _ in 0..<3 {
            for index in engines.indices { try engines[index].0.makeBlock([[1, 2, 3]]) }
            let hashes = engines.map { $0.0.blocks.last?.appHash }
            #expect(hashes.allSatisfy { $0 != nil && $0 == hashes[0] })
        }
        for (_, process) in engines { #expect(process.stop() == 0) }
        // One command makes all of it, once.
        let again = try Program.run([
            "node", "testnet", "--output", folder.path("net"), "--first-port", String(port),
        ])
        #expect(again.status != 0)
    }

    @Test func aRunningNodeIsCopiedAndGoesOn() throws {
        let folder = try TemporaryDirectory()
        let test = try TestHome(in: folder.path("home"), seed: 31)
        let node = try NodeProcess(home: test.home.path)
        _ = try node.settle()
        let made = try Program.run([
            "node", "snapshot", "create", "--home", test.home.path, "--json",
        ])
        try #require(made.status == 0, "\(made.errors)")
        let snapshot = try JSONValue(parsing: made.output)
        let height = try #require(snapshot["height"]?.text.flatMap { Int64($0) })
        let appHash = try #require(snapshot["app_hash"]?.text)
        let listed = try Program.run([
            "node", "snapshot", "list", "--home", test.home.path, "--json",
        ])
        #expect(try JSONValue(parsing: listed.output).elements == [snapshot])
        let exported = try Program.run(["node", "export", "--home", test.home.path])
        #expect(exported.status == 0, "\(exported.errors)")
        #expect(node.stop() == 0)

        // Another home of the same validator.
        let copy = folder.path("copy")
        let files = FileManager.default
        try files.createDirectory(atPath: copy, withIntermediateDirectories: true)
        try files.copyItem(atPath: test.home.path + "/config", toPath: copy + "/config")
        func restore(_ more: String...) throws -> (status: Int32, output: String, errors: String) {
            try Program.run(
                [
                    "node", "snapshot", "restore", "--home", copy, "--from",
                    test.home.path + "/data/embedded-snapshots", "--json",
                ] + more)
        }
        let wrong = try restore("--app-hash", String(repeating: "0", count: 64))
        #expect(wrong.status != 0)
        let right = try restore("--app-hash", appHash)
        try #require(right.status == 0, "\(right.errors)")
        #expect(try restore().status != 0, "a home that has blocks is not overwritten")
        let second = try NodeProcess(home: copy)
        let status = try second.settle()
        #expect(status.latestHeight >= height)
        #expect(try second.client.block(height).header.height == height)
        #expect(throws: NodeError.self) { try second.client.block(height - 1) }
        #expect(second.stop() == 0)

        // A chain that begins where the other was.
        let genesis = try JSONValue(parsing: exported.output)
        let next = folder.path("next")
        try files.createDirectory(atPath: next, withIntermediateDirectories: true)
        try files.copyItem(atPath: test.home.path + "/config", toPath: next + "/config")
        try Data(exported.output.utf8).write(
            to: URL(fileURLWithPath: next + "/config/genesis.json"))
        let third = try NodeProcess(home: next)
        let began = try third.settle()
        let initial = try #require(genesis["initial_height"]?.text.flatMap { Int64($0) })
        #expect(began.latestHeight >= initial)
        #expect(try third.client.block(initial).header.height == initial)
        #expect(third.stop() == 0)
    }
}
