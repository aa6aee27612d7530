// Slice: a regular cut along each axis, as one strided copy.

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
        let cuts = try cuts(call.knowing(inputs), input.shape)
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
