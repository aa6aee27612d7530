// Which part of the lowering takes a node, and what a person is told when none does.

import Models
import Tensors

extension Lowering {
    /// Operators that only move elements: they run on integers as they are.
    private static let movements = [
        "Expand", "Flatten", "Identity", "Reshape", "Slice", "Split", "Squeeze", "Transpose",
        "Unsqueeze",
    ]

    /// What would do instead of an operator that has no counterpart.
    private static let nearest: [(name: String, advice: String)] = [
        ("Attention", "export it as MatMul, Softmax, MatMul"),
        ("Cast", "let the model take float32 numbers"),
        ("ConvTranspose", "Conv after Resize by repetition has one"),
        ("ConvInteger", "QLinearConv, whose ranges are fixed, has one"),
        ("DynamicQuantizeLinear", "QuantizeLinear, whose ranges are fixed, has one"),
        ("Einsum", "MatMul with Transpose and Reshape has one"),
        ("GRU", "unrolled into MatMul, Sigmoid and Tanh it has"),
        ("InstanceNormalization", "LayerNormalization over the last axis has one"),
        ("GroupNormalization", "LayerNormalization over the last axis has one"),
        ("LSTM", "unrolled into MatMul, Sigmoid and Tanh it has"),
        ("LogSoftmax", "Softmax has one, and the same order of classes"),
        ("MatMulInteger", "QLinearMatMul, whose ranges are fixed, has one"),
        ("MultiHeadAttention", "export it as MatMul, Softmax, MatMul"),
        ("Pad", "give Conv, MaxPool or AveragePool the padding as their attribute pads"),
        ("ReduceMax", "MaxPool has one"),
        ("ReduceSum", "ReduceMean has one"),
        ("Resize", "ConvTranspose and Resize must be part of what prepares the input"),
        ("TopK", "ArgMax has one"),
        ("Where", "one has it by a constant condition with a constant; Add of a mask as well"),
    ]

    /// Lowers the node numbered `index`.
    mutating func lower(_ index: Int, _ node: CheckedNode) throws(QuantizationError) {
        if let pattern = try normalization(endingAfter: index) {
            try lower(pattern)
            return
        }
        switch node.place.operatorName {
        case "MatMul", "Gemm": try lowerProduct(index, node)
        case "Conv": try lowerConvolution(index, node)
        case "BatchNormalization": try lowerBatchNormalization(index, node)
        case "Softmax": try lowerSoftmax(index, node)
        case "LayerNormalization", "RMSNormalization", "SimplifiedLayerNormalization":
            try lowerNormalization(index, node)
        case "MaxPool", "GlobalMaxPool": try lowerMaxPool(index, node)
        case "AveragePool": try lowerAveragePool(index, node)
        case "GlobalAveragePool", "ReduceMean": try lowerMean(index, node)
        case "Concat": try lowerConcat(index, node)
        case "Gather": try lowerGather(index, node)
        case "ArgMax", "ArgMin": try lowerPosition(index, node)
        case "QuantizeLinear": try lowerQuantize(index, node)
        case "DequantizeLinear": try lowerDequantize(index, node)
        case "QLinearConv", "QLinearMatMul": try lowerQuantizedProduct(index, node)
        case "Dropout": try lowerDropout(index, node)
        case "Where": try lowerChoice(index, node)
        case "ai.onnx.ml.TreeEnsemble", "ai.onnx.ml.TreeEnsembleClassifier",
            "ai.onnx.ml.TreeEnsembleRegressor":
            try lowerTrees(index, node)
        case let name where Lowering.movements.contains(name): try lowerMovement(index, node)
        default:
            if try lowerPointwise(index, node) { return }
            try lowerPair(index, node)
        }
    }

    /// The refusal of a node.
    func unsupported(_ node: CheckedNode) -> QuantizationError {
        let advice = Lowering.nearest.first { $0.name == node.place.operatorName }?.advice
        return .unsupported(
            node.place,
            nearest: advice
                ?? "supported are functions of one number, Add, Sub, Mul, MatMul, Gemm, Conv, "
                + "Softmax, LayerNormalization, pooling, Concat, Gather and reshapes")
    }

    /// The float value that input `position` of `node` is.
    func input(_ node: CheckedNode, _ position: Int) throws(QuantizationError) -> Int {
        guard position < node.inputs.count, let value = node.inputs[position] else {
            throw .unsupportedForm(node.place, reason: "input \(position) is left out")
        }
        return value
    }

    /// The activation that a float value has become, without a pending gain.
    mutating func activation(
        _ value: Int, for node: CheckedNode
    ) throws(QuantizationError) -> Activation {
        guard case .activation(let activation) = values[value] else { throw unsupported(node) }
        return try plain(activation, of: value)
    }

    /// The activation that a float value has become, or the constant that it is.
    ///
    /// - Parameter limit: constants beyond it count as it.
    mutating func operand(
        _ value: Int, for node: CheckedNode, limit: Double = .infinity
    ) throws(QuantizationError) -> Activation {
        guard let numbers = try graph.numbers(value) else {
            return try activation(value, for: node)
        }
        let bounded = numbers.values.map { min(max($0, -limit), limit) }
        return constant(bounded, numbers.shape, name: node.place.name)
    }

    /// A constant activation.
    mutating func constant(
        _ numbers: [Double], _ shape: Shape, name: String
    ) -> Activation {
        let magnitude = numbers.reduce(0) { max($0, abs($1)) }
        let scale = ActivationScale.fitting(magnitude, headroom: 0)
        let integers = numbers.map { Int16(QuantizedWeights.rounded($0 / scale, 32_767)) }
        let value = builder.addConstant(name, Tensor(integers, shape: shape))
        return Activation(value: value, scale: scale)
    }

    /// `activation` with its pending gain and bias carried out.
    mutating func plain(
        _ activation: Activation, of value: Int
    ) throws(QuantizationError) -> Activation {
        guard let affine = activation.affine else { return activation }
        let gains = constant(affine.gain, [affine.gain.count], name: "gain")
        let output = try outputScale(value)
        let product = activation.scale * gains.scale
        let addends = affine.bias.map {
            Int32(QuantizedWeights.rounded($0 / product, Double(Int32.max)))
        }
        let addend = builder.addConstant("bias", Tensor(addends, shape: [addends.count]))
        let ratio = ScaleRatio(product / output)
        let result = builder.addNode(
            "aivm.integer.Mul", [activation.value, gains.value, addend],
            attributes: Lowering.rescaling([ratio.multiplier], ratio.shift))[0]
        record(
            result, floatValue: value, name: "value \(value)", operatorNames: ["Mul", "Add"],
            scale: output)
        let settled = Activation(value: result, scale: output)
        values[value] = .activation(settled)
        return settled
    }

    /// `activation` at another scale.
    mutating func rescaled(
        _ activation: Activation, to scale: Double, name: String
    ) -> Activation {
        let ratio = ScaleRatio(activation.scale / scale)
        let value = builder.addNode(
            "aivm.integer.Rescale", [activation.value], name: name,
            attributes: Lowering.rescaling([ratio.multiplier], ratio.shift))[0]
        return Activation(value: value, scale: scale)
    }
}
