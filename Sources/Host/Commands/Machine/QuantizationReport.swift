// What aivm model quantize says: sizes, the error of each layer, the accuracy of both models.

import Base
import Foundation
import Importers
import Machine
import Models
import Quantization
import Tensors
import Wire

/// How an integer program compares with its float model.
struct QuantizationReport {
    /// Answers of both models on labelled samples.
    struct Accuracy {
        /// Answers in all: one for each sample, or for each position of a sequence.
        var answers = 0
        /// Right answers of the float model.
        var float = 0
        /// Right answers of the integer program.
        var integer = 0
        /// Answers in which both agree.
        var agreeing = 0
    }

    let quantized: QuantizedModel
    /// The error of each layer; none without samples.
    let layers: [LayerError]
    /// How many samples the layers were compared on.
    let sampleCount: Int
    /// `nil` without test samples.
    let accuracy: Accuracy?
    let hasLabels: Bool

    init(
        _ quantized: QuantizedModel, calibration: LabelledSamples?, test: LabelledSamples?,
        _ invocation: Invocation
    ) throws {
        self.quantized = quantized
        hasLabels = test?.labels != nil
        guard let compared = test ?? calibration else {
            (layers, sampleCount, accuracy) = ([], 0, nil)
            return
        }
        let bar = ProgressBar("comparing", invocation)
        var comparison = try ModelComparison(quantized)
        let float = try Interpreter(model: quantized.original)
        let integer = try Interpreter(model: quantized.model)
        var accuracy = Accuracy()
        for row in 0..<compared.count {
            let sample = try compared.inputs(row)
            try comparison.add(sample)
            if test != nil {
                let real = try float.run(sample, options: .untraced)
                let whole = try integer.run(
                    quantized.integerInputs(sample), options: .untraced)
                try accuracy.add(
                    Answers.of(real.outputs),
                    Answers.of(quantized.floatOutputs(whole.outputs)), compared.labels?[row])
            }
            bar.show(row + 1, of: compared.count)
        }
        layers = comparison.layers
        sampleCount = compared.count
        self.accuracy = test == nil ? nil : accuracy
    }

    /// The layer that is furthest from the float model.
    var worst: LayerError? {
        layers.max { $0.relativeError < $1.relativeError }
    }

    /// Integers at the ends of int16 in all layers.
    var saturatedCount: Int { layers.reduce(0) { $0 + $1.saturatedCount } }
}

extension QuantizationReport.Accuracy {
    mutating func add(_ float: [Int64], _ integer: [Int64], _ labels: [Int64]?) throws {
        if let labels, labels.count != float.count {
            throw CommandFailure(
                "'labels' has \(labels.count) for a sample, but the model gives \(float.count) "
                    + "answers", .malformedData)
        }
        answers += float.count
        for (index, answer) in float.enumerated() {
            let other = index < integer.count ? integer[index] : -1
            if answer == other { agreeing += 1 }
            if let label = labels?[index] {
                if answer == label { self.float += 1 }
                if other == label { self.integer += 1 }
            }
        }
    }
}

/// What outputs say of classes.
enum Answers {
    /// The answers of the first output that tells any: integers as they are; of scores, when there
    /// are none, the place of the largest in each row, or whether a single one is above one half.
    static func of(_ outputs: [NamedTensor]) -> [Int64] {
        for output in outputs {
            if let integers = output.tensor.int64s { return integers }
        }
        guard let tensor = outputs.first(where: { $0.tensor.float32s != nil })?.tensor else {
            return []
        }
        let values = tensor.float32s ?? []
        let width = max(tensor.shape.dimensions.last ?? 1, 1)
        if width == 1 { return values.map { $0 > 0.5 ? 1 : 0 } }
        return (0..<values.count / width).map { row in
            var best = row * width
            for index in row * width..<(row + 1) * width where values[index] > values[best] {
                best = index
            }
            return Int64(best - row * width)
        }
    }
}

