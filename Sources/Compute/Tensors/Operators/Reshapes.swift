// Operators that keep the elements in order and change only the shape: Identity, Flatten, Reshape,
// Squeeze, Unsqueeze; and Shape, which gives the shape as a tensor.

/// The changes of shape.
enum ReshapeFamily {
    static let operators: [any Operator.Type] = [
        FlattenOperator.self,
        IdentityOperator.self,
        ReshapeToOperator.self,
        ShapeOperator.self,
        SqueezeOperator.self,
        UnsqueezeOperator.self,
    ]
}

/// An operator whose only output is its first input under another shape.
protocol ReshapeOperator: Operator {
    /// The shape of the output.
    static func shape(_ call: OperatorCall, of input: Shape) throws(OperatorError) -> Shape
}

extension ReshapeOperator {
    static var outputCount: ClosedRange<Int> { 1...1 }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        return [TensorType(type.element, try shape(call, of: type.shape))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        return [input.reshaped(to: try shape(call.knowing(inputs), of: input.shape))]
    }

    static func prepare(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> (any PreparedOperator)? {
        PreparedReshape(call: call, shape: try shape(call, of: try call.type(0).shape))
    }
}

/// A reshape to a shape computed beforehand.
struct PreparedReshape: SingleInputOperator {
    let call: OperatorCall
    let shape: Shape

    var readsFirstInputOnly: Bool { true }

    func output(of input: Tensor) -> Tensor { input.reshaped(to: shape) }

    func evaluate(_ inputs: [Tensor?]) throws(OperatorError) -> [Tensor] {
        try call.checkTypes(of: inputs)
        return [inputs.required(0).reshaped(to: shape)]
    }
}

/// The input itself.
enum IdentityOperator: ReshapeOperator {
    static let name = "Identity"
    static let isNativeForHalf = true
    static let attributeNames: [String] = []
    static let inputCount = 1...1

    static func shape(_ call: OperatorCall, of input: Shape) throws(OperatorError) -> Shape {
        input
    }
}

/// A matrix: the axes before `axis` make the rows, the others the columns.
enum FlattenOperator: ReshapeOperator {
    static let name = "Flatten"
    static let isNativeForHalf = true
    static let attributeNames = ["axis"]
    static let inputCount = 1...1

    static func shape(_ call: OperatorCall, of input: Shape) throws(OperatorError) -> Shape {
        let named = try call.attributes.int("axis", default: 1)
        let lowest = call.opset < 11 ? 0 : -input.rank
        guard named >= lowest, named <= input.rank else {
            throw .axisOutOfRange(axis: named, rank: input.rank)
        }
        let axis = named < 0 ? named + input.rank : named
        return try Shape([
            input.elementCount(ofAxes: 0..<axis), input.elementCount(ofAxes: axis..<input.rank),
        ])
    }
}

/// The shape in input 1 (an attribute before opset 5): 0 copies the input's extent (unless
/// `allowzero`), one −1 takes the rest.
enum ReshapeToOperator: ReshapeOperator {
    static let name = "Reshape"
    static let isNativeForHalf = true
    static let attributeNames = ["allowzero", "consumed_inputs", "shape"]
    static let inputCount = 1...2

    private static func target(_ call: OperatorCall) throws(OperatorError) -> [Int] {
        guard call.opset < 5 else {
            try call.refuse("shape", "consumed_inputs")
            try call.requireInputs(2...2)
            return try call.constantIndices(1)
        }
        try call.requireInputs(1...1)
        guard let shape = try call.attributes.ints("shape") else {
            throw .missingAttribute(name: "shape")
        }
        return shape
    }

