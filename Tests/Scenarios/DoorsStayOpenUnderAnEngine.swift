// A node whose engine runs outside still answers clients over gRPC and REST: what the application
// alone can say. What needs blocks is the engine's, and is "not implemented" here.

import ABCI
import Base
import EngineDouble
import Foundation
import TestSupport
import Testing
import Wire

@Suite struct DoorsStayOpenUnderAnEngine {
    @Test func clientsAskAServedNode() throws {
        let folder = try TemporaryDirectory()
        let home = folder.path("home")
        let setUp = try Program.run(["node", "init", "--home", home, "--chain-id", "aivm-9"])
        #expect(setUp.status == 0, "\(setUp.errors)")
        let genesis = try JSONValue(
            parsing: Bytes(
                try Data(contentsOf: URL(fileURLWithPath: home + "/config/genesis.json"))))
        let node = try ServedProcess(
            home: home, socket: folder.path("abci.sock"),
            arguments: ["--grpc", "127.0.0.1:0", "--rest", "127.0.0.1:0"])
        let port = try #require(node.start["rest_port"]?.integer(as: UInt16.self))
        #expect(node.start["grpc_port"]?.integer(as: UInt16.self) ?? 0 > 0)
        // Before the first block there is no state to ask.
        #expect(try get(port, "/cosmos/bank/v1beta1/supply").status == 400)

        var engine = FakeEngine(genesis: try InitializeChainRequest(genesis: genesis))
        try engine.connect(to: node.address)
        for _ in 0..<3 { try engine.makeBlock([]) }
        let supply = try get(port, "/cosmos/bank/v1beta1/supply/by_denom?denom=ucgpt")
        #expect(supply.status == 200)
        #expect(supply.json["amount"]?["denom"] == "ucgpt")
        let status = try get(port, "/cosmos/base/node/v1beta1/status").json
        #expect(status["height"] == "3")
        let node1 = try get(port, "/cosmos/base/tendermint/v1beta1/node_info").json
        #expect(node1["default_node_info"]?["network"] == "aivm-9")
        let old = try get(port, "/cosmos/bank/v1beta1/supply", ["x-cosmos-block-height: 2"])
        #expect(old.status == 200)
        #expect(old.head.lowercased().contains("x-cosmos-block-height: 2"))
        #expect(try get(port, "/cosmos/base/tendermint/v1beta1/blocks/latest").status == 501)
        #expect(node.stop() == 0)
    }

    @Test func doorsCanBeLeftOut() throws {
        let folder = try TemporaryDirectory()
        let home = folder.path("home")
        #expect(try Program.run(["node", "init", "--home", home]).status == 0)
        let node = try NodeProcess(
            home: home, arguments: ["--port", "0", "--grpc", "off", "--rest", "off"])
        #expect(node.start["grpc_port"] == .number("0"))
        #expect(node.start["rest_port"] == .number("0"))
        #expect(node.stop() == 0)
        let wrong = try Program.run(["node", "start", "--home", home, "--grpc", "nowhere"])
        #expect(wrong.status == 64)
        #expect(wrong.errors.contains("--grpc"))
    }

    private func get(
        _ port: UInt16, _ path: String, _ headers: [String] = []
    ) throws -> (status: Int, head: String, json: JSONValue) {
        let client = try WebSocketClient(port: port, opens: false)
        let lines = ["GET \(path) HTTP/1.1", "Host: x", "Connection: close"] + headers
        _ = try client.write(Bytes((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
        let text = String(decoding: try client.readToEnd(), as: UTF8.self)
        let end = try #require(text.firstRange(of: "\r\n\r\n"))
        let status = try #require(Int(text.dropFirst(9).prefix(3)))
        return (
            status, String(text[..<end.lowerBound]),
            try JSONValue(parsing: Bytes(text[end.upperBound...].utf8))
        )
    }
}
