// The integer programs of the example models beside the float models they are made of, one thread,
// batch 1, in turns; and single layers large enough that their products decide.

import Base
import Foundation
import Importers
import Machine
import Models
import Quantization
import Tensors

func benchmarkQuantized(_ root: String) throws {
    let names = ["credit_mlp", "digits_mlp", "digits_cnn", "mlp_1m", "tinygpt", "tinygpt_decomp"]
    let filter = ProcessInfo.processInfo.environment["AIVM_BENCH_ONLY"] ?? ""
    var rows = [["model", "float µs", "integer µs", "integer / float", "weights KiB"]]
    for name in names where filter.isEmpty || name.contains(filter) {
        let stem = "\(root)/Examples/models/\(name)"
        let model = try ONNXImporter.importModel(at: "\(stem).onnx").model
        let samples = try InputReader.samples(for: model.inputs, at: "\(stem).npz")
        let calibration = try (0..<samples.rowCount()).map { try samples.row($0) }
        rows.append(try timings(name, model, calibration))
    }
    for layer in LargeLayer.all where filter.isEmpty || layer.name.contains(filter) {
        let model = try layer.model()
        let input = NamedTensor(name: "x", tensor: LargeLayer.numbers(layer.input, seed: 7))
        rows.append(try timings(layer.name, model, [[input]]))
    }
    if filter.isEmpty || LargeLayer.block.contains(filter) {
        let input = NamedTensor(
            name: "x", tensor: LargeLayer.numbers([1, 64, 28, 28], seed: 7))
        rows.append(try timings(LargeLayer.block, try LargeLayer.separableBlock(), [[input]]))
    }
    printTable("Integer programs, batch 1, one thread (\(Kernels.best.name) kernels)", rows)
}

private func timings(
    _ name: String, _ model: Model, _ calibration: [[NamedTensor]]
) throws -> [String] {
    let quantized = try Quantizer.quantize(model, samples: calibration).model
    let (float, integer) = (
        try Interpreter(model: model), try Interpreter(model: quantized)
    )
    let input = calibration[0]
    var times = (Double.infinity, Double.infinity)
    for _ in 0..<4 {
        times.0 = min(
            times.0,
            try leastSecondsOfTwenty(for: 0.25) { _ = try float.run(input, options: .untraced) })
        times.1 = min(
            times.1,
            try leastSecondsOfTwenty(for: 0.25) { _ = try integer.run(input, options: .untraced) })
    }
    if ProcessInfo.processInfo.environment["AIVM_BENCH_PROFILE"] != nil {
        try printProfile(integer, input, "\(name), integer")
        try printProfile(float, input, "\(name), float")
    }
    return [
        name, text(times.0 * 1e6), text(times.1 * 1e6), text(times.1 / times.0),
        "\(model.weightByteCount >> 10) → \(quantized.weightByteCount >> 10)",
    ]
}

/// A model of one product.
private struct LargeLayer {
    var name: String
    var input: Shape
    var weights: Shape
    var isConvolution = false
    var groups: Int64 = 1
    var stride: Int64 = 1

    static let all = [
        LargeLayer(name: "MatMul 1 × 2048 × 2048", input: [1, 2_048], weights: [2_048, 2_048]),
        LargeLayer(name: "MatMul 64 × 768 × 768", input: [64, 768], weights: [768, 768]),
        LargeLayer(
            name: "Conv 64 → 64, 3 × 3, 28 × 28", input: [1, 64, 28, 28], weights: [64, 64, 3, 3],
            isConvolution: true),
        LargeLayer(
            name: "Conv 128 → 256, 1 × 1, 14 × 14", input: [1, 128, 14, 14],
            weights: [256, 128, 1, 1], isConvolution: true),
        LargeLayer(
            name: "Conv 64 → 128, 3 × 3 / 2, 28 × 28", input: [1, 64, 28, 28],
            weights: [128, 64, 3, 3], isConvolution: true, stride: 2),
        LargeLayer(
            name: "Depthwise 64, 3 × 3, 28 × 28", input: [1, 64, 28, 28],
            weights: [64, 1, 3, 3], isConvolution: true, groups: 64),
        LargeLayer(
            name: "Depthwise 64, 3 × 3 / 2, 28 × 28", input: [1, 64, 28, 28],
            weights: [64, 1, 3, 3], isConvolution: true, groups: 64, stride: 2),
    ]

    static func numbers(_ shape: Shape, seed: UInt64) -> Tensor {
        var state = seed
        let values = (0..<shape.elementCount).map { _ -> Float in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(Int32(truncatingIfNeeded: state >> 33)) / Float(Int32.max)
        }
        return Tensor(values, shape: shape)
    }

    func model() throws -> Model {
        var builder = ProgramBuilder(opset: 17)
        let x = builder.addInput("x", TensorType(.float32, input))
        let w = builder.addConstant("w", Self.numbers(weights, seed: 3))
        let pad = weights.dimensions.last == 3 ? Int64(1) : 0
        let y = builder.addNode(
            isConvolution ? "Conv" : "MatMul", [x, w], name: "product",
            attributes: isConvolution
                ? [
                    ("group", .int(groups)), ("pads", .ints([pad, pad, pad, pad])),
                    ("strides", .ints([stride, stride])),
                ] : [])[0]
        builder.addOutput("y", builder.addNode("Relu", [y], name: "relu")[0])
        return try builder.build()
    }

    static let block = "Block 64 → 256 → 64 with depthwise"

    /// What networks for small machines repeat: channels widened, each convolved by itself,
    /// narrowed, and added to what came in.
    static func separableBlock() throws -> Model {
        var builder = ProgramBuilder(opset: 17)
        let x = builder.addInput("x", TensorType(.float32, [1, 64, 28, 28]))
        var value = x
        let layers: [(weights: Shape, groups: Int64, pad: Int64, isLast: Bool)] = [
            ([256, 64, 1, 1], 1, 0, false), ([256, 1, 3, 3], 256, 1, false),
            ([64, 256, 1, 1], 1, 0, true),
        ]
        for (index, layer) in layers.enumerated() {
            let w = builder.addConstant(
                "w\(index)", numbers(layer.weights, seed: UInt64(index) + 3))
            value =
                builder.addNode(
                    "Conv", [value, w], name: "layer\(index)",
                    attributes: [
                        ("group", .int(layer.groups)),
                        ("pads", .ints([Int64](repeating: layer.pad, count: 4))),
                    ])[0]
            if !layer.isLast {
                value = builder.addNode("Relu", [value], name: "relu\(index)")[0]
            }
        }
        builder.addOutput("y", builder.addNode("Add", [value, x], name: "sum")[0])
        return try builder.build()
    }
}
