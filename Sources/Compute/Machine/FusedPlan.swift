// The steps of a run without trace. A product takes the transpositions beside it into its stepping;
// a product or convolution takes the nodes after it into its kernel while the results are in
// registers: an added vector, an added tensor, Relu or Clip. Every rounding stays where it was, so
// the bits are those of the nodes one by one; what is saved is passes over memory. A traced run
// hashes every node's output and therefore makes every one.

import Models
import Tensors

/// Puts nodes together that one kernel can carry out.
struct FusedPlan {
    private let steps: [PreparedStep]
    private let constants: [RuntimeValue?]
    private let kernels: Kernels
    /// The steps that read each value, and how often programs give it out.
    private var readers: [[Int]]
    private var isGivenOut: [Bool]
    /// Steps that have become part of a later one.
    private var isTaken: [Bool]

    /// The steps that do the work of `steps`, in their order.
    ///
    /// - Parameters:
    ///   - outputs: values that the program gives out.
    ///   - constants: the value table of a fresh run.
    ///   - held: values that are never let go: the constants.
    static func fuse(
        _ steps: [PreparedStep], outputs: [Int], constants: [RuntimeValue?], held: Range<Int>,
        kernels: Kernels
    ) -> [PreparedStep] {
        let before = FusedPlan(steps, outputs, constants, kernels)
        let steps = TransposePlan.fuse(
            steps, readers: before.readers, isGivenOut: before.isGivenOut)
        var plan = FusedPlan(steps, outputs, constants, kernels)
        var fused = [PreparedStep?](repeating: nil, count: steps.count)
        for index in steps.indices where !plan.isTaken[index] {
            if let (last, step) = plan.chain(from: index) { fused[last] = step }
        }
        var result: [PreparedStep] = []
        for index in steps.indices {
            if let step = fused[index] {
                result.append(step)
            } else if !plan.isTaken[index] {
                result.append(steps[index])
            }
        }
        let after = FusedPlan(result, outputs, constants, kernels)
        result = ChainPlan.fuse(
            result, readers: after.readers, isGivenOut: after.isGivenOut, kernels: kernels)
        let chained = FusedPlan(result, outputs, constants, kernels)
        result = SequencePlan.fuse(
            result, readers: chained.readers, isGivenOut: chained.isGivenOut)
        return releasing(result, outputs: outputs, held: held, count: constants.count)
    }

    private init(
        _ steps: [PreparedStep], _ outputs: [Int], _ constants: [RuntimeValue?],
        _ kernels: Kernels
    ) {
        self.steps = steps
        self.constants = constants
        self.kernels = kernels
        readers = [[Int]](repeating: [], count: constants.count)
        isGivenOut = [Bool](repeating: false, count: constants.count)
        isTaken = [Bool](repeating: false, count: steps.count)
        for (index, step) in steps.enumerated() {
            for case .some(let value) in step.node.inputs { readers[value].append(index) }
            for value in step.node.captures { readers[value].append(index) }
        }
        for value in outputs { isGivenOut[value] = true }
    }

    /// The one step that reads the only output of step `index`, if nothing else does.
    private func follower(of index: Int) -> Int? {
        let outputs = steps[index].node.outputs
        guard outputs.count == 1, !isGivenOut[outputs.lowerBound],
            readers[outputs.lowerBound].count == 1
        else { return nil }
        let next = readers[outputs.lowerBound][0]
        guard case .prepared = steps[next].action, !isTaken[next] else { return nil }
        return next
    }

