// Code that can trap on outside bytes, or that the compiler cannot check.

/// Checks a file of a product target for forced operations.
func trapViolations(_ file: SourceText) -> [Violation] {
    var violations: [Violation] = []
    func report(_ line: Int, _ message: String) {
        violations.append(Violation(rule: .trap, path: file.path, line: line, message: message))
    }
    var forcedWords: Set<Int> = []
    for word in file.words {
        let end = word.range.upperBound
        let next = end < file.code.count ? file.code[end] : 0
        if word.text == "try" || word.text == "as", next == UInt8(ascii: "!") {
            forcedWords.insert(end)
            report(word.line, "\(word.text)!: throw instead")
        }
        if word.text == "fatalError", next == UInt8(ascii: "(") {
            report(word.line, "fatalError: use precondition with the invariant, or throw")
        }
    }
    for offset in file.code.indices where file.code[offset] == UInt8(ascii: "!") {
        guard offset > 0, !forcedWords.contains(offset) else { continue }
        let before = file.code[offset - 1]
        let after = offset + 1 < file.code.count ? file.code[offset + 1] : 0
        let isPostfix =
            isWordByte(before) || before == UInt8(ascii: ")") || before == UInt8(ascii: "]")
            || before == UInt8(ascii: "}") || before == UInt8(ascii: "\"")
        if isPostfix, after != UInt8(ascii: "=") {
            report(file.line(at: offset), "forced unwrap: use guard or a precondition")
        }
    }
    return violations
}

/// Checks for `-Ounchecked` in a manifest or script, given as plain text.
func uncheckedOptimisationViolations(path: String, text: String) -> [Violation] {
    let flag = "-O" + "unchecked"
    var violations: [Violation] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    where line.contains(flag) {
        violations.append(
            Violation(
                rule: .trap, path: path, line: index + 1,
                message: "\(flag) removes the traps that stop a node before it forks"))
    }
    return violations
}

/// Checks a file of a product target for code that the compiler cannot check.
func unsafeViolations(_ file: SourceText) -> [Violation] {
    var violations: [Violation] = []
    for word in file.words {
        let before = file.codeByte(before: word.range.lowerBound)
        let next = file.codeByte(from: word.range.upperBound).byte
        if word.text == "unchecked", before == UInt8(ascii: "@") {
            violations.append(
                Violation(
                    rule: .uncheckedSendable, path: file.path, line: word.line,
                    message: "@unchecked: use Mutex or a value type"))
        }
        guard word.text == "unsafe" else { continue }
        if before == UInt8(ascii: "("), next == UInt8(ascii: ")") {
            violations.append(
                Violation(
                    rule: .uncheckedSendable, path: file.path, line: word.line,
                    message: "(unsafe): use Mutex or a value type"))
        } else {
            violations.append(
                Violation(
                    rule: .unsafeCode, path: file.path, line: word.line,
                    message: "unsafe outside the listed files"))
        }
    }
    return violations
}
