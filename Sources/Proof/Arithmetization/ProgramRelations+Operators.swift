// Which relations each operator of the profile becomes.

import Models
import Sumcheck
import Tensors

extension ProgramRelations {
    /// Adds a node.
    mutating func add(_ node: CheckedNode) throws(ArithmetizationError) {
        let name = node.place.operatorName
        switch name {
        case "aivm.integer.Quantize":
            guard let type = node.outputTypes?.first else {
                throw .unreadable(node: "\(node.place)")
            }
            try addInput(node.outputs.lowerBound, type, name: label(node))
        case "aivm.integer.Dequantize": break
        case "aivm.integer.Linear", "aivm.integer.Conv", "aivm.integer.MatMul":
            try set(node, try product(node, name))
        case "aivm.integer.Add", "aivm.integer.Mul", "aivm.integer.Rescale", "aivm.integer.Table":
            try set(node, try elementwise(node, name))
        case "aivm.integer.Softmax", "aivm.integer.Normalize":
            try set(node, try rows(node, name))
        case "aivm.integer.MaxPool", "aivm.integer.AveragePool", "aivm.integer.Mean":
            try set(node, try pool(node, name))
        case "aivm.integer.Gather": try set(node, try gather(node))
        case "aivm.integer.TreeEnsemble": try set(node, try trees(node))
        case "ArgMax", "ArgMin": try set(node, try extreme(node, least: name == "ArgMin"))
        default: try addRearrangement(node, name)
        }
    }

    /// How relations of a node are called.
    func label(_ node: CheckedNode) -> String {
        node.place.name.isEmpty ? "node \(node.place.index)" : node.place.name
    }

    /// Sets a node's one output. What it is must have the output's extents.
    mutating func set(_ node: CheckedNode, _ quantity: Quantity) throws(ArithmetizationError) {
        guard let type = node.outputTypes?.first, quantity.extents == type.axes else {
            throw .unreadable(node: "\(node.place)")
        }
        quantities[node.outputs.lowerBound] = quantity
    }

    func unsupported(_ node: CheckedNode, _ reason: String) -> ArithmetizationError {
        .unsupported(node: "\(node.place)", reason: reason)
    }

    private mutating func product(
        _ node: CheckedNode, _ name: String
    ) throws(ArithmetizationError) -> Quantity {
        let x = try operand(0, of: node)
        let label = label(node)
        if name == "aivm.integer.MatMul" {
            let form = try reading(node) { call throws(OperatorError) in
                try IntegerMatMulForm(call)
            }
            let y = try operand(1, of: node)
            // Vectors are a row and a column, whose axis the result does not have.
            let left = x.extents.count > 1 ? x : x.leading(2)
            let right = y.extents.count > 1 ? y : y.leading(2).transposed([1, 0])
            let z = build {
                $0.matrixProduct(label, left, right, Sumcheck.Rescaling(form.rescaling))
            }
            return try reshaped(node, z)
        }
        guard let w = try weightOperand(1, of: node) else {
            throw .unreadable(node: "\(node.place)")
        }
        let bias = try weightOperand(2, of: node)
        if name == "aivm.integer.Linear" {
            let form = try reading(node) { call throws(OperatorError) in
                try IntegerLinearForm(call)
            }
            return build {
                $0.linear(
                    label, x, weights: w, bias: bias, outputs: form.columns,
                    Sumcheck.Rescaling(form.rescaling))
            }
        }
        let form = try reading(node) { call throws(OperatorError) in try IntegerConvForm(call) }
        let windows = form.geometry.axes
        let padded = build { $0.whole(x, axes: windows.indices.map { $0 + 2 }) }
        let y = build {
            $0.convolution(
                label, padded, weights: w, bias: bias, outputs: form.groups * form.features,
                groups: form.groups, windows, Sumcheck.Rescaling(form.rescaling))
        }
        guard let y else { throw .unreadable(node: "\(node.place)") }
        return y
    }

    private mutating func elementwise(
        _ node: CheckedNode, _ name: String
    ) throws(ArithmetizationError) -> Quantity {
        let x = try operand(0, of: node)
        let label = label(node)
        if name == "aivm.integer.Table" {
            let form = try reading(node) { call throws(OperatorError) in
                try IntegerTableForm(call)
            }
            return build {
                $0.tabulate(
                    label, x, entries: form.table.map { Int64($0) },
                    Sumcheck.Rescaling(form.rescaling))
            }
        }
        let channels = name == "aivm.integer.Add" ? 2 : 1
        let read = try reading(node) { call throws(OperatorError) in
            try Tensors.Rescaling(call, channels: channels, bound: 1, takesNegative: true)
        }
        let rescaling = Sumcheck.Rescaling(read)
        if name == "aivm.integer.Rescale" { return build { $0.rescaled(label, x, rescaling) } }
        let y = try operand(1, of: node)
        if name == "aivm.integer.Add" {
            let factors = (read.multiplier(0), read.multiplier(1))
            return build { $0.sum(label, x, y, multipliers: factors, rescaling) }
        }
        let addend =
            node.inputs.count > 2 && node.inputs[2] != nil
            ? try operand(2, of: node) : nil
        return build { $0.product(label, x, y, addend: addend, rescaling) }
    }

