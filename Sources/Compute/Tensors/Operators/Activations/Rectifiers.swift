// PRelu and Shrink: piecewise linear functions that integers have too. ONNX PRelu 1 to 16, Shrink
// 9.

/// slope · x where x < 0, else x; integers wrap. The slope broadcasts to x; before opset 7 it is
/// one number, has the shape of x, or has one number for each channel (axis 1).
enum PReluOperator: Operator {
    static let name = "PRelu"
    static let attributeNames = ["consumed_inputs"]
    static let inputCount = 2...2
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        if call.opset > 5 { try call.refuse("consumed_inputs") }
        let x = try call.type(
            0, of: .float32, .float64, .int32, .int64, .uint32, .uint64)
        _ = try call.type(1, of: x.element)
        let slope = try slopeShape(call)
        guard try Shape.broadcast(x.shape, slope) == x.shape else {
            throw .shapeMismatch(
                reason: "the slope broadcasts to the input",
                shapes: [x.shape.dimensions, slope.dimensions])
        }
        return [x]
    }

    private static func slopeShape(_ call: OperatorCall) throws(OperatorError) -> Shape {
        let x = try call.type(0).shape
        let slope = try call.type(1).shape
        guard call.opset < 7, slope.elementCount != 1, slope != x else { return slope }
        guard x.rank >= 2, slope.dimensions == [x.dimensions[1]] else {
            throw .shapeMismatch(
                reason: "one slope per channel", shapes: [x.dimensions, slope.dimensions])
        }
        return try Shape(slope.dimensions + [Int](repeating: 1, count: x.rank - 2))
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements = work.elements.multipliedSaturating(2)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let rule = SlopeRule(
            input: input, slope: inputs.required(1),
            plan: BroadcastPlan(input.shape, try slopeShape(call), output: input.shape))
        guard let result = try input.type.element.applying(rule) else {
            throw .wrongInputType(index: 0)
        }
        return [result]
    }
}

private struct SlopeRule: NumericRule {
    let input: Tensor
    let slope: Tensor
    let plan: BroadcastPlan

    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        guard let x = Element.values(of: input), let slopes = Element.values(of: slope) else {
            throw .wrongInputType(index: 1)
        }
        let results = plan.map(x, slopes) { $0 < .zero ? $1.multiplied($0) : $0 }
        return Element.tensor(results, input.shape)
    }
}

/// x + bias where x < −lambd, x − bias where lambd < x, else 0. The two parameters are converted to
/// the type of x as Cast does; an unsigned x is never below −lambd.
enum ShrinkOperator: Operator {
    static let name = "Shrink"
    static let opsets = 9...OperatorRegistry.latestOpset
    static let attributeNames = ["bias", "lambd"]
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        _ = try call.attributes.float("bias", default: 0)
        _ = try call.attributes.float("lambd", default: 0.5)
        return [try call.numericType(0)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements = work.elements.multipliedSaturating(2)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let rule = ShrinkRule(
            input: input, bias: try call.attributes.float("bias", default: 0),
            bound: try call.attributes.float("lambd", default: 0.5))
        guard let result = try input.type.element.applying(rule) else {
            throw .wrongInputType(index: 0)
        }
        return [result]
    }
}

private struct ShrinkRule: NumericRule {
    let input: Tensor
    let bias: Float
    let bound: Float

    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        guard let x = Element.values(of: input) else { throw .wrongInputType(index: 0) }
        let bias = Element(floating: Double(bias))
        let upper = Element(floating: Double(bound))
        let lower = Element.zero.subtracting(upper)
        let isSigned = Element.least < .zero
        let results = x.elementwise { x in
            if isSigned, x < lower { return x.adding(bias) }
            return upper < x ? x.subtracting(bias) : .zero
        }
        return Element.tensor(results, input.shape)
    }
}
