// HTTP/1.1 through libmicrohttpd: the only file that calls it. Each connection has a thread of its
// own, so a handler may block; the library parses, bounds and times out what arrives. A connection
// that becomes a WebSocket keeps its thread to its end.

import Base
import CMicroHTTPD
import Glibc
import Synchronization

/// A running HTTP server.
@safe public final class HTTPServer: Sendable {
    /// The port it listens on; useful when started on port 0.
    public let port: UInt16

    // SAFETY: both are written once in `init` and used again only by `stop`, which the owner calls
    // once; the library guards the daemon itself.
    private nonisolated(unsafe) let daemon: OpaquePointer
    private let context: ServerContext

    /// Starts listening on `address` (an IPv4 address) and serves with `handle`, which is called on
    /// many threads at once.
    ///
    /// - Parameter webSocket: serves WebSockets, where there are any.
    public init(
        address: String, port: UInt16, limits: HTTPLimits = HTTPLimits(),
        webSocket: WebSocketDoor? = nil,
        handle: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) throws(HTTPServerError) {
        context = ServerContext(limits: limits, webSocket: webSocket, handle: handle)
        errno = 0
        // SAFETY: the context outlives the daemon: `self` holds it until after `stop`.
        let started = unsafe aivm_http_start(
            address, port, UInt32(clamping: limits.maximumConnections),
            UInt32(clamping: limits.idleSeconds), accessHandler,
            Unmanaged.passUnretained(context).toOpaque(), requestCompleted)
        guard let started = unsafe started else {
            if errno == EADDRINUSE { throw .addressInUse(address: address, port: port) }
            let reason =
                errno == 0 ? "not an IPv4 address" : unsafe String(cString: strerror(errno))
            throw .cannotListen(address: address, port: port, reason: reason)
        }
        unsafe daemon = started
        self.port = unsafe aivm_http_port(started)
    }

    /// Stops listening and waits for the requests being served. Call once.
    public func stop() {
        // The library waits for handed-over connections, so they must end first.
        context.webSocket?.closeAll()
        unsafe MHD_stop_daemon(daemon)
    }
}

private final class ServerContext: Sendable {
    let limits: HTTPLimits
    let webSocket: WebSocketDoor?
    let handle: @Sendable (HTTPRequest) -> HTTPResponse

    init(
        limits: HTTPLimits, webSocket: WebSocketDoor?,
        handle: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) {
        self.limits = limits
        self.webSocket = webSocket
        self.handle = handle
    }
}

/// A request whose body is still arriving; used by its connection's thread only.
private final class PendingRequest {
    let start = ContinuousClock.now
    var body: Bytes = []
    var isTooLarge = false
    var isTooSlow = false
}

private func accessHandler(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?, url: UnsafePointer<CChar>?,
    method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?,
    upload: UnsafePointer<CChar>?, uploadSize: UnsafeMutablePointer<Int>?,
    slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context = unsafe context, let slot = unsafe slot, let url = unsafe url,
        let method = unsafe method, let uploadSize = unsafe uploadSize,
        let connection = unsafe connection
    else { return .NO }
    // SAFETY: `context` is the server's, alive while the daemon runs; `slot` holds null or the
    // retained request put there below.
    let server = unsafe Unmanaged<ServerContext>.fromOpaque(context).takeUnretainedValue()
    guard let pointer = unsafe slot.pointee else {
        unsafe slot.pointee = Unmanaged.passRetained(PendingRequest()).toOpaque()
        return .YES
    }
    let pending = unsafe Unmanaged<PendingRequest>.fromOpaque(pointer).takeUnretainedValue()
    let count = unsafe uploadSize.pointee
    if count > 0, let upload = unsafe upload {
        if ContinuousClock.now - pending.start > .seconds(server.limits.bodySeconds) {
            pending.isTooSlow = true
        }
        if pending.body.count + count > server.limits.maximumBodyBytes {
            pending.isTooLarge = true
        } else if !pending.isTooSlow {
            // SAFETY: the library promises `count` readable bytes at `upload`.
            unsafe pending.body.append(
                contentsOf: UnsafeRawBufferPointer(start: upload, count: count))
        }
        unsafe uploadSize.pointee = 0
        // What comes after is of no use; the connection ends instead of reading it.
        return pending.isTooSlow ? .NO : .YES
    }
    if pending.isTooLarge {
        let limit = server.limits.maximumBodyBytes
        return unsafe send(.text("body above \(limit) bytes\n", status: 413), connection)
    }
    let request = unsafe HTTPRequest(
        method: String(cString: method), path: String(cString: url),
        arguments: values(connection, .GET_ARGUMENT_KIND),
        headers: values(connection, .HEADER_KIND), body: pending.body)
    if let door = server.webSocket, door.serves(request) {
        switch door.admit(request) {
        case .success(let opening): return unsafe upgrade(connection, opening)
        case .failure(let refusal): return unsafe send(refusal.response, connection)
        }
    }
    return unsafe send(server.handle(request), connection)
}

