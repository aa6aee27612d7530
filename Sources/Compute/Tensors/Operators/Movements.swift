// Operators that move elements: Transpose, Gather, Split, Concat, Slice. No arithmetic, any element
// type. ONNX opsets 9 to 22.

/// The movements of elements.
enum MovementFamily {
    static let operators: [any Operator.Type] = [
        ConcatOperator.self,
        GatherOperator.self,
        SliceOperator.self,
        SplitOperator.self,
        TransposeOperator.self,
    ]
}

/// The axes in the order `perm` gives; reversed without it.
enum TransposeOperator: Operator {
    static let name = "Transpose"
    static let isNativeForHalf = true
    static let attributeNames = ["perm"]
    static let inputCount = 1...1
    static let outputCount = 1...1

    private static func order(_ call: OperatorCall, _ shape: Shape) throws(OperatorError) -> [Int] {
        guard let order = try call.attributes.ints("perm") else {
            return (0..<shape.rank).reversed()
        }
        guard order.count == shape.rank, order.sorted() == Array(0..<shape.rank) else {
            throw .wrongAttribute(name: "perm", reason: "is not an order of the axes")
        }
        return order
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        let order = try order(call, type.shape)
        return [
            TensorType(type.element, try Shape(order.map { type.shape.dimensions[$0] }))
        ]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let order = try order(call, input.shape)
        let strides = input.shape.strides
        let shape = try Shape(order.map { input.shape.dimensions[$0] })
        let copy = StridedCopy(
            dimensions: shape.dimensions, strides: order.map { strides[$0] }, offset: 0)
        return [input.rearranged(by: copy, shape: shape)]
    }
}

/// The slices of the data along `axis` that the indices name; negative indices count from the end.
enum GatherOperator: Operator {
    static let name = "Gather"
    static let isNativeForHalf = true
    static let attributeNames = ["axis"]
    static let inputCount = 2...2
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let data = try call.type(0)
        let indices = try call.type(1, of: .int64, .int32).shape
        let axis = try data.shape.axis(try call.attributes.int("axis", default: 0))
        let dimensions = data.shape.dimensions
        return [
            TensorType(
                data.element,
                try Shape(
                    Array(dimensions[..<axis]) + indices.dimensions
                        + Array(dimensions[(axis + 1)...])))
        ]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let data = inputs.required(0)
        let axis = try data.shape.axis(try call.attributes.int("axis", default: 0))
        let extent = data.shape.dimensions[axis]
        var indices: [Int] = []
        for index in inputs.required(1).indices ?? [] {
            guard index >= -extent, index < extent else {
                throw .indexOutOfRange(index: Int(index), count: extent)
            }
            indices.append(index < 0 ? Int(index) + extent : Int(index))
        }
        let outer = data.shape.elementCount(ofAxes: 0..<axis)
        let length = data.shape.elementCount(ofAxes: axis + 1..<data.shape.rank)
        var starts: [Int] = []
        if length > 0 {
            starts.reserveCapacity(outer * indices.count)
            for block in 0..<outer {
                for index in indices { starts.append((block * extent + index) * length) }
            }
        }
        let shape = try outputTypes(call)[0].shape
        return [data.rearranged(by: BlockCopy(starts: starts, length: length), shape: shape)]
    }
}

/// The input cut along `axis` in pieces of given or (nearly) equal extents.
enum SplitOperator: Operator {
    static let name = "Split"
    static let isNativeForHalf = true
    static let attributeNames = ["axis", "num_outputs", "split"]
    static let inputCount = 1...2
    static let outputCount = 1...Int(Int32.max)

