// Concat and Split: tensors put together and cut along one axis.

/// The inputs one after another along `axis`.
enum ConcatOperator: Operator {
    static let name = "Concat"
    static let isNativeForHalf = true
    static let attributeNames = ["axis"]
    static let inputCount = 1...Int(Int32.max)
    static let outputCount = 1...1

    /// The axis named: required from opset 4 on, 1 without a name before.
    private static func axis(_ call: OperatorCall) throws(OperatorError) -> Int {
        try call.attributes.int("axis", default: call.opset < 4 ? 1 : nil)
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let first = try call.type(0)
        let axis = try first.shape.axis(try axis(call))
        var dimensions = first.shape.dimensions
        var total = dimensions[axis]
        for index in call.inputTypes.indices.dropFirst() {
            let type = try call.type(index)
            guard type.element == first.element else {
                throw .wrongElementType(
                    index: index, actual: type.element, expected: [first.element])
            }
            var others = type.shape.dimensions
            guard others.count == dimensions.count else {
                throw .shapeMismatch(
                    reason: "equal ranks", shapes: [first.shape.dimensions, others])
            }
            // Extents are at most 2³¹ and inputs at most 2³¹: no overflow.
            total += others[axis]
            others[axis] = dimensions[axis]
            guard others == dimensions else {
                throw .shapeMismatch(
                    reason: "only the joined axis differs",
                    shapes: [first.shape.dimensions, type.shape.dimensions])
            }
        }
        dimensions[axis] = total
        return [TensorType(first.element, try Shape(dimensions))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let shape = try outputTypes(call)[0].shape
        let tensors = inputs.compactMap { $0 }
        let axis = try shape.axis(try axis(call))
        let outer = shape.elementCount(ofAxes: 0..<axis)
        let lengths = tensors.map { $0.shape.elementCount(ofAxes: axis..<shape.rank) }
        let rule = JoinedBlocks(count: outer, lengths: lengths)
        return [Tensor.rearranged(tensors, by: rule, shape: shape)]
    }
}

/// The input cut along `axis` in pieces of given or (nearly) equal extents.
enum SplitOperator: Operator {
    static let name = "Split"
    static let isNativeForHalf = true
    static let attributeNames = ["axis", "num_outputs", "split"]
    static let inputCount = 1...2
    static let outputCount = 1...Int(Int32.max)

    /// The extents of the pieces where the node says them: an attribute before opset 13, then input
    /// 1. In opset 1 input 1 has the type of the data.
    private static func named(_ call: OperatorCall) throws(OperatorError) -> [Int]? {
        guard call.opset < 13 else {
            try call.refuse("split")
            return try call.optionalIndices(1)
        }
        guard call.hasInput(1) else { return try call.attributes.ints("split") }
        guard call.opset < 2 else {
            throw .wrongInputCount(actual: call.inputTypes.count, expected: 1...1)
        }
        try call.refuse("split")
        guard try call.type(1).shape.rank <= 1 else {
            throw .wrongInputValue(index: 1, reason: "is not a list")
        }
        return try call.constant(1).cast(to: .int64).indices?.map { Int($0) }
    }

    /// The axis and the extents of the pieces.
    private static func pieces(
        _ call: OperatorCall, _ shape: Shape
    ) throws(OperatorError) -> (axis: Int, extents: [Int]) {
        let axis = try shape.axis(try call.attributes.int("axis", default: 0))
        let extent = shape.dimensions[axis]
        if call.opset < 18 { try call.refuse("num_outputs") }
        if let named = try named(call) {
            try call.refuse("num_outputs")
            var rest = extent
            for piece in named {
                guard piece >= 0, piece <= rest else {
                    throw .shapeMismatch(
                        reason: "the pieces do not add up", shapes: [shape.dimensions, named])
                }
                rest -= piece
            }
            guard rest == 0 else {
                throw .shapeMismatch(
                    reason: "the pieces do not add up", shapes: [shape.dimensions, named])
            }
            return (axis, named)
        }
        let count = try call.attributes.int("num_outputs", default: call.outputCount)
        guard count == call.outputCount else {
            throw .wrongAttribute(name: "num_outputs", reason: "is not the count of outputs")
        }
        // From opset 18 on the last piece may be smaller; before, the pieces are equal.
        let size = (extent + count - 1) / count
        guard size * (count - 1) <= extent, call.opset >= 18 || size * count == extent else {
            throw .shapeMismatch(
                reason: "\(count) equal pieces", shapes: [shape.dimensions])
        }
        return (
            axis, [Int](repeating: size, count: count - 1) + [extent - size * (count - 1)]
        )
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        guard call.outputCount <= max(65_536, type.shape.elementCount) else {
            throw .wrongOutputCount(actual: call.outputCount, expected: 1...65_536)
        }
        let (axis, extents) = try pieces(call, type.shape)
        guard extents.count == call.outputCount else {
            throw .wrongOutputCount(
                actual: call.outputCount, expected: extents.count...extents.count)
        }
        var types: [TensorType] = []
        for extent in extents {
            var dimensions = type.shape.dimensions
            dimensions[axis] = extent
            types.append(TensorType(type.element, try Shape(dimensions)))
        }
        return types
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let call = call.knowing(inputs)
        let input = inputs.required(0)
        let (axis, _) = try pieces(call, input.shape)
        let outer = input.shape.elementCount(ofAxes: 0..<axis)
        let inner = input.shape.elementCount(ofAxes: axis + 1..<input.shape.rank)
        let step = input.shape.dimensions[axis] * inner
        var done = 0
        var outputs: [Tensor] = []
        for type in try outputTypes(call) {
            let length = type.shape.dimensions[axis] * inner
            let start = done
            let starts = length == 0 ? [] : (0..<outer).map { $0 * step + start }
            outputs.append(
                input.rearranged(by: BlockCopy(starts: starts, length: length), shape: type.shape))
            done += length
        }
        return outputs
    }
}
