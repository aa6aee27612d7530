// Messages on the socket: the length as an unsigned varint, then the bytes. Many frames may come in
// one read, and one frame in many. Source: CometBFT 0.38, `abci/types/messages.go`.

public import Base

/// What is wrong with the bytes of a connection; nothing after them can be understood.
public enum FrameError: Error, Equatable {
    /// A length of more bytes than a length may have.
    case malformedLength
    /// A frame longer than is taken.
    case tooLarge(limit: Int, declared: UInt64)
}

extension FrameError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformedLength: "a frame does not begin with its length"
        case .tooLarge(let limit, let declared):
            "a frame of \(declared) bytes; the limit is \(limit)"
        }
    }
}

/// Cuts what arrives on a connection into frames.
public struct FrameReader: Sendable {
    /// Bytes of the longest length that is taken: those of 2³⁵ − 1.
    private static let maximumLengthBytes = 5

    private let limit: Int
    private var buffer = Bytes()
    /// Where the next frame begins in the buffer.
    private var start = 0

    /// Starts with no bytes. Frames longer than `limit` bytes are refused before they arrive.
    public init(limit: Int) {
        precondition(limit >= 0, "a limit is a count")
        self.limit = limit
    }

    /// Takes in what arrived.
    public mutating func append(_ bytes: some Collection<UInt8>) {
        // What has been given out goes when it is the larger part: each byte moves a bounded number
        // of times.
        if start > buffer.count / 2 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// Bytes that have arrived and belong to no frame given out.
    public var pendingByteCount: Int { buffer.count - start }

    /// The content of the next frame; `nil` while it has not arrived whole.
    public mutating func next() throws(FrameError) -> Bytes? {
        var length: UInt64 = 0
        var index = start
        while true {
            guard index < buffer.count else { return nil }
            let position = index - start
            guard position < FrameReader.maximumLengthBytes else { throw .malformedLength }
            let byte = buffer[index]
            length |= UInt64(byte & 0x7F) << UInt64(7 * position)
            index += 1
            if byte < 0x80 { break }
        }
        guard length <= UInt64(limit) else {
            throw .tooLarge(limit: limit, declared: length)
        }
        let end = index + Int(length)
        guard end <= buffer.count else { return nil }
        let frame = Bytes(buffer[index..<end])
        start = end
        return frame
    }
}

extension Array where Element == UInt8 {
    /// Appends `message` as a frame.
    public mutating func appendFrame(_ message: Bytes) {
        appendVarint(UInt64(message.count))
        append(contentsOf: message)
    }
}
