// What a deterministic target must not name, each with what to use instead.

/// Modules that touch the world.
private let bannedImports: Set<String> = [
    "Foundation", "FoundationEssentials", "FoundationNetworking", "FoundationXML", "Glibc", "Musl",
    "Darwin", "Dispatch", "Synchronization", "Observation", "Distributed", "Testing", "System",
]

/// Words and their replacements.
private let bannedWords: [String: String] = [
    "async": "do it synchronously", "await": "do it synchronously",
    "Task": "do it synchronously", "TaskGroup": "do it synchronously",
    "actor": "use a value type", "Actor": "use a value type", "MainActor": "use a value type",
    "Mutex": "let a host target guard it", "Atomic": "let a host target guard it",
    "Thread": "do it synchronously", "DispatchQueue": "do it synchronously",
    "Date": "take the block's time", "Clock": "take the block's time",
    "ContinuousClock": "take the block's time", "SuspendingClock": "take the block's time",
    "ProcessInfo": "take a parameter", "CommandLine": "take a parameter",
    "FileManager": "take bytes", "FileHandle": "take bytes", "readLine": "take bytes",
    "hashValue": "hash the encoding", "Hasher": "hash the encoding",
    "ObjectIdentifier": "give it an index",
    "SystemRandomNumberGenerator": "derive it from committed bytes",
    "randomElement": "derive it from committed bytes", "shuffle": "derive it from committed bytes",
    "shuffled": "derive it from committed bytes", "debugPrint": "return it",
]

/// Words that are banned only as a call, because they are good names elsewhere.
private let bannedCalls: [String: String] = [
    "print": "return it", "dump": "return it", "random": "derive it from committed bytes",
]

private let floatingPointTypes: Set<String> = [
    "Float", "Double", "Float16", "Float32", "Float64", "Float80", "CGFloat",
]

/// Targets that may compute with floating point, under the arithmetic specification.
private let arithmeticTargets: Set<String> = ["Tensors", "Machine", "Quantization"]

/// Checks a file of the deterministic target `target`.
func determinismViolations(_ file: SourceText, target: String) -> [Violation] {
    var violations: [Violation] = []
    func report(_ rule: Rule, _ line: Int, _ message: String) {
        violations.append(Violation(rule: rule, path: file.path, line: line, message: message))
    }
    for (module, line) in imports(of: file) where bannedImports.contains(module) {
        report(
            .determinism, line, "import of \(module): deterministic code touches nothing outside")
    }
    for (index, word) in file.words.enumerated() {
        let next = word.range.upperBound < file.code.count ? file.code[word.range.upperBound] : 0
        let isDeclared = file.codeByte(before: word.range.lowerBound) == UInt8(ascii: "`")
        if isDeclared { continue }
        if word.text == "Hasher", index > 0, file.words[index - 1].text == "inout" {
            // The signature of Hashable, which serves lookups.
            continue
        }
        if let instead = bannedWords[word.text], next != UInt8(ascii: ":") {
            report(.determinism, word.line, "\(word.text): \(instead)")
        } else if next == UInt8(ascii: "("), let instead = bannedCalls[word.text] {
            report(.determinism, word.line, "\(word.text)(…): \(instead)")
        } else if floatingPointTypes.contains(word.text), !arithmeticTargets.contains(target) {
            report(.floatingPoint, word.line, "\(word.text): only the arithmetic rooms may")
        } else if word.text == "Dictionary" || (word.text == "Set" && next != UInt8(ascii: ":")) {
            report(.unorderedCollection, word.line, "\(word.text): use a sorted array")
        }
    }
    for offset in dictionaryOffsets(file) {
        report(.unorderedCollection, file.line(at: offset), "dictionary: use a sorted array")
    }
    for word in unorderedIterations(file) {
        report(.unorderedIteration, word.line, "\(word.text) is iterated without sorting")
    }
    return violations
}
