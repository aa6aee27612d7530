// Reads DER (X.690): every element is a tag, a length and a content. Only what the distinguished
// rules allow is taken: one byte of tag, the shortest definite length, the shortest integers.
//
//     tag      1 byte    class and form in the top three bits, number below
//     length   1 byte    below 0x80: itself; 0x81…0x84: that many bytes of length follow
//     content

public import Base

/// An element of a DER encoding.
public struct DERElement: Sendable {
    /// The tag byte.
    public let tag: UInt8
    /// What the element holds.
    public let content: ArraySlice<UInt8>
    /// The whole element.
    public let encoded: ArraySlice<UInt8>
}

/// The tag bytes that are read here.
public enum DERTag {
    /// BOOLEAN.
    public static let boolean: UInt8 = 0x01
    /// INTEGER.
    public static let integer: UInt8 = 0x02
    /// BIT STRING.
    public static let bitString: UInt8 = 0x03
    /// OCTET STRING.
    public static let octetString: UInt8 = 0x04
    /// NULL.
    public static let null: UInt8 = 0x05
    /// OBJECT IDENTIFIER.
    public static let identifier: UInt8 = 0x06
    /// ENUMERATED.
    public static let enumerated: UInt8 = 0x0A
    /// UTCTime.
    public static let utcTime: UInt8 = 0x17
    /// GeneralizedTime.
    public static let generalizedTime: UInt8 = 0x18
    /// SEQUENCE.
    public static let sequence: UInt8 = 0x30
    /// SET.
    public static let set: UInt8 = 0x31
    /// A constructed element of the context, `[number]`.
    public static func context(_ number: UInt8) -> UInt8 { 0xA0 | number }
}

/// Reads elements one after the other. No bytes can trap it.
public struct DERReader: Sendable {
    private var rest: ArraySlice<UInt8>

    /// Starts at the first of `bytes`. Shares storage; does not copy.
    public init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// Starts at the first of `bytes`. Shares storage; does not copy.
    public init(_ bytes: Bytes) { rest = bytes[...] }

    /// Whether every element has been read.
    public var isAtEnd: Bool { rest.isEmpty }

    /// The tag of the next element; `nil` at the end.
    public var nextTag: UInt8? { rest.first }

    /// Reads the next element.
    public mutating func read() throws(CertificateError) -> DERElement {
        guard rest.count >= 2, let tag = rest.first else { throw .malformed("an element is cut") }
        guard tag & 0x1F != 0x1F else { throw .malformed("a tag of more than one byte") }
        var place = rest.startIndex + 2
        var count = Int(rest[rest.startIndex + 1])
        if count >= 0x80 {
            let width = count & 0x7F
            guard (1...4).contains(width), rest.endIndex - place >= width else {
                throw .malformed("a length is cut, indefinite or too long")
            }
            count = rest[place..<place + width].reduce(0) { $0 << 8 | Int($1) }
            place += width
            guard count >= 0x80, count >> (8 * (width - 1)) != 0 else {
                throw .malformed("a length is not the shortest")
            }
        }
        guard count <= rest.endIndex - place else { throw .malformed("an element is cut") }
        let end = place + count
        let element = DERElement(
            tag: tag, content: rest[place..<end], encoded: rest[rest.startIndex..<end])
        rest = rest[end...]
        return element
    }

    /// Reads the next element, which must have this tag. `what` names it in errors.
    public mutating func read(
        _ tag: UInt8, _ what: @autoclosure () -> String
    ) throws(CertificateError) -> DERElement {
        guard nextTag == tag else { throw .malformed("no \(what())") }
        return try read()
    }

    /// Reads the next element when it has this tag.
    public mutating func readIf(_ tag: UInt8) throws(CertificateError) -> DERElement? {
        nextTag == tag ? try read() : nil
    }

    /// Refuses elements that were not read.
    public func requireEnd(_ what: @autoclosure () -> String) throws(CertificateError) {
        guard isAtEnd else { throw .malformed("bytes after \(what())") }
    }

    /// Reads an INTEGER as its bytes, shortest two's complement.
    public mutating func readInteger(
        _ what: @autoclosure () -> String
    ) throws(CertificateError) -> ArraySlice<UInt8> {
        let content = try read(DERTag.integer, what()).content
        guard let first = content.first else { throw .malformed("\(what()) is empty") }
        if content.count > 1 {
            let sign = content[content.startIndex + 1] & 0x80
            guard !(first == 0 && sign == 0), !(first == 0xFF && sign != 0) else {
                throw .malformed("\(what()) is not the shortest")
            }
        }
        return content
    }

    /// Reads an INTEGER from 0 to 2⁶³ - 1.
    public mutating func readSmallInteger(
        _ what: @autoclosure () -> String
    ) throws(CertificateError) -> UInt64 {
        let content = try readInteger(what())
        guard content.count <= 8, let first = content.first, first < 0x80 else {
            throw .malformed("\(what()) is negative or large")
        }
        return content.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Reads a BOOLEAN.
    public mutating func readBoolean(
        _ what: @autoclosure () -> String
    ) throws(CertificateError) -> Bool {
        let content = try read(DERTag.boolean, what()).content
        switch content.first {
        case 0 where content.count == 1: return false
        case 0xFF where content.count == 1: return true
        default: throw .malformed("\(what()) is neither true nor false")
        }
    }

    /// Reads an OBJECT IDENTIFIER.
    public mutating func readIdentifier(
        _ what: @autoclosure () -> String
    ) throws(CertificateError) -> OID {
        OID(content: try read(DERTag.identifier, what()).content)
    }

    /// Reads a BIT STRING of whole bytes.
    public mutating func readBitString(
        _ what: @autoclosure () -> String
    ) throws(CertificateError) -> ArraySlice<UInt8> {
        let content = try read(DERTag.bitString, what()).content
        guard content.first == 0 else { throw .malformed("\(what()) is not of whole bytes") }
        return content.dropFirst()
    }

    /// Reads UTCTime or GeneralizedTime of whole seconds in UTC, as seconds since 1970.
    public mutating func readTime(
        _ what: @autoclosure () -> String
    ) throws(CertificateError) -> Int64 {
        let element = try read()
        guard let seconds = secondsOfTime(element) else {
            throw .malformed("\(what()) is no time in UTC")
        }
        return seconds
    }
}
