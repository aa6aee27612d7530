// Col2Im and MaxUnpool: windows put back where they came from.

/// Columns of windows added up into images.
enum Col2ImOperator: Operator {
    static let name = "Col2Im"
    static let attributeNames = ["dilations", "pads", "strides"]
    static let inputCount = 3...3
    static let outputCount = 1...1

    fileprivate static func plan(
        _ call: OperatorCall
    ) throws(OperatorError) -> (geometry: WindowGeometry, shape: Shape) {
        let type = try call.numericType(0)
        let image = try Shape(try call.constantIndices(1)).dimensions
        let block = try Shape(try call.constantIndices(2))
        let columns = type.shape.dimensions
        guard columns.count == 3, !image.isEmpty, block.rank == image.count,
            block.elementCount > 0, columns[1] % block.elementCount == 0
        else {
            throw .shapeMismatch(
                reason: "columns of blocks", shapes: [columns, image, block.dimensions])
        }
        let geometry = try WindowGeometry(
            call, input: image, kernel: block.dimensions, channels: 1, isPooling: false)
        guard try Shape(geometry.output).elementCount == columns[2] else {
            throw .shapeMismatch(
                reason: "a column for each window", shapes: [columns, geometry.output])
        }
        return (geometry, try Shape([columns[0], columns[1] / block.elementCount] + image))
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [TensorType(try call.type(0).element, try plan(call).shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements += 4 * UInt64(call.optionalType(0)?.shape.elementCount ?? 0)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let (geometry, shape) = try plan(call.knowing(inputs))
        let columns = inputs.required(0)
        let rule = FoldingRule(geometry: geometry, columns: columns, shape: shape)
        guard let result = try columns.type.element.applying(rule) else {
            throw .wrongInputType(index: 0)
        }
        return [result]
    }
}

/// Sums from 0 over kernel positions and, for each, over windows, both row-major.
private struct FoldingRule: NumericRule {
    let geometry: WindowGeometry
    let columns: Tensor
    let shape: Shape

    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        guard let values = Element.values(of: columns) else { throw .wrongInputType(index: 0) }
        var results = [Element](repeating: .zero, count: shape.elementCount)
        let planes = shape.dimensions[0] * shape.dimensions[1]
        let image = geometry.input.reduce(1, *)
        let taps = geometry.kernel.reduce(1, *)
        let windows = geometry.output.reduce(1, *)
        guard !results.isEmpty, !values.isEmpty else { return Element.tensor(results, shape) }
        let places = (0..<taps).map { tap in (0..<windows).map { place(tap, $0) } }
        for plane in 0..<planes {
            for (tap, targets) in places.enumerated() {
                for (window, target) in targets.enumerated() where target >= 0 {
                    let index = plane * image + target
                    let term = values[(plane * taps + tap) * windows + window]
                    results[index] = results[index].adding(term)
                }
            }
        }
        return Element.tensor(results, shape)
    }

    /// The element of the image under a kernel position of a window; −1 in the padding.
    private func place(_ tap: Int, _ window: Int) -> Int {
        var (tap, window) = (tap, window)
        var place = 0
        var step = 1
        for axis in geometry.input.indices.reversed() {
            let coordinate =
                window % geometry.output[axis] * geometry.strides[axis]
                + tap % geometry.kernel[axis] * geometry.dilations[axis]
                - geometry.padsBegin[axis]
            guard coordinate >= 0, coordinate < geometry.input[axis] else { return -1 }
            place += coordinate * step
            step *= geometry.input[axis]
            window /= geometry.output[axis]
            tap /= geometry.kernel[axis]
        }
        return place
    }
}

/// The maxima of a pooling at the places they came from, zeros elsewhere. Indices count the
/// elements of the output that kernel, strides and pads give; a larger output named by input 2 has
/// it in its first corner.
enum MaxUnpoolOperator: Operator {
    static let name = "MaxUnpool"
    static let isNativeForHalf = true
    static let attributeNames = ["kernel_shape", "pads", "strides"]
    static let inputCount = 2...3
    static let outputCount = 1...1

    /// The shape that indices count, and that of the output.
    private static func shapes(
        _ call: OperatorCall
    ) throws(OperatorError) -> (counted: Shape, output: Shape) {
        let x = try call.type(0).shape
        let indices = try call.type(1, of: .int64).shape
        let axes = x.rank - 2
        guard axes >= 1, indices == x else {
            throw .shapeMismatch(
                reason: "an index for each element", shapes: [x.dimensions, indices.dimensions])
        }
        guard let kernel = try call.spatialList("kernel_shape", axes, minimum: 1) else {
            throw .missingAttribute(name: "kernel_shape")
        }
        let ones = [Int](repeating: 1, count: axes)
        let strides = try call.spatialList("strides", axes, minimum: 1) ?? ones
        let zeros = [Int](repeating: 0, count: 2 * axes)
        let pads = try call.spatialList("pads", 2 * axes, minimum: 0) ?? zeros
        var dimensions = Array(x.dimensions[..<2])
        for axis in 0..<axes {
            // Factors of at most 2³¹: nothing overflows.
            let reach = (x.dimensions[axis + 2] - 1) * strides[axis] + kernel[axis]
            dimensions.append(reach - pads[axis] - pads[axis + axes])
        }
        let counted = try Shape(dimensions)
        guard let named = try call.optionalIndices(2) else { return (counted, counted) }
        let output = try Shape(named)
        guard output.rank == x.rank,
            zip(counted.dimensions, output.dimensions).allSatisfy({ $0 <= $1 })
        else {
            throw .shapeMismatch(
                reason: "the output is no smaller than what is unpooled",
                shapes: [counted.dimensions, named])
        }
        return (counted, output)
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [TensorType(try call.type(0).element, try shapes(call).output)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let (counted, output) = try shapes(call.knowing(inputs))
        let x = inputs.required(0)
        let (from, to) = (counted.strides, output.strides)
        var places: [Int] = []
        for index in inputs.required(1).int64s ?? [] {
            let index = try ElementPlaces.absolute(index, counted.elementCount)
            var place = 0
            for axis in from.indices {
                place += index / from[axis] % counted.dimensions[axis] * to[axis]
            }
            places.append(place)
        }
        let zeros = Tensor.zero(x.type.element).repeated(output)
        let rule = ScatteredBlocks(
            data: zeros, updates: x, places: places, length: 1, reduction: .none)
        return [try rule.result()]
    }
}
