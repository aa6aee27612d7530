// Softmax, LayerNorm, RMSNorm: exact integer functions with remainders.

import Models
import Tensors

extension Lowering {
    /// Bits of the argument of a softmax's exponential, 2^-12 apart: up to 16.
    private static let argumentFractionBits = 12

    /// Softmax.
    mutating func lowerSoftmax(_ index: Int, _ node: CheckedNode) throws(QuantizationError) {
        let output = node.outputs.lowerBound
        let rank = graph.shape(output).rank
        let isOld = node.call.opset < 13
        let axis = try attribute(node, "axis", isOld ? 1 : -1)
        let place = axis < 0 ? axis + rank : axis
        guard !isOld || place == rank - 1 else {
            throw .unsupportedForm(
                node.place, reason: "before opset 13 Softmax must be over the last axis")
        }
        let x = try activation(try input(node, 0), for: node)
        try emit(
            "Softmax", [x.value], for: output, taking: [index], scale: ScaleRatio.power(-14),
            attributes: Lowering.softmaxAttributes(input: x.scale, axis: place))
    }

    /// The attributes of a Softmax of activations of scale `input`, whose results have 14 bits.
    static func softmaxAttributes(
        input: Double, axis: Int
    ) -> [(String, AttributeValue)] {
        let ratio = ScaleRatio(input * ScaleRatio.power(argumentFractionBits))
        return rescaling([ratio.multiplier], ratio.shift) + [
            ("axis", .int(Int64(axis))), ("fraction_bits", .int(14)), ("product_shift", .int(16)),
            ("high", .tensor(exponentials(step: ScaleRatio.power(8 - argumentFractionBits)))),
            ("low", .tensor(exponentials(step: ScaleRatio.power(-argumentFractionBits)))),
        ]
    }

    /// 2^16 · e^(−i · step) for i from 0 to 255, rounded.
    static func exponentials(step: Double) -> Tensor {
        // Correctly rounded in binary32 by the arithmetic specification: the same everywhere. 24
        // bits are more than the 17 that are kept.
        let arguments = (0..<256).map { Float(-Double($0) * step) }
        let input = Tensor(arguments, shape: [256])
        guard let operation = OperatorRegistry.find("Exp"),
            let outputs = try? operation.run(
                OperatorCall(opset: 13, inputTypes: [input.type]), [input]),
            let values = outputs[0].float32s
        else { preconditionFailure("Exp takes 256 numbers") }
        return Tensor(
            values.map { Int32(QuantizedWeights.rounded(Double($0) * 65_536, 65_536)) },
            shape: [256])
    }

    /// LayerNormalization and RMSNormalization.
    mutating func lowerNormalization(
        _ index: Int, _ node: CheckedNode
    ) throws(QuantizationError) {
        let source = try input(node, 0)
        let rank = graph.shape(source).rank
        let axis = try attribute(node, "axis", -1)
        guard axis == -1 || axis == rank - 1 else {
            throw .unsupportedForm(
                node.place, reason: "normalisation over the last axis alone has a counterpart")
        }
        for value in node.outputs.dropFirst() where graph.escapes(value, from: []) {
            throw .unsupportedForm(node.place, reason: "its statistics cannot be outputs")
        }
        let gain = try graph.numbers(try input(node, 1))?.values
        guard let gain else {
            throw .unsupportedForm(node.place, reason: "its scale must be a constant")
        }
        var bias: [Double]?
        if node.inputs.count > 2, let value = node.inputs[2] {
            bias = try graph.numbers(value)?.values
            guard bias != nil else {
                throw .unsupportedForm(node.place, reason: "its bias must be a constant")
            }
        }
        let length = graph.shape(source).dimensions.last ?? 0
        func each(_ values: [Double]) -> [Double] {
            values.count == 1 ? [Double](repeating: values[0], count: length) : values
        }
        try lowerNormalized(
            source, output: node.outputs.lowerBound, nodes: [index],
            isCentred: node.place.operatorName == "LayerNormalization",
            epsilon: try attribute(node, alpha: "epsilon", default: 1e-5),
            gain: each(gain), bias: bias.map(each), node)
    }

