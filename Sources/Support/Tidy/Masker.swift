// Finds comments and string literals: nested block comments, multi-line and raw strings, and code
// inside string interpolations.

/// Replaces comments and the insides of string literals by spaces, keeping line ends.
struct Masker {
    private let bytes: [UInt8]
    private let isC: Bool
    private var output: [UInt8]
    private var index = 0
    private var contexts: [Context] = [.code(depth: 0)]

    private enum Context {
        /// Code; `depth` counts the open parentheses of an interpolation.
        case code(depth: Int)
        /// Inside a string literal with this many `#` and quotes (1 or 3).
        case string(hashes: Int, quotes: Int)
    }

    init(_ bytes: [UInt8], isC: Bool) {
        self.bytes = bytes
        self.isC = isC
        output = bytes
    }

    mutating func mask() -> [UInt8] {
        while index < bytes.count {
            switch contexts[contexts.count - 1] {
            case .code(let depth): stepCode(depth)
            case .string(let hashes, let quotes): stepString(hashes, quotes)
            }
        }
        return output
    }

    private mutating func stepCode(_ depth: Int) {
        let byte = bytes[index]
        if starts("//") {
            while index < bytes.count, bytes[index] != newline { blank() }
        } else if starts("/*") {
            blankBlockComment()
        } else if let (hashes, quotes) = stringStart() {
            index += hashes + quotes
            contexts.append(.string(hashes: hashes, quotes: quotes))
        } else if isC, byte == UInt8(ascii: "'") {
            blankCharacterLiteral()
        } else if byte == UInt8(ascii: "(") {
            contexts[contexts.count - 1] = .code(depth: depth + 1)
            index += 1
        } else if byte == UInt8(ascii: ")") {
            if depth == 0, contexts.count > 1 {
                contexts.removeLast()
            } else {
                contexts[contexts.count - 1] = .code(depth: depth - 1)
            }
            index += 1
        } else {
            index += 1
        }
    }

    private mutating func stepString(_ hashes: Int, _ quotes: Int) {
        let byte = bytes[index]
        if byte == UInt8(ascii: "\\"), count(of: "#", from: index + 1) >= hashes {
            let next = index + 1 + hashes
            if next < bytes.count, bytes[next] == UInt8(ascii: "("), !isC {
                for _ in index..<next { blank() }
                index += 1
                contexts.append(.code(depth: 0))
            } else {
                for _ in index...min(next, bytes.count - 1) { blank() }
            }
        } else if count(of: "\"", from: index) >= quotes,
            count(of: "#", from: index + quotes) >= hashes
        {
            index += quotes + hashes
            contexts.removeLast()
        } else if byte == newline, quotes == 1 {
            contexts.removeLast()
            index += 1
        } else {
            blank()
        }
    }

    private mutating func blank() {
        if bytes[index] != newline { output[index] = UInt8(ascii: " ") }
        index += 1
    }

    private mutating func blankBlockComment() {
        var depth = 0
        while index < bytes.count {
            if starts("/*") {
                depth = isC ? 1 : depth + 1
                blank()
                blank()
            } else if starts("*/") {
                depth -= 1
                blank()
                blank()
                if depth == 0 { return }
            } else {
                blank()
            }
        }
    }

    private mutating func blankCharacterLiteral() {
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "'"), bytes[index] != newline {
            if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count { blank() }
            blank()
        }
        index += 1
    }

    private func stringStart() -> (hashes: Int, quotes: Int)? {
        let hashes = isC ? 0 : count(of: "#", from: index)
        let quotes = count(of: "\"", from: index + hashes)
        if quotes == 0 { return nil }
        return (hashes, quotes >= 3 && !isC ? 3 : 1)
    }

    private func starts(_ text: StaticString) -> Bool {
        bytes[index...].starts(with: text.description.utf8)
    }

    private func count(of character: Unicode.Scalar, from start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] == UInt8(ascii: character) { index += 1 }
        return index - start
    }
}
