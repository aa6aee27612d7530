// Rules about files of any kind: leftovers, links, sizes, provenance.

import Foundation

/// Words that mark unfinished work. Written in two parts so that this file passes its own rule.
private let markers = [
    "TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK", "Place" + "holder", "place" + "holder",
]

/// Checks a text file for marks of unfinished work and paths of one machine.
func leftoverViolations(path: String, text: String) -> [Violation] {
    var violations: [Violation] = []
    let machinePath = "/wo" + "rk/"
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
        for marker in markers where containsWord(line, marker) {
            violations.append(
                Violation(
                    rule: .leftover, path: path, line: index + 1,
                    message: "\(marker): finish it or open an issue"))
        }
        if line.contains(machinePath) {
            violations.append(
                Violation(
                    rule: .leftover, path: path, line: index + 1,
                    message: "a path of one machine"))
        }
    }
    return violations
}

private func containsWord(_ line: Substring, _ word: String) -> Bool {
    var rest = line[...]
    while let range = rest.range(of: word) {
        let before = rest[..<range.lowerBound].utf8.last ?? 0
        let after = rest[range.upperBound...].utf8.first ?? 0
        if !isWordByte(before), !isWordByte(after) { return true }
        rest = rest[range.upperBound...]
    }
    return false
}

/// Checks that the relative links of the Markdown file `path` lead to files of the repository, and
/// their anchors to headings. `files` maps every path to its text, or to "" when it is no Markdown;
/// folders are there too.
func linkViolations(path: String, text: String, files: [String: String]) -> [Violation] {
    var violations: [Violation] = []
    var isFenced = false
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
        if line.hasPrefix("```") { isFenced.toggle() }
        if isFenced { continue }
        for link in links(in: line) where !leadsSomewhere(link, from: path, text, files) {
            violations.append(
                Violation(
                    rule: .brokenLink, path: path, line: index + 1, message: "\(link) leads nowhere"
                ))
        }
    }
    return violations
}

/// The targets of `[text](target)` in `line`.
private func links(in line: Substring) -> [String] {
    var found: [String] = []
    var rest = line[...]
    while let open = rest.range(of: "](") {
        rest = rest[open.upperBound...]
        guard let close = rest.firstIndex(of: ")") else { break }
        let target = rest[..<close].split(separator: " ").first ?? ""
        found.append(String(target))
        rest = rest[close...]
    }
    return found
}

private func leadsSomewhere(
    _ link: String, from path: String, _ text: String, _ files: [String: String]
) -> Bool {
    if link.contains("://") || link.hasPrefix("mailto:") { return true }
    let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let file = String(parts[0])
    var target = text
    if !file.isEmpty {
        var components = path.split(separator: "/").dropLast().map(String.init)
        for component in file.split(separator: "/") where component != "." {
            if component == ".." {
                if components.isEmpty { return false }
                components.removeLast()
            } else {
                components.append(String(component))
            }
        }
        guard let found = files[components.joined(separator: "/")] else { return false }
        target = found
    }
    guard parts.count == 2, !target.isEmpty else { return true }
    return anchors(of: target).contains(parts[1].lowercased())
}

/// The anchors that GitHub gives to the headings of `text`.
private func anchors(of text: String) -> Set<String> {
    var anchors: Set<String> = []
    for line in text.split(separator: "\n") where line.hasPrefix("#") {
        let title = line.drop { $0 == "#" || $0 == " " }.lowercased()
        let kept = title.filter {
            $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_"
        }
        anchors.insert(kept.replacingOccurrences(of: " ", with: "-"))
    }
    return anchors
}

/// Checks the size of a file.
func sizeViolations(path: String, sizeInBytes: Int) -> [Violation] {
    let limit = 2 << 20
    if sizeInBytes <= limit { return [] }
    return [
        Violation(
            rule: .largeFile, path: path, line: 0,
            message: "\(sizeInBytes) bytes, the limit is \(limit)")
    ]
}

/// Checks that a vector file is a JSON object that says where it is from.
func provenanceViolations(path: String, data: Data) -> [Violation] {
    let object = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
    let provenance = object?["provenance"]
    if let text = provenance as? String, !text.isEmpty { return [] }
    if let parts = provenance as? [String: Any], !parts.isEmpty { return [] }
    return [
        Violation(
            rule: .provenance, path: path, line: 0,
            message: "a vector file is a JSON object with the member \"provenance\"")
    ]
}
