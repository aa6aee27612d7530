// Running another program and reading what it said. Input and output go through files, so neither
// side can block on a full pipe.

public import Base
import Foundation

/// Why a child process gave no answer.
public enum ChildProcessError: Error, CustomStringConvertible {
    /// The program ended with a status other than zero (124: it ran too long). Holds the program,
    /// its status, and what it wrote to standard error.
    case failed(String, status: Int32, errorText: String)

    public var description: String {
        switch self {
        case .failed(let program, let status, let errorText):
            "\(program) ended with status \(status): \(errorText)"
        }
    }
}

/// Runs programs to their end.
public enum ChildProcess {
    /// What a program left behind.
    public struct Output: Sendable {
        /// Exit status, 128 plus the signal when a signal ended it, 124 when time ran out.
        public var status: Int32
        /// Everything it wrote to standard output.
        public var output: Bytes
        /// Everything it wrote to standard error, as text.
        public var errorText: String

        /// Standard output as text.
        public var text: String { String(decoding: output, as: UTF8.self) }
    }

    /// Runs `program` (a path) until it ends or `timeoutSeconds` have passed, then kills it.
    ///
    /// - Parameters:
    ///   - input: bytes on its standard input.
    ///   - environment: variables added to, or replacing, those of this process.
    ///   - directory: where it runs; `nil` means where this process runs.
    public static func run(
        _ program: String, _ arguments: [String] = [], input: Bytes = [],
        environment: [String: String] = [:], directory: String? = nil, timeoutSeconds: Int = 300
    ) throws -> Output {
        let folder = try TemporaryDirectory()
        try Data(input).write(to: URL(fileURLWithPath: folder.path("input")))
        for name in ["output", "error"] {
            try Data().write(to: URL(fileURLWithPath: folder.path(name)))
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments =
            ["--signal=KILL", "\(timeoutSeconds)", program] + arguments
        process.environment = ProcessInfo.processInfo.environment
            .merging(environment) { _, new in new }
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        process.standardInput = try FileHandle(
            forReadingFrom: URL(fileURLWithPath: folder.path("input")))
        process.standardOutput = try FileHandle(
            forWritingTo: URL(fileURLWithPath: folder.path("output")))
        process.standardError = try FileHandle(
            forWritingTo: URL(fileURLWithPath: folder.path("error")))
        try process.run()
        process.waitUntilExit()
        let signalled = process.terminationReason == .uncaughtSignal
        let status = process.terminationStatus
        return Output(
            status: signalled ? 128 + status : status,
            output: Bytes(try Data(contentsOf: URL(fileURLWithPath: folder.path("output")))),
            errorText: String(
                decoding: try Data(contentsOf: URL(fileURLWithPath: folder.path("error"))),
                as: UTF8.self))
    }
}
