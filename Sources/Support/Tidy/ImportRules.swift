// The import graph: Package.swift is the architecture, and the imports must be what it says.

/// The modules that `file` imports, with their lines.
func imports(of file: SourceText) -> [(module: String, line: Int)] {
    var found: [(String, Int)] = []
    let kinds: Set = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
    for (index, word) in file.words.enumerated() where word.text == "import" {
        guard file.codeByte(before: word.range.lowerBound) != UInt8(ascii: ".") else { continue }
        var next = index + 1
        if next < file.words.count, kinds.contains(file.words[next].text) { next += 1 }
        guard next < file.words.count, file.words[next].line == word.line else { continue }
        found.append((file.words[next].text, word.line))
    }
    return found
}

/// Holds the imports of `files` and the dependencies of `graph` to the architecture.
func importViolations(graph: PackageGraph, files: [SourceText]) -> [Violation] {
    var violations = graph.targets.enumerated().flatMap { index, target in
        dependencyViolations(graph, target, index)
    }
    var imported: [String: Set<String>] = [:]
    for file in files {
        guard let target = graph.target(of: file.path) else { continue }
        for (module, line) in imports(of: file) {
            imported[target.name, default: []].insert(module)
            guard graph.target(named: module) != nil, module != target.name,
                !target.dependencies.contains(module)
            else { continue }
            violations.append(
                Violation(
                    rule: .importGraph, path: file.path, line: line,
                    message: "\(target.name) imports \(module), which it does not declare"))
        }
    }
    for target in graph.targets where target.path.hasPrefix("Sources/") {
        guard let modules = imported[target.name] else { continue }
        for dependency in target.dependencies where !modules.contains(dependency) {
            violations.append(
                manifestViolation("\(target.name) declares \(dependency) but never imports it"))
        }
    }
    return violations
}

private func manifestViolation(_ message: String) -> Violation {
    Violation(rule: .importGraph, path: "Package.swift", line: 0, message: message)
}

private func dependencyViolations(
    _ graph: PackageGraph, _ target: PackageGraph.Target, _ index: Int
) -> [Violation] {
    var messages: [String] = []
    let rooms = ["Core", "Compute", "Proof", "Chain", "Host"]
    let isInRoom = rooms.contains { target.path.hasPrefix("Sources/\($0)/") }
    if isInRoom, target.isDeterministic == nil,
        !["CFields", "CHashes", "CKernels"].contains(target.name)
    {
        messages.append("\(target.name) is marked neither (D) nor (H)")
    }
    for name in target.dependencies {
        guard let place = graph.targets.firstIndex(where: { $0.name == name }) else { continue }
        let dependency = graph.targets[place]
        if place >= index {
            messages.append("\(target.name) depends on \(name), which stands below it")
        }
        if target.isDeterministic == true, dependency.isDeterministic == false {
            messages.append("deterministic \(target.name) depends on host target \(name)")
        }
        if target.type != "test", dependency.path.hasPrefix("Sources/Support/"),
            !target.path.hasPrefix("Sources/Support/")
        {
            messages.append("\(target.name) depends on \(name), which is for tests only")
        }
        if target.type != "test", isModule(target), isModule(dependency) {
            messages.append("chain module \(target.name) depends on chain module \(name)")
        }
        if dependency.type == "system" {
            let others = graph.targets.filter {
                $0.name != target.name && $0.dependencies.contains(name)
            }
            if let other = others.first {
                messages.append("\(name) is wrapped by both \(target.name) and \(other.name)")
            }
        }
    }
    return messages.map(manifestViolation)
}

private func isModule(_ target: PackageGraph.Target) -> Bool {
    target.path.hasPrefix("Sources/Chain/") && target.name.hasSuffix("Module")
}
