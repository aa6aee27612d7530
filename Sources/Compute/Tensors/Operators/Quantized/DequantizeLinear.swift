// DequantizeLinear: y = (x − zero point) · scale. The difference is exact, converted to float32 (to
// nearest), multiplied in float32, and rounded once more where the output is a 16-bit float. ONNX
// DequantizeLinear 10 to 25, for int8, uint8, int16, uint16 and int32.

enum DequantizeLinearOperator: Operator {
    static let name = "DequantizeLinear"
    static let opsets = 10...OperatorRegistry.latestOpset
    /// The type of the scale decides that of the output, unless an attribute does.
    static let isNativeForHalf = true
    static let attributeNames = ["axis", "block_size", "output_dtype"]
    static let inputCount = 2...3
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        if call.opset < 23 { try call.refuse("output_dtype") }
        let x =
            call.opset < 21
            ? try call.type(0, of: .int8, .uint8, .int32)
            : try call.type(0, of: .int8, .uint8, .int16, .uint16, .int32)
        let scale = try call.type(1, of: .float32, .float16, .bfloat16)
        _ = try QuantizationGrid(call, x.shape, scale: scale.shape)
        if call.hasInput(2) {
            let zero = try call.type(2, of: x.element)
            guard zero.shape.elementCount == scale.shape.elementCount else {
                throw .shapeMismatch(
                    reason: "a zero point for each scale",
                    shapes: [scale.shape.dimensions, zero.shape.dimensions])
            }
        }
        let number = try call.attributes.int("output_dtype", default: 0)
        if number == 0 { return [TensorType(scale.element, x.shape)] }
        let named = Int32(exactly: number).flatMap { ElementType(rawValue: $0) }
        guard let named, named == .float32 || named.isHalf else {
            throw .wrongAttribute(name: "output_dtype", reason: "is the element type \(number)")
        }
        return [TensorType(named, x.shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements = work.elements.multipliedSaturating(3)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let x = inputs.required(0)
        let scale = inputs.required(1)
        guard let type = try outputTypes(call).first else { throw .missingInput(index: 0) }
        let rule = ScalingRule(
            input: x, scales: scale.widened.floats, zeros: inputs.optional(2),
            grid: try QuantizationGrid(call, x.shape, scale: scale.shape))
        guard let result = try x.type.element.applying(rule) else {
            throw .wrongInputType(index: 0)
        }
        return [type.element.isHalf ? result.narrowed(to: type.element) : result]
    }
}

private struct ScalingRule: NumericRule {
    let input: Tensor
    let scales: [Float]
    let zeros: Tensor?
    let grid: QuantizationGrid

    /// The integers have at most 32 bits: they and their differences are exact in binary64.
    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        guard let values = Element.values(of: input) else { throw .wrongInputType(index: 0) }
        let zeros = self.zeros.flatMap { Element.values(of: $0) }
        var results = [Float](repeating: 0, count: values.count)
        grid.forEachRun(values.count) { elements, parameter in
            let scale = scales[parameter]
            let zero = zeros?[parameter].double ?? 0
            for index in elements {
                results[index] = Float(values[index].double - zero) * scale
            }
        }
        return Tensor(results, shape: input.shape)
    }
}
