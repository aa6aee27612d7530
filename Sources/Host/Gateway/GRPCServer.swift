// gRPC through its C core: the only file that calls it. One generic handler takes every unary call
// as bytes and answers with bytes, so the server knows no message.
//
// Life of a call: it arrives, its message arrives, it is answered, the answer has ended; each is an
// event of one queue, which a few threads empty. `aivm_grpc_call` describes a call in C; it is made
// here, named by every event, and freed with the last one. Calls that are open too long are
// cancelled, so a client that sends nothing holds nothing.
//
// Source: gRPC core 1.51, `grpc/grpc.h`.

public import Base
import CGRPC
import Dispatch
import Foundation
import Synchronization

/// Limits of a gRPC server towards the internet.
public struct GRPCLimits: Sendable {
    /// Largest request, in bytes; a larger one is refused with `RESOURCE_EXHAUSTED`.
    public var maximumMessageBytes = 4 << 20
    /// Calls that are open at the same time; more are refused with `RESOURCE_EXHAUSTED`.
    public var maximumCalls = 1024
    /// Calls that are open on one connection; more wait.
    public var maximumCallsOfConnection = 128
    /// Seconds after which an open call is cancelled.
    public var callSeconds = 30
    /// Seconds after which a connection without calls is closed.
    public var idleSeconds = 300
    /// Bytes the library may hold for all connections.
    public var memoryBytes = 256 << 20
    /// Threads that answer.
    public var threadCount = 8

    /// Makes the defaults.
    public init() {}
}

/// A call as its handler sees it.
public struct GRPCCall: Sendable {
    /// Path, such as `/cosmos.bank.v1beta1.Query/Balance`.
    public var path: String
    /// The request message.
    public var message: Bytes
    /// Value of the header that chooses a height, or `nil`.
    public var height: String?

    /// Makes a call.
    public init(path: String, message: Bytes, height: String? = nil) {
        self.path = path
        self.message = message
        self.height = height
    }
}

/// A running gRPC server, without encryption.
@safe public final class GRPCServer: Sendable {
    /// Answers a call.
    public typealias Handler = @Sendable (GRPCCall) throws(CallFailure) -> CallAnswer

    /// The port it listens on; useful when started on port 0.
    public let port: UInt16

    // SAFETY: written once in `init`; the library guards both itself. `stop` destroys them after
    // the last thread that uses them has ended.
    private nonisolated(unsafe) let server: OpaquePointer
    private nonisolated(unsafe) let queue: OpaquePointer
    private let limits: GRPCLimits
    private let handle: Handler
    /// Addresses of the calls that are open.
    private let open = Mutex<Set<UInt>>([])
    private let isStopping = Atomic(false)
    private let shutdown = DispatchSemaphore(value: 0)
    private let threads = DispatchGroup()

    /// Calls that are awaited at once.
    private static let awaitedCount = 64

    /// Starts listening on `address` (an IPv4 address) and serves with `handle`, which is called on
    /// several threads at once.
    public init(
        address: String, port: UInt16, limits: GRPCLimits = GRPCLimits(),
        handle: @escaping Handler
    ) throws(HTTPServerError) {
        self.limits = limits
        self.handle = handle
        grpc_init()
        let made = unsafe aivm_grpc_make_server(
            Int32(clamping: limits.maximumMessageBytes),
            Int32(clamping: limits.maximumCallsOfConnection),
            Int32(clamping: limits.idleSeconds * 1000), limits.memoryBytes)
        guard let server = unsafe made,
            let queue = unsafe grpc_completion_queue_create_for_next(nil)
        else { preconditionFailure("the library makes servers and queues of valid settings") }
        unsafe self.server = server
        unsafe self.queue = queue
        unsafe grpc_server_register_completion_queue(server, queue, nil)
        let bound = unsafe aivm_grpc_listen(server, "\(address):\(port)")
        self.port = UInt16(clamping: bound)
        unsafe grpc_server_start(server)
        for _ in 0..<limits.threadCount {
            let thread = Thread { [self] in run() }
            thread.name = "grpc"
            // A simulation runs the machine; secondary threads get little stack by default.
            thread.stackSize = 8 << 20
            threads.enter()
            thread.start()
        }
        guard bound > 0 else {
            stop()
            throw .cannotListen(address: address, port: port, reason: "in use, or not an address")
        }
        for _ in 0..<GRPCServer.awaitedCount { awaitCall() }
    }

    /// Stops listening, lets the calls being answered end, and cancels those that do not. Call
    /// once.
    public func stop() {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        unsafe grpc_server_shutdown_and_notify(server, queue, UnsafeMutableRawPointer(server))
        if shutdown.wait(timeout: .now() + 3) == .timedOut {
            unsafe grpc_server_cancel_all_calls(server)
            shutdown.wait()
        }
        unsafe grpc_completion_queue_shutdown(queue)
        threads.wait()
        unsafe grpc_server_destroy(server)
        unsafe grpc_completion_queue_destroy(queue)
        grpc_shutdown()
    }

    // MARK: Events

    private typealias Call = UnsafeMutablePointer<aivm_grpc_call>

