// One visible line for each thing a test run had to leave out, so a skipped test is never silent.

import Synchronization

/// Prints why tests are skipped, each reason once a process.
public enum SkipNotice {
    private static let printed = Mutex<Set<String>>([])

    /// Prints `skipped: reason` unless this process has printed it before.
    public static func print(_ reason: String) {
        let isNew = printed.withLock { $0.insert(reason).inserted }
        if isNew { Swift.print("skipped: \(reason)") }
    }
}
