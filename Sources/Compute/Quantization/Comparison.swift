// How close an integer program keeps to its float model: both run on the same samples, and every
// layer's integers times their scale are held against the float numbers.

public import Models
import Tensors

/// How far a layer is from the float model.
public struct LayerError: Sendable, Equatable {
    /// The layer.
    public var layer: QuantizedLayer
    /// The largest difference from the float number.
    public var largestError = 0.0
    /// The largest magnitude of a float number.
    public var largestMagnitude = 0.0
    /// Sum of the squares of the differences.
    public var squaredError = 0.0
    /// Sum of the squares of the float numbers.
    public var squaredMagnitude = 0.0
    /// Integers that are the least or greatest that int16 holds: numbers beyond the calibrated
    /// range.
    public var saturatedCount = 0
    /// Integers in all.
    public var elementCount = 0

    /// The largest difference in parts of the largest magnitude.
    public var relativeError: Double {
        largestMagnitude > 0 ? largestError / largestMagnitude : 0
    }

    /// The root of the mean square of the differences in parts of that of the numbers.
    public var relativeDeviation: Double {
        squaredMagnitude > 0 ? (squaredError / squaredMagnitude).squareRoot() : 0
    }

    fileprivate mutating func add(_ integers: [Int16], _ numbers: [Float]) {
        for (integer, number) in zip(integers, numbers) where number.isFinite {
            let real = Double(number)
            // What is masked need only be as low as an integer gets.
            if layer.isMasked, integer == .min, real < Double(integer) * layer.scale { continue }
            let difference = abs(Double(integer) * layer.scale - real)
            largestError = max(largestError, difference)
            largestMagnitude = max(largestMagnitude, abs(real))
            squaredError += difference * difference
            squaredMagnitude += real * real
        }
        elementCount += integers.count
        let (least, greatest) = (layer.minimum, layer.maximum)
        for integer in integers {
            let isLeast = integer == .min && least == .min && !layer.isMasked
            let isGreatest = integer == .max && greatest == .max
            if isLeast || isGreatest { saturatedCount += 1 }
        }
    }
}

/// Runs a float model and its integer program side by side.
public struct ModelComparison {
    /// The layers so far, in the order of the program.
    public private(set) var layers: [LayerError]
    private let floats: ObservedModel
    private let integers: ObservedModel
    private let quantized: QuantizedModel

    /// Prepares both models.
    public init(_ quantized: QuantizedModel) throws(QuantizationError) {
        self.quantized = quantized
        layers = quantized.layers.map { LayerError(layer: $0) }
        floats = try ObservedModel(quantized.original, values: quantized.layers.map(\.floatValue))
        integers = try ObservedModel(quantized.model, values: quantized.layers.map(\.integerValue))
    }

    /// Compares the layers on one sample, given as the float model takes it.
    public mutating func add(_ sample: [NamedTensor]) throws(QuantizationError) {
        let real = try floats.run(sample)
        let whole = try integers.run(quantized.integerInputs(sample))
        for index in layers.indices {
            guard let numbers = real[index].tensor.float32s,
                let values = whole[index].tensor.int16s
            else { continue }
            layers[index].add(values, numbers)
        }
    }
}

extension QuantizedModel {
    /// `sample` as the integer program takes it: where its inputs are integers, quantised.
    public func integerInputs(_ sample: [NamedTensor]) -> [NamedTensor] {
        sample.map { input in
            guard let port = portScales.first(where: { $0.name == input.name }),
                let numbers = input.tensor.float32s
            else { return input }
            let integers = numbers.map {
                Int16(QuantizedWeights.rounded(Double($0) / port.scale, 32_767))
            }
            return NamedTensor(
                name: input.name, tensor: Tensor(integers, shape: input.tensor.shape))
        }
    }

    /// `outputs` as the float model gives them: integer outputs times their scale.
    public func floatOutputs(_ outputs: [NamedTensor]) -> [NamedTensor] {
        outputs.map { output in
            guard let port = portScales.last(where: { $0.name == output.name }),
                let integers = output.tensor.int16s
            else { return output }
            let numbers = integers.map { Float(Double($0) * port.scale) }
            return NamedTensor(
                name: output.name, tensor: Tensor(numbers, shape: output.tensor.shape))
        }
    }
}
