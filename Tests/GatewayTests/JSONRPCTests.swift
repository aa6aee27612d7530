import Base
import Client
import Testing
import Wire

@testable import Gateway

@Suite struct JSONRPCTests {
    let server = JSONRPCServer(cometMethods(of: StubNode()))

    private func post(_ body: String) throws -> JSONValue {
        let response = server.respond(
            to: HTTPRequest(method: "POST", path: "/", body: Bytes(body.utf8)))
        return try JSONValue(parsing: response.body)
    }

    private func get(
        _ path: String, _ arguments: [(name: String, value: String)] = []
    ) throws -> JSONValue {
        let response = server.respond(
            to: HTTPRequest(method: "GET", path: path, arguments: arguments))
        return try JSONValue(parsing: response.body)
    }

    @Test func answersWithTheCallersID() throws {
        #expect(try post(#"{"id":"a","method":"health"}"#)["id"] == .string("a"))
        #expect(try post(#"{"id":7,"method":"health"}"#)["id"] == .number("7"))
        #expect(try get("/health")["id"] == .number("-1"))
    }

    @Test func servesStatusInCometBFTsShape() throws {
        let result = try #require(try get("/status")["result"])
        #expect(result["node_info"]?["network"] == "aivm-1")
        #expect(result["node_info"]?["version"]?.text?.hasPrefix("0.38.") == true)
        #expect(result["sync_info"]?["latest_block_height"] == "3")
        #expect(result["sync_info"]?["latest_block_time"]?.text?.hasSuffix(".005Z") == true)
        #expect(result["validator_info"]?["voting_power"] == "10")
    }

    @Test func refusesNumbersThatAreNotTextInPost() throws {
        let bare = try post(#"{"id":1,"method":"block","params":{"height":2}}"#)
        #expect(bare["error"]?["code"] == .number("-32602"))
        let text = try post(#"{"id":1,"method":"block","params":{"height":"2"}}"#)
        #expect(text["result"]?["block"]?["header"]?["height"] == "2")
        let positional = try post(#"{"id":1,"method":"block","params":["2"]}"#)
        #expect(positional["result"]?["block"]?["header"]?["height"] == "2")
    }

    @Test func takesNumbersAndQuotedTextInGet() throws {
        for value in ["2", "\"2\""] {
            let answer = try get("/block", [("height", value)])
            #expect(answer["result"]?["block"]?["header"]?["height"] == "2")
        }
        let query = try get("/abci_query", [("path", "\"/a/b\""), ("data", "0x0102")])
        #expect(query["result"]?["response"]?["key"] == .string(Bytes([1, 2]).base64))
        #expect(query["result"]?["response"]?["value"] == .string(Bytes("/a/b".utf8).base64))
    }

    @Test func tellsErrorsAsCometBFTDoes() throws {
        #expect(try post("{")["error"]?["code"] == .number("-32700"))
        #expect(try post(#"{"id":1}"#)["error"]?["code"] == .number("-32600"))
        #expect(
            try post(#"{"id":1,"method":"nope"}"#)["error"]?["code"] == .number("-32601"))
        let missing = Hash256(Bytes(repeating: 1, count: 32))!
        let answer = try post(
            #"{"id":1,"method":"tx","params":{"hash":"\#(missing.bytes.base64)"}}"#)
        #expect(answer["error"]?["data"] == .string("tx (\(missing.bytes.upperHex)) not found"))
        let bytes = Bytes("twice".utf8).base64
        let twice = try post(
            #"{"id":1,"method":"broadcast_tx_sync","params":{"tx":"\#(bytes)"}}"#)
        #expect(twice["error"]?["code"] == .number("-32603"))
        #expect(twice["error"]?["data"] == "tx already exists in cache")
    }

    @Test func answersBatchesOfUpToTen() throws {
        let one = #"{"id":1,"method":"health"}"#
        let ten = "[" + Array(repeating: one, count: 10).joined(separator: ",") + "]"
        #expect(try post(ten).elements?.count == 10)
        let eleven = "[" + Array(repeating: one, count: 11).joined(separator: ",") + "]"
        #expect(try post(eleven)["error"]?["code"] == .number("-32600"))
        #expect(try post("[]")["error"]?["code"] == .number("-32600"))
    }

    @Test func pagesValidators() throws {
        let second = try get("/validators", [("page", "2"), ("per_page", "2")])
        #expect(second["result"]?["count"] == "1")
        #expect(second["result"]?["total"] == "3")
        #expect(second["result"]?["block_height"] == "4")
        let beyond = try get("/validators", [("page", "99"), ("per_page", "2")])
        #expect(beyond["error"]?["data"] == "page should be within [1, 2] range, given 99")
        // A page number near the end of the range must be refused, not overflow.
        let huge = try get("/validators", [("page", "9223372036854775807")])
        #expect(huge["error"] != nil)
    }

    @Test func refusesOtherMethodsAndPaths() {
        #expect(server.respond(to: HTTPRequest(method: "PUT", path: "/")).status == 405)
        #expect(server.respond(to: HTTPRequest(method: "GET", path: "/nope")).status == 404)
        #expect(server.respond(to: HTTPRequest(method: "GET", path: "/")).status == 200)
    }
}
