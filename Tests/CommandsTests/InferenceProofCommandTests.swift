// A model quantised, committed to, proved and verified by commands alone; and every wrong file and
// wrong word explained, with the exit code that scripts go by.

import Base
import Foundation
import TestSupport
import Testing
import Verification

@testable import Commands

/// The files of one model.
private struct ProofFiles {
    static let example = PackageRoot.path("Examples/models/digits_mlp")
    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        try run("srs", "new", "10", self["powers"])
        try run(
            "model", "quantize", ProofFiles.example + ".onnx", "--calibrate",
            ProofFiles.example + ".npz", "-o", self["model"])
    }

    subscript(name: String) -> String { folder.path(name) }

    func bytes(_ name: String) throws -> Bytes {
        Bytes(try Data(contentsOf: URL(fileURLWithPath: self[name])))
    }

    /// Writes bytes to a file, and gives its path.
    func file(_ bytes: Bytes) throws -> String {
        let path = self["written"]
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    func run(_ words: String...) throws { try run(words) }

    func run(_ words: [String]) throws {
        guard case .run(let invocation) = try CommandLineInterface.root.parse(words) else {
            throw UsageError(message: "help")
        }
        try invocation.command.run(invocation)
    }

    /// `aivm prove` on the first test sample, with more words.
    func prove(_ words: String...) throws {
        try run(
            [
                "prove", self["model"], "--srs", self["powers"], "--input",
                ProofFiles.example + ".test.npz", "-o", self["proof"],
            ] + words)
    }

    /// The failure of a command.
    func failure(_ body: () throws -> Void) -> (code: ExitCode, text: String) {
        do { try body() } catch { return (ExitCode.of(error), "\(error)") }
        return (.success, "accepted")
    }
}

@Suite struct InferenceProofCommandTests {
    private let files: ProofFiles

    init() throws { files = try ProofFiles() }

    @Test func inputsAreCommittedToWithoutTheModel() throws {
        try files.run(
            "model", "commit", files["model"], "--srs", files["powers"], "-o", files["public"])
        try files.run(
            "model", "commit-input", files["public"], "--srs", files["powers"], "--input",
            ProofFiles.example + ".test.npz", "--secret", files["hidden"], "-o",
            files["commitment"])
        try files.prove("--committed", "input", "--input-secret", files["hidden"])
        try files.run("verify", files["proof"])
        let text = String(decoding: try files.bytes("commitment"), as: UTF8.self)
        let proven = try InferenceProofFiles.provenInference(files["proof"])
        #expect(proven.statement.inputCommitment.hex + "\n" == text)
        let absent = files.failure {
            try files.prove("--committed", "input", "--input-secret", files["absent"])
        }
        #expect(absent.code == .noInput, "\(absent.text)")
    }

    @Test func modelsAreCommittedToProvedAndVerified() throws {
        try files.run("model", "commit", files["model"], "--srs", files["powers"])
        for words in [
            ["--private", "weights,input"], ["--private", "input", "--committed", "output"],
            ["--context", "C0FFEE"],
        ] {
            try files.run(
                [
                    "prove", files["model"], "--srs", files["powers"], "--input",
                    ProofFiles.example + ".test.npz", "-o", files["proof"],
                ] + words)
            try files.run("verify", files["proof"])
        }
        try files.run("verify", files["proof"], "--context", "C0FFEE")
        let other = files.failure {
            try files.run("verify", files["proof"], "--context", "C0FFEF")
        }
        #expect(other.code == .refused && other.text.contains("another request"))
    }

    @Test func damagedProofsAreRefused() throws {
        try files.prove()
        let proof = try files.bytes("proof")
        for count in stride(from: 0, to: proof.count, by: proof.count / 40) {
            let path = try files.file(Array(proof.prefix(count)))
            #expect(files.failure { try files.run("verify", path) }.code != .success, "\(count)")
        }
        for index in stride(from: 3, to: proof.count, by: proof.count / 60) {
            var changed = proof
            changed[index] ^= 0x10
            let path = try files.file(changed)
            #expect(files.failure { try files.run("verify", path) }.code != .success, "\(index)")
        }
        let longer = files.failure {
            try files.run("verify", try files.file(proof + [0x7A, 0]))
        }
        #expect(longer.code == .malformedData && longer.text.contains("is no proof"))
    }

    @Test func wrongInputsAreExplained() throws {
        func expect(_ code: ExitCode, _ part: String, _ body: () throws -> Void) {
            let found = files.failure(body)
            #expect(found.code == code && found.text.contains(part), "\(found)")
        }
        try files.run("srs", "new", "6", files["short"])
        expect(.malformedData, "take a larger") { try files.prove("--srs", files["short"]) }
        expect(.malformedData, "not a .ptau file") { try files.prove("--srs", files["model"]) }
        expect(.noInput, "cannot read") { try files.prove("--srs", files["nothing"]) }
        expect(.usage, "--private takes") { try files.prove("--private", "model") }
        expect(.usage, "--committed takes") { try files.prove("--committed", "weights") }
        expect(.usage, "at most 64 bytes") { try files.prove("--context", "nothing") }
        expect(.malformedData, "no row") { try files.prove("--row", "360") }
        expect(.cannotCreate, "absent or not writable") {
            try files.prove("-o", files["absent/proof"])
        }
        expect(.malformedData, "no secret") {
            try files.prove("--private", "weights", "--secret", try files.file([0x30, 0x30]))
        }
        try files.run("model", "import", ProofFiles.example + ".onnx", "-o", files["float"])
        expect(.malformedData, "model quantize") {
            try files.run(
                "prove", files["float"], "--srs", files["powers"], "--input",
                ProofFiles.example + ".test.npz")
        }
        expect(.noInput, "cannot read") { try files.run("verify", files["nothing"]) }
        expect(.malformedData, "is no proof") {
            try files.run("verify", try files.file(Bytes(repeating: 0xA7, count: 10_000)))
        }
    }
}
