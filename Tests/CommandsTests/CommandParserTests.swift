import Testing

@testable import Commands

@Suite struct CommandParserTests {
    private let root = Command(
        name: "tool", summary: "A tool.",
        children: [
            Command(
                name: "copy", summary: "Copy files.",
                arguments: [
                    Argument(name: "FROM", help: "Source."),
                    Argument(name: "TO", help: "Target.", isOptional: true),
                ],
                options: [
                    .option("count", "N", "Times.", short: "c", fallback: "1"),
                    .flag("force", "Overwrite.", short: "f"),
                ])
        ])

    private func parse(_ words: String...) throws -> Invocation {
        guard case .run(let invocation) = try root.parse(words) else {
            throw UsageError(message: "help")
        }
        return invocation
    }

    @Test func readsOptionsInEveryForm() throws {
        for words in [
            ["copy", "--count", "3", "a"], ["copy", "--count=3", "a"], ["copy", "a", "-c", "3"],
        ] {
            guard case .run(let invocation) = try root.parse(words) else {
                Issue.record("help instead of a run")
                continue
            }
            #expect(try invocation.integer("count", in: 1...9) == 3)
            #expect(invocation.arguments == ["a"])
        }
    }

    @Test func usesFallbacksAndFlags() throws {
        let invocation = try parse("copy", "a", "b", "-f")
        #expect(invocation.option("count") == "1")
        #expect(invocation.flag("force"))
        #expect(!invocation.flag("json"))
        #expect(invocation.arguments == ["a", "b"])
    }

    @Test func takesWhatFollowsTwoDashesAsArguments() throws {
        #expect(try parse("copy", "--", "-f").arguments == ["-f"])
        #expect(try parse("copy", "-5").arguments == ["-5"])
    }

    @Test(arguments: [
        (["paste"], "unknown command 'paste'"),
        (["cop"], "did you mean 'copy'?"),
        (["copy"], "missing argument FROM"),
        (["copy", "a", "b", "c"], "unexpected argument 'c'"),
        (["copy", "a", "--wrong"], "unknown option '--wrong'"),
        (["copy", "a", "--count"], "--count needs a value"),
        (["copy", "a", "--force=1"], "--force takes no value"),
    ])
    func explainsMisuse(_ words: [String], _ text: String) {
        do {
            _ = try root.parse(words)
            Issue.record("accepted \(words)")
        } catch {
            #expect(error.description.contains(text), "\(error)")
        }
    }

    @Test func refusesIntegersOutOfRange() throws {
        let invocation = try parse("copy", "a", "--count", "10")
        #expect(throws: UsageError.self) { try invocation.integer("count", in: 1...9) }
        let text = try parse("copy", "a", "--count", "many")
        #expect(throws: UsageError.self) { try text.integer("count", in: 1...9) }
    }

    @Test func helpOnEveryLevelOfTheRealTree() throws {
        var waiting: [(Command, [String])] = [(CommandLineInterface.root, [])]
        var count = 0
        while let (command, path) = waiting.popLast() {
            guard case .help(let text) = try CommandLineInterface.root.parse(path + ["--help"])
            else {
                Issue.record("no help for \(path)")
                continue
            }
            #expect(text.contains("Usage: aivm"))
            #expect(text.contains(command.summary))
            for option in command.options { #expect(text.contains("--\(option.name)")) }
            waiting += command.children.map { ($0, path + [$0.name]) }
            count += 1
        }
        #expect(count > 25)
    }

    @Test func exitCodesAreStable() {
        #expect(CommandLineInterface.run(["version"]) == 0)
        #expect(CommandLineInterface.run(["--help"]) == 0)
        #expect(CommandLineInterface.run(["nonsense"]) == 64)
        #expect(CommandLineInterface.run(["run", "/nonexistent.aivm", "--input", "x"]) == 66)
        #expect(
            CommandLineInterface.run(["query", "status", "--node", "http://127.0.0.1:1"]) == 69)
    }
}
