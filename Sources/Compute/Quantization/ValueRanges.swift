// What the samples show of each value: the least and the greatest number it took. The float model
// runs once for each sample with every intermediate value among its outputs.

import Machine
import Models
import Tensors

/// A model that gives out every value it computes.
struct ObservedModel {
    /// `nil` when nothing is asked for.
    private let interpreter: Interpreter?
    /// Value numbers in the order asked for, and the output that gives each.
    private let values: [Int]
    private let places: [Int]

    /// Observes `values` of `model`, by number; one may be asked for twice.
    init(_ model: Model, values: [Int]) throws(QuantizationError) {
        self.values = values
        let ascending = values.sorted()
        let each = ascending.indices.filter { $0 == 0 || ascending[$0 - 1] < ascending[$0] }
            .map { ascending[$0] }
        places = values.map { value in each.firstIndex(of: value) ?? 0 }
        guard !values.isEmpty else {
            interpreter = nil
            return
        }
        do throws(ModelError) {
            interpreter = try ObservedModel.interpreter(try model.observing(each))
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
        guard let interpreter else { return [] }
        do throws(MachineError) {
            let execution = try interpreter.run(sample, options: .untraced)
            return zip(values, places).map { ($0, execution.outputs[$1].tensor) }
        } catch {
            throw .run(error)
        }
    }
}

/// The range of every float value of a model over its samples.
struct ValueRanges {
    private var magnitudes: [Double]
    private var depths: [Double]

    /// Runs `samples`.
    ///
    /// - Parameter progress: called with the number of samples done.
    init(
        _ graph: FloatGraph, samples: [[NamedTensor]], progress: (Int) -> Void
    ) throws(QuantizationError) {
        guard !samples.isEmpty else { throw .noSamples }
        magnitudes = [Double](repeating: 0, count: graph.model.valueTypes.count)
        depths = magnitudes
        let observed = magnitudes.indices.filter {
            graph.type($0).element == .float32 && !graph.isConstant($0)
        }
        let rules = observed.map { SoftmaxRows(of: $0, graph) }
        let model = try ObservedModel(graph.model, values: observed)
        for (index, sample) in samples.enumerated() {
            let results = try model.run(sample)
            for (rule, (value, tensor)) in zip(rules, results) {
                let numbers = tensor.float32s ?? []
                guard let rule, let place = observed.firstIndex(of: rule.value) else {
                    for number in numbers where number.isFinite {
                        magnitudes[value] = max(magnitudes[value], Double(abs(number)))
                    }
                    continue
                }
                let seen = rule.range(of: numbers, results[place].tensor.float32s ?? [])
                magnitudes[value] = max(magnitudes[value], seen.magnitude)
                depths[value] = max(depths[value], seen.depth)
            }
            progress(index + 1)
        }
    }

    /// The largest magnitude of `value` in any sample.
    func magnitude(_ value: Int) -> Double { magnitudes[value] }

    /// How far below 0 `value` must reach so that what a softmax masks vanishes; 0 when nothing
    /// of it was masked.
    func depth(_ value: Int) -> Double { depths[value] }
}

/// The rows of a softmax that a value comes to, through nodes that leave every element at its
/// place: what is masked there need not be told apart from anything that vanishes as well.
struct SoftmaxRows {
    /// What is below the largest element of its row by more than this has no part in a softmax.
    private static let reach: Float = 24
    /// e^−12 is 0 to the 16 bits of an exponential.
    private static let vanishing = 12.0
    /// Rows that are nowhere above this are masked as a whole: their answer is of no use.
    private static let void: Float = -5_000
    private static let passing = ["Add", "Div", "Dropout", "Identity", "Mul", "Sub", "Where"]

    /// The value that the softmax reads.
    let value: Int
    private let inner: Int
    private let length: Int

    /// `nil` when `value` comes to no softmax, or to something else too.
    init?(of value: Int, _ graph: FloatGraph) {
        var last = value
        while let reader = graph.onlyReader(of: last) {
            let node = graph.nodes[reader]
            if node.place.operatorName == "Softmax" {
                guard let named = try? node.call.attributes.int("axis", default: -1),
                    let axis = try? graph.shape(last).axis(named),
                    graph.shape(last).dimensions[axis] > 0
                else { return nil }
                self.value = last
                length = graph.shape(last).dimensions[axis]
                inner = graph.shape(last).elementCount(ofAxes: axis + 1..<graph.shape(last).rank)
                return
            }
            let next = node.outputs.lowerBound
            guard SoftmaxRows.passing.contains(node.place.operatorName),
                graph.shape(next) == graph.shape(value)
            else { return nil }
            last = next
        }
        return nil
    }

    /// The largest magnitude of the finite elements that matter, and how far below 0 those that
    /// are masked must come; 0 without any.
    ///
    /// - Parameter final: what the softmax reads, as many.
    func range(of numbers: [Float], _ final: [Float]) -> (magnitude: Double, depth: Double) {
        var magnitude: Float = 0
        var depth = 0.0
        let isVoid = final.allSatisfy { !($0 > SoftmaxRows.void) }
        for row in 0..<min(numbers.count, final.count) / length {
            let start = row / inner * inner * length + row % inner
            let places = (0..<length).map { start + $0 * inner }
            let largest = places.reduce(-Float.infinity) { max($0, final[$1]) }
            guard isVoid || largest > SoftmaxRows.void else { continue }
            let least = largest - SoftmaxRows.reach
            let top = places.reduce(-Float.infinity) {
                final[$1] > least ? max($0, numbers[$1]) : $0
            }
            for place in places {
                let number = numbers[place]
                if final[place] <= least, number <= top - SoftmaxRows.reach {
                    // Rows of other inputs may lie twice as low.
                    depth = max(depth, SoftmaxRows.vanishing + 2 * max(-Double(top), 0))
                } else if number.isFinite {
                    magnitude = max(magnitude, abs(number))
                }
            }
        }
        return (Double(magnitude), depth.isFinite ? depth : 0)
    }
}