    /// The normalisation whose first node is the one numbered `index`, when its last node, or the
    /// division before a gain, follows from a square root further on.
    func normalization(
        endingAfter index: Int
    ) throws(QuantizationError) -> NormalizationPattern? {
        guard ["ReduceMean", "Mul", "Pow"].contains(graph.nodes[index].place.operatorName) else {
            return nil
        }
        // The pattern is at most seven nodes long before its root; other nodes may stand between.
        for root in graph.nodes.indices.dropFirst(index).prefix(24)
        where graph.nodes[root].place.operatorName == "Sqrt" {
            if let pattern = try NormalizationPattern(around: root, graph),
                pattern.nodes.first == index
            {
                return pattern
            }
        }
        return nil
    }

    /// A normalisation spelt out.
    mutating func lower(_ pattern: NormalizationPattern) throws(QuantizationError) {
        let length = graph.shape(pattern.input).dimensions.last ?? 0
        let last = pattern.nodes[pattern.nodes.count - 1]
        let ones = [Double](repeating: 1, count: length)
        let hasAffine = pattern.gain != nil || pattern.bias != nil
        try lowerNormalized(
            pattern.input, output: pattern.output, nodes: pattern.nodes,
            isCentred: pattern.isCentred, epsilon: pattern.epsilon,
            gain: hasAffine ? pattern.gain ?? ones : nil, bias: pattern.bias, graph.nodes[last])
    }

    private mutating func lowerNormalized(
        _ source: Int, output: Int, nodes: [Int], isCentred: Bool, epsilon: Double,
        gain: [Double]?, bias: [Double]?, _ node: CheckedNode
    ) throws(QuantizationError) {
        let x = try activation(source, for: node)
        let length = Double(graph.shape(source).dimensions.last ?? 1)
        let unit = length / x.scale
        let exact = QuantizedWeights.rounded(epsilon * unit * unit, ScaleRatio.power(61))
        let added = max(exact, 1)
        // √v is at most n · |x|; 16 bits more make the root precise to 2^-16.
        let observed = try magnitude(source, fallback: x.scale * 16_384)
        let largest = max(observed, x.scale) * unit
        let fractionBits = min(max(Int(largest.exponent) + 17, 16), 46)
        // Normalised numbers are at most √n; beyond 16 deviations they saturate.
        let scale = ActivationScale.fitting(min(length.squareRoot(), 16), headroom: 0)
        let shift = fractionBits + Int(scale.exponent)
        var attributes: [(String, AttributeValue)] = [
            ("epsilon", .int(Int64(added))), ("fraction_bits", .int(Int64(fractionBits))),
            ("shift", .int(Int64(max(shift, 0)))),
        ]
        if !isCentred { attributes.append(("centred", .int(0))) }
        guard let gain else {
            try emit(
                "Normalize", [x.value], for: output, taking: nodes, scale: scale,
                attributes: attributes)
            return
        }
        let value = builder.addNode(
            "aivm.integer.Normalize", [x.value], name: node.place.name, attributes: attributes)[0]
        for index in nodes { isDone[index] = true }
        let zeros = [Double](repeating: 0, count: gain.count)
        let normalized = Activation(
            value: value, scale: scale, affine: (gain, bias ?? zeros))
        values[output] = .activation(normalized)
        if try !areProducts(readersOf: output) { _ = try plain(normalized, of: output) }
    }

    /// Whether products with constant weights alone read `value`, so that they can take a gain
    /// over.
    private func areProducts(readersOf value: Int) throws(QuantizationError) -> Bool {
        for index in graph.readers(of: value) {
            let node = graph.nodes[index]
            guard ["MatMul", "Gemm"].contains(node.place.operatorName), node.inputs[0] == value,
                let weights = node.inputs[1], weights != value, graph.isConstant(weights),
                graph.shape(weights).rank == 2
            else { return false }
        }
        return !graph.escapes(value, from: graph.readers(of: value))
    }
}
