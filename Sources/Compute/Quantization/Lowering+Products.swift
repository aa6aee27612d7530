// Products with constant weights: the bias, a batch normalisation and an activation that follow are
// taken in, so that one operator of the profile does the work of all.

import Models
import Tensors

/// A product with weights, channel by channel, and what has been folded into it.
struct WeightedProduct {
    /// The weights of each output channel.
    var channels: [[Double]]
    var biases: [Double]
    /// The float nodes taken in, in their order.
    var nodes: [Int]
    /// The float value that the last of them makes.
    var output: Int
    /// The scale of each channel's weights, where they are stored as integers of 8 bits.
    var storedScales: [Double]?
    /// Bounds of an activation.
    var minimum: Double?
    var maximum: Double?

    /// y → y · factor + addend for each channel.
    mutating func scale(_ factors: [Double], _ addends: [Double]) {
        if factors.contains(where: { $0 != 1 }) { storedScales = nil }
        for index in channels.indices {
            channels[index] = channels[index].map { $0 * factors[index] }
            biases[index] = biases[index] * factors[index] + addends[index]
        }
    }
}

extension Lowering {
    /// MatMul and Gemm.
    mutating func lowerProduct(_ index: Int, _ node: CheckedNode) throws(QuantizationError) {
        let (a, b) = (try input(node, 0), try input(node, 1))
        let isGemm = node.place.operatorName == "Gemm"
        guard let weights = try graph.numbers(b), weights.shape.rank == 2,
            case .activation(let x) = values[a]
        else {
            guard !isGemm else {
                throw .unsupportedForm(node.place, reason: "Gemm needs constant weights")
            }
            return try lowerActivationProduct(index, node)
        }
        let (rows, columns) = (weights.shape.dimensions[0], weights.shape.dimensions[1])
        let isTransposed = isGemm ? try attribute(node, "transB", 0) != 0 : false
        guard isGemm ? try attribute(node, "transA", 0) == 0 : true else {
            throw .unsupportedForm(node.place, reason: "Gemm with transA has no counterpart")
        }
        let alpha = isGemm ? try attribute(node, alpha: "alpha") : 1
        let channels = (0..<(isTransposed ? rows : columns)).map { channel in
            (0..<(isTransposed ? columns : rows)).map { term in
                let index = isTransposed ? channel * columns + term : term * columns + channel
                return weights.values[index] * alpha
            }
        }
        var product = WeightedProduct(
            channels: channels, biases: [Double](repeating: 0, count: channels.count),
            nodes: [index], output: node.outputs.lowerBound)
        if alpha == 1 {
            product.storedScales = try weightScales(
                b, axis: isTransposed ? 0 : 1, count: channels.count)
        }
        if isGemm, node.inputs.count > 2, let c = node.inputs[2] {
            guard let numbers = try graph.numbers(c),
                let bias = perChannel(
                    numbers, product.channels.count, of: product.output, axis: nil)
            else {
                throw .unsupportedForm(
                    node.place, reason: "the bias must be one constant for each column")
            }
            let beta = try attribute(node, alpha: "beta")
            product.biases = bias.map { $0 * beta }
        }
        try absorb(&product, axis: nil)
        if let affine = x.affine {
            product.storedScales = nil
            for channel in product.channels.indices {
                let weights = product.channels[channel]
                product.biases[channel] += zip(weights, affine.bias).reduce(0) { $0 + $1.0 * $1.1 }
                product.channels[channel] = zip(weights, affine.gain).map { $0 * $1 }
            }
        }
        try emit(product, x, operation: "Linear", attributes: []) { weights in
            let terms = weights.first?.count ?? 0
            let values = (0..<terms).flatMap { term in weights.map { $0[term] } }
            // A product of non-negative extents that exist already.
            return (values, [terms, weights.count])
        }
    }

