import Base
import Client
import Cryptography
import Foundation
import Ledger
import TestSupport
import Testing
import Wire

@testable import Node

/// The doors of a node that runs, asked over real sockets.
@Suite struct NodeDoorsTests {
    private func get(_ port: UInt16, _ path: String) throws -> (head: String, body: Bytes) {
        let client = try WebSocketClient(port: port, opens: false)
        try client.write(
            Bytes("GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".utf8))
        try client.readHead()
        return (client.head, try client.readToEnd())
    }

    @Test func answerOperatorsAndDescribeThemselves() throws {
        let folder = try TemporaryDirectory()
        let home = NodeHome(path: folder.path("home"))
        let key = try #require(Ed25519.PrivateKey(seed: Bytes(repeating: 7, count: 32)))
        var configuration = NodeConfiguration()
        configuration.port = 0
        let genesis = Genesis.singleValidator(
            chainID: "aivm-1", key: key.publicKey, time: Timestamp(seconds: 1_790_000_000),
            balances: [(Address.module("someone"), Coin(Amount(5), "ucgpt"))])
        try home.create(genesis: genesis, validatorKey: key, configuration: configuration)
        let node = try RunningNode(home: home)
        defer { node.stop() }
        try node.client.waitForHeight(1)

        #expect(node.metricsPort != 0)
        #expect(try get(node.metricsPort, "/livez").head.hasPrefix("HTTP/1.1 200"))
        #expect(try get(node.metricsPort, "/readyz").head.hasPrefix("HTTP/1.1 200"))
        let page = String(decoding: try get(node.metricsPort, "/metrics").body, as: UTF8.self)
        #expect(page.contains("cometbft_consensus_height{chain_id=\"aivm-1\"}"))
        #expect(page.contains("aivm_up 1.0"))
        #expect(try get(node.metricsPort, "/").head.hasPrefix("HTTP/1.1 404"))
        // The RPC door does not tell what the other does.
        #expect(try get(node.port, "/metrics").head.hasPrefix("HTTP/1.1 404"))

        let description = try JSONValue(parsing: try get(node.port, "/openapi.json").body)
        #expect(description["openapi"] == "3.0.3")
        let parameters = try JSONValue(parsing: try get(node.port, "/consensus_params").body)
        let sets = parameters["result"]?["consensus_params"]
        #expect(sets?["block"]?["max_bytes"]?.integer(as: Int64.self) ?? 0 > 0)
        #expect(sets?["evidence"]?["max_age_duration"]?.text?.hasSuffix("000000000") == true)
        #expect(sets?["abci"]?["vote_extensions_enable_height"] == "0")
    }
}
