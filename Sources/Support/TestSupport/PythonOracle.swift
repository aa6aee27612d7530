// Independent oracles: the official protobuf, ONNX and Cosmos implementations in Python. They live
// in `.venv` at the package root, which `make setup` creates; the product never needs them.

public import Base
import Foundation

/// The Python of the checkout's virtual environment.
public enum PythonOracle {
    /// Path of the interpreter. The file need not exist.
    public static let interpreter = PackageRoot.path(".venv/bin/python")

    /// Whether the interpreter exists. Prints one line when it does not.
    ///
    /// For a test's trait: `@Test(.enabled(if: PythonOracle.require()))`.
    public static func require() -> Bool {
        if FileManager.default.isExecutableFile(atPath: interpreter) { return true }
        SkipNotice.print("no Python at \(interpreter) (make setup creates it)")
        return false
    }

    /// Runs the source text `script` and returns its standard output.
    ///
    /// - Parameters:
    ///   - arguments: `sys.argv[1:]` of the script.
    ///   - input: bytes on its standard input.
    /// - Throws: `ChildProcessError.failed` with the traceback when the status is not zero.
    public static func run(
        _ script: String, arguments: [String] = [], input: Bytes = [], timeoutSeconds: Int = 300
    ) throws -> Bytes {
        let output = try ChildProcess.run(
            interpreter, ["-c", script] + arguments, input: input,
            environment: ["PYTHONDONTWRITEBYTECODE": "1"], timeoutSeconds: timeoutSeconds)
        guard output.status == 0 else {
            throw ChildProcessError.failed(
                "python", status: output.status, errorText: output.errorText)
        }
        return output.output
    }

    /// Runs the file `path` (relative to the package root) and returns its standard output.
    /// Parameters and errors as in `run`.
    public static func runFile(
        _ path: String, arguments: [String] = [], input: Bytes = [], timeoutSeconds: Int = 300
    ) throws -> Bytes {
        let output = try ChildProcess.run(
            interpreter, [PackageRoot.path(path)] + arguments, input: input,
            environment: ["PYTHONDONTWRITEBYTECODE": "1"], timeoutSeconds: timeoutSeconds)
        guard output.status == 0 else {
            throw ChildProcessError.failed(
                path, status: output.status, errorText: output.errorText)
        }
        return output.output
    }
}
