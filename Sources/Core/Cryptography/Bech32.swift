// Bech32 (BIP-173, not bech32m): bytes as text with a readable prefix and a checksum.
//
//     prefix "1" data checksum
//
// Data is the bytes regrouped in fives, most significant bit first, the last group padded with zero
// bits; the checksum is six more groups. The checksum is a BCH code over GF(32) computed on the
// prefix's high bits, a zero, its low five bits, and the groups. BIP-173 limits a text to 90
// characters; Cosmos uses longer ones, so the limit here is 1023, the length to which the code was
// designed.

public import Base

/// Why a text is not the bech32 that was expected.
public enum Bech32Error: Error, Equatable, Sendable {
    /// The text has more characters than `Bech32.characterLimit`.
    case tooLong(characters: Int)
    /// The text has no separator `1`.
    case noSeparator
    /// Nothing stands before the separator.
    case emptyPrefix
    /// Fewer than six characters stand after the separator.
    case tooShort(characters: Int)
    /// A byte outside the alphabet, at this offset in UTF-8.
    case invalidCharacter(byte: UInt8, offset: Int)
    /// Upper and lower case letters occur together.
    case mixedCase
    /// The checksum does not match: the text was mistyped or is bech32m.
    case wrongChecksum
    /// The bits after the last whole byte are not fewer than five zeros.
    case wrongPadding
    /// The prefix is another than the one asked for.
    case wrongPrefix(expected: String, actual: String)
    /// The text holds a number of bytes that no address has.
    case addressLength(byteCount: Int)
}

/// Text form of byte strings by BIP-173.
public enum Bech32 {
    /// Most characters of a text that `decode` accepts.
    public static let characterLimit = 1023

