// Transposes beside products do not run: the product steps through its factors, or writes its
// result, in the other order of axes. Products of heads with heads in a transformer have three
// before them and one behind.

import Models
import Tensors

/// Takes Transpose nodes into the products beside them.
struct TransposePlan {
    private var steps: [PreparedStep?]
    private let readers: [[Int]]
    private let isGivenOut: [Bool]
    /// The step that makes each value.
    private var makers: [Int?]

    /// The steps that do the work of `steps`, in their order.
    static func fuse(
        _ steps: [PreparedStep], readers: [[Int]], isGivenOut: [Bool]
    ) -> [PreparedStep] {
        var plan = TransposePlan(steps, readers, isGivenOut)
        for index in steps.indices {
            guard let step = plan.steps[index],
                let order = OperatorRegistry.axisOrder(
                    step.node.place.operatorName, step.node.call)
            else { continue }
            plan.take(index, step, order)
        }
        return plan.steps.compactMap { $0 }
    }

    private init(_ steps: [PreparedStep], _ readers: [[Int]], _ isGivenOut: [Bool]) {
        self.steps = steps
        self.readers = readers
        self.isGivenOut = isGivenOut
        makers = [Int?](repeating: nil, count: readers.count)
        for (index, step) in steps.enumerated() {
            for value in step.node.outputs { makers[value] = index }
        }
    }

    /// Takes the Transpose `step` into the product that reads it, or into the one it reads.
    private mutating func take(_ index: Int, _ step: PreparedStep, _ order: [Int]) {
        guard case .prepared = step.action, let source = step.node.inputs[0] else { return }
        let value = step.node.outputs.lowerBound
        if let next = onlyReader(of: value), let step = reading(next, value, order, from: step) {
            steps[next] = step
            steps[index] = nil
        } else if let made = makers[source], onlyReader(of: source) == index,
            let step = writing(made, order, into: step)
        {
            steps[made] = nil
            steps[index] = step
        }
    }

    private func onlyReader(of value: Int) -> Int? {
        isGivenOut[value] || readers[value].count != 1 ? nil : readers[value][0]
    }

    /// The step `next`, reading what `transpose` reads instead of its output `value`.
    private func reading(
        _ next: Int, _ value: Int, _ order: [Int], from transpose: PreparedStep
    ) -> PreparedStep? {
        guard let step = steps[next], case .prepared(let operation) = step.action,
            let product = operation as? any TransposeTaking,
            let position = step.node.inputs.firstIndex(of: value),
            let type = transpose.node.call.inputTypes[0],
            let taken = product.reading(position, by: order, of: type)
        else { return nil }
        var node = step.node
        node.inputs[position] = transpose.node.inputs[0]
        node.call.inputTypes[position] = type
        return PreparedStep(
            node: node, action: .prepared(taken),
            operatorNames: transpose.operatorNames + step.operatorNames)
    }

    /// The step `made`, writing what `transpose` makes of its output.
    private func writing(
        _ made: Int, _ order: [Int], into transpose: PreparedStep
    ) -> PreparedStep? {
        guard let step = steps[made], case .prepared(let operation) = step.action,
            let product = operation as? any TransposeTaking,
            let taken = product.writing(by: order)
        else { return nil }
        var node = transpose.node
        node.inputs = step.node.inputs
        node.call.inputTypes = step.node.call.inputTypes
        return PreparedStep(
            node: node, action: .prepared(taken),
            operatorNames: step.operatorNames + transpose.operatorNames)
    }
}
