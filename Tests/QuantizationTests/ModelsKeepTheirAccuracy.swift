// The bar of the profile: on the test split of every example model the integer program is within
// one percentage point of the float model.

import Machine
import Models
import Quantization
import Tensors
import Testing

@Suite struct ModelsKeepTheirAccuracy {
    @Test(arguments: [
        "credit_mlp", "digits_mlp", "digits_cnn", "mlp_1m", "tinygpt", "tinygpt_decomp",
    ])
    func integerAccuracyIsWithinAPointOfFloat(_ name: String) throws {
        let example = try ExampleModel(name)
        let quantized = try Quantizer.quantize(example.model, samples: example.calibration)
        let float = try accuracy(example.model, example)
        let integer = try accuracy(quantized.model, example)
        var comparison = try ModelComparison(quantized)
        for sample in example.samples.prefix(40) { try comparison.add(sample) }
        for error in comparison.layers {
            print(
                name, error.layer.name, error.layer.operatorNames, error.layer.scale,
                error.relativeError, error.relativeDeviation, error.saturatedCount)
        }
        print(name, float, integer)
        #expect(integer >= float - 0.01)
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
}

/// What a classifier's scores say: the largest of each row, or whether a single one is above 1/2.
func answers(_ scores: Tensor) -> [Int64] {
    let values = scores.float32s ?? []
    let width = scores.shape.dimensions.last ?? 1
    if width == 1 { return values.map { $0 > 0.5 ? 1 : 0 } }
    return (0..<values.count / width).map { row in
        let row = values[row * width..<(row + 1) * width]
        return Int64((row.firstIndex(of: row.max() ?? 0) ?? row.startIndex) - row.startIndex)
    }
}
