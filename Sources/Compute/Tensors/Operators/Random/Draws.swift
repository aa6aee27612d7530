// Bernoulli and Multinomial: random decisions with given probabilities, from the node's stream.

import CKernels

/// 1 with the probability that the input says, else 0: whether the element's uniform number is
/// less.
enum BernoulliOperator: Operator {
    static let name = "Bernoulli"
    static let isNativeForHalf = true
    static let isRandom = true
    static let attributeNames = ["dtype", "seed"]
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0, of: .float32, .float64, .float16, .bfloat16)
        let element = try call.elementType("dtype", default: type.element)
        guard element != .string else {
            throw .wrongAttribute(name: "dtype", reason: "texts are no decisions")
        }
        _ = try RandomStream(call)
        return [TensorType(element, type.shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements = 40 * work.elements
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let stream = try RandomStream(call)
        let count = input.shape.elementCount
        let drawn: [Bool]
        if case .float64(let probabilities) = input.storage {
            drawn = zip(stream.uniforms(count, as: Double.self), probabilities).map { $0 < $1 }
        } else {
            drawn = zip(stream.uniforms(count, as: Float.self), input.widened.floats).map {
                $0 < $1
            }
        }
        let element = try outputTypes(call)[0].element
        return [try Tensor(drawn, shape: input.shape).cast(to: element)]
    }
}

/// Numbers of classes, drawn for each row by its unnormalised log-probabilities x: with
/// e = exp(x − maximum) and sums of e from the first class on, the first class whose sum exceeds
/// u · total.
enum MultinomialOperator: Operator {
    static let name = "Multinomial"
    static let isNativeForHalf = true
    static let isRandom = true
    static let attributeNames = ["dtype", "sample_size", "seed"]
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let shape = try call.type(0, of: .float32, .float64, .float16, .bfloat16).shape
        let element = try call.elementType("dtype", default: .int32)
        let samples = try call.attributes.int("sample_size", default: 1)
        guard shape.rank == 2, samples >= 0, element == .int32 || element == .int64 else {
            throw .shapeMismatch(reason: "rows of classes", shapes: [shape.dimensions])
        }
        _ = try RandomStream(call)
        let output = try Shape([shape.dimensions[0], samples])
        guard shape.dimensions[1] > 0 || output.elementCount == 0 else {
            throw .shapeMismatch(reason: "classes to draw from", shapes: [shape.dimensions])
        }
        return [TensorType(element, output)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        let classes = UInt64(call.optionalType(0)?.shape.elementCount ?? 0)
        work.functions = classes
        work.elements = 80 * work.elements + 4 * classes
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0).widened
        let type = try outputTypes(call)[0]
        let stream = try RandomStream(call)
        let drawn: [Int64]
        if case .float64(let rows) = input.storage {
            drawn = draw(rows, type.shape, stream, kernels)
        } else {
            drawn = draw(input.floats, type.shape, stream, kernels)
        }
        return [try Tensor(drawn, shape: type.shape).cast(to: type.element)]
    }

    private static func draw<Real: RandomElement>(
        _ rows: [Real], _ shape: Shape, _ stream: RandomStream, _ kernels: Kernels
    ) -> [Int64] {
        let (count, samples) = (shape.dimensions[0], shape.dimensions[1])
        guard shape.elementCount > 0 else { return [] }
        let classes = rows.count / count
        let uniforms = stream.uniforms(count * samples, as: Real.self)
        var drawn: [Int64] = []
        for row in 0..<count {
            let values = rows[row * classes..<(row + 1) * classes]
            let most = values.reduce(-Real.infinity) { $0.maximum($1) }
            var sums = Real.unary(Int(AIVM_EXPONENTIAL), values.map { $0 - most }, kernels)
            for index in sums.indices.dropFirst() { sums[index] += sums[index - 1] }
            let total = sums[classes - 1]
            for sample in 0..<samples {
                let wanted = uniforms[row * samples + sample] * total
                // The first sum above; sums never fall. With NaN all comparisons fail: the last.
                var (low, high) = (0, classes - 1)
                while low < high {
                    let middle = (low + high) / 2
                    if sums[middle] > wanted { high = middle } else { low = middle + 1 }
                }
                drawn.append(Int64(low))
            }
        }
        return drawn
    }
}