    /// The longest chain that begins at step `index` and goes into one kernel: the place of its
    /// last step, and the step that does it all.
    private mutating func chain(from index: Int) -> (last: Int, step: PreparedStep)? {
        guard case .prepared(let operation) = steps[index].action,
            var taking = operation as? any EpilogueTaking
        else { return nil }
        var epilogue = Epilogue.none
        var addend: Int?
        var names: [String] = []
        var last = index
        while let next = follower(of: last), epilogue.activation == .none {
            let node = steps[next].node
            let value = steps[last].node.outputs.lowerBound
            guard node.outputTypes == steps[last].node.outputTypes else { break }
            if node.place.operatorName == "Add", let other = self.other(than: value, of: node) {
                if !epilogue.addsTensor, epilogue.columnBias == nil,
                    let count = taking.columnBiasCount, let bias = vector(other, count: count)
                {
                    epilogue.columnBias = bias
                } else if !epilogue.addsTensor, isTensor(other, like: node) {
                    epilogue.addsTensor = true
                    addend = other
                } else {
                    break
                }
            } else if let activation = activation(node) {
                epilogue.activation = activation
            } else {
                break
            }
            isTaken[last] = true
            names += steps[last].operatorNames
            last = next
        }
        guard last != index else { return nil }
        isTaken[last] = true
        names += steps[last].operatorNames
        taking.epilogue = epilogue
        var node = steps[last].node
        node.inputs = steps[index].node.inputs + (addend.map { [$0] } ?? [])
        return (
            last, PreparedStep(node: node, action: .prepared(taking), operatorNames: names)
        )
    }

    /// The input of an Add beside `value`.
    private func other(than value: Int, of node: CheckedNode) -> Int? {
        guard node.inputs.count == 2, let first = node.inputs[0], let second = node.inputs[1],
            first != second, node.call.opset >= 7
        else { return nil }
        return first == value ? second : first
    }

    /// The constant `value` when it is a vector of `count` numbers, or one with axes of 1 before.
    private func vector(_ value: Int, count: Int) -> [Float]? {
        guard let tensor = constants[value]?.tensor, tensor.shape.dimensions.last == count,
            tensor.shape.elementCount == count
        else { return nil }
        return tensor.float32s
    }

    /// Whether `value` is a float32 tensor of the shape of the node's output.
    private func isTensor(_ value: Int, like node: CheckedNode) -> Bool {
        for (input, type) in zip(node.inputs, node.call.inputTypes) where input == value {
            return type == node.outputTypes?.first && type?.element == .float32
        }
        return false
    }

    private func activation(_ node: CheckedNode) -> Epilogue.Activation? {
        guard node.outputTypes?.first?.element == .float32 else { return nil }
        switch node.place.operatorName {
        case "Relu": return .relu
        case "Clip":
            func bound(_ index: Int, _ name: String, _ absent: Float) -> Float? {
                if node.call.opset < 11 {
                    return try? node.call.attributes.float(name, default: absent)
                }
                guard index < node.inputs.count, let value = node.inputs[index] else {
                    return absent
                }
                return constants[value]?.tensor?.float32s?.first
            }
            guard let low = bound(1, "min", -.infinity), let high = bound(2, "max", .infinity)
            else { return nil }
            return .clip(low: low, high: high)
        default: return nil
        }
    }

    /// `steps` with the values each one is the last to need.
    private static func releasing(
        _ steps: [PreparedStep], outputs: [Int], held: Range<Int>, count: Int
    ) -> [PreparedStep] {
        var lastUse = [Int?](repeating: nil, count: count)
        for (index, step) in steps.enumerated() {
            for case .some(let value) in step.node.inputs { lastUse[value] = index }
            for value in step.node.captures { lastUse[value] = index }
            for value in step.node.outputs { lastUse[value] = index }
        }
        for value in outputs { lastUse[value] = nil }
        for value in held { lastUse[value] = nil }
        var releases = [[Int]](repeating: [], count: steps.count)
        for (value, index) in lastUse.enumerated() {
            if let index { releases[index].append(value) }
        }
        return zip(steps, releases).map { step, numbers in
            var node = step.node
            node.releases = numbers
            return PreparedStep(
                node: node, action: step.action, operatorNames: step.operatorNames)
        }
    }
}
