// Committed text that code generates (`.proto` files, help pages): a test compares it, and rewrites
// it when a person asks for that.

import Foundation

/// A file of the checkout that must equal generated text.
public enum RecordedFile {
    /// Whether `AIVM_RECORD=1` asks tests to rewrite the files instead of comparing them.
    public static let isRecording = ProcessInfo.processInfo.environment["AIVM_RECORD"] == "1"

    /// Whether the file `relative` (to the package root) holds exactly `text`. When recording,
    /// writes it first, with its folders. Throws what Foundation throws when it cannot be written.
    public static func matches(_ text: String, at relative: String) throws -> Bool {
        let url = URL(fileURLWithPath: PackageRoot.path(relative))
        if isRecording {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url, options: .atomic)
        }
        return (try? Data(contentsOf: url)) == Data(text.utf8)
    }
}
