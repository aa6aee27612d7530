// Attention: every query looks at all keys at once. Its scores are the dots of the scaled query
// with the scaled keys, then a soft cap, then the masks, then softmax; the result is the dot of the
// probabilities with the values over the keys, ascending. A row of scores is always whole, so that
// neither blocks of keys nor the length of a cache changes a bit. A query that may look at nothing
// gets probabilities of 0. Documentation/arithmetic.md, section 2, "Attention". ONNX Attention 23
// and 24.

import CKernels

/// Attention, and the operators that stand around it.
enum AttentionFamily {
    static let operators: [any Operator.Type] = [
        AttentionOperator.self,
        CausalConvolutionOperator.self,
        LinearAttentionOperator.self,
        RotaryEmbeddingOperator.self,
    ]
}

enum AttentionOperator: Operator {
    static let name = "Attention"
    static let opsets = 23...OperatorRegistry.latestOpset
    // V and the present values may have another float type than Q and K.
    static let isNativeForHalf = true
    static let attributeNames = [
        "is_causal", "kv_num_heads", "q_num_heads", "qk_matmul_output_mode", "scale",
        "softcap", "softmax_precision",
    ]
    static let inputCount = 3...7
    static let outputCount = 1...4

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let form = try AttentionForm(call)
        return Array(try form.outputTypes(call).prefix(call.outputCount))
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.work(outputs, factor: 2, functions: 0)
        guard let form = try? AttentionForm(call) else { return work }
        let rows = UInt64(form.batch).multipliedSaturating(form.queryHeads, form.queryLength)
        let scores = rows.multipliedSaturating(form.keyLength)
        work.multiplyAdds = scores.multipliedSaturating(form.headSize + form.valueSize)
        work.functions = scores.multipliedSaturating(form.softcap > 0 ? 2 : 1)
        work.elements = (work + Work(elements: scores.multipliedSaturating(6))).elements
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let form = try AttentionForm(call)
        let rule = AttentionRule(
            form: form, inputs: inputs, showsScores: call.outputCount > 3, kernels: kernels)
        let results = try inputs.required(0).type.element.computing(rule)
        return try zip(try outputTypes(call), results).map { (type, result) throws(OperatorError) in
            try result.cast(to: type.element).reshaped(to: type.shape)
        }
    }
}

private struct AttentionRule: FloatingRule {
    let form: AttentionForm
    let inputs: [Tensor?]
    let showsScores: Bool
    let kernels: Kernels

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> [Tensor] {
        let queries = apart(
            try Element.converting(inputs.required(0)), form.queryHeads, form.queryLength,
            form.headSize)
        let keys = joined(
            try inputs.optional(4).map { (past) throws(OperatorError) in
                try Element.converting(past)
            },
            apart(
                try Element.converting(inputs.required(1)), form.keyHeads, form.newLength,
                form.headSize), form.headSize)
        let values = joined(
            try inputs.optional(5).map { (past) throws(OperatorError) in
                try Element.converting(past)
            },
            apart(
                try Element.converting(inputs.required(2)), form.keyHeads, form.newLength,
                form.valueSize), form.valueSize)
        var core = AttentionCore<Element>(
            sizes: AttentionSizes(form), scale: form.scale, kernels: kernels)
        core.softcap = Element(form.softcap)
        core.precision = form.precision
        core.mask = try AttentionMask(
            form, mask: inputs.optional(3), keyCounts: inputs.optional(6))
        if showsScores { core.shownStage = form.scoreStage }
        let shapes = try [
            [form.batch, form.queryHeads, form.queryLength, form.valueSize],
            [form.batch, form.keyHeads, form.keyLength, form.headSize],
            [form.batch, form.keyHeads, form.keyLength, form.valueSize],
            [form.batch, form.queryHeads, form.queryLength, form.keyLength],
        ].map { (dimensions) throws(OperatorError) in try Shape(dimensions) }
        // Without results there is no row to work out, however many there would be.
        let isEmpty = shapes[0].elementCount == 0 && (!showsScores || shapes[3].elementCount == 0)
        let (result, scores) = isEmpty ? ([], []) : core.run(queries, keys, values)
        let together = form.isPacked ? packed(result) : result
        return [
            Element.tensor(together, shapes[0]), Element.tensor(keys, shapes[1]),
            Element.tensor(values, shapes[2]),
        ] + (showsScores ? [Element.tensor(scores, shapes[3])] : [])
    }

    /// Heads that lie side by side within a position, each with its positions.
    private func apart<Element>(
        _ values: [Element], _ heads: Int, _ length: Int, _ size: Int
    ) -> [Element] {
        guard form.isPacked else { return values }
        return StridedCopy(
            dimensions: [form.batch, heads, length, size],
            strides: [length * heads * size, size, heads * size, 1], offset: 0
        ).apply(values)
    }

    /// The inverse of `apart` for the result.
    private func packed<Element>(_ values: [Element]) -> [Element] {
        let (heads, length, size) = (form.queryHeads, form.queryLength, form.valueSize)
        return StridedCopy(
            dimensions: [form.batch, length, heads, size],
            strides: [heads * length * size, size, length * size, 1], offset: 0
        ).apply(values)
    }

    /// For each head what is remembered, then what is new.
    private func joined<Element>(_ past: [Element]?, _ new: [Element], _ size: Int) -> [Element] {
        guard let past, form.pastLength > 0 else { return new }
        var result: [Element] = []
        result.reserveCapacity(past.count + new.count)
        let (old, fresh) = (form.pastLength * size, form.newLength * size)
        for head in 0..<form.batch * form.keyHeads {
            result += past[head * old..<(head + 1) * old]
            result += new[head * fresh..<(head + 1) * fresh]
        }
        return result
    }
}