    private func run() {
        defer { threads.leave() }
        var lastSweep = aivm_grpc_now()
        while true {
            let event = unsafe grpc_completion_queue_next(queue, aivm_grpc_after(1000), nil)
            let now = aivm_grpc_now()
            if now - lastSweep >= 1000 {
                cancelOldCalls(now)
                lastSweep = now
            }
            switch unsafe event.type {
            case GRPC_QUEUE_SHUTDOWN: return
            case GRPC_OP_COMPLETE:
                guard let tag = unsafe event.tag else { continue }
                if unsafe tag == UnsafeMutableRawPointer(server) {
                    shutdown.signal()
                } else {
                    // SAFETY: every other tag is a call that `awaitCall` made and that is freed
                    // only after its last event.
                    let call = unsafe tag.assumingMemoryBound(to: aivm_grpc_call.self)
                    unsafe advance(call, succeeded: event.success != 0, now)
                }
            default: continue
            }
        }
    }

    private func awaitCall() {
        guard !isStopping.load(ordering: .sequentiallyConsistent) else { return }
        let call = Call.allocate(capacity: 1)
        if unsafe aivm_grpc_request(server, queue, call) == 0 { unsafe release(call) }
    }

    private func advance(_ call: Call, succeeded: Bool, _ now: Int64) {
        switch unsafe call.pointee.stage {
        case 0:
            // It fails only when the server stops.
            guard succeeded else { return unsafe release(call) }
            awaitCall()
            unsafe call.pointee.start = now
            let count = open.withLock { open in
                open.insert(UInt(bitPattern: call))
                return open.count
            }
            guard count <= limits.maximumCalls else {
                let failure = CallFailure(.resourceExhausted, "too many calls at once")
                return unsafe reply(call, .failure(failure))
            }
            if unsafe aivm_grpc_receive(call) == 0 { unsafe finish(call) }
        case 1: unsafe reply(call, result(of: call))
        default: unsafe finish(call)
        }
    }

    private func result(of call: Call) -> Result<CallAnswer, CallFailure> {
        let count = unsafe aivm_grpc_message_count(call)
        guard count != -2 else {
            return .failure(CallFailure(.unimplemented, "compressed messages are not read"))
        }
        guard count >= 0 else {
            return .failure(CallFailure(.invalidArgument, "no message, or one that is too large"))
        }
        // SAFETY: the memory has room for `count` bytes, which the library has.
        let message = unsafe Bytes(unsafeUninitializedCapacity: Int(count)) { buffer, filled in
            if let start = buffer.baseAddress, count > 0 {
                unsafe aivm_grpc_copy_message(call, start)
            }
            filled = Int(count)
        }
        let request = unsafe GRPCCall(
            path: GRPCServer.text(&call.pointee.details.method), message: message,
            height: height(of: call))
        do { return .success(try handle(request)) } catch { return .failure(error) }
    }

    private func height(of call: Call) -> String? {
        let count = unsafe call.pointee.metadata.count
        for index in 0..<count {
            // SAFETY: the library filled `count` entries, which live until the call is released.
            let entry = unsafe call.pointee.metadata.metadata + index
            if unsafe GRPCServer.text(&entry.pointee.key) == CallRouter.heightHeader {
                return unsafe GRPCServer.text(&entry.pointee.value)
            }
        }
        return nil
    }

    private func reply(_ call: Call, _ result: Result<CallAnswer, CallFailure>) {
        let (status, text, value, height) =
            switch result {
            case .success(let answer): (StatusCode.ok, "", answer.value, answer.height)
            case .failure(let failure): (failure.code, failure.message, Bytes(), Int64(0))
            }
        // SAFETY: the library's bridge copies the text and the bytes before it returns.
        let wasTaken = unsafe value.withUnsafeBufferPointer { bytes in
            var text = text
            return text.withUTF8 { text in
                unsafe text.withMemoryRebound(to: CChar.self) { text in
                    unsafe aivm_grpc_reply(
                        call, Int32(status.rawValue), text.baseAddress, text.count,
                        bytes.baseAddress, bytes.count, height)
                }
            }
        }
        if wasTaken == 0 { unsafe finish(call) }
    }

    private func cancelOldCalls(_ now: Int64) {
        // SAFETY: a call is freed only after it has left the set, which the lock holds.
        open.withLock { open in
            for address in open {
                guard let call = unsafe Call(bitPattern: address) else { continue }
                if unsafe now - call.pointee.start > Int64(limits.callSeconds) * 1000 {
                    unsafe grpc_call_cancel(call.pointee.call, nil)
                }
            }
        }
    }

    private func finish(_ call: Call) {
        _ = open.withLock { $0.remove(UInt(bitPattern: call)) }
        unsafe release(call)
    }

    private func release(_ call: Call) {
        unsafe aivm_grpc_release(call)
        unsafe call.deallocate()
    }

    private static func text(_ slice: UnsafePointer<grpc_slice>) -> String {
        // SAFETY: the slice has that many bytes.
        unsafe String(
            decoding: UnsafeBufferPointer(
                start: aivm_grpc_bytes(slice), count: aivm_grpc_count(slice)), as: UTF8.self)
    }
}

extension CallRouter {
    /// Answers gRPC calls.
    public func respond(to call: GRPCCall) throws(CallFailure) -> CallAnswer {
        var height: Int64 = 0
        if let text = call.height { height = try CallRouter.height(text) }
        return try answer(call.path, call.message, height: height)
    }
}