    static func shape(_ call: OperatorCall, of input: Shape) throws(OperatorError) -> Shape {
        if call.opset < 14 { try call.refuse("allowzero") }
        let allowsZero = try call.attributes.flag("allowzero", default: false)
        var dimensions = try target(call)
        let mismatch = OperatorError.shapeMismatch(
            reason: "a reshape keeps the elements", shapes: [input.dimensions, dimensions])
        guard dimensions.count <= Shape.maximumRank else {
            throw .tooLarge(reason: "a shape has \(dimensions.count) axes")
        }
        var unknown: Int?
        for (axis, extent) in dimensions.enumerated() {
            if extent == -1 {
                guard unknown == nil else { throw mismatch }
                unknown = axis
                dimensions[axis] = 1
            } else if extent == 0, !allowsZero {
                guard axis < input.rank else { throw mismatch }
                dimensions[axis] = input.dimensions[axis]
            }
        }
        let known = try Shape(dimensions).elementCount
        if let unknown {
            guard known > 0, input.elementCount % known == 0 else { throw mismatch }
            dimensions[unknown] = input.elementCount / known
        }
        let shape = try Shape(dimensions)
        guard shape.elementCount == input.elementCount else { throw mismatch }
        return shape
    }
}

extension OperatorCall {
    /// The axes of Squeeze and Unsqueeze: an attribute before opset 13, then input 1.
    fileprivate func namedAxes() throws(OperatorError) -> [Int]? {
        if opset < 13 {
            guard inputTypes.count == 1 else {
                throw .wrongInputCount(actual: inputTypes.count, expected: 1...1)
            }
            return try attributes.ints("axes")
        }
        try refuse("axes")
        return hasInput(1) ? try constantIndices(1) : nil
    }
}

/// The input without the axes named, which have extent 1; without all such axes when none is named.
enum SqueezeOperator: ReshapeOperator {
    static let name = "Squeeze"
    static let isNativeForHalf = true
    static let attributeNames = ["axes"]
    static let inputCount = 1...2

    static func shape(_ call: OperatorCall, of input: Shape) throws(OperatorError) -> Shape {
        guard let named = try call.namedAxes() else {
            return try Shape(input.dimensions.filter { $0 != 1 })
        }
        let axes = try input.sortedAxes(named)
        for axis in axes where input.dimensions[axis] != 1 {
            throw .shapeMismatch(
                reason: "axis \(axis) to squeeze is not 1", shapes: [input.dimensions])
        }
        return try Shape(
            input.dimensions.indices.filter { !axes.contains($0) }.map { input.dimensions[$0] })
    }
}

/// The input with axes of extent 1 put in at the places (of the output) named.
enum UnsqueezeOperator: ReshapeOperator {
    static let name = "Unsqueeze"
    static let isNativeForHalf = true
    static let attributeNames = ["axes"]
    static let inputCount = 1...2

    static func shape(_ call: OperatorCall, of input: Shape) throws(OperatorError) -> Shape {
        guard let named = try call.namedAxes() else {
            if call.opset < 13 { throw .missingAttribute(name: "axes") }
            throw .missingInput(index: 1)
        }
        guard named.count + input.rank <= Shape.maximumRank else {
            throw .tooLarge(reason: "a shape has \(named.count + input.rank) axes")
        }
        let places = try Shape([Int](repeating: 1, count: named.count + input.rank))
        let axes = try places.sortedAxes(named)
        var rest = input.dimensions[...]
        var dimensions: [Int] = []
        for axis in 0..<places.rank {
            dimensions.append(axes.contains(axis) ? 1 : rest.removeFirst())
        }
        return try Shape(dimensions)
    }
}

/// The extents of the input as int64, from axis `start` up to `end`.
enum ShapeOperator: Operator {
    static let name = "Shape"
    static let isNativeForHalf = true
    static let readsShapesOnly = true
    static let attributeNames = ["end", "start"]
    static let inputCount = 1...1
    static let outputCount = 1...1

    private static func extents(_ call: OperatorCall) throws(OperatorError) -> ArraySlice<Int> {
        let dimensions = try call.type(0).shape.dimensions
        if call.opset < 15 { try call.refuse("start", "end") }
        let rank = dimensions.count
        func clamped(_ index: Int) -> Int {
            min(max(index < 0 ? max(index, -rank) + rank : index, 0), rank)
        }
        let start = clamped(try call.attributes.int("start", default: 0))
        let end = clamped(try call.attributes.int("end", default: rank))
        return dimensions[start..<max(start, end)]
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [TensorType(.int64, try Shape([try extents(call).count]))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        Work(elements: 1, bytes: UInt64(outputs.first?.byteCount ?? 0))
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        try evaluateShapes(call)
    }

    static func evaluateShapes(_ call: OperatorCall) throws(OperatorError) -> [Tensor] {
        let extents = try extents(call)
        return [Tensor(extents.map(Int64.init), shape: try Shape([extents.count]))]
    }
}
