// The score of the machine on the ONNX backend suite, per kind or per operator.

/// Runs the cases of the suite.
public enum ConformanceReport {
    /// The kinds of the suite that carry their own data.
    public static let kinds = ["node", "pytorch-converted", "pytorch-operator", "simple"]

    /// Runs the cases whose names contain `filter`, prints every failure and a score per kind.
    ///
    /// - Returns: how many cases failed.
    public static func run(filter: String) -> Int {
        var failed = 0
        for kind in kinds {
            var passed = 0
            var count = 0
            for name in SuiteFolder.cases(kind) where filter.isEmpty || name.contains(filter) {
                count += 1
                if let failure = SuiteCase(kind: kind, name: name).failure() {
                    print("FAIL \(kind)/\(name): \(failure.prefix(400))")
                } else {
                    passed += 1
                }
            }
            if count > 0 { print("\(kind): \(passed) of \(count)") }
            failed += count - passed
        }
        return failed + runTabular(filter: filter)
    }

    /// The same for the models of tabular users in `Tests/Vectors/tabular`.
    private static func runTabular(filter: String) -> Int {
        var passed = 0
        var count = 0
        for entry in TabularIndex.cases where filter.isEmpty || entry.name.contains(filter) {
            count += 1
            if let failure = entry.suiteCase.failure() {
                print("FAIL tabular/\(entry.name): \(failure.prefix(400))")
            } else {
                passed += 1
            }
        }
        if count > 0 { print("tabular: \(passed) of \(count)") }
        return count - passed
    }
}