    /// Conv.
    mutating func lowerConvolution(_ index: Int, _ node: CheckedNode) throws(QuantizationError) {
        guard let weights = try graph.numbers(try input(node, 1)) else {
            throw .unsupportedForm(node.place, reason: "Conv needs constant weights")
        }
        let x = try activation(try input(node, 0), for: node)
        let count = weights.shape.dimensions.first ?? 0
        let size = count == 0 ? 0 : weights.values.count / count
        var product = WeightedProduct(
            channels: (0..<count).map { Array(weights.values[$0 * size..<($0 + 1) * size]) },
            biases: [Double](repeating: 0, count: count), nodes: [index],
            output: node.outputs.lowerBound)
        product.storedScales = try weightScales(try input(node, 1), axis: 0, count: count)
        if node.inputs.count > 2, let c = node.inputs[2] {
            guard let bias = try graph.numbers(c)?.values, bias.count == count else {
                throw .unsupportedForm(node.place, reason: "Conv needs a constant bias")
            }
            product.biases = bias
        }
        try absorb(&product, axis: 1)
        let attributes = node.call.attributes.entries.map { ($0.name, $0.value) }
        let shape = weights.shape.dimensions
        try emit(product, x, operation: "Conv", attributes: attributes) { weights in
            (weights.flatMap { $0 }, shape)
        }
    }

    /// Adds the operator that does the work of `product`.
    ///
    /// - Parameter layout: the weights' elements in order, and their extents.
    private mutating func emit(
        _ product: WeightedProduct, _ x: Activation, operation: String,
        attributes: [(String, AttributeValue)], layout: ([[Int8]]) -> ([Int8], [Int])
    ) throws(QuantizationError) {
        let output = try outputScale(product.output)
        let quantized =
            product.storedScales.flatMap {
                QuantizedWeights(
                    channels: product.channels, stored: $0, biases: product.biases,
                    input: x.scale, output: output)
            }
            ?? QuantizedWeights(
                channels: product.channels, biases: product.biases, input: x.scale,
                output: output)
        let (elements, dimensions) = layout(quantized.weights)
        let name = graph.nodes[product.nodes[0]].place.name
        guard let shape = try? Shape(dimensions) else {
            preconditionFailure("weights have the shape that they had")
        }
        let weights = builder.addConstant("\(name)/weights", Tensor(elements, shape: shape))
        var inputs: [ProgramBuilder.Value?] = [x.value, weights]
        if quantized.biases.contains(where: { $0 != 0 }) {
            inputs.append(
                builder.addConstant(
                    "\(name)/bias",
                    Tensor(quantized.biases, shape: [quantized.biases.count])))
        }
        let isUniform = quantized.multipliers.allSatisfy { $0 == quantized.multipliers[0] }
        let multipliers = isUniform ? Array(quantized.multipliers.prefix(1)) : quantized.multipliers
        let bounds = integerBounds(product.minimum, product.maximum, output)
        try emit(
            operation, inputs, for: product.output, taking: product.nodes, scale: output,
            attributes: attributes + Lowering.rescaling(multipliers, quantized.shift),
            minimum: bounds.minimum, maximum: bounds.maximum)
    }

    /// The bounds of an activation as integers at `scale`.
    func integerBounds(
        _ minimum: Double?, _ maximum: Double?, _ scale: Double
    ) -> (minimum: Int16, maximum: Int16) {
        func bound(_ value: Double?, _ absent: Int16) -> Int16 {
            guard let value, !value.isNaN else { return absent }
            return Int16(min(max((value / scale).rounded(), -32_768), 32_767))
        }
        let least = bound(minimum, .min)
        return (least, max(least, bound(maximum, .max)))
    }

    /// Takes in the nodes after `product` that its weights can do.
    private mutating func absorb(
        _ product: inout WeightedProduct, axis: Int?
    ) throws(QuantizationError) {
        while let next = graph.onlyReader(of: product.output) {
            let node = graph.nodes[next]
            guard try fold(node, into: &product, axis: axis) else { break }
            product.nodes.append(next)
            product.output = node.outputs.lowerBound
            isDone[next] = true
            if product.minimum != nil || product.maximum != nil { break }
        }
    }

