import Base
import Client
import Cryptography
import Ledger
import Testing
import Wire

@testable import Gateway

/// The calls that the node answers itself, over REST.
@Suite struct NodeCallTests {
    let door = RESTDoor(.questions, registry: WireRegistry([Ed25519KeyMessage.self]))

    private func ask(
        _ path: String, _ arguments: [(name: String, value: String)] = [], body: String? = nil
    ) throws -> (status: Int, json: JSONValue) {
        let response = door.respond(
            to: HTTPRequest(
                method: body == nil ? "GET" : "POST", path: path, arguments: arguments,
                body: Bytes((body ?? "").utf8)))
        return (response.status, try JSONValue(parsing: response.body))
    }

    @Test func aMissingTransactionIsSaidInTheWordsClientsLookFor() throws {
        let hash = String(repeating: "AB", count: 32)
        let (status, json) = try ask("/cosmos/tx/v1beta1/txs/" + hash)
        #expect(status == 404)
        #expect(json["code"] == .number("5"))
        #expect(json["message"] == .string("tx not found: " + hash))
        #expect(try ask("/cosmos/tx/v1beta1/txs/xyz").status == 400)
        #expect(try ask("/cosmos/tx/v1beta1/txs/ABCD").status == 400)
    }

    @Test func aTransactionComesWithItsResult() throws {
        let path = "/cosmos/tx/v1beta1/txs/" + StubNode.hash.bytes.upperHex
        let (status, json) = try ask(path)
        #expect(status == 200)
        let response = json["tx_response"]
        #expect(response?["txhash"] == .string(StubNode.hash.bytes.upperHex))
        #expect(response?["height"] == "4")
        #expect(response?["gas_used"] == "7")
        #expect(response?["logs"] == .array([]))
        #expect(response?["timestamp"]?.text?.hasSuffix("Z") == true)
        #expect(response?["events"]?.elements?.first?["type"] == "app")
    }

    @Test func broadcastAnswersWithHashAndCode() throws {
        let path = "/cosmos/tx/v1beta1/txs"
        func send(_ text: String, _ mode: String) throws -> (status: Int, json: JSONValue) {
            let bytes = Bytes(text.utf8).base64
            return try ask(path, body: #"{"tx_bytes":"\#(bytes)","mode":"\#(mode)"}"#)
        }
        let taken = try send("fine", "BROADCAST_MODE_SYNC").json["tx_response"]
        #expect(taken?["code"] == .number("0"))
        #expect(taken?["txhash"] == .string(SHA256.hash(Bytes("fine".utf8)).bytes.upperHex))
        let twice = try send("twice", "BROADCAST_MODE_SYNC").json["tx_response"]
        #expect(twice?["code"] == .number("19"))
        #expect(twice?["codespace"] == "sdk")
        #expect(try send("fine", "BROADCAST_MODE_BLOCK").status == 400)
        #expect(try ask(path, body: "{}").status == 400)
    }

    @Test func blocksAndValidatorsHaveTheSDKsForms() throws {
        let rest = "/cosmos/base/tendermint/v1beta1/"
        let latest = try ask(rest + "blocks/latest").json
        #expect(latest["block"]?["header"]?["height"] == "3")
        #expect(latest["block"]?["header"]?["chain_id"] == "aivm-1")
        let proposer = latest["sdk_block"]?["header"]?["proposer_address"]?.text
        #expect(proposer?.hasPrefix("aivmvalcons1") == true)
        #expect(try ask(rest + "blocks/2").json["block"]?["header"]?["height"] == "2")
        for wrong in ["0", "-1", "4", "x"] {
            #expect(try ask(rest + "blocks/" + wrong).status == 400, "\(wrong)")
        }
        #expect(try ask(rest + "syncing").json == .object(["syncing": .bool(false)]))
        let page = try ask(rest + "validatorsets/latest", [("pagination.limit", "2")]).json
        #expect(page["block_height"] == "3")
        #expect(page["validators"]?.elements?.count == 2)
        #expect(page["pagination"]?["total"] == "3")
    }
}
