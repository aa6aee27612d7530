// What snarkjs proved becomes a record of the chain, through the real binary: the key registered,
// the proof verified in a block, the record found again; and what does not hold leaves no trace.

import Base
import Client
import Foundation
import TestSupport
import Testing
import Wire

@Suite struct ProofsAreRecorded {
    @Test func fromFilesOfSnarkjsToARecord() throws {
        let sample = try #require(PlonkCase.committed.first)
        let folder = try TemporaryDirectory()
        func file(_ name: String, _ bytes: Bytes) throws -> String {
            try Data(bytes).write(to: URL(fileURLWithPath: folder.path(name)))
            return folder.path(name)
        }
        let key = try file("verification_key.json", sample.verificationKey)
        let signals = try file("public.json", sample.publicSignals)
        let proof = try file("proof.json", sample.proof)
        // The proof does not hold for other signals, and this key says that it is for development.
        var numbers = try #require(try JSONValue(parsing: sample.publicSignals).elements)
        numbers[0] = "12345"
        let otherSignals = try file("other.json", Bytes(JSONValue.array(numbers).compactText.utf8))
        var marked = try JSONValue(parsing: sample.verificationKey)
        guard case .object(let members) = marked else { return }
        marked = .object(members + [JSONMember("aivm_unsafe", .bool(true))])
        let unsafeKey = try file("unsafe.json", Bytes(marked.compactText.utf8))

        let shell = Shell(folder)
        try shell.expect(["keys", "add", "alice"], 0)
        try shell.expect(["keys", "add", "bob"], 0)
        try shell.expect(
            ["node", "init", "--fund", "alice=100000000ucgpt", "--fund", "bob=100000000ucgpt"], 0)
        let node = try NodeProcess(home: shell.home)
        let address = ["--node", node.client.address]
        let register = ["tx", "ai", "register-verification-key"]
        let submit = ["tx", "ai", "submit-proof"]

        try shell.expect(submit + [key, signals, proof, "--from", "bob"] + address, 1)
        try shell.expect(register + [key, sample.name, "--from", "alice"] + address, 0)
        try shell.expect(register + [key, sample.name, "--from", "bob"] + address, 1)
        let refused = try shell.expect(
            register + [unsafeKey, "development", "--from", "alice"] + address, 1)
        #expect(refused.errors.contains("untrusted reference string"))
        #expect(refused.errors.contains("UNSAFE"))

        try shell.expect(["query", "ai", "is-proven", key, signals] + address, 1)
        try shell.expect(submit + [key, otherSignals, proof, "--from", "bob"] + address, 1)
        try shell.expect(submit + [key, signals, proof, "--from", "bob"] + address, 0)
        try shell.expect(submit + [key, signals, proof, "--from", "alice"] + address, 1)

        let answer = try JSONValue(
            parsing: shell.expect(
                ["query", "ai", "is-proven", key, signals] + address, 0
            ).output)
        let id = try #require(answer["statement"]?["statement_id"]?.text)
        let keyID = try #require(answer["statement"]?["key_id"]?.text)
        try shell.expect(["query", "ai", "proven-statement", id] + address, 0)
        try shell.expect(["query", "ai", "is-proven", keyID, otherSignals] + address, 1)
        let list = try JSONValue(
            parsing: shell.expect(
                ["query", "ai", "proven-statements", "--key", keyID] + address, 0
            ).output)
        #expect(list["statements"]?.elements?.count == 1)
        #expect(node.stop() == 0)
        try shell.expect(["node", "check"], 0)
    }
}
