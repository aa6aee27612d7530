// Everything that may break a rule, with the reason. An entry that excuses nothing fails the test.

/// A file that may break one rule.
public struct Exception: Equatable, Sendable {
    /// The rule it may break.
    var rule: Rule
    /// The file.
    var path: String
    /// Why it must.
    var reason: String

    init(_ rule: Rule, _ path: String, _ reason: String) {
        self.rule = rule
        self.path = path
        self.reason = reason
    }
}

extension Exception {
    /// The exceptions of this repository.
    public static let all: [Exception] = [
        // Unsafe code: one narrow wrapper for each foreign library.
        Exception(
            .unsafeCode, "Sources/Core/Store/RocksDatabase.swift",
            "calls RocksDB's C interface"),
        Exception(
            .uncheckedSendable, "Sources/Core/Store/RocksDatabase.swift",
            "holds RocksDB handles, which RocksDB allows on any thread"),
    ]
}
