// A cursor over a part of a source that is read in pieces, for content whose items differ in size.

import Base
import Fields

/// Reads numbers from the front of a part of a source.
struct PieceReader {
    private let source: any ByteSource
    /// What has not been taken from the source.
    private var rest: Range<Int>
    private var piece: Bytes = []
    private var position = 0

    private static let pieceSize = 1 << 18

    init(_ source: any ByteSource, _ range: Range<Int>) {
        self.source = source
        rest = range
    }

    /// Bytes not read yet.
    var left: Int { piece.count - position + rest.count }

    /// Reads four bytes; `part` names what they belong to in the error.
    mutating func readLittleEndian32(_ part: String) throws(CircomError) -> UInt32 {
        try require(4, part)
        defer { position += 4 }
        return piece.littleEndian32(at: position)
    }

    /// Reads 32 bytes.
    mutating func readLittleEndian256(_ part: String) throws(CircomError) -> UInt256 {
        try require(32, part)
        defer { position += 32 }
        return piece.littleEndian256(at: position)
    }

    /// Reads `count` bytes.
    mutating func readBytes(_ count: Int, _ part: String) throws(CircomError) -> Bytes {
        try require(count, part)
        defer { position += count }
        return Bytes(piece[position..<position + count])
    }

    /// Sees to it that the piece holds `count` unread bytes.
    private mutating func require(_ count: Int, _ part: String) throws(CircomError) {
        guard piece.count - position < count else { return }
        guard left >= count else {
            throw .truncated(part: part, needed: UInt64(count), left: left)
        }
        let unread = piece[position...]
        let taken = Swift.min(max(PieceReader.pieceSize, count), rest.count)
        let end = rest.lowerBound + taken
        piece = Bytes(unread) + (try source.read(rest.lowerBound..<end))
        rest = end..<rest.upperBound
        position = 0
    }
}
