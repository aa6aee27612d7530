// NonZero and Unique: outputs whose extents depend on the values.

/// The operators that look for values.
enum SelectionFamily {
    static let operators: [any Operator.Type] = [
        NonZeroOperator.self,
        UniqueOperator.self,
    ]
}

/// The coordinates of the elements that are not 0 (false, or the empty text), a row for each axis.
enum NonZeroOperator: Operator {
    static let name = "NonZero"
    static let isNativeForHalf = true
    static let attributeNames: [String] = []
    static let inputCount = 1...1
    static let outputCount = 1...1

    private static func places(_ input: Tensor) throws(OperatorError) -> [Int] {
        let isKept: [Bool]
        if case .string(let texts) = input.storage {
            isKept = texts.map { !$0.isEmpty }
        } else {
            isKept = try input.cast(to: .bool).bools ?? []
        }
        return isKept.indices.filter { isKept[$0] }
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let input = try call.constant(0)
        return [TensorType(.int64, try Shape([input.shape.rank, try places(input).count]))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements += 2 * UInt64(call.optionalType(0)?.shape.elementCount ?? 0)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let places = try places(input)
        var coordinates: [Int64] = []
        for (extent, step) in zip(input.shape.dimensions, input.shape.strides) {
            coordinates += places.map { Int64($0 / step % extent) }
        }
        return [Tensor(coordinates, shape: try Shape([input.shape.rank, places.count]))]
    }
}

/// The different elements, or slices along `axis`: in ascending order, or in order of their first
/// occurrence. Also where each first occurs, which of them each element is, and how often each
/// occurs. −0 equals 0, NaN equals NaN and is the largest; texts are ordered by their bytes, slices
/// by their first difference.
enum UniqueOperator: Operator {
    static let name = "Unique"
    static let isNativeForHalf = true
    static let attributeNames = ["axis", "sorted"]
    static let inputCount = 1...1
    static let outputCount = 1...4

    private static func axis(_ call: OperatorCall) throws(OperatorError) -> Int? {
        guard call.attributes["axis"] != nil else { return nil }
        return try call.type(0).shape.axis(try call.attributes.int("axis"))
    }

    private static func groups(
        _ call: OperatorCall, _ input: Tensor
    ) throws(OperatorError) -> DistinctSlices {
        let axis = try axis(call)
        let count = axis.map { input.shape.dimensions[$0] } ?? 0
        guard input.shape.elementCount > 0 || count <= 65_536 else {
            throw .tooLarge(reason: "\(count) slices without elements")
        }
        return DistinctSlices(
            input, along: axis, isSorted: try call.attributes.flag("sorted", default: true))
    }

    private static func types(
        _ call: OperatorCall, _ distinct: Int
    ) throws(OperatorError) -> [TensorType] {
        let type = try call.type(0)
        let list = TensorType(.int64, try Shape([distinct]))
        var first = TensorType(type.element, list.shape)
        var count = type.shape.elementCount
        if let axis = try axis(call) {
            var dimensions = type.shape.dimensions
            count = dimensions[axis]
            dimensions[axis] = distinct
            first = TensorType(type.element, try Shape(dimensions))
        }
        let all = [first, list, TensorType(.int64, try Shape([count])), list]
        return Array(all.prefix(call.outputCount))
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        try types(call, try groups(call, try call.constant(0)).firsts.count)
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        // Sorting compares at most 32 times for each of at most 2³¹ slices, in both passes.
        let elements = UInt64(call.optionalType(0)?.shape.elementCount ?? 0)
        work.elements += 64 * elements
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let groups = try groups(call, input)
        let types = try types(call, groups.firsts.count)
        let axis = try axis(call)
        let shape = axis == nil ? try Shape([input.shape.elementCount]) : input.shape
        let along = axis ?? 0
        let length = shape.elementCount(ofAxes: along + 1..<shape.rank)
        let step = shape.dimensions[along] * length
        var starts: [Int] = []
        if length > 0, !groups.firsts.isEmpty {
            for block in 0..<shape.elementCount(ofAxes: 0..<along) {
                starts += groups.firsts.map { block * step + $0 * length }
            }
        }
        let blocks = BlockCopy(starts: starts, length: length)
        var outputs = [input.rearranged(by: blocks, shape: types[0].shape)]
        for (type, values) in zip(
            types.dropFirst(), [groups.firsts, groups.inverse, groups.counts])
        {
            outputs.append(Tensor(values.map(Int64.init), shape: type.shape))
        }
        return outputs
    }
}

/// The different slices of a tensor along an axis.
private struct DistinctSlices {
    /// The first occurrence of each.
    private(set) var firsts: [Int] = []
    /// Which of them each slice is.
    private(set) var inverse: [Int] = []
    /// How often each occurs.
    private(set) var counts: [Int] = []

