// Bytes that lie outside of memory, such as in a file. Models are pure and read nothing themselves;
// whoever loads one hands over this capability.

public import Base

/// Bytes that are read piece by piece.
public protocol ByteReading: Sendable {
    /// How many bytes there are.
    var byteCount: Int { get }
    /// Puts the bytes of `range`, which lies in 0..<``byteCount``, in the place of those of
    /// `bytes`, whose memory is used again when it suffices.
    ///
    /// - Throws: `unreadable` when they cannot be had.
    func read(_ range: Range<Int>, into bytes: inout Bytes) throws(ModelError)
}

extension ByteReading {
    /// The bytes of `range`, which lies in 0..<``byteCount``.
    ///
    /// - Throws: `unreadable` when they cannot be had.
    public func read(_ range: Range<Int>) throws(ModelError) -> Bytes {
        var bytes = Bytes()
        try read(range, into: &bytes)
        return bytes
    }
}
