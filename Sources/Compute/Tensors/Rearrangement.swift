// Operators that only move elements: every one is a strided copy or a copy of blocks, the same for
// all element types.

/// A rule that makes new elements out of old ones, whatever their type.
protocol Rearrangement {
    func apply<Element>(_ values: [Element]) -> [Element]
}

/// A rule that makes new elements out of those of several tensors of one type, whatever it is.
protocol JointRearrangement {
    func apply<Element>(_ sources: [[Element]]) -> [Element]
}

extension Tensor {
    /// The tensor of `shape` whose elements `rule` picks from this one.
    func rearranged(by rule: some Rearrangement, shape: Shape) -> Tensor {
        switch storage {
        case .float32(let values): Tensor(canonical: rule.apply(values), shape: shape)
        case .float64(let values): Tensor(float64s: rule.apply(values), shape: shape)
        case .float16(let values): Tensor(float16Bits: rule.apply(values), shape: shape)
        case .bfloat16(let values): Tensor(bfloat16Bits: rule.apply(values), shape: shape)
        case .uint8(let values): Tensor(rule.apply(values), shape: shape)
        case .int8(let values): Tensor(rule.apply(values), shape: shape)
        case .uint16(let values): Tensor(rule.apply(values), shape: shape)
        case .int16(let values): Tensor(rule.apply(values), shape: shape)
        case .uint32(let values): Tensor(rule.apply(values), shape: shape)
        case .int32(let values): Tensor(rule.apply(values), shape: shape)
        case .uint64(let values): Tensor(rule.apply(values), shape: shape)
        case .int64(let values): Tensor(rule.apply(values), shape: shape)
        case .bool(let values): Tensor(boolBytes: rule.apply(values), shape: shape)
        case .string(let values): Tensor(rule.apply(values), shape: shape)
        }
    }

    /// The tensor of `shape` whose elements `rule` picks from `tensors`, at least one, all of one
    /// element type.
    static func rearranged(
        _ tensors: [Tensor], by rule: some JointRearrangement, shape: Shape
    ) -> Tensor {
        switch tensors.first?.storage {
        case .float32: Tensor(canonical: rule.apply(tensors.compactMap(\.float32s)), shape: shape)
        case .float64: Tensor(float64s: rule.apply(tensors.compactMap(\.float64s)), shape: shape)
        case .float16: Tensor(float16Bits: rule.apply(tensors.compactMap(\.halfBits)), shape: shape)
        case .bfloat16:
            Tensor(bfloat16Bits: rule.apply(tensors.compactMap(\.halfBits)), shape: shape)
        case .uint8: Tensor(rule.apply(tensors.compactMap(\.uint8s)), shape: shape)
        case .int8: Tensor(rule.apply(tensors.compactMap(\.int8s)), shape: shape)
        case .uint16: Tensor(rule.apply(tensors.compactMap(\.uint16s)), shape: shape)
        case .int16: Tensor(rule.apply(tensors.compactMap(\.int16s)), shape: shape)
        case .uint32: Tensor(rule.apply(tensors.compactMap(\.uint32s)), shape: shape)
        case .int32: Tensor(rule.apply(tensors.compactMap(\.int32s)), shape: shape)
        case .uint64: Tensor(rule.apply(tensors.compactMap(\.uint64s)), shape: shape)
        case .int64: Tensor(rule.apply(tensors.compactMap(\.int64s)), shape: shape)
        case .string: Tensor(rule.apply(tensors.compactMap(\.strings)), shape: shape)
        case .bool:
            Tensor(boolBytes: rule.apply(tensors.compactMap(\.boolBytes)), shape: shape)
        case nil: preconditionFailure("a joint rearrangement has a tensor")
        }
    }

    /// The bytes of truth values, else `nil`.
    private var boolBytes: [UInt8]? {
        if case .bool(let values) = storage { values } else { nil }
    }
}

/// Result element (i₀, i₁, …) is source element offset + Σ iₐ · strideₐ; strides may be negative.
struct StridedCopy: Rearrangement, Sendable {
    let dimensions: [Int]
    let strides: [Int]
    let offset: Int

    /// Neighbouring axes that form one stride become one axis; axes of extent 1 vanish.
    init(dimensions: [Int], strides: [Int], offset: Int) {
        var merged: [(extent: Int, stride: Int)] = []
        for (extent, stride) in zip(dimensions, strides) where extent != 1 {
            if let last = merged.last, last.stride == stride * extent {
                merged[merged.count - 1] = (last.extent * extent, stride)
            } else {
                merged.append((extent, stride))
            }
        }
        self.dimensions = merged.map(\.extent)
        self.strides = merged.map(\.stride)
        self.offset = offset
    }

    func apply<Element>(_ values: [Element]) -> [Element] {
        let count = dimensions.reduce(1, *)
        guard count > 0 else { return [] }
        guard let inner = dimensions.last, let step = strides.last else { return [values[offset]] }
        if dimensions.count == 1, step == 1, inner == values.count { return values }
        var results: [Element] = []
        results.reserveCapacity(count)
        var position = [Int](repeating: 0, count: dimensions.count - 1)
        var start = offset
        while true {
            if step == 1 {
                results.append(contentsOf: values[start..<start + inner])
            } else {
                for index in 0..<inner { results.append(values[start + index * step]) }
            }
            var axis = position.count - 1
            while axis >= 0 {
                position[axis] += 1
                start += strides[axis]
                if position[axis] < dimensions[axis] { break }
                start -= strides[axis] * dimensions[axis]
                position[axis] = 0
                axis -= 1
            }
            if axis < 0 { return results }
        }
    }
}

/// The blocks of `length` elements that begin at `starts`, one after another.
struct BlockCopy: Rearrangement {
    let starts: [Int]
    let length: Int

    func apply<Element>(_ values: [Element]) -> [Element] {
        var results: [Element] = []
        results.reserveCapacity(starts.count * length)
        for start in starts { results.append(contentsOf: values[start..<start + length]) }
        return results
    }
}
