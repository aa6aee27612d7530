// Where a run of an integer program leaves the range that its calibration saw: numbers there are
// the least or the greatest int16, whatever they ought to be. The answer is defined, and provable,
// and may be far from the float model's.

public import Models
import Tensors

/// How much of one node's result saturated.
public struct Saturation: Sendable, Equatable {
    /// The node.
    public var place: NodePlace
    /// Integers at the end of int16.
    public var count: Int
    /// Inputs that were not a number, which become 0.
    public var notNumberCount: Int
    /// Integers in all.
    public var elementCount: Int
}

/// Counts saturated numbers of runs.
public struct SaturationCounter {
    /// A node whose result can leave the range.
    private struct Watched {
        var place: NodePlace
        /// The bounds that are ends of the range, and not of a function such as ReLU.
        var minimum: Int16?
        var maximum: Int16?
        /// The name of the program's input that it makes integers of.
        var port: String?
    }

    private let watched: [Watched]
    private let observed: ObservedModel

    /// Operators in which the least int16 is never meant: sums get there by masks.
    private static let products = [
        "aivm.integer.Quantize", "aivm.integer.Linear", "aivm.integer.MatMul",
        "aivm.integer.Conv",
    ]

    /// Prepares an integer program; of others nothing is counted.
    public init(_ model: Model) throws(QuantizationError) {
        var watched: [Watched] = []
        var values: [Int] = []
        for node in model.nodes where model.profile == .integer {
            let value = node.outputs.lowerBound
            let name = node.place.operatorName
            let attributes = node.call.attributes
            guard node.outputs.count == 1, model.valueTypes[value]?.element == .int16,
                SaturationCounter.products.contains(name)
                    || attributes.entries.contains(where: { $0.name == "shift" })
            else { continue }
            let (minimum, maximum) = (
                try? attributes.int("minimum", default: Int(Int16.min)),
                try? attributes.int("maximum", default: Int(Int16.max))
            )
            let isProduct = SaturationCounter.products.contains(name)
            let isEdge = name == "aivm.integer.Quantize"
            watched.append(
                Watched(
                    place: node.place,
                    minimum: isProduct && minimum == Int(Int16.min) ? .min : nil,
                    maximum: maximum == Int(Int16.max) ? .max : nil,
                    port: isEdge ? SaturationCounter.port(node, of: model) : nil))
            values.append(value)
        }
        self.watched = watched
        observed = try ObservedModel(model, values: values)
    }

    private static func port(_ node: CheckedNode, of model: Model) -> String? {
        guard let value = node.inputs.first ?? nil, value < model.inputs.count else { return nil }
        return model.inputs[value].name
    }

    /// The nodes of which a run on `sample` saturates a number, in the order of the program.
    ///
    /// Cost: a run.
    public func count(_ sample: [NamedTensor]) throws(QuantizationError) -> [Saturation] {
        var found: [Saturation] = []
        for (node, result) in zip(watched, try observed.run(sample)) {
            let integers = result.tensor.int16s ?? []
            let count = integers.count { $0 == node.minimum || $0 == node.maximum }
            let floats = node.port.flatMap { name in sample.first { $0.name == name } }
            let unknown = floats?.tensor.float32s?.count { $0.isNaN } ?? 0
            guard count + unknown > 0 else { continue }
            found.append(
                Saturation(
                    place: node.place, count: count, notNumberCount: unknown,
                    elementCount: integers.count))
        }
        return found
    }
}
