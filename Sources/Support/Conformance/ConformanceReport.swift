// The score of the machine on the ONNX backend suite: every failure, then a table by operator and
// one by kind.

/// Runs the cases of the suite.
public enum ConformanceReport {
    /// The kinds of the suite that carry their own data.
    public static let kinds = ["node", "pytorch-converted", "pytorch-operator", "simple"]

    private struct Score {
        var passed = 0
        var count = 0

        mutating func add(_ isPass: Bool) {
            count += 1
            if isPass { passed += 1 }
        }
    }

    /// Runs the cases whose names contain `filter`, prints every failure and the scores.
    ///
    /// - Returns: how many cases failed.
    public static func run(filter: String) -> Int {
        var failed = 0
        var operators: [String: Score] = [:]
        var counted = Score()
        let entries = Dictionary(
            SuiteIndex.entries.map { ("\($0.kind)/\($0.suiteCase.name)", $0) }
        ) { first, _ in first }
        var lines: [String] = []
        for kind in kinds {
            var score = Score()
            for name in SuiteFolder.cases(kind) where filter.isEmpty || name.contains(filter) {
                let entry = entries["\(kind)/\(name)"]
                let failure = (entry?.suiteCase ?? SuiteCase(kind: kind, name: name)).failure()
                if let failure { print("FAIL \(kind)/\(name): \(failure.prefix(400))") }
                score.add(failure == nil)
                if kind == "node" {
                    operators[entry?.operator ?? "others", default: Score()].add(failure == nil)
                    if entry?.counted == true, (entry?.tier ?? 3) <= 2 {
                        counted.add(failure == nil)
                    }
                }
            }
            if score.count > 0 { lines.append("\(kind): \(score.passed) of \(score.count)") }
            failed += score.count - score.passed
        }
        print("\noperator: cases passed of all (node cases, all element types)")
        for (name, score) in operators.sorted(by: { $0.key < $1.key }) {
            let mark = score.passed == score.count ? " " : "!"
            print("\(mark) \(name): \(score.passed) of \(score.count)")
        }
        print("")
        if counted.count > 0 {
            lines.append(
                "tiers 1 and 2, tensors of common types: \(counted.passed) of \(counted.count)")
        }
        lines.forEach { print($0) }
        return failed + runTabular(filter: filter)
    }

    /// The same for the models of tabular users in `Tests/Vectors/tabular`.
    private static func runTabular(filter: String) -> Int {
        var score = Score()
        for entry in TabularIndex.cases where filter.isEmpty || entry.name.contains(filter) {
            let failure = entry.suiteCase.failure()
            if let failure { print("FAIL tabular/\(entry.name): \(failure.prefix(400))") }
            score.add(failure == nil)
        }
        if score.count > 0 { print("tabular: \(score.passed) of \(score.count)") }
        return score.count - score.passed
    }
}
