// Add, Mul, Rescale: the elementwise operators of the integer profile, with broadcasting. Their
// accumulators are at most 2^15 · (|M₀| + |M₁|), 2^30 + 2^31 and 2^15 in magnitude.

/// y = clamp(⌊(a · M₀ + b · M₁ + h) / 2^s⌋).
enum IntegerAddOperator: IntegerOperator {
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

    static func computation(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> @Sendable ([Tensor?]) -> Tensor {
        let rescaling = try rescaling(call)
        let (first, second) = (rescaling.multipliers[0], rescaling.multipliers[1])
        let rounding = rescaling.rounding
        let (a, b) = (try call.type(0).shape, try call.type(1).shape)
        let shape = try Shape.broadcast(a, b)
        let plan = BroadcastPlan(a, b, output: shape)
        return { inputs in
            let (a, b) = (inputs.required(0).activations, inputs.required(1).activations)
            let results =
                kernels.variant == .scalar
                ? plan.map(a, b) { x, y in
                    rounding.result(Int64(x) &* first &+ Int64(y) &* second)
                } : kernels.sum(a, b, plan, [first, second], rounding)
            return Tensor(results, shape: shape)
        }
    }
}

/// y = R(a · b + c).
enum IntegerMulOperator: IntegerOperator {
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

    static func computation(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> @Sendable ([Tensor?]) -> Tensor {
        let rescaling = try rescaling(call)
        let (a, b) = (try call.type(0).shape, try call.type(1).shape)
        let shape = try Shape.broadcast(a, b)
        let plan = BroadcastPlan(a, b, output: shape)
        let (multiplier, rounding) = (rescaling.multiplier(0), rescaling.rounding)
        let addition = call.optionalType(2).map {
            BroadcastPlan(shape, $0.shape, output: shape)
        }
        return { inputs in
            let products = plan.map(
                inputs.required(0).activations, inputs.required(1).activations
            ) { Int32($0) &* Int32($1) }
            let results: [Int16]
            if let addition, let addend = inputs.optional(2) {
                results = addition.map(products, addend.integers) { product, addend in
                    let sum = Int64(product) &+ Int64(addend)
                    return rounding.result(sum &* multiplier)
                }
            } else {
                results = products.map { rounding.result(Int64($0) &* multiplier) }
            }
            return Tensor(results, shape: shape)
        }
    }
}

/// y = R(x).
enum IntegerRescaleOperator: IntegerOperator {
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

    static func computation(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> @Sendable ([Tensor?]) -> Tensor {
        let rescaling = try rescaling(call)
        let (multiplier, rounding) = (rescaling.multiplier(0), rescaling.rounding)
        return { inputs in
            let results = inputs.required(0).activations.map {
                rounding.result(Int64($0) &* multiplier)
            }
            return Tensor(results, shape: inputs.required(0).shape)
        }
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
