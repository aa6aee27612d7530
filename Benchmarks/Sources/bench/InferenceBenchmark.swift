// Time of one inference, batch 1, one thread, beside onnxruntime's in the same run: the two take
// turns, and each keeps its least time.

import Base
import Foundation
import Importers
import Machine
import Models
import Tensors
import Wire

func benchmarkInference(_ root: String) throws {
    let names = ["digits_mlp", "digits_cnn", "credit_mlp", "mlp_1m", "tinygpt", "tinygpt_decomp"]
    var rows = [["model", "aivm µs", "untraced µs", "onnxruntime µs", "untraced / ort"]]
    for name in names {
        let folder = "\(root)/Examples/models"
        let model = try ONNXImporter.importModel(at: "\(folder)/\(name).onnx").model
        let inputs = try InputReader.inputs(for: model, from: "\(folder)/\(name).test.npz")
        let interpreter = try Interpreter(model: model)
        var traced = Double.infinity
        var untraced = Double.infinity
        var other = Double.infinity
        for _ in 0..<3 {
            traced = min(
                traced, try leastSecondsOfTwenty(for: 0.6) { _ = try interpreter.run(inputs) })
            untraced = min(
                untraced,
                try leastSecondsOfTwenty(for: 0.6) {
                    _ = try interpreter.run(inputs, options: .untraced)
                })
            if let time = try onnxruntimeSeconds(root, "\(folder)/\(name)") {
                other = min(other, time)
            }
        }
        rows.append([
            name, text(traced * 1e6), text(untraced * 1e6),
            other.isFinite ? text(other * 1e6) : "absent",
            other.isFinite ? text(untraced / other) : "-",
        ])
    }
    printTable("Inference, batch 1, one thread (\(Kernels.best.name) kernels)", rows)
}

/// onnxruntime's least time; `nil` when it is not installed.
private func onnxruntimeSeconds(_ root: String, _ stem: String) throws -> Double? {
    let python = "\(root)/.venv/bin/python"
    guard FileManager.default.isExecutableFile(atPath: python) else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = ["\(root)/Benchmarks/onnxruntime_time.py", stem]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Double(
        String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
}

func benchmarkImport(_ root: String) throws {
    let path = "\(root)/Examples/models/mlp_1m.onnx"
    let bytes = Bytes(try Data(contentsOf: URL(fileURLWithPath: path)))
    let megabytes = Double(bytes.count) / 1e6
    let importing = try leastSeconds { _ = try ONNXImporter.importModel(at: path) }
    let model = try ONNXImporter.importModel(at: path).model
    let file = model.fileBytes
    let hashing = leastSeconds { _ = ModelIdentity.weightsRoot(of: model.weights) }
    let loading = try leastSeconds { _ = try Model(fileBytes: file) }
    printTable(
        "Import and identity (mlp_1m, \(text(megabytes)) MB)",
        [
            ["step", "ms", "MB/s"],
            ["ONNX → program", text(importing * 1e3), text(megabytes / importing)],
            ["weights root (SHA-256)", text(hashing * 1e3), text(megabytes / hashing)],
            ["load .aivm, checked", text(loading * 1e3), text(megabytes / loading)],
        ])
}
