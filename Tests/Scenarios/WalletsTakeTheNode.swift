// What a wallet does with a chain it does not know, against the real binary: the description it is
// offered, its probes, a transfer that it waits for over a WebSocket, and finding it again.

import AccountsModule
import BankModule
import Base
import Client
import Cryptography
import Foundation
import Ledger
import Node
import TestSupport
import Testing
import Wire

@Suite struct WalletsTakeTheNode {
    @Test func describesTheChainAsKeplrWantsIt() throws {
        let folder = try TemporaryDirectory()
        let shell = Shell(folder)
        try shell.expect(["node", "init", "--chain-id", "aivm-7"], 0)
        let text = try shell.expect(
            [
                "node", "chain-info", "--rpc", "https://rpc.example", "--rest",
                "https://api.example",
            ],
            0
        ).output
        let info = try JSONValue(parsing: text)
        #expect(info["chainId"] == "aivm-7")
        #expect(info["rpc"] == "https://rpc.example")
        #expect(info["rest"] == "https://api.example")
        #expect((info["chainName"]?.text ?? "").count <= 30)
        #expect(info["bip44"]?["coinType"] == .number("118"))
        for (name, value) in [
            "bech32PrefixAccAddr": "aivm", "bech32PrefixAccPub": "aivmpub",
            "bech32PrefixValAddr": "aivmvaloper", "bech32PrefixValPub": "aivmvaloperpub",
            "bech32PrefixConsAddr": "aivmvalcons", "bech32PrefixConsPub": "aivmvalconspub",
        ] {
            #expect(info["bech32Config"]?[name]?.text == value)
        }
        let fee = try #require(info["feeCurrencies"]?.elements?.first)
        #expect(fee["coinMinimalDenom"] == "ucgpt")
        #expect(info["stakeCurrency"]?["coinDecimals"] == .number("6"))
        #expect(info["currencies"]?.elements?.count == 1)
        func price(_ name: String) throws -> Double {
            guard case .number(let text)? = fee["gasPriceStep"]?[name] else { return .nan }
            return try #require(Double(text))
        }
        #expect(try price("low") <= price("average"))
        #expect(try price("average") <= price("high"))
        try shell.expect(["node", "chain-info", "--name", String(repeating: "x", count: 31)], 64)
    }

    @Test func aTransferIsToldAndFound() throws {
        let folder = try TemporaryDirectory()
        let test = try TestHome(in: folder.path + "/home", seed: 41)
        let node = try NodeProcess(home: test.home.path)
        defer { _ = node.stop() }
        // Accounts of the genesis are there with the first block.
        try node.client.waitForHeight(1)
        let port = try #require(
            node.client.address.split(separator: ":").last.flatMap { UInt16($0) })
        // The chain id is where wallets look for it, and pages of any origin may ask.
        let status = try get(port, "/status", ["Origin: https://wallet.example"])
        #expect(status.contains("\"network\":\"aivm-1\""))
        #expect(status.contains("Access-Control-Allow-Origin: *"))

        let recipient = Address.module("recipient of a wallet")
        let account = try test.account(on: node.client)
        let builder = TransactionBuilder(
            chainID: "aivm-1", accountNumber: account.accountNumber, sequence: account.sequence,
            fee: Fee([Coin(Amount(100), "ucgpt")], gasLimit: 200_000))
        let send = MsgSend(
            from: test.address.description, to: recipient.description,
            [Coin(Amount(12_345), "ucgpt")])
        let bytes = builder.sign([send], with: test.account).encoded()
        let hash = SHA256.hash(bytes).bytes.upperHex

        let socket = try WebSocketClient(port: port, headers: ["Origin: https://wallet.example"])
        #expect(socket.isOpen)
        try socket.send(
            #"{"jsonrpc":"2.0","method":"subscribe","params":["tm.event='Tx' AND tx.hash='"#
                + hash + #"'"],"id":1}"#)
        #expect(try JSONValue(parsing: socket.message())["result"] == .object([JSONMember]()))
        #expect(try node.client.broadcast(bytes).code == 0)
        let news = try JSONValue(parsing: socket.message())
        #expect(news["id"] == .number("1"))
        let told = news["result"]?["data"]?["value"]?["TxResult"]
        #expect(told?["tx"]?.text == bytes.base64)
        #expect(told?["result"]?["code"] == nil)

        // Found by hash, by recipient and amount, and by height; in a page, newest first.
        for query in [
            "tx.hash='\(hash)'",
            "transfer.recipient='\(recipient)' AND transfer.amount='12345ucgpt'",
            "transfer.recipient='\(recipient)' AND tx.height>=1",
            "message.action='/cosmos.bank.v1beta1.MsgSend' AND message.sender='\(test.address)'",
        ] {
            let found = try node.client.transactions(
                matching: query, page: SearchPage(count: 1, isDescending: true))
            #expect(found.total == 1, "\(query)")
            #expect(found.elements.first?.bytes == bytes, "\(query)")
        }
        let nothing = try node.client.transactions(
            matching: "transfer.recipient='\(recipient)' AND transfer.amount='100ucgpt'",
            page: SearchPage())
        #expect(nothing.total == 0, "the fee went to another")
        #expect(try get(port, "/health", []).contains("\"result\":{}"))
    }

    /// What Keplr asks of the REST door before it offers a chain.
    @Test func probesAreAnsweredAsKeplrReadsThem() throws {
        let folder = try TemporaryDirectory()
        let test = try TestHome(in: folder.path + "/home", seed: 42)
        let node = try NodeProcess(home: test.home.path)
        defer { _ = node.stop() }
        try node.client.waitForHeight(1)
        let rest = try #require(node.start["rest_port"]?.integer(as: UInt16.self))
        let origin = ["Origin: https://wallet.example"]
        let about = try get(rest, "/cosmos/base/tendermint/v1beta1/node_info", origin)
        #expect(about.hasPrefix("HTTP/1.1 200"))
        #expect(about.contains("\"network\":\"aivm-1\""))
        #expect(about.contains("Access-Control-Allow-Origin: *"))
        // What is not there is 501; a malformed address where balances are, 400.
        for (path, status) in [
            ("/ibc/apps/transfer/v1/params", "501"), ("/feemarket/v1/params", "501"),
            ("/cosmos/bank/v1beta1/spendable_balances/test", "400"),
            ("/cosmos/bank/v1beta1/spendable_balances/\(test.address)", "200"),
        ] {
            #expect(try get(rest, path, origin).hasPrefix("HTTP/1.1 \(status)"), "\(path)")
        }
        let absent = try get(rest, "/ibc/apps/transfer/v1/params", origin)
        #expect(absent.contains(#""code":12"#))
        #expect(try get(rest, "/openapi.json", []).contains(#""openapi":"3.0.3""#))
    }

    /// The answer to a GET, head and body.
    private func get(_ port: UInt16, _ path: String, _ headers: [String]) throws -> String {
        let client = try WebSocketClient(port: port, opens: false)
        let lines = ["GET \(path) HTTP/1.1", "Host: x", "Connection: close"] + headers
        try client.write(Bytes((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
        return String(decoding: try client.readToEnd(), as: UTF8.self)
    }
}
