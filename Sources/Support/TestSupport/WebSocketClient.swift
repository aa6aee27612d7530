// A WebSocket client for tests, written from RFC 6455 alone, so that the server is not tested
// against its own library. It can also send what no client should.

public import Base
import Foundation

/// A connection to a WebSocket server.
public final class WebSocketClient {
    /// One frame from the server.
    public struct Frame: Equatable {
        /// Kind of the frame: 1 text, 8 close, 9 ping, 10 pong.
        public var opcode: UInt8
        /// Content.
        public var payload: Bytes

        /// Makes a frame.
        public init(opcode: UInt8, payload: Bytes) {
            self.opcode = opcode
            self.payload = payload
        }

        /// Code of a close frame.
        public var closeCode: UInt16? {
            opcode == 8 && payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : nil
        }
    }

    private let descriptor: Int32
    private var buffer: Bytes = []
    /// Head of the server's first answer.
    public private(set) var head = ""

    /// Connects and asks for `path`. Without `opens`, nothing is asked.
    public init(
        port: UInt16, path: String = "/websocket", headers: [String] = [], opens: Bool = true
    ) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw ClosedByServer() }
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        guard opens else { return }
        let lines =
            [
                "GET \(path) HTTP/1.1", "Host: test", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ] + headers
        try write(Bytes((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
        try readHead()
    }

    deinit { close(descriptor) }

    /// Whether the server opened a WebSocket, with the proof of RFC 6455's own example.
    public var isOpen: Bool {
        head.hasPrefix("HTTP/1.1 101") && head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    /// Reads to the end of a head.
    public func readHead() throws {
        while true {
            if let end = Self.endOfHead(buffer) {
                head = String(decoding: buffer.prefix(end), as: UTF8.self)
                buffer.removeFirst(end)
                return
            }
            guard try fill() else { return }
        }
    }

    /// Everything until the server ends the connection.
    public func readToEnd() throws -> Bytes {
        while try fill() {}
        defer { buffer = [] }
        return buffer
    }

    private static func endOfHead(_ bytes: Bytes) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (4...bytes.count).first { bytes[($0 - 4)..<$0].elementsEqual([13, 10, 13, 10]) }
    }

    /// Writes bytes as they are; false when the server has gone.
    @discardableResult
    public func write(_ bytes: Bytes) throws -> Bool {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes[done...].withUnsafeBytes {
                unsafe Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    /// The bytes of a frame, masked as a client must.
    public static func frame(
        _ payload: Bytes, opcode: UInt8 = 1, isLast: Bool = true, isMasked: Bool = true
    ) -> Bytes {
        var bytes: Bytes = [(isLast ? 0x80 : 0) | opcode]
        let flag: UInt8 = isMasked ? 0x80 : 0
        switch payload.count {
        case ..<126: bytes.append(flag | UInt8(payload.count))
        case ..<65536:
            bytes += [flag | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default:
            bytes.append(flag | 127)
            bytes.appendBigEndian(UInt64(payload.count))
        }
        guard isMasked else { return bytes + payload }
        let mask: Bytes = [1, 2, 3, 4]
        bytes += mask
        bytes += payload.enumerated().map { $1 ^ mask[$0 % 4] }
        return bytes
    }

    /// Sends a text message.
    public func send(_ text: String) throws { try write(Self.frame(Bytes(text.utf8))) }

    /// The next frame; `nil` when the connection ended.
    public func next() throws -> Frame? {
        while true {
            if let (frame, count) = Self.parse(buffer) {
                buffer.removeFirst(count)
                return frame
            }
            guard try fill() else { return nil }
        }
    }

    /// The next text message; pings are answered on the way.
    public func message() throws -> Bytes {
        while let frame = try next() {
            if frame.opcode == 9 { try write(Self.frame(frame.payload, opcode: 10)) }
            if frame.opcode == 1 { return frame.payload }
            if frame.opcode == 8 { break }
        }
        throw ClosedByServer()
    }

    /// The server ended the connection, or is not there.
    public struct ClosedByServer: Error {}

    private static func parse(_ bytes: Bytes) -> (Frame, Int)? {
        guard bytes.count >= 2 else { return nil }
        var position = 2
        var count = Int(bytes[1] & 0x7F)
        let extra = count == 126 ? 2 : count == 127 ? 8 : 0
        guard bytes.count >= 2 + extra else { return nil }
        if extra > 0 {
            count = bytes[2..<2 + extra].reduce(0) { $0 << 8 | Int($1) }
            position += extra
        }
        guard bytes.count >= position + count else { return nil }
        let payload = Bytes(bytes[position..<position + count])
        return (Frame(opcode: bytes[0] & 0x0F, payload: payload), position + count)
    }

    private func fill() throws -> Bool {
        var chunk = Bytes(repeating: 0, count: 65536)
        let count = unsafe chunk.withUnsafeMutableBytes {
            unsafe recv(descriptor, $0.baseAddress, $0.count, 0)
        }
        guard count > 0 else { return false }
        buffer += chunk.prefix(count)
        return true
    }
}
