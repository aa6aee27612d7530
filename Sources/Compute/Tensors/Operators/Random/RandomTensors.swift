// RandomNormal, RandomUniform, RandomNormalLike, RandomUniformLike: tensors of random numbers, from
// the node's stream (Philox.swift). float16 and bfloat16 are float32 numbers rounded once.

/// The random operators.
enum RandomFamily {
    static let operators: [any Operator.Type] = [
        BernoulliOperator.self,
        MultinomialOperator.self,
        RandomNormalLikeOperator.self,
        RandomNormalOperator.self,
        RandomUniformLikeOperator.self,
        RandomUniformOperator.self,
    ]
}

/// An operator that fills a shape with random numbers.
protocol RandomTensorOperator: Operator {
    /// Whether the numbers are normal, not uniform.
    static var isNormal: Bool { get }
    /// Whether the shape is that of the input, not of attribute `shape`.
    static var isLike: Bool { get }
}

extension RandomTensorOperator {
    static var isNativeForHalf: Bool { true }
    static var isRandom: Bool { true }
    static var inputCount: ClosedRange<Int> { isLike ? 1...1 : 0...0 }
    static var outputCount: ClosedRange<Int> { 1...1 }

    static var attributeNames: [String] {
        (isLike ? [] : ["shape"]) + (isNormal ? ["mean", "scale"] : ["high", "low"])
            + ["dtype", "seed"]
    }

    private static func type(_ call: OperatorCall) throws(OperatorError) -> TensorType {
        var element = ElementType.float32
        let shape: Shape
        if isLike {
            let like = try call.type(0)
            (element, shape) = (like.element, like.shape)
        } else {
            guard let dimensions = try call.attributes.ints("shape") else {
                throw .missingAttribute(name: "shape")
            }
            shape = try Shape(dimensions)
        }
        element = try call.elementType("dtype", default: element)
        guard element == .float32 || element == .float64 || element.isHalf else {
            throw .wrongAttribute(name: "dtype", reason: "random numbers are floats")
        }
        return TensorType(element, shape)
    }

    /// What numbers are multiplied with, and what is added: both at least finite.
    private static func line(
        _ call: OperatorCall
    ) throws(OperatorError) -> (factor: (Float, Float), addend: Float) {
        let attributes = call.attributes
        if isNormal {
            return (
                (try attributes.float("scale", default: 1), 0),
                try attributes.float("mean", default: 0)
            )
        }
        let low = try attributes.float("low", default: 0)
        return ((try attributes.float("high", default: 1), low), low)
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        _ = try line(call)
        _ = try RandomStream(call)
        return [try type(call)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.functions = 3 * work.elements
        work.elements = 40 * work.elements
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let type = try type(call)
        let (factor, addend) = try line(call)
        let rule = RandomRule(
            stream: try RandomStream(call), isNormal: isNormal, factor: factor, addend: addend,
            shape: type.shape, kernels: kernels)
        if type.element == .float64 { return [try rule.apply(Double.self)] }
        return [try rule.apply(Float.self).cast(to: type.element)]
    }
}

/// addend + (first − second factor) · number.
private struct RandomRule {
    let stream: RandomStream
    let isNormal: Bool
    let factor: (Float, Float)
    let addend: Float
    let shape: Shape
    let kernels: Kernels

    func apply<Real: RandomElement>(_ type: Real.Type) throws(OperatorError) -> Tensor {
        let count = shape.elementCount
        let numbers =
            isNormal
            ? stream.normals(count, as: type, using: kernels) : stream.uniforms(count, as: type)
        let scale = Real(factor.0) - Real(factor.1)
        let start = Real(addend)
        return Real.tensor(numbers.map { start + scale * $0 }, shape)
    }
}

/// mean + scale · z, z standard normal.
enum RandomNormalOperator: RandomTensorOperator {
    static let name = "RandomNormal"
    static let isNormal = true
    static let isLike = false
}

/// low + (high − low) · u, u uniform in 0 ..< 1.
enum RandomUniformOperator: RandomTensorOperator {
    static let name = "RandomUniform"
    static let isNormal = false
    static let isLike = false
}

/// RandomNormal in the shape of the input.
enum RandomNormalLikeOperator: RandomTensorOperator {
    static let name = "RandomNormalLike"
    static let isNormal = true
    static let isLike = true
}

/// RandomUniform in the shape of the input.
enum RandomUniformLikeOperator: RandomTensorOperator {
    static let name = "RandomUniformLike"
    static let isNormal = false
    static let isLike = true
}
