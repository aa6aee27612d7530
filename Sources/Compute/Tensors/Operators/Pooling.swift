// MaxPool: the largest element of each window; NaN wins, −0 < +0, padding takes no part (a window
// of padding alone gives the smallest value of the type). ONNX MaxPool 8 to 22, without the Indices
// output.

/// The poolings.
enum PoolingFamily {
    static let operators: [any Operator.Type] = [
        MaxPoolOperator.self,
    ]
}

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
        var prepared = try PreparedMaxPool(call, kernels: kernels)
        prepared.layOutWindows()
        return prepared
    }
}

/// A MaxPool with its geometry checked and, once laid out, its windows.
struct PreparedMaxPool: PreparedOperator {
    private let call: OperatorCall
    private let kernels: Kernels
    private let geometry: WindowGeometry
    let shape: Shape
    private var windows: WindowOffsets?

    init(_ call: OperatorCall, kernels: Kernels) throws(OperatorError) {
        self.call = call
        self.kernels = kernels
        let x =
            call.opset < 12
            ? try call.type(0, of: .float32) : try call.type(0, of: .float32, .uint8, .int8)
        let dimensions = x.shape.dimensions
        if call.opset < 10 { try call.refuse("dilations", "ceil_mode") }
        _ = try call.attributes.flag("storage_order", default: false)
        guard let kernel = try call.attributes.ints("kernel_shape") else {
            throw .missingAttribute(name: "kernel_shape")
        }
        guard dimensions.count >= 3, kernel.count == dimensions.count - 2 else {
            throw .shapeMismatch(
                reason: "a window extent per spatial axis", shapes: [dimensions, kernel])
        }
        geometry = try WindowGeometry(
            call, input: Array(dimensions[2...]), kernel: kernel, channels: 1, isPooling: true)
        var taps = Work()
        taps.elements = kernel.reduce(1 as UInt64) { $0.multipliedSaturating($1) }
        guard taps.elements <= UInt64(geometry.paddedCount) else {
            throw .tooLarge(reason: "a window of \(kernel)")
        }
        shape = try Shape(Array(dimensions[..<2]) + geometry.output)
    }

    mutating func layOutWindows() {
        guard shape.elementCount > 0 else { return }
        windows = geometry.windows(channels: 1, chunk: .max).first
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
        guard shape.elementCount > 0,
            let windows = windows ?? geometry.windows(channels: 1, chunk: .max).first
        else { return [] }
        let planes = shape.dimensions[0] * shape.dimensions[1]
        let inputStep = geometry.input.reduce(1, *)
        // As many planes at a time as pad into about a quarter of a megabyte.
        let group = geometry.isUnpadded ? planes : max(65_536 / windows.sourceCount, 1)
        return Kernels.floats(shape.elementCount) { output in
            for first in stride(from: 0, to: planes, by: group) {
                let count = min(group, planes - first)
                let padded =
                    geometry.isUnpadded
                    ? x
                    : geometry.padding(
                        x, offset: first * inputStep, channels: count, fill: -.infinity)
                for plane in 0..<count {
                    kernels.maximumOfWindows(
                        padded, start: plane * windows.sourceCount, windows, into: output,
                        at: (first + plane) * windows.positionCount)
                }
            }
        }
    }
}
