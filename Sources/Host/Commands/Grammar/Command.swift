// The grammar of the command line: a tree of commands, each with options and positional arguments,
// from which parsing, help and errors are all derived. No outside package can be fetched, so this
// is ours (Documentation/decisions/command-line.md).

/// A command: a word of the command line with what may follow it.
struct Command: Sendable {
    /// The word.
    let name: String
    /// One line for the list of commands.
    let summary: String
    /// More, shown by `--help`.
    var discussion = ""
    /// Positional arguments, in order.
    var arguments: [Argument] = []
    /// Options.
    var options: [Option] = []
    /// Commands below this one; a command with children does nothing itself.
    var children: [Command] = []
    /// What it does.
    var run: @Sendable (Invocation) throws -> Void = { _ in }
}

/// A positional argument.
struct Argument: Sendable {
    /// Name in help, in capitals.
    let name: String
    /// One line.
    let help: String
    /// Whether it may be left out.
    var isOptional = false
    /// Whether it takes all that is left.
    var isRest = false
}

/// An option: `--name VALUE`, `--name=VALUE`, or a flag `--name`.
struct Option: Sendable {
    /// Name without dashes.
    let name: String
    /// Name of the value in help; `nil` makes a flag.
    var value: String?
    /// One line.
    let help: String
    /// A letter for `-x`.
    var short: Character?
    /// Value when it is not given, for help.
    var fallback: String?

    /// An option with a value.
    static func option(
        _ name: String, _ value: String, _ help: String, short: Character? = nil,
        fallback: String? = nil
    ) -> Option {
        Option(name: name, value: value, help: help, short: short, fallback: fallback)
    }

    /// A flag.
    static func flag(_ name: String, _ help: String, short: Character? = nil) -> Option {
        Option(name: name, value: nil, help: help, short: short)
    }
}

/// A misuse of the command line: exit code 64, with a hint.
struct UsageError: Error, Equatable, CustomStringConvertible {
    /// What is wrong.
    let message: String
    /// The command it is about, such as `aivm model import`.
    var path = "aivm"

    var description: String { "\(message)\nSee '\(path) --help'." }
}

/// A parsed command line.
struct Invocation: Sendable {
    /// Words of the command, such as `["aivm", "model", "import"]`.
    let path: [String]
    /// Option values in the order given; flags have the value "".
    let options: [(name: String, value: String)]
    /// Positional arguments.
    let arguments: [String]
    let command: Command

    /// Whether flag `name` is given.
    func flag(_ name: String) -> Bool { options.contains { $0.name == name } }

    /// The value of option `name`: the last one given, else its fallback.
    func option(_ name: String) -> String? {
        options.last { $0.name == name }?.value
            ?? command.options.first { $0.name == name }?.fallback
    }

    /// Every value of option `name`.
    func options(_ name: String) -> [String] {
        options.filter { $0.name == name }.map(\.value)
    }

    /// The value of option `name`; its absence is a misuse.
    func required(_ name: String) throws -> String {
        guard let value = option(name) else {
            throw UsageError(message: "missing option --\(name)", path: pathText)
        }
        return value
    }

    /// The value of option `name` as an integer within `range`.
    func integer<I: FixedWidthInteger>(_ name: String, in range: ClosedRange<I>) throws -> I? {
        guard let text = option(name) else { return nil }
        guard let value = I(text), range.contains(value) else {
            throw UsageError(
                message:
                    "--\(name) must be an integer from \(range.lowerBound) to \(range.upperBound),"
                    + " not '\(text)'", path: pathText)
        }
        return value
    }

    /// The command as text.
    var pathText: String { path.joined(separator: " ") }
}
