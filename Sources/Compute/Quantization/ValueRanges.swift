// What the samples show of each value: the least and the greatest number it took. The float model
// runs once for each sample with every intermediate value among its outputs.

import Machine
import Models
import Tensors

/// A model that gives out every value it computes.
struct ObservedModel {
    private let interpreter: Interpreter
    /// Value numbers by output.
    private let values: [Int]

    /// Observes `values` of `model`, by number.
    init(_ model: Model, values: [Int]) throws(QuantizationError) {
        self.values = values
        do throws(ModelError) {
            interpreter = try ObservedModel.interpreter(try model.observing(values))
        } catch {
            throw .model(error)
        }
    }

    private static func interpreter(_ model: Model) throws(ModelError) -> Interpreter {
        do throws(MachineError) {
            return try Interpreter(model: model)
        } catch {
            guard case .invalidModel(let reason) = error else {
                throw .unreadable(reason: "\(error)")
            }
            throw reason
        }
    }

    /// The values that `sample` gives, in the order asked for.
    func run(_ sample: [NamedTensor]) throws(QuantizationError) -> [(value: Int, tensor: Tensor)] {
        do throws(MachineError) {
            let execution = try interpreter.run(sample, options: .untraced)
            return zip(values, execution.outputs).map { ($0, $1.tensor) }
        } catch {
            throw .run(error)
        }
    }
}

/// The range of every float value of a model over its samples.
struct ValueRanges {
    /// What is below the largest element of a row by more than this has no part in a softmax.
    private static let softmaxReach: Float = 24

    private var magnitudes: [Double]

    /// Runs `samples`.
    ///
    /// - Parameter progress: called with the number of samples done.
    init(
        _ graph: FloatGraph, samples: [[NamedTensor]], progress: (Int) -> Void
    ) throws(QuantizationError) {
        guard !samples.isEmpty else { throw .noSamples }
        magnitudes = [Double](repeating: 0, count: graph.model.valueTypes.count)
        let observed = magnitudes.indices.filter {
            graph.type($0).element == .float32 && !graph.isConstant($0)
        }
        let model = try ObservedModel(graph.model, values: observed)
        for (index, sample) in samples.enumerated() {
            for (value, tensor) in try model.run(sample) {
                let axis = ValueRanges.softmaxAxis(value, graph)
                magnitudes[value] = max(
                    magnitudes[value], ValueRanges.magnitude(tensor, softmaxAxis: axis))
            }
            progress(index + 1)
        }
    }

    /// The largest magnitude of `value` in any sample.
    func magnitude(_ value: Int) -> Double { magnitudes[value] }

    /// The axis of the softmax that alone reads `value`.
    private static func softmaxAxis(_ value: Int, _ graph: FloatGraph) -> Int? {
        guard let reader = graph.onlyReader(of: value),
            graph.nodes[reader].place.operatorName == "Softmax"
        else { return nil }
        let named = try? graph.nodes[reader].call.attributes.int("axis", default: -1)
        return named.flatMap { try? graph.shape(value).axis($0) }
    }

    /// The largest magnitude of the finite elements; of a softmax's input, of those that matter.
    private static func magnitude(_ tensor: Tensor, softmaxAxis axis: Int?) -> Double {
        let values = tensor.float32s ?? []
        var largest: Float = 0
        guard let axis, tensor.shape.dimensions[axis] > 0 else {
            for value in values where value.isFinite { largest = max(largest, abs(value)) }
            return Double(largest)
        }
        let inner = tensor.shape.elementCount(ofAxes: axis + 1..<tensor.shape.rank)
        let length = tensor.shape.dimensions[axis]
        for row in 0..<values.count / length {
            let start = row / inner * inner * length + row % inner
            let places = (0..<length).map { start + $0 * inner }
            let top = places.reduce(-Float.infinity) { max($0, values[$1]) }
            for place in places
            where values[place].isFinite && values[place] > top - softmaxReach {
                largest = max(largest, abs(values[place]))
            }
        }
        return Double(largest)
    }
}
