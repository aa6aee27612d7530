import Base
import Client
import Foundation
import FoundationNetworking
import Ledger
import TestSupport
import Testing

@testable import Gateway

@Suite(.serialized) struct HTTPServerTests {
    private func makeServer(limits: HTTPLimits = HTTPLimits()) throws -> HTTPServer {
        let methods = JSONRPCServer(cometMethods(of: StubNode()))
        return try HTTPServer(address: "127.0.0.1", port: 0, limits: limits) {
            methods.respond(to: $0)
        }
    }

    @Test func aClientReadsWhatTheDoorServes() throws {
        let server = try makeServer()
        defer { server.stop() }
        let client = try #require(HTTPNodeClient(address: "tcp://127.0.0.1:\(server.port)"))
        let stub = StubNode()
        #expect(try client.status() == stub.status())
        #expect(try client.block(2) == stub.block(2))
        #expect(try client.block(nil) == stub.block(nil))
        #expect(try client.signedHeader(3) == stub.signedHeader(3))
        #expect(try client.validators(nil) == stub.validators(nil))
        #expect(try client.results(2) == stub.results(2))
        #expect(try client.transaction(StubNode.hash) == stub.transaction(StubNode.hash))
        #expect(try client.broadcast([5]).code == 0)
        let query = StateQuery(path: "/a", data: [1], height: 2, wantsProof: true)
        #expect(try client.query(query) == stub.query(query))
        let page = SearchPage(number: 2, count: 2, isDescending: true)
        #expect(
            try client.transactions(matching: "tx.height<=3", page: page)
                == stub.transactions(matching: "tx.height<=3", page: page))
        #expect(
            throws: NodeError.refused(
                "height 9 must be less than or equal to the current blockchain height 3")
        ) { try client.block(9) }
    }

    @Test func saysThatThePortIsInUse() throws {
        let server = try makeServer()
        defer { server.stop() }
        #expect(
            throws: HTTPServerError.addressInUse(address: "127.0.0.1", port: server.port)
        ) {
            _ = try HTTPServer(address: "127.0.0.1", port: server.port) { _ in
                .text("", status: 200)
            }
        }
    }

    @Test func refusesAnAddressThatIsNone() {
        #expect(throws: HTTPServerError.self) {
            _ = try HTTPServer(address: "not an address", port: 0) { _ in
                .text("", status: 200)
            }
        }
    }

    @Test func tellsThatNobodyAnswers() throws {
        let server = try makeServer()
        let port = server.port
        server.stop()
        let client = try #require(HTTPNodeClient(address: "http://127.0.0.1:\(port)"))
        do {
            _ = try client.status()
            Issue.record("a closed port answered")
        } catch {
            guard case .unreachable = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func refusesBodiesAboveTheLimit() throws {
        let server = try makeServer(limits: HTTPLimits(maximumBodyBytes: 1000))
        defer { server.stop() }
        #expect(
            try raw(server, body: Bytes(repeating: 0x20, count: 1001)).hasPrefix("HTTP/1.1 413"))
        #expect(try raw(server, body: Bytes(repeating: 0x20, count: 999)).hasPrefix("HTTP/1.1 500"))
    }

    @Test func survivesGarbage() throws {
        let server = try makeServer()
        defer { server.stop() }
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            let count = Int.random(in: 0...300, using: &generator)
            var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            if Bool.random(using: &generator) { bytes = Bytes("POST / HTTP/1.1\r\n".utf8) + bytes }
            try send(bytes, to: server.port)
        }
        let client = try #require(HTTPNodeClient(address: "http://127.0.0.1:\(server.port)"))
        #expect(try client.status().chainID == "aivm-1")
    }

    /// Sends a POST with `body`; the head of the answer.
    private func raw(_ server: HTTPServer, body: Bytes) throws -> String {
        let head =
            "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + "Content-Length: \(body.count)\r\n\r\n"
        return String(
            decoding: try send(Bytes(head.utf8) + body, to: server.port, reads: true),
            as: UTF8.self)
    }

    /// Opens a connection, writes, optionally reads to the end, closes.
    @discardableResult
    private func send(_ bytes: Bytes, to port: UInt16, reads: Bool = false) throws -> Bytes {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
        _ = unsafe bytes.withUnsafeBytes {
            unsafe Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard reads else { return [] }
        var answer = Bytes()
        var buffer = Bytes(repeating: 0, count: 4096)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe recv(descriptor, $0.baseAddress, $0.count, 0)
            }
            guard count > 0 else { return answer }
            answer += buffer.prefix(count)
        }
    }
}
