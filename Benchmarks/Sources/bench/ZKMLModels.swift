// Models as relations: the example models, quantised; and perceptrons of any size with random
// weights and scales that keep activations in range, as calibration would.

import Arithmetization
import Fields
import Foundation
import Importers
import Models
import Quantization
import Sumcheck
import SumcheckProver
import Tensors

/// A model's relations, and the values of its weights and input.
struct ZKMLModel {
    var builder = RelationBuilder()
    var values: [(tensor: Int, values: [Int64])] = []
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    private mutating func random(_ bound: Int64) -> Int64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int64(state % UInt64(2 * bound + 1)) - bound
    }

    private mutating func weights(_ name: String, _ extents: [Int]) -> Int {
        let tensor = builder.tensor(name, extents, .weights, .signedByte)
        values.append((tensor, (0..<extents.reduce(1, *)).map { _ in random(127) }))
        return tensor
    }

    private mutating func bias(_ name: String, _ count: Int) -> Int {
        let tensor = builder.tensor(name, [count], .weights)
        values.append((tensor, (0..<count).map { _ in random(100_000) }))
        return tensor
    }

    private mutating func input(
        _ extents: [Int], range: ClosedRange<Int64> = -32768...32767, bound: Int64 = 8000
    ) -> Quantity {
        let x = builder.input("input", extents, range: range)
        let isSigned = range.lowerBound < 0
        values.append(
            (
                x.addends[0].view.tensor,
                (0..<x.count).map { _ in isSigned ? random(bound) : abs(random(bound)) }
            ))
        return x
    }

    /// A rescaling of sums of `terms` products of about 8000 · 73 to about 8000.
    private mutating func rescaling(
        _ count: Int, terms: Int, range: ClosedRange<Int64> = -32768...32767
    ) -> Rescaling {
        var root = 1
        while root * root < terms { root += 1 }
        let scale = Double(1 << 30) / (73 * Double(root))
        return Rescaling(
            multipliers: (0..<count).map { _ in Int64(scale) / 2 + abs(random(Int64(scale) / 2)) },
            shift: 30, range: range)
    }

    private mutating func dense(
        _ name: String, _ x: Quantity, _ outputs: Int, isLast: Bool = false, hasBias: Bool = true
    ) -> Quantity {
        let inputs = x.extents[x.extents.count - 1]
        let w = weights("\(name).weight", [inputs, outputs])
        let b = hasBias ? bias("\(name).bias", outputs) : nil
        let numbers = rescaling(outputs, terms: inputs, range: isLast ? -32768...32767 : 0...32767)
        return builder.linear(name, x, weights: w, bias: b, outputs: outputs, numbers)
    }

    static func perceptron(_ sizes: [Int], sigmoid: Bool = false) -> ZKMLModel {
        var model = ZKMLModel()
        var x = model.input([1, sizes[0]])
        for (index, size) in sizes.dropFirst().enumerated() {
            x = model.dense("layer\(index)", x, size, isLast: index == sizes.count - 2)
        }
        if sigmoid {
            x = model.builder.tabulate(
                "sigmoid", x, entries: (0..<1024).map { Int64($0) * 31 },
                Rescaling(multipliers: [1], shift: 6))
        }
        _ = model.builder.output("output", x)
        return model
    }

    /// An example model, quantised, with the first sample of its test split.
    static func example(_ name: String) throws -> ZKMLModel {
        let stem = packageRoot + "/Examples/models/\(name)"
        return try imported(stem, sample: stem + ".test.npz")
    }

    /// The model of `stem`.onnx, quantised by the samples of `stem`.npz, with the first of others.
    static func imported(_ stem: String, sample path: String) throws -> ZKMLModel {
        let float = try ONNXImporter.model(at: stem + ".onnx")
        func rows(_ path: String) throws -> [[NamedTensor]] {
            let samples = try InputReader.samples(for: float.inputs, at: path)
            return try (0..<samples.rowCount()).map { try samples.row($0) }
        }
        let quantized = try Quantizer.quantize(
            float, samples: try rows(stem + ".npz"),
            options: QuantizationOptions(hasIntegerPorts: true))
        let relations = try ProgramRelations(quantized.model)
        var model = ZKMLModel()
        model.builder = relations.builder
        model.values = try relations.weightValues()
        let sample = try rows(path)[0]
        for (input, port) in zip(relations.inputs, quantized.model.inputs) {
            let tensor = sample.first { $0.name == port.name }?.tensor
            if let floats = tensor?.float32s,
                let scale = quantized.portScales.first(where: { $0.name == port.name })?.scale
            {
                let integers = floats.map {
                    Int64(Int16(clamping: Int((Double($0) / scale).rounded(.toNearestOrEven))))
                }
                model.values.append((input.tensor, integers))
            } else {
                model.values.append((input.tensor, tensor?.wholeNumbers ?? []))
            }
        }
        return model
    }

    /// Two convolutions with ReLU and pools over a picture, and ten scores.
    static func convolutional(width: Int) throws -> ZKMLModel {
        var model = ZKMLModel()
        var x = model.input([1, 1, width, width])
        for (number, channels) in [8, 16].enumerated() {
            let (inputs, size) = (x.extents[1], x.extents[2])
            let w = model.weights("conv\(number).weight", [channels, inputs, 3, 3])
            let b = model.bias("conv\(number).bias", channels)
            let window = WindowAxis(kernel: 3, padding: 1, places: size)
            let y = model.builder.convolution(
                "conv\(number)", x, weights: w, bias: b, outputs: channels, [window, window],
                model.rescaling(channels, terms: 9 * inputs, range: 0...32767))
            let pool = WindowAxis(kernel: 2, stride: 2, places: size / 2)
            guard let y, let pooled = model.builder.maximumPool("pool\(number)", y, [pool, pool])
            else { throw BenchmarkFailure("the windows do not fit") }
            x = pooled
        }
        x = model.builder.reshaped("flat", x, [1, x.count])
        x = model.dense("scores", x, 10, isLast: true)
        _ = model.builder.output("output", x)
        return model
    }

    /// The witness of the values.
    func witness(_ system: RelationSystem) throws -> Witness<Fr> {
        var witness = Witness<Fr>(system)
        for (tensor, values) in values { witness.set(tensor, to: values) }
        try witness.run(builder.steps, tables: builder.tables)
        return witness
    }
}