    /// Folds one node into `product`, or gives `false`.
    private func fold(
        _ node: CheckedNode, into product: inout WeightedProduct, axis: Int?
    ) throws(QuantizationError) -> Bool {
        let count = product.channels.count
        let ones = [Double](repeating: 1, count: count)
        let zeros = [Double](repeating: 0, count: count)
        switch node.place.operatorName {
        case "Add", "Sub", "Mul", "Div":
            guard node.inputs.count == 2, let first = node.inputs[0], let second = node.inputs[1]
            else { return false }
            let name = node.place.operatorName
            let isFirst = first == product.output
            guard isFirst || name == "Add" || name == "Mul",
                let numbers = try graph.numbers(isFirst ? second : first),
                graph.shape(node.outputs.lowerBound) == graph.shape(product.output),
                let each = perChannel(numbers, count, of: product.output, axis: axis)
            else { return false }
            switch name {
            case "Add": product.scale(ones, each)
            case "Sub": product.scale(ones, each.map { -$0 })
            case "Mul": product.scale(each, zeros)
            default: product.scale(each.map { 1 / $0 }, zeros)
            }
            return true
        case "BatchNormalization":
            guard node.outputs.count == 1, axis == 1 || graph.shape(product.output).rank == 2,
                let (factors, addends) = try batchNormalization(node), factors.count == count
            else { return false }
            product.scale(factors, addends)
            return true
        case "Identity": return true
        default:
            guard let bounds = try activationBounds(node) else { return false }
            (product.minimum, product.maximum) = bounds
            return true
        }
    }

    /// The bounds of Relu or of a Clip with constant bounds; `nil` for other nodes.
    func activationBounds(
        _ node: CheckedNode
    ) throws(QuantizationError) -> (minimum: Double?, maximum: Double?)? {
        switch node.place.operatorName {
        case "Relu": return (0, nil)
        case "Clip":
            if node.call.opset < 11 {
                let named = node.call.attributes
                let least = try? named.float("min", default: -.infinity)
                let most = try? named.float("max", default: .infinity)
                return (least.map { Double($0) }, most.map { Double($0) })
            }
            var bounds: [Double?] = [nil, nil]
            for (place, position) in [1, 2].enumerated()
            where position < node.inputs.count && node.inputs[position] != nil {
                guard let number = try graph.number(node.inputs[position]) else { return nil }
                bounds[place] = number
            }
            return bounds[0] == nil && bounds[1] == nil ? nil : (bounds[0], bounds[1])
        default: return nil
        }
    }

    /// A constant as one number for each channel of `value`, whose channels lie along `axis` (the
    /// last without); `nil` when it differs within a channel.
    private func perChannel(
        _ numbers: (values: [Double], shape: Shape), _ count: Int, of value: Int, axis: Int?
    ) -> [Double]? {
        if numbers.values.count == 1 {
            return [Double](repeating: numbers.values[0], count: count)
        }
        let rank = graph.shape(value).rank
        let place = axis ?? rank - 1
        let own = place - (rank - numbers.shape.rank)
        guard numbers.values.count == count, own >= 0, own < numbers.shape.rank,
            numbers.shape.dimensions[own] == count
        else { return nil }
        return numbers.values
    }

    /// Factor and addend of each channel of a batch normalisation; `nil` unless all is constant.
    func batchNormalization(
        _ node: CheckedNode
    ) throws(QuantizationError) -> (factors: [Double], addends: [Double])? {
        var parts: [[Double]] = []
        for position in 1...4 {
            guard let numbers = try graph.numbers(try input(node, position)) else { return nil }
            parts.append(numbers.values)
        }
        let epsilon = try attribute(node, alpha: "epsilon", default: 1e-5)
        let factors = zip(parts[0], parts[3]).map { $0 / ($1 + epsilon).squareRoot() }
        let addends = zip(zip(parts[1], parts[2]), factors).map { $0.0 - $0.1 * $1 }
        return (factors, addends)
    }

    /// The integer attribute `name`.
    func attribute(
        _ node: CheckedNode, _ name: String, _ absent: Int
    ) throws(QuantizationError) -> Int {
        do throws(OperatorError) {
            return try node.call.attributes.int(name, default: absent)
        } catch {
            throw .model(.refused(node.place, error))
        }
    }

    /// The number attribute `alpha`, 1 by default.
    func attribute(
        _ node: CheckedNode, alpha name: String, default absent: Float = 1
    ) throws(QuantizationError) -> Double {
        do throws(OperatorError) {
            return Double(try node.call.attributes.float(name, default: absent))
        } catch {
            throw .model(.refused(node.place, error))
        }
    }
}
