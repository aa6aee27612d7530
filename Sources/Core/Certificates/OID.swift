// Object identifiers (X.690 section 8.19): the first two numbers share a byte, every number is in
// base 128, most significant group first, the high bit set on every byte but its last.

public import Base

/// An object identifier.
public struct OID: Equatable, Sendable, CustomStringConvertible {
    /// The encoded numbers, without tag and length.
    public let content: Bytes

    /// Takes encoded numbers; they are compared and shown, never needed as numbers.
    public init(content: some Sequence<UInt8>) { self.content = Bytes(content) }

    /// Makes the identifier of numbers, the first two of which are below 3 and 40.
    public init(_ numbers: UInt64...) {
        precondition(
            numbers.count >= 2 && numbers[0] < 3 && numbers[1] < 40,
            "an identifier starts with two small numbers")
        var content: Bytes = [UInt8(numbers[0] * 40 + numbers[1])]
        for number in numbers.dropFirst(2) {
            var groups: Bytes = [UInt8(number & 0x7F)]
            var rest = number >> 7
            while rest > 0 {
                groups.append(UInt8(rest & 0x7F) | 0x80)
                rest >>= 7
            }
            content += groups.reversed()
        }
        self.content = content
    }

    /// The identifier `number` below this one.
    public func appending(_ number: UInt8) -> OID {
        precondition(number < 0x80, "one byte holds the number")
        return OID(content: content + [number])
    }

    /// Numbers with points between; of damaged content, its hexadecimal.
    public var description: String {
        guard let first = content.first, first < 120, content.last.map({ $0 < 0x80 }) == true
        else { return "0x" + content.hex }
        var numbers = ["\(first / 40)", "\(first % 40)"]
        var number: UInt64 = 0
        for byte in content.dropFirst() {
            guard number >> 57 == 0 else { return "0x" + content.hex }
            number = number << 7 | UInt64(byte & 0x7F)
            if byte < 0x80 {
                numbers.append("\(number)")
                number = 0
            }
        }
        return numbers.joined(separator: ".")
    }
}

extension OID {
    static let ecPublicKey = OID(1, 2, 840, 10045, 2, 1)
    static let prime256v1 = OID(1, 2, 840, 10045, 3, 1, 7)
    static let secp384r1 = OID(1, 3, 132, 0, 34)
    static let ecdsaWithSHA256 = OID(1, 2, 840, 10045, 4, 3, 2)
    static let ecdsaWithSHA384 = OID(1, 2, 840, 10045, 4, 3, 3)
    static let rsaEncryption = OID(1, 2, 840, 113_549, 1, 1, 1)
    static let rsaPSS = OID(1, 2, 840, 113_549, 1, 1, 10)
    static let mgf1 = OID(1, 2, 840, 113_549, 1, 1, 8)
    static let sha384 = OID(2, 16, 840, 1, 101, 3, 4, 2, 2)
    static let basicConstraints = OID(2, 5, 29, 19)
    static let keyUsage = OID(2, 5, 29, 15)
    static let subjectAlternativeName = OID(2, 5, 29, 17)
    static let extendedKeyUsage = OID(2, 5, 29, 37)
    static let commonName = OID(2, 5, 4, 3)
}
