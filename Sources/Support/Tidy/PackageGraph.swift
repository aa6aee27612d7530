// The package as SwiftPM sees it (`swift package dump-package`), and which targets are marked (D).

import Foundation

/// The targets of `Package.swift` in their order.
public struct PackageGraph: Sendable {
    /// One target.
    struct Target: Sendable {
        var name: String
        /// `regular`, `executable`, `test` or `system`.
        var type: String
        /// Folder relative to the repository.
        var path: String
        var dependencies: [String]
        /// Whether `Package.swift` marks it (D); `nil` when it has no mark.
        var isDeterministic: Bool?
    }

    /// In the order of `Package.swift`.
    let targets: [Target]

    init(targets: [Target]) { self.targets = targets }

    /// Reads the output of `dump-package` and the marks in the text of `Package.swift`.
    init(dump: Data, manifest: String) throws {
        let package = try JSONDecoder().decode(DumpedPackage.self, from: dump)
        let marks = PackageGraph.marks(in: manifest)
        targets = package.targets.map { target in
            Target(
                name: target.name, type: target.type,
                path: target.path ?? "Sources/\(target.name)",
                dependencies: target.dependencies.compactMap(\.name),
                isDeterministic: marks[target.name])
        }
    }

    /// The marks `// (D)` and `// (H)`: each belongs to the first quoted name on its line or, when
    /// there is none, on the line below.
    static func marks(in manifest: String) -> [String: Bool] {
        var marks: [String: Bool] = [:]
        let lines = manifest.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let isDeterministic = line.hasSuffix("// (D)")
            guard isDeterministic || line.hasSuffix("// (H)") else { continue }
            for candidate in lines[index..<min(index + 2, lines.count)] {
                let parts = candidate.split(separator: "\"", omittingEmptySubsequences: false)
                if parts.count > 1 {
                    marks[String(parts[1])] = isDeterministic
                    break
                }
            }
        }
        return marks
    }

    /// The target whose folder holds the file `path`.
    func target(of path: String) -> Target? {
        targets.first { path.hasPrefix($0.path + "/") }
    }

    func target(named name: String) -> Target? { targets.first { $0.name == name } }

    /// Runs `swift package dump-package` for the package in `root`.
    ///
    /// The scratch folder is a fresh one: the package's own is locked while its tests run.
    public static func load(root: String) throws -> PackageGraph {
        let scratch = NSTemporaryDirectory() + "tidy-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "swift", "package", "--package-path", root, "--scratch-path", scratch, "dump-package",
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let dump = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let manifest = try String(contentsOfFile: root + "/Package.swift", encoding: .utf8)
        return try PackageGraph(dump: dump, manifest: manifest)
    }
}

/// The parts of the dump that are used.
private struct DumpedPackage: Decodable {
    struct Target: Decodable {
        var name: String
        var type: String
        var path: String?
        var dependencies: [Dependency]
    }

    /// `{"byName": ["Base", null]}` or `{"target": ["Base", null]}`.
    struct Dependency: Decodable {
        var name: String?

        init(from decoder: any Decoder) throws {
            let members = try decoder.singleValueContainer().decode([String: [Value]].self)
            name = members["byName"]?.first?.text ?? members["target"]?.first?.text
        }
    }

    /// A string, or anything else.
    struct Value: Decodable {
        var text: String?

        init(from decoder: any Decoder) throws {
            text = try? decoder.singleValueContainer().decode(String.self)
        }
    }

    var targets: [Target]
}
