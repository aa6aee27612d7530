// Expand and Tile: elements repeated, as one strided copy in which a repeated axis stands still.

/// The input broadcast with a shape.
enum ExpandOperator: Operator {
    static let name = "Expand"
    static let isNativeForHalf = true
    static let attributeNames: [String] = []
    static let inputCount = 2...2
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        let target = try Shape(try call.constantIndices(1))
        return [TensorType(type.element, try Shape.broadcast(type.shape, target))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let shape = try outputTypes(call.knowing(inputs))[0].shape
        let missing = shape.rank - input.shape.rank
        let strides = input.shape.strides
        let copy = StridedCopy(
            dimensions: shape.dimensions,
            strides: shape.dimensions.indices.map { axis in
                axis < missing || input.shape.dimensions[axis - missing] == 1
                    ? 0 : strides[axis - missing]
            }, offset: 0)
        return [input.rearranged(by: copy, shape: shape)]
    }
}

/// The input as many times along each axis as the repeats say; before opset 6, `tiles` times along
/// one axis.
enum TileOperator: Operator {
    static let name = "Tile"
    static let isNativeForHalf = true
    static let attributeNames: [String] = []
    static let inputCount = 2...3
    static let outputCount = 1...1

    private static func repeats(_ call: OperatorCall) throws(OperatorError) -> [Int] {
        let rank = try call.type(0).shape.rank
        var repeats: [Int]
        if call.opset < 6 {
            try call.requireInputs(3...3)
            // In opset 1 these have the type of the data.
            var numbers: [Int] = []
            for index in 1...2 {
                let value = try call.constant(index)
                guard value.shape.elementCount == 1, value.type.element != .string,
                    let number = try value.cast(to: .int64).int64s?.first
                else { throw .wrongInputValue(index: index, reason: "is not one number") }
                numbers.append(Int(number))
            }
            repeats = [Int](repeating: 1, count: rank)
            repeats[try call.type(0).shape.axis(numbers[1])] = numbers[0]
        } else {
            try call.requireInputs(2...2)
            repeats = try call.constantIndices(1)
        }
        guard repeats.count == rank, repeats.allSatisfy({ $0 >= 0 }) else {
            throw .wrongInputValue(index: 1, reason: "is not a count for each axis")
        }
        return repeats
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        var dimensions: [Int] = []
        for (extent, count) in zip(type.shape.dimensions, try repeats(call)) {
            dimensions.append(try Shape.product(extent, count))
        }
        return [TensorType(type.element, try Shape(dimensions))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let call = call.knowing(inputs)
        let input = inputs.required(0)
        let shape = try outputTypes(call)[0].shape
        var dimensions: [Int] = []
        var strides: [Int] = []
        for (count, (extent, step)) in zip(
            try repeats(call), zip(input.shape.dimensions, input.shape.strides))
        {
            dimensions += [count, extent]
            strides += [0, step]
        }
        let copy = StridedCopy(dimensions: dimensions, strides: strides, offset: 0)
        return [input.rearranged(by: copy, shape: shape)]
    }
}
