// Reads fixed layouts of little-endian numbers out of hostile bytes, and says what is cut.

import Base

struct QuoteReader {
    private let bytes: Bytes
    private(set) var offset: Int
    private let end: Int
    private let what: String

    /// Reads `range` of `bytes`, which must lie within them; `what` is named in errors.
    init(_ bytes: Bytes, _ range: Range<Int>, _ what: String) {
        precondition(range.upperBound <= bytes.count, "the range lies within the bytes")
        self.bytes = bytes
        offset = range.lowerBound
        end = range.upperBound
        self.what = what
    }

    init(_ bytes: Bytes, _ what: String) { self.init(bytes, 0..<bytes.count, what) }

    var remaining: Int { end - offset }

    mutating func slice(_ count: Int) throws(AttestationError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw .malformed("\(what) is cut: \(count) bytes needed at \(offset)")
        }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    mutating func take(_ count: Int) throws(AttestationError) -> Bytes { Bytes(try slice(count)) }

    /// Skips `count` bytes.
    mutating func skip(_ count: Int) throws(AttestationError) { _ = try slice(count) }

    mutating func byte() throws(AttestationError) -> UInt8 {
        try slice(1).reduce(0) { $0 | $1 }
    }

    /// An unsigned number of `width` bytes, least significant first.
    mutating func number(_ width: Int) throws(AttestationError) -> UInt64 {
        try slice(width).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func uint16() throws(AttestationError) -> UInt16 { UInt16(try number(2)) }

    mutating func uint32() throws(AttestationError) -> UInt32 { UInt32(try number(4)) }

    mutating func uint64() throws(AttestationError) -> UInt64 { try number(8) }

    /// A reader of the next `count` bytes, which this one skips.
    mutating func nested(
        _ count: Int, _ what: String
    ) throws(AttestationError) -> QuoteReader {
        let start = offset
        try skip(count)
        return QuoteReader(bytes, start..<offset, what)
    }

    /// Refuses bytes that were not read.
    func requireEnd() throws(AttestationError) {
        guard remaining == 0 else { throw .malformed("\(what) has \(remaining) bytes too many") }
    }
}

/// Whether every byte is zero.
func isZero(_ bytes: some Sequence<UInt8>) -> Bool { bytes.allSatisfy { $0 == 0 } }
