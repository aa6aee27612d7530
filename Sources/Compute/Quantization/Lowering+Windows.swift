// Pooling, means, joins, selections and moves: operators that keep the scale of what they read.

import Models
import Tensors

extension Lowering {
    private static let windowAttributes = [
        "auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "strides",
    ]

    /// MaxPool and GlobalMaxPool.
    mutating func lowerMaxPool(_ index: Int, _ node: CheckedNode) throws(QuantizationError) {
        guard node.outputs.count == 1 else {
            throw .unsupportedForm(node.place, reason: "places of maxima have no counterpart")
        }
        let source = try input(node, 0)
        let x = try activation(source, for: node)
        var attributes = node.call.attributes.entries
            .filter { Lowering.windowAttributes.contains($0.name) }.map { ($0.name, $0.value) }
        if node.place.operatorName == "GlobalMaxPool" {
            let spatial = graph.shape(source).dimensions.dropFirst(2).map { Int64($0) }
            attributes = [("kernel_shape", .ints(Array(spatial)))]
        }
        try emit(
            "MaxPool", [x.value], for: node.outputs.lowerBound, taking: [index], scale: x.scale,
            attributes: attributes)
        keepRange(of: x, in: node.outputs.lowerBound)
    }

    /// Notes that `value` holds nothing but elements of `x`.
    private mutating func keepRange(of x: Activation, in value: Int) {
        guard case .activation(var activation) = values[value] else { return }
        if x.zero != 0 { activation.zero = x.zero }
        activation.limit = min(activation.limit, x.limit)
        values[value] = .activation(activation)
    }

    /// AveragePool.
    mutating func lowerAveragePool(_ index: Int, _ node: CheckedNode) throws(QuantizationError) {
        let x = try activation(try input(node, 0), for: node)
        try emit(
            "AveragePool", [x.value], for: node.outputs.lowerBound, taking: [index],
            scale: x.scale,
            attributes: node.call.attributes.entries.map { ($0.name, $0.value) })
    }

    /// GlobalAveragePool and ReduceMean.
    mutating func lowerMean(_ index: Int, _ node: CheckedNode) throws(QuantizationError) {
        let x = try activation(try input(node, 0), for: node)
        let (axes, keeps) = try Lowering.meanAxes(node, graph)
        try emit(
            "Mean", [x.value], for: node.outputs.lowerBound, taking: [index], scale: x.scale,
            attributes: [
                ("axes", .ints(axes.map { Int64($0) })), ("keepdims", .int(keeps ? 1 : 0)),
            ])
    }

    /// The axes of a GlobalAveragePool or a ReduceMean, ascending, and whether they stay.
    static func meanAxes(
        _ node: CheckedNode, _ graph: FloatGraph
    ) throws(QuantizationError) -> (axes: [Int], keeps: Bool) {
        guard let source = node.inputs[0] else {
            throw .unsupportedForm(node.place, reason: "input 0 is left out")
        }
        let rank = graph.shape(source).rank
        if node.place.operatorName == "GlobalAveragePool" { return (Array(2..<rank), true) }
        do throws(OperatorError) {
            let keeps = try node.call.attributes.flag("keepdims", default: true)
            var named = try node.call.attributes.ints("axes")
            if node.inputs.count > 1, let value = node.inputs[1],
                let numbers = try? graph.numbers(value)
            {
                named = numbers.values.map { Int($0) }
            }
            let skips = try node.call.attributes.flag("noop_with_empty_axes", default: false)
            if named ?? [] == [], skips {
                throw OperatorError.unsupported(reason: "a mean over no axes")
            }
            var axes: [Int] = []
            for axis in named ?? [] { axes.append(try graph.shape(source).axis(axis)) }
            return (axes.isEmpty ? Array(0..<rank) : axes.sorted(), keeps)
        } catch {
            throw .model(.refused(node.place, error))
        }
    }

