// Add, Mul, Rescale: the elementwise operators of the integer profile, with broadcasting. Their
// accumulators are at most 2^15 · (|M₀| + |M₁|), 2^30 + 2^31 and 2^15 in magnitude.

/// y = clamp(⌊(a · M₀ + b · M₁ + h) / 2^s⌋).
enum IntegerAddOperator: Operator {
    static let name = "aivm.integer.Add"
    static let attributeNames = Rescaling.attributeNames
    static let inputCount = 2...2
    static let outputCount = 1...1

    /// Two multipliers of either sign.
    private static func rescaling(_ call: OperatorCall) throws(OperatorError) -> Rescaling {
        let rescaling = try Rescaling(call, channels: 2, bound: 1 << 16, takesNegative: true)
        guard rescaling.multipliers.count == 2 else {
            throw .wrongAttribute(name: "multipliers", reason: "holds one for each addend")
        }
        return rescaling
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        _ = try rescaling(call)
        return [try call.broadcastActivations()]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements = work.elements.multipliedSaturating(3)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let rescaling = try rescaling(call)
        let (first, second) = (rescaling.multipliers[0], rescaling.multipliers[1])
        let (a, b) = (inputs.required(0), inputs.required(1))
        let shape = try Shape.broadcast(a.shape, b.shape)
        let plan = BroadcastPlan(a.shape, b.shape, output: shape)
        let results = plan.map(a.activations, b.activations) { x, y in
            rescaling.result(product: Int64(x) &* first &+ Int64(y) &* second)
        }
        return [Tensor(results, shape: shape)]
    }
}

/// y = R(a · b + c).
enum IntegerMulOperator: Operator {
    static let name = "aivm.integer.Mul"
    static let attributeNames = Rescaling.attributeNames
    static let inputCount = 2...3
    static let outputCount = 1...1

    private static func rescaling(_ call: OperatorCall) throws(OperatorError) -> Rescaling {
        try Rescaling(call, channels: 1, bound: 1 << 30 + 1 << 31)
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        _ = try rescaling(call)
        let type = try call.broadcastActivations()
        if call.hasInput(2) {
            let addend = try call.type(2, of: .int32).shape
            guard try Shape.broadcast(type.shape, addend) == type.shape else {
                throw .shapeMismatch(
                    reason: "the addend does not stretch to the product",
                    shapes: [type.shape.dimensions, addend.dimensions])
            }
        }
        return [type]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements = work.elements.multipliedSaturating(4)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let rescaling = try rescaling(call)
        let (a, b) = (inputs.required(0), inputs.required(1))
        let shape = try Shape.broadcast(a.shape, b.shape)
        let plan = BroadcastPlan(a.shape, b.shape, output: shape)
        let products = plan.map(a.activations, b.activations) { Int32($0) &* Int32($1) }
        let multiplier = rescaling.multiplier(0)
        guard let addend = inputs.optional(2) else {
            let results = products.map { rescaling.result(product: Int64($0) &* multiplier) }
            return [Tensor(results, shape: shape)]
        }
        let sums = BroadcastPlan(shape, addend.shape, output: shape)
            .map(products, addend.integers) { Int64($0) &+ Int64($1) }
        let results = sums.map { rescaling.result(product: $0 &* multiplier) }
        return [Tensor(results, shape: shape)]
    }
}

/// y = R(x).
enum IntegerRescaleOperator: Operator {
    static let name = "aivm.integer.Rescale"
    static let attributeNames = Rescaling.attributeNames
    static let inputCount = 1...1
    static let outputCount = 1...1

    private static func rescaling(_ call: OperatorCall) throws(OperatorError) -> Rescaling {
        try Rescaling(call, channels: 1, bound: 1 << 15, takesNegative: true)
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        _ = try rescaling(call)
        return [try call.type(0, of: .int16)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements = work.elements.multipliedSaturating(2)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let rescaling = try rescaling(call)
        let multiplier = rescaling.multiplier(0)
        let results = inputs.required(0).activations.map {
            rescaling.result(product: Int64($0) &* multiplier)
        }
        return [Tensor(results, shape: inputs.required(0).shape)]
    }
}

extension OperatorCall {
    /// The type of the broadcast of two int16 inputs.
    fileprivate func broadcastActivations() throws(OperatorError) -> TensorType {
        let a = try type(0, of: .int16).shape
        let b = try type(1, of: .int16).shape
        return TensorType(.int16, try Shape.broadcast(a, b))
    }
}
