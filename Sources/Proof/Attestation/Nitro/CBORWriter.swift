// Writes the part of CBOR (RFC 8949) that signatures of COSE documents are over: strings and heads
// of definite, shortest length.

public import Base

/// Writes the heads and strings of CBOR.
public enum CBORWriter {
    /// The head of an item: its major type (0 number, 2 bytes, 3 text, 4 array, 5 map) and number.
    public static func head(_ major: UInt8, _ number: Int) -> Bytes {
        let major = major << 5
        switch number {
        case 0..<24: return [major | UInt8(number)]
        case 24..<0x100: return [major | 24, UInt8(number)]
        case 0x100..<0x10000: return [major | 25, UInt8(number >> 8), UInt8(number & 0xFF)]
        default:
            var bytes: Bytes = [major | 26]
            bytes.appendBigEndian(UInt32(truncatingIfNeeded: number))
            return bytes
        }
    }

    /// A string of bytes.
    public static func bytes(_ bytes: Bytes) -> Bytes { head(2, bytes.count) + bytes }

    /// A text.
    public static func text(_ text: String) -> Bytes { head(3, text.utf8.count) + Bytes(text.utf8) }
}
