// Gather, GatherElements, GatherND, Compress, ReverseSequence: elements or blocks that indices
// name. An index counts from the end when it is negative; outside −extent ..< extent the run fails.

/// The slices of the data along `axis` that the indices name; negative indices count from the end.
enum GatherOperator: Operator {
    static let name = "Gather"
    static let isNativeForHalf = true
    static let attributeNames = ["axis"]
    static let inputCount = 2...2
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let data = try call.type(0)
        let indices = try call.type(1, of: .int64, .int32).shape
        let axis = try data.shape.axis(try call.attributes.int("axis", default: 0))
        let dimensions = data.shape.dimensions
        return [
            TensorType(
                data.element,
                try Shape(
                    Array(dimensions[..<axis]) + indices.dimensions
                        + Array(dimensions[(axis + 1)...])))
        ]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let data = inputs.required(0)
        let axis = try data.shape.axis(try call.attributes.int("axis", default: 0))
        let extent = data.shape.dimensions[axis]
        var indices: [Int] = []
        for index in inputs.required(1).indices ?? [] {
            indices.append(try ElementPlaces.absolute(index, extent))
        }
        let outer = data.shape.elementCount(ofAxes: 0..<axis)
        let length = data.shape.elementCount(ofAxes: axis + 1..<data.shape.rank)
        var starts: [Int] = []
        if length > 0, !indices.isEmpty {
            starts.reserveCapacity(outer * indices.count)
            for block in 0..<outer {
                for index in indices { starts.append((block * extent + index) * length) }
            }
        }
        let shape = try outputTypes(call)[0].shape
        return [data.rearranged(by: BlockCopy(starts: starts, length: length), shape: shape)]
    }
}

/// One element of the data for each index: the place of the index with its coordinate along `axis`
/// replaced by the index.
enum GatherElementsOperator: Operator {
    static let name = "GatherElements"
    static let isNativeForHalf = true
    static let attributeNames = ["axis"]
    static let inputCount = 2...2
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let data = try call.type(0)
        let indices = try call.type(1, of: .int64, .int32).shape
        _ = try ElementPlaces.axis(call, data.shape, indices)
        return [TensorType(data.element, indices)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let data = inputs.required(0)
        let indices = inputs.required(1)
        let axis = try ElementPlaces.axis(call, data.shape, indices.shape)
        let places = try ElementPlaces.places(indices, along: axis, of: data.shape)
        return [
            data.rearranged(by: BlockCopy(starts: places, length: 1), shape: indices.shape)
        ]
    }
}

/// Where the indices of GatherElements and ScatterElements point.
enum ElementPlaces {
    /// The axis, checked: ranks are equal, and the indices reach no further than the data along the
    /// others.
    static func axis(
        _ call: OperatorCall, _ data: Shape, _ indices: Shape
    ) throws(OperatorError) -> Int {
        let axis = try data.axis(try call.attributes.int("axis", default: 0))
        let reaches = zip(indices.dimensions, data.dimensions).enumerated().allSatisfy {
            $0.offset == axis || $0.element.0 <= $0.element.1
        }
        guard indices.rank == data.rank, reaches else {
            throw .shapeMismatch(
                reason: "the indices lie within the data",
                shapes: [data.dimensions, indices.dimensions])
        }
        return axis
    }

    /// The offset in data of `shape` that each index names. Throws `indexOutOfRange`.
    static func places(
        _ indices: Tensor, along axis: Int, of shape: Shape
    ) throws(OperatorError) -> [Int] {
        guard indices.shape.elementCount > 0 else { return [] }
        var strides = shape.strides
        let step = strides[axis]
        strides[axis] = 0
        let extent = shape.dimensions[axis]
        var walk = OffsetWalk(dimensions: indices.shape.dimensions, strides: strides)
        var places: [Int] = []
        places.reserveCapacity(indices.shape.elementCount)
        for index in indices.indices ?? [] {
            places.append(walk.offset + step * (try absolute(index, extent)))
            _ = walk.advance()
        }
        return places
    }

    /// The index counted from the start. Throws `indexOutOfRange`.
    static func absolute(_ index: Int64, _ extent: Int) throws(OperatorError) -> Int {
        guard index >= -extent, index < extent else {
            throw .indexOutOfRange(index: Int(index), count: extent)
        }
        return index < 0 ? Int(index) + extent : Int(index)
    }

    /// The offset in data of `shape` that each row of indices names: a row has a coordinate for
    /// each of the axes from `first` on, as far as it goes. Throws `indexOutOfRange`.
    static func places(
        ofRows indices: Tensor, from first: Int, of shape: Shape
    ) throws(OperatorError) -> [Int] {
        let length = indices.shape.dimensions.last ?? 0
        let strides = shape.strides
        let rows = indices.shape.elementCount(ofAxes: 0..<max(indices.shape.rank - 1, 0))
        let values = indices.indices ?? []
        var places: [Int] = []
        places.reserveCapacity(rows)
        for row in 0..<rows {
            var place = 0
            for column in 0..<length {
                let extent = shape.dimensions[first + column]
                place +=
                    strides[first + column]
                    * (try absolute(values[row * length + column], extent))
            }
            places.append(place)
        }
        return places
    }
}

