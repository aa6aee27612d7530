// Cast, CastLike and Clip. The conversions themselves are in `Tensor+Cast.swift`.

/// The conversions.
enum ConversionFamily {
    static let operators: [any Operator.Type] = [
        CastLikeOperator.self,
        CastOperator.self,
        ClipOperator.self,
    ]
}

/// Conversion to the element type `to`.
enum CastOperator: Operator {
    static let name = "Cast"
    static let isNativeForHalf = true
    static let attributeNames = ["round_mode", "saturate", "to"]
    static let inputCount = 1...1
    static let outputCount = 1...1

    private static func target(_ call: OperatorCall) throws(OperatorError) -> ElementType {
        if call.opset < 19 { try call.refuse("saturate") }
        if call.opset < 24 { try call.refuse("round_mode") }
        // Both concern floats of 8 bits and fewer, which are not among the element types.
        _ = try call.attributes.flag("saturate", default: true)
        _ = try call.attributes.string("round_mode", default: "up")
        if call.opset < 6 {
            let name = try call.attributes.string("to", default: "")
            guard let type = ElementType(name: name == "DOUBLE" ? "float64" : legacyName(name))
            else { throw .wrongAttribute(name: "to", reason: "is \(name.prefix(20))") }
            return type
        }
        let number = try call.attributes.int("to")
        guard let exact = Int32(exactly: number), let type = ElementType(rawValue: exact) else {
            throw .wrongAttribute(name: "to", reason: "is the element type \(number)")
        }
        return type
    }

    private static func legacyName(_ name: String) -> String {
        name == "FLOAT" ? "float32" : name.lowercased()
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
        [try inputs.required(0).cast(to: try target(call))]
    }
}

/// Conversion to the element type of the second input.
enum CastLikeOperator: Operator {
    static let name = "CastLike"
    static let opsets = 15...OperatorRegistry.latestOpset
    static let isNativeForHalf = true
    static let attributeNames = ["round_mode", "saturate"]
    static let inputCount = 2...2
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        _ = try call.attributes.flag("saturate", default: true)
        _ = try call.attributes.string("round_mode", default: "up")
        return [TensorType(try call.type(1).element, try call.type(0).shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        [try inputs.required(0).cast(to: try call.type(1).element)]
    }
}

/// The smaller of `max` and the larger of x and `min`; NaN stays NaN, a NaN bound does not bind;
/// where min > max, max. Bounds are attributes before opset 11, then inputs of one element.
enum ClipOperator: Operator {
    static let name = "Clip"
    static let attributeNames = ["consumed_inputs", "max", "min"]
    static let inputCount = 1...3
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        if call.opset > 5 { try call.refuse("consumed_inputs") }
        let type = call.opset < 12 ? try call.floatType(0) : try call.numericType(0)
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
                throw .shapeMismatch(
                    reason: "a bound is one number",
                    shapes: [
                        bound.shape.dimensions
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
        var rule = ClipRule(input: input, low: inputs.optional(1), high: inputs.optional(2))
        if call.opset < 11 {
            let low = try call.attributes.float("min", default: -.infinity)
            let high = try call.attributes.float("max", default: .infinity)
            rule.low = try Tensor([low], shape: []).cast(to: input.type.element)
            rule.high = try Tensor([high], shape: []).cast(to: input.type.element)
        }
        guard let result = try input.type.element.applying(rule) else {
            throw .wrongInputType(index: 0)
        }
        return [result]
    }
}

private struct ClipRule: NumericRule {
    let input: Tensor
    var low: Tensor?
    var high: Tensor?

    /// Comparisons with a NaN bound are false, so such a bound does not bind.
    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        guard let values = Element.values(of: input) else { throw .wrongInputType(index: 0) }
        let least = low.flatMap { Element.values(of: $0)?.first } ?? Element.least
        let most = high.flatMap { Element.values(of: $0)?.first } ?? Element.greatest
        let clipped = values.elementwise { value in
            let raised = value < least ? least : value
            return raised > most ? most : raised
        }
        return Element.tensor(clipped, input.shape)
    }
}
