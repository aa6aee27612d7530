// How many of a test split's labels a model and its integer program get right.

import Base
import Foundation
import Importers
import Machine
import Models
import Quantization
import Tensors

/// Accuracy of the float model and of the integer program, from 0 to 1.
func zkmlAccuracy(_ name: String) throws -> (float: Double, integer: Double) {
    let stem = packageRoot + "/Examples/models/\(name)"
    let float = try ONNXImporter.model(at: stem + ".onnx")
    func rows(_ path: String) throws -> [[NamedTensor]] {
        let samples = try InputReader.samples(for: float.inputs, at: path)
        return try (0..<samples.rowCount()).map { try samples.row($0) }
    }
    let quantized = try Quantizer.quantize(float, samples: try rows(stem + ".npz"))
    let samples = try rows(stem + ".test.npz")
    let archive = try NumPyArchive(
        Bytes(try Data(contentsOf: URL(fileURLWithPath: stem + ".test.npz"))))
    let all = try archive.array(named: "labels")?.int64s ?? []
    let each = all.count / max(samples.count, 1)
    func accuracy(_ model: Model) throws -> Double {
        let interpreter = try Interpreter(model: model)
        var right = 0
        for (index, sample) in samples.enumerated() {
            let scores = try interpreter.run(sample, options: .untraced).outputs[0].tensor
            let labels = all[index * each..<(index + 1) * each]
            right += zip(answers(scores), labels).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
        }
        return Double(right) / Double(max(all.count, 1))
    }
    return (try accuracy(float), try accuracy(quantized.model))
}

/// The largest of each row of scores, or whether a single one is above 1/2.
private func answers(_ scores: Tensor) -> [Int64] {
    let values = scores.float32s ?? []
    let width = scores.shape.dimensions.last ?? 1
    if width == 1 { return values.map { $0 > 0.5 ? 1 : 0 } }
    return (0..<values.count / max(width, 1)).map { row in
        let row = values[row * width..<(row + 1) * width]
        return Int64((row.firstIndex(of: row.max() ?? 0) ?? row.startIndex) - row.startIndex)
    }
}
