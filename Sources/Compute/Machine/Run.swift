// One run: nodes carried out one by one over a table of values. Bodies of control flow have tables
// of their own; how deep they nest was bounded when the program was checked.

import Models
import Tensors

/// The state of a run.
struct Run {
    let kernels: Kernels
    /// What random operators draw their numbers from.
    let seed: UInt64
    var meter: Meter

    /// Computes the outputs of a step into `frame`.
    mutating func carryOut(_ step: PreparedStep, in frame: inout Frame) throws(MachineError) {
        let node = step.node
        switch step.action {
        case .known(let outputs):
            if !frame.isPrepaid { try payInAdvance(node) }
            for (value, output) in zip(node.outputs, outputs) {
                frame.values[value] = .tensor(output)
            }
        case .prepared(let operation):
            if !frame.isPrepaid { try payInAdvance(node) }
            let inputs = try tensors(step, frame)
            let outputs: [Tensor]
            do throws(OperatorError) {
                outputs = try operation.evaluate(inputs)
            } catch {
                throw .operatorFailed(node.place, error)
            }
            guard let types = node.outputTypes, outputs.count == types.count,
                zip(outputs, types).allSatisfy({ $0.type == $1 })
            else { throw .inconsistentOperator(node.place) }
            for (value, output) in zip(node.outputs, outputs) {
                if frame.isPrepaid {
                    frame.values[value] = .tensor(output)
                } else {
                    try frame.store(.tensor(output), at: value, &meter)
                }
            }
        case .dynamic(let kind):
            // A random operator may have types that were known, and then it is paid for.
            let isPaid = frame.isPrepaid && node.outputTypes != nil
            let outputs = try evaluate(kind, node, try tensors(step, frame), isPaid: isPaid)
            for (value, output) in zip(node.outputs, outputs) {
                if isPaid {
                    frame.values[value] = .tensor(output)
                } else {
                    try frame.store(.tensor(output), at: value, &meter)
                }
            }
        case .control(let control, let bodies):
            let inputs = node.inputs.map { input in input.flatMap { frame.values[$0] } }
            let captures = node.captures.map { frame.values[$0] }
            try meter.pay(Work(), outputs: [], at: node.place)
            let outputs = try carryOut(control, bodies, node, inputs, captures)
            guard outputs.count == node.outputs.count else {
                throw .inconsistentOperator(node.place)
            }
            for (value, output) in zip(node.outputs, outputs) {
                try frame.store(output, at: value, &meter)
            }
        }
    }

    /// Runs a body once.
    mutating func run(
        _ body: PreparedBody, _ inputs: [RuntimeValue], captures: [RuntimeValue?],
        at place: NodePlace
    ) throws(MachineError) -> [RuntimeValue] {
        var values: [RuntimeValue?] = inputs
        values += captures
        guard inputs.count == body.inputCount, captures.count == body.captureCount else {
            throw .inconsistentOperator(place)
        }
        values += [RuntimeValue?](repeating: nil, count: body.valueCount - values.count)
        var frame = Frame(values, isPrepaid: false, isCounting: true)
        for step in body.steps {
            try carryOut(step, in: &frame)
            frame.release(step.node.releases, &meter)
        }
        var outputs: [RuntimeValue] = []
        for output in body.outputs {
            guard let value = frame.values[output] else { throw .inconsistentOperator(place) }
            outputs.append(value)
        }
        frame.releaseAll(&meter)
        return outputs
    }

    /// Pays for a node of a body whose types were known before the run.
    private mutating func payInAdvance(_ node: CheckedNode) throws(MachineError) {
        guard case .tensor(let kind) = node.operation, let types = node.outputTypes else { return }
        try meter.pay(
            kind.validatedWork(node.call, outputs: types), outputs: types, at: node.place)
    }

    /// The inputs of a step; `nil` for one that is omitted or packed.
    private func tensors(
        _ step: PreparedStep, _ frame: Frame
    ) throws(MachineError) -> [Tensor?] {
        let node = step.node
        var tensors: [Tensor?] = []
        tensors.reserveCapacity(node.inputs.count)
        for (position, input) in node.inputs.enumerated() {
            guard let input, step.reads(position) else {
                tensors.append(nil)
                continue
            }
            guard case .tensor(let tensor) = frame.values[input] else {
                throw .wrongValueKind(
                    of: "\(node.place): an input", expected: "a tensor",
                    actual: frame.values[input]?.kind ?? "absent")
            }
            tensors.append(tensor)
        }
        return tensors
    }

    /// Runs an operator whose types are worked out now, with all inputs known.
    private mutating func evaluate(
        _ kind: any Operator.Type, _ node: CheckedNode, _ inputs: [Tensor?], isPaid: Bool
    ) throws(MachineError) -> [Tensor] {
        var call = node.call
        call.seed = seed
        // Nodes of bodies run again and again, each time with numbers of its own.
        call.position = isPaid ? node.place.index : (1 << 32) + meter.nodeCount
        call.inputTypes = inputs.map { $0?.type }
        call.constants = inputs
        let types: [TensorType]
        do throws(OperatorError) {
            types = try kind.validatedOutputTypes(call)
        } catch {
            throw .operatorFailed(node.place, error)
        }
        let work = kind.validatedWork(call, outputs: types)
        if !isPaid { try meter.pay(work, outputs: types, at: node.place) }
        let outputs: [Tensor]
        do throws(OperatorError) {
            outputs = try kind.evaluateValidated(call, inputs, using: kernels)
        } catch {
            throw .operatorFailed(node.place, error)
        }
        guard outputs.count == types.count, zip(outputs, types).allSatisfy({ $0.type == $1 })
        else { throw .inconsistentOperator(node.place) }
        return outputs
    }
}
