// The example models as integer programs with int16 ports, their relations and witnesses.

import Arithmetization
import Base
import Fields
import Foundation
import Importers
import Machine
import Models
import Quantization
import Sumcheck
import SumcheckProver
import Tensors
import TestSupport

/// An integer program of an example model, with samples of its input.
struct ExampleRelations {
    let model: Model
    let relations: ProgramRelations
    let samples: [[NamedTensor]]

    init(_ name: String, sampleCount: Int = 3) throws {
        let stem = PackageRoot.path("Examples/models/\(name)")
        let float = try ONNXImporter.model(at: stem + ".onnx")
        func rows(_ path: String) throws -> [[NamedTensor]] {
            let samples = try InputReader.samples(for: float.inputs, at: path)
            return try (0..<samples.rowCount()).map { try samples.row($0) }
        }
        let quantized = try Quantizer.quantize(
            float, samples: try rows(stem + ".npz"),
            options: QuantizationOptions(hasIntegerPorts: true))
        model = quantized.model
        relations = try ProgramRelations(model)
        samples = try rows(stem + ".test.npz").prefix(sampleCount).map { row in
            row.map { input in
                guard let floats = input.tensor.float32s,
                    let scale = quantized.portScales.first(where: { $0.name == input.name })?.scale
                else { return input }
                let integers = floats.map {
                    Int16(clamping: Int((Double($0) / scale).rounded(.toNearestOrEven)))
                }
                return NamedTensor(
                    name: input.name, tensor: Tensor(integers, shape: input.tensor.shape))
            }
        }
    }

    /// The witness of a sample.
    func witness(_ sample: [NamedTensor], rowBits: Int) throws -> Witness<Fr> {
        let system = try relations.builder.system(rowBits: rowBits)
        var witness = Witness<Fr>(system)
        for (tensor, values) in try relations.weightValues() { witness.set(tensor, to: values) }
        for (input, port) in zip(relations.inputs, model.inputs) {
            let value = sample.first { $0.name == port.name }
            witness.set(input.tensor, to: value?.tensor.wholeNumbers ?? [])
        }
        try witness.run(relations.builder.steps, tables: relations.builder.tables)
        return witness
    }

    /// What the machine answers.
    func answers(_ sample: [NamedTensor]) throws -> [[Int64]] {
        let interpreter = try Interpreter(model: model)
        let outputs = try interpreter.run(sample, options: .untraced).outputs
        return outputs.map { $0.tensor.wholeNumbers ?? [] }
    }
}

/// Runs an example by its steps and by the machine, input after input.
struct ExampleRunner {
    private let example: ExampleRelations
    private let interpreter: Interpreter
    private let blank: Witness<Fr>

    init(_ example: ExampleRelations, rowBits: Int) throws {
        self.example = example
        interpreter = try Interpreter(model: example.model)
        var witness = Witness<Fr>(try example.relations.builder.system(rowBits: rowBits))
        for (tensor, values) in try example.relations.weightValues() {
            witness.set(tensor, to: values)
        }
        blank = witness
    }

    /// The outputs of both.
    func run(_ inputs: [NamedTensor]) throws -> (own: [[Int64]], machine: [[Int64]]) {
        var witness = blank
        for (input, named) in zip(example.relations.inputs, inputs) {
            witness.set(input.tensor, to: named.tensor.wholeNumbers ?? [])
        }
        let builder = example.relations.builder
        try witness.run(builder.steps, tables: builder.tables)
        let outputs = try interpreter.run(inputs, options: .untraced).outputs
        return (
            example.relations.outputs.map { witness.integers($0.tensor) },
            outputs.map { $0.tensor.wholeNumbers ?? [] }
        )
    }
}

/// A float model.
func floatModel(at path: String) throws -> Model { try ONNXImporter.model(at: path) }

/// A source of field elements that repeats itself.
final class Elements {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    func next() -> Fr {
        Fr(
            reducing: UInt256(
                generator.next(), generator.next(), generator.next(), generator.next()))
    }
}
