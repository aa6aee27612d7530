// A private model earns on a chain that never sees its weights, through the real binary: quantised,
// committed to, registered; asked; proved by its owner; settled; and the receipt, with the proof in
// it, is checked without a node. What is not right leaves no trace.

import Base
import Client
import Foundation
import TestSupport
import Testing
import Wire

@Suite struct PrivateModelIsPaidForItsProof {
    @Test func fromWeightsAtHomeToAReceipt() throws {
        let folder = try TemporaryDirectory()
        let shell = Shell(folder)
        let models = Program.packageRoot + "/Examples/models"
        for name in ["alice", "dora", "mallory"] { try shell.expect(["keys", "add", name], 0) }
        try shell.expect(
            [
                "node", "init", "--fund", "alice=100000000ucgpt", "--fund", "dora=100000000ucgpt",
                "--fund", "mallory=100000000ucgpt", "--allow-unsafe-srs",
            ], 0)
        let node = try NodeProcess(home: shell.home)
        let address = ["--node", node.client.address]
        let (float, model) = (folder.path("risk.aivm"), folder.path("risk.q.aivm"))
        let powers = folder.path("powers.ptau")
        let commitment = folder.path("risk.commitment")
        try shell.expect(["model", "import", models + "/credit_mlp.onnx", "-o", float], 0)
        try shell.expect(
            ["model", "quantize", float, "--calibrate", models + "/credit_mlp.npz", "-o", model],
            0)
        try shell.expect(["srs", "new", "12", powers], 0)
        try shell.expect(["model", "commit", model, "--srs", powers, "-o", commitment], 0)
        try shell.expect(
            ["tx", "ai", "register-committed-model", commitment, "risk"]
                + ["--price", "40000ucgpt", "--from", "dora"] + address, 0)

        // The chain cannot run it; it takes a request with the price.
        let input = models + "/credit_mlp.test.npz"
        let refused = try shell.expect(
            ["infer", "dora/risk", "--input", input, "--row", "2", "--from", "alice"] + address, 1)
        #expect(refused.errors.contains("request a result"), "\(refused.errors)")
        let request = ["tx", "ai", "request-result", "dora/risk", input, "--row", "2"]
        try shell.expect(request + ["--from", "alice"] + address, 1)
        try shell.expect(
            request + ["--max-price", "40000ucgpt", "--from", "alice"] + address, 0)
        #expect(
            try shell.expect(["query", "balance", "alice"] + address, 0).output
                == "99960000ucgpt\n")

        let proof = folder.path("answer.proof")
        try shell.expect(
            ["prove", model, "--srs", powers, "--private", "weights", "--request", "1"]
                + ["--worker", "dora", "-o", proof] + address, 0)
        try shell.expect(["verify", proof], 0)
        // A proof that somebody else sends is worth nothing.
        try shell.expect(
            ["tx", "ai", "submit-result", "1", proof, "--from", "mallory"] + address, 1)
        try shell.expect(["tx", "ai", "submit-result", "1", proof, "--from", "dora"] + address, 0)
        try shell.expect(["tx", "ai", "submit-result", "1", proof, "--from", "dora"] + address, 1)
        #expect(
            try shell.expect(["query", "balance", "dora"] + address, 0).output
                == "100032000ucgpt\n")
        let answer = try JSONValue(
            parsing: shell.expect(["query", "ai", "request", "1"] + address, 0).output)
        #expect(answer["request"]?["status"] == "REQUEST_STATUS_ANSWERED")
        try shell.expect(["tx", "ai", "cancel-request", "1", "--from", "alice"] + address, 1)

        // The receipt holds, and so does the proof in it.
        let receipt = folder.path("receipt.json")
        try shell.expect(["receipt", "get", "1", "-o", receipt] + address, 0)
        let genesis = shell.home + "/config/genesis.json"
        let report = try shell.json(
            ["receipt", "verify", receipt, "--genesis", genesis, "--commitment", commitment])
        #expect(report["valid"] == .bool(true) && report["proof_checked"] == .bool(true))
        let local = try shell.json(["run", model, "--input", input, "--row", "2"])
        let shown = try shell.json(["receipt", "show", receipt])
        #expect(local["outputs"] != nil && shown["output"] != nil)
        try answerHiddenInput(shell, folder, address)
        #expect(node.stop() == 0)
        try shell.expect(["node", "check"], 0)
    }

    /// Somebody who has only the model's public part asks about an input that the chain never sees.
    private func answerHiddenInput(
        _ shell: Shell, _ folder: TemporaryDirectory, _ address: [String]
    ) throws {
        let string = ["--srs", folder.path("powers.ptau")]
        let sample = [
            "--input", Program.packageRoot + "/Examples/models/credit_mlp.test.npz", "--row", "7",
        ]
        func commit(_ secret: String) throws -> JSONValue {
            try shell.json(
                ["model", "commit-input", folder.path("risk.commitment"), "--secret"]
                    + [folder.path(secret)] + string + sample)
        }
        let commitment = try #require(try commit("input.secret")["commitment"]?.text)
        #expect(try commit("input.secret")["commitment"]?.text == commitment)
        #expect(try commit("other.secret")["commitment"]?.text != commitment)
        try shell.expect(
            ["tx", "ai", "request-result", "dora/risk", commitment, "--max-price"]
                + ["40000ucgpt", "--from", "alice"] + address, 0)
        let proof = folder.path("hidden.proof")
        func prove(_ secret: String) -> [String] {
            ["prove", folder.path("risk.q.aivm"), "--private", "weights", "--committed", "input"]
                + ["--input-secret", folder.path(secret), "--request", "2", "--worker", "dora"]
                + ["-o", proof] + string + sample + address
        }
        let wrong = try shell.expect(prove("other.secret"), 65)
        #expect(wrong.errors.contains("commits to another input"), "\(wrong.errors)")
        try shell.expect(prove("input.secret"), 0)
        try shell.expect(["tx", "ai", "submit-result", "2", proof, "--from", "dora"] + address, 0)
        #expect(
            try shell.expect(["query", "balance", "dora"] + address, 0).output
                == "100064000ucgpt\n")
    }
}
