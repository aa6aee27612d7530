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
            let a = try operand(first, for: node, limit: limit)
            let b = try operand(second, for: node, limit: limit)
            let ratios = (a.scale / scale, b.scale / scale * (name == "Sub" ? -1 : 1))
            let shift = ScaleRatio.shift(
                forLargest: max(ratios.0, abs(ratios.1)), limit: 4_194_303)
            let multipliers = [ratios.0, ratios.1].map { ratio in
                let scaled = (ratio * ScaleRatio.power(shift)).rounded()
                return scaled == 0 ? (ratio < 0 ? -1 : 1) : Int64(scaled)
            }
            try emit(
                "Add", [a.value, b.value], for: output, taking: taking, scale: scale,
                attributes: Lowering.rescaling(multipliers, shift), minimum: minimum,
                maximum: maximum)
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
