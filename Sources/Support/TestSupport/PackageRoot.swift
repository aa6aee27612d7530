// Where this checkout lies on disk, found from the path of this file.

public import Foundation

/// The folder that holds `Package.swift`.
public enum PackageRoot {
    /// The folder as a file URL.
    public static let url: URL = {
        var url = URL(fileURLWithPath: #filePath)
        // Sources/Support/TestSupport/PackageRoot.swift
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url
    }()

    /// The path of `relative` under the root. The file need not exist.
    public static func path(_ relative: String) -> String {
        url.appendingPathComponent(relative).path
    }
}
