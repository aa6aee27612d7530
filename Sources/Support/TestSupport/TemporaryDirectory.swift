// A folder for one test, gone when the test lets go of it.

import Foundation
import Synchronization

/// An empty folder that is removed with everything in it when its last reference goes away.
public final class TemporaryDirectory: Sendable {
    /// Absolute path of the folder.
    public let path: String
    private static let count = Atomic<Int>(0)

    /// Makes the folder under the system's temporary folder.
    public init() throws {
        let number = TemporaryDirectory.count.add(1, ordering: .relaxed).newValue
        let identifier = ProcessInfo.processInfo.processIdentifier
        let name = "aivm-test-\(identifier)-\(number)-\(UUID().uuidString.prefix(8))"
        path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of `name` in the folder. The file need not exist.
    public func path(_ name: String) -> String { path + "/" + name }
}
