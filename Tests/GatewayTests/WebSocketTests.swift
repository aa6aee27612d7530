import Base
import Client
import Foundation
import Ledger
import TestSupport
import Testing
import Wire

@testable import Gateway

/// Subscriptions over real sockets, with a client of the tests' own.
@Suite(.serialized) struct WebSocketTests {
    private struct World {
        let feed: EventFeed
        let door: WebSocketDoor
        let server: HTTPServer

        init(
            limits: WebSocketLimits = WebSocketLimits(),
            subscriptions: SubscriptionLimits = SubscriptionLimits(),
            origins: [String] = ["*"], maximumSessions: Int = 200
        ) throws {
            let methods = JSONRPCServer(cometMethods(of: StubNode()))
            feed = EventFeed(limits: subscriptions)
            door = WebSocketDoor(
                methods, feed: feed, policy: CrossOriginPolicy(origins: origins), limits: limits,
                maximumSessions: maximumSessions)
            server = try HTTPServer(address: "127.0.0.1", port: 0, webSocket: door) {
                methods.respond(to: $0)
            }
        }

        func connect(_ headers: [String] = []) throws -> WebSocketClient {
            try WebSocketClient(port: server.port, headers: headers)
        }

        func publish(_ height: Int64 = 2) throws {
            let stub = StubNode()
            feed.publish(try stub.namedBlock(height), try stub.outcome(height))
        }

        /// Waits until as many connections are open.
        func waitForCount(_ count: Int) {
            for _ in 0..<400 where door.count != count { Thread.sleep(forTimeInterval: 0.01) }
        }
    }

    @Test func callsAndSubscriptionsShareAConnection() throws {
        let world = try World()
        defer { world.server.stop() }
        let client = try world.connect()
        #expect(client.isOpen)
        try client.call("status", id: "s")
        let status = try client.answer()
        #expect(status["id"] == "s")
        #expect(status["result"]?["node_info"]?["network"] == "aivm-1")

        let hash = StubNode.hash.bytes.upperHex
        let query = "tm.event='Tx' AND tx.hash='\(hash)'"
        try client.call("subscribe", id: "mine", query: query)
        #expect(try client.answer()["result"] == .object([JSONMember]()))
        try world.publish()
        let news = try client.answer()
        #expect(news["id"] == "mine")
        #expect(news["result"]?["query"] == .string(query))
        #expect(news["result"]?["data"]?["type"] == "tendermint/event/Tx")
        let value = news["result"]?["data"]?["value"]?["TxResult"]
        #expect(value?["tx"] == .string(StubNode.transaction.base64))
        #expect(value?["height"] == "2")
        // Zero values are left out of news.
        #expect(value?["result"]?["code"] == nil)
        #expect(value?["index"] == nil)
        #expect(value?["result"]?["gas_used"] == "7")
        let events = news["result"]?["events"]
        #expect(events?["tx.hash"]?.elements == [.string(hash)])
        #expect(events?["app.noindex_key"]?.elements == ["x"])

        try client.call("unsubscribe", id: "u", query: "tm.event = 'Tx' AND tx.hash = '\(hash)'")
        #expect(try client.answer()["result"] == .object([JSONMember]()))
        try world.publish()
        try client.call("health", id: "h")
        #expect(try client.answer()["id"] == "h")
        try client.call("unsubscribe_all", id: "ua")
        #expect(try client.answer()["error"]?["data"] == "subscription not found")
    }

    @Test func tellsEachKindOnceAndInOrder() throws {
        let world = try World()
        defer { world.server.stop() }
        let client = try world.connect()
        let kinds = ["NewBlockHeader", "NewBlock", "NewBlockEvents", "Tx", "ValidatorSetUpdates"]
        for kind in kinds {
            try client.call("subscribe", id: kind, query: "tm.event='\(kind)'")
            #expect(try client.answer()["id"] == .string(kind))
        }
        for height in Int64(1)...3 {
            try world.publish(height)
            for kind in kinds {
                let news = try client.answer()
                #expect(news["id"] == .string(kind))
                #expect(news["result"]?["events"]?["tm.event"]?.elements == [.string(kind)])
            }
        }
    }

