// LayerNormalization and RMSNormalization: each row, made of the axes from `axis` on, is brought to
// deviation 1 and then scaled (and shifted) element by element. The first stage is computed in the
// float type that `stash_type` names, 16-bit types as float32; the second in that of X. ONNX
// LayerNormalization 17, RMSNormalization 23.

import CKernels

/// What both operators read from their calls.
struct LayerNormalizationForm {
    let x: TensorType
    /// The first normalised axis.
    let axis: Int
    let epsilon: Float
    /// The type of the first stage.
    let stash: ElementType

    /// Checks attributes and the shapes of inputs 0 to `lastParameter`.
    init(_ call: OperatorCall, lastParameter: Int) throws(OperatorError) {
        x = try call.anyFloatingType(0)
        axis = try x.shape.axis(try call.attributes.int("axis", default: -1))
        epsilon = try call.attributes.float("epsilon", default: 1e-5)
        let number = try call.attributes.int("stash_type", default: 1)
        let types: [ElementType] = [.float32, .float64, .float16, .bfloat16]
        guard let stash = types.first(where: { Int($0.rawValue) == number }) else {
            throw .wrongAttribute(name: "stash_type", reason: "\(number) is no float type")
        }
        self.stash = stash
        for index in 1...lastParameter where call.hasInput(index) {
            let parameter = try call.anyFloatingType(index).shape
            guard try Shape.broadcast(x.shape, parameter) == x.shape else {
                throw .shapeMismatch(
                    reason: "scale and bias broadcast to X",
                    shapes: [x.shape.dimensions, parameter.dimensions])
            }
        }
    }

    /// Elements of a row.
    var length: Int { x.shape.elementCount(ofAxes: axis..<x.shape.rank) }

    /// Whether a parameter of `shape` has an element for each of a row, leading 1s aside.
    func isWholeRow(_ shape: Shape) -> Bool {
        shape.dimensions.drop { $0 == 1 } == x.shape.dimensions[axis...].drop { $0 == 1 }
    }

    /// The shape of one number for each row.
    func statistics() throws(OperatorError) -> Shape {
        try x.shape.reduced(Array(axis..<x.shape.rank), keeps: true)
    }
}

/// (x − mean) · 1/√(variance + ε) · scale + bias over the axes from `axis` on.
enum LayerNormalizationOperator: Operator {
    static let name = "LayerNormalization"
    static let opsets = 17...OperatorRegistry.latestOpset
    // The statistics have the type of the first stage, whatever X has.
    static let isNativeForHalf = true
    static let attributeNames = ["axis", "epsilon", "stash_type"]
    static let inputCount = 2...3
    static let outputCount = 1...3

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let form = try LayerNormalizationForm(call, lastParameter: 2)
        try call.requireSameElement(1...2)
        let statistics = TensorType(form.stash, try form.statistics())
        return Array([form.x, statistics, statistics].prefix(call.outputCount))
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        let rows = call.optionalType(0)?.shape.elementCount ?? 0
        return call.work(outputs, factor: 5, functions: rows)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let form = try LayerNormalizationForm(call, lastParameter: 2)
        let x = inputs.required(0)
        let scale = inputs.required(1).widened
        let bias = inputs.optional(2)?.widened
        let types = try outputTypes(call)
        guard x.shape.elementCount > 0 else {
            // Rows without elements have no statistics to compute: 0 / 0.
            return try types.enumerated().map { (index, type) throws(OperatorError) in
                try Tensor.filled(type, index == 0 ? 0 : .nan)
            }
        }
        if form.stash != .float64, x.type.element != .float64,
            form.isWholeRow(scale.shape), bias.map({ form.isWholeRow($0.shape) }) ?? true,
            case .float32(let values) = x.widened.storage
        {
            let (result, means, inverses) = kernels.layerNormalization(
                ofRows: values, epsilon: form.epsilon, scale: scale.floats, bias: bias?.floats)
            return try zip(types, [result, means, inverses]).map {
                (type, values) throws(OperatorError) in
                try Tensor(canonical: values, shape: type.shape).cast(to: type.element)
            }
        }
        var outputs = try form.stash.computing(StandardizationRule(x: x, form: form, kernels))
        let stage = ScalingRule(
            normalized: outputs[0], scale: scale, bias: bias, kernels: kernels)
        outputs[0] = try x.type.element.computing(stage)
        return try zip(types, outputs).map { (type, output) throws(OperatorError) in
            try output.cast(to: type.element)
        }
    }
}

