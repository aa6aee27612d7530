// Transpose, DepthToSpace and SpaceToDepth: the axes in another order, as one strided copy.

/// The axes in the order `perm` gives; reversed without it.
enum TransposeOperator: Operator {
    static let name = "Transpose"
    static let isNativeForHalf = true
    static let attributeNames = ["perm"]
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func order(_ call: OperatorCall, _ shape: Shape) throws(OperatorError) -> [Int] {
        guard let order = try call.attributes.ints("perm") else {
            return (0..<shape.rank).reversed()
        }
        guard order.count == shape.rank, order.sorted() == Array(0..<shape.rank) else {
            throw .wrongAttribute(name: "perm", reason: "is not an order of the axes")
        }
        return order
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        let order = try order(call, type.shape)
        return [
            TensorType(type.element, try Shape(order.map { type.shape.dimensions[$0] }))
        ]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let order = try order(call, input.shape)
        let strides = input.shape.strides
        let shape = try Shape(order.map { input.shape.dimensions[$0] })
        let copy = StridedCopy(
            dimensions: shape.dimensions, strides: order.map { strides[$0] }, offset: 0)
        return [input.rearranged(by: copy, shape: shape)]
    }
}

/// An operator on images [N, C, H, W] whose attribute `blocksize` ties C to H and W.
protocol BlockOperator: Operator {}

extension BlockOperator {
    static var isNativeForHalf: Bool { true }
    static var inputCount: ClosedRange<Int> { 1...1 }
    static var outputCount: ClosedRange<Int> { 1...1 }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    /// The extents of the image and the block's edge.
    fileprivate static func image(
        _ call: OperatorCall
    ) throws(OperatorError) -> (n: Int, c: Int, h: Int, w: Int, edge: Int) {
        let dimensions = try call.type(0).shape.dimensions
        guard dimensions.count == 4 else {
            throw .shapeMismatch(reason: "an image has four axes", shapes: [dimensions])
        }
        let edge = try call.attributes.int("blocksize")
        guard edge >= 1, edge <= 1 << 15 else {
            throw .wrongAttribute(name: "blocksize", reason: "is \(edge)")
        }
        return (dimensions[0], dimensions[1], dimensions[2], dimensions[3], edge)
    }
}

/// Blocks of channels spread over squares of `blocksize`. In mode DCR the channel is (row, column,
/// depth), in mode CRD (depth, row, column).
enum DepthToSpaceOperator: BlockOperator {
    static let name = "DepthToSpace"
    static let attributeNames = ["blocksize", "mode"]

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let (n, c, h, w, edge) = try image(call)
        if call.opset < 11 { try call.refuse("mode") }
        _ = try call.attributes.choice("mode", of: "DCR", "CRD")
        guard c % (edge * edge) == 0 else {
            throw .shapeMismatch(reason: "channels in blocks of \(edge)²", shapes: [[n, c, h, w]])
        }
        let shape = try Shape([n, c / (edge * edge), h * edge, w * edge])
        return [TensorType(try call.type(0).element, shape)]
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let (n, c, h, w, edge) = try image(call)
        let depth = c / (edge * edge)
        let isDepthFirst = try call.attributes.choice("mode", of: "DCR", "CRD") == "CRD"
        let plane = h * w
        let step = isDepthFirst ? plane : depth * plane
        let copy = StridedCopy(
            dimensions: [n, depth, h, edge, w, edge],
            strides: [
                c * plane, isDepthFirst ? edge * edge * plane : plane, w, edge * step, 1, step,
            ], offset: 0)
        return [input.rearranged(by: copy, shape: try outputTypes(call)[0].shape)]
    }
}

/// Squares of `blocksize` gathered into channels: (row, column, depth).
enum SpaceToDepthOperator: BlockOperator {
    static let name = "SpaceToDepth"
    static let attributeNames = ["blocksize"]

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let (n, c, h, w, edge) = try image(call)
        guard h % edge == 0, w % edge == 0 else {
            throw .shapeMismatch(reason: "an image in squares of \(edge)", shapes: [[n, c, h, w]])
        }
        let shape = try Shape([n, c * edge * edge, h / edge, w / edge])
        return [TensorType(try call.type(0).element, shape)]
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let (n, c, h, w, edge) = try image(call)
        let copy = StridedCopy(
            dimensions: [n, edge, edge, c, h / edge, w / edge],
            strides: [c * h * w, w, 1, h * w, edge * w, edge], offset: 0)
        return [input.rearranged(by: copy, shape: try outputTypes(call)[0].shape)]
    }
}
