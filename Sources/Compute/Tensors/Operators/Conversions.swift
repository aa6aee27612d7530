// Cast and Clip. Where ONNX leaves a conversion undefined, this defines it: from float32 to
// integers truncates toward zero, saturates and takes NaN to 0; between integers keeps the low
// bits. ONNX Cast 9 to 22, Clip 6 to 22.

/// Conversion to the element type `to`.
enum CastOperator: Operator {
    static let name = "Cast"
    static let opsets = 9...22
    static let attributeNames = ["saturate", "to"]
    static let inputCount = 1...1
    static let outputCount = 1...1

    private static func target(_ call: OperatorCall) throws(OperatorError) -> ElementType {
        if call.opset < 19 { try call.refuse("saturate") }
        // `saturate` concerns 8-bit floats only, which are not among the element types.
        _ = try call.attributes.flag("saturate", default: true)
        let number = try call.attributes.int("to")
        guard let exact = Int32(exactly: number), let type = ElementType(rawValue: exact) else {
            throw .wrongAttribute(name: "to", reason: "is the element type \(number)")
        }
        return type
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [TensorType(try target(call), try call.type(0).shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let target = try target(call)
        if target == input.type.element { return [input] }
        switch input.storage {
        case .float32(let values): return [fromFloats(values, to: target, shape: input.shape)]
        case .uint8(let values): return [fromIntegers(values, to: target, shape: input.shape)]
        case .int8(let values): return [fromIntegers(values, to: target, shape: input.shape)]
        case .int32(let values): return [fromIntegers(values, to: target, shape: input.shape)]
        case .int64(let values): return [fromIntegers(values, to: target, shape: input.shape)]
        case .bool(let values): return [fromIntegers(values, to: target, shape: input.shape)]
        }
    }

    private static func saturating<Integer: FixedWidthInteger>(_ x: Float) -> Integer {
        if let value = Integer(exactly: x.rounded(.towardZero)) { return value }
        return x.isNaN ? 0 : x < 0 ? .min : .max
    }

    private static func fromFloats(
        _ values: [Float], to target: ElementType, shape: Shape
    ) -> Tensor {
        switch target {
        case .float32: Tensor(values, shape: shape)
        case .uint8: Tensor(values.map { saturating($0) as UInt8 }, shape: shape)
        case .int8: Tensor(values.map { saturating($0) as Int8 }, shape: shape)
        case .int32: Tensor(values.map { saturating($0) as Int32 }, shape: shape)
        case .int64: Tensor(values.map { saturating($0) as Int64 }, shape: shape)
        case .bool: Tensor(boolBytes: values.map { $0 != 0 ? 1 : 0 }, shape: shape)
        }
    }

    private static func fromIntegers<Integer: FixedWidthInteger>(
        _ values: [Integer], to target: ElementType, shape: Shape
    ) -> Tensor {
        switch target {
        case .float32: Tensor(canonical: values.map { Float($0) }, shape: shape)
        case .uint8: Tensor(values.map { UInt8(truncatingIfNeeded: $0) }, shape: shape)
        case .int8: Tensor(values.map { Int8(truncatingIfNeeded: $0) }, shape: shape)
        case .int32: Tensor(values.map { Int32(truncatingIfNeeded: $0) }, shape: shape)
        case .int64: Tensor(values.map { Int64(truncatingIfNeeded: $0) }, shape: shape)
        case .bool: Tensor(boolBytes: values.map { $0 != 0 ? 1 : 0 }, shape: shape)
        }
    }
}

/// The smaller of `max` and the larger of x and `min`; NaN stays NaN; where min > max, max.
enum ClipOperator: Operator {
    static let name = "Clip"
    static let opsets = 9...22
    static let attributeNames = ["max", "min"]
    static let inputCount = 1...3
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type =
            call.opset < 12
            ? try call.type(0, of: .float32)
            : try call.type(0, of: .float32, .int32, .int64, .uint8, .int8)
        if call.opset < 11 {
            guard call.inputTypes.count == 1 else {
                throw .wrongInputCount(actual: call.inputTypes.count, expected: 1...1)
            }
            _ = try call.attributes.float("min", default: 0)
            _ = try call.attributes.float("max", default: 0)
            return [type]
        }
        try call.refuse("max", "min")
        for index in 1...2 where call.hasInput(index) {
            let bound = try call.type(index)
            guard bound.element == type.element else {
                throw .wrongElementType(
                    index: index, actual: bound.element, expected: [type.element])
            }
            guard bound.shape.elementCount == 1, bound.shape.rank <= 1 else {
                throw .shapeMismatch(reason: "a bound is one number", shapes: [
                    bound.shape.dimensions,
                ])
            }
        }
        return [type]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let (low, high) = (inputs.optional(1), inputs.optional(2))
        func clipped<Integer: FixedWidthInteger>(
            _ values: [Integer], _ low: Integer?, _ high: Integer?
        ) -> [Integer] {
            values.map { min(max($0, low ?? .min), high ?? .max) }
        }
        switch input.storage {
        case .int32(let x):
            let result = clipped(x, low?.int32s?.first, high?.int32s?.first)
            return [Tensor(result, shape: input.shape)]
        case .int64(let x):
            let result = clipped(x, low?.int64s?.first, high?.int64s?.first)
            return [Tensor(result, shape: input.shape)]
        case .uint8(let x):
            let result = clipped(x, low?.uint8s?.first, high?.uint8s?.first)
            return [Tensor(result, shape: input.shape)]
        case .int8(let x):
            let result = clipped(x, low?.int8s?.first, high?.int8s?.first)
            return [Tensor(result, shape: input.shape)]
        default:
            let least = low?.float32s?.first ?? -.infinity
            let most = high?.float32s?.first ?? .infinity
            let bounds = (
                try call.attributes.float("min", default: least),
                try call.attributes.float("max", default: most)
            )
            return [Tensor(input.floats.map { bounded($0, bounds) }, shape: input.shape)]
        }
    }

    /// Comparisons with a NaN bound are false, so such a bound does not bind.
    private static func bounded(_ x: Float, _ bounds: (low: Float, high: Float)) -> Float {
        let raised = x < bounds.low ? bounds.low : x
        return raised > bounds.high ? bounds.high : raised
    }
}
