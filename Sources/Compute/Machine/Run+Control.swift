// Control flow: If, Loop, Scan, SequenceMap. A body runs in a frame of its own, every node of it is
// paid for each time, and the count of nodes is bounded, so a loop that never ends stops. ONNX If 1
// to 25, Loop 1 to 25, Scan 8 to 25, SequenceMap 17.

import Models
import Tensors

extension Run {
    /// Carries out a node that is no function from tensors to tensors.
    mutating func carryOut(
        _ control: ControlOperator, _ bodies: [PreparedBody], _ node: CheckedNode,
        _ inputs: [RuntimeValue?], _ captures: [RuntimeValue?]
    ) throws(MachineError) -> [RuntimeValue] {
        switch control {
        case .branch:
            let isTrue = try truth(inputs.first ?? nil, node.place)
            // Bodies stand in the order of their names: else, then.
            return try run(bodies[isTrue ? 1 : 0], [], captures: captures, at: node.place)
        case .loop: return try loop(bodies[0], node, inputs, captures)
        case .scan:
            return node.call.opset < 9
                ? try batchedScan(bodies[0], node, inputs, captures)
                : try scan(bodies[0], node, inputs, captures)
        case .sequenceMap: return try sequenceMap(bodies[0], node, inputs, captures)
        case .flexAttention: return [try flexAttention(bodies, node, inputs, captures)]
        default: return [try carryOut(control, node, inputs)]
        }
    }

    /// Count, condition and carried values in; carried values and stacked outputs out.
    private mutating func loop(
        _ body: PreparedBody, _ node: CheckedNode, _ inputs: [RuntimeValue?],
        _ captures: [RuntimeValue?]
    ) throws(MachineError) -> [RuntimeValue] {
        let place = node.place
        let count = try inputs.first?.map { (value) throws(MachineError) in
            try integer(value, place)
        }
        var isGoing = true
        if inputs.count > 1, let condition = inputs[1] { isGoing = try truth(condition, place) }
        var carried: [RuntimeValue] = []
        for value in inputs.dropFirst(2) { carried.append(try present(value, place)) }
        let scannedCount = body.outputs.count - 1 - carried.count
        guard scannedCount >= 0 else { throw .inconsistentOperator(place) }
        var scanned = [[Tensor]](repeating: [], count: scannedCount)
        var heldBytes = 0
        var iteration: Int64 = 0
        while isGoing, count.map({ iteration < $0 }) ?? true {
            try meter.pay(Work(), outputs: [], at: place)
            let outputs = try run(
                body,
                [
                    .tensor(Tensor([iteration], shape: [])),
                    .tensor(Tensor([true], shape: [])),
                ] + carried, captures: captures, at: place)
            isGoing = try truth(outputs[0], place)
            carried = Array(outputs[1..<1 + carried.count])
            for (index, output) in outputs.suffix(scannedCount).enumerated() {
                let tensor = try self.tensor(output, place)
                try meter.hold(tensor.type.byteCount)
                heldBytes += tensor.type.byteCount
                scanned[index].append(tensor)
            }
            iteration += 1
        }
        var results = carried
        for slices in scanned { results.append(.tensor(try stack(slices, axis: 0, node))) }
        meter.release(heldBytes)
        return results
    }

    /// State values and slices of the scanned inputs in, state values and stacked outputs out.
    private mutating func scan(
        _ body: PreparedBody, _ node: CheckedNode, _ inputs: [RuntimeValue?],
        _ captures: [RuntimeValue?]
    ) throws(MachineError) -> [RuntimeValue] {
        let place = node.place
        let plan = try ScanPlan(node, inputCount: inputs.count, outputCount: body.outputs.count)
        var state: [RuntimeValue] = []
        for value in inputs.prefix(plan.stateCount) { state.append(try present(value, place)) }
        var sources: [Tensor] = []
        for value in inputs.dropFirst(plan.stateCount) { sources.append(try tensor(value, place)) }
        var scanned = [[Tensor]](repeating: [], count: body.outputs.count - plan.stateCount)
        var heldBytes = 0
        for step in 0..<(try plan.length(of: sources, place)) {
            try meter.pay(Work(), outputs: [], at: place)
            var arguments = state
            for (index, source) in sources.enumerated() {
                arguments.append(.tensor(try plan.slice(source, index, step, node, kernels)))
            }
            let outputs = try run(body, arguments, captures: captures, at: place)
            state = Array(outputs.prefix(plan.stateCount))
            for (index, output) in outputs.dropFirst(plan.stateCount).enumerated() {
                let tensor = try self.tensor(output, place)
                try meter.hold(tensor.type.byteCount)
                heldBytes += tensor.type.byteCount
                scanned[index].append(tensor)
            }
        }
        var results = state
        for (index, slices) in scanned.enumerated() {
            let order = plan.isOutputReversed(index) ? slices.reversed() : slices
            results.append(.tensor(try stack(order, axis: plan.outputAxis(index), node)))
        }
        meter.release(heldBytes)
        return results
    }

    /// Scan of opset 8: everything has a batch axis in front, and each batch entry is scanned.
    private mutating func batchedScan(
        _ body: PreparedBody, _ node: CheckedNode, _ inputs: [RuntimeValue?],
        _ captures: [RuntimeValue?]
    ) throws(MachineError) -> [RuntimeValue] {
        let place = node.place
        guard inputs.first == .some(nil) else {
            throw .operatorFailed(
                place, .unsupported(reason: "sequence lengths of Scan in opset 8"))
        }
        var sources: [Tensor] = []
        for value in inputs.dropFirst() { sources.append(try tensor(value, place)) }
        let batch = sources.first?.shape.dimensions.first ?? 0
        var results = [[Tensor]](repeating: [], count: node.outputs.count)
        for entry in 0..<batch {
            var arguments: [RuntimeValue?] = []
            for source in sources {
                arguments.append(.tensor(try source.slice(entry, axis: 0, node, kernels)))
            }
            let outputs = try scan(body, node, arguments, captures)
            for (index, output) in outputs.enumerated() {
                results[index].append(try tensor(output, place))
            }
        }
        var stacked: [RuntimeValue] = []
        for slices in results { stacked.append(.tensor(try stack(slices, axis: 0, node))) }
        return stacked
    }

    /// The body for each element of the first sequence; other sequences go along, tensors stay.
    private mutating func sequenceMap(
        _ body: PreparedBody, _ node: CheckedNode, _ inputs: [RuntimeValue?],
        _ captures: [RuntimeValue?]
    ) throws(MachineError) -> [RuntimeValue] {
        let place = node.place
        let first = try sequence(inputs.first ?? nil, place)
        var results = [[RuntimeValue]](repeating: [], count: node.outputs.count)
        for index in first.indices {
            try meter.pay(Work(), outputs: [], at: place)
            var arguments: [RuntimeValue] = []
            for input in inputs {
                switch input {
                case .sequence(let values):
                    guard index < values.count else {
                        throw .operatorFailed(
                            place, .indexOutOfRange(index: index, count: values.count))
                    }
                    arguments.append(values[index])
                default: arguments.append(try present(input, place))
                }
            }
            let outputs = try run(body, arguments, captures: captures, at: place)
            for (position, output) in outputs.enumerated() { results[position].append(output) }
        }
        return results.map { .sequence($0) }
    }
}