    /// The text of `bytes` with `prefix`, in lower case.
    ///
    /// - Precondition: `prefix` has 1 to 83 ASCII characters from 33 to 126, none of them an upper
    ///   case letter. A prefix is a constant of the program, never input.
    public static func encode(prefix: String, bytes: Bytes) -> String {
        let prefixBytes = Bytes(prefix.utf8)
        precondition(
            (1...83).contains(prefixBytes.count)
                && prefixBytes.allSatisfy { (33...126).contains($0) && !isUpper($0) },
            "a bech32 prefix is 1 to 83 printable lower case characters")
        var text = prefixBytes
        append(bytes, Checksum(prefix: prefixBytes), to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the separator, the groups of `bytes`, and the checksum that begins as `checksum`.
    private static func append(_ bytes: Bytes, _ checksum: Checksum, to text: inout Bytes) {
        var checksum = checksum
        text.append(separator)
        // Whole groups of five bits leave `buffer` from the top; fewer than 13 bits are ever in it.
        var buffer: UInt32 = 0
        var bitCount: UInt32 = 0
        func appendGroup(_ group: UInt32) {
            checksum.take(UInt8(truncatingIfNeeded: group & 31))
            text.append(alphabet[Int(group & 31)])
        }
        for byte in bytes {
            buffer = (buffer << 8 | UInt32(byte)) & 0xFFF
            bitCount += 8
            while bitCount >= 5 {
                bitCount -= 5
                appendGroup(buffer >> bitCount)
            }
        }
        if bitCount > 0 { appendGroup(buffer << (5 - bitCount)) }
        for _ in 0..<6 { checksum.take(0) }
        let check = checksum.remainder ^ 1
        for position in 0..<6 {
            text.append(alphabet[Int(check >> UInt32(5 * (5 - position)) & 31)])
        }
    }

    /// A prefix with the checksum's state after it, for texts that all have it.
    struct Prefix: Sendable {
        let text: String
        let bytes: Bytes
        fileprivate let checksum: Checksum

        /// - Precondition: as for the prefix of `encode`.
        init(_ text: String) {
            self.text = text
            bytes = Bytes(text.utf8)
            checksum = Checksum(prefix: bytes)
        }
    }

    /// The text of `bytes` with `prefix`; the same as `encode(prefix:bytes:)`.
    static func encode(_ bytes: Bytes, _ prefix: Prefix) -> String {
        var text = Bytes()
        text.reserveCapacity(prefix.bytes.count + 8 + bytes.count * 8 / 5)
        text.append(contentsOf: prefix.bytes)
        append(bytes, prefix.checksum, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text with `prefix` in lower case; `nil` when `decode` must say what it is.
    static func decode(_ text: String, _ prefix: Prefix) -> Bytes? {
        let characters = text.utf8
        let dataCount = characters.count - prefix.bytes.count - 1
        guard dataCount >= 6, dataCount <= 256 else { return nil }
        var checksum = prefix.checksum
        var bytes = Bytes()
        bytes.reserveCapacity(dataCount * 5 / 8)
        var buffer: UInt32 = 0
        var bitCount: UInt32 = 0
        var position = -prefix.bytes.count - 1
        for character in characters {
            defer { position += 1 }
            guard position >= 0 else {
                let expected =
                    position == -1 ? separator : prefix.bytes[position + 1 + prefix.bytes.count]
                guard character == expected else { return nil }
                continue
            }
            guard character < 128 else { return nil }
            let group = groupsByCharacter[Int(character)]
            guard group < 32 else { return nil }
            checksum.take(group)
            guard position < dataCount - 6 else { continue }
            buffer = (buffer << 5 | UInt32(group)) & 0xFFF
            bitCount += 5
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(buffer >> bitCount & 255))
            }
        }
        let rest = buffer & ((1 << bitCount) - 1)
        guard checksum.remainder == 1, bitCount < 5, rest == 0 else { return nil }
        return bytes
    }

    /// The prefix, in lower case, and the bytes of a text.
    public static func decode(_ text: String) throws(Bech32Error) -> (prefix: String, bytes: Bytes)
    {
        var lower = Bytes(text.utf8)
        guard lower.count <= characterLimit else { throw .tooLong(characters: lower.count) }
        if let offset = lower.firstIndex(where: { $0 < 33 || $0 > 126 }) {
            throw .invalidCharacter(byte: lower[offset], offset: offset)
        }
        let characters = lower
        if lower.contains(where: isUpper) {
            let isMixed = lower.contains { UInt8(ascii: "a") <= $0 && $0 <= UInt8(ascii: "z") }
            guard !isMixed else { throw .mixedCase }
            lower = lower.map { isUpper($0) ? $0 | 0x20 : $0 }
        }
        guard let split = lower.lastIndex(of: separator) else { throw .noSeparator }
        guard split > 0 else { throw .emptyPrefix }
        let dataCount = lower.count - split - 1
        guard dataCount >= 6 else { throw .tooShort(characters: dataCount) }
        let prefix = Bytes(lower[..<split])
        var checksum = Checksum(prefix: prefix)
        var groups = Bytes()
        groups.reserveCapacity(dataCount)
        for offset in (split + 1)..<lower.count {
            let group = groupsByCharacter[Int(lower[offset])]
            guard group < 32 else {
                throw .invalidCharacter(byte: characters[offset], offset: offset)
            }
            checksum.take(group)
            groups.append(group)
        }
        guard checksum.remainder == 1 else { throw .wrongChecksum }
        guard let bytes = wholeBytes(groups.dropLast(6)) else { throw .wrongPadding }
        return (String(decoding: prefix, as: UTF8.self), bytes)
    }

    private static let separator = UInt8(ascii: "1")
    private static let alphabet = Bytes("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

    /// The group that each ASCII character stands for; 255 where it stands for none.
    private static let groupsByCharacter: [UInt8] = {
        var table = [UInt8](repeating: 255, count: 128)
        for (group, character) in alphabet.enumerated() { table[Int(character)] = UInt8(group) }
        return table
    }()

    private static func isUpper(_ byte: UInt8) -> Bool {
        UInt8(ascii: "A") <= byte && byte <= UInt8(ascii: "Z")
    }

    /// The remainder of the groups taken so far by the code's generator.
    fileprivate struct Checksum: Sendable {
        var remainder: UInt32 = 1

        init(prefix: Bytes) {
            for byte in prefix { take(byte >> 5) }
            take(0)
            for byte in prefix { take(byte & 31) }
        }

        mutating func take(_ group: UInt8) {
            let top = remainder >> 25
            remainder = (remainder & 0x1ff_ffff) << 5 ^ UInt32(group)
            // A mask of ones for each bit of `top` that is set, without a branch.
            remainder ^= 0x3b6a_57b2 & (0 &- (top & 1))
            remainder ^= 0x2650_8e6d & (0 &- (top >> 1 & 1))
            remainder ^= 0x1ea1_19fa & (0 &- (top >> 2 & 1))
            remainder ^= 0x3d42_33dd & (0 &- (top >> 3 & 1))
            remainder ^= 0x2a14_62b3 & (0 &- (top >> 4 & 1))
        }
    }

    /// `nil` when the left-over bits are five or more, or not zero.
    private static func wholeBytes(_ groups: ArraySlice<UInt8>) -> Bytes? {
        var bytes = Bytes()
        bytes.reserveCapacity(groups.count * 5 / 8)
        var buffer: UInt32 = 0
        var bitCount: UInt32 = 0
        for group in groups {
            buffer = (buffer << 5 | UInt32(group)) & 0xFFF
            bitCount += 5
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(buffer >> bitCount & 255))
            }
        }
        let rest = buffer & ((1 << bitCount) - 1)
        return bitCount < 5 && rest == 0 ? bytes : nil
    }
}
