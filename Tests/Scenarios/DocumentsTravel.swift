// Transactions as documents: made on one machine, signed on another that sees no node, sent from a
// third; through the real binary, with a home of its own for each.

import Base
import Client
import Cryptography
import Foundation
import TestSupport
import Testing
import Wire

@Suite struct DocumentsTravel {
    @Test func madeSignedAndSentApart() throws {
        let folder = try TemporaryDirectory()
        let shell = Shell(folder)
        try shell.expect(["keys", "add", "alice"], 0)
        let bob = Address.module("bob of the documents").description
        try shell.expect(["node", "init", "--fund", "alice=100000000ucgpt"], 0)
        let node = try NodeProcess(home: shell.home)
        let address = ["--node", node.client.address]

        // Made: no node is asked.
        let unsigned = folder.path("unsigned.json")
        try shell.expect(
            ["tx", "bank", "send", bob, "250ucgpt", "--from", "alice", "--generate-only"]
                + ["--fee", "30ucgpt", "--gas", "150000", "--memo", "by hand"]
                + ["--output-document", unsigned], 0)
        let document = try JSONValue(
            parsing: Bytes(Data(contentsOf: URL(fileURLWithPath: unsigned))))
        let message = document["body"]?["messages"]?.elements?.first
        #expect(message?["@type"] == "/cosmos.bank.v1beta1.MsgSend")
        #expect(document["signatures"]?.elements?.isEmpty == true)
        #expect(document["auth_info"]?["fee"]?["gas_limit"] == "150000")

        // Signed: what the node would tell is given. Without it, the command says what is missing.
        let account = try shell.json(["query", "account", "alice"] + address)
        let signed = folder.path("signed.json")
        try shell.expect(["tx", "sign", unsigned, "--from", "alice", "--offline"], 64)
        try shell.expect(
            ["tx", "sign", unsigned, "--from", "alice", "--offline", "--chain-id", "aivm-1"]
                + ["--account-number", account["account_number"]?.text ?? ""]
                + ["--sequence", account["sequence"]?.text ?? ""]
                + ["--output-document", signed], 0)

        // Encoded and decoded: the same document.
        let encoded = try shell.expect(["tx", "encode", signed], 0).output
        let base64 = String(encoded.dropLast())
        let decoded = try JSONValue(
            parsing: shell.expect(["tx", "decode", base64], 0).output)
        #expect(
            decoded
                == (try JSONValue(
                    parsing: Bytes(Data(contentsOf: URL(fileURLWithPath: signed))))))
        let hex = try #require(Bytes(base64: base64)).hex
        try shell.expect(["tx", "decode", "--hex", hex], 0)
        try shell.expect(["tx", "decode", "AAAA"], 65)

        // Sent; a second time it is refused.
        let sent = try shell.json(["tx", "broadcast", signed] + address)
        #expect(sent["code"] == .number("0"))
        try shell.expect(["tx", "broadcast", signed] + address, 1)
        let balance = try shell.json(["query", "bank", "balance", bob, "ucgpt"] + address)
        #expect(balance["balance"]?["amount"] == "250")
        let found = try shell.json(
            ["query", "txs", "transfer.recipient='\(bob)'"] + address)
        #expect(found["total_count"] == "1")
        let hash = try #require(sent["txhash"]?.text)
        try shell.expect(["query", "tx", hash, "--output", "json"] + address, 0)
        try shell.expect(["query", "txs", "nonsense"] + address, 1)
        #expect(node.stop() == 0)
    }

    @Test func aFamilySpendsTogether() throws {
        let folder = try TemporaryDirectory()
        let shell = Shell(folder)
        for name in ["ann", "ben", "cat"] { try shell.expect(["keys", "add", name], 0) }
        let family = try shell.json(
            ["keys", "add", "family", "--multisig", "ann,ben,cat", "--threshold", "2"])
        let address = try #require(family["address"]?.text)
        try shell.expect(["node", "init", "--fund", "\(address)=1000000ucgpt"], 0)
        let node = try NodeProcess(home: shell.home)
        let at = ["--node", node.client.address]
        let bob = Address.module("bob of the family").description
        func path(_ name: String) -> String { folder.path(name + ".json") }

        try shell.expect(
            ["tx", "bank", "send", bob, "77ucgpt", "--from", "family", "--generate-only"]
                + ["--gas", "150000", "--output-document", path("unsigned")], 0)
        for name in ["ann", "cat"] {
            try shell.expect(
                ["tx", "sign", path("unsigned"), "--from", name, "--multisig", "family"]
                    + ["--signers", "ann,cat", "--output-document", path(name)] + at, 0)
        }
        // Who was not named does not sign; one signature is not enough.
        try shell.expect(
            ["tx", "sign", path("unsigned"), "--from", "ben", "--multisig", "family"]
                + ["--signers", "ann,cat"] + at, 64)
        try shell.expect(["tx", "multisign", path("unsigned"), "family", path("ann")], 64)
        try shell.expect(
            ["tx", "multisign", path("unsigned"), "family", path("ann"), path("cat")]
                + ["--output-document", path("signed")], 0)
        try shell.expect(["tx", "broadcast", path("signed")] + at, 0)
        // As Amino JSON, who else signs need not be known beforehand.
        for name in ["ben", "cat"] {
            try shell.expect(
                ["tx", "sign", path("unsigned"), "--from", name, "--multisig", "family"]
                    + ["--output-document", path(name)] + at, 0)
        }
        try shell.expect(
            ["tx", "multisign", path("unsigned"), "family", path("ben"), path("cat")]
                + ["--output-document", path("second")], 0)
        try shell.expect(["tx", "broadcast", path("second")] + at, 0)
        let balance = try shell.json(["query", "bank", "balance", bob, "ucgpt"] + at)
        #expect(balance["balance"]?["amount"] == "154")
        #expect(try shell.json(["keys", "list"]).elements?.count == 4)
        #expect(node.stop() == 0)
    }
}
