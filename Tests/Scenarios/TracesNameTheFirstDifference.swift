// Traces through the real binary: equal runs have equal traces whatever computes them, a changed
// weight is found at the first node that reads it, and bad files and limits end as documented.

import Base
import Foundation
import Importers
import Models
import Tensors
import TestSupport
import Testing
import Wire

@Suite struct TracesNameTheFirstDifference {
    private let models = Program.packageRoot + "/Examples/models"

    private func write(_ bytes: Bytes, _ path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    @Test func equalRunsHaveEqualTraces() throws {
        let folder = try TemporaryDirectory()
        let shell = Shell(folder)
        let model = models + "/digits_cnn.onnx"
        let input = ["--input", models + "/digits_cnn.test.npz", "--row", "3"]
        let first = folder.path("best.json")
        let answer = try shell.json(["run", model, "--trace", first] + input)
        for (index, kernels) in Kernels.available.enumerated() {
            for threads in ["1", "2", "7"] {
                let path = folder.path("trace-\(index)-\(threads).json")
                let again = try shell.json(
                    ["run", model, "--trace", path, "--kernels", kernels.name]
                        + ["--threads", threads] + input)
                #expect(again == answer)
                let difference = try shell.json(["diff", first, path])
                #expect(difference["equal"] == .bool(true))
                #expect(difference["first_difference"] == .null)
            }
        }
        let trace = try JSONValue(parsing: Bytes(try Data(contentsOf: URL(fileURLWithPath: first))))
        #expect(trace["trace_root"] == answer["trace_root"])
        #expect(trace["model_id"] == answer["model_id"])
        #expect(try shell.expect(["diff", first, first], 0).output.hasPrefix("equal: all "))

        let other = folder.path("other.json")
        _ = try shell.json(
            ["run", model, "--trace", other, "--input", models + "/digits_cnn.test.npz"])
        let text = try shell.expect(["diff", first, other], 1).output
        #expect(text.hasPrefix("different inputs: input"), "\(text)")
    }

    @Test func aFlippedWeightIsFoundAtTheFirstNodeThatReadsIt() throws {
        let folder = try TemporaryDirectory()
        let shell = Shell(folder)
        let model = try ONNXImporter.importModel(at: models + "/digits_mlp.onnx").model
        let input = ["--input", models + "/digits_mlp.test.npz"]
        let honest = folder.path("honest.aivm")
        try write(model.fileBytes, honest)
        _ = try shell.json(["run", honest, "--trace", folder.path("honest.json")] + input)
        var count = 0
        // A bias is always added: another sign is another sum.
        for value in model.constantRange where model.valueTypes[value]?.shape.rank == 1 {
            guard try model.constant(value).float32s?[0] != 0,
                let reader = model.nodes.first(where: { $0.inputs.contains(value) })
            else { continue }
            var weights = model.weights
            let constant = model.program.constants[value - model.inputs.count]
            weights[Int(constant.offset) + 3] ^= 0x80
            let changed = try Model(program: model.program, weights: weights)
            let path = folder.path("changed.aivm")
            try write(changed.fileBytes, path)
            _ = try shell.json(["run", path, "--trace", folder.path("changed.json")] + input)
            let words = ["diff", folder.path("honest.json"), folder.path("changed.json")]
            let difference = try JSONValue(
                parsing: Bytes(try shell.expect(words + ["--json"], 1).output.utf8))
            #expect(difference["same_model"] == .bool(false))
            let first = difference["first_difference"]
            #expect(first?["index"]?.integer() == reader.place.index)
            #expect(first?["a"]?["operator"]?.text == reader.place.operatorName)
            #expect(first?["a"]?["hash"] != first?["b"]?["hash"])
            let text = try shell.expect(words, 1)
            #expect(text.output.hasPrefix("different models"))
            #expect(text.output.contains("first difference: node \(reader.place.index)\n"))
            #expect(text.errors == "aivm: the runs differ\n")
            count += 1
        }
        #expect(count >= 2)
    }

    @Test func limitsRefuse() throws {
        let folder = try TemporaryDirectory()
        let shell = Shell(folder)
        let words = [
            "run", models + "/digits_cnn.onnx", "--input", models + "/digits_cnn.test.npz",
        ]
        let inspected = try shell.json(["model", "inspect", models + "/digits_cnn.onnx"])
        let peak = try #require(inspected["peak_live_bytes"]?.integer(as: Int.self))
        let gas = try #require(inspected["gas"]?.integer(as: Int.self))
        try shell.expect(words + ["--memory", "\(peak)", "--gas", "\(gas)"], 0)
        for option in [
            ["--memory", "\(peak - 1)"], ["--memory", "1KiB"], ["--gas", "\(gas - 1)"],
        ] {
            let answer = try shell.expect(words + option, 1)
            #expect(answer.output.isEmpty)
            #expect(answer.errors.contains("the limit is"), "\(answer.errors)")
        }
        // The nodes of a model that is not static are counted as they run.
        var builder = ProgramBuilder(opset: 17)
        let x = builder.addInput("x", TensorType(.float32, [4]))
        let found = builder.addNode("NonZero", [x])[0]
        builder.addOutput("y", builder.addNode("Cast", [found], attributes: [("to", .int(1))])[0])
        let path = folder.path("dynamic.aivm")
        try write(try builder.build().fileBytes, path)
        let input = folder.path("x.json")
        try write(Bytes("{\"x\": [0, 1, 2, 0]}".utf8), input)
        try shell.expect(["run", path, "--input", input, "--nodes", "2"], 0)
        try shell.expect(["run", path, "--input", input, "--nodes", "1"], 1)
        try shell.expect(["run", path, "--input", input, "--memory", "20"], 1)
        let unknown = try shell.json(["model", "inspect", path])["unknown"]?.elements
        #expect(unknown?.count == 1, "Cast only follows NonZero")
        #expect(unknown?[0]["reason"]?.text?.contains("values of input 0") == true)
    }

    @Test func badFilesEndAsDocumented() throws {
        let folder = try TemporaryDirectory()
        let shell = Shell(folder)
        let good = folder.path("good.json")
        let model = models + "/credit_mlp.onnx"
        let input = models + "/credit_mlp.test.npz"
        _ = try shell.json(["run", model, "--input", input, "--trace", good])
        let text = String(
            decoding: try Data(contentsOf: URL(fileURLWithPath: good)), as: UTF8.self)
        let changes = [
            "", "[]", "{}", String(text.dropLast(text.count / 2)),
            text.replacingOccurrences(of: "aivm-trace/1", with: "aivm-trace/2"),
            text.replacingOccurrences(of: "\"index\": 0", with: "\"index\": 1"),
            text.replacingOccurrences(of: "\"gas_used\"", with: "\"gas\""),
            // A root that is not the one of the hashes.
            text.replacingOccurrences(of: "\"trace_root\": \"", with: "\"root\": \"")
                .replacingOccurrences(of: "\"model_id\"", with: "\"trace_root\""),
            text.replacingOccurrences(of: "\"hash\": \"", with: "\"hash\": \"00"),
        ]
        for change in changes {
            let path = folder.path("bad.json")
            try write(Bytes(change.utf8), path)
            for words in [["diff", path, good], ["diff", good, path]] {
                let errors = try shell.expect(words, 65).errors
                #expect(errors.contains("bad.json"), "\(errors)")
            }
        }
        let run = ["run", model, "--input", input]
        let cases: [(words: [String], status: Int32)] = [
            (["diff", good, folder.path("absent.json")], 66), (["diff", good], 64),
            (run + ["--memory", "1.5GiB"], 64), (run + ["--memory", "-1"], 64),
            (run + ["--threads", "0"], 64), (run + ["--threads", "65"], 64),
            (run + ["--nodes", "x"], 64), (run + ["--rows", "5-2"], 64),
            (run + ["--rows", "0-100000"], 65), (run + ["--rows", "1", "--row", "1"], 64),
            (run + ["--rows", "all", "--trace", "t"], 64),
            (run + ["--profile", "--rows", "1"], 64),
            (run + ["--output", folder.path("o.txt")], 64),
            (run + ["--output", folder.path("none/o.npz")], 73),
            (["run", model, "--input", "nothing=\(input)"], 64),
            (["run", model, "--input", "input=\(folder.path("absent.npy"))"], 66),
            (["run", model, "--input", "input=\(model)"], 65),
            (["bench", model, "--seconds", "x"], 64),
            (["bench", model, "--integers", "0"], 64), (["bench", folder.path("absent.aivm")], 66),
            (["model", "inspect", good], 65),
            (["model", "inspect", good, "--dimension", "n=2"], 64),
        ]
        for (words, status) in cases {
            let errors = try shell.expect(words, status).errors
            #expect(errors.hasPrefix("aivm: "), "\(words): \(errors)")
            #expect(!errors.contains("Fatal error"), "\(words): \(errors)")
        }
    }

    @Test func batchesGiveWhatSingleRunsGive() throws {
        let folder = try TemporaryDirectory()
        let shell = Shell(folder)
        let words = [
            "run", models + "/digits_mlp.onnx", "--input", models + "/digits_mlp.test.npz",
        ]
        let path = folder.path("outputs.npz")
        let batch = try shell.json(words + ["--rows", "2-6", "--output", path])
        let answers = try #require(batch.elements)
        #expect(answers.count == 5)
        var values: [Float] = []
        for (row, answer) in zip(2...6, answers) {
            let single = try shell.json(
                words + ["--row", "\(row)", "--output", folder.path("one.npy")])
            #expect(answer["row"]?.integer() == row)
            #expect(answer["outputs"] == single["outputs"])
            #expect(answer["trace_root"] == single["trace_root"])
            let saved = try NumPy.array(
                fromNPY: Bytes(try Data(contentsOf: URL(fileURLWithPath: folder.path("one.npy")))))
            values += try #require(saved.float32s)
        }
        let arrays = try NumPy.arrays(
            fromNPZ: Bytes(try Data(contentsOf: URL(fileURLWithPath: path))))
        #expect(arrays.count == 1)
        #expect(arrays[0].tensor.shape == [5, 1, 10])
        #expect(arrays[0].tensor.float32s == values)
        let lines = try shell.expect(words + ["--rows", "all"], 0).output.split(separator: "\n")
        #expect(lines.count > 100)
        #expect(lines[2].hasPrefix("2  "))
    }

    @Test func benchAndProfileMeasureWhatRunComputes() throws {
        let folder = try TemporaryDirectory()
        let shell = Shell(folder)
        let model = models + "/digits_cnn.onnx"
        let input = ["--input", models + "/digits_cnn.test.npz"]
        let answer = try shell.json(["run", model] + input)
        let bench = try shell.json(["bench", model, "--seconds", "0.05"] + input)
        #expect(bench["trace_root"] == answer["trace_root"])
        #expect(bench["gas_used"] == answer["gas_used"])
        let comparison = try shell.json(["bench", model, "--compare", "--seconds", "0.05"])
        #expect(comparison["equal"] == .bool(true))
        #expect(comparison["results"]?.elements?.count == 2 * Kernels.available.count)
        let profile = try shell.json(["run", model, "--profile"] + input)
        let inspected = try shell.json(
            ["model", "inspect", model, "--plot", folder.path("memory.svg")])
        #expect(
            profile["nodes"]?.elements?.count
                == inspected["untraced_steps"]?.integer(as: Int.self))
        let svg = String(
            decoding: try Data(contentsOf: URL(fileURLWithPath: folder.path("memory.svg"))),
            as: UTF8.self)
        #expect(svg.hasPrefix("<svg") && svg.hasSuffix("</svg>\n"))
    }
}
