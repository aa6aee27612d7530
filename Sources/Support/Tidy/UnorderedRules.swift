// Dictionaries and sets: where they are declared, and where their order shows. Without types this
// is a heuristic over names, good enough to make an honest mistake visible.

/// Members of a dictionary or set whose result follows its order.
private let orderedMembers: Set<String> = [
    "keys", "values", "map", "forEach", "reduce", "flatMap", "compactMap", "first", "enumerated",
    "description", "popFirst", "prefix", "dropFirst", "makeIterator", "lazy",
]

/// Uses of names that this file declares as a dictionary or set, where the order shows. Names of
/// other files, and values without a name, escape it.
func unorderedIterations(_ file: SourceText) -> [SourceText.Word] {
    let names = unorderedNames(file)
    if names.isEmpty { return [] }
    var found: [SourceText.Word] = []
    for (index, word) in file.words.enumerated() {
        guard let unordered = names[word.text], isUnordered(index, unordered, in: file) else {
            continue
        }
        // A member of something else than `self` is another declaration.
        let isMember = file.codeByte(before: word.range.lowerBound) == UInt8(ascii: ".")
        if isMember, index == 0 || file.words[index - 1].text != "self" { continue }
        let members = memberChain(after: index, in: file)
        let isSorted =
            members.contains("sorted") || members.contains("contains")
            || members.contains("count") || members.contains("isEmpty")
        // `for x in name {`, and also `for x in self.name {`.
        var before = index - 1
        while before >= 0, file.words[before].text == "self" { before -= 1 }
        let isLoop =
            before >= 0 && file.words[before].text == "in" && members.isEmpty
            && file.codeByte(from: word.range.upperBound).byte == UInt8(ascii: "{")
        let isArray =
            file.codeByte(before: word.range.lowerBound) == UInt8(ascii: "(")
            && before >= 0 && file.words[before].text == "Array" && members.isEmpty
        if isLoop || isArray || (members.first.map(orderedMembers.contains) ?? false && !isSorted) {
            found.append(word)
        }
    }
    return found
}

/// The member names that follow the word at `index`: `keys`, `sorted` of `x.keys.sorted()`.
private func memberChain(after index: Int, in file: SourceText) -> [String] {
    var members: [String] = []
    var end = file.words[index].range.upperBound
    for word in file.words[(index + 1)...] {
        let gap = file.code[end..<word.range.lowerBound].filter { !isSpace($0) && $0 != 0x3F }
        guard gap == [UInt8(ascii: ".")] else { break }
        members.append(word.text)
        end = word.range.upperBound
    }
    return members
}

/// The names declared in `file` with a dictionary or set as type or first value, and the offsets of
/// those declarations.
private func unorderedNames(_ file: SourceText) -> [String: [Int]] {
    var starts = dictionaryOffsets(file)
    starts += offsets(of: ["Dictionary", "Set"], in: file)
    let aliases = declarations(before: starts, in: file)
        .filter { $0.index > 0 && file.words[$0.index - 1].text == "typealias" }
    starts += offsets(of: Set(aliases.map(\.name)), in: file)
    var names: [String: [Int]] = [:]
    for declaration in declarations(before: starts, in: file) {
        names[declaration.name, default: []].append(
            file.words[declaration.index].range.lowerBound)
    }
    return names
}

private func offsets(of names: Set<String>, in file: SourceText) -> [Int] {
    file.words.filter { names.contains($0.text) }.map(\.range.lowerBound)
}

/// The words that are followed by `:` or `=` and then by one of `starts`.
private func declarations(
    before starts: [Int], in file: SourceText
) -> [(name: String, index: Int)] {
    starts.compactMap { start in
        let before = file.codeByte(before: start)
        guard before == UInt8(ascii: ":") || before == UInt8(ascii: "="),
            let index = file.words.lastIndex(where: { $0.range.upperBound <= start })
        else { return nil }
        let word = file.words[index]
        let gap = file.code[word.range.upperBound..<start].filter { !isSpace($0) }
        // `self.names = …` assigns to what is declared elsewhere.
        let isMember = file.codeByte(before: word.range.lowerBound) == UInt8(ascii: ".")
        return gap == [before] && !isMember ? (word.text, index) : nil
    }
}

/// Whether the last declaration of a name before its use at word `index` is one of `unordered`; a
/// name that is declared below its use counts as well.
private func isUnordered(_ index: Int, _ unordered: [Int], in file: SourceText) -> Bool {
    let name = file.words[index].text
    for earlier in stride(from: index - 1, through: 0, by: -1)
    where file.words[earlier].text == name {
        let word = file.words[earlier]
        if unordered.contains(word.range.lowerBound) { return true }
        let isBound = earlier > 0 && ["let", "var"].contains(file.words[earlier - 1].text)
        if isBound || file.codeByte(from: word.range.upperBound).byte == UInt8(ascii: ":") {
            return false
        }
    }
    return true
}

/// Where `[:]`, a type `[Key: Value]` or a dictionary literal starts.
func dictionaryOffsets(_ file: SourceText) -> [Int] {
    let code = file.code
    return code.indices.filter { offset in
        guard code[offset] == UInt8(ascii: "[") else { return false }
        // After a word or a closing bracket it is a subscript, which may have labels.
        if offset > 0 {
            let before = code[offset - 1]
            if isWordByte(before) || before == UInt8(ascii: ")") || before == UInt8(ascii: "]")
                || before == UInt8(ascii: "?") || before == UInt8(ascii: "!")
            {
                return false
            }
        }
        // As an argument it has the type that the function declares, perhaps KeyValuePairs.
        let outer = file.codeByte(before: offset)
        if outer == UInt8(ascii: "(") || outer == UInt8(ascii: ",") { return false }
        return hasColon(code, after: offset)
    }
}

/// Whether the bracket at `open` holds a colon on its own level that belongs to no `? :`.
private func hasColon(_ code: [UInt8], after open: Int) -> Bool {
    var depth = 0
    var questions = 0
    var index = open + 1
    while index < code.count {
        let byte = code[index]
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: ")"), UInt8(ascii: "}"): depth -= 1
        case UInt8(ascii: "]"):
            if depth == 0 { return false }
            depth -= 1
        case UInt8(ascii: "?") where depth == 0 && index > 0 && isSpace(code[index - 1]):
            questions += 1
        case UInt8(ascii: ":") where depth == 0:
            if questions == 0 { return true }
            questions -= 1
        default: break
        }
        if depth < 0 { return false }
        index += 1
    }
    return false
}
