// What a rule reports.

/// A place that breaks a rule.
public struct Violation: Equatable, Sendable, CustomStringConvertible {
    /// The rule that is broken.
    public var rule: Rule
    /// Path relative to the repository.
    public var path: String
    /// Line, counted from 1; 0 when the whole file is meant.
    public var line: Int
    /// What is wrong and what to do instead.
    public var message: String

    /// Whether it only asks for thought and does not fail the test.
    public var isWarning: Bool { rule == .fileIsLong }

    public var description: String {
        let place = line == 0 ? path : "\(path):\(line)"
        return "\(place): [\(rule.rawValue)] \(message)"
    }
}

/// The rules, by the names that `Exceptions` uses.
public enum Rule: String, CaseIterable, Sendable {
    /// An import or dependency that the import graph does not allow.
    case importGraph = "import-graph"
    /// Something that may differ between nodes, in a deterministic target.
    case determinism
    /// A dictionary or set in a deterministic target.
    case unorderedCollection = "unordered-collection"
    /// A dictionary or set iterated in its own order, in a deterministic target.
    case unorderedIteration = "unordered-iteration"
    /// Floating point in a deterministic target outside the arithmetic rooms.
    case floatingPoint = "floating-point"
    /// The word `unsafe` outside the listed files.
    case unsafeCode = "unsafe-code"
    /// `@unchecked Sendable` or `nonisolated(unsafe)`.
    case uncheckedSendable = "unchecked-sendable"
    /// `try!`, `as!`, a forced unwrap, `fatalError`, `-Ounchecked`.
    case trap
    /// A file of more than 400 lines.
    case fileIsLong = "file-is-long"
    /// A file of more than 600 lines.
    case fileTooLong = "file-too-long"
    /// A function of more than 70 lines.
    case functionTooLong = "function-too-long"
    /// A line of more than 100 columns.
    case lineTooLong = "line-too-long"
    /// A public declaration without a documentation comment.
    case undocumented
    /// A file of a deterministic target without a paragraph on top.
    case fileHeader = "file-header"
    /// A type name that says nothing, or repeats its module's.
    case naming
    /// A mark for later work, or a path of somebody's machine.
    case leftover
    /// A Markdown link to nothing.
    case brokenLink = "broken-link"
    /// A file of more than 2 MiB.
    case largeFile = "large-file"
    /// A vector file that does not say where it is from.
    case provenance
    /// An exception that no longer excuses anything.
    case staleException = "stale-exception"
}
