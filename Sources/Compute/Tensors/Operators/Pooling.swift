// Pooling: MaxPool, AveragePool and GlobalAveragePool, for any number of spatial axes.

/// The poolings.
enum PoolingFamily {
    static let operators: [any Operator.Type] = [
        MaxPoolOperator.self,
        AveragePoolOperator.self,
        GlobalAveragePoolOperator.self,
    ]
}

/// The largest element of each window; NaN wins, −0 < +0, padding takes no part (a window of
/// padding alone gives the smallest value of the type). ONNX MaxPool 8 to 22, without the Indices
/// output.
enum MaxPoolOperator: Operator {
    static let name = "MaxPool"
    static let attributeNames = [
        "auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "storage_order", "strides",
    ]
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        return [TensorType(type.element, try PreparedMaxPool(call, kernels: .scalar).shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        let kernel = (try? call.attributes.ints("kernel_shape")) ?? []
        work.elements = kernel.reduce(work.elements) { $0.multipliedSaturating(max($1, 0)) }
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        try PreparedMaxPool(call, kernels: kernels).compute(inputs)
    }

    static func prepare(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> (any PreparedOperator)? {
        try PreparedMaxPool(call, kernels: kernels)
    }
}

/// A MaxPool with its geometry checked.
struct PreparedMaxPool: PreparedOperator {
    private let call: OperatorCall
    private let kernels: Kernels
    private let geometry: WindowGeometry
    private let grid: PlaneGrid?
    let shape: Shape

    init(_ call: OperatorCall, kernels: Kernels) throws(OperatorError) {
        self.call = call
        self.kernels = kernels
        let x =
            call.opset < 12
            ? try call.type(0, of: .float32) : try call.type(0, of: .float32, .uint8, .int8)
        if call.opset < 10 { try call.refuse("dilations", "ceil_mode") }
        _ = try call.attributes.flag("storage_order", default: false)
        (geometry, shape) = try WindowGeometry.pooling(call, x.shape)
        grid = PlaneGrid(geometry)
    }

    func evaluate(_ inputs: [Tensor?]) throws(OperatorError) -> [Tensor] {
        try call.checkTypes(of: inputs)
        return compute(inputs)
    }

    func compute(_ inputs: [Tensor?]) -> [Tensor] {
        let input = inputs.required(0)
        // Eight-bit integers are exact in float32, and so is their maximum.
        switch input.storage {
        case .uint8(let values):
            let result = maxima(values.map(Float.init))
            return [Tensor(result.map { $0 < 0 ? UInt8(0) : UInt8($0) }, shape: shape)]
        case .int8(let values):
            let result = maxima(values.map(Float.init))
            return [Tensor(result.map { $0 < -128 ? Int8(-128) : Int8($0) }, shape: shape)]
        default: return [Tensor(canonical: maxima(input.floats), shape: shape)]
        }
    }

    private func maxima(_ x: [Float]) -> [Float] {
        if let grid {
            return Kernels.floats(shape.elementCount) { kernels.maximumPool(x, grid, into: $0) }
        }
        return geometry.reduced(x, shape: shape, countsPadding: false) { window in
            window.reduce(-.infinity) { most, x in Float.maximumOfPool(most, x) }
        }
    }
}

/// The mean of each window: the sum of its elements by the reduction rule, numbered row-major,
/// divided by their count. Elements are those that lie in the input, or with `count_include_pad` in
/// the padded input; what ceil_mode adds behind the pads never counts. ONNX AveragePool 7 to 22.
enum AveragePoolOperator: Operator {
    static let name = "AveragePool"
    static let attributeNames = [
        "auto_pad", "ceil_mode", "count_include_pad", "dilations", "kernel_shape", "pads",
        "strides",
    ]
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [TensorType(.float32, try PreparedAveragePool(call, kernels: .scalar).shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        MaxPoolOperator.work(call, outputs: outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        try PreparedAveragePool(call, kernels: kernels).compute(inputs)
    }

    static func prepare(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> (any PreparedOperator)? {
        try PreparedAveragePool(call, kernels: kernels)
    }
}

/// An AveragePool with its geometry checked.
struct PreparedAveragePool: PreparedOperator {
    private let call: OperatorCall
    private let kernels: Kernels
    private let geometry: WindowGeometry
    private let grid: PlaneGrid?
    private let countsPadding: Bool
    let shape: Shape

    init(_ call: OperatorCall, kernels: Kernels) throws(OperatorError) {
        self.call = call
        self.kernels = kernels
        let x = try call.type(0, of: .float32)
        if call.opset < 10 { try call.refuse("ceil_mode") }
        if call.opset < 19 { try call.refuse("dilations") }
        countsPadding = try call.attributes.flag("count_include_pad", default: false)
        (geometry, shape) = try WindowGeometry.pooling(call, x.shape)
        grid = PlaneGrid(geometry)
    }

    func evaluate(_ inputs: [Tensor?]) throws(OperatorError) -> [Tensor] {
        try call.checkTypes(of: inputs)
        return compute(inputs)
    }

    func compute(_ inputs: [Tensor?]) -> [Tensor] {
        let x = inputs.required(0).floats
        if let grid {
            let result = Kernels.floats(shape.elementCount) { output in
                kernels.averagePool(x, grid, countsPadding: countsPadding, into: output)
            }
            return [Tensor(canonical: result, shape: shape)]
        }
        let result = geometry.reduced(x, shape: shape, countsPadding: countsPadding) { window in
            let sum = kernels.sums(ofRows: window, length: window.count, rowCount: 1)[0]
            return sum / Float(window.count)
        }
        return [Tensor(result, shape: shape)]
    }
}

/// The mean of each channel of each image: the sum of its elements by the reduction rule divided by
/// their count. ONNX GlobalAveragePool 1 to 22.
enum GlobalAveragePoolOperator: Operator {
    static let name = "GlobalAveragePool"
    static let attributeNames: [String] = []
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let shape = try call.type(0, of: .float32).shape
        guard shape.rank >= 3 else {
            throw .shapeMismatch(
                reason: "images have channels and axes", shapes: [shape.dimensions])
        }
        let ones = [Int](repeating: 1, count: shape.rank - 2)
        return [TensorType(.float32, try Shape(Array(shape.dimensions[..<2]) + ones))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements += UInt64(call.inputTypes.first??.shape.elementCount ?? 0)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let shape = try Shape(
            input.shape.dimensions.enumerated().map { $0.offset < 2 ? $0.element : 1 })
        let length = input.shape.elementCount(ofAxes: 2..<input.shape.rank)
        let result = Kernels.floats(shape.elementCount) { output in
            kernels.means(ofRows: input.floats, length: length, into: output)
        }
        return [Tensor(canonical: result, shape: shape)]
    }
}

extension WindowGeometry {
    /// The geometry and the output shape of a pooling of `input`.
    ///
    /// - Throws: what the geometry throws; `tooLarge` for a window larger than the padded input.
    static func pooling(
        _ call: OperatorCall, _ input: Shape
    ) throws(OperatorError) -> (geometry: WindowGeometry, shape: Shape) {
        let dimensions = input.dimensions
        guard let kernel = try call.attributes.ints("kernel_shape") else {
            throw .missingAttribute(name: "kernel_shape")
        }
        guard dimensions.count >= 3, kernel.count == dimensions.count - 2 else {
            throw .shapeMismatch(
                reason: "a window extent per spatial axis", shapes: [dimensions, kernel])
        }
        let geometry = try WindowGeometry(
            call, input: Array(dimensions[2...]), kernel: kernel, channels: 1, isPooling: true)
        let taps = kernel.reduce(1 as UInt64) { $0.multipliedSaturating($1) }
        guard taps <= UInt64(geometry.paddedCount) else {
            throw .tooLarge(reason: "a window of \(kernel)")
        }
        return (geometry, try Shape(Array(dimensions[..<2]) + geometry.output))
    }

    /// Each window of each plane of `x` reduced to a number, term by term: for the geometries that
    /// the kernels on planes do not take. A window's elements are those in the input, or with
    /// `countsPadding` those in the padded input, row-major.
    func reduced(
        _ x: [Float], shape: Shape, countsPadding: Bool, _ body: ([Float]) -> Float
    ) -> [Float] {
        let plane = input.reduce(1, *)
        let positions = output.reduce(1, *)
        let taps = kernel.reduce(1, *)
        var window: [Float] = []
        return (0..<shape.elementCount).map { index in
            window.removeAll(keepingCapacity: true)
            for tap in 0..<taps {
                var (rest, inner) = (index % positions, tap)
                var (offset, step) = (0, 1)
                var (isInside, isPadding) = (true, true)
                for axis in output.indices.reversed() {
                    let place =
                        rest % output[axis] * strides[axis] + inner % kernel[axis] * dilations[axis]
                        - padsBegin[axis]
                    rest /= output[axis]
                    inner /= kernel[axis]
                    if place < 0 || place >= input[axis] { isInside = false }
                    if place >= input[axis] + padsEnd[axis] { isPadding = false }
                    offset += place * step
                    step *= input[axis]
                }
                if isInside {
                    window.append(x[index / positions * plane + offset])
                } else if isPadding, countsPadding {
                    window.append(0)
                }
            }
            return body(window)
        }
    }
}

extension Float {
    /// The larger; NaN wins, −0 < +0.
    fileprivate static func maximumOfPool(_ a: Float, _ b: Float) -> Float {
        if a.isNaN || b.isNaN { return .canonicalNaN }
        if a == b { return a.sign == .minus ? b : a }
        return a > b ? a : b
    }
}
