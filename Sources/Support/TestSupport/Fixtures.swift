// Large recorded data (models, traces of real engines) that lives beside the checkout, not in it.

public import Base
public import Foundation

/// The fixtures folder: `$AIVM_FIXTURES`, or `../shared` beside the package.
public enum Fixtures {
    /// The folder that relative paths start at. It need not exist.
    public static let root: URL = {
        let named = ProcessInfo.processInfo.environment["AIVM_FIXTURES"] ?? ""
        guard named.isEmpty else { return URL(fileURLWithPath: named, isDirectory: true) }
        return PackageRoot.url.deletingLastPathComponent()
            .appendingPathComponent("shared", isDirectory: true)
    }()

    /// The file or folder `relative`, or `nil` when it is absent.
    public static func url(_ relative: String) -> URL? {
        let url = root.appendingPathComponent(relative)
        return FileManager.default.fileExists(atPath: url.path) ? url : nil
    }

    /// The path of the file or folder `relative`, or `nil` when it is absent.
    public static func path(_ relative: String) -> String? { url(relative)?.path }

    /// The content of the file `relative`. Throws what Foundation throws when it cannot be read.
    public static func bytes(_ relative: String) throws -> Bytes {
        Bytes(try Data(contentsOf: root.appendingPathComponent(relative)))
    }

    /// Whether all of `relatives` exist. Prints one line for each absent one.
    ///
    /// For a test's trait: `@Test(.enabled(if: Fixtures.require("bench/models/tinygpt.onnx")))`.
    public static func require(_ relatives: String...) -> Bool {
        var isComplete = true
        for relative in relatives where url(relative) == nil {
            isComplete = false
            SkipNotice.print(
                "fixture \(relative) is not under \(root.path) (set AIVM_FIXTURES to its folder)")
        }
        return isComplete
    }
}
