// All rules over all files.

public import Foundation

/// A checkout to check.
public struct Repository: Sendable {
    private let root: String
    private let graph: PackageGraph
    /// Every file, by path relative to the root, sorted.
    private let paths: [String]

    /// Folders that hold no sources of ours.
    private static let ignored: Set<String> = [
        ".git", ".build", ".venv", ".swiftpm", "__pycache__", "corpus", "node_modules",
    ]

    private static let textExtensions: Set<String> = [
        "swift", "c", "h", "md", "py", "sh", "json", "txt", "proto", "modulemap", "yml", "in",
    ]

    /// Lists the files below `root` and asks SwiftPM for the targets.
    public init(root: URL) throws {
        self.root = root.path
        graph = try PackageGraph.load(root: root.path)
        paths = Repository.list(root.path)
    }

    private static func list(_ root: String) -> [String] {
        var found: [String] = []
        var folders = [""]
        while let folder = folders.popLast() {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: root + "/" + folder))
            for name in names ?? [] where !ignored.contains(name) {
                let path = folder.isEmpty ? name : folder + "/" + name
                let attributes = try? FileManager.default.attributesOfItem(
                    atPath: root + "/" + path)
                let type = attributes?[.type] as? FileAttributeType
                if type == .typeDirectory { folders.append(path) }
                if type == .typeRegular { found.append(path) }
            }
        }
        return found.sorted()
    }

    /// Everything that breaks a rule and is not excused, in the order of paths.
    public func violations(excusing exceptions: [Exception] = Exception.all) -> [Violation] {
        var texts: [String: String] = [:]
        var violations: [Violation] = []
        for path in paths {
            guard let data = FileManager.default.contents(atPath: root + "/" + path) else {
                continue
            }
            violations += sizeViolations(path: path, sizeInBytes: data.count)
            if path.hasPrefix("Tests/Vectors/"), path.hasSuffix(".json") {
                violations += provenanceViolations(path: path, data: data)
            }
            let name = path.split(separator: "/").last ?? ""
            let suffix = name.split(separator: ".").last.map(String.init) ?? ""
            if Repository.textExtensions.contains(suffix) || !name.contains(".") {
                texts[path] = String(decoding: data, as: UTF8.self)
            }
        }
        violations += textViolations(texts)
        violations += sourceViolations(texts)
        return Repository.condense(Repository.excuse(violations, exceptions))
            .sorted { ($0.path, $0.line) < ($1.path, $1.line) }
    }

    /// Keeps the first of many violations of a rule that concerns the whole file.
    private static func condense(_ violations: [Violation]) -> [Violation] {
        var seen: Set<String> = []
        return violations.filter { violation in
            let isOfFile = violation.rule == .unsafeCode || violation.rule == .unorderedCollection
            return !isOfFile || seen.insert("\(violation.rule) \(violation.path)").inserted
        }
    }

    private func textViolations(_ texts: [String: String]) -> [Violation] {
        var violations: [Violation] = []
        var targets: [String: String] = [:]
        for path in paths {
            targets[path] = path.hasSuffix(".md") ? texts[path] ?? "" : ""
            var folder = path.split(separator: "/").dropLast()
            while !folder.isEmpty {
                targets[folder.joined(separator: "/")] = ""
                folder = folder.dropLast()
            }
        }
        for path in paths {
            guard let text = texts[path], path != "LICENSE" else { continue }
            violations += leftoverViolations(path: path, text: text)
            if path.hasSuffix(".md") {
                violations += linkViolations(path: path, text: text, files: targets)
            }
            if path.hasSuffix("Package.swift") || path.hasSuffix(".sh") || path == "Makefile" {
                violations += uncheckedOptimisationViolations(path: path, text: text)
            }
        }
        return violations
    }

    private func sourceViolations(_ texts: [String: String]) -> [Violation] {
        let files = paths.compactMap { path -> SourceText? in
            guard let text = texts[path] else { return nil }
            let isSource = [".swift", ".c", ".h"].contains { path.hasSuffix($0) }
            return isSource ? SourceText(path: path, text: text) : nil
        }
        let swift = files.filter { $0.path.hasSuffix(".swift") }
        var violations = importViolations(graph: graph, files: swift)
        let requirements = requirementNames(of: swift)
        for file in files { violations += lengthViolations(file) }
        for file in swift {
            violations += functionViolations(file)
            guard file.path.hasPrefix("Sources/"), let target = graph.target(of: file.path) else {
                continue
            }
            violations += namingViolations(file, target: target.name)
            violations += documentationViolations(file, requirements: requirements)
            violations += trapViolations(file)
            violations += unsafeViolations(file)
            if target.isDeterministic == true {
                violations += determinismViolations(file, target: target.name)
                violations += headerViolations(file)
            }
        }
        return violations
    }

    /// Removes what `exceptions` excuse, and reports those that excuse nothing.
    static func excuse(_ violations: [Violation], _ exceptions: [Exception]) -> [Violation] {
        let left = violations.filter { violation in
            !exceptions.contains { $0.rule == violation.rule && $0.path == violation.path }
        }
        let stale = exceptions.filter { exception in
            !violations.contains { $0.rule == exception.rule && $0.path == exception.path }
        }
        return left
            + stale.map {
                Violation(
                    rule: .staleException, path: $0.path, line: 0,
                    message: "the exception from \($0.rule.rawValue) excuses nothing: remove it")
            }
    }
}
