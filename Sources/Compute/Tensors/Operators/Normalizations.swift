// Softmax, LayerNormalization and ReduceMean: they share the reduction rule. A sum over n
// elements is 16 lanes, lane i adding elements i, i + 16, … ascending from +0, then lanes 8, 4, 2
// and 1 apart are added. Elements are counted along the reduced axes in row-major order, so
// memory layout does not matter. ONNX Softmax 1 to 22, LayerNormalization 17 to 22, ReduceMean 1
// to 22.

/// The reductions and normalisations.
enum NormalizationFamily {
    static let operators: [any Operator.Type] = [
        LayerNormalizationOperator.self,
        ReduceMeanOperator.self,
        SoftmaxOperator.self,
    ]
}

/// exp(x − max) / Σ exp(x − max) along one axis (from opset 13) or all axes from `axis` on
/// (before).
enum SoftmaxOperator: Operator {
    static let name = "Softmax"
    static let attributeNames = ["axis"]
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0, of: .float32)
        _ = try axes(call, type.shape)
        return [type]
    }

    /// The axes that are normalised together.
    private static func axes(_ call: OperatorCall, _ shape: Shape) throws(OperatorError) -> [Int] {
        let named = try call.attributes.int("axis", default: call.opset < 13 ? 1 : -1)
        if call.opset < 13 {
            // Before opset 13 the axis may equal the rank, which leaves rows of one element.
            if named == shape.rank { return [] }
            return Array(try shape.axis(named)..<shape.rank)
        }
        if shape.rank == 0, named == -1 || named == 0 { return [] }
        return [try shape.axis(named)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.functions = work.elements
        work.elements = work.elements.multipliedSaturating(4)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let rows = AxisRows(input.shape, axes: try axes(call, input.shape))
        let result = kernels.softmax(ofRows: rows.gather(input.floats), length: rows.length)
        return [Tensor(canonical: rows.scatter(result), shape: input.shape)]
    }
}

/// (x − mean) · 1/√(variance + ε) · scale + bias over the axes from `axis` on.
enum LayerNormalizationOperator: Operator {
    static let name = "LayerNormalization"
    static let opsets = 17...22
    static let attributeNames = ["axis", "epsilon", "stash_type"]
    static let inputCount = 2...3
    static let outputCount = 1...3

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let x = try call.type(0, of: .float32)
        let axis = try x.shape.axis(try call.attributes.int("axis", default: -1))
        guard try call.attributes.int("stash_type", default: 1) == 1 else {
            throw .wrongAttribute(name: "stash_type", reason: "is not float32")
        }
        _ = try call.attributes.float("epsilon", default: 1e-5)
        let normalized = Array(x.shape.dimensions[axis...])
        for index in 1...2 where call.hasInput(index) {
            let parameter = try call.type(index, of: .float32).shape.dimensions
            guard Array(parameter.drop { $0 == 1 }) == Array(normalized.drop { $0 == 1 }) else {
                throw .shapeMismatch(
                    reason: "scale and bias have the normalised axes",
                    shapes: [x.shape.dimensions, parameter])
            }
        }
        let kept = Array(x.shape.dimensions[..<axis])
        let statistics = TensorType(
            .float32, try Shape(kept + [Int](repeating: 1, count: normalized.count)))
        return Array([x, statistics, statistics].prefix(call.outputCount))
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.functions = UInt64(outputs.last?.shape.elementCount ?? 0)
        work.elements = work.elements.multipliedSaturating(8)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let x = inputs.required(0)
        let types = try outputTypes(call)
        let epsilon = try call.attributes.float("epsilon", default: 1e-5)
        let (result, means, inverses) = kernels.layerNormalization(
            ofRows: x.floats, epsilon: epsilon, scale: inputs.required(1).floats,
            bias: inputs.optional(2)?.floats)
        var outputs = [Tensor(canonical: result, shape: x.shape)]
        for (values, type) in zip([means, inverses], types.dropFirst()) {
            // Rows without elements have no statistics to compute: 0 / 0.
            let filled =
                values.count == type.shape.elementCount
                ? values : [Float](repeating: .canonicalNaN, count: type.shape.elementCount)
            outputs.append(Tensor(canonical: filled, shape: type.shape))
        }
        return outputs
    }
}

