import Base
import Client
import Ledger
import Testing
import Wire

@testable import Gateway

@Suite struct RESTTests {
    let door = RESTDoor(.questions, registry: WireRegistry([Question.self]))

    private func get(
        _ path: String, _ arguments: [(name: String, value: String)] = [], height: String? = nil
    ) throws -> (response: HTTPResponse, json: JSONValue) {
        let response = door.respond(
            to: HTTPRequest(
                method: "GET", path: path, arguments: arguments,
                headers: height.map { [("X-Cosmos-Block-Height", $0)] } ?? []))
        return (response, try JSONValue(parsing: response.body))
    }

    private func post(_ path: String, _ body: String) throws -> (status: Int, json: JSONValue) {
        let response = door.respond(
            to: HTTPRequest(method: "POST", path: path, body: Bytes(body.utf8)))
        return (response.status, try JSONValue(parsing: response.body))
    }

    @Test func bindsPathAndQueryInEitherSpelling() throws {
        let (response, json) = try get(
            "/test/v1/questions/bob",
            [
                ("number", "18446744073709551615"), ("flag", "true"), ("key", "-_8"),
                ("colour", "COLOUR_RED"), ("tags", "a"), ("tags", "b"), ("pagination.limit", "5"),
                ("pagination.countTotal", "true"), ("since", "2026-01-01T00:00:00Z"),
                ("fullName", "the path goes before"), ("unknown", "passed over"),
            ])
        #expect(response.status == 200)
        let question = json["question"]
        #expect(question?["full_name"] == "bob")
        #expect(question?["number"] == "18446744073709551615")
        #expect(question?["flag"] == .bool(true))
        #expect(question?["key"] == "+/8=")
        #expect(question?["colour"] == "COLOUR_RED")
        #expect(question?["tags"] == .array(["a", "b"]))
        #expect(question?["pagination"]?["limit"] == "5")
        #expect(question?["pagination"]?["count_total"] == .bool(true))
        #expect(question?["since"] == "2026-01-01T00:00:00Z")
    }

    @Test func writesDefaultsAndClosesPages() throws {
        let json = try get("/test/v1/questions/bob").json
        #expect(json["count"] == "0")
        #expect(json["question"]?["tags"] == .array([]))
        #expect(json["question"]?["pagination"] == .null)
        #expect(json["pagination"]?["next_key"] == .null)
        #expect(json["pagination"]?["total"] == "0")
    }

    @Test func wordsGoBeforeFieldsAndFieldsBeforeTheRest() throws {
        #expect(try get("/test/v1/questions/latest").json["question"]?["full_name"] == "")
        #expect(try get("/test/v1/questions/late/page").json["question"]?["full_name"] == "late")
        let rest = try get("/test/v1/rest/ibc/ABC/1")
        #expect(rest.json["question"]?["full_name"] == "ibc/ABC/1")
    }

    @Test func namesAndChoosesHeights() throws {
        #expect(try height(of: get("/test/v1/questions/bob").response) == "7")
        #expect(try height(of: get("/test/v1/questions/bob", height: "3").response) == "3")
        for wrong in ["-1", "x", "1.5", "99999999999999999999"] {
            let refused = try get("/test/v1/questions/bob", height: wrong)
            #expect(refused.response.status == 400, "\(wrong)")
            #expect(refused.json["code"] == .number("3"))
        }
    }

    private func height(of response: HTTPResponse) -> String? {
        response.headers.first { $0.name.lowercased() == "x-cosmos-block-height" }?.value
    }

    @Test(arguments: [
        ("missing", 404, "5", "no such thing"), ("malformed", 400, "3", "not a thing"),
        ("funds", 400, "9", "5 < 6: insufficient funds"),
        ("old", 400, "3", "pruned: invalid height"),
    ])
    func refusesAsTheTableSays(_ name: String, _ status: Int, _ code: String, _ text: String) throws
    {
        let (response, json) = try get("/test/v1/questions/\(name)")
        #expect(response.status == status)
        #expect(json["code"] == .number(code))
        #expect(json["message"] == .string(text))
        #expect(json["details"] == .array([]))
    }

    @Test func unknownPathsAreNotImplemented() throws {
        for path in [
            "/ibc/apps/transfer/v1/params", "/", "", "/test/v1/questions", "/test/v1/questions/a/b",
            "/test/v1/questions/" + String(repeating: "x/", count: 5000),
        ] {
            let (response, json) = try get(path)
            #expect(response.status == 501, "\(path.prefix(40))")
            #expect(
                json
                    == .object([
                        "code": .number("12"), "message": "Not Implemented", "details": .array([]),
                    ]))
        }
        #expect(try post("/test/v1/questions/bob", "{}").status == 501)
        #expect(door.respond(to: HTTPRequest(method: "PUT", path: "/test/v1/ask")).status == 501)
    }

    @Test(arguments: [
        ("number", "-1"), ("number", "1e3"), ("number", "18446744073709551616"), ("flag", "yes"),
        ("key", "***"), ("colour", "COLOUR_BLUE"), ("pagination.limit", "many"),
        ("since", "yesterday"),
    ])
    func refusesMalformedArguments(_ name: String, _ value: String) throws {
        let (response, json) = try get("/test/v1/questions/bob", [(name, value)])
        #expect(response.status == 400)
        #expect(json["code"] == .number("3"))
    }

    @Test func readsBodiesInEitherSpelling() throws {
        for body in [#"{"full_name":"eve","number":"2"}"#, #"{"fullName":"eve","number":2}"#] {
            let (status, json) = try post("/test/v1/ask", body)
            #expect(status == 200)
            #expect(json["question"]?["full_name"] == "eve")
            #expect(json["question"]?["number"] == "2")
        }
        let deep = String(repeating: "[", count: 100_000)
        for body in [
            "", "{", "[]", "null x", #"{"name":1}"#, #"{"full_name":"a","fullName":"b"}"#, deep,
            #"{"pagination":"x"}"#, "\u{0}",
        ] {
            let (status, json) = try post("/test/v1/ask", body)
            #expect(status == 400, "\(body.prefix(40))")
            #expect(json["code"] == .number("3"))
        }
    }
}
