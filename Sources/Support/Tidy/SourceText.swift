// A Swift or C file split into what is code and what is comment, without a parser: the rules look
// at words and braces, and must not be misled by a brace in a string or a word in a comment.

/// The text of one file and its masked copies.
public struct SourceText: Sendable {
    /// Path relative to the repository, with `/`.
    public let path: String
    /// The bytes as they are.
    let bytes: [UInt8]
    /// As long as `bytes`; comments and the insides of string literals are spaces.
    let code: [UInt8]
    /// Every identifier and keyword of `code`, in order.
    let words: [Word]
    /// The lines of the text as they are, without line ends.
    let lines: [String]
    /// Offset in `bytes` at which each line starts.
    private let lineStarts: [Int]

    /// An identifier or keyword.
    struct Word: Sendable {
        var text: String
        /// Where it stands in `code`.
        var range: Range<Int>
        /// Its line, counted from 1.
        var line: Int
    }

    /// Splits `text`. C differs in its character literals.
    public init(path: String, text: String) {
        self.path = path
        bytes = Array(text.utf8)
        var masker = Masker(bytes, isC: path.hasSuffix(".c") || path.hasSuffix(".h"))
        code = masker.mask()
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == newline { starts.append(offset + 1) }
        lineStarts = starts
        words = SourceText.findWords(code)
    }

    private static func findWords(_ code: [UInt8]) -> [Word] {
        var words: [Word] = []
        var line = 1
        var index = 0
        while index < code.count {
            let byte = code[index]
            if isWordByte(byte), !isDigit(byte) {
                let start = index
                while index < code.count, isWordByte(code[index]) { index += 1 }
                let text = String(decoding: code[start..<index], as: UTF8.self)
                words.append(Word(text: text, range: start..<index, line: line))
            } else if isDigit(byte) {
                // A number such as 0x1F or 1e9 is no word.
                while index < code.count, isWordByte(code[index]) { index += 1 }
            } else {
                if byte == newline { line += 1 }
                index += 1
            }
        }
        return words
    }

    /// The line of the byte at `offset`, counted from 1.
    func line(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while low < high {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Line `number` (from 1) without leading and trailing spaces; empty outside the text.
    func trimmedLine(_ number: Int) -> Substring {
        guard lines.indices.contains(number - 1) else { return "" }
        var line = lines[number - 1][...]
        while line.first == " " { line.removeFirst() }
        while line.last == " " { line.removeLast() }
        return line
    }

    /// The code byte before `offset` that is no space; 0 at the start.
    func codeByte(before offset: Int) -> UInt8 {
        var index = offset - 1
        while index >= 0, isSpace(code[index]) { index -= 1 }
        return index >= 0 ? code[index] : 0
    }

    /// The code byte at or after `offset` that is no space, and where; 0 at the end.
    func codeByte(from offset: Int) -> (byte: UInt8, offset: Int) {
        var index = offset
        while index < code.count, isSpace(code[index]) { index += 1 }
        return index < code.count ? (code[index], index) : (0, code.count)
    }

    /// The offset of the brace that closes the one at `open`, or the end of the text.
    func closingBrace(of open: Int) -> Int {
        var depth = 0
        for offset in open..<code.count {
            if code[offset] == UInt8(ascii: "{") { depth += 1 }
            if code[offset] == UInt8(ascii: "}") {
                depth -= 1
                if depth == 0 { return offset }
            }
        }
        return code.count
    }
}

let newline = UInt8(ascii: "\n")

func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == newline || byte == 9 }

func isWordByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
        || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
}
