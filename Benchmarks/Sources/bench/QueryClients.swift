// Clients that cost little, so that a server can be measured: they write one request again and
// again and read as much of each answer as shows that it came. Blocking sockets, a thread each.

import Base
import Foundation

/// A connection to a server on this machine.
final class LoadConnection {
    private let socket: Int32
    /// What came and was not read yet.
    private var buffer: Bytes = []
    private var start = 0

    init(port: UInt16) throws {
        socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let status = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw BenchmarkFailure("no server on port \(port)") }
        var on: Int32 = 1
        unsafe setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
    }

    deinit { close(socket) }

    func send(_ bytes: Bytes) throws {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe write(socket, $0.baseAddress! + sent, bytes.count - sent)
            }
            guard count > 0 else { throw BenchmarkFailure("the server hung up") }
            sent += count
        }
    }

    /// The next `count` bytes.
    func read(_ count: Int) throws -> ArraySlice<UInt8> {
        while buffer.count - start < count { try fill() }
        defer { start += count }
        return buffer[start..<start + count]
    }

    /// The bytes up to and with `end`.
    func read(through end: Bytes) throws -> ArraySlice<UInt8> {
        var place = start
        while true {
            if buffer.count - place >= end.count {
                if buffer[place] == end[0], buffer[place..<place + end.count] == end[...] {
                    return try read(place + end.count - start)
                }
                place += 1
                continue
            }
            let passed = place - start
            try fill()
            place = start + passed
        }
    }

    private func fill() throws {
        buffer.removeFirst(start)
        start = 0
        var part = Bytes(repeating: 0, count: 65_536)
        let count = unsafe part.withUnsafeMutableBytes {
            unsafe Foundation.read(socket, $0.baseAddress, $0.count)
        }
        guard count > 0 else { throw BenchmarkFailure("the server hung up") }
        buffer += part[..<count]
    }
}

/// Asks over HTTP/1.1, one request at a time on a connection that is kept.
func askOverHTTP(port: UInt16, path: String, count: Int) throws -> Bytes {
    let connection = try LoadConnection(port: port)
    let request = Bytes("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
    let mark = "content-length: "
    var body: Bytes = []
    for _ in 0..<count {
        try connection.send(request)
        let head = String(
            decoding: try connection.read(through: Bytes("\r\n\r\n".utf8)), as: UTF8.self
        ).lowercased()
        guard head.hasPrefix("http/1.1 200"), let place = head.range(of: mark),
            let length = Int(head[place.upperBound...].prefix { $0.isNumber })
        else { throw BenchmarkFailure("not an answer: \(head)") }
        body = Bytes(try connection.read(length))
    }
    return body
}

/// Asks over gRPC with `inFlight` calls at a time on one connection. HTTP/2 by hand: headers are
/// written without compression, and of the answers only the frames are read.
func askOverGRPC(
    port: UInt16, path: String, message: Bytes, count: Int, inFlight: Int
) throws -> Bytes {
    let connection = try LoadConnection(port: port)
    let settings = frame(4, 0, 0, [0, 4, 0x7f, 0xff, 0xff, 0xff])  // window of a stream
    let window = frame(8, 0, 0, [0x7f, 0xfe, 0, 0])  // window of the connection
    try connection.send(Bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + settings + window)
    let headers = headerBlock(path)
    let data = Bytes([0]) + bigEndian(UInt32(message.count)) + message
    var (sent, done, answers) = (0, 0, 0)
    var body: Bytes = []
    func call() throws {
        let stream = UInt32(2 * sent + 1)
        try connection.send(frame(1, 4, stream, headers) + frame(0, 1, stream, data))
        sent += 1
    }
    while sent < min(inFlight, count) { try call() }
    while done < count {
        let head = Bytes(try connection.read(9))
        let length = head[0..<3].reduce(0) { $0 << 8 | Int($1) }
        let payload = Bytes(try connection.read(length))
        switch (head[3], head[4]) {
        case (0, _) where length > 5:
            answers += 1
            body = Bytes(payload.dropFirst(5))
        case (1, let flags) where flags & 1 == 1:
            done += 1
            if sent < count { try call() }
        case (4, 0): try connection.send(frame(4, 1, 0, []))
        case (6, 0): try connection.send(frame(6, 1, 0, payload))
        case (3, _), (7, _): throw BenchmarkFailure("the server refuses")
        default: break
        }
    }
    guard answers == count else { throw BenchmarkFailure("calls without an answer") }
    return body
}

private func bigEndian(_ value: UInt32) -> Bytes {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
}

private func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: Bytes) -> Bytes {
    bigEndian(UInt32(payload.count)).dropFirst() + [type, flags] + bigEndian(stream) + payload
}

/// Headers of a gRPC call (RFC 7541): POST and http by their numbers, the rest as text.
private func headerBlock(_ path: String) -> Bytes {
    func text(_ value: String) -> Bytes { [UInt8(value.utf8.count)] + Bytes(value.utf8) }
    return [0x83, 0x86, 0x04] + text(path) + [0x01] + text("localhost") + [0x0f, 0x10]
        + text("application/grpc") + [0x00] + text("te") + text("trailers")
}