/// The blocks of the data that rows of indices name. The first `batch_dims` axes are common to
/// both.
enum GatherNDOperator: Operator {
    static let name = "GatherND"
    static let isNativeForHalf = true
    static let attributeNames = ["batch_dims"]
    static let inputCount = 2...2
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let data = try call.type(0)
        let indices = try call.type(1, of: .int64, .int32).shape
        if call.opset < 12 { try call.refuse("batch_dims") }
        let batch = try call.attributes.int("batch_dims", default: 0)
        guard data.shape.rank >= 1, let length = indices.dimensions.last, batch >= 0,
            batch < min(indices.rank, data.shape.rank), length <= data.shape.rank - batch,
            indices.dimensions[..<batch] == data.shape.dimensions[..<batch]
        else {
            throw .shapeMismatch(
                reason: "rows of indices into the data",
                shapes: [data.shape.dimensions, indices.dimensions])
        }
        let rest = data.shape.dimensions[(batch + length)...]
        return [TensorType(data.element, try Shape(indices.dimensions.dropLast() + Array(rest)))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements += UInt64(call.optionalType(1)?.shape.elementCount ?? 0)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let data = inputs.required(0)
        let indices = inputs.required(1)
        let shape = try outputTypes(call)[0].shape
        guard shape.elementCount > 0 else {
            return [Tensor.zero(data.type.element).repeated(shape)]
        }
        let batch = try call.attributes.int("batch_dims", default: 0)
        let last = batch + (indices.shape.dimensions.last ?? 0)
        var places = try ElementPlaces.places(ofRows: indices, from: batch, of: data.shape)
        let batches = data.shape.elementCount(ofAxes: 0..<batch)
        let rows = batches == 0 ? 0 : places.count / batches
        let step = data.shape.elementCount(ofAxes: batch..<data.shape.rank)
        for index in places.indices { places[index] += index / max(rows, 1) * step }
        let length = data.shape.elementCount(ofAxes: last..<data.shape.rank)
        return [
            data.rearranged(by: BlockCopy(starts: places, length: length), shape: shape)
        ]
    }
}

/// The slices along `axis` (without one, the elements) where the condition is true.
enum CompressOperator: Operator {
    static let name = "Compress"
    static let isNativeForHalf = true
    static let attributeNames = ["axis"]
    static let inputCount = 2...2
    static let outputCount = 1...1

    /// The axis, `nil` for the flattened input, and the places along it that are kept.
    private static func kept(
        _ call: OperatorCall
    ) throws(OperatorError) -> (axis: Int?, places: [Int]) {
        let shape = try call.type(0).shape
        guard try call.type(1, of: .bool).shape.rank == 1 else {
            throw .wrongInputValue(index: 1, reason: "is not a list")
        }
        var axis: Int?
        if call.attributes["axis"] != nil { axis = try shape.axis(try call.attributes.int("axis")) }
        let extent = axis.map { shape.dimensions[$0] } ?? shape.elementCount
        var places: [Int] = []
        for (place, isKept) in (try call.constant(1).bools ?? []).enumerated() where isKept {
            guard place < extent else { throw .indexOutOfRange(index: place, count: extent) }
            places.append(place)
        }
        return (axis, places)
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        let (axis, places) = try kept(call)
        guard let axis else { return [TensorType(type.element, try Shape([places.count]))] }
        var dimensions = type.shape.dimensions
        dimensions[axis] = places.count
        return [TensorType(type.element, try Shape(dimensions))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements += UInt64(call.optionalType(1)?.shape.elementCount ?? 0)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let call = call.knowing(inputs)
        let input = inputs.required(0)
        let shape = try outputTypes(call)[0].shape
        let (axis, places) = try kept(call)
        guard let axis else {
            return [input.rearranged(by: BlockCopy(starts: places, length: 1), shape: shape)]
        }
        let outer = input.shape.elementCount(ofAxes: 0..<axis)
        let length = input.shape.elementCount(ofAxes: axis + 1..<input.shape.rank)
        let step = input.shape.dimensions[axis] * length
        var starts: [Int] = []
        if length > 0, !places.isEmpty {
            for block in 0..<outer { starts += places.map { block * step + $0 * length } }
        }
        return [input.rearranged(by: BlockCopy(starts: starts, length: length), shape: shape)]
    }
}

/// Each sequence of a batch turned around up to its length; what is behind stays.
enum ReverseSequenceOperator: Operator {
    static let name = "ReverseSequence"
    static let isNativeForHalf = true
    static let attributeNames = ["batch_axis", "time_axis"]
    static let inputCount = 2...2
    static let outputCount = 1...1

    private static func timeAxis(_ call: OperatorCall) throws(OperatorError) -> Int {
        let batch = try call.attributes.int("batch_axis", default: 1)
        let time = try call.attributes.int("time_axis", default: 0)
        guard (batch == 0 || batch == 1), time == 1 - batch else {
            throw .wrongAttribute(
                name: "time_axis", reason: "the first two axes are time and batch")
        }
        return time
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        let lengths = try call.type(1, of: .int64).shape
        let time = try timeAxis(call)
        guard type.shape.rank >= 2, lengths.dimensions == [type.shape.dimensions[1 - time]] else {
            throw .shapeMismatch(
                reason: "a length for each sequence",
                shapes: [type.shape.dimensions, lengths.dimensions])
        }
        return [type]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let dimensions = input.shape.dimensions
        let time = try timeAxis(call)
        let lengths = inputs.required(1).int64s ?? []
        for length in lengths where length < 0 || length > dimensions[time] {
            throw .wrongInputValue(index: 1, reason: "a sequence is \(length) long")
        }
        guard input.shape.elementCount > 0 else { return [input] }
        let block = input.shape.elementCount(ofAxes: 2..<input.shape.rank)
        var starts: [Int] = []
        for first in 0..<dimensions[0] {
            for second in 0..<dimensions[1] {
                let (step, sequence) = time == 0 ? (first, second) : (second, first)
                let length = Int(lengths[sequence])
                let from = step < length ? length - 1 - step : step
                let place = time == 0 ? from * dimensions[1] + second : first * dimensions[1] + from
                starts.append(place * block)
            }
        }
        return [input.rearranged(by: BlockCopy(starts: starts, length: block), shape: input.shape)]
    }
}
