// The life of one WebSocket connection, on a thread of its own: wslay parses and makes frames, this
// loop moves bytes between it, the socket and the session's box. Garbage ends the connection with
// WebSocket's code for it, never the process. Source: RFC 6455.
//
// Safety, for every `unsafe` below: the context lives from `init` to `deinit` and is used by one
// thread; `self` is passed to it unretained and outlives it; wslay copies messages that are queued;
// pointers that callbacks receive are read within the callback, with their own counts.

import Base
import CWslay
import Foundation

/// Runs one connection.
@safe final class WebSocketLoop {
    /// Bytes taken from the socket before messages are answered, so that a flood cannot starve the
    /// sending side.
    private static let readBudget = 256 << 10
    /// Bytes handed to wslay at a time.
    private static let sendPortion = 256 << 10
    /// How long a close frame may take to leave.
    private static let farewell = Duration.seconds(2)

    private let socket: Int32
    private let session: WebSocketSession
    private var context: OpaquePointer?
    /// Bytes that arrived with the request.
    private var early: Bytes
    private var budget = 0
    private var messages: [Bytes] = []
    private var isBroken = false
    private var lastReceived = ContinuousClock.now
    private var lastPing = ContinuousClock.now

    /// Takes over `socket`, on which `early` has been read already. The caller closes it.
    init?(socket: Int32, early: Bytes, session: WebSocketSession) {
        self.socket = socket
        self.early = early
        self.session = session
        var callbacks = wslay_event_callbacks()
        unsafe callbacks.recv_callback = receiveBytes
        unsafe callbacks.send_callback = sendBytes
        unsafe callbacks.on_msg_recv_callback = receiveMessage
        let user = unsafe Unmanaged.passUnretained(self).toOpaque()
        guard unsafe wslay_event_context_server_init(&context, &callbacks, user) == 0 else {
            return nil
        }
        unsafe wslay_event_config_set_max_recv_msg_length(
            context, UInt64(session.limits.maximumMessageBytes))
    }

    deinit { unsafe wslay_event_context_free(context) }

    /// Serves the connection to its end; `answer` gives the answer to a message, or `nil`.
    func run(_ answer: (Bytes) -> Bytes?) {
        exchange(answer)
        finish()
    }

