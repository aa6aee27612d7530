import Base
import TestSupport
import Testing

@Suite struct ChildProcessTests {
    @Test func carriesAMegabyteBothWays() throws {
        let input = Bytes(repeating: 65, count: 1 << 20)
        let output = try ChildProcess.run("/bin/cat", input: input)
        #expect(output.status == 0)
        #expect(output.output == input)
    }

    @Test func reportsStatusErrorTextAndEnvironment() throws {
        let output = try ChildProcess.run(
            "/bin/sh", ["-c", "echo \"$COLOUR\"; echo bad >&2; exit 3"],
            environment: ["COLOUR": "red"])
        #expect(output.status == 3)
        #expect(output.text == "red\n")
        #expect(output.errorText == "bad\n")
    }

    @Test func endsAProgramThatRunsTooLong() throws {
        let output = try ChildProcess.run("/bin/sleep", ["60"], timeoutSeconds: 1)
        #expect(output.status != 0)
    }

    @Test(.enabled(if: PythonOracle.require()))
    func runsPythonWithArgumentsAndInput() throws {
        let script = "import sys; print(sys.argv[1], len(sys.stdin.buffer.read()))"
        let output = try PythonOracle.run(script, arguments: ["x"], input: [1, 2, 3])
        #expect(output == Bytes("x 3\n".utf8))
    }

    @Test(.enabled(if: PythonOracle.require()))
    func reportsAPythonTraceback() throws {
        #expect(throws: ChildProcessError.self) { try PythonOracle.run("raise ValueError(7)") }
    }
}
