// Every public declaration says its contract. Members that a protocol requires are documented once,
// at the requirement.

/// Requirements of the standard library's protocols.
private let knownRequirements: Set<String> = [
    "==", "<", "hash", "description", "debugDescription", "next", "encode", "rawValue", "allCases",
    "makeIterator", "errorDescription", "startIndex", "endIndex", "index", "count",
]

private let modifiers: Set<String> = [
    "static", "final", "private", "internal", "fileprivate", "set", "mutating", "nonmutating",
    "indirect", "nonisolated", "consuming", "borrowing", "weak", "unowned", "lazy", "override",
    "convenience", "required", "prefix", "postfix", "infix", "unsafe", "sending", "isolated",
]

private let declarations: Set<String> = [
    "func", "var", "let", "init", "subscript", "struct", "class", "enum", "protocol", "actor",
    "typealias", "associatedtype", "operator", "macro", "precedencegroup",
]

/// The names that protocols declared in `files` require.
func requirementNames(of files: [SourceText]) -> Set<String> {
    var names: Set<String> = []
    for file in files {
        for (index, word) in file.words.enumerated() where word.text == "protocol" {
            for member in members(ofTypeAt: index, in: file, ["func", "var", "init", "subscript"]) {
                names.insert(member.name)
            }
        }
    }
    return names
}

/// Checks the comments of public declarations, of the requirements of public protocols and of the
/// cases of public error types. `requirements` are the names that protocols ask for.
func documentationViolations(_ file: SourceText, requirements: Set<String>) -> [Violation] {
    var violations: [Violation] = []
    func report(_ line: Int, _ name: String) {
        if isDocumented(file, line) { return }
        violations.append(
            Violation(
                rule: .undocumented, path: file.path, line: line,
                message: "public \(name) has no documentation comment"))
    }
    for (index, word) in file.words.enumerated() where word.text == "public" {
        guard let keyword = declarationIndex(after: index, in: file) else { continue }
        let name = declaredName(at: keyword, in: file)
        if !requirements.contains(name), !knownRequirements.contains(name) {
            report(word.line, name)
        }
        let kind = file.words[keyword].text
        if kind == "protocol" {
            for member in members(
                ofTypeAt: keyword, in: file, ["func", "var", "init", "subscript"])
            { report(member.line, "requirement \(member.name)") }
        }
        if kind == "enum", name.hasSuffix("Error") || inheritsError(keyword, file) {
            for member in members(ofTypeAt: keyword, in: file, ["case"]) {
                report(member.line, "error case \(member.name)")
            }
        }
    }
    return violations
}

/// The index of the keyword that declares what the modifier at `index` belongs to; `nil` for an
/// import or extension.
private func declarationIndex(after index: Int, in file: SourceText) -> Int? {
    var next = index + 1
    while next < file.words.count {
        let text = file.words[next].text
        if text == "class", next + 1 < file.words.count,
            ["func", "var"].contains(file.words[next + 1].text)
        {
            next += 1
            continue
        }
        if declarations.contains(text) { return next }
        guard modifiers.contains(text) else { return nil }
        next += 1
    }
    return nil
}

/// The name, the operator, or the keyword itself (`init`, `subscript`).
private func declaredName(at keyword: Int, in file: SourceText) -> String {
    let word = file.words[keyword]
    if word.text == "init" || word.text == "subscript" { return word.text }
    let (byte, start) = file.codeByte(from: word.range.upperBound)
    if isWordByte(byte), keyword + 1 < file.words.count { return file.words[keyword + 1].text }
    let operatorBytes = file.code[start...].prefix {
        !isWordByte($0) && !isSpace($0) && $0 != UInt8(ascii: "(")
    }
    return String(decoding: operatorBytes, as: UTF8.self)
}

private func inheritsError(_ keyword: Int, _ file: SourceText) -> Bool {
    let start = file.words[keyword].range.upperBound
    let head = file.code[start...].prefix { $0 != UInt8(ascii: "{") }
    return file.words[keyword...].prefix { $0.range.lowerBound < start + head.count }
        .contains { $0.text == "Error" }
}

/// The declarations by one of `keywords` directly inside the body of the type at word `index`.
private func members(
    ofTypeAt index: Int, in file: SourceText, _ keywords: Set<String>
) -> [(name: String, line: Int)] {
    guard
        let open = file.code[file.words[index].range.upperBound...]
            .firstIndex(of: UInt8(ascii: "{"))
    else { return [] }
    let close = file.closingBrace(of: open)
    var found: [(String, Int)] = []
    var depth = 0
    var offset = open
    for (place, word) in file.words.enumerated()
    where word.range.lowerBound > open && word.range.lowerBound < close {
        for byte in file.code[offset..<word.range.lowerBound] {
            if byte == UInt8(ascii: "{") { depth += 1 }
            if byte == UInt8(ascii: "}") { depth -= 1 }
        }
        offset = word.range.lowerBound
        let isCall = file.codeByte(before: word.range.lowerBound) == UInt8(ascii: ".")
        if depth == 1, !isCall, keywords.contains(word.text) {
            found.append((declaredName(at: place, in: file), word.line))
        }
    }
    return found
}

/// Whether a documentation comment stands above the declaration on `line`, over its attributes.
private func isDocumented(_ file: SourceText, _ line: Int) -> Bool {
    var above = line - 1
    while above > 0, file.trimmedLine(above).hasPrefix("@") { above -= 1 }
    let text = file.trimmedLine(above)
    return text.hasPrefix("///") || text.hasSuffix("*/")
}

/// Checks that a file of a deterministic target opens with a comment of at least a sentence.
func headerViolations(_ file: SourceText) -> [Violation] {
    let header = file.lines.prefix { $0.hasPrefix("//") && !$0.hasPrefix("///") }
    if header.reduce(0, { $0 + $1.count }) >= 30 { return [] }
    return [
        Violation(
            rule: .fileHeader, path: file.path, line: 1,
            message: "start with a paragraph: the idea, what to know, the source")
    ]
}

/// Checks type names against the module `target` and against words that say nothing.
func namingViolations(_ file: SourceText, target: String) -> [Violation] {
    let kinds: Set = ["struct", "class", "enum", "protocol", "actor", "typealias"]
    var violations: [Violation] = []
    for (index, word) in file.words.enumerated() where kinds.contains(word.text) {
        guard index + 1 < file.words.count else { continue }
        let before = file.codeByte(before: word.range.lowerBound)
        if before == UInt8(ascii: ".") || before == UInt8(ascii: ":") { continue }
        let name = file.words[index + 1].text
        let empty = ["Manager", "Helper", "Helpers", "Util", "Utils", "Impl"]
            .first { name.hasSuffix($0) }
        let message =
            if name == target {
                "\(name) is named like its module, which hides the module's other names"
            } else if let empty {
                "\(name): say what it is instead of \(empty)"
            } else {
                ""
            }
        if !message.isEmpty {
            violations.append(
                Violation(rule: .naming, path: file.path, line: word.line, message: message))
        }
    }
    return violations
}