extension QuantizationReport {
    func json(file: String, byteCount: Int) -> JSONValue {
        let model = quantized.model
        var members: [JSONMember] = [
            JSONMember("file", .string(file)),
            JSONMember("bytes", .number(String(byteCount))),
            JSONMember("model_id", .string(model.modelID.hex)),
            JSONMember("float_model_id", .string(quantized.original.modelID.hex)),
            JSONMember("nodes", .number(String(model.nodes.count))),
            JSONMember("weight_bytes", .number(String(model.weightByteCount))),
            JSONMember(
                "float_weight_bytes", .number(String(quantized.original.weightByteCount))),
            JSONMember("gas", .number(String(GasSchedule.version1.gas(for: model)))),
            JSONMember("samples", .number(String(sampleCount))),
            JSONMember("saturated", .number(String(saturatedCount))),
            JSONMember("worst_layer", worst.map { .string($0.layer.name) } ?? .null),
            JSONMember("layers", .array(layers.map(\.json))),
            JSONMember(
                "port_scales",
                .object(
                    quantized.portScales.map {
                        JSONMember($0.name, .number(String($0.scale)))
                    })),
        ]
        if let accuracy {
            members.append(JSONMember("answers", .number(String(accuracy.answers))))
            members.append(JSONMember("agreement", ratio(accuracy.agreeing, accuracy.answers)))
            if hasLabels {
                members.append(
                    JSONMember("float_accuracy", ratio(accuracy.float, accuracy.answers)))
                members.append(
                    JSONMember("integer_accuracy", ratio(accuracy.integer, accuracy.answers)))
            }
        }
        return .object(members)
    }

    private func ratio(_ part: Int, _ whole: Int) -> JSONValue {
        .number(decimal(Double(part) / Double(max(whole, 1)), 4))
    }

    func text(file: String, byteCount: Int) -> String {
        let model = quantized.model
        var lines = [
            "\(file): \(sizeText(byteCount)), \(model.nodes.count) nodes, weights "
                + "\(sizeText(quantized.original.weightByteCount)) → "
                + sizeText(model.weightByteCount),
            "ModelID \(model.modelID.hex)",
        ]
        if let accuracy {
            let count = grouped(accuracy.answers)
            if hasLabels {
                lines.append(
                    "accuracy on \(count) answers: float \(percent(accuracy.float)), "
                        + "integer \(percent(accuracy.integer)); "
                        + "\(percent(accuracy.agreeing)) equal")
            } else {
                lines.append("of \(count) answers \(percent(accuracy.agreeing)) are equal")
            }
        }
        guard !layers.isEmpty else { return lines.joined(separator: "\n") }
        var rows = [["layer", "operators", "scale", "worst error", "of largest", "saturated"]]
        for error in layers {
            let layer = error.layer
            rows.append([
                printable(layer.name), layer.operatorNames.joined(separator: "+"),
                String(format: "%.3g", layer.scale), String(format: "%.3g", error.largestError),
                decimal(error.relativeError * 100, 3) + " %",
                error.saturatedCount == 0
                    ? "-" : "\(error.saturatedCount) of \(error.elementCount)",
            ])
        }
        lines.append("")
        lines.append(table(rows))
        if saturatedCount > 0 {
            lines.append(
                "\(grouped(saturatedCount)) numbers were beyond the calibrated range and "
                    + "saturated; give more samples, or --headroom")
        }
        return lines.joined(separator: "\n")
    }

    private func percent(_ part: Int) -> String {
        decimal(100 * Double(part) / Double(max(accuracy?.answers ?? 1, 1)), 2) + " %"
    }
}

extension LayerError {
    fileprivate var json: JSONValue {
        .object([
            "name": .string(layer.name),
            "operators": .array(layer.operatorNames.map { .string($0) }),
            "scale": .number(String(layer.scale)),
            "worst_error": .number(String(largestError)),
            "largest": .number(String(largestMagnitude)),
            "relative_error": .number(String(relativeError)),
            "relative_deviation": .number(String(relativeDeviation)),
            "saturated": .number(String(saturatedCount)),
            "elements": .number(String(elementCount)),
        ])
    }
}
