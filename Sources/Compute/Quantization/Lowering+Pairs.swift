// Operators on two activations: sums, products elementwise and products of matrices; and a batch
// normalisation that follows no product.

import Models
import Tensors

extension Lowering {
    /// Add, Sub, Mul, Div of two tensors that are not functions of one number.
    mutating func lowerPair(_ index: Int, _ node: CheckedNode) throws(QuantizationError) {
        let name = node.place.operatorName
        guard ["Add", "Sub", "Mul", "Div"].contains(name), node.inputs.count == 2 else {
            throw unsupported(node)
        }
        let (first, second) = (try input(node, 0), try input(node, 1))
        var taking = [index]
        var output = node.outputs.lowerBound
        var bounds: (minimum: Double?, maximum: Double?) = (nil, nil)
        if let next = graph.onlyReader(of: output),
            let found = try activationBounds(graph.nodes[next])
        {
            bounds = found
            taking.append(next)
            output = graph.nodes[next].outputs.lowerBound
        }
        let scale = try outputScale(output)
        let (minimum, maximum) = integerBounds(bounds.minimum, bounds.maximum, scale)
        switch name {
        case "Add", "Sub":
            // Constants beyond twice what int16 holds saturate the sum all the same.
            let limit = scale * 65_536
            let a = addend(try operand(first, for: node, limit: limit), scale, node)
            let b = addend(try operand(second, for: node, limit: limit), scale, node)
            let ratios = ScaleRatio.pair(
                a.scale / scale, b.scale / scale * (name == "Sub" ? -1 : 1))
            try emit(
                "Add", [a.value, b.value], for: output, taking: taking, scale: scale,
                attributes: Lowering.rescaling(ratios.multipliers, ratios.shift),
                minimum: minimum, maximum: maximum)
        default:
            let a = try operand(first, for: node)
            var b: Activation
            if name == "Div" {
                guard let numbers = try graph.numbers(second) else {
                    throw .unsupported(node.place, nearest: "dividing by a constant has one")
                }
                b = constant(numbers.values.map { 1 / $0 }, numbers.shape, name: node.place.name)
            } else {
                b = try operand(second, for: node)
            }
            let ratio = ScaleRatio(a.scale * b.scale / scale)
            try emit(
                "Mul", [a.value, b.value], for: output, taking: taking, scale: scale,
                attributes: Lowering.rescaling([ratio.multiplier], ratio.shift),
                minimum: minimum, maximum: maximum)
        }
    }

    /// `x` as an addend of a sum of scale `scale`. One of a far coarser scale, a mask as a rule, is
    /// made finer first, so that its multiplier leaves room for the other's: what saturates then
    /// saturates the sum too.
    private mutating func addend(
        _ x: Activation, _ scale: Double, _ node: CheckedNode
    ) -> Activation {
        x.scale > scale * 256 ? rescaled(x, to: scale * 2, name: node.place.name) : x
    }

    /// Where between an activation and a constant, by a constant condition: y = x · c + d for c of
    /// 0 and 1.
    mutating func lowerChoice(_ index: Int, _ node: CheckedNode) throws(QuantizationError) {
        let (yes, no) = (try input(node, 1), try input(node, 2))
        guard let condition = try graph.constant(try input(node, 0)), let flags = condition.bools,
            let numbers = try graph.numbers(graph.isConstant(no) ? no : yes),
            numbers.values.count == 1 || numbers.shape == condition.shape
        else { throw unsupported(node) }
        let takesYes = graph.isConstant(no)
        let x = try activation(takesYes ? yes : no, for: node)
        let output = node.outputs.lowerBound
        let scale = try outputScale(output)
        let factors = flags.map { Int16($0 == takesYes ? 1 : 0) }
        let addends = flags.indices.map { place in
            let number = numbers.values[numbers.values.count == 1 ? 0 : place]
            let rounded = QuantizedWeights.rounded(number / x.scale, Double(Int32.max))
            return flags[place] == takesYes ? 0 : Int32(rounded)
        }
        let name = node.place.name
        let inputs = [
            x.value,
            builder.addConstant("\(name)/condition", Tensor(factors, shape: condition.shape)),
            builder.addConstant("\(name)/other", Tensor(addends, shape: condition.shape)),
        ]
        let ratio = ScaleRatio(x.scale / scale)
        try emit(
            "Mul", inputs, for: output, taking: [index], scale: scale,
            attributes: Lowering.rescaling([ratio.multiplier], ratio.shift))
    }

    /// MatMul of two activations.
    mutating func lowerActivationProduct(
        _ index: Int, _ node: CheckedNode
    ) throws(QuantizationError) {
        let a = try operand(try input(node, 0), for: node)
        let b = try operand(try input(node, 1), for: node)
        let output = node.outputs.lowerBound
        let scale = try outputScale(output)
        // 15 bits: with 2^16 terms of 2^30 the accumulator times the multiplier is below 2^61.
        let ratio = ScaleRatio(a.scale * b.scale / scale, bits: 15)
        try emit(
            "MatMul", [a.value, b.value], for: output, taking: [index], scale: scale,
            attributes: Lowering.rescaling([ratio.multiplier], ratio.shift))
    }

    /// A BatchNormalization that no product takes in: y = x · factor + addend for each channel.
    mutating func lowerBatchNormalization(
        _ index: Int, _ node: CheckedNode
    ) throws(QuantizationError) {
        guard node.outputs.count == 1, let (factors, addends) = try batchNormalization(node) else {
            throw .unsupportedForm(node.place, reason: "its parameters must be constants")
        }
        let x = try activation(try input(node, 0), for: node)
        let output = node.outputs.lowerBound
        let scale = try outputScale(output)
        let rank = graph.shape(output).rank
        let dimensions = [factors.count] + [Int](repeating: 1, count: max(rank - 2, 0))
        guard let shape = try? Shape(dimensions) else { throw unsupported(node) }
        let gains = constant(factors, shape, name: "\(node.place.name)/scale")
        let product = x.scale * gains.scale
        let biases = addends.map {
            Int32(QuantizedWeights.rounded($0 / product, Double(Int32.max)))
        }
        let bias = builder.addConstant("\(node.place.name)/bias", Tensor(biases, shape: shape))
        let ratio = ScaleRatio(product / scale)
        try emit(
            "Mul", [x.value, gains.value, bias], for: output, taking: [index], scale: scale,
            attributes: Lowering.rescaling([ratio.multiplier], ratio.shift))
    }
}