    /// The axis and the extents of the pieces.
    private static func pieces(
        _ call: OperatorCall, _ shape: Shape
    ) throws(OperatorError) -> (axis: Int, extents: [Int]) {
        let axis = try shape.axis(try call.attributes.int("axis", default: 0))
        let extent = shape.dimensions[axis]
        if call.opset < 18 { try call.refuse("num_outputs") }
        let named: [Int]?
        if call.opset < 13 {
            guard call.inputTypes.count == 1 else {
                throw .wrongInputCount(actual: call.inputTypes.count, expected: 1...1)
            }
            named = try call.attributes.ints("split")
        } else {
            try call.refuse("split")
            named = call.hasInput(1) ? try call.constantIndices(1) : nil
        }
        if let named {
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

/// The inputs one after another along `axis`.
enum ConcatOperator: Operator {
    static let name = "Concat"
    static let isNativeForHalf = true
    static let attributeNames = ["axis"]
    static let inputCount = 1...Int(Int32.max)
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let first = try call.type(0)
        let axis = try first.shape.axis(try call.attributes.int("axis"))
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
        let axis = try shape.axis(try call.attributes.int("axis"))
        let outer = shape.elementCount(ofAxes: 0..<axis)
        let lengths = tensors.map { $0.shape.elementCount(ofAxes: axis..<shape.rank) }
        let rule = JoinedBlocks(count: outer, lengths: lengths)
        return [Tensor.rearranged(tensors, by: rule, shape: shape)]
    }
}

/// `count` times: the next `lengths[i]` elements of each source in turn.
struct JoinedBlocks: JointRearrangement {
    let count: Int
    let lengths: [Int]

    func apply<Element>(_ sources: [[Element]]) -> [Element] {
        var results: [Element] = []
        results.reserveCapacity(count * lengths.reduce(0, +))
        for block in 0..<count {
            for (source, length) in zip(sources, lengths) {
                results.append(contentsOf: source[block * length..<(block + 1) * length])
            }
        }
        return results
    }
}

/// Elements start, start + step, … before end along each axis named; bounds are clamped.
enum SliceOperator: Operator {
    static let name = "Slice"
    static let isNativeForHalf = true
    static let attributeNames = ["axes", "ends", "starts"]
    static let inputCount = 1...5
    static let outputCount = 1...1

    /// First element, count and step along every axis.
    private static func cuts(
        _ call: OperatorCall, _ shape: Shape
    ) throws(OperatorError) -> [(start: Int, count: Int, step: Int)] {
        var lists: (starts: [Int], ends: [Int], axes: [Int]?, steps: [Int]?)
        if call.opset < 10 {
            guard call.inputTypes.count == 1 else {
                throw .wrongInputCount(actual: call.inputTypes.count, expected: 1...1)
            }
            guard let starts = try call.attributes.ints("starts") else {
                throw .missingAttribute(name: "starts")
            }
            guard let ends = try call.attributes.ints("ends") else {
                throw .missingAttribute(name: "ends")
            }
            lists = (starts, ends, try call.attributes.ints("axes"), nil)
        } else {
            try call.refuse("starts", "ends", "axes")
            lists = (
                try call.constantIndices(1), try call.constantIndices(2),
                call.hasInput(3) ? try call.constantIndices(3) : nil,
                call.hasInput(4) ? try call.constantIndices(4) : nil
            )
        }
        let count = lists.starts.count
        guard count <= shape.rank, lists.ends.count == count,
            lists.axes?.count ?? count == count, lists.steps?.count ?? count == count
        else { throw .wrongInputValue(index: 1, reason: "the lists differ in length") }
        var cuts = shape.dimensions.map { (start: 0, count: $0, step: 1) }
        _ = try shape.sortedAxes(lists.axes ?? [])
        for index in 0..<count {
            let axis = try shape.axis(lists.axes?[index] ?? index)
            let step = lists.steps?[index] ?? 1
            guard step != 0, step != .min else {
                throw .wrongInputValue(index: 4, reason: "a step is \(step)")
            }
            cuts[axis] = cut(
                shape.dimensions[axis], from: lists.starts[index], to: lists.ends[index], by: step)
        }
        return cuts
    }

    /// The clamping rule of ONNX for one axis of `extent` elements.
    private static func cut(
        _ extent: Int, from first: Int, to last: Int, by step: Int
    ) -> (start: Int, count: Int, step: Int) {
        func clamped(_ index: Int, _ range: ClosedRange<Int>) -> Int {
            let absolute = index < 0 ? max(index, -extent - 1) + extent : index
            return min(max(absolute, range.lowerBound), range.upperBound)
        }
        guard extent > 0 else { return (0, 0, 1) }
        if step > 0 {
            let start = clamped(first, 0...extent)
            let end = clamped(last, 0...extent)
            let span = max(end - start, 0)
            return (start, span == 0 ? 0 : (span - 1) / step + 1, step)
        }
        let start = clamped(first, 0...extent - 1)
        let end = clamped(last, -1...extent - 1)
        let span = max(start - end, 0)
        return (start, span == 0 ? 0 : (span - 1) / -step + 1, step)
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        if call.opset >= 10 {
            for index in 1...2 where !call.hasInput(index) { throw .missingInput(index: index) }
        }
        let dimensions = try cuts(call, type.shape).map { $0.count }
        return [TensorType(type.element, try Shape(dimensions))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let cuts = try cuts(call, input.shape)
        let strides = input.shape.strides
        let shape = try Shape(cuts.map { $0.count })
        // A step only counts where it is taken, and then it is shorter than the axis.
        let copy = StridedCopy(
            dimensions: shape.dimensions,
            strides: zip(cuts, strides).map { $0.count > 1 ? $0.step * $1 : 0 },
            offset: zip(cuts, strides).reduce(0) { $0 + $1.0.start * $1.1 })
        return [input.rearranged(by: copy, shape: shape)]
    }
}
