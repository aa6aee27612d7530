// LinearAttention: instead of all keys a query sees a state, a matrix for each head of keys that
// every position changes: it decays, what it already answers for the key is taken off the value,
// and the outer product of key and value is added. float32 throughout. Rules in
// Documentation/arithmetic.md, section 2, "Attention". ONNX LinearAttention 27.

import CKernels

enum LinearAttentionOperator: Operator {
    static let name = "LinearAttention"
    static let opsets = 27...OperatorRegistry.latestOpset
    // The state may have another float type than the rest.
    static let isNativeForHalf = true
    static let attributeNames = [
        "chunk_size", "kv_num_heads", "q_num_heads", "scale", "update_rule",
    ]
    static let inputCount = 3...6
    static let outputCount = 2...2

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let form = try LinearAttentionForm(call)
        let element = try call.type(0).element
        let result = try Shape([form.batch, form.length, form.queryHeads * form.valueSize])
        return Array(
            [
                TensorType(element, result),
                TensorType(call.optionalType(3)?.element ?? element, form.stateShape),
            ].prefix(call.outputCount))
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.work(outputs, factor: 2, functions: 0)
        guard let form = try? LinearAttentionForm(call) else { return work }
        let state = UInt64(form.stateShape.elementCount)
        let steps = state.multipliedSaturating(form.length)
        let groups = form.queryHeads / form.keyHeads + 1
        work.multiplyAdds = steps.multipliedSaturating(groups)
        work.elements = (work + Work(elements: steps.multipliedSaturating(4))).elements
        work.functions = UInt64(call.optionalType(4)?.shape.elementCount ?? 0)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let form = try LinearAttentionForm(call)
        let types = try outputTypes(call)
        let (result, state) = LinearAttention(form: form, inputs: inputs, kernels: kernels).run()
        let outputs = [
            Tensor(result, shape: types[0].shape), Tensor(state, shape: form.stateShape),
        ]
        return try zip(types, outputs).map { (type, output) throws(OperatorError) in
            try output.cast(to: type.element)
        }
    }
}

private struct LinearAttentionForm {
    let batch: Int
    let length: Int
    let queryHeads: Int
    let keyHeads: Int
    let keySize: Int
    let valueSize: Int
    let stateShape: Shape
    let isGated: Bool
    let isCorrecting: Bool
    let scale: Float
    /// Whether there is a decay for each element of a key, not for each head.
    let decaysByElement: Bool
    /// Whether one update rate serves all heads.
    let sharesRate: Bool

    init(_ call: OperatorCall) throws(OperatorError) {
        let floats: [ElementType] = [.float32, .float16, .bfloat16]
        for index in 0...5 {
            guard let type = call.optionalType(index) else { continue }
            guard floats.contains(type.element), index == 3 || type.shape.rank == 3 else {
                throw .wrongElementType(index: index, actual: type.element, expected: floats)
            }
            if index != 3 { try call.requireSameElement(index...index) }
        }
        let query = try call.type(0).shape.dimensions
        queryHeads = try call.attributes.int("q_num_heads")
        keyHeads = try call.attributes.int("kv_num_heads")
        let (key, value) = (try call.type(1).shape.dimensions, try call.type(2).shape.dimensions)
        guard queryHeads > 0, keyHeads > 0, queryHeads % keyHeads == 0,
            query[2] % queryHeads == 0, value[2] % keyHeads == 0,
            key[2] / keyHeads == query[2] / queryHeads, key[2] % keyHeads == 0,
            Array(key[..<2]) == Array(query[..<2]), Array(value[..<2]) == Array(query[..<2])
        else {
            throw .shapeMismatch(
                reason: "query, key and value fit \(queryHeads) and \(keyHeads) heads",
                shapes: [query, key, value])
        }
        (batch, length) = (query[0], query[1])
        (keySize, valueSize) = (query[2] / queryHeads, value[2] / keyHeads)
        stateShape = try Shape([batch, keyHeads, keySize, valueSize])
        if call.hasInput(3) { try call.require(3, stateShape.dimensions) }
        _ = try call.attributes.int("chunk_size", default: 64)
        let given = try call.attributes.float("scale", default: 0)
        scale = given == 0 ? 1 / Float(keySize).squareRoot() : given

        let rule = try call.attributes.string("update_rule", default: "gated_delta")
        guard ["linear", "gated", "delta", "gated_delta"].contains(rule) else {
            throw .wrongAttribute(name: "update_rule", reason: "is no update rule")
        }
        isGated = rule == "gated" || rule == "gated_delta"
        isCorrecting = rule == "delta" || rule == "gated_delta"
        for (index, isWanted) in [(4, isGated), (5, isCorrecting)]
        where call.hasInput(index) != isWanted {
            guard isWanted else {
                throw .wrongInputValue(index: index, reason: "has no part in the update rule")
            }
            throw .missingInput(index: index)
        }
        let decay = call.optionalType(4)?.shape.dimensions
        decaysByElement = isGated && decay?[2] != keyHeads
        if isGated {
            try call.require(
                4, [batch, length, decaysByElement ? keyHeads * keySize : keyHeads])
        }
        sharesRate = isCorrecting && call.optionalType(5)?.shape.dimensions[2] == 1
        if isCorrecting { try call.require(5, [batch, length, sharesRate ? 1 : keyHeads]) }
    }
}

