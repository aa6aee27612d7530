// Pooling and means of int16: the largest element of a window; the mean of a window or of axes,
// rounded by a division with remainder: Σ + ⌊d/2⌋ = y · d + r, 0 ≤ r < d. A mean lies between the
// least and the greatest element, so nothing saturates.

/// Means of integers.
package enum IntegerMean {
    /// y and r for the sum of `count` elements, `count` at least 1.
    package static func divided(
        _ sum: Int64, by count: Int64
    ) -> (quotient: Int64, remainder: Int64) {
        let raised = sum + count / 2
        let (quotient, rest) = raised.quotientAndRemainder(dividingBy: count)
        return rest < 0 ? (quotient - 1, rest + count) : (quotient, rest)
    }
}

enum IntegerMaxPoolOperator: IntegerOperator {
    static let name = "aivm.integer.MaxPool"
    static let attributeNames = [
        "auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "strides",
    ]
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let x = try call.type(0, of: .int16)
        let (geometry, shape) = try WindowGeometry.pooling(call, x.shape)
        try call.checkTerms(geometry.kernel.reduce(1, *))
        return [TensorType(.int16, shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.windowWork(outputs)
    }

    static func computation(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> @Sendable ([Tensor?]) -> Tensor {
        let (geometry, shape) = try WindowGeometry.pooling(call, try call.type(0).shape)
        let windows = WindowPlaces(geometry).keepingFew()
        return { inputs in
            if kernels.variant != .scalar {
                let results = windows.maxima(inputs.required(0).activations, shape, kernels)
                return Tensor(results, shape: shape)
            }
            let results = windows.reduced(inputs.required(0).activations, shape: shape) {
                x, base, places, _ in
                var largest = Int16.min
                for place in places where place >= 0 { largest = max(largest, x[base + place]) }
                return largest
            }
            return Tensor(results, shape: shape)
        }
    }
}

enum IntegerAveragePoolOperator: IntegerOperator {
    static let name = "aivm.integer.AveragePool"
    static let attributeNames = AveragePoolOperator.attributeNames
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let x = try call.type(0, of: .int16)
        _ = try call.attributes.flag("count_include_pad", default: false)
        let (geometry, shape) = try WindowGeometry.pooling(call, x.shape)
        try call.checkTerms(geometry.kernel.reduce(1, *))
        return [TensorType(.int16, shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.windowWork(outputs)
    }

    static func computation(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> @Sendable ([Tensor?]) -> Tensor {
        let (geometry, shape) = try WindowGeometry.pooling(call, try call.type(0).shape)
        let countsPadding = try call.attributes.flag("count_include_pad", default: false)
        let counts =
            shape.elementCount == 0 ? [] : geometry.counts(countsPadding: countsPadding)
        let windows = WindowPlaces(geometry)
        return { inputs in
            let results = windows.reduced(inputs.required(0).activations, shape: shape) {
                x, base, places, position in
                var sum: Int64 = 0
                for place in places where place >= 0 { sum += Int64(x[base + place]) }
                let count = counts[position]
                return count == 0 ? 0 : Int16(IntegerMean.divided(sum, by: count).quotient)
            }
            return Tensor(results, shape: shape)
        }
    }
}

enum IntegerMeanOperator: IntegerOperator {
    static let name = "aivm.integer.Mean"
    static let attributeNames = ["axes", "keepdims"]
    static let inputCount = 1...1
    static let outputCount = 1...1

    private static func axes(_ call: OperatorCall) throws(OperatorError) -> [Int] {
        let shape = try call.type(0, of: .int16).shape
        let named = try call.attributes.ints("axes") ?? Array(0..<shape.rank)
        return try shape.sortedAxes(named)
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let shape = try call.type(0, of: .int16).shape
        let axes = try axes(call)
        let count = axes.reduce(1) { $0 * shape.dimensions[$1] }
        guard count > 0 else {
            throw .shapeMismatch(reason: "elements to average", shapes: [shape.dimensions])
        }
        try call.checkTerms(count)
        let keeps = try call.attributes.flag("keepdims", default: true)
        return [TensorType(.int16, try shape.reduced(axes, keeps: keeps))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        let elements = UInt64(call.optionalType(0)?.shape.elementCount ?? 0)
        work.elements = work.elements.multipliedSaturating(12)
        return work + Work(elements: elements.multipliedSaturating(2))
    }

    static func computation(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> @Sendable ([Tensor?]) -> Tensor {
        let shape = try outputTypes(call)[0].shape
        let axes = try axes(call)
        let dimensions = try call.type(0).shape.dimensions
        // Elements of the result that one step along each axis of the input passes.
        var strides = [Int](repeating: 0, count: dimensions.count)
        var stride = 1
        for axis in strides.indices.reversed() where !axes.contains(axis) {
            strides[axis] = stride
            stride *= dimensions[axis]
        }
        let steps = strides
        return { inputs in
            let x = inputs.required(0).activations
            guard !x.isEmpty else { return Tensor([Int16](), shape: shape) }
            var sums = [Int64](repeating: 0, count: shape.elementCount)
            var walk = OffsetWalk(dimensions: dimensions, strides: steps)
            for value in x {
                sums[walk.offset] += Int64(value)
                _ = walk.advance()
            }
            let count = Int64(x.count / sums.count)
            return Tensor(
                sums.map { Int16(IntegerMean.divided($0, by: count).quotient) }, shape: shape)
        }
    }
}

extension OperatorCall {
    /// The cost of looking at every element of every window.
    fileprivate func windowWork(_ outputs: [TensorType]) -> Work {
        var work = elementwiseWork(outputs)
        let kernel = (try? attributes.ints("kernel_shape")) ?? []
        let windows = kernel.reduce(work.elements) { $0.multipliedSaturating(max($1, 0)) }
        work.elements = work.elements.multipliedSaturating(8)
        return work + Work(elements: windows.multipliedSaturating(2))
    }
}

extension WindowGeometry {
    /// How many elements of each window count: those in the input, or in the padded input; what
    /// `ceil_mode` adds behind the pads never does.
    package func counts(countsPadding: Bool) -> [Int64] {
        var counts = [Int64](repeating: 1, count: output.reduce(1, *))
        for position in counts.indices {
            var rest = position
            for axis in output.indices.reversed() {
                let start = rest % output[axis] * strides[axis] - padsBegin[axis]
                rest /= output[axis]
                let range =
                    countsPadding
                    ? -padsBegin[axis]..<input[axis] + padsEnd[axis] : 0..<input[axis]
                var inside = 0
                for tap in 0..<kernel[axis] where range.contains(start + tap * dilations[axis]) {
                    inside += 1
                }
                counts[position] *= Int64(inside)
            }
        }
        return counts
    }
}

extension WindowPlaces {
    /// Most places that are laid out at a time.
    private static let chunkCount = 1 << 18

    /// The largest element of each window of each plane of `x`.
    fileprivate func maxima(_ x: [Int16], _ shape: Shape, _ kernels: Kernels) -> [Int16] {
        var results = [Int16](repeating: 0, count: shape.elementCount)
        guard !results.isEmpty else { return results }
        forEachTable(of: max(WindowPlaces.chunkCount / taps, 1)) { start, places in
            for number in 0..<results.count / positions {
                kernels.writeMaxima(
                    of: x, at: number * plane, places, to: &results,
                    from: number * positions + start)
            }
        }
        return results
    }

    /// Each window of each plane of `x` reduced to a number. `body` gets `x`, the offset of the
    /// plane, the places of the window's elements in it, −1 in the padding, and the window's
    /// position.
    fileprivate func reduced(
        _ x: [Int16], shape: Shape, _ body: ([Int16], Int, [Int], Int) -> Int16
    ) -> [Int16] {
        var results = [Int16](repeating: 0, count: shape.elementCount)
        guard !results.isEmpty else { return results }
        forEach(0..<positions) { position, places in
            for number in 0..<results.count / positions {
                results[number * positions + position] = body(
                    x, number * plane, places, position)
            }
        }
        return results
    }
}
