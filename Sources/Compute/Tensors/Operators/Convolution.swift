// Conv: cross-correlation of [batch, channel, spatial…] with weights [output channel, channel /
// group, kernel…], any number of spatial axes. Each output is one dot of the dot rule over (channel
// of the group, kernel position row-major); padding takes part as zeros; the bias is added last.
// ONNX Conv 1 to 22.

/// The convolutions.
enum ConvolutionFamily {
    static let operators: [any Operator.Type] = [
        ConvOperator.self
    ]
}

/// Convolution with groups, pads, strides and dilations.
enum ConvOperator: PackingOperator {
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

    static func packing(_ call: OperatorCall) throws(OperatorError) -> PackedInput? {
        guard let form = try PreparedConvolution(call, kernels: .scalar).weightForm else {
            return nil
        }
        return PackedInput(index: 1, form: form)
    }

    static func prepare(
        _ call: OperatorCall, packed: PackedMatrix?, using kernels: Kernels
    ) throws(OperatorError) -> (any PreparedOperator)? {
        try PreparedConvolution(call, kernels: kernels, packed: packed)
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
    /// The weights of each group as a matrix of terms × features.
    var weightForm: MatrixForm {
        MatrixForm(rows: termCount, columns: features, isTransposed: true, count: groups)
    }
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

/// A convolution with its windows laid out and its constant weights packed.
struct PreparedConvolution: EpilogueTaking {
    /// Fewest positions for which a pointwise convolution is a product with the input on the right:
    /// below, too much of its vectors would be empty.
    private static let fewestColumns = 128

    /// How the results are computed; they do not depend on it.
    private enum Method {
        /// Planes one by one.
        case depthwise(PlaneGrid)
        /// Weights times the input, which is the matrix of windows already.
        case product
        /// Windows times the packed weights.
        case windows(ConvolutionPlan, PackedMatrix?)
    }

    private let call: OperatorCall
    private let kernels: Kernels
    private let sizes: ConvolutionSizes
    private let method: Method
    var epilogue = Epilogue.none
    var columnBiasCount: Int? { nil }
    var packedInputs: [Int] { packed == nil ? [] : [1] }
    var packedByteCount: Int { packed?.byteCount ?? 0 }

    /// The weights, where they are constant and the method packs them.
    private var packed: PackedMatrix? {
        if case .windows(_, let packed) = method { packed } else { nil }
    }

    init(
        _ call: OperatorCall, kernels: Kernels, packed: PackedMatrix? = nil
    ) throws(OperatorError) {
        self.kernels = kernels
        let sizes = try ConvolutionSizes(call)
        self.sizes = sizes
        let geometry = sizes.geometry
        let isThin = sizes.channels == 1 && (sizes.groups > 1 || sizes.features <= 2)
        if isThin, let grid = PlaneGrid(geometry) {
            method = .depthwise(grid)
        } else if geometry.isPointwise, sizes.positionCount >= Self.fewestColumns {
            method = .product
        } else {
            let plan = geometry.plan(
                images: sizes.batch, groups: sizes.groups, channels: sizes.channels,
                features: sizes.features)
            method = .windows(plan, packed)
        }
        if case .windows(_, .some) = method {
            self.call = call.dropping([1])
        } else {
            self.call = call
        }
    }

    /// How the weights are packed, if they are: those of each group as a matrix of terms ×
    /// features.
    var weightForm: MatrixForm? {
        guard case .windows = method else { return nil }
        return sizes.weightForm
    }

    func evaluate(_ inputs: [Tensor?]) throws(OperatorError) -> [Tensor] {
        var inputs = inputs
        let addend = try epilogue.takeAddend(from: &inputs, shape: sizes.shape)
        try call.checkTypes(of: inputs, packed: packedInputs)
        return compute(inputs, addend: addend)
    }

    func compute(_ inputs: [Tensor?], addend: [Float]? = nil) -> [Tensor] {
        let x = inputs.required(0).floats
        let weights = packed == nil ? inputs.required(1).floats : []
        var steps = EpilogueValues(addend: addend, activation: epilogue.activation)
        if let bias = inputs.optional(2)?.floats {
            steps.axis = .rows
            steps.bias = bias
        }
        let result = Kernels.floats(sizes.shape.elementCount) { output in
            switch method {
            case .depthwise(let grid):
                kernels.depthwise(
                    x, weights, grid, features: sizes.groups * sizes.features,
                    multiplier: sizes.features, into: output, epilogue: steps)
            case .product: multiply(x, weights, steps, into: output)
            case .windows(let plan, let packed):
                kernels.convolve(
                    x, packed ?? PackedMatrix(weights, sizes.weightForm), plan, into: output,
                    epilogue: steps)
            }
        }
        return [Tensor(canonical: result, shape: sizes.shape)]
    }

    /// One product for each group of each image.
    private func multiply(
        _ x: [Float], _ weights: [Float], _ steps: EpilogueValues, into output: FloatOutput
    ) {
        let (features, positions) = (sizes.features, sizes.positionCount)
        for index in 0..<sizes.batch * sizes.groups {
            let group = index % sizes.groups
            var part = steps
            if sizes.groups > 1, steps.axis == .rows {
                part.bias = Array(steps.bias[group * features..<(group + 1) * features])
            }
            // Group `index` of the batch fills features · positions elements.
            kernels.product(
                features, positions, sizes.channels,
                PlainMatrix(values: weights, offset: group * features * sizes.channels),
                .plain(values: x, offset: index * sizes.channels * positions), into: output,
                at: index * features * positions, epilogue: part)
        }
    }
}
