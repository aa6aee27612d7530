// LpPool and GlobalLpPool: the p-norm of windows and of whole planes.

/// (Σ |x|^p)^(1/p), the sum by the reduction rule. For p = 1 and 2 without powers: |x|, and the
/// square root of the sum of x · x.
struct PowerNorm {
    let power: Double

    /// The attribute `p`: a float in opset 1, then an integer; positive.
    init(_ call: OperatorCall) throws(OperatorError) {
        power =
            call.opset < 2
            ? Double(try call.attributes.float("p", default: 2))
            : Double(try call.attributes.int("p", default: 2))
        guard power > 0, power <= 0x1p24 else {
            throw .wrongAttribute(name: "p", reason: "is \(power)")
        }
    }

    /// The norm of `values`.
    func apply<Real: FloatingElement>(_ values: [Real]) -> Real {
        if power == 1 { return values.map { $0.magnitude }.laneSum(values.indices) }
        if power == 2 { return values.map { $0 * $0 }.laneSum(values.indices).squareRoot() }
        let exponent = Real(power)
        let sum = values.map { Real.power($0.magnitude, exponent) }.laneSum(values.indices)
        return Real.power(sum, 1 / exponent)
    }
}

/// The p-norm of each window; padding takes no part.
enum LpPoolOperator: Operator {
    static let name = "LpPool"
    static let attributeNames = [
        "auto_pad", "ceil_mode", "dilations", "kernel_shape", "p", "pads", "strides",
    ]
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let x = try call.type(0, of: .float32, .float64)
        if call.opset < 18 { try call.refuse("ceil_mode", "dilations") }
        _ = try PowerNorm(call)
        return [TensorType(x.element, try WindowGeometry.pooling(call, x.shape).shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = MaxPoolOperator.work(call, outputs: outputs)
        if let norm = try? PowerNorm(call), norm.power > 2 || norm.power < 1 {
            work.functions = work.elements
        }
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let (geometry, shape) = try WindowGeometry.pooling(call, input.shape)
        let rule = NormRule(
            norm: try PowerNorm(call), input: input, geometry: geometry, shape: shape)
        return [try input.type.element.computing(rule)]
    }
}

private struct NormRule: FloatingRule {
    let norm: PowerNorm
    let input: Tensor
    /// The windows; `nil` for whole planes.
    let geometry: WindowGeometry?
    let shape: Shape

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        let x = try Element.converting(input)
        if let geometry {
            let result = geometry.reduced(x, shape: shape, countsPadding: false, norm.apply)
            return Element.tensor(result, shape)
        }
        let length = input.shape.elementCount(ofAxes: 2..<input.shape.rank)
        let result = (0..<shape.elementCount).map {
            norm.apply(Array(x[$0 * length..<($0 + 1) * length]))
        }
        return Element.tensor(result, shape)
    }
}

/// The p-norm of each plane.
enum GlobalLpPoolOperator: GlobalPooling {
    static let name = "GlobalLpPool"
    static let attributeNames = ["p"]

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        _ = try PowerNorm(call)
        return [try planes(call)]
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let type = try planes(call)
        let rule = NormRule(
            norm: try PowerNorm(call), input: inputs.required(0), geometry: nil, shape: type.shape)
        return [try type.element.computing(rule)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.functions = UInt64(call.optionalType(0)?.shape.elementCount ?? 0) + work.elements
        return work
    }
}