    /// Concat: inputs of finer scales are rescaled to the coarsest.
    mutating func lowerConcat(_ index: Int, _ node: CheckedNode) throws(QuantizationError) {
        var parts: [Activation] = []
        for position in node.inputs.indices {
            parts.append(try operand(try input(node, position), for: node))
        }
        guard parts.allSatisfy({ $0.zero == parts[0].zero }) else {
            throw .unfitParameters(node.place, reason: "it joins tensors of other zero points")
        }
        let scale = parts.reduce(0) { max($0, $1.scale) }
        let inputs = parts.map { part in
            part.scale == scale
                ? part.value : rescaled(part, to: scale, name: node.place.name).value
        }
        let output = node.outputs.lowerBound
        let value = builder.addNode(
            "Concat", inputs, name: node.place.name,
            attributes: node.call.attributes.entries.map { ($0.name, $0.value) })[0]
        values[output] = .activation(
            Activation(
                value: value, scale: scale, zero: parts[0].zero,
                limit: parts.allSatisfy { $0.scale == scale }
                    ? parts.reduce(0) { max($0, $1.limit) } : 32_768))
    }

    /// Gather: rows of a table by position.
    mutating func lowerGather(_ index: Int, _ node: CheckedNode) throws(QuantizationError) {
        let (data, positions) = (try input(node, 0), try input(node, 1))
        let place: ProgramBuilder.Value
        if let constant = try graph.constant(positions) {
            // Negative positions count from the end; here they are counted out.
            let axis = try attribute(node, "axis", 0)
            let rank = graph.shape(data).rank
            let extent = graph.shape(data).dimensions[axis < 0 ? axis + rank : axis]
            let named = constant.int64s ?? constant.int32s?.map { Int64($0) } ?? []
            let counted = named.map { $0 < 0 ? $0 + Int64(extent) : $0 }
            place = builder.addConstant(
                "\(node.place.name)/indices", Tensor(counted, shape: constant.shape))
        } else if case .index(let value) = values[positions] {
            place = value
        } else {
            throw .unsupportedForm(node.place, reason: "indices must be an input or a constant")
        }
        let x = try operand(data, for: node)
        try emit(
            "Gather", [x.value, place], for: node.outputs.lowerBound, taking: [index],
            scale: x.scale, attributes: node.call.attributes.entries.map { ($0.name, $0.value) })
        keepRange(of: x, in: node.outputs.lowerBound)
    }

    /// ArgMax and ArgMin.
    mutating func lowerPosition(_ index: Int, _ node: CheckedNode) throws(QuantizationError) {
        let x = try activation(try input(node, 0), for: node)
        let value = builder.addNode(
            node.place.operatorName, [x.value], name: node.place.name,
            attributes: node.call.attributes.entries.map { ($0.name, $0.value) })[0]
        values[node.outputs.lowerBound] = .index(value)
    }

    /// Dropout, which does nothing in inference.
    mutating func lowerDropout(_ index: Int, _ node: CheckedNode) throws(QuantizationError) {
        for value in node.outputs.dropFirst() where graph.escapes(value, from: []) {
            throw .unsupportedForm(node.place, reason: "its mask cannot be an output")
        }
        values[node.outputs.lowerBound] = values[try input(node, 0)]
    }

    /// An operator that moves elements, on integers as it is.
    mutating func lowerMovement(_ index: Int, _ node: CheckedNode) throws(QuantizationError) {
        let source = try input(node, 0)
        var inputs: [ProgramBuilder.Value?] = []
        var moved: Activation?
        switch values[source] {
        case .index(let value): inputs.append(value)
        case .activation:
            let x = try activation(source, for: node)
            inputs.append(x.value)
            moved = x
        case nil: throw unsupported(node)
        }
        for position in node.inputs.indices.dropFirst() {
            guard let value = node.inputs[position] else {
                inputs.append(nil)
                continue
            }
            guard let constant = try graph.constant(value) else {
                throw .unsupportedForm(
                    node.place, reason: "input \(position) must be a constant")
            }
            inputs.append(builder.addConstant("\(node.place.name)/\(position)", constant))
        }
        let results = builder.addNode(
            node.place.operatorName, inputs, name: node.place.name,
            outputCount: node.outputs.count,
            attributes: node.call.attributes.entries.map { ($0.name, $0.value) })
        for (value, result) in zip(node.outputs, results) {
            values[value] =
                moved.map {
                    .activation(
                        Activation(
                            value: result, scale: $0.scale, zero: $0.zero, limit: $0.limit))
                } ?? .index(result)
        }
    }
}
