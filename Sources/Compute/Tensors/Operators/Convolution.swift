// Conv: cross-correlation of [batch, channel, spatial…] with weights [output channel, channel /
// group, kernel…], any number of spatial axes. Each output is one dot of the dot rule over (channel
// of the group, kernel position row-major); padding takes part as zeros; the bias is added last.
// ONNX Conv 1 to 22.

/// The convolutions.
enum ConvolutionFamily {
    static let operators: [any Operator.Type] = [
        ConvOperator.self,
    ]
}

/// Convolution with groups, pads, strides and dilations.
enum ConvOperator: Operator {
    static let name = "Conv"
    static let attributeNames = [
        "auto_pad", "dilations", "group", "kernel_shape", "pads", "strides",
    ]
    static let inputCount = 2...3
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [TensorType(.float32, try ConvolutionSizes(call).shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        guard let sizes = try? ConvolutionSizes(call) else { return work }
        work.multiplyAdds = work.elements.multipliedSaturating(sizes.termCount)
        // Laying out the windows costs an element operation per term and position of a group.
        let positions = UInt64(sizes.batch * sizes.groups)
            .multipliedSaturating(sizes.termCount, sizes.positionCount)
        let (sum, overflow) = work.elements.addingReportingOverflow(positions)
        work.elements = overflow ? .max : sum
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        try PreparedConvolution(call, kernels: kernels).compute(inputs)
    }

    static func prepare(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> (any PreparedOperator)? {
        try PreparedConvolution(call, kernels: kernels)
    }
}

/// The sizes of a convolution, checked.
struct ConvolutionSizes {
    let batch: Int
    let groups: Int
    /// Input channels of one group.
    let channels: Int
    /// Output channels of one group.
    let features: Int
    let geometry: WindowGeometry
    let shape: Shape

    /// Terms of one output's dot.
    var termCount: Int { channels * geometry.kernel.reduce(1, *) }
    /// Output positions of one channel.
    var positionCount: Int { geometry.output.reduce(1, *) }

    init(_ call: OperatorCall) throws(OperatorError) {
        let x = try call.type(0, of: .float32).shape.dimensions
        let w = try call.type(1, of: .float32).shape.dimensions
        groups = try call.attributes.int("group", default: 1)
        guard groups >= 1, groups <= WindowGeometry.largestAttribute else {
            throw .wrongAttribute(name: "group", reason: "is \(groups)")
        }
        guard x.count >= 3, w.count == x.count, x[1] % groups == 0, w[0] % groups == 0,
            x[1] / groups == w[1]
        else {
            throw .shapeMismatch(reason: "the weights do not fit the input", shapes: [x, w])
        }
        let kernel = Array(w[2...])
        if let named = try call.attributes.ints("kernel_shape"), named != kernel {
            throw .wrongAttribute(name: "kernel_shape", reason: "is not the weights' extents")
        }
        if call.hasInput(2) {
            let bias = try call.type(2, of: .float32).shape.dimensions
            guard bias == [w[0]] else {
                throw .shapeMismatch(reason: "one bias per output channel", shapes: [w, bias])
            }
        }
        batch = x[0]
        channels = w[1]
        features = w[0] / groups
        geometry = try WindowGeometry(
            call, input: Array(x[2...]), kernel: kernel, channels: channels, isPooling: false)
        shape = try Shape([batch, w[0]] + geometry.output)
    }
}

/// A convolution with its windows laid out.
struct PreparedConvolution: PreparedOperator {
    private let call: OperatorCall
    private let kernels: Kernels
    private let sizes: ConvolutionSizes
    /// The output positions, in chunks whose packed windows fit the second-level cache.
    private let chunks: [WindowOffsets]
    /// Whether the input is the matrix of windows: 1 × 1 kernels one apart, no padding.
    private let isPointwise: Bool

    init(_ call: OperatorCall, kernels: Kernels) throws(OperatorError) {
        self.call = call
        self.kernels = kernels
        let sizes = try ConvolutionSizes(call)
        self.sizes = sizes
        let geometry = sizes.geometry
        isPointwise =
            geometry.isUnpadded && geometry.kernel.allSatisfy { $0 == 1 }
            && geometry.strides.allSatisfy { $0 == 1 }
        let chunk = min(max(65_536 / max(sizes.termCount * 32, 1), 1), 16) * 32
        chunks =
            isPointwise || sizes.shape.elementCount == 0
            ? [] : geometry.windows(channels: sizes.channels, chunk: chunk)
    }

    func evaluate(_ inputs: [Tensor?]) throws(OperatorError) -> [Tensor] {
        try call.checkTypes(of: inputs)
        return compute(inputs)
    }

    func compute(_ inputs: [Tensor?]) -> [Tensor] {
        let x = inputs.required(0).floats
        let weights = inputs.required(1).floats
        let bias = inputs.optional(2)?.floats
        let (features, positions) = (sizes.features, sizes.positionCount)
        let inputStep = sizes.channels * sizes.geometry.input.reduce(1, *)
        let result = Kernels.floats(sizes.shape.elementCount) { output in
            for image in 0..<sizes.batch {
                for group in 0..<sizes.groups {
                    let index = image * sizes.groups + group
                    // Group `index` of the batch fills features · positions elements from here.
                    let target = index * features * positions
                    compute(
                        x, offset: index * inputStep, weights,
                        weightOffset: group * features * sizes.termCount, into: output, at: target)
                    if let bias {
                        let slice = bias[group * features..<(group + 1) * features]
                        kernels.addBias(slice, to: output, at: target, length: positions)
                    }
                }
            }
        }
        return [Tensor(canonical: result, shape: sizes.shape)]
    }

    /// One group of one image.
    private func compute(
        _ x: [Float], offset: Int, _ weights: [Float], weightOffset: Int,
        into output: FloatOutput, at target: Int
    ) {
        let (features, positions) = (sizes.features, sizes.positionCount)
        if isPointwise {
            return kernels.product(
                features, positions, sizes.channels, weights, offset: weightOffset,
                .plain(values: x, offset: offset), into: output, at: target)
        }
        let geometry = sizes.geometry
        let padded =
            geometry.isUnpadded
            ? x : geometry.padding(x, offset: offset, channels: sizes.channels, fill: 0)
        var done = 0
        for chunk in chunks {
            // A chunk fills columns done ..< done + positionCount of each feature's row.
            kernels.productOfWindows(
                features, weights, offset: weightOffset, padded,
                start: geometry.isUnpadded ? offset : 0, chunk, into: output, at: target + done,
                outputStep: positions)
            done += chunk.positionCount
        }
    }
}
