// The gRPC server against the official client in Python, and against clients that do harm.

import Base
import Client
import Ledger
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite struct GRPCTests {
    private func start(_ limits: GRPCLimits = GRPCLimits()) throws -> GRPCServer {
        let router = CallRouter.questions
        return try GRPCServer(address: "127.0.0.1", port: 0, limits: limits) {
            (call) throws(CallFailure) in try router.respond(to: call)
        }
    }

    private static let prologue = """
        import sys, grpc, time
        channel = grpc.insecure_channel("127.0.0.1:" + sys.argv[1])
        call = channel.unary_unary("/test.v1.Query/Ask")
        def code(body):
            try:
                body()
            except grpc.RpcError as error:
                return error.code().name + " " + error.details()
            return "OK"

        """

    private func python(_ server: GRPCServer, _ script: String) throws -> [String] {
        let output = try PythonOracle.run(
            GRPCTests.prologue + script, arguments: [String(server.port)], timeoutSeconds: 60)
        return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test(.enabled(if: PythonOracle.require())) func answersAndRefuses() throws {
        let server = try start()
        defer { server.stop() }
        let lines = try python(
            server,
            #"""
            def ask(name): return b"\x0a" + bytes([len(name)]) + name
            answer, meta = call.with_call(ask(b"bob"), timeout=5)
            print(answer.hex(), dict(meta.initial_metadata())["x-cosmos-block-height"])
            answer, meta = call.with_call(
                ask(b"bob"), timeout=5, metadata=[("x-cosmos-block-height", "3")])
            print(dict(meta.initial_metadata())["x-cosmos-block-height"])
            for name in [b"missing", b"malformed", b"funds"]:
                print(code(lambda: call(ask(name), timeout=5)))
            print(code(lambda: call(b"\xff", timeout=5))[:16])
            wrong = [("x-cosmos-block-height", "x")]
            print(code(lambda: call(ask(b"bob"), timeout=5, metadata=wrong))[:16])
            print(code(lambda: channel.unary_unary("/a.B/C")(b"", timeout=5))[:13])
            print(code(lambda: call(bytes(5 << 20), timeout=5))[:18])
            futures = [call.future(ask(b"bob")) for _ in range(2000)]
            print(len({future.result() for future in futures}))
            """#)
        var answer = Answer()
        answer.question = Question()
        answer.question?.name = "bob"
        answer.page = PageResponse()
        #expect(
            lines == [
                answer.encoded().hex + " 7", "3", "NOT_FOUND no such thing",
                "INVALID_ARGUMENT not a thing", "FAILED_PRECONDITION 5 < 6: insufficient funds",
                "INVALID_ARGUMENT", "INVALID_ARGUMENT", "UNIMPLEMENTED", "RESOURCE_EXHAUSTED", "1",
            ])
    }

    @Test(.enabled(if: PythonOracle.require())) func callsThatSendNothingEnd() throws {
        var limits = GRPCLimits()
        limits.callSeconds = 1
        limits.maximumCalls = 8
        let server = try start(limits)
        defer { server.stop() }
        let lines = try python(
            server,
            #"""
            import threading
            stop = threading.Event()
            def nothing():
                stop.wait(20)
                return
                yield b""
            stream = channel.stream_unary("/test.v1.Query/Ask")
            slow = [stream.future(nothing()) for _ in range(20)]
            print(sorted({future.code().name for future in slow}))
            print(code(lambda: call(b"", timeout=5)))
            stop.set()
            """#)
        #expect(lines == ["['CANCELLED', 'RESOURCE_EXHAUSTED']", "OK"])
    }

    @Test func aPortThatIsTakenIsAnError() throws {
        let server = try start()
        defer { server.stop() }
        #expect(throws: HTTPServerError.self) {
            try GRPCServer(address: "127.0.0.1", port: server.port) {
                (_) throws(CallFailure) in CallAnswer([])
            }
        }
        #expect(throws: HTTPServerError.self) {
            try GRPCServer(address: "no address", port: 0) {
                (_) throws(CallFailure) in CallAnswer([])
            }
        }
    }

    @Test func garbageHarmsNobody() throws {
        let server = try start()
        defer { server.stop() }
        let preface = Bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
        for garbage in [
            Bytes("GET / HTTP/1.1\r\n\r\n".utf8), Bytes(repeating: 0xff, count: 100_000),
            preface + Bytes(repeating: 0xff, count: 1000),
            // Headers whose block is cut short, and a frame of 2^24 - 1 bytes that never comes.
            preface + [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 3, 1, 4, 0, 0, 0, 1, 0x83, 0x86, 0x04],
            preface + [0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1], [],
        ] {
            let client = try WebSocketClient(port: server.port, opens: false)
            // It may be refused in the middle.
            _ = try client.write(garbage)
        }
        if PythonOracle.require() {
            #expect(try python(server, #"print(code(lambda: call(b"", timeout=5)))"#) == ["OK"])
        }
    }
}
