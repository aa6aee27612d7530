// ConvInteger and QLinearConv: convolution of 8-bit integers, exact in 32 bits (wrapping around).
// Each output is Σ over (channel of the group, kernel position) of (x − zero of x) · (w − zero of
// its output channel); padding counts as the zero point, so its terms are 0. QLinearConv adds the
// bias to the sum and requantises with the multiplier (scale of x · scale of w) / scale of y of its
// output channel. ONNX ConvInteger 10, QLinearConv 10.

/// The sizes of a convolution of 8-bit integers, checked.
struct IntegerConvolution {
    /// Bytes of windows laid out at a time.
    static let chunkBytes = 1 << 20

    let batch: Int
    let groups: Int
    /// Input channels of one group.
    let channels: Int
    /// Output channels of one group.
    let features: Int
    let geometry: WindowGeometry
    let shape: Shape

    /// Terms of one output's sum.
    var termCount: Int { channels * geometry.kernel.reduce(1, *) }
    /// Output positions of one channel.
    var positionCount: Int { geometry.output.reduce(1, *) }

    /// `x` and `w` are the indices of input and weights, `xZero` and `wZero` of their zero points.
    init(
        _ call: OperatorCall, x: Int, xZero: Int, w: Int, wZero: Int
    ) throws(OperatorError) {
        let xType = try call.type(x, of: .int8, .uint8)
        let wType = try call.type(w, of: .int8, .uint8)
        let (input, weights) = (xType.shape.dimensions, wType.shape.dimensions)
        groups = try call.attributes.int("group", default: 1)
        guard groups >= 1, groups <= WindowGeometry.largestAttribute else {
            throw .wrongAttribute(name: "group", reason: "is \(groups)")
        }
        guard input.count >= 3, weights.count == input.count, input[1] % groups == 0,
            weights[0] % groups == 0, input[1] / groups == weights[1]
        else {
            throw .shapeMismatch(
                reason: "the weights do not fit the input", shapes: [input, weights])
        }
        let kernel = Array(weights[2...])
        if let named = try call.attributes.ints("kernel_shape"), named != kernel {
            throw .wrongAttribute(name: "kernel_shape", reason: "is not the weights' extents")
        }
        for (index, type, count) in [(xZero, xType, 1), (wZero, wType, weights[0])]
        where call.hasInput(index) {
            let zero = try call.type(index, of: type.element).shape
            try IntegerConvolution.check(zero, count: count)
        }
        batch = input[0]
        channels = weights[1]
        features = weights[0] / groups
        geometry = try WindowGeometry(
            call, input: Array(input[2...]), kernel: kernel, channels: channels, isPooling: false)
        shape = try Shape([batch, weights[0]] + geometry.output)
    }

    /// Throws unless a parameter of `shape` is one, or one for each of `count` channels.
    static func check(_ shape: Shape, count: Int) throws(OperatorError) {
        guard shape.rank <= 1, shape.elementCount == 1 || shape.elementCount == count else {
            throw .shapeMismatch(
                reason: "one parameter, or one for each of \(count) channels",
                shapes: [shape.dimensions])
        }
    }

