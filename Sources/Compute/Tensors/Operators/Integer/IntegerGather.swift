// Gather: the slices of int16 data along an axis that indices name. An index outside the data
// counts as the nearest one inside, so that every input has an answer: y = data[…, min(max(i, 0),
// extent − 1), …].

enum IntegerGatherOperator: IntegerOperator {
    static let name = "aivm.integer.Gather"
    static let attributeNames = ["axis"]
    static let inputCount = 2...2
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let data = try call.type(0, of: .int16).shape
        let indices = try call.type(1, of: .int64, .int32).shape
        let axis = try data.axis(try call.attributes.int("axis", default: 0))
        guard data.dimensions[axis] > 0 else {
            throw .shapeMismatch(
                reason: "axis \(axis) has no elements to choose from", shapes: [data.dimensions])
        }
        return [
            TensorType(
                .int16,
                try Shape(
                    Array(data.dimensions[..<axis]) + indices.dimensions
                        + Array(data.dimensions[(axis + 1)...])))
        ]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        let indices = UInt64(call.optionalType(1)?.shape.elementCount ?? 0)
        work.elements += indices.multipliedSaturating(8)
        return work
    }

    static func computation(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> @Sendable ([Tensor?]) -> Tensor {
        let type = try call.type(0).shape
        let axis = try type.axis(try call.attributes.int("axis", default: 0))
        let extent = type.dimensions[axis]
        let outer = type.elementCount(ofAxes: 0..<axis)
        let length = type.elementCount(ofAxes: axis + 1..<type.rank)
        let shape = try outputTypes(call)[0].shape
        return { inputs in
            let indices = (inputs.required(1).indices ?? []).map { place($0, extent: extent) }
            var starts: [Int] = []
            if length > 0 {
                starts.reserveCapacity(outer * indices.count)
                for block in 0..<outer {
                    for index in indices { starts.append((block * extent + index) * length) }
                }
            }
            let rule = BlockCopy(starts: starts, length: length)
            return inputs.required(0).rearranged(by: rule, shape: shape)
        }
    }

    /// The nearest index of `extent` elements, at least one.
    static func place(_ index: Int64, extent: Int) -> Int {
        Int(min(max(index, 0), Int64(extent - 1)))
    }
}