private func values(
    _ connection: OpaquePointer, _ kind: MHD_ValueKind
) -> [(name: String, value: String)] {
    var found: [(name: String, value: String)] = []
    // SAFETY: the library calls back before returning, so the pointer to the local stays valid.
    unsafe withUnsafeMutablePointer(to: &found) { list in
        _ = unsafe MHD_get_connection_values(
            connection, kind,
            { context, _, name, value in
                guard let context = unsafe context, let name = unsafe name else { return .YES }
                let list = unsafe context.assumingMemoryBound(
                    to: [(name: String, value: String)].self)
                unsafe list.pointee.append(
                    (String(cString: name), value.map { unsafe String(cString: $0) } ?? ""))
                return .YES
            }, UnsafeMutableRawPointer(list))
    }
    return found
}

private func send(_ response: HTTPResponse, _ connection: OpaquePointer) -> MHD_Result {
    // SAFETY: the library copies the bytes before this returns (RESPMEM_MUST_COPY).
    let made = unsafe response.body.withUnsafeBytes { bytes in
        unsafe MHD_create_response_from_buffer(
            bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress),
            .RESPMEM_MUST_COPY)
    }
    guard let made = unsafe made else { return .NO }
    unsafe MHD_add_response_header(made, "Content-Type", response.contentType)
    for header in response.headers {
        unsafe MHD_add_response_header(made, header.name, header.value)
    }
    let result = unsafe MHD_queue_response(connection, UInt32(response.status), made)
    unsafe MHD_destroy_response(made)
    return result
}

// MARK: WebSockets

private func upgrade(
    _ connection: OpaquePointer, _ opening: WebSocketOpening
) -> MHD_Result {
    // SAFETY: the reference is taken back by `takeOver`, which the library calls once for a
    // response that was queued, and below when it was not.
    let retained = unsafe Unmanaged.passRetained(opening)
    guard let made = unsafe MHD_create_response_for_upgrade(takeOver, retained.toOpaque()) else {
        unsafe retained.release()
        return .NO
    }
    for header in opening.headers {
        unsafe MHD_add_response_header(made, header.name, header.value)
    }
    let result = unsafe MHD_queue_response(connection, 101, made)
    unsafe MHD_destroy_response(made)
    if result == .NO { unsafe retained.release() }
    return result
}

private func takeOver(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    request: UnsafeMutableRawPointer?, early: UnsafePointer<CChar>?, earlyCount: Int,
    socket: Int32, handle: OpaquePointer?
) {
    guard let context = unsafe context, let handle = unsafe handle else { return }
    // SAFETY: balances the `passRetained` of `upgrade`; the library promises `earlyCount` readable
    // bytes at `early`.
    let opening = unsafe Unmanaged<WebSocketOpening>.fromOpaque(context).takeRetainedValue()
    let bytes = unsafe Bytes(UnsafeRawBufferPointer(start: early, count: earlyCount))
    opening.serve(socket, bytes)
    unsafe aivm_http_close_upgraded(handle)
}

private func requestCompleted(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, reason: MHD_RequestTerminationCode
) {
    guard let slot = unsafe slot, let pointer = unsafe slot.pointee else { return }
    // SAFETY: balances the `passRetained` of the first call.
    unsafe Unmanaged<PendingRequest>.fromOpaque(pointer).release()
    unsafe slot.pointee = nil
}
