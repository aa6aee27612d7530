// Bytes that lie outside of memory, such as in a file. Models are pure and read nothing themselves;
// whoever loads one hands over this capability.

public import Base

/// Bytes that are read piece by piece.
public protocol ByteReading: Sendable {
    /// How many bytes there are.
    var byteCount: Int { get }
    /// The bytes of `range`, which lies in 0..<``byteCount``.
    ///
    /// - Throws: `unreadable` when they cannot be had.
    func read(_ range: Range<Int>) throws(ModelError) -> Bytes
}
