// The bar of the profile: on the test split of every example model the integer program is within
// one percentage point of the float model, and runs alike on every kind of kernels.

import Base
import Machine
import Models
import Quantization
import Tensors
import TestSupport
import Testing

@Suite struct ModelsKeepTheirAccuracy {
    private static let names = [
        "credit_mlp", "digits_mlp", "digits_cnn", "mlp_1m", "tinygpt", "tinygpt_decomp",
    ]

    @Test(arguments: names)
    func integerAccuracyIsWithinAPointOfFloat(_ name: String) throws {
        let example = try ExampleModel(name)
        let quantized = try Quantizer.quantize(example.model, samples: example.calibration)
        let float = try accuracy(example.model, example)
        let integer = try accuracy(quantized.model, example)
        #expect(integer >= float - 0.01, "float \(float), integer \(integer)")
        #expect(quantized.model.profile == .integer)
        #expect(quantized.model.inputs == example.model.inputs)
        #expect(quantized.model.outputs == example.model.outputs)
        // Deterministic down to the last byte.
        let again = try Quantizer.quantize(example.model, samples: example.calibration)
        #expect(again.model.modelID == quantized.model.modelID)
    }

    @Test(arguments: names)
    func everyLayerKeepsCloseToFloat(_ name: String) throws {
        let example = try ExampleModel(name)
        let quantized = try Quantizer.quantize(example.model, samples: example.calibration)
        var comparison = try ModelComparison(quantized)
        for sample in example.samples.prefix(20) { try comparison.add(sample) }
        #expect(comparison.layers.count >= 4)
        for error in comparison.layers {
            #expect(error.elementCount > 0)
            #expect(error.relativeDeviation < 0.03, "\(error)")
        }
    }

    private func accuracy(_ model: Model, _ example: ExampleModel) throws -> Double {
        let interpreter = try Interpreter(model: model)
        var (right, count) = (0, 0)
        for (sample, labels) in zip(example.samples, example.labels) {
            let output = try interpreter.run(sample, options: .untraced).outputs[0].tensor
            for (answer, label) in zip(answers(output), labels) {
                if answer == label { right += 1 }
                count += 1
            }
        }
        return Double(right) / Double(count)
    }

    /// 1,000 random inputs for each model: scalar definitions, vectors, threads.
    @Test(arguments: names.dropLast())
    func everyKernelGivesTheSameBits(_ name: String) throws {
        let example = try ExampleModel(name)
        let model = try Quantizer.quantize(example.model, samples: example.calibration).model
        let reference = try Interpreter(model: model, kernels: .scalar)
        var others: [Interpreter] = []
        for var kernels in Kernels.available.dropFirst() {
            others.append(try Interpreter(model: model, kernels: kernels))
            kernels.threads = 2
            others.append(try Interpreter(model: model, kernels: kernels))
        }
        var generator = SeededGenerator(seed: 7)
        for round in 0..<1_000 {
            let inputs = model.inputs.map { random($0, &generator) }
            let options = round < 20 ? ExecutionOptions.traced : .untraced
            let expected = try reference.run(inputs, options: options)
            for other in others {
                #expect(try other.run(inputs, options: options) == expected)
            }
        }
    }

    /// An input of usual numbers, or far beyond what the model was calibrated for.
    private func random(_ port: Model.Port, _ generator: inout SeededGenerator) -> NamedTensor {
        guard let type = port.type else { preconditionFailure("the model is static") }
        let count = type.shape.elementCount
        if type.element == .int64 {
            let ids = (0..<count).map { _ in Int64(generator.int(in: 0...45)) }
            return NamedTensor(name: port.name, tensor: Tensor(ids, shape: type.shape))
        }
        let reach: Float = generator.element(of: [1, 4, 1_000])
        let numbers = (0..<count).map { _ in
            Float(generator.int(in: -1_000...1_000)) / 1_000 * reach
        }
        return NamedTensor(name: port.name, tensor: Tensor(numbers, shape: type.shape))
    }
}

/// What a classifier's scores say: the largest of each row, or whether a single one is above 1/2.
func answers(_ scores: Tensor) -> [Int64] {
    if let integers = scores.int64s { return integers }
    let values = scores.float32s ?? []
    let width = scores.shape.dimensions.last ?? 1
    if width == 1 { return values.map { $0 > 0.5 ? 1 : 0 } }
    return (0..<values.count / width).map { row in
        let row = values[row * width..<(row + 1) * width]
        return Int64((row.firstIndex(of: row.max() ?? 0) ?? row.startIndex) - row.startIndex)
    }
}
