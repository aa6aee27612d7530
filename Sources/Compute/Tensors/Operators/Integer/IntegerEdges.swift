// Quantize and Dequantize: where the floats of a model's inputs and outputs become integers of the
// profile and integers become floats. Proofs speak about what lies between.

/// The scales of an edge: one, or one for each index along an axis.
struct EdgeScales: Sendable {
    static let attributeNames = ["axis", "scales"]

    private let scales: [Float]
    /// Elements behind the axis.
    private let inner: Int

    /// - Throws: `wrongAttribute` unless all scales are positive and finite; `missingAttribute`;
    ///   `axisOutOfRange`.
    init(_ call: OperatorCall, _ shape: Shape) throws(OperatorError) {
        guard let scales = try call.attributes.floats("scales") else {
            throw .missingAttribute(name: "scales")
        }
        for scale in scales where !(scale.isFinite && scale > 0) {
            throw .wrongAttribute(name: "scales", reason: "holds \(scale)")
        }
        self.scales = scales
        if scales.count == 1 {
            try call.refuse("axis")
            inner = max(shape.elementCount, 1)
        } else {
            let axis = try shape.axis(try call.attributes.int("axis"))
            guard scales.count == shape.dimensions[axis] else {
                throw .wrongAttribute(
                    name: "scales",
                    reason: "has \(scales.count) values for \(shape.dimensions[axis]) indices")
            }
            inner = max(shape.elementCount(ofAxes: axis + 1..<shape.rank), 1)
        }
    }

    /// The scale, when there is one for all elements.
    var only: Float? { scales.count == 1 ? scales[0] : nil }

    /// The scale of element `index`.
    func scale(_ index: Int) -> Float {
        scales.count == 1 ? scales[0] : scales[index / inner % scales.count]
    }
}

/// y = clamp(round(x / scale), minimum, maximum); to nearest, ties to even; NaN gives 0.
enum IntegerQuantizeOperator: IntegerOperator {
    static let name = "aivm.integer.Quantize"
    static let attributeNames = EdgeScales.attributeNames + ["maximum", "minimum"]
    static let inputCount = 1...1
    static let outputCount = 1...1
    static let isNativeForHalf = true

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let x = try call.type(0, of: .float32)
        _ = try EdgeScales(call, x.shape)
        _ = try Rescaling.bounds(call)
        return [TensorType(.int16, x.shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements = work.elements.multipliedSaturating(4)
        return work
    }

    static func computation(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> @Sendable ([Tensor?]) -> Tensor {
        let shape = try call.type(0).shape
        let scales = try EdgeScales(call, shape)
        let bounds = try Rescaling.bounds(call)
        let (minimum, maximum) = (Float(bounds.minimum), Float(bounds.maximum))
        return { inputs in
            let x = inputs.required(0).floats
            if kernels.variant != .scalar, let scale = scales.only {
                let results = kernels.quantized(
                    x, scale: scale, minimum: minimum, maximum: maximum)
                return Tensor(results, shape: shape)
            }
            var results = [Int16](repeating: 0, count: x.count)
            for index in x.indices {
                let quotient = (x[index] / scales.scale(index)).rounded(.toNearestOrEven)
                let known = quotient == quotient ? quotient : 0
                let raised = known < minimum ? minimum : known
                results[index] = Int16(raised > maximum ? maximum : raised)
            }
            return Tensor(results, shape: shape)
        }
    }
}

/// y = float32(x) · scale.
enum IntegerDequantizeOperator: IntegerOperator {
    static let name = "aivm.integer.Dequantize"
    static let attributeNames = EdgeScales.attributeNames
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let x = try call.type(0, of: .int16)
        _ = try EdgeScales(call, x.shape)
        return [TensorType(.float32, x.shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements = work.elements.multipliedSaturating(3)
        return work
    }

    static func computation(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> @Sendable ([Tensor?]) -> Tensor {
        let shape = try call.type(0).shape
        let scales = try EdgeScales(call, shape)
        return { inputs in
            let x = inputs.required(0).activations
            if kernels.variant != .scalar, let scale = scales.only {
                // Whole numbers times a finite scale: no NaN.
                return Tensor(canonical: kernels.dequantized(x, scale: scale), shape: shape)
            }
            var results = [Float](repeating: 0, count: x.count)
            for index in x.indices { results[index] = Float(x[index]) * scales.scale(index) }
            return Tensor(results, shape: shape)
        }
    }
}
