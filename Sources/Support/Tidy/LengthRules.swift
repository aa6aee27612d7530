// Sizes that a reader can hold.

private let longFile = 400
private let tooLongFile = 600
private let longestFunction = 70
private let longestLine = 100

/// Checks the length of a source file and its lines.
func lengthViolations(_ file: SourceText) -> [Violation] {
    var violations: [Violation] = []
    let count = file.lines.last == "" ? file.lines.count - 1 : file.lines.count
    if count > tooLongFile {
        violations.append(
            Violation(
                rule: .fileTooLong, path: file.path, line: 0,
                message: "\(count) lines, the limit is \(tooLongFile): split it"))
    } else if count > longFile {
        violations.append(
            Violation(
                rule: .fileIsLong, path: file.path, line: 0,
                message: "\(count) lines, from \(longFile) on think about splitting"))
    }
    for (index, line) in file.lines.enumerated() where line.count > longestLine {
        violations.append(
            Violation(
                rule: .lineTooLong, path: file.path, line: index + 1,
                message: "\(line.count) columns, the limit is \(longestLine)"))
    }
    return violations
}

/// Checks the length of every function, initialiser and subscript body.
func functionViolations(_ file: SourceText) -> [Violation] {
    file.words.compactMap { word in
        guard isFunction(word, in: file), let open = bodyStart(after: word, in: file) else {
            return nil
        }
        let close = file.closingBrace(of: open)
        let count = file.line(at: min(close, file.code.count - 1)) - file.line(at: open) - 1
        guard count > longestFunction else { return nil }
        return Violation(
            rule: .functionTooLong, path: file.path, line: word.line,
            message: "body of \(count) lines, the limit is \(longestFunction)")
    }
}

private func isFunction(_ word: SourceText.Word, in file: SourceText) -> Bool {
    let next = word.range.upperBound < file.code.count ? file.code[word.range.upperBound] : 0
    switch word.text {
    case "func", "deinit": return true
    case "init", "subscript":
        let isMember = file.codeByte(before: word.range.lowerBound) == UInt8(ascii: ".")
        return !isMember && [UInt8](" (<?!".utf8).contains(next)
    default: return false
    }
}

/// Where the body of the function that starts at `word` opens, or `nil` when it has none.
private func bodyStart(after word: SourceText.Word, in file: SourceText) -> Int? {
    var depth = 0
    var index = word.range.upperBound
    while index < file.code.count {
        switch file.code[index] {
        case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
        case UInt8(ascii: "{") where depth == 0: return index
        case UInt8(ascii: "}") where depth == 0: return nil
        case newline where depth == 0:
            if !continuesSignature(file, from: index) { return nil }
        default: break
        }
        index += 1
    }
    return nil
}

private func continuesSignature(_ file: SourceText, from offset: Int) -> Bool {
    let (byte, start) = file.codeByte(from: offset)
    if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "(") {
        return true
    }
    let rest = file.code[start...].prefix(16)
    return ["where ", "throws", "async ", "rethrows"].contains { rest.starts(with: $0.utf8) }
}