extension Tensor {
    /// A tensor of floats that all are `value`.
    static func filled(_ type: TensorType, _ value: Float) throws(OperatorError) -> Tensor {
        let values = [Float](repeating: value, count: type.shape.elementCount)
        return try Tensor(values, shape: type.shape).cast(to: type.element)
    }
}

/// The first stage: rows of mean 0 and deviation 1, with their means and inverse deviations.
private struct StandardizationRule: FloatingRule {
    let x: Tensor
    let form: LayerNormalizationForm
    let kernels: Kernels

    init(x: Tensor, form: LayerNormalizationForm, _ kernels: Kernels) {
        self.x = x
        self.form = form
        self.kernels = kernels
    }

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> [Tensor] {
        let (result, means, inverses) = Element.standardized(
            rows: try Element.converting(x), length: form.length, epsilon: form.epsilon, kernels)
        let shape = try form.statistics()
        return [
            Element.tensor(result, x.shape), Element.tensor(means, shape),
            Element.tensor(inverses, shape),
        ]
    }
}

/// The second stage: scale, then bias.
private struct ScalingRule: FloatingRule {
    let normalized: Tensor
    let scale: Tensor
    let bias: Tensor?
    let kernels: Kernels

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        let shape = normalized.shape
        var values = Element.binary(
            AIVM_MULTIPLY, try Element.converting(normalized), try Element.converting(scale),
            BroadcastPlan(shape, scale.shape, output: shape), kernels)
        if let bias {
            values = Element.binary(
                AIVM_ADD, values, try Element.converting(bias),
                BroadcastPlan(shape, bias.shape, output: shape), kernels)
        }
        return Element.tensor(values, shape)
    }
}

/// x · 1/√(mean of squares + ε) · scale over the axes from `axis` on.
enum RMSNormalizationOperator: Operator {
    static let name = "RMSNormalization"
    static let opsets = 23...OperatorRegistry.latestOpset
    // The result has the type of the scale, whatever X has.
    static let isNativeForHalf = true
    static let attributeNames = ["axis", "epsilon", "stash_type"]
    static let inputCount = 2...2
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let form = try LayerNormalizationForm(call, lastParameter: 1)
        return [TensorType(try call.anyFloatingType(1).element, form.x.shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        let rows = call.optionalType(0)?.shape.elementCount ?? 0
        return call.work(outputs, factor: 4, functions: rows)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let form = try LayerNormalizationForm(call, lastParameter: 1)
        let x = inputs.required(0)
        let type = try outputTypes(call)[0]
        guard x.shape.elementCount > 0 else { return [try Tensor.filled(type, 0)] }
        let rule = RootMeanSquareRule(x: x, form: form, kernels: kernels)
        let stage = ScalingRule(
            normalized: try form.stash.computing(rule), scale: inputs.required(1), bias: nil,
            kernels: kernels)
        return [try type.element.computing(stage).cast(to: type.element)]
    }
}

private struct RootMeanSquareRule: FloatingRule {
    let x: Tensor
    let form: LayerNormalizationForm
    let kernels: Kernels

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        let values = try Element.converting(x)
        let rowCount = values.count / form.length
        let count = Element(form.length)
        let epsilon = Element(form.epsilon)
        let squares = Element.binary(AIVM_MULTIPLY, values, values, kernels)
        let inverses = Element.sums(
            ofRows: squares, length: form.length, rowCount: rowCount, kernels
        ).map { 1 / ($0 / count + epsilon).squareRoot() }
        return Element.tensor(
            Element.binary(
                AIVM_MULTIPLY, rows: rowCount, length: form.length, values, inverses,
                .oneForEachRow, kernels), x.shape)
    }
}
