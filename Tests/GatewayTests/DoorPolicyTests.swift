import Base
import Client
import Ledger
import TestSupport
import Testing
import Wire

@testable import Gateway

/// Who may read the doors, and what operators read.
@Suite struct DoorPolicyTests {
    private func answer(
        _ origins: [String], _ method: String, _ headers: [(name: String, value: String)]
    ) -> HTTPResponse {
        let handle = CrossOriginPolicy(origins: origins).applied { request in
            .text(request.method, status: request.method == "OPTIONS" ? 405 : 200)
        }
        return handle(HTTPRequest(method: method, path: "/status", headers: headers))
    }

    private func header(_ response: HTTPResponse, _ name: String) -> String? {
        response.headers.first { $0.name == name }?.value
    }

    @Test func letsPagesOfAnyOriginReadWhereAllMay() {
        let page = answer(["*"], "POST", [("origin", "https://wallet.example")])
        #expect(page.status == 200)
        #expect(header(page, "Access-Control-Allow-Origin") == "*")
        let before = answer(
            ["*"], "OPTIONS",
            [
                ("Origin", "https://wallet.example"), ("Access-Control-Request-Method", "POST"),
                ("Access-Control-Request-Headers", "content-type"),
            ])
        #expect(before.status == 204)
        #expect(header(before, "Access-Control-Allow-Methods")?.contains("POST") == true)
        #expect(header(before, "Access-Control-Allow-Headers")?.contains("Content-Type") == true)
    }

    @Test func namesOnlyTheOriginsThatAreListed() {
        let list = ["https://a.example", "https://b.example"]
        let good = answer(list, "GET", [("Origin", "https://b.example")])
        #expect(header(good, "Access-Control-Allow-Origin") == "https://b.example")
        #expect(header(good, "Vary") == "Origin")
        let other = answer(list, "GET", [("Origin", "https://c.example")])
        #expect(other.status == 200)
        #expect(other.headers.isEmpty)
        let before = answer(
            list, "OPTIONS",
            [("Origin", "https://c.example"), ("Access-Control-Request-Method", "POST")])
        #expect(before.status == 403)
        #expect(answer([], "GET", [("Origin", "https://a.example")]).headers.isEmpty)
        #expect(answer(list, "GET", []).headers.isEmpty)
    }

    @Test func tellsOperatorsHowTheNodeIs() throws {
        let metrics = Metrics()
        metrics.countCall("status", succeeded: true, .milliseconds(2))
        metrics.countCall("status", succeeded: false, .seconds(20))
        let stub = StubNode()
        metrics.count(try stub.namedBlock(2), try stub.outcome(2))
        func get(_ path: String, _ node: StubNode) -> HTTPResponse? {
            MonitoringDoor(node, metrics: metrics, feed: EventFeed()) { 3 }
                .respond(to: HTTPRequest(method: "GET", path: path))
        }
        let page = try #require(get("/metrics", stub))
        #expect(page.contentType.hasPrefix("text/plain; version=0.0.4"))
        let lines = String(decoding: page.body, as: UTF8.self).split(separator: "\n")
        for line in [
            "aivm_up 1.0", #"cometbft_consensus_height{chain_id="aivm-1"} 3.0"#,
            #"cometbft_mempool_size{chain_id="aivm-1"} 2.0"#,
            #"aivm_blocks_total{chain_id="aivm-1"} 1"#, "aivm_websocket_connections 3.0",
            #"aivm_rpc_request_duration_seconds_bucket{method="status",le="0.005"} 1"#,
            #"aivm_rpc_request_duration_seconds_bucket{method="status",le="10.0"} 1"#,
            #"aivm_rpc_request_duration_seconds_bucket{method="status",le="+Inf"} 2"#,
            #"aivm_rpc_request_duration_seconds_count{method="status"} 2"#,
            #"aivm_rpc_failures_total{method="status"} 1"#,
        ] {
            #expect(lines.contains { $0 == line }, "\(line)")
        }
        // Every series is declared once, before its values.
        let types = lines.filter { $0.hasPrefix("# TYPE ") }
        #expect(Set(types).count == types.count)
        #expect(get("/livez", stub)?.status == 200)
        #expect(get("/readyz", stub)?.status == 200)
        var broken = stub
        broken.failure = "disk full"
        #expect(get("/livez", broken)?.status == 200)
        #expect(get("/readyz", broken)?.status == 503)
        #expect(get("/other", stub) == nil)
    }
}
