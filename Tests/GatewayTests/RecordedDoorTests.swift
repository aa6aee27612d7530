// Every method answers with exactly the members, and the forms of value, that a real CometBFT
// answered with.

import Base
import Blocks
import Client
import Ledger
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite struct RecordedDoorTests {
    let server = JSONRPCServer(cometMethods(of: StubNode()))
    let recording: JSONValue

    init() throws { recording = try JSONValue(parsing: Vectors.bytes("cometbft-door.json")) }

    private func recorded(_ label: String) throws -> JSONValue {
        let call = try #require(recording["calls"]?.elements?.first { $0["label"]?.text == label })
        return try #require(call["answer"])
    }

    private func post(_ method: String, _ parameters: String) throws -> JSONValue {
        let body = #"{"jsonrpc":"2.0","id":5,"method":"\#(method)","params":\#(parameters)}"#
        let response = server.respond(
            to: HTTPRequest(method: "POST", path: "/", body: Bytes(body.utf8)))
        #expect(response.status == 200)
        return try JSONValue(parsing: response.body)
    }

    private static let blockHash = (try? StubNode().namedBlock(2).id.hash) ?? []

    @Test(arguments: [
        ("health", "health", "{}"), ("status", "status", "{}"), ("net_info", "net_info", "{}"),
        ("abci_info", "abci_info", "{}"), ("consensus_params", "consensus_params", "{}"),
        ("validators", "validators", "{}"), ("commit", "commit", "{}"), ("block", "block", "{}"),
        ("block with tx", "block", #"{"height":"2"}"#), ("blockchain", "blockchain", "{}"),
        ("positional block", "block", #"["2"]"#), ("positional params", "status", "[]"),
        ("num_unconfirmed_txs", "num_unconfirmed_txs", "{}"),
        ("unconfirmed_txs", "unconfirmed_txs", "{}"), ("header", "header", "{}"),
        ("block_results with tx", "block_results", #"{"height":"2"}"#),
        ("block_results with validator update", "block_results", #"{"height":"2"}"#),
        (
            "block_results with consensus_param_updates + finalize_block_events",
            "block_results", "{}"
        ),
        ("broadcast_tx_sync ok", "broadcast_tx_sync", #"{"tx":"Y2M9Mw=="}"#),
        ("broadcast_tx_sync CheckTx code!=0", "broadcast_tx_sync", #"{"tx":"aW52YWxpZA=="}"#),
        ("broadcast_tx_async ok", "broadcast_tx_async", #"{"tx":"YmI9Mg=="}"#),
        ("broadcast_tx_commit ok", "broadcast_tx_commit", #"{"tx":"Y2M9Mw=="}"#),
        ("broadcast_tx_commit CheckTx fail", "broadcast_tx_commit", #"{"tx":"aW52YWxpZDI="}"#),
        ("check_tx", "check_tx", #"{"tx":"ZmY9MQ=="}"#),
        ("tx by hash base64", "tx", #"{"hash":"\#(StubNode.hash.bytes.base64)"}"#),
        ("tx with proof", "tx", #"{"hash":"\#(StubNode.hash.bytes.base64)","prove":true}"#),
        ("tx_search height", "tx_search", #"{"query":"tx.height=2","page":"1","order_by":"asc"}"#),
        ("tx_search event", "tx_search", #"{"query":"app.creator='Cosmoshi'","prove":true}"#),
        ("tx_search non-indexed attribute", "tx_search", #"{"query":"app.noindex_key='x'"}"#),
        ("tx_search paging", "tx_search", #"{"query":"tx.height>0","per_page":"2"}"#),
        ("block_search", "block_search", #"{"query":"block.height=2"}"#),
        ("block_by_hash", "block_by_hash", #"{"hash":"\#(blockHash.base64)"}"#),
        ("abci_query hex data", "abci_query", #"{"path":"/a","data":"6363","prove":false}"#),
        ("genesis_chunked", "genesis_chunked", #"{"chunk":"0"}"#),
    ])
    func answersInCometBFTsForm(_ label: String, _ method: String, _ parameters: String) throws {
        let (theirs, ours) = (try recorded(label), try post(method, parameters))
        let difference = Self.difference(theirs, ours, at: "")
        #expect(difference == nil, "\(label): \(difference ?? "")")
    }

    @Test(arguments: [
        ("tx_search bad query", "tx_search", #"{"query":"bad query"}"#),
        ("block_results height 0", "block_results", #"{"height":"0"}"#),
        ("unknown method", "nosuch", "{}"),
        (
            "tx_search page out of range", "tx_search",
            #"{"query":"tx.height>0","page":"99","per_page":"2"}"#
        ),
        (
            "broadcast_tx_sync duplicate-in-cache", "broadcast_tx_sync",
            #"{"tx":"\#(Bytes("twice".utf8).base64)"}"#
        ),
        (
            "tx not found", "tx",
            #"{"hash":"yjcEqgsG9ZVMee6Df6oVLYTWstQoOPBjehXtqDN9vc4="}"#
        ),
    ])
    func complainsInCometBFTsWords(
        _ label: String, _ method: String, _ parameters: String
    ) throws {
        #expect(try post(method, parameters)["error"] == recorded(label)["error"])
    }

    /// Wrong arguments: CometBFT's code; the text is Go's own there.
    @Test(arguments: [
        ("tx bad hash", "tx", #"{"hash":"00"}"#), ("tx hash not base64", "tx", #"{"hash":"ZZ"}"#),
        ("abci_query bad hex", "abci_query", #"{"path":"/app/version","data":"zz"}"#),
        ("abci_query 0x hex", "abci_query", #"{"path":"/p","data":"0x6b30"}"#),
        (
            "header_by_hash", "header_by_hash",
            #"{"hash":"MYgnNPt1OI0ZpvJq8M2ZkwYslYSFaCbwFY/lAFE94hk="}"#
        ),
        ("bad param type", "broadcast_tx_sync", #"{"tx":12}"#),
    ])
    func refusesWrongArguments(_ label: String, _ method: String, _ parameters: String) throws {
        let ours = try post(method, parameters)
        #expect(ours["error"]?["code"] == (try recorded(label))["error"]?["code"])
    }

    @Test func newsHasTheFormsOfCometBFTsFrames() throws {
        let frames = try #require(recording["frames"]?.elements)
        #expect(frames.count >= 5)
        let stub = StubNode()
        var outcome = try stub.outcome(2)
        // The recorded chain has no events of blocks.
        outcome.events = []
        let news = BlockNews(try stub.namedBlock(2), outcome)
        var compared: Set<String> = []
        for frame in frames {
            let id = try #require(frame["id"])
            let query = try #require(frame["result"]?["query"]?.text)
            let type = try #require(frame["result"]?["data"]?["type"]?.text)
            let isFull =
                frame["result"]?["data"]?["value"]?["result_finalize_block"]?["tx_results"] != nil
            if type.hasSuffix("/NewBlock"), !isFull { continue }
            let happening = try #require(
                news.happenings.first {
                    (try? EventQuery(query).matches(facts: $0.facts, events: $0.events)) == true
                }, "\(query)")
            let ours = try JSONValue(parsing: happening.message(id: id, query: query))
            #expect(ours["id"] == id)
            #expect(ours["result"]?["query"] == .string(query))
            #expect(ours["result"]?["data"]?["type"] == .string(type))
            let part = { (json: JSONValue) in json["result"]?["data"]?["value"] ?? .null }
            let difference = Self.difference(part(frame), part(ours), at: "")
            #expect(difference == nil, "\(type): \(difference ?? "")")
            compared.insert(type)
        }
        #expect(compared.count == 5)
    }

    // MARK: Forms

    /// The first place where two values differ in form; `nil` when none does.
    private static func difference(
        _ theirs: JSONValue, _ ours: JSONValue, at path: String
    ) -> String? {
        switch (theirs, ours) {
        // Which of the two stands for nothing depends on the content.
        case (.null, _), (_, .null): return nil
        case (.object(let left), .object(let right)):
            if path.hasSuffix(".app_state") { return nil }
            let optional = ["gas_wanted", "gas_used", "index", "last_block_app_hash"]
            let (first, second) = (left.map(\.name), right.map(\.name))
            let missing = first.filter { !second.contains($0) && !optional.contains($0) }
            let added = second.filter { !first.contains($0) && !optional.contains($0) }
            guard missing.isEmpty, added.isEmpty else {
                return "\(path): missing \(missing), added \(added)"
            }
            for member in left {
                guard let value = ours[member.name] else { continue }
                if let found = difference(member.value, value, at: path + "." + member.name) {
                    return found
                }
            }
            return nil
        case (.array(let left), .array(let right)):
            guard let first = left.first, let second = right.first else { return nil }
            return difference(first, second, at: path + "[]")
        case (.string(let left), .string(let right)):
            // The recorded application hashes to 8 bytes.
            let isShort = left.utf8.count == 16 && Bytes(hex: left) != nil
            let (first, second) = (isShort ? "hash" : kind(left), kind(right))
            let isSame = first == second || first == "text" || left.isEmpty || right.isEmpty
            return isSame ? nil : "\(path): \(left) is \(first), \(right) is \(second)"
        case (.number, .number), (.bool, .bool): return nil
        default: return "\(path): \(theirs.compactText.prefix(60)), \(ours.compactText.prefix(60))"
        }
    }

    /// What a text holds: upper-case hexadecimal of a hash or address, a number, a time, or other.
    private static func kind(_ text: String) -> String {
        if [40, 64].contains(text.utf8.count), Bytes(hex: text) != nil {
            return text == text.uppercased() ? "hash" : "lower-case hash"
        }
        if Int64(text) != nil { return "number" }
        return Timestamp(text: text) != nil ? "time" : "text"
    }
}