/// The sum along axes by the reduction rule, divided by the count of elements.
enum ReduceMeanOperator: Operator {
    static let name = "ReduceMean"
    static let attributeNames = ["axes", "keepdims", "noop_with_empty_axes"]
    static let inputCount = 1...2
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let shape = try call.type(0, of: .float32).shape
        let keeps = try call.attributes.flag("keepdims", default: true)
        guard let axes = try axes(call, shape) else { return [TensorType(.float32, shape)] }
        var dimensions: [Int] = []
        for (axis, extent) in shape.dimensions.enumerated() {
            if !axes.contains(axis) {
                dimensions.append(extent)
            } else if keeps {
                dimensions.append(1)
            }
        }
        return [TensorType(.float32, try Shape(dimensions))]
    }

    /// The reduced axes, ascending; `nil` when the operator is the identity.
    private static func axes(
        _ call: OperatorCall, _ shape: Shape
    ) throws(OperatorError) -> [Int]? {
        let named: [Int]?
        if call.opset < 18 {
            try call.refuse("noop_with_empty_axes")
            guard call.inputTypes.count == 1 else {
                throw .wrongInputCount(actual: call.inputTypes.count, expected: 1...1)
            }
            named = try call.attributes.ints("axes")
        } else {
            try call.refuse("axes")
            named = call.hasInput(1) ? try call.constantIndices(1) : nil
        }
        let isIdentity = try call.attributes.flag("noop_with_empty_axes", default: false)
        guard let named, !named.isEmpty else {
            return isIdentity ? nil : Array(0..<shape.rank)
        }
        return try shape.sortedAxes(named)
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements += UInt64(call.inputTypes.first??.shape.elementCount ?? 0)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        guard let axes = try axes(call, input.shape), let type = try outputTypes(call).first else {
            return [input]
        }
        let rows = AxisRows(input.shape, axes: axes)
        let sums = kernels.sums(
            ofRows: rows.gather(input.floats), length: rows.length,
            rowCount: type.shape.elementCount)
        let count = Float(rows.length)
        return [Tensor(sums.map { $0 / count }, shape: type.shape)]
    }
}

/// A tensor seen as rows along some axes: the other axes number the rows, row-major, and the chosen
/// axes number the elements of a row, row-major.
struct AxisRows {
    /// Elements of a row.
    let length: Int
    private let shape: Shape
    /// Axes in the order rows are laid out, or `nil` when the tensor already lies so.
    private let order: [Int]?

    /// `axes` is ascending.
    init(_ shape: Shape, axes: [Int]) {
        self.shape = shape
        length = axes.reduce(1) { $0 * shape.dimensions[$1] }
        let kept = (0..<shape.rank).filter { !axes.contains($0) }
        let wanted = kept + axes
        order = wanted == Array(0..<shape.rank) ? nil : wanted
    }

    /// The elements row after row.
    func gather(_ values: [Float]) -> [Float] {
        guard let order else { return values }
        let strides = shape.strides
        return StridedCopy(
            dimensions: order.map { shape.dimensions[$0] }, strides: order.map { strides[$0] },
            offset: 0
        ).apply(values)
    }

    /// The inverse of `gather`.
    func scatter(_ rows: [Float]) -> [Float] {
        guard let order else { return rows }
        var strides = [Int](repeating: 1, count: order.count)
        var stride = 1
        for axis in order.reversed() {
            strides[axis] = stride
            stride *= max(shape.dimensions[axis], 1)
        }
        return StridedCopy(dimensions: shape.dimensions, strides: strides, offset: 0).apply(rows)
    }
}
