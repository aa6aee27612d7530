// BatchNormalization: each channel (axis 1) is shifted and scaled. With given statistics two
// numbers a channel are worked out first, a = scale / √(variance + ε) and b = bias − mean · a, and
// each element becomes x · a + b, every operation rounded. In training the statistics are those of
// the batch. ONNX opsets 1, 6, 7, 9, 14, 15.

import CKernels

/// Normalisation of each channel over the batch.
enum BatchNormalizationOperator: Operator {
    static let name = "BatchNormalization"
    // From opset 14 on the statistics have a type of their own.
    static let isNativeForHalf = true
    static let attributeNames = [
        "consumed_inputs", "epsilon", "is_test", "momentum", "spatial", "training_mode",
    ]
    static let inputCount = 5...5
    static let outputCount = 1...5

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let form = try BatchNormalizationForm(call)
        let statistics = TensorType(try call.type(3).element, form.parameters)
        let saved = TensorType(form.x.element, form.parameters)
        return Array(
            [form.x, statistics, statistics, saved, saved].prefix(call.outputCount))
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        let channels = call.optionalType(1)?.shape.elementCount ?? 0
        return call.work(outputs, factor: 4, functions: channels)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let form = try BatchNormalizationForm(call)
        let tensors = (0..<5).map { inputs.required($0) }
        let rule = BatchNormalizationRule(form: form, inputs: tensors, kernels: kernels)
        let results = try form.x.element.computing(rule)
        return try zip(try outputTypes(call), results).map { (type, result) throws(OperatorError) in
            try result.cast(to: type.element)
        }
    }
}

/// What a call of BatchNormalization says.
private struct BatchNormalizationForm {
    let x: TensorType
    /// The shape of scale, bias, mean and variance.
    let parameters: Shape
    let epsilon: Float
    let momentum: Float
    let isTraining: Bool

    init(_ call: OperatorCall) throws(OperatorError) {
        x = try call.anyFloatingType(0)
        epsilon = try call.attributes.float("epsilon", default: 1e-5)
        momentum = try call.attributes.float("momentum", default: 0.9)
        let attributes = call.attributes
        if call.opset >= 6 { try call.refuse("consumed_inputs") }
        if call.opset >= 7 { try call.refuse("is_test") }
        if call.opset >= 9 { try call.refuse("spatial") }
        if call.opset < 14 { try call.refuse("training_mode") }
        let isSpatial = try attributes.flag("spatial", default: true)
        switch call.opset {
        case ..<7: isTraining = try !attributes.flag("is_test", default: false)
        case ..<14: isTraining = call.outputCount > 1
        default: isTraining = try attributes.flag("training_mode", default: false)
        }
        let outputs = call.opset < 14 ? 5 : 3
        guard call.outputCount <= (isTraining ? outputs : 1) else {
            throw .wrongOutputCount(
                actual: call.outputCount, expected: 1...(isTraining ? outputs : 1))
        }
        let dimensions = x.shape.dimensions
        guard dimensions.count >= 1 else {
            throw .shapeMismatch(reason: "X has a batch axis", shapes: [dimensions])
        }
        if dimensions.count == 1 {
            parameters = try Shape([1])
        } else {
            parameters = try Shape(isSpatial ? [dimensions[1]] : Array(dimensions[1...]))
        }
        for index in 1...4 {
            _ = try call.anyFloatingType(index)
            try call.require(index, parameters.dimensions)
        }
        if call.opset < 14 { try call.requireSameElement(1...4) }
        let (mean, variance) = (try call.type(3).element, try call.type(4).element)
        guard mean == variance else {
            throw .wrongElementType(index: 4, actual: variance, expected: [mean])
        }
    }

    /// X as planes of equal parameters: element (i, c, j) lies at (i · channels + c) · length + j.
    var channels: Int { parameters.elementCount }
    var length: Int {
        let batch = x.shape.dimensions[0]
        return batch == 0 || channels == 0 ? 0 : x.shape.elementCount / batch / channels
    }
}

private struct BatchNormalizationRule: FloatingRule {
    let form: BatchNormalizationForm
    let inputs: [Tensor]
    let kernels: Kernels

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> [Tensor] {
        let x = try Element.converting(inputs[0])
        let scale = try Element.converting(inputs[1])
        let bias = try Element.converting(inputs[2])
        var mean = try Element.converting(inputs[3])
        var variance = try Element.converting(inputs[4])
        var outputs: [Tensor] = []
        if form.isTraining {
            let current = try statistics(x)
            let weight = Element(form.momentum)
            let rest = 1 - weight
            for (old, new) in [(mean, current.means), (variance, current.variances)] {
                outputs.append(
                    Element.tensor(
                        zip(old, new).map { $0 * weight + $1 * rest }, form.parameters))
            }
            (mean, variance) = (current.means, current.variances)
            outputs.append(Element.tensor(mean, form.parameters))
            outputs.append(Element.tensor(variance, form.parameters))
        }
        let epsilon = Element(form.epsilon)
        let factors = zip(scale, variance).map { $0 / ($1 + epsilon).squareRoot() }
        let offsets = zip(bias, zip(mean, factors)).map { $0 - $1.0 * $1.1 }
        let parameters = try Shape([form.channels, 1])
        let shape = try Shape(
            [x.isEmpty ? 0 : form.x.shape.dimensions[0], form.channels, form.length])
        let plan = BroadcastPlan(shape, parameters, output: shape)
        let scaled = Element.binary(AIVM_MULTIPLY, x, factors, plan, kernels)
        let result = Element.binary(AIVM_ADD, scaled, offsets, plan, kernels)
        return [Element.tensor(result, form.x.shape)] + outputs
    }

    /// Mean and variance of each channel over the batch and the positions, counted row-major.
    private func statistics<Element: FloatingElement>(
        _ x: [Element]
    ) throws(OperatorError) -> (means: [Element], variances: [Element]) {
        let shape = try Shape(
            [x.isEmpty ? 0 : form.x.shape.dimensions[0], form.channels, form.length])
        let rows = AxisRows(shape, axes: [0, 2])
        let values = rows.gather(x)
        let count = Element(rows.length)
        let means = Element.sums(
            ofRows: values, length: rows.length, rowCount: rows.count, kernels
        ).map { $0 / count }
        let centred = Element.binary(
            AIVM_SUBTRACT, rows: rows.count, length: rows.length, values, means, .oneForEachRow,
            kernels)
        let squares = Element.binary(AIVM_MULTIPLY, centred, centred, kernels)
        let variances = Element.sums(
            ofRows: squares, length: rows.length, rowCount: rows.count, kernels
        ).map { $0 / count }
        return (means, variances)
    }
}
