// From words to an invocation, or to help.

/// What the words of a command line ask for.
enum ParsedCommandLine: Sendable {
    /// Run a command.
    case run(Invocation)
    /// Print this help.
    case help(String)
}

extension Command {
    /// Options every command understands.
    static let globalOptions: [Option] = [
        .flag("help", "Show help and exit.", short: "h"),
        .flag("json", "Print JSON on standard output, for programs."),
        .flag("quiet", "No progress on standard error.", short: "q"),
    ]

    /// Parses the words after the program's name.
    func parse(_ words: [String]) throws(UsageError) -> ParsedCommandLine {
        var command = self
        var path = [name]
        var rest = words[...]
        while !command.children.isEmpty {
            guard let word = rest.first, word != "--help", word != "-h", word != "help" else {
                return .help(command.helpText(path))
            }
            guard let child = command.children.first(where: { $0.name == word }) else {
                let kind = word.hasPrefix("-") ? "option" : "command"
                throw UsageError(
                    message: "unknown \(kind) '\(word)'\(command.suggestion(for: word))",
                    path: path.joined(separator: " "))
            }
            rest = rest.dropFirst()
            path.append(word)
            command = child
        }
        return try command.parseRest(rest, path)
    }

    private func parseRest(
        _ words: ArraySlice<String>, _ path: [String]
    ) throws(UsageError) -> ParsedCommandLine {
        let pathText = path.joined(separator: " ")
        var given: [(name: String, value: String)] = []
        var positional: [String] = []
        var rest = words
        var onlyArguments = false
        while let word = rest.popFirst() {
            guard !onlyArguments, word.hasPrefix("-"), word.count > 1, Double(word) == nil else {
                positional.append(word)
                continue
            }
            if word == "--" {
                onlyArguments = true
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let (option, inline) = (find(String(parts[0])), parts.count > 1 ? parts[1] : nil)
            guard let option else {
                throw UsageError(message: "unknown option '\(parts[0])'", path: pathText)
            }
            if option.name == "help" { return .help(helpText(path)) }
            guard let valueName = option.value else {
                guard inline == nil else {
                    throw UsageError(message: "--\(option.name) takes no value", path: pathText)
                }
                given.append((option.name, ""))
                continue
            }
            guard let value = inline.map(String.init) ?? rest.popFirst() else {
                throw UsageError(
                    message: "--\(option.name) needs a value: \(valueName)", path: pathText)
            }
            given.append((option.name, value))
        }
        try checkCount(of: positional, pathText)
        return .run(
            Invocation(path: path, options: given, arguments: positional, command: self))
    }

    private func find(_ word: String) -> Option? {
        (options + Command.globalOptions).first {
            "--" + $0.name == word || $0.short.map { "-\($0)" } == word
        }
    }

    private func checkCount(of positional: [String], _ path: String) throws(UsageError) {
        let needed = arguments.filter { !$0.isOptional }
        if positional.count < needed.count {
            throw UsageError(
                message: "missing argument \(needed[positional.count].name)", path: path)
        }
        let takesRest = arguments.last?.isRest ?? false
        if positional.count > arguments.count, !takesRest {
            throw UsageError(
                message: "unexpected argument '\(positional[arguments.count])'", path: path)
        }
    }

    /// A hint when `word` starts like a command that exists.
    private func suggestion(for word: String) -> String {
        let near = children.first { $0.name.hasPrefix(word.prefix(3)) }
        return near.map { "; did you mean '\($0.name)'?" } ?? ""
    }

    /// The text of `--help`.
    func helpText(_ path: [String]) -> String {
        var usage = path.joined(separator: " ")
        if !children.isEmpty { usage += " <command>" }
        for argument in arguments {
            let text = argument.name + (argument.isRest ? "…" : "")
            usage += argument.isOptional ? " [\(text)]" : " \(text)"
        }
        if children.isEmpty { usage += " [options]" }
        var text = "\(summary)\n\nUsage: \(usage)\n"
        if !discussion.isEmpty { text += "\n\(discussion)\n" }
        text += Command.section("Commands", children.map { ($0.name, $0.summary) })
        text += Command.section("Arguments", arguments.map { ($0.name, $0.help) })
        text += Command.section("Options", (options + Command.globalOptions).map(\.helpRow))
        if !children.isEmpty {
            text += "\nRun '\(path.joined(separator: " ")) <command> --help' for one command.\n"
        }
        return text
    }

    private static func section(_ title: String, _ rows: [(String, String)]) -> String {
        guard !rows.isEmpty else { return "" }
        let width = min(28, rows.map(\.0.count).max() ?? 0)
        return "\n\(title):\n"
            + rows.map { left, right in
                let gap = max(2, width + 2 - left.count)
                return "  \(left)\(String(repeating: " ", count: gap))\(right)\n"
            }.joined()
    }
}

extension Option {
    fileprivate var helpRow: (String, String) {
        let head = short.map { "-\($0), " } ?? ""
        let tail = value.map { " \($0)" } ?? ""
        let note = fallback.map { " (default \($0))" } ?? ""
        return ("\(head)--\(name)\(tail)", help + note)
    }
}
