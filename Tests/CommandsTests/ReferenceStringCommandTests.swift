// A string made, checked, and used for a key, a proof and its verification, all by commands.

import Base
import Circom
import Foundation
import TestSupport
import Testing

@testable import Commands

@Suite struct ReferenceStringCommandTests {
    private func run(_ words: String...) throws {
        guard case .run(let invocation) = try CommandLineInterface.root.parse(words) else {
            throw UsageError(message: "help")
        }
        try invocation.command.run(invocation)
    }

    @Test func stringsMadeHereServeAllCommands() throws {
        let folder = try TemporaryDirectory()
        let example = try #require(PlonkCase.committed.first)
        func path(_ name: String) -> String { folder.path(name) }
        try Data(example.circuit).write(to: URL(fileURLWithPath: path("c.r1cs")))
        try Data(example.witness).write(to: URL(fileURLWithPath: path("w.wtns")))
        try run("srs", "new", "6", path("p.ptau"))
        let file = try PowersOfTauFile(FileSource(path("p.ptau")))
        #expect(file.isUnsafe && file.power == 6)
        let hash = try FileSource(path("p.ptau")).blake2b512().hex
        try run("srs", "verify", path("p.ptau"), "--hash", hash)
        try run("srs", "verify", path("p.ptau"), "--powers", "20")
        try run("plonk", "setup", path("c.r1cs"), path("p.ptau"), path("c.zkey"))
        try run("plonk", "prove", path("c.zkey"), path("w.wtns"), path("p.json"), path("s.json"))
        try run("plonk", "export-vk", path("c.zkey"), path("v.json"))
        try run("plonk", "verify", path("v.json"), path("s.json"), path("p.json"))
        let key = try Data(contentsOf: URL(fileURLWithPath: path("v.json")))
        #expect(String(decoding: key, as: UTF8.self).contains("\"aivm_unsafe\": true"))
    }

    @Test func stringsThatAreNotWhatTheyShouldBeAreRefused() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("p.ptau")
        let bytes = try PlonkCase.file("pot8_test.ptau")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try run("srs", "verify", path)
        #expect(throws: CommandFailure.self) {
            try run("srs", "verify", path, "--hash", String(repeating: "0", count: 128))
        }
        // Two powers in each other's place: both are on the curve.
        var turned = bytes
        for offset in 0..<64 { turned.swapAt(80 + 64 * 7 + offset, 80 + 64 * 9 + offset) }
        try Data(turned).write(to: URL(fileURLWithPath: path))
        #expect(throws: CommandFailure.self) { try run("srs", "verify", path) }
        for power in ["0", "27", "x"] {
            #expect(throws: UsageError.self) { try run("srs", "new", power, path) }
        }
        #expect(throws: CommandFailure.self) { try run("srs", "verify", folder.path("absent")) }
    }
}