    init(_ input: Tensor, along axis: Int?, isSorted: Bool) {
        let keys = input.orderKeys
        let shape = input.shape
        let count = axis.map { shape.dimensions[$0] } ?? keys.count
        let length = axis.map { shape.elementCount(ofAxes: $0 + 1..<shape.rank) } ?? 1
        let outer = keys.isEmpty ? 0 : axis.map { shape.elementCount(ofAxes: 0..<$0) } ?? 1
        func order(_ a: Int, _ b: Int) -> Int {
            for block in 0..<outer {
                let base = block * count
                for step in 0..<length {
                    let left = keys[(base + a) * length + step]
                    let right = keys[(base + b) * length + step]
                    if left != right { return left < right ? -1 : 1 }
                }
            }
            return 0
        }
        let sorted = (0..<count).sorted { a, b in
            let order = order(a, b)
            return order < 0 || order == 0 && a < b
        }
        inverse = [Int](repeating: 0, count: count)
        for (position, slice) in sorted.enumerated() {
            if position > 0, order(sorted[position - 1], slice) == 0 {
                counts[counts.count - 1] += 1
            } else {
                firsts.append(slice)
                counts.append(1)
            }
            inverse[slice] = firsts.count - 1
        }
        if !isSorted {
            let ranks = firsts.indices.sorted { firsts[$0] < firsts[$1] }
            var places = ranks
            for (place, rank) in ranks.enumerated() { places[rank] = place }
            firsts = ranks.map { firsts[$0] }
            counts = ranks.map { counts[$0] }
            inverse = inverse.map { places[$0] }
        }
    }
}

extension Tensor {
    /// A number for each element that orders them: equal for equal elements. −0 is 0, NaN the
    /// largest; texts by their bytes.
    var orderKeys: [UInt64] {
        switch storage {
        case .float32(let values): values.map { OrderKey.of(Double($0)) }
        case .float64(let values): values.map(OrderKey.of)
        case .float16, .bfloat16: widened.orderKeys
        case .uint8(let values), .bool(let values): values.map(UInt64.init)
        case .uint16(let values): values.map(UInt64.init)
        case .uint32(let values): values.map(UInt64.init)
        case .uint64(let values): values
        case .int8(let values): values.map { OrderKey.of(Int64($0)) }
        case .int16(let values): values.map { OrderKey.of(Int64($0)) }
        case .int32(let values): values.map { OrderKey.of(Int64($0)) }
        case .int64(let values): values.map(OrderKey.of)
        case .string(let values): OrderKey.of(values)
        }
    }
}

/// Unsigned integers in the order of other values.
private enum OrderKey {
    static func of(_ value: Int64) -> UInt64 { UInt64(bitPattern: value) ^ 1 << 63 }

    static func of(_ value: Double) -> UInt64 {
        // Canonical NaNs have the largest bits of all; negative numbers are in descending order.
        let bits = (value == 0 ? 0 : value).bitPattern
        return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
    }

    static func of(_ texts: [String]) -> [UInt64] {
        let order = texts.indices.sorted {
            texts[$0].utf8.lexicographicallyPrecedes(texts[$1].utf8)
        }
        var keys = [UInt64](repeating: 0, count: texts.count)
        var key: UInt64 = 0
        for (position, index) in order.enumerated() {
            if position > 0,
                !texts[order[position - 1]].utf8.elementsEqual(texts[index].utf8)
            {
                key += 1
            }
            keys[index] = key
        }
        return keys
    }
}
