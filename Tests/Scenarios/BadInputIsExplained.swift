// Wrong input on purpose, through the real binary: a clear line on standard error, the right exit
// code, nothing lost.

import Base
import Client
import Foundation
import TestSupport
import Testing

@Suite struct BadInputIsExplained {
    private let models = Program.packageRoot + "/Examples/models"

    @Test func modelFiles() throws {
        let folder = try TemporaryDirectory()
        let shell = Shell(folder)
        let onnx = Bytes(try Data(contentsOf: URL(fileURLWithPath: models + "/digits_cnn.onnx")))
        let good = folder.path("good.aivm")
        try shell.expect(["model", "import", models + "/digits_cnn.onnx", "-o", good], 0)
        let file = Bytes(try Data(contentsOf: URL(fileURLWithPath: good)))

        func write(_ name: String, _ bytes: Bytes) throws -> String {
            let path = folder.path(name)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            return path
        }
        let cases: [(words: [String], status: Int32, text: String)] = [
            (["model", "import", folder.path("absent.onnx")], 66, "absent.onnx"),
            (["model", "import", try write("text.onnx", Bytes("no model".utf8))], 65, ""),
            (
                ["model", "import", try write("cut.onnx", Bytes(onnx.prefix(onnx.count / 2)))], 65,
                ""
            ),
            (["model", "inspect", try write("x.aivm", Bytes("AIVM".utf8))], 65, ""),
            (["model", "inspect", try write("cut.aivm", Bytes(file.dropLast(7)))], 65, ""),
            (["model", "inspect", models + "/models.json"], 65, "aivm model import"),
            (["run", good, "--input", models + "/credit_mlp.test.npz"], 65, "input"),
            (
                ["run", good, "--input", models + "/digits_cnn.test.npz", "--row", "100000"], 65,
                "row"
            ),
            (["run", good, "--input", try write("a.json", Bytes("{\"x\": [1]}".utf8))], 65, "x"),
            (["run", good], 64, "--input"),
            (["node", "start", "--consensus", "raft"], 64, "raft"),
            (["node", "start", "--abci", "unix:///tmp/x"], 64, "cometbft"),
            (
                ["node", "start", "--consensus", "cometbft", "--abci", "26658"], 64,
                "tcp://HOST:PORT"
            ),
            (["run", good, "--input", good, "--kernels", "mmx"], 64, "mmx"),
            (["model", "import", models + "/digits_cnn.onnx", "--dimension", "n=0"], 64, "n=0"),
        ]
        for (words, status, text) in cases {
            let errors = try shell.expect(words, status).errors
            #expect(errors.hasPrefix("aivm: "), "\(words): \(errors)")
            #expect(text.isEmpty || errors.contains(text), "\(words): \(errors)")
            #expect(!errors.contains("Fatal error"), "\(words): \(errors)")
        }
    }

    @Test func notFiniteInputsHaveDefinedResults() throws {
        let folder = try TemporaryDirectory()
        let shell = Shell(folder)
        let model = folder.path("m.aivm")
        try shell.expect(["model", "import", models + "/credit_mlp.onnx", "-o", model], 0)
        for value in ["\"NaN\"", "\"Infinity\"", "\"-Infinity\""] {
            let path = folder.path("input.json")
            let row = Array(repeating: value, count: 30).joined(separator: ",")
            try Data("{\"input\": [[\(row)]]}".utf8).write(to: URL(fileURLWithPath: path))
            let best = try shell.json(["run", model, "--input", path])
            let scalar = try shell.json(["run", model, "--input", path, "--kernels", "scalar"])
            #expect(best == scalar)
        }
    }

    @Test func nodesThatCannotStart() throws {
        let folder = try TemporaryDirectory()
        let shell = Shell(folder)
        #expect(try shell.expect(["node", "start"], 66).errors.contains("aivm node init"))
        try shell.expect(["node", "init"], 0)
        #expect(try shell.expect(["node", "init"], 73).errors.contains("holds a node already"))
        let node = try NodeProcess(home: shell.home)
        let locked = try shell.expect(["node", "start", "--port", "0"], 74).errors
        #expect(locked.contains("another process has the database open"), "\(locked)")

        let other = Shell(try TemporaryDirectory())
        try other.expect(["node", "init"], 0)
        let port = String(node.client.address.split(separator: ":").last ?? "")
        let taken = try other.expect(["node", "start", "--port", port], 69).errors
        #expect(taken.contains("in use"), "\(taken)")
        #expect(node.stop() == 0)

        let genesis = shell.home + "/config/genesis.json"
        try Data("{}".utf8).write(to: URL(fileURLWithPath: genesis))
        #expect(try shell.expect(["node", "start"], 65).errors.contains("genesis"))
    }

    @Test func damagedDatabasesStopTheNode() throws {
        let folder = try TemporaryDirectory()
        let shell = Shell(folder)
        try shell.expect(["node", "init"], 0)
        let node = try NodeProcess(home: shell.home)
        _ = try node.settle()
        #expect(node.stop() == 0)
        let data = shell.home + "/data/state.db"
        try Data("garbage".utf8).write(to: URL(fileURLWithPath: data + "/CURRENT"))
        let errors = try shell.expect(["node", "start", "--port", "0"], 74).errors
        #expect(!errors.isEmpty && !errors.contains("Fatal error"), "\(errors)")
    }

    @Test func refusedTransactions() throws {
        let folder = try TemporaryDirectory()
        let shell = Shell(folder)
        try shell.expect(["keys", "add", "alice"], 0)
        try shell.expect(["node", "init", "--fund", "alice=1000ucgpt"], 0)
        let node = try NodeProcess(home: shell.home)
        let address = ["--from", "alice", "--node", node.client.address]
        let cases: [(words: [String], text: String)] = [
            (["tx", "send", "alice", "5000ucgpt"], "insufficient funds"),
            (["tx", "send", "alice", "1ucgpt", "--gas", "10"], "out of gas"),
            (
                ["tx", "send", "alice", "1ucgpt", "--fee", "9999ucgpt", "--gas", "200000"],
                "insufficient funds"
            ),
            (["infer", "alice/none", "--input", models + "/digits_cnn.test.npz"], "none"),
        ]
        for (words, text) in cases {
            let errors = try shell.expect(words + address, 1).errors
            #expect(errors.contains(text), "\(words): \(errors)")
        }
        try shell.expect(["tx", "send", "alice", "1ucgpt"] + address, 0)
        #expect(
            try shell.expect(["query", "balance", "alice", "--node", node.client.address], 0).output
                == "1000ucgpt\n")
        #expect(node.stop() == 0)
    }
}
