// The main job through the real binary: import, register, pay, receive, verify; and the receipt
// stops holding when anything in it changes.

import Base
import Client
import Foundation
import TestSupport
import Testing
import Wire

@Suite struct PaidInferenceIsCheckable {
    @Test func fromONNXToReceipt() throws {
        let folder = try TemporaryDirectory()
        let shell = Shell(folder)
        let models = Program.packageRoot + "/Examples/models"
        try shell.expect(["keys", "add", "alice"], 0)
        try shell.expect(["keys", "add", "dora"], 0)
        try shell.expect(
            [
                "node", "init", "--fund", "alice=100000000ucgpt", "--fund", "dora=100000000ucgpt",
            ], 0)
        let node = try NodeProcess(home: shell.home)
        let address = ["--node", node.client.address]

        let model = folder.path("digits.aivm")
        try shell.expect(["model", "import", models + "/digits_cnn.onnx", "-o", model], 0)
        try shell.expect(
            ["model", "register", model, "--name", "digits", "--price", "25000ucgpt"]
                + ["--from", "dora"] + address, 0)

        let receipt = folder.path("receipt.json")
        let input = models + "/digits_cnn.test.npz"
        let answer = try shell.json(
            ["infer", "dora/digits", "--input", input, "--row", "3", "--from", "alice"]
                + ["--receipt", receipt] + address)
        #expect(answer["price"] == "25000ucgpt")
        let local = try shell.json(["run", model, "--input", input, "--row", "3"])
        #expect(answer["outputs"] == local["outputs"], "the chain's answer is this machine's")

        let balance = try shell.expect(["query", "balance", "alice"] + address, 0).output
        #expect(balance == "99975000ucgpt\n")

        let genesis = shell.home + "/config/genesis.json"
        try shell.expect(["receipt", "verify", receipt, "--genesis", genesis], 0)
        let rerun = try shell.json(
            ["receipt", "verify", receipt, "--model", model, "--genesis", genesis])
        #expect(rerun["rerun"] == .bool(true))
        #expect(rerun["warnings"]?.elements?.isEmpty == true)

        try shell.expect(
            ["receipt", "verify", receipt, "--validators", String(repeating: "0", count: 64)], 1)
        try shell.expect(["receipt", "verify", receipt, "--chain-id", "other-1"], 1)
        try rejectsChangedReceipts(shell, receipt)

        // The same request again: another inference, the same bytes.
        let again = try shell.json(
            ["infer", "dora/digits", "--input", input, "--row", "3", "--from", "alice"] + address)
        #expect(again["outputs"] == answer["outputs"])
        #expect(node.stop() == 0)
        try shell.expect(["node", "check"], 0)
    }

    private func rejectsChangedReceipts(_ shell: Shell, _ path: String) throws {
        let bytes = Bytes(try Data(contentsOf: URL(fileURLWithPath: path)))
        var generator = SeededGenerator(seed: 31)
        for _ in 0..<20 {
            var changed = bytes
            // A digit or letter becomes another one: the file stays JSON, its meaning changes.
            var index = 0
            repeat {
                index = Int.random(in: 0..<bytes.count, using: &generator)
            } while !isAlphanumeric(bytes[index])
            changed[index] =
                bytes[index] == UInt8(ascii: "4") ? UInt8(ascii: "5") : UInt8(ascii: "4")
            let forged = path + ".forged"
            try Data(changed).write(to: URL(fileURLWithPath: forged))
            let status = try shell.run(["receipt", "verify", forged]).status
            #expect(status == 1 || status == 65, "byte \(index)")
        }
    }

    private func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

/// The binary with a home of its own.
struct Shell {
    let home: String

    init(_ folder: TemporaryDirectory) { home = folder.path("home") }

    @discardableResult
    func run(_ words: [String]) throws -> (status: Int32, output: String, errors: String) {
        try Program.run(
            words, environment: ["AIVM_HOME": home, "AIVM_KEY_PASSWORD": "password of the test"])
    }

    /// Runs a command that must end with `status`.
    @discardableResult
    func expect(
        _ words: [String], _ status: Int32, location: SourceLocation = #_sourceLocation
    ) throws -> (output: String, errors: String) {
        let result = try run(words)
        #expect(
            result.status == status, "\(words): \(result.errors)", sourceLocation: location)
        return (result.output, result.errors)
    }

    /// Runs a command that must succeed and answer with JSON.
    func json(
        _ words: [String], location: SourceLocation = #_sourceLocation
    ) throws -> JSONValue {
        try JSONValue(
            parsing: Bytes(try expect(words + ["--json"], 0, location: location).output.utf8))
    }
}
