// Hexadecimal and base64 (RFC 4648), strict: a decoder takes exactly what the encoder writes, and
// hexadecimal in either case.

extension Array where Element == UInt8 {
    /// Lower-case hexadecimal.
    public var hex: String { hexadecimal(digits: "0123456789abcdef") }

    /// Upper-case hexadecimal, as CometBFT prints hashes.
    public var upperHex: String { hexadecimal(digits: "0123456789ABCDEF") }

    private func hexadecimal(digits: StaticString) -> String {
        let table = Array(digits.description.utf8)
        var text = Bytes()
        text.reserveCapacity(2 * count)
        for byte in self {
            text.append(table[Int(byte >> 4)])
            text.append(table[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Decodes hexadecimal of either case without prefix; `nil` for an odd length or other
    /// characters.
    public init?(hex: some StringProtocol) {
        let text = Array(hex.utf8)
        guard text.count.isMultiple(of: 2) else { return nil }
        self.init()
        reserveCapacity(text.count / 2)
        for index in stride(from: 0, to: text.count, by: 2) {
            guard let high = hexDigit(text[index]), let low = hexDigit(text[index + 1]) else {
                return nil
            }
            append(high << 4 | low)
        }
    }

    /// Standard base64 with padding (RFC 4648 section 4).
    public var base64: String {
        let table = Array(base64Alphabet.utf8)
        var text = Bytes()
        text.reserveCapacity((count + 2) / 3 * 4)
        var index = 0
        while index < count {
            let left = Swift.min(3, count - index)
            var group: UInt32 = 0
            for offset in 0..<3 {
                group = group << 8 | (offset < left ? UInt32(self[index + offset]) : 0)
            }
            for position in 0..<4 {
                let digit = table[Int(group >> UInt32(18 - 6 * position) & 63)]
                text.append(position <= left ? digit : UInt8(ascii: "="))
            }
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Decodes standard base64 with padding; `nil` when a character, the padding, or an unused bit
    /// is wrong.
    public init?(base64: some StringProtocol) {
        let text = Array(base64.utf8)
        guard text.count.isMultiple(of: 4) else { return nil }
        self.init()
        reserveCapacity(text.count / 4 * 3)
        for start in stride(from: 0, to: text.count, by: 4) {
            let isLast = start + 4 == text.count
            var padding = 0
            if isLast, text[start + 3] == UInt8(ascii: "=") {
                padding = text[start + 2] == UInt8(ascii: "=") ? 2 : 1
            }
            var group: UInt32 = 0
            for position in 0..<4 {
                var digit: UInt32 = 0
                if position < 4 - padding {
                    guard let value = base64Digit(text[start + position]) else { return nil }
                    digit = UInt32(value)
                }
                group = group << 6 | digit
            }
            let unusedBits: UInt32 = padding == 2 ? 0xFFFF : padding == 1 ? 0xFF : 0
            guard group & unusedBits == 0 else { return nil }
            append(UInt8(group >> 16))
            if padding < 2 { append(UInt8(group >> 8 & 255)) }
            if padding < 1 { append(UInt8(group & 255)) }
        }
    }
}

private let base64Alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

private func hexDigit(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    default: nil
    }
}

private func base64Digit(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
}
