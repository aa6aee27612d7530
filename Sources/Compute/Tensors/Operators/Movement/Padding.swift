// Pad and CenterCropPad: axes made longer or shorter at their ends, as maps of each axis.

/// The input with elements added at the ends of axes, or taken away where a pad is negative: a
/// constant, or the input's own elements reflected, repeated at the edge, or wrapped around. What
/// negative pads leave is what the others extend.
enum PadOperator: Operator {
    static let name = "Pad"
    static let isNativeForHalf = true
    static let attributeNames = ["mode", "paddings", "pads", "value"]
    static let inputCount = 1...4
    static let outputCount = 1...1

    /// The pads at the beginnings of all axes, then at the ends.
    private static func pads(_ call: OperatorCall) throws(OperatorError) -> [Int] {
        let shape = try call.type(0).shape
        if call.opset < 11 {
            try call.requireInputs(1...1)
            let (name, other) = call.opset < 2 ? ("paddings", "pads") : ("pads", "paddings")
            try call.refuse(other)
            guard let pads = try call.attributes.ints(name) else {
                throw .missingAttribute(name: name)
            }
            guard pads.count == 2 * shape.rank else {
                throw .wrongAttribute(name: name, reason: "is not two pads for each axis")
            }
            return pads
        }
        try call.refuse("pads", "paddings", "value")
        try call.requireInputs(2...(call.opset < 18 ? 3 : 4))
        let named = try call.constantIndices(1)
        guard let axes = try call.optionalIndices(3) else {
            guard named.count == 2 * shape.rank else {
                throw .wrongInputValue(index: 1, reason: "is not two pads for each axis")
            }
            return named
        }
        _ = try shape.sortedAxes(axes)
        guard named.count == 2 * axes.count else {
            throw .wrongInputValue(index: 1, reason: "is not two pads for each axis")
        }
        var pads = [Int](repeating: 0, count: 2 * shape.rank)
        for (index, axis) in axes.enumerated() {
            let axis = try shape.axis(axis)
            pads[axis] = named[index]
            pads[axis + shape.rank] = named[index + axes.count]
        }
        return pads
    }

