// The constants of a model while its nodes are made ready. Each is decoded when a node first asks
// for it, and let go after the last node that reads it when all of them keep a packed form, so that
// large weights lie in memory once.

import Models
import Tensors

/// Decoded constants, by value number.
struct ConstantTable {
    private let model: Model
    private var cursor: WeightCursor
    /// The value table at the start of a run: the constants that a run reads in their places, all
    /// else empty.
    private(set) var values: [RuntimeValue?]
    /// How many places that read each value are not ready yet.
    private var readersLeft: [Int]
    private var isKept: [Bool]

    init(_ model: Model) {
        self.model = model
        cursor = WeightCursor(model)
        let count = model.valueTypes.count
        values = [RuntimeValue?](repeating: nil, count: count)
        readersLeft = [Int](repeating: 0, count: count)
        isKept = [Bool](repeating: false, count: count)
        for output in model.program.outputs { isKept[Int(output.value) - 1] = true }
        for node in model.nodes {
            for case .some(let value) in node.inputs { readersLeft[value] += 1 }
        }
    }

    /// The constant numbered `value`; `nil` for a value that is none.
    mutating func tensor(_ value: Int) throws(MachineError) -> Tensor? {
        guard model.constantRange.contains(value) else { return nil }
        if let known = values[value]?.tensor { return known }
        do throws(ModelError) {
            let tensor = try model.constant(value, &cursor)
            values[value] = .tensor(tensor)
            return tensor
        } catch {
            throw .invalidModel(error)
        }
    }

    /// Notes that a step is ready: what it reads in a run is kept.
    mutating func finish(_ step: PreparedStep) throws(MachineError) {
        for value in step.node.captures { try keep(value) }
        for (position, input) in step.node.inputs.enumerated() {
            guard let input else { continue }
            if step.reads(position) { try keep(input) }
            readersLeft[input] -= 1
            if readersLeft[input] == 0, !isKept[input] { values[input] = nil }
        }
    }

    /// Decodes the constants that the program gives out.
    mutating func finish() throws(MachineError) {
        for value in model.constantRange where isKept[value] { _ = try tensor(value) }
    }

    private mutating func keep(_ value: Int) throws(MachineError) {
        guard model.constantRange.contains(value) else { return }
        isKept[value] = true
        _ = try tensor(value)
    }
}
