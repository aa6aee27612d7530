// Neighbouring elementwise nodes become one pass over the elements. A group grows backwards from
// its last node: a node joins when its only readers are in the group already and its output has the
// group's shape. The group runs where its last node stood, so everything it reads is there.

import Models
import Tensors

/// Finds groups of elementwise nodes.
struct ChainPlan {
    /// Most nodes of a group.
    private static let maximumNodes = 16

    private let steps: [PreparedStep]
    private let kernels: Kernels
    private let readers: [[Int]]
    private let isGivenOut: [Bool]
    /// The step that makes each value.
    private var makers: [Int?]

    /// The steps that do the work of `steps`, in their order.
    static func fuse(
        _ steps: [PreparedStep], readers: [[Int]], isGivenOut: [Bool], kernels: Kernels
    ) -> [PreparedStep] {
        let plan = ChainPlan(steps, readers, isGivenOut, kernels)
        var replaced = [PreparedStep?](repeating: nil, count: steps.count)
        var isTaken = [Bool](repeating: false, count: steps.count)
        for last in steps.indices.reversed() where !isTaken[last] {
            let group = plan.group(endingAt: last, isTaken)
            guard group.count > 1, let step = plan.step(for: group) else { continue }
            for index in group { isTaken[index] = true }
            replaced[last] = step
        }
        return steps.indices.compactMap { index in
            replaced[index] ?? (isTaken[index] ? nil : steps[index])
        }
    }

    private init(
        _ steps: [PreparedStep], _ readers: [[Int]], _ isGivenOut: [Bool], _ kernels: Kernels
    ) {
        self.steps = steps
        self.readers = readers
        self.isGivenOut = isGivenOut
        self.kernels = kernels
        makers = [Int?](repeating: nil, count: readers.count)
        for (index, step) in steps.enumerated() {
            for value in step.node.outputs { makers[value] = index }
        }
    }

    private func operation(
        _ index: Int
    ) -> (operation: ChainOperation, inputs: [Int])? {
        let node = steps[index].node
        guard case .prepared(let prepared) = steps[index].action,
            !(prepared is any EpilogueTaking), node.outputs.count == 1,
            node.outputTypes?.first?.element == .float32,
            node.call.inputTypes.allSatisfy({ $0?.element == .float32 }), node.call.opset >= 7
        else { return nil }
        return OperatorRegistry.chainOperation(node.place.operatorName, node.call)
    }

    /// The steps of the group that ends at `last`, ascending.
    private func group(endingAt last: Int, _ isTaken: [Bool]) -> [Int] {
        guard operation(last) != nil else { return [] }
        let shape = steps[last].node.outputTypes?.first?.shape
        var group = [last]
        var open = [last]
        while let index = open.popLast(), group.count < ChainPlan.maximumNodes {
            for case .some(let value) in steps[index].node.inputs {
                guard let maker = makers[value], !group.contains(maker), !isTaken[maker],
                    !isGivenOut[value], operation(maker) != nil,
                    steps[maker].node.outputTypes?.first?.shape == shape,
                    readers[value].allSatisfy({ group.contains($0) })
                else { continue }
                group.append(maker)
                open.append(maker)
                // A value read twice may become eligible only when its second reader has joined.
                open.append(index)
            }
        }
        return group.sorted()
    }

    /// One step for a group, if a chain takes it.
    private func step(for group: [Int]) -> PreparedStep? {
        guard let last = group.last, let type = steps[last].node.outputTypes?.first else {
            return nil
        }
        var results: [(value: Int, step: Int)] = []
        var inputs: [Int] = []
        var types: [TensorType] = []
        var chain: [ElementwiseChain.Step] = []
        for index in group {
            let node = steps[index].node
            guard let part = operation(index) else { return nil }
            var operands: [ElementwiseChain.Operand] = []
            for position in part.inputs {
                guard let input = node.inputs[position],
                    let inputType = node.call.inputTypes[position]
                else { return nil }
                if let result = results.first(where: { $0.value == input }) {
                    operands.append(.result(result.step))
                } else if let known = inputs.firstIndex(of: input) {
                    operands.append(.input(known))
                } else {
                    operands.append(.input(inputs.count))
                    inputs.append(input)
                    types.append(inputType)
                }
            }
            chain.append(ElementwiseChain.Step(part.operation, operands))
            results.append((node.outputs.lowerBound, chain.count - 1))
        }
        guard
            let prepared = ElementwiseChain(
                shape: type.shape, inputTypes: types, steps: chain, using: kernels)
        else { return nil }
        var node = steps[last].node
        node.inputs = inputs
        node.call.inputTypes = types
        return PreparedStep(
            node: node, action: .prepared(prepared),
            operatorNames: group.flatMap { steps[$0].operatorNames })
    }
}