    private static func mode(_ call: OperatorCall) throws(OperatorError) -> String {
        let mode = try call.attributes.choice("mode", of: "constant", "reflect", "edge", "wrap")
        guard mode != "wrap" || call.opset >= 19 else {
            throw .wrongAttribute(name: "mode", reason: "is wrap, which opset 19 brings")
        }
        return mode
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        let rank = type.shape.rank
        let mode = try mode(call)
        if call.opset >= 11, call.hasInput(2) {
            try call.requireSameElement(0, 2)
            guard try call.type(2).shape.elementCount == 1 else {
                throw .wrongInputValue(index: 2, reason: "is not one element")
            }
        }
        let pads = try pads(call)
        var dimensions: [Int] = []
        for (axis, extent) in type.shape.dimensions.enumerated() {
            let (begin, end) = (pads[axis], pads[axis + rank])
            // Bounds far inside Int keep the sums below from overflowing.
            guard max(abs(begin.clamped), abs(end.clamped)) <= Shape.maximumElementCount else {
                throw .tooLarge(reason: "pads of \(begin) and \(end)")
            }
            let kept = extent + min(begin, 0) + min(end, 0)
            guard kept >= 0, kept > 0 || mode == "constant" || (begin <= 0 && end <= 0) else {
                throw .shapeMismatch(
                    reason: "pads leave elements to extend", shapes: [type.shape.dimensions, pads])
            }
            dimensions.append(kept + max(begin, 0) + max(end, 0))
        }
        return [TensorType(type.element, try Shape(dimensions))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let call = call.knowing(inputs)
        let input = inputs.required(0)
        let shape = try outputTypes(call)[0].shape
        guard shape.elementCount > 0 else {
            return [Tensor.zero(input.type.element).repeated(shape)]
        }
        let pads = try pads(call)
        let mode = try mode(call)
        let maps = input.shape.dimensions.enumerated().map { axis, extent in
            map(extent, pads[axis], pads[axis + input.shape.rank], mode)
        }
        var fill = inputs.optional(2) ?? Tensor.zero(input.type.element)
        if call.opset < 11, call.attributes["value"] != nil {
            fill = try Tensor([try call.attributes.float("value", default: 0)], shape: .scalar)
                .cast(to: input.type.element)
        }
        return [input.mapped(maps, fill: fill, shape: shape)]
    }

    /// The source of each place of an axis, −1 for the constant.
    private static func map(_ extent: Int, _ begin: Int, _ end: Int, _ mode: String) -> [Int] {
        let first = max(-begin, 0)
        let kept = extent + min(begin, 0) + min(end, 0)
        return (0..<kept + max(begin, 0) + max(end, 0)).map { place in
            let inside = place - max(begin, 0)
            if inside >= 0, inside < kept { return first + inside }
            switch mode {
            case "edge": return first + (inside < 0 ? 0 : kept - 1)
            case "wrap": return first + (inside % kept + kept) % kept
            case "reflect":
                let period = max(2 * (kept - 1), 1)
                let phase = (inside % period + period) % period
                return first + min(phase, period - phase) % kept
            default: return -1
            }
        }
    }
}

extension Int {
    /// The number, the smallest of all moved up by one so that it has an absolute value.
    fileprivate var clamped: Int { Swift.max(self, -.max) }
}

/// The input cropped or padded with zeros to a shape, the same on both sides; an odd element more
/// or less is at the end.
enum CenterCropPadOperator: Operator {
    static let name = "CenterCropPad"
    static let isNativeForHalf = true
    static let attributeNames = ["axes"]
    static let inputCount = 2...2
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        let named = try call.attributes.ints("axes") ?? Array(0..<type.shape.rank)
        _ = try type.shape.sortedAxes(named)
        let extents = try call.constantIndices(1)
        guard extents.count == named.count else {
            throw .wrongInputValue(index: 1, reason: "is not an extent for each axis")
        }
        var dimensions = type.shape.dimensions
        for (axis, extent) in zip(named, extents) {
            dimensions[try type.shape.axis(axis)] = extent
        }
        return [TensorType(type.element, try Shape(dimensions))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let shape = try outputTypes(call.knowing(inputs))[0].shape
        let zero = Tensor.zero(input.type.element)
        guard shape.elementCount > 0 else { return [zero.repeated(shape)] }
        let maps = zip(input.shape.dimensions, shape.dimensions).map { from, to in
            let shift = from > to ? (from - to) / 2 : -((to - from) / 2)
            return (0..<to).map { (0..<from).contains($0 + shift) ? $0 + shift : -1 }
        }
        return [input.mapped(maps, fill: zero, shape: shape)]
    }
}

/// The upper (or lower) triangle of each matrix: elements below (above) the k-th diagonal are 0.
enum TriluOperator: Operator {
    static let name = "Trilu"
    static let isNativeForHalf = true
    static let attributeNames = ["upper"]
    static let inputCount = 1...2
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        guard type.shape.rank >= 2 else {
            throw .shapeMismatch(reason: "matrices", shapes: [type.shape.dimensions])
        }
        _ = try call.attributes.flag("upper", default: true)
        if call.hasInput(1), try call.type(1, of: .int64).shape.elementCount != 1 {
            throw .wrongInputValue(index: 1, reason: "is not one number")
        }
        return [type]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let diagonal = inputs.optional(1)?.int64s?.first ?? 0
        let dimensions = input.shape.dimensions
        let rule = Triangle(
            rows: dimensions[dimensions.count - 2], columns: dimensions[dimensions.count - 1],
            // Beyond the largest extent every diagonal is the same.
            diagonal: Int(max(min(diagonal, 1 << 32), -(1 << 32))),
            isUpper: try call.attributes.flag("upper", default: true))
        let zero = Tensor.zero(input.type.element)
        return [Tensor.rearranged([input, zero], by: rule, shape: input.shape)]
    }
}

/// Matrices with the elements on one side of a diagonal replaced by the second source's element.
private struct Triangle: JointRearrangement {
    let rows: Int
    let columns: Int
    let diagonal: Int
    let isUpper: Bool

    func apply<Element>(_ sources: [[Element]]) -> [Element] {
        guard var results = sources.first, let zero = sources.last?.first, !results.isEmpty
        else { return [] }
        for start in stride(from: 0, to: results.count, by: columns) {
            let row = start / columns % rows
            let cut = isUpper ? row + diagonal : row + diagonal + 1
            let cleared =
                isUpper ? 0..<min(max(cut, 0), columns) : min(max(cut, 0), columns)..<columns
            for column in cleared { results[start + column] = zero }
        }
        return results
    }
}
