// GlobalAveragePool and GlobalMaxPool: each plane reduced to one number.

/// A pooling whose windows are the planes.
protocol GlobalPooling: Operator {}

extension GlobalPooling {
    static var attributeNames: [String] { [] }
    static var inputCount: ClosedRange<Int> { 1...1 }
    static var outputCount: ClosedRange<Int> { 1...1 }

    /// The type with one element for each plane.
    static func planes(_ call: OperatorCall) throws(OperatorError) -> TensorType {
        let type = try call.type(0, of: .float32, .float64)
        guard type.shape.rank >= 3 else {
            throw .shapeMismatch(
                reason: "images have channels and axes", shapes: [type.shape.dimensions])
        }
        let ones = [Int](repeating: 1, count: type.shape.rank - 2)
        return TensorType(type.element, try Shape(Array(type.shape.dimensions[..<2]) + ones))
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [try planes(call)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements += UInt64(call.inputTypes.first??.shape.elementCount ?? 0)
        return work
    }
}

/// The mean of each plane: the sum of its elements by the reduction rule divided by their count.
enum GlobalAveragePoolOperator: GlobalPooling {
    static let name = "GlobalAveragePool"

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let shape = try planes(call).shape
        let length = input.shape.elementCount(ofAxes: 2..<input.shape.rank)
        if case .float64(let values) = input.storage {
            let sums = Double.sums(
                ofRows: values, length: length, rowCount: shape.elementCount, kernels)
            return [Tensor(float64s: sums.map { $0 / Double(length) }, shape: shape)]
        }
        let result = Kernels.floats(shape.elementCount) { output in
            kernels.means(ofRows: input.floats, length: length, into: output)
        }
        return [Tensor(canonical: result, shape: shape)]
    }
}

/// The largest element of each plane; NaN wins, −0 < +0. −∞ without elements.
enum GlobalMaxPoolOperator: GlobalPooling {
    static let name = "GlobalMaxPool"

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let type = try planes(call)
        let rule = PlaneMaximum(input: inputs.required(0), shape: type.shape)
        return [try type.element.computing(rule)]
    }
}

private struct PlaneMaximum: FloatingRule {
    let input: Tensor
    let shape: Shape

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        let length = input.shape.elementCount(ofAxes: 2..<input.shape.rank)
        let x = try Element.converting(input)
        let maxima = Element.maxima(ofRows: x, length: length, count: shape.elementCount)
        return Element.tensor(maxima, shape)
    }
}
