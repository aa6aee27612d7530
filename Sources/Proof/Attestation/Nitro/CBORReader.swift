// Reads the part of CBOR (RFC 8949) that COSE documents use: integers, byte and text strings,
// arrays, maps, tags and null, all of definite length. Lengths and numbers must be the shortest, so
// that a document has one form.
//
//     first byte: major type in the top three bits, 0…23 or the width of the number below
//     0 unsigned, 1 negative, 2 bytes, 3 text, 4 array, 5 map, 6 tag, 7 simple (null = 0xF6)

import Base

struct CBORReader {
    private var reader: QuoteReader

    init(_ bytes: Bytes, _ what: String) { reader = QuoteReader(bytes, what) }

    /// Number of bytes read so far.
    var offset: Int { reader.offset }

    /// Number of bytes left.
    var remaining: Int { reader.remaining }

    /// Reads the head of an item: its major type and number.
    private mutating func head() throws(AttestationError) -> (major: UInt8, number: UInt64) {
        let first = try reader.byte()
        let width: Int
        switch first & 0x1F {
        case 24: width = 1
        case 25: width = 2
        case 26: width = 4
        case 27: width = 8
        case let small where small < 24: return (first >> 5, UInt64(small))
        default: throw .malformed("CBOR of indefinite length")
        }
        let number = try reader.slice(width).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        let isShortest =
            width == 1 ? number >= 24 : number >> UInt64(4 * width) != 0
        // Of 2, 4 and 8 bytes the upper half must be used.
        guard isShortest else { throw .malformed("a CBOR number is not the shortest") }
        return (first >> 5, number)
    }

    private mutating func head(
        _ major: UInt8, _ what: String
    ) throws(AttestationError) -> UInt64 {
        let head = try head()
        guard head.major == major else { throw .malformed("CBOR: \(what) expected") }
        return head.number
    }

    /// The number of elements of an array.
    mutating func array() throws(AttestationError) -> UInt64 { try head(4, "an array") }

    /// The number of pairs of a map.
    mutating func map() throws(AttestationError) -> UInt64 { try head(5, "a map") }

    mutating func unsigned() throws(AttestationError) -> UInt64 { try head(0, "a number") }

    mutating func bytes() throws(AttestationError) -> Bytes {
        let count = try head(2, "bytes")
        return try reader.take(Int(clamping: count))
    }

    mutating func text() throws(AttestationError) -> String {
        let count = try head(3, "a text")
        guard let text = String(validating: try reader.slice(Int(clamping: count)), as: UTF8.self)
        else { throw .malformed("CBOR: a text is not UTF-8") }
        return text
    }

    /// Bytes, or `nil` for null.
    mutating func optionalBytes() throws(AttestationError) -> Bytes? {
        var ahead = self
        if try ahead.reader.byte() == 0xF6 {
            self = ahead
            return nil
        }
        return try bytes()
    }

    /// Skips the tag `number` when it stands next.
    mutating func skipTag(_ number: UInt64) throws(AttestationError) {
        var ahead = self
        if try ahead.head() == (6, number) { self = ahead }
    }
}