    @Test func holdsClientsToTheirLimits() throws {
        let world = try World(subscriptions: SubscriptionLimits(maximumClients: 2))
        defer { world.server.stop() }
        let client = try world.connect()
        for number in 0..<5 {
            try client.call("subscribe", id: "\(number)", query: "a.b=\(number)")
            #expect(try client.answer()["result"] != nil)
        }
        try client.call("subscribe", id: "6", query: "a.b=6")
        #expect(
            try client.answer()["error"]?["data"] == "max_subscriptions_per_client 5 reached")
        let second = try world.connect()
        try second.call("subscribe", id: "1", query: "a.b=1")
        #expect(try second.answer()["result"] != nil)
        try second.call("subscribe", id: "again", query: "a.b = 1")
        #expect(try second.answer()["error"]?["data"] == "already subscribed")
        try second.call("subscribe", id: "bad", query: "tm.event ==")
        #expect(
            try second.answer()["error"]?["data"]?.text?.hasPrefix("failed to parse query") == true
        )
        let third = try world.connect()
        try third.call("subscribe", id: "1", query: "a.b=1")
        #expect(try third.answer()["error"]?["data"] == "max_subscription_clients 2 reached")
        #expect(world.feed.counts == (clients: 2, subscriptions: 6))
    }

    @Test func forgetsAClientThatLeaves() throws {
        let world = try World()
        defer { world.server.stop() }
        do {
            let client = try world.connect()
            try client.call("subscribe", id: "1", query: "tm.event='NewBlock'")
            _ = try client.answer()
            #expect(world.feed.counts == (clients: 1, subscriptions: 1))
            try client.write(WebSocketClient.frame([0x03, 0xE8], opcode: 8))
            #expect(try client.next()?.closeCode == 1000)
            #expect(try client.next() == nil)
        }
        world.waitForCount(0)
        #expect(world.door.count == 0)
        #expect(world.feed.counts == (clients: 0, subscriptions: 0))
        // One that just hangs up, too.
        do { _ = try world.connect() }
        world.waitForCount(0)
        #expect(world.door.count == 0)
    }

    @Test func dropsAClientThatDoesNotRead() throws {
        let world = try World(limits: WebSocketLimits(maximumWaitingBytes: 1_000_000))
        defer { world.server.stop() }
        let (slow, quick) = (try world.connect(), try world.connect())
        for client in [slow, quick] {
            try client.call("subscribe", id: "1", query: "tm.event='NewBlock'")
            _ = try client.answer()
        }
        // More than the system's own buffers hold; the quick client reads on.
        for _ in 0..<200 where world.feed.counts.clients == 2 {
            for _ in 0..<50 { try world.publish() }
            world.feed.waitUntilDelivered()
            for _ in 0..<50 {
                #expect(try quick.answer()["result"] != nil)
            }
        }
        world.waitForCount(1)
        #expect(world.door.count == 1)
        #expect(world.feed.counts.clients == 1)
        // The quick one missed nothing.
        try quick.call("health", id: "h")
        #expect(try quick.answer()["id"] == "h")
        var last: WebSocketClient.Frame?
        while let frame = try slow.next() { last = frame }
        #expect(last?.closeCode == nil || last?.closeCode == 1008)
    }

    @Test func pingsAndDropsTheSilent() throws {
        let world = try World(limits: WebSocketLimits(pingSeconds: 1, silenceSeconds: 3))
        defer { world.server.stop() }
        let (dead, alive) = (try world.connect(), try world.connect())
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .seconds(5) {
            let frame = try #require(try alive.next())
            #expect(frame.opcode == 9)
            try alive.write(WebSocketClient.frame(frame.payload, opcode: 10))
        }
        world.waitForCount(1)
        #expect(world.door.count == 1)
        try alive.call("health", id: "h")
        #expect(try alive.answer()["id"] == "h")
        _ = dead.isOpen
    }

    @Test func reassemblesFragmentsAndAnswersPings() throws {
        let world = try World()
        defer { world.server.stop() }
        let client = try world.connect()
        let text = Bytes(#"{"id":"f","method":"health"}"#.utf8)
        for (index, byte) in text.enumerated() {
            try client.write(
                WebSocketClient.frame(
                    [byte], opcode: index == 0 ? 1 : 0, isLast: index == text.count - 1))
            if index == 3 { try client.write(WebSocketClient.frame([7], opcode: 9)) }
        }
        #expect(try client.next() == .init(opcode: 10, payload: [7]))
        #expect(try client.answer()["id"] == "f")
        // A request may come in the same segment as the opening.
        let early = try WebSocketClient(port: world.server.port, opens: false)
        let opening =
            "GET /websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, "
            + "Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        try early.write(Bytes(opening.utf8) + WebSocketClient.frame(text))
        try early.readHead()
        #expect(early.isOpen)
        #expect(try early.answer()["id"] == "f")
    }

    @Test func endsConnectionsThatBreakTheRules() throws {
        let world = try World(limits: WebSocketLimits(maximumMessageBytes: 10_000))
        defer { world.server.stop() }
        let text = Bytes(#"{"id":1,"method":"health"}"#.utf8)
        // Where the library finds no frame at all, the end has no code.
        let breaches: [(name: String, bytes: Bytes, code: UInt16?)] = [
            ("not masked", WebSocketClient.frame(text, isMasked: false), 1002),
            ("reserved bit", [0xC1] + WebSocketClient.frame(text).dropFirst(), 1002),
            ("unknown opcode", WebSocketClient.frame(text, opcode: 3), 1002),
            ("too large", WebSocketClient.frame(Bytes(repeating: 32, count: 10_001)), 1009),
            ("2^62 bytes", [0x81, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5], 1009),
            ("2^63 bytes", [0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5], nil),
            ("not UTF-8", WebSocketClient.frame([0xFF, 0xFE]), 1007),
            ("long ping", WebSocketClient.frame(Bytes(repeating: 0, count: 126), opcode: 9), nil),
            ("stray continuation", WebSocketClient.frame(text, opcode: 0), 1002),
        ]
        for breach in breaches {
            let client = try world.connect()
            try client.write(breach.bytes)
            let frame = try client.next()
            #expect(frame?.opcode == 8, "\(breach.name)")
            #expect(frame?.closeCode == breach.code, "\(breach.name): \(String(describing: frame))")
        }
        let client = try world.connect()
        try client.send("not JSON")
        #expect(try client.answer()["error"]?["code"] == .number("-32700"))
        try client.call("health", id: "still there")
        #expect(try client.answer()["id"] == "still there")
    }

    @Test func survivesGarbage() throws {
        let world = try World()
        defer { world.server.stop() }
        var generator = SeededGenerator(seed: 77)
        for _ in 0..<150 {
            let client = try world.connect()
            var bytes = generator.bytes(count: Int.random(in: 1...400, using: &generator))
            if Bool.random(using: &generator) {
                // A valid frame with one byte changed.
                bytes = WebSocketClient.frame(Bytes(#"{"id":1,"method":"health"}"#.utf8))
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[index] ^= UInt8.random(in: 1...255, using: &generator)
            }
            try client.write(bytes)
        }
        let client = try world.connect()
        try client.call("health", id: "h")
        #expect(try client.answer()["id"] == "h")
    }

    @Test func letsInOnlyWhoAsksProperly() throws {
        let world = try World(origins: ["https://wallet.example"], maximumSessions: 1)
        defer { world.server.stop() }
        #expect(try world.connect(["Origin: https://evil.example"]).head.hasPrefix("HTTP/1.1 403"))
        let first = try world.connect(["Origin: https://wallet.example"])
        #expect(first.isOpen)
        #expect(try world.connect().head.hasPrefix("HTTP/1.1 503"))
        let plain = try WebSocketClient(port: world.server.port, opens: false)
        try plain.write(Bytes("GET /websocket HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
        try plain.readHead()
        #expect(plain.head.hasPrefix("HTTP/1.1 400"))
        let old = try WebSocketClient(port: world.server.port, opens: false)
        try old.write(
            Bytes(
                ("GET /websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 8\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").utf8))
        try old.readHead()
        #expect(old.head.hasPrefix("HTTP/1.1 426"))
    }

    @Test func closesEverythingWhenItStops() throws {
        let world = try World()
        let clients = try (0..<5).map { _ in try world.connect() }
        world.waitForCount(5)
        world.server.stop()
        for client in clients {
            #expect(try client.next()?.closeCode == 1001)
            #expect(try client.next() == nil)
        }
    }
}
