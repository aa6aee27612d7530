// Quantised ONNX models, made and answered by onnxruntime (Scripts/quantized_models.py): converted
// into integer programs without samples, they give the same answers to within the rounding of each
// layer.

import Base
import Foundation
import Importers
import Machine
import Models
import Quantization
import Tensors
import TestSupport
import Testing

/// A line of the script.
private struct RuntimeModel: Decodable {
    var name: String
    var unit: Double
    var coarsest: Double
    var layers: Int
    var averages: Bool

    /// A unit of each layer that rounds, in units of the output: weights keep to the magnitude of
    /// what they multiply.
    var tolerance: Double { Double(layers) * max(coarsest / unit, 1) + 0.01 }
    /// What part must not differ at all. The mean of four integers lies halfway between two in one
    /// case of four: ONNX rounds it to even, the profile upwards.
    var equalPart: Double { averages ? 0.5 : 0.8 }
}

@Suite struct QuantizedRuntimeTests {
    @Test(.enabled(if: PythonOracle.require()), arguments: [1, 2, 3])
    func answersAreThoseOfTheRuntime(seed: Int) throws {
        let folder = try TemporaryDirectory()
        let lines = try PythonOracle.runFile(
            "Scripts/quantized_models.py", arguments: [folder.path, "\(seed)", "24"])
        let models = try lines.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(RuntimeModel.self, from: Data($0))
        }
        #expect(models.count == 27)
        for entry in models {
            let float = try ONNXImporter.model(at: "\(folder.path)/\(entry.name).onnx")
            let program = try Quantizer.convert(float).model
            #expect(program.profile == .integer)
            let (largest, equal) = try difference(program, folder.path, entry)
            #expect(largest <= entry.tolerance, "\(entry) \(largest)")
            #expect(equal >= entry.equalPart, "\(entry) \(equal)")
            // What the command compares layer by layer.
            var comparison = try ModelComparison(Quantizer.convert(float))
            let shape = try #require(float.inputs[0].type).shape
            let zeros = Tensor([Float](repeating: 0, count: shape.elementCount), shape: shape)
            try comparison.add([NamedTensor(name: float.inputs[0].name, tensor: zeros)])
            #expect(comparison.layers.contains { $0.elementCount > 0 })
        }
    }

    /// The largest difference in units of the output, and what part of the numbers is equal to half
    /// a unit.
    private func difference(
        _ program: Model, _ folder: String, _ entry: RuntimeModel
    ) throws -> (largest: Double, equal: Double) {
        let path = "\(folder)/\(entry.name).npz"
        let archive = try NumPyArchive(Bytes(try Data(contentsOf: URL(fileURLWithPath: path))))
        let inputs = try #require(try archive.array(named: "inputs")?.float32s)
        let expected = try #require(try archive.array(named: "outputs")?.float32s)
        let type = try #require(program.inputs[0].type)
        let size = type.shape.elementCount
        let interpreter = try Interpreter(model: program)
        var answers: [Float] = []
        for start in stride(from: 0, to: inputs.count, by: size) {
            let tensor = Tensor(Array(inputs[start..<start + size]), shape: type.shape)
            let input = NamedTensor(name: program.inputs[0].name, tensor: tensor)
            answers +=
                try interpreter.run([input], options: .untraced).outputs[0].tensor.float32s
                ?? []
        }
        #expect(answers.count == expected.count)
        let differences = zip(answers, expected).map { abs(Double($0) - Double($1)) / entry.unit }
        let equal = differences.count { $0 < 0.5 }
        return (differences.max() ?? 0, Double(equal) / Double(max(differences.count, 1)))
    }
}