    /// Lets what was sent arrive: a socket that is closed over unread bytes takes back what it
    /// sent, the reason of the end included.
    private func finish() {
        _ = shutdown(socket, Int32(SHUT_WR))
        let deadline = ContinuousClock.now + WebSocketLoop.farewell
        var buffer = Bytes(repeating: 0, count: 4096)
        var discarded = 0
        while ContinuousClock.now < deadline, discarded < WebSocketLoop.readBudget {
            var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&descriptor, 1, 100) >= 0 else { return }
            guard descriptor.revents != 0 else { continue }
            let count = unsafe recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { return }
            discarded += count
        }
    }

    private func exchange(_ answer: (Bytes) -> Bytes?) {
        var end: ContinuousClock.Instant?
        while !isBroken {
            if let end, ContinuousClock.now > end { return }
            if let closing = session.end, end == nil {
                queueClose(closing)
                end = ContinuousClock.now + WebSocketLoop.farewell
            } else if unsafe wslay_event_get_queued_msg_count(context) == 0 {
                for message in session.take(limit: WebSocketLoop.sendPortion) {
                    queue(UInt8(WSLAY_TEXT_FRAME.rawValue), message)
                }
            }
            if wantsWrite, unsafe wslay_event_send(context) != 0 { return }
            guard wantsRead || wantsWrite else { return }
            let isReadable = wait()
            if isReadable, wantsRead {
                budget = WebSocketLoop.readBudget
                guard unsafe wslay_event_recv(context) == 0 else {
                    // A frame that is none: its end without a reason is queued.
                    _ = unsafe wslay_event_send(context)
                    return
                }
                let received = messages
                messages = []
                for message in received {
                    if let reply = answer(message) { session.send(reply) }
                }
            }
            if !isAlive() { return }
        }
    }

    private var wantsWrite: Bool { unsafe wslay_event_want_write(context) != 0 }
    private var wantsRead: Bool { unsafe wslay_event_want_read(context) != 0 }

    /// Waits for the socket, a wake, or a second; whether bytes can be read. While much waits for
    /// the client, nothing more is read from it.
    private func wait() -> Bool {
        let isBehind = session.waitingByteCount > session.limits.maximumWaitingBytes / 4
        var events = Int16(0)
        if wantsRead, !isBehind { events |= Int16(POLLIN) }
        if wantsWrite { events |= Int16(POLLOUT) }
        var descriptors = [
            pollfd(fd: socket, events: events, revents: 0),
            pollfd(fd: session.pipe.readEnd, events: Int16(POLLIN), revents: 0),
        ]
        if !early.isEmpty { return true }
        _ = unsafe poll(&descriptors, 2, 1000)
        if descriptors[1].revents != 0 { session.pipe.drain() }
        let happened = Int32(descriptors[0].revents)
        if happened & (POLLERR | POLLNVAL) != 0 { isBroken = true }
        if happened & POLLHUP != 0, happened & POLLIN == 0 { isBroken = true }
        return happened & POLLIN != 0
    }

    /// Pings a silent client; false when it has been silent for too long.
    private func isAlive() -> Bool {
        let now = ContinuousClock.now
        let silence = now - lastReceived
        if silence > .seconds(session.limits.silenceSeconds) { return false }
        if silence > .seconds(session.limits.pingSeconds),
            now - lastPing > .seconds(session.limits.pingSeconds)
        {
            lastPing = now
            queue(UInt8(WSLAY_PING.rawValue), [])
        }
        return true
    }

    private func queue(_ opcode: UInt8, _ message: Bytes) {
        unsafe message.withUnsafeBufferPointer { buffer in
            var argument = unsafe wslay_event_msg(
                opcode: opcode, msg: buffer.baseAddress, msg_length: buffer.count)
            _ = unsafe wslay_event_queue_msg(context, &argument)
        }
    }

    private func queueClose(_ end: WebSocketEnd) {
        let reason = Bytes(end.reason.utf8)
        unsafe wslay_event_shutdown_read(context)
        _ = unsafe wslay_event_queue_close(context, end.rawValue, reason, reason.count)
    }

    // MARK: What wslay calls

    fileprivate func receive(
        _ context: OpaquePointer?, into buffer: UnsafeMutablePointer<UInt8>, _ count: Int
    ) -> Int {
        lastReceived = ContinuousClock.now
        if !early.isEmpty {
            let part = min(count, early.count)
            unsafe early.withUnsafeBufferPointer { bytes in
                guard let start = bytes.baseAddress else { return }
                unsafe buffer.update(from: start, count: part)
            }
            early.removeFirst(part)
            return part
        }
        guard budget > 0 else {
            unsafe wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK.rawValue)
            return -1
        }
        let received = unsafe recv(
            socket, buffer, min(count, budget), Int32(MSG_DONTWAIT))
        if received > 0 {
            budget -= received
            return received
        }
        let isLater = received < 0 && (errno == EAGAIN || errno == EINTR)
        unsafe wslay_event_set_error(
            context,
            isLater ? WSLAY_ERR_WOULDBLOCK.rawValue : WSLAY_ERR_CALLBACK_FAILURE.rawValue)
        return -1
    }

    fileprivate func send(
        _ context: OpaquePointer?, _ bytes: UnsafePointer<UInt8>, _ count: Int
    ) -> Int {
        let sent = unsafe Foundation.send(
            socket, bytes, count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
        if sent > 0 { return sent }
        let isLater = sent < 0 && (errno == EAGAIN || errno == EINTR)
        unsafe wslay_event_set_error(
            context,
            isLater ? WSLAY_ERR_WOULDBLOCK.rawValue : WSLAY_ERR_CALLBACK_FAILURE.rawValue)
        return -1
    }

    fileprivate func receive(message: Bytes) { messages.append(message) }
}

/// The loop behind a callback's user data.
private func loop(_ user: UnsafeMutableRawPointer?) -> WebSocketLoop? {
    guard let user = unsafe user else { return nil }
    return unsafe Unmanaged<WebSocketLoop>.fromOpaque(user).takeUnretainedValue()
}

private func receiveBytes(
    context: OpaquePointer?, buffer: UnsafeMutablePointer<UInt8>?, count: Int, flags: Int32,
    user: UnsafeMutableRawPointer?
) -> Int {
    guard let loop = unsafe loop(user), let buffer = unsafe buffer else { return -1 }
    return unsafe loop.receive(context, into: buffer, count)
}

private func sendBytes(
    context: OpaquePointer?, bytes: UnsafePointer<UInt8>?, count: Int, flags: Int32,
    user: UnsafeMutableRawPointer?
) -> Int {
    guard let loop = unsafe loop(user), let bytes = unsafe bytes else { return -1 }
    return unsafe loop.send(context, bytes, count)
}

private func receiveMessage(
    context: OpaquePointer?, argument: UnsafePointer<wslay_event_on_msg_recv_arg>?,
    user: UnsafeMutableRawPointer?
) {
    guard let loop = unsafe loop(user), let argument = unsafe argument?.pointee else { return }
    let opcode = unsafe UInt32(argument.opcode)
    guard opcode == WSLAY_TEXT_FRAME.rawValue || opcode == WSLAY_BINARY_FRAME.rawValue else {
        return
    }
    // SAFETY: wslay promises `msg_length` readable bytes at `msg`.
    loop.receive(
        message: unsafe Bytes(
            UnsafeBufferPointer(start: argument.msg, count: argument.msg_length)))
}