    func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.multiplyAdds = work.elements.multipliedSaturating(termCount)
        let windows = UInt64(batch).multipliedSaturating(groups, termCount, positionCount)
        // Windows are laid out and lessened by the zero point; weights are too, for each chunk.
        let chunks = UInt64(batch).multipliedSaturating(groups, chunkCount)
        let weights = chunks.multipliedSaturating(features, termCount)
        let setUp = chunks.multipliedSaturating(64)
        return work + Work(elements: windows.multipliedSaturating(3)) + Work(elements: weights)
            + Work(elements: setUp)
    }

    /// Positions laid out at a time.
    private var chunkLength: Int {
        max(IntegerConvolution.chunkBytes / max(termCount, 1), 1)
    }

    private var chunkCount: Int { positionCount / chunkLength + 1 }

    /// The sums, in the order of the output.
    func sums(_ x: Tensor, _ xZero: Tensor?, _ w: Tensor, _ wZero: Tensor?) -> [Int32] {
        let input = x.littleEndianBytes
        let weights = w.littleEndianBytes
        let zero = xZero?.littleEndianBytes.first ?? 0
        let zeros = wZero?.zeroPoints ?? [0]
        let inputZero = xZero?.zeroPoints.first ?? 0
        let (terms, positions) = (termCount, positionCount)
        let inputStep = channels * geometry.input.reduce(1, *)
        var results = [Int32](repeating: 0, count: shape.elementCount)
        guard !results.isEmpty, terms > 0 else { return results }
        for image in 0..<batch {
            for group in 0..<groups {
                let index = image * groups + group
                let first = group * features
                let left = QuantizedMatrix(
                    bytes: weights, isSigned: w.type.element == .int8, offset: first * terms,
                    rows: features, columns: terms,
                    zeros: (first..<first + features).map {
                        zeros.count == 1 ? zeros[0] : zeros[$0]
                    })
                for start in stride(from: 0, to: positions, by: chunkLength) {
                    let range = start..<min(start + chunkLength, positions)
                    let right = QuantizedMatrix(
                        bytes: windows(input, offset: index * inputStep, range, fill: zero),
                        isSigned: x.type.element == .int8, offset: 0, rows: terms,
                        columns: range.count,
                        zeros: [Int16](repeating: inputZero, count: range.count))
                    let sums = IntegerProduct.sums(left, right)
                    for feature in 0..<features {
                        let target = (index * features + feature) * positions + start
                        let row = sums[feature * range.count..<(feature + 1) * range.count]
                        results.replaceSubrange(target..<target + range.count, with: row)
                    }
                }
            }
        }
        return results
    }

    /// The windows of output positions `range` as the columns of a matrix, a row for each term.
    private func windows(
        _ input: [UInt8], offset: Int, _ range: Range<Int>, fill: UInt8
    ) -> [UInt8] {
        let kernelCount = geometry.kernel.reduce(1, *)
        let channelStep = geometry.input.reduce(1, *)
        var result: [UInt8] = []
        result.reserveCapacity(termCount * range.count)
        for channel in 0..<channels {
            for position in 0..<kernelCount {
                appendRow(
                    of: input, at: offset + channel * channelStep, kernelPosition: position,
                    range, fill: fill, to: &result)
            }
        }
        return result
    }

    /// Appends the bytes under kernel position `kernelPosition` for the output positions `range`.
    private func appendRow(
        of input: [UInt8], at offset: Int, kernelPosition: Int, _ range: Range<Int>, fill: UInt8,
        to result: inout [UInt8]
    ) {
        let last = geometry.input.count - 1
        let width = geometry.output[last]
        var shifts = [Int](repeating: 0, count: last + 1)
        var rest = kernelPosition
        for axis in stride(from: last, through: 0, by: -1) {
            shifts[axis] =
                rest % geometry.kernel[axis] * geometry.dilations[axis] - geometry.padsBegin[axis]
            rest /= geometry.kernel[axis]
        }
        var position = range.lowerBound
        while position < range.upperBound {
            let column = position % width
            let count = min(width - column, range.upperBound - position)
            let row = rowStart(position / width, shifts: shifts)
            for index in column..<column + count {
                let source = index * geometry.strides[last] + shifts[last]
                let isInside = source >= 0 && source < geometry.input[last]
                result.append(row.flatMap { isInside ? input[offset + $0 + source] : nil } ?? fill)
            }
            position += count
        }
    }

    /// Where the input row under output row `row` starts in its channel; `nil` in the padding.
    private func rowStart(_ row: Int, shifts: [Int]) -> Int? {
        var rest = row
        var start = 0
        var step = geometry.input.last ?? 1
        for axis in stride(from: geometry.input.count - 2, through: 0, by: -1) {
            let source = rest % geometry.output[axis] * geometry.strides[axis] + shifts[axis]
            rest /= geometry.output[axis]
            guard source >= 0, source < geometry.input[axis] else { return nil }
            start += source * step
            step *= geometry.input[axis]
        }
        return start
    }
}

enum ConvIntegerOperator: Operator {
    static let name = "ConvInteger"
    static let opsets = 10...OperatorRegistry.latestOpset
    static let attributeNames = ConvOperator.attributeNames
    static let inputCount = 2...4
    static let outputCount = 1...1

    private static func sizes(_ call: OperatorCall) throws(OperatorError) -> IntegerConvolution {
        try IntegerConvolution(call, x: 0, xZero: 2, w: 1, wZero: 3)
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [TensorType(.int32, try sizes(call).shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        (try? sizes(call))?.work(call, outputs: outputs) ?? call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let sizes = try sizes(call)
        let sums = sizes.sums(
            inputs.required(0), inputs.optional(2), inputs.required(1), inputs.optional(3))
        return [Tensor(sums, shape: sizes.shape)]
    }
}

enum QLinearConvOperator: Operator {
    static let name = "QLinearConv"
    static let opsets = 10...OperatorRegistry.latestOpset
    static let attributeNames = ConvOperator.attributeNames
    static let inputCount = 8...9
    static let outputCount = 1...1

    private static func sizes(_ call: OperatorCall) throws(OperatorError) -> IntegerConvolution {
        try IntegerConvolution(call, x: 0, xZero: 2, w: 3, wZero: 5)
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let sizes = try sizes(call)
        let count = sizes.features * sizes.groups
        for (index, count) in [(1, 1), (4, count), (6, 1)] {
            let scale = try call.type(index, of: .float32).shape
            try IntegerConvolution.check(scale, count: count)
        }
        let zero = try call.type(7, of: .int8, .uint8)
        try IntegerConvolution.check(zero.shape, count: 1)
        if call.hasInput(8) {
            let bias = try call.type(8, of: .int32).shape
            guard bias.dimensions == [count] else {
                throw .shapeMismatch(
                    reason: "one bias per output channel",
                    shapes: [sizes.shape.dimensions, bias.dimensions])
            }
        }
        return [TensorType(zero.element, sizes.shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        let work = (try? sizes(call))?.work(call, outputs: outputs)
        return work.map { $0 + Work(elements: $0.elements) } ?? call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let sizes = try sizes(call)
        let (channels, positions) = (sizes.features * sizes.groups, sizes.positionCount)
        var sums = sizes.sums(
            inputs.required(0), inputs.required(2), inputs.required(3), inputs.required(5))
        if case .int32(let bias) = inputs.optional(8)?.storage {
            for index in sums.indices { sums[index] &+= bias[index / positions % channels] }
        }
        let scale = inputs.required(1).floats[0]
        let result = inputs.required(6).floats[0]
        let multipliers = inputs.required(4).floats.map { scale * $0 / result }
        let rule = RequantizationRule(
            sums: sums,
            multiplier: { index in
                multipliers[multipliers.count == 1 ? 0 : index / positions % channels]
            },
            zero: inputs.required(7), shape: sizes.shape)
        guard let tensor = try rule.zero.type.element.applying(rule) else {
            throw .wrongInputType(index: 7)
        }
        return [tensor]
    }
}