    private mutating func rows(
        _ node: CheckedNode, _ name: String
    ) throws(ArithmetizationError) -> Quantity {
        let given = try operand(0, of: node)
        let x = given.extents.count > 1 ? given : given.leading(2)
        let label = label(node)
        if name == "aivm.integer.Normalize" {
            let form = try reading(node) { call throws(OperatorError) in
                try IntegerNormalizeForm(call)
            }
            let numbers = NormalizeNumbers(
                centred: form.isCentred, epsilon: form.epsilon, fractionBits: form.fractionBits,
                rescaling: Sumcheck.Rescaling(form.rescaling))
            return try reshaped(node, build { $0.normalize(label, x, numbers) })
        }
        let form = try reading(node) { call throws(OperatorError) in
            try IntegerSoftmaxForm(call)
        }
        let numbers = SoftmaxNumbers(
            multiplier: form.argument.multipliers[0], shift: form.argument.shift,
            high: form.high.map { Int64($0) }, low: form.low.map { Int64($0) },
            productShift: form.productShift, fractionBits: form.fractionBits)
        let last = x.extents.count - 1
        if form.axis + x.extents.count - given.extents.count == last {
            return try reshaped(node, build { $0.softmax(label, x, numbers) })
        }
        var order = Array(x.extents.indices)
        order.swapAt(form.axis, last)
        return build { $0.softmax(label, x.transposed(order), numbers) }.transposed(order)
    }

    private mutating func pool(
        _ node: CheckedNode, _ name: String
    ) throws(ArithmetizationError) -> Quantity {
        let x = try operand(0, of: node)
        let label = label(node)
        if name == "aivm.integer.Mean" {
            let axes = try reading(node) { call throws(OperatorError) in
                let named = try call.attributes.ints("axes") ?? Array(x.extents.indices)
                return named.map { $0 < 0 ? $0 + x.extents.count : $0 }
            }
            let mean = build { $0.mean(label, x, over: axes) }
            return try reshaped(node, mean)
        }
        let geometry = try reading(node) { call throws(OperatorError) in
            try WindowGeometry.pooling(call, try Shape(x.extents)).geometry
        }
        let windows = geometry.axes
        let padded = build { $0.whole(x, axes: windows.indices.map { $0 + 2 }) }
        if name == "aivm.integer.MaxPool" {
            let y = build { $0.maximumPool(label, padded, windows) }
            guard let y else { throw .unreadable(node: "\(node.place)") }
            return y
        }
        let counts = try reading(node) { call throws(OperatorError) in
            try call.attributes.flag("count_include_pad", default: false)
        }
        let y = build { $0.averagePool(label, padded, windows, countsPadding: counts) }
        guard let y else { throw .unreadable(node: "\(node.place)") }
        return y
    }

    private mutating func gather(_ node: CheckedNode) throws(ArithmetizationError) -> Quantity {
        let data = try operand(0, of: node)
        let indices = try operand(1, of: node)
        let axis = try reading(node) { call throws(OperatorError) in
            try call.attributes.int("axis", default: 0)
        }
        let label = label(node)
        let positive = axis < 0 ? axis + data.extents.count : axis
        return try reshaped(
            node, build { $0.gather(label, data, axis: positive, indices: indices) })
    }

    private mutating func trees(_ node: CheckedNode) throws(ArithmetizationError) -> Quantity {
        let form = try reading(node) { call throws(OperatorError) in
            try IntegerTreeEnsembleForm(call)
        }
        let x = try operand(0, of: node)
        guard form.leafCount > 0 else { throw unsupported(node, "the trees have no leaves") }
        let thresholds = form.nodes.isEmpty ? nil : try weightOperand(1, of: node)
        guard let scores = try weightOperand(2, of: node) else {
            throw .unreadable(node: "\(node.place)")
        }
        let base = try weightOperand(3, of: node)
        let shape = TreeShape(
            nodes: form.nodes.map {
                TreeShape.Node(feature: $0.feature, first: $0.whenTrue, second: $0.whenFalse)
            }, roots: form.roots, leafCount: form.leafCount)
        let label = label(node)
        return build {
            $0.trees(
                label, x, shape, thresholds: thresholds, scores: scores, base: base,
                outputs: form.classCount, Sumcheck.Rescaling(form.rescaling))
        }
    }

    private mutating func extreme(
        _ node: CheckedNode, least: Bool
    ) throws(ArithmetizationError) -> Quantity {
        let given = try operand(0, of: node)
        let read = try reading(node) { call throws(OperatorError) in
            (
                axis: try call.attributes.int("axis", default: 0),
                prefersLast: try call.attributes.flag("select_last_index", default: false)
            )
        }
        let x = given.extents.count > 1 ? given : given.leading(2)
        let last = x.extents.count - 1
        let named = read.axis < 0 ? read.axis + given.extents.count : read.axis
        let axis = named + x.extents.count - given.extents.count
        var order = Array(x.extents.indices)
        order.remove(at: axis)
        let label = label(node)
        let y = build {
            $0.largestIndex(
                label, axis == last ? x : x.transposed(order + [axis]), least: least,
                prefersLast: read.prefersLast)
        }
        return try reshaped(node, y)
    }

    /// The quantity with the extents of the node's output, which differ in axes of one index.
    private func reshaped(
        _ node: CheckedNode, _ quantity: Quantity
    ) throws(ArithmetizationError) -> Quantity {
        guard let type = node.outputTypes?.first, let y = quantity.reshaped(type.axes) else {
            throw .unreadable(node: "\(node.place)")
        }
        return y
    }
}

extension Sumcheck.Rescaling {
    /// The same rescaling as the operators' own.
    init(_ other: Tensors.Rescaling) {
        self.init(
            multipliers: other.multipliers, shift: other.shift,
            range: other.minimum...other.maximum)
    }
}

extension WindowGeometry {
    /// The windows along each axis.
    var axes: [WindowAxis] {
        kernel.indices.map {
            WindowAxis(
                kernel: kernel[$0], stride: strides[$0], dilation: dilations[$0],
                padding: padsBegin[$0], paddingBehind: padsEnd[$0], places: output[$0])
        }
    }
}
