// Dropout. In inference the output is the input. In training mode element i is kept when the i-th
// number of MT19937 (`MersenneTwister.swift`) for the attribute `seed`, default 0, is at least the
// ratio; the output is ((kept ? 1 : 0) · x) · scale with scale = 1 / (1 − ratio), all in the type
// of x but the scale, which is computed in the type of the ratio. These are the numbers of NumPy's
// `RandomState(seed).uniform(0, 1, shape)`. ONNX 1 to 22.
//
// Before opset 12 only inference has a meaning here: `is_test` 0 asked for a choice that ONNX did
// not define, and the machine does not train.

/// Dropout with its mask.
enum DropoutOperator: Operator {
    static let name = "Dropout"
    /// Data and ratio may be of different 16-bit types.
    static let isNativeForHalf = true
    static let attributeNames = ["consumed_inputs", "is_test", "ratio", "seed"]
    static let inputCount = 1...3
    static let outputCount = 1...2

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        if call.opset >= 6 { try call.refuse("consumed_inputs") }
        if call.opset >= 7 { try call.refuse("is_test") }
        let data = try call.type(0, of: .float32, .float64, .float16, .bfloat16)
        if call.opset < 12 {
            try call.refuse("seed")
            guard call.inputTypes.count == 1 else {
                throw .wrongInputCount(actual: call.inputTypes.count, expected: 1...1)
            }
            _ = try call.attributes.int("is_test", default: 0)
            _ = try call.attributes.float("ratio", default: 0.5)
        } else {
            try call.refuse("ratio")
            _ = try call.attributes.int("seed", default: 0)
            try checkSingle(call, 1, [.float32, .float64, .float16, .bfloat16])
            try checkSingle(call, 2, [.bool])
        }
        // Before opset 10 the mask has the type of the data.
        let mask = TensorType(call.opset < 10 ? data.element : .bool, data.shape)
        return Array([data, mask].prefix(call.outputCount))
    }

    private static func checkSingle(
        _ call: OperatorCall, _ index: Int, _ elements: [ElementType]
    ) throws(OperatorError) {
        guard let type = call.optionalType(index) else { return }
        guard elements.contains(type.element) else {
            throw .wrongElementType(index: index, actual: type.element, expected: elements)
        }
        guard type.shape.elementCount == 1 else {
            throw .shapeMismatch(reason: "one value", shapes: [type.shape.dimensions])
        }
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        // Two draws for each element.
        work.elements = work.elements.multipliedSaturating(8)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let data = inputs.required(0)
        let isTraining = call.opset >= 12 && inputs.optional(2)?.bools?.first ?? false
        let ratio = inputs.optional(1)?.widened ?? Tensor([0.5], shape: [])
        let share = ratio.float64s?.first ?? Double(ratio.float32s?.first ?? 0)
        var kept = [Bool](repeating: true, count: data.shape.elementCount)
        var result = data
        if isTraining, share != 0 {
            guard share > 0, share < 1 else {
                throw .wrongInputValue(index: 1, reason: "the ratio is not in [0, 1)")
            }
            let seed = try call.attributes.int("seed", default: 0)
            guard let seed = UInt32(exactly: seed) else {
                throw .wrongAttribute(name: "seed", reason: "is not in 0 ..< 2³²")
            }
            var numbers = MersenneTwister(seed: seed)
            for index in kept.indices { kept[index] = numbers.nextUniform() >= share }
            let scale =
                ratio.float64s == nil ? Double(1 / (1 - Float(share))) : 1 / (1 - share)
            let rule = DropRule(input: data.widened, kept: kept, scale: scale)
            guard let wide = try data.widened.type.element.applying(rule) else {
                throw .wrongInputType(index: 0)
            }
            result = data.type.element.isHalf ? wide.narrowed(to: data.type.element) : wide
        }
        let mask = Tensor(kept, shape: data.shape)
        let maskOutput = call.opset < 10 ? try mask.cast(to: data.type.element) : mask
        return Array([result, maskOutput].prefix(call.outputCount))
    }
}

private struct DropRule: FloatingRule {
    let input: Tensor
    let kept: [Bool]
    let scale: Double

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        guard var values = Element.values(of: input) else { throw .wrongInputType(index: 0) }
        let scale = Element(scale)
        for index in values.indices {
            values[index] = ((kept[index] ? 1 : 0) * values[index]) * scale
        }
        return Element.tensor(values, input.shape)
    }
}
