// The whole command line: the tree of commands, and what runs one.

import Foundation
import Wire

/// The program `aivm`.
public enum CommandLineInterface {
    /// Version of the program.
    public static let version = "0.1.0"

    static let root = Command(
        name: "aivm", summary: "AIVM: AI answers that anyone can check.",
        discussion: """
            Import an ONNX model, run it, register it on a chain, pay for an inference, and check
            the receipt offline.
            """,
        children: [
            modelCommand, runCommand, benchCommand, diffCommand, keysCommand, nodeCommand,
            inferCommand, receiptCommand, proveCommand, verifyCommand, plonkCommand, circuitCommand,
            referenceStringCommand,
            teeCommand, queryCommand, transactionCommand, versionCommand,
        ])

    private static let versionCommand = Command(
        name: "version", summary: "Print the version.",
        run: { invocation in
            Output(invocation).show(["version": .string(version)]) { "aivm \(version)" }
        })

    /// Runs the command that `words` (without the program's name) ask for.
    ///
    /// - Returns: the exit code; see ``ExitCode`` and the README.
    public static func run(_ words: [String]) -> Int32 {
        do {
            switch try root.parse(words) {
            case .help(let text): Terminal.print(text)
            case .run(let invocation): try invocation.command.run(invocation)
            }
            return ExitCode.success.rawValue
        } catch {
            let code = ExitCode.of(error)
            Terminal.note("aivm: \(error)")
            return code.rawValue
        }
    }
}