private struct LinearAttention {
    let form: LinearAttentionForm
    let queries: [Float]
    let keys: [Float]
    let values: [Float]
    let past: [Float]?
    /// exp(decay) and the update rates.
    let factors: [Float]
    let rates: [Float]
    let kernels: Kernels

    init(form: LinearAttentionForm, inputs: [Tensor?], kernels: Kernels) {
        self.form = form
        self.kernels = kernels
        queries = inputs.required(0).widened.floats
        keys = inputs.required(1).widened.floats
        values = inputs.required(2).widened.floats
        past = inputs.optional(3)?.widened.floats
        let decays = inputs.optional(4)?.widened.floats ?? []
        factors = kernels.unary(Int32(AIVM_EXPONENTIAL), decays)
        rates = inputs.optional(5)?.widened.floats ?? []
    }

    /// The results (batch, position, head, element) and the last state.
    func run() -> (result: [Float], state: [Float]) {
        let size = form.keySize * form.valueSize
        let count = form.batch * form.length * form.queryHeads * form.valueSize
        var result = [Float](repeating: 0, count: count)
        var states = past ?? [Float](repeating: 0, count: form.stateShape.elementCount)
        guard size > 0 || count > 0 else { return (result, states) }
        for head in 0..<form.batch * form.keyHeads {
            let (entry, keyHead) = head.quotientAndRemainder(dividingBy: form.keyHeads)
            var state = Array(states[head * size..<(head + 1) * size])
            for step in 0..<form.length {
                let position = entry * form.length + step
                update(&state, position, keyHead)
                read(state, position, keyHead, into: &result)
            }
            states.replaceSubrange(head * size..<(head + 1) * size, with: state)
        }
        return (result, states)
    }

    /// Decay, correction and write of one position.
    private func update(_ state: inout [Float], _ position: Int, _ keyHead: Int) {
        let (keySize, valueSize) = (form.keySize, form.valueSize)
        let place = position * form.keyHeads + keyHead
        if form.isGated {
            for row in 0..<keySize {
                let factor = factors[form.decaysByElement ? place * keySize + row : place]
                for index in row * valueSize..<(row + 1) * valueSize { state[index] *= factor }
            }
        }
        var value = Array(values[place * valueSize..<(place + 1) * valueSize])
        if form.isCorrecting {
            let answer = Float.product(
                1, valueSize, keySize, keys, offset: place * keySize,
                .plain(values: state, offset: 0), kernels)
            let rate = rates[form.sharesRate ? position : place]
            for index in value.indices { value[index] = rate * (value[index] - answer[index]) }
        }
        for row in 0..<keySize {
            let key = keys[place * keySize + row]
            for index in 0..<valueSize { state[row * valueSize + index] += key * value[index] }
        }
    }

    /// The answers of one position to the queries that share a state.
    private func read(
        _ state: [Float], _ position: Int, _ keyHead: Int, into result: inout [Float]
    ) {
        let group = form.queryHeads / form.keyHeads
        let first = position * form.queryHeads + keyHead * group
        let answers = Float.product(
            group, form.valueSize, form.keySize, queries, offset: first * form.keySize,
            .plain(values: state, offset: 0), kernels)
        for (index, answer) in answers.enumerated() {
            result[first * form.valueSize + index] = form.scale * answer
        }
    }
}
