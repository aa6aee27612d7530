// Stream sockets, TCP and Unix. Every call into the C library is here.
//
// Safety, for every `unsafe` below: addresses are read and written at their own sizes; buffers are
// passed with their own counts, and live until the call returns. A descriptor is closed once, by
// `deinit`.

public import Base
import Foundation

/// Where a socket listens or connects.
public enum SocketAddress: Equatable, Sendable, CustomStringConvertible {
    /// `tcp://HOST:PORT`; the host is an IPv4 address or `localhost`. Port 0: the system chooses.
    case tcp(host: String, port: UInt16)
    /// `unix://PATH`.
    case unix(path: String)

    /// Reads an address as CometBFT writes it; `nil` when it is none.
    public init?(_ text: String) {
        if text.hasPrefix("unix://") {
            let path = String(text.dropFirst(7))
            // The longest path that the system's structure holds, with its end.
            guard !path.isEmpty, path.utf8.count < 108, !path.utf8.contains(0) else { return nil }
            self = .unix(path: path)
            return
        }
        guard text.hasPrefix("tcp://") else { return nil }
        let parts = text.dropFirst(6).split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let port = UInt16(parts[1]) else { return nil }
        self = .tcp(host: String(parts[0]), port: port)
    }

    public var description: String {
        switch self {
        case .tcp(let host, let port): "tcp://\(host):\(port)"
        case .unix(let path): "unix://\(path)"
        }
    }

    /// Calls `body` with the address as the C library wants it; `nil` for a host that is none.
    fileprivate func withAddress<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result? {
        switch self {
        case .tcp(let host, let port):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            let name = host == "localhost" ? "127.0.0.1" : host
            guard unsafe inet_pton(AF_INET, name, &address.sin_addr) == 1 else { return nil }
            return unsafe withUnsafePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        case .unix(let path):
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { target in
                unsafe target.copyBytes(from: path.utf8.prefix(target.count - 1))
            }
            return unsafe withUnsafePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
    }
}

/// A call on a socket that failed.
public struct SocketError: Error, Equatable, CustomStringConvertible {
    /// What was tried.
    public let action: String
    /// The system's number of the reason.
    public let number: Int32

    fileprivate init(_ action: String) {
        self.action = action
        number = errno
    }

    public var description: String { unsafe "\(action): \(String(cString: strerror(number)))" }
}

/// A connection.
public final class Connection: Sendable {
    private let descriptor: Int32

    fileprivate init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// Connects to `address`.
    public init(to address: SocketAddress) throws(SocketError) {
        let family =
            if case .tcp = address { AF_INET } else { AF_UNIX }
        descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw SocketError("socket") }
        let result = unsafe address.withAddress { unsafe connect(descriptor, $0, $1) }
        guard result == 0 else {
            let error = SocketError("connect to \(address)")
            Glibc.close(descriptor)
            throw error
        }
    }

    deinit { Glibc.close(descriptor) }

    /// The next bytes, at most `limit`; none at the end of the connection.
    public func read(limit: Int) throws(SocketError) -> Bytes {
        var bytes = Bytes(repeating: 0, count: limit)
        while true {
            let count = unsafe recv(descriptor, &bytes, limit, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SocketError("read") }
            bytes.removeLast(limit - count)
            return bytes
        }
    }

    /// Writes all of `bytes`.
    public func write(_ bytes: Bytes) throws(SocketError) {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes[done...].withUnsafeBytes {
                unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SocketError("write") }
            done += count
        }
    }

    /// Ends the connection for both sides; a read that waits gives no bytes.
    public func close() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
}

/// A socket that waits for connections.
public final class ListeningSocket: Sendable {
    /// Where it listens; the port is the one that the system chose.
    public let address: SocketAddress
    private let descriptor: Int32

    /// Listens at `address`. A Unix socket that a process left behind is replaced.
    public init(at address: SocketAddress) throws(SocketError) {
        let isTCP =
            if case .tcp = address { true } else { false }
        let descriptor = socket(isTCP ? AF_INET : AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        guard descriptor >= 0 else { throw SocketError("socket") }
        if case .unix(let path) = address { unsafe unlink(path) }
        var on: Int32 = 1
        unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        let bound = unsafe address.withAddress { unsafe bind(descriptor, $0, $1) }
        guard bound == 0, listen(descriptor, 16) == 0 else {
            let error = SocketError("listen at \(address)")
            Glibc.close(descriptor)
            throw error
        }
        self.address = ListeningSocket.chosen(address, descriptor)
    }

    deinit {
        Glibc.close(descriptor)
        if case .unix(let path) = address { unsafe unlink(path) }
    }

    private static func chosen(_ address: SocketAddress, _ descriptor: Int32) -> SocketAddress {
        guard case .tcp(let host, _) = address else { return address }
        var actual = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &actual) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe getsockname(descriptor, $0, &size)
            }
        }
        return .tcp(host: host, port: UInt16(bigEndian: actual.sin_port))
    }

    /// The next connection; `nil` when the socket has been closed.
    public func accept() -> Connection? {
        while true {
            let connection = Glibc.accept(descriptor, nil, nil)
            if connection >= 0 { return Connection(connection) }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    /// Stops waiting; ``accept()`` gives `nil`.
    public func close() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
}
