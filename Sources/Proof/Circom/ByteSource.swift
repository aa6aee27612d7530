// Where the bytes of a file come from, and where they go. Files of Circom are large (a key for 2^18
// gates has hundreds of megabytes), so readers take the pieces they need when they need them, into
// memory that is theirs. Sections start at any multiple of four, so points and scalars could not be
// used in place anyway; and what has been checked must be what is computed with, even if somebody
// writes to the file meanwhile. That is why nothing is mapped.

public import Base

/// Bytes that can be read from any place.
public protocol ByteSource: Sendable {
    /// Bytes there are.
    var byteCount: Int { get }

    /// The bytes of `range`, which must lie within the source. Throws
    /// ``CircomError/unreadable(path:reason:)``.
    func read(_ range: Range<Int>) throws(CircomError) -> Bytes
}

/// Bytes in memory.
public struct BytesSource: ByteSource {
    private let bytes: Bytes

    /// Reads from `bytes`.
    public init(_ bytes: Bytes) { self.bytes = bytes }

    public var byteCount: Int { bytes.count }

    public func read(_ range: Range<Int>) throws(CircomError) -> Bytes { Bytes(bytes[range]) }
}

/// Something that takes bytes one piece after the other.
public protocol ByteSink {
    /// Takes `bytes` after those before. Throws ``CircomError/unreadable(path:reason:)``.
    mutating func write(_ bytes: Bytes) throws(CircomError)
}

/// Bytes written into memory.
public struct BytesSink: ByteSink {
    /// What has been written.
    public private(set) var bytes: Bytes = []

    /// Starts with nothing.
    public init() {}

    public mutating func write(_ bytes: Bytes) throws(CircomError) { self.bytes += bytes }
}
