// MaxPool and AveragePool, for any number of spatial axes. Poolings of whole planes are in
// GlobalPooling.swift, LpPool is in LpPool.swift.

/// The poolings.
enum PoolingFamily {
    static let operators: [any Operator.Type] = [
        AveragePoolOperator.self,
        GlobalAveragePoolOperator.self,
        GlobalLpPoolOperator.self,
        GlobalMaxPoolOperator.self,
        LpPoolOperator.self,
        MaxPoolOperator.self,
    ]
}

/// The largest element of each window; NaN wins, −0 < +0, padding takes no part (a window of
/// padding alone gives the smallest value of the type). The second output has the place of the
/// first such element among all elements, −1 where there is none; with `storage_order` 1 the axes
/// of a plane are counted first to last.
enum MaxPoolOperator: Operator {
    static let name = "MaxPool"
    static let attributeNames = [
        "auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "storage_order", "strides",
    ]
    static let inputCount = 1...1
    static let outputCount = 1...2

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        let shape = try PreparedMaxPool(call, kernels: .scalar).shape
        let both = [TensorType(type.element, shape), TensorType(.int64, shape)]
        return Array(both.prefix(call.outputCount))
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
    private let countsColumns: Bool
    let shape: Shape

    init(_ call: OperatorCall, kernels: Kernels) throws(OperatorError) {
        self.call = call
        self.kernels = kernels
        let x =
            call.opset < 12
            ? try call.type(0, of: .float32, .float64)
            : try call.type(0, of: .float32, .float64, .uint8, .int8)
        if call.opset < 10 { try call.refuse("dilations", "ceil_mode") }
        if call.opset < 8 {
            try call.refuse("storage_order")
            guard call.outputCount == 1 else {
                throw .wrongOutputCount(actual: call.outputCount, expected: 1...1)
            }
        }
        countsColumns = try call.attributes.flag("storage_order", default: false)
        (geometry, shape) = try WindowGeometry.pooling(call, x.shape)
        grid = PlaneGrid(geometry)
    }

    func evaluate(_ inputs: [Tensor?]) throws(OperatorError) -> [Tensor] {
        try call.checkTypes(of: inputs)
        return try compute(inputs)
    }

    func compute(_ inputs: [Tensor?]) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        if call.outputCount == 2 || input.type.element == .float64 {
            let rule = MaximumRule(
                input: input, geometry: geometry, shape: shape, countsColumns: countsColumns)
            guard let both = try input.type.element.applying(rule) else {
                throw .wrongInputType(index: 0)
            }
            return Array(both.prefix(call.outputCount))
        }
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
            window.reduce(-.infinity) { $0.maximum($1) }
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
        let shape = try PreparedAveragePool(call, kernels: .scalar).shape
        return [TensorType(try call.type(0).element, shape)]
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
        let x = try call.type(0, of: .float32, .float64)
        if call.opset < 7 { try call.refuse("count_include_pad") }
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
        if case .float64(let x) = inputs.required(0).storage {
            let result = geometry.reduced(x, shape: shape, countsPadding: countsPadding) {
                $0.laneSum($0.indices) / Double($0.count)
            }
            return [Tensor(float64s: result, shape: shape)]
        }
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

extension WindowGeometry {
    /// The geometry and the output shape of a pooling of `input`.
    ///
    /// - Throws: what the geometry throws; `tooLarge` for a window larger than the padded input.
    package static func pooling(
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
}
