// Writes DER (X.690), the counterpart of `DERReader`.

public import Base
public import Certificates

/// Writes elements of DER.
public enum DERWriter {
    /// An element: tag, shortest length, content.
    public static func element(_ tag: UInt8, _ content: Bytes) -> Bytes {
        var length: Bytes = []
        var rest = content.count
        while rest > 0 {
            length.append(UInt8(rest & 0xFF))
            rest >>= 8
        }
        if content.count < 0x80 { return [tag, UInt8(content.count)] + content }
        return [tag, 0x80 | UInt8(length.count)] + length.reversed() + content
    }

    /// A sequence of elements.
    public static func sequence(_ elements: Bytes...) -> Bytes {
        element(DERTag.sequence, elements.flatMap { $0 })
    }

    /// An integer of two's complement bytes, which must be the shortest.
    public static func integer(bytes: Bytes) -> Bytes { element(DERTag.integer, bytes) }

    /// An integer from 0 on.
    public static func integer(_ value: UInt64) -> Bytes {
        var bytes = Bytes()
        bytes.appendBigEndian(value)
        return unsigned(bytes)
    }

    /// An integer of big-endian bytes without sign.
    public static func unsigned(_ bytes: Bytes) -> Bytes {
        let digits = Bytes(bytes.drop { $0 == 0 })
        return integer(bytes: digits.first.map { $0 < 0x80 } == true ? digits : [0] + digits)
    }

    /// An object identifier.
    public static func identifier(_ identifier: OID) -> Bytes {
        element(DERTag.identifier, identifier.content)
    }

    /// A string of whole bytes as bits.
    public static func bitString(_ bytes: Bytes) -> Bytes {
        element(DERTag.bitString, [0] + bytes)
    }

    /// A string of bytes.
    public static func octetString(_ bytes: Bytes) -> Bytes {
        element(DERTag.octetString, bytes)
    }

    /// A moment as GeneralizedTime.
    public static func time(_ seconds: Int64) -> Bytes {
        let digits = timeText(seconds).utf8.filter { (0x30...0x39).contains($0) }
        return element(DERTag.generalizedTime, digits + [UInt8(ascii: "Z")])
    }

    /// A name of an organisation and a common name.
    public static func name(_ commonName: String) -> Bytes {
        let parts = [
            (OID(2, 5, 4, 10), "AIVM UNSAFE development"), (OID(2, 5, 4, 3), commonName),
        ]
        let sets = parts.map { type, text in
            element(DERTag.set, sequence(identifier(type), element(0x0C, Bytes(text.utf8))))
        }
        return element(DERTag.sequence, sets.flatMap { $0 })
    }
}
