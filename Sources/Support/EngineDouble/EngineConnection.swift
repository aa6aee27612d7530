// A connection as a consensus engine uses it: questions, then a Flush, then the answers in order.

public import ABCI
import Base
import Wire

/// What an application must not do.
public enum EngineFault: Error, Equatable {
    /// The connection ended before all answers had come.
    case connectionEnded
    /// An answer of another kind than the question, or none asked for.
    case wrongAnswer(String)
    /// The application asked the engine to stop.
    case exception(String)
    /// The application has blocks that the engine does not have: its height, the engine's.
    case applicationAhead(Int64, Int64)
    /// The app hash after a height is not the engine's.
    case otherAppHash(Int64)
    /// The application needs blocks that the engine deleted.
    case blocksPruned
    /// The engine dies where it was told to.
    case planned
}

/// A connection to an application.
public struct EngineConnection {
    /// The connection itself.
    public let connection: Connection
    private var reader = FrameReader(limit: 1 << 26)

    /// Connects to the application at `address`.
    public init(to address: SocketAddress) throws { connection = try Connection(to: address) }

    /// Sends `requests` and a Flush in one write.
    public func send(_ requests: [ABCIRequest]) throws {
        var flush = ABCIRequest()
        flush.flush = FlushRequest()
        var bytes: [UInt8] = []
        for request in requests + [flush] { bytes.appendFrame(request.encoded()) }
        try connection.write(bytes)
    }

    /// The next answer; `nil` at the end of the connection.
    public mutating func next() throws -> ABCIResponse? {
        while true {
            if let frame = try reader.next() { return try ABCIResponse(decoding: frame) }
            let bytes = try connection.read(limit: 1 << 16)
            if bytes.isEmpty { return nil }
            reader.append(bytes)
        }
    }

    /// The answers to `requests`, the Flush answered too.
    public mutating func ask(_ requests: [ABCIRequest]) throws -> [ABCIResponse] {
        try send(requests)
        var answers: [ABCIResponse] = []
        for _ in requests {
            guard let answer = try next() else { throw EngineFault.connectionEnded }
            if let exception = answer.exception { throw EngineFault.exception(exception.error) }
            answers.append(answer)
        }
        guard let last = try next() else { throw EngineFault.connectionEnded }
        guard last.flush != nil else { throw EngineFault.wrongAnswer("not Flush") }
        return answers
    }

    /// The answer to the request that `change` makes.
    public mutating func ask(_ change: (inout ABCIRequest) -> Void) throws -> ABCIResponse {
        var request = ABCIRequest()
        change(&request)
        return try ask([request])[0]
    }
}
