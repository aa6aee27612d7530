// Conv: convolution of int16 activations with int8 weights [O, C/g, …] and an int32 bias, rescaled.
// Each output is Σ over (channel of the group, kernel position) of x · w, padding counting as 0,
// plus the bias of its output channel. |Σ + b| ≤ terms · 2^22 + 2^31.

/// The sizes and the rescaling of a Conv, checked.
package struct IntegerConvForm: Sendable {
    /// Images.
    package let batch: Int
    /// g.
    package let groups: Int
    /// Input channels of one group.
    package let channels: Int
    /// Output channels of one group.
    package let features: Int
    /// The windows.
    package let geometry: WindowGeometry
    /// The shape of the result.
    package let shape: Shape
    /// What makes int16 of the sums.
    package let rescaling: Rescaling

    /// Terms of one output's sum.
    package var terms: Int { channels * geometry.kernel.reduce(1, *) }
    /// Output positions of one channel.
    package var positions: Int { geometry.output.reduce(1, *) }
    /// Whether the weights of a group fill enough of a packed panel: packing small ones would take
    /// many times their memory.
    var isWorthPacking: Bool {
        let packed = (features + 31) / 32 * 32 * ((terms + 3) / 4 * 4 + 4) + 256
        return features >= 4 && groups * packed <= 65_536 + 16 * groups * features * terms
    }

    /// Checks a call.
    package init(_ call: OperatorCall) throws(OperatorError) {
        let input = try call.type(0, of: .int16).shape.dimensions
        let weights = try call.type(1, of: .int8).shape.dimensions
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
        batch = input[0]
        channels = weights[1]
        features = weights[0] / groups
        geometry = try WindowGeometry(
            call, input: Array(input[2...]), kernel: kernel, channels: channels, isPooling: false)
        shape = try Shape([batch, weights[0]] + geometry.output)
        // The weights have as many elements, or their extents other than 0 multiply to as many: no
        // overflow. Windows are laid out even where no channel fills them.
        let terms = channels * kernel.reduce(1, *)
        try call.checkTerms(max(channels, 1) * kernel.reduce(1, *))
        try call.checkVector(2, count: weights[0])
        rescaling = try Rescaling(
            call, channels: weights[0], bound: terms << 22 + 1 << 31)
    }
}

