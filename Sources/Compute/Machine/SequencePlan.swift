// Runs of steps of the integer profile, each of which reads only what the one before makes, become
// one step. It runs where its last step stood: what the first one reads is still there.

import Models
import Tensors

/// Finds such runs.
struct SequencePlan {
    private let steps: [PreparedStep]
    private let readers: [[Int]]
    private let isGivenOut: [Bool]

    /// The steps that do the work of `steps`, in their order.
    static func fuse(
        _ steps: [PreparedStep], readers: [[Int]], isGivenOut: [Bool]
    ) -> [PreparedStep] {
        let plan = SequencePlan(steps: steps, readers: readers, isGivenOut: isGivenOut)
        var replaced = [PreparedStep?](repeating: nil, count: steps.count)
        var isTaken = [Bool](repeating: false, count: steps.count)
        for first in steps.indices where !isTaken[first] {
            let run = plan.run(from: first)
            guard let last = run.last, let step = plan.step(for: run) else { continue }
            for index in run { isTaken[index] = true }
            replaced[last] = step
        }
        return steps.indices.compactMap { index in
            replaced[index] ?? (isTaken[index] ? nil : steps[index])
        }
    }

    /// The operator of a step that can be in a run.
    private func operation(_ index: Int) -> (any SingleInputOperator)? {
        let node = steps[index].node
        guard case .prepared(let prepared) = steps[index].action,
            let operation = prepared as? any SingleInputOperator, operation.readsFirstInputOnly,
            node.outputs.count == 1, !node.inputs.isEmpty, node.inputs[0] != nil,
            // One end of it at least is of the profile.
            [node.call.inputTypes[0], node.outputTypes?.first].contains(where: {
                $0?.element == .int16
            })
        else { return nil }
        return operation
    }

    /// The longest run that begins at `first`, ascending.
    private func run(from first: Int) -> [Int] {
        guard operation(first) != nil else { return [] }
        var run = [first]
        while let last = run.last {
            let value = steps[last].node.outputs.lowerBound
            guard !isGivenOut[value], readers[value].count == 1 else { break }
            let next = readers[value][0]
            guard operation(next) != nil, steps[next].node.inputs[0] == value else { break }
            run.append(next)
        }
        return run
    }

    /// One step for a run of several.
    private func step(for run: [Int]) -> PreparedStep? {
        guard run.count > 1, let first = run.first, let last = run.last,
            let type = steps[first].node.call.inputTypes[0],
            let sequence = OperatorSequence(run.compactMap { operation($0) }, inputType: type)
        else { return nil }
        var node = steps[last].node
        node.inputs = [steps[first].node.inputs[0]]
        node.call.inputTypes = [type]
        return PreparedStep(
            node: node, action: .prepared(sequence),
            operatorNames: run.flatMap { steps[$0].operatorNames })
    }
}
