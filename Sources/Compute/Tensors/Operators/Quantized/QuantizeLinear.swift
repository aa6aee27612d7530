// QuantizeLinear and DynamicQuantizeLinear: y = saturate(round(x / scale) + zero point), round to
// nearest even. The target types are int8, uint8, int16 and uint16.
//
// x and the scale are converted to the type of the attribute `precision`, or else of the scale (an
// int32 scale counts as float32), and divided in it: one rounding. A NaN quotient counts as 0. The
// sum with the zero point is exact. ONNX QuantizeLinear 10 to 25, DynamicQuantizeLinear 11.

/// The operators of quantised tensors.
enum QuantizationFamily {
    static let operators: [any Operator.Type] = [
        ConvIntegerOperator.self,
        DequantizeLinearOperator.self,
        DynamicQuantizeLinearOperator.self,
        MatMulIntegerOperator.self,
        QLinearConvOperator.self,
        QLinearMatMulOperator.self,
        QuantizeLinearOperator.self,
    ]
}

enum QuantizeLinearOperator: Operator {
    static let name = "QuantizeLinear"
    static let opsets = 10...OperatorRegistry.latestOpset
    /// The type of the scale decides how the quotient is rounded.
    static let isNativeForHalf = true
    static let attributeNames = ["axis", "block_size", "output_dtype", "precision", "saturate"]
    static let inputCount = 2...3
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        if call.opset < 19 { try call.refuse("saturate") }
        if call.opset < 21 { try call.refuse("output_dtype") }
        if call.opset < 23 { try call.refuse("precision") }
        // It concerns floats of 8 bits, which are not among the element types.
        _ = try call.attributes.flag("saturate", default: true)
        _ = try precision(call)
        let x = try call.type(0, of: .float32, .float16, .bfloat16, .int32)
        let scale = try call.type(1, of: .float32, .float16, .bfloat16, .int32)
        _ = try QuantizationGrid(call, x.shape, scale: scale.shape)
        let target = try target(call)
        if let zero = call.optionalType(2) {
            guard zero.shape.elementCount == scale.shape.elementCount else {
                throw .shapeMismatch(
                    reason: "a zero point for each scale",
                    shapes: [scale.shape.dimensions, zero.shape.dimensions])
            }
        }
        return [TensorType(target, x.shape)]
    }

    private static func target(_ call: OperatorCall) throws(OperatorError) -> ElementType {
        let taken: [ElementType] =
            call.opset < 21 ? [.uint8, .int8] : [.uint8, .int8, .uint16, .int16]
        let number = try call.attributes.int("output_dtype", default: 0)
        let named = Int32(exactly: number).flatMap { ElementType(rawValue: $0) }
        let zero = call.optionalType(2)?.element
        guard number == 0 || (named != nil && (zero == nil || zero == named)) else {
            throw .wrongAttribute(name: "output_dtype", reason: "is the element type \(number)")
        }
        let target = zero ?? named ?? .uint8
        guard taken.contains(target) else {
            throw .wrongElementType(index: 2, actual: target, expected: taken)
        }
        return target
    }

    /// The type in which the quotient is computed.
    private static func precision(_ call: OperatorCall) throws(OperatorError) -> ElementType {
        let number = try call.attributes.int("precision", default: 0)
        let scale = try call.type(1).element
        if number == 0 { return scale.isHalf ? scale : .float32 }
        let named = Int32(exactly: number).flatMap { ElementType(rawValue: $0) }
        guard let named, named == .float32 || named.isHalf else {
            throw .wrongAttribute(name: "precision", reason: "is the element type \(number)")
        }
        return named
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements = work.elements.multipliedSaturating(4)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let x = inputs.required(0)
        let scale = inputs.required(1)
        let precision = try precision(call)
        func numbers(_ tensor: Tensor) throws(OperatorError) -> [Float] {
            try tensor.cast(to: precision).cast(to: .float32).floats
        }
        let rule = RoundingRule(
            values: try numbers(x), scales: try numbers(scale), zeros: inputs.optional(2),
            grid: try QuantizationGrid(call, x.shape, scale: scale.shape),
            precision: precision, shape: x.shape)
        guard let result = try target(call).applying(rule) else {
            throw .wrongInputType(index: 2)
        }
        return [result]
    }
}

/// Divides, rounds and saturates.
private struct RoundingRule: QuantizedRule {
    let values: [Float]
    let scales: [Float]
    let zeros: Tensor?
    let grid: QuantizationGrid
    let precision: ElementType
    let shape: Shape

    func apply<Element: QuantizedElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        let zeros = self.zeros.flatMap { Element.values(of: $0) }
        var results = [Element](repeating: .zero, count: values.count)
        grid.forEachRun(values.count) { elements, parameter in
            let scale = scales[parameter]
            let zero = zeros?[parameter] ?? 0
            for index in elements {
                let quotient = rounded(values[index] / scale)
                results[index] = Element(saturating: quotient, zero: zero)
            }
        }
        return Element.tensor(results, shape)
    }

    /// A quotient of two 16-bit floats rounded to float32 and then to 16 bits is rounded as if
    /// once: 24 bits are more than twice 11 and two.
    private func rounded(_ quotient: Float) -> Float {
        guard precision.isHalf else { return quotient }
        return HalfPrecision.float(HalfPrecision.bits(quotient, precision), precision)
    }
}

/// The scale (max − min) / 255 of the range of x with 0, the zero point round(saturate(0 − min /
/// scale)), and x quantised with them to uint8. An empty range has the scale 1.
enum DynamicQuantizeLinearOperator: Operator {
    static let name = "DynamicQuantizeLinear"
    static let opsets = 11...OperatorRegistry.latestOpset
    static let attributeNames: [String] = []
    static let inputCount = 1...1
    static let outputCount = 3...3

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let x = try call.type(0, of: .float32)
        return [
            TensorType(.uint8, x.shape), TensorType(.float32, .scalar),
            TensorType(.uint8, .scalar),
        ]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements = work.elements.multipliedSaturating(6)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let x = input.floats
        let most = x.reduce(0 as Float) { $0.maximum($1) }
        let least = x.reduce(0 as Float) { $0.minimum($1) }
        let scale: Float = most == least ? 1 : (most - least) / 255
        let zero = UInt8(saturating: 0 - least / scale, zero: 0)
        let results = x.map { UInt8(saturating: $0 / scale, zero: zero) }
        return [
            Tensor(results, shape: input.shape), Tensor([scale], shape: .scalar),
            Tensor([zero], shape: .scalar),
        ]
    }
}