enum IntegerConvOperator: Operator {
    static let name = "aivm.integer.Conv"
    static let attributeNames = ConvOperator.attributeNames + Rescaling.attributeNames
    static let inputCount = 2...3
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [TensorType(.int16, try IntegerConvForm(call).shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        guard let form = try? IntegerConvForm(call) else { return work }
        work.multiplyAdds = work.elements.multipliedSaturating(form.terms)
        let windows = UInt64(form.batch).multipliedSaturating(
            form.groups, form.terms, form.positions)
        return work + Work(elements: windows.multipliedSaturating(2))
            + Work(elements: work.elements)
            + Work(elements: UInt64(form.batch).multipliedSaturating(form.groups, 256))
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let form = try IntegerConvForm(call)
        guard form.shape.elementCount > 0 else { return [Tensor([Int16](), shape: form.shape)] }
        if kernels.variant != .scalar, form.isWorthPacking || kernels.prefersMixedProducts {
            let prepared = PreparedIntegerConv(
                call: call, form: form, weights: inputs.required(1), kernels: kernels)
            if prepared.isPacked {
                return [prepared.result(inputs.required(0), bias: inputs.optional(2))]
            }
        }
        return [
            reference(form, inputs.required(0), inputs.required(1), bias: inputs.optional(2))
        ]
    }

    /// The definition.
    static func reference(
        _ form: IntegerConvForm, _ input: Tensor, _ weights: Tensor, bias: Tensor?
    ) -> Tensor {
        let x = input.activations
        let w = weights.weights
        let bias = bias?.integers
        let windows = WindowPlaces(form.geometry)
        let taps = form.geometry.kernel.reduce(1, *)
        let plane = form.geometry.input.reduce(1, *)
        var results = [Int16](repeating: 0, count: form.shape.elementCount)
        guard !results.isEmpty else { return Tensor(results, shape: form.shape) }
        windows.forEach(0..<form.positions) { position, places in
            for image in 0..<form.batch {
                for output in 0..<form.groups * form.features {
                    let first = (image * form.groups + output / form.features) * form.channels
                    var sum = Int64(bias?[output] ?? 0)
                    for channel in 0..<form.channels {
                        for (tap, place) in places.enumerated() where place >= 0 {
                            let factor = w[(output * form.channels + channel) * taps + tap]
                            sum += Int64(x[(first + channel) * plane + place]) * Int64(factor)
                        }
                    }
                    let index = image * form.groups * form.features + output
                    results[index * form.positions + position] = form.rescaling.result(
                        sum, channel: output)
                }
            }
        }
        return Tensor(results, shape: form.shape)
    }

    static func prepare(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> (any PreparedOperator)? {
        let form = try IntegerConvForm(call)
        guard kernels.variant != .scalar, form.shape.elementCount > 0,
            form.isWorthPacking || kernels.prefersMixedProducts, let weights = call.constants[1]
        else { return nil }
        let prepared = PreparedIntegerConv(
            call: call, form: form, weights: weights, kernels: kernels)
        return prepared.isPacked ? prepared : nil
    }
}

/// A Conv whose weights are packed: for each group a matrix of terms × features, with which rows
/// of windows are multiplied.
struct PreparedIntegerConv: SingleInputOperator {
    /// Most numbers of windows laid out at a time.
    private static let chunkCount = 1 << 18

    private let call: OperatorCall
    private let form: IntegerConvForm
    private let packed: [PackedByteMatrix]
    private let mixed: MixedConvolution?
    private let depthwise: DepthwiseConvolution?
    private let windows: WindowPlaces
    private let multipliers: [Int64]
    /// The biases; `nil` when only a run tells them.
    private let addends: [Int64]?
    private let kernels: Kernels
    var packedInputs: [Int] { call.hasInput(2) && addends != nil ? [1, 2] : [1] }
    var packedByteCount: Int {
        packed.reduce(windows.keptByteCount) { $0 + $1.byteCount } + multipliers.count * 16
            + (mixed?.byteCount ?? 0) + (depthwise?.byteCount ?? 0)
    }
    /// Whether the weights have one of the three forms.
    var isPacked: Bool { mixed != nil || depthwise != nil || form.isWorthPacking }

    init(call: OperatorCall, form: IntegerConvForm, weights: Tensor, kernels: Kernels) {
        self.call = call.dropping([1, 2].filter { $0 < call.constants.count })
        self.form = form
        self.kernels = kernels
        let w = weights.weights
        let size = form.features * form.terms
        depthwise = DepthwiseConvolution(form, w, kernels)
        mixed = depthwise == nil ? MixedConvolution(form, w, kernels) : nil
        let isPlain = mixed == nil && depthwise == nil
        let count = isPlain && form.isWorthPacking ? form.groups : 0
        packed = (0..<count).map { group in
            PackedByteMatrix(
                .signed(Array(w[group * size..<(group + 1) * size])), rows: form.terms,
                columns: form.features, isTransposed: true)
        }
        let windows = WindowPlaces(form.geometry)
        self.windows = count > 0 ? windows.keepingFew() : windows
        addends = call.addends(of: 2, count: form.groups * form.features)
        multipliers = (0..<form.groups * form.features).map { form.rescaling.multiplier($0) }
    }

    var readsFirstInputOnly: Bool { addends != nil }

    func output(of input: Tensor) -> Tensor { result(input, bias: nil) }

    func evaluate(_ inputs: [Tensor?]) throws(OperatorError) -> [Tensor] {
        try call.checkTypes(of: inputs, packed: packedInputs)
        return [result(inputs.required(0), bias: inputs.optional(2))]
    }

    func result(_ input: Tensor, bias: Tensor?) -> Tensor {
        let x = input.activations
        let addends = self.addends ?? bias?.integers.map { Int64($0) } ?? []
        if let depthwise {
            let results = depthwise.results(
                x, batch: form.batch, addends: addends, multipliers: multipliers,
                form.rescaling.rounding, using: kernels)
            return Tensor(results, shape: form.shape)
        }
        if let mixed {
            let results = mixed.results(
                x, batch: form.batch, addends: addends, multipliers: multipliers,
                form.rescaling.rounding, using: kernels)
            return Tensor(results, shape: form.shape)
        }
        var results = [Int16](repeating: 0, count: form.shape.elementCount)
        guard !results.isEmpty else { return Tensor(results, shape: form.shape) }
        let plane = form.geometry.input.reduce(1, *)
        let chunk = max(PreparedIntegerConv.chunkCount / max(form.terms, 1), 1)
        windows.forEachTable(of: chunk) { start, places in
            for index in 0..<form.batch * form.groups {
                let group = index % form.groups
                let halves = kernels.windowHalves(
                    x, from: index * form.channels * plane, channels: form.channels, places)
                let sums = kernels.product(
                    2 * places.positions, .signed(halves),
                    zeros: WideNumbers.zeros(rows: places.positions), packed[group])
                let channels = group * form.features..<(group + 1) * form.features
                let values = kernels.rescaled(
                    sums, rows: places.positions, columns: form.features,
                    addends: addends[channels], multipliers: multipliers[channels],
                    form.rescaling.rounding)
                kernels.writeTransposed(
                    values, columns: form.features, to: &results,
                    from: index * form.features * form.positions + start, step: form.positions)
            }
        }
        return Tensor(results, shape: form.shape)
    }
}
