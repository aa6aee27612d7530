// Operators that only move elements: every one is a strided copy or a copy of blocks, the same for
// all element types.

/// A rule that makes new elements out of old ones, whatever their type.
protocol Rearrangement {
    /// The new elements.
    func apply<Element>(_ values: [Element]) -> [Element]
    /// The same for elements that are plain bits, where copying memory will do. By default `apply`.
    func applyToBits<Element: BitwiseCopyable>(_ values: [Element]) -> [Element]
}

extension Rearrangement {
    func applyToBits<Element: BitwiseCopyable>(_ values: [Element]) -> [Element] { apply(values) }
}

/// A rule that makes new elements out of those of several tensors of one type, whatever it is.
protocol JointRearrangement {
    /// The new elements.
    func apply<Element>(_ sources: [[Element]]) -> [Element]
    /// The same for elements that are plain bits. By default `apply`.
    func applyToBits<Element: BitwiseCopyable>(_ sources: [[Element]]) -> [Element]
}

extension JointRearrangement {
    func applyToBits<Element: BitwiseCopyable>(_ sources: [[Element]]) -> [Element] {
        apply(sources)
    }
}

extension Tensor {
    /// The tensor of `shape` whose elements `rule` picks from this one.
    func rearranged(by rule: some Rearrangement, shape: Shape) -> Tensor {
        switch storage {
        case .float32(let values): Tensor(canonical: rule.applyToBits(values), shape: shape)
        case .float64(let values): Tensor(float64s: rule.applyToBits(values), shape: shape)
        case .float16(let values): Tensor(float16Bits: rule.applyToBits(values), shape: shape)
        case .bfloat16(let values): Tensor(bfloat16Bits: rule.applyToBits(values), shape: shape)
        case .uint8(let values): Tensor(rule.applyToBits(values), shape: shape)
        case .int8(let values): Tensor(rule.applyToBits(values), shape: shape)
        case .uint16(let values): Tensor(rule.applyToBits(values), shape: shape)
        case .int16(let values): Tensor(rule.applyToBits(values), shape: shape)
        case .uint32(let values): Tensor(rule.applyToBits(values), shape: shape)
        case .int32(let values): Tensor(rule.applyToBits(values), shape: shape)
        case .uint64(let values): Tensor(rule.applyToBits(values), shape: shape)
        case .int64(let values): Tensor(rule.applyToBits(values), shape: shape)
        case .bool(let values): Tensor(boolBytes: rule.applyToBits(values), shape: shape)
        case .string(let values): Tensor(rule.apply(values), shape: shape)
        }
    }

    /// The tensor of `shape` whose elements `rule` picks from `tensors`, at least one, all of one
    /// element type.
    static func rearranged(
        _ tensors: [Tensor], by rule: some JointRearrangement, shape: Shape
    ) -> Tensor {
        func sources<Element: BitwiseCopyable>(_ path: KeyPath<Tensor, [Element]?>) -> [Element] {
            rule.applyToBits(tensors.compactMap { $0[keyPath: path] })
        }
        return switch tensors.first?.storage {
        case .float32: Tensor(canonical: sources(\.float32s), shape: shape)
        case .float64: Tensor(float64s: sources(\.float64s), shape: shape)
        case .float16: Tensor(float16Bits: sources(\.halfBits), shape: shape)
        case .bfloat16: Tensor(bfloat16Bits: sources(\.halfBits), shape: shape)
        case .uint8: Tensor(sources(\.uint8s), shape: shape)
        case .int8: Tensor(sources(\.int8s), shape: shape)
        case .uint16: Tensor(sources(\.uint16s), shape: shape)
        case .int16: Tensor(sources(\.int16s), shape: shape)
        case .uint32: Tensor(sources(\.uint32s), shape: shape)
        case .int32: Tensor(sources(\.int32s), shape: shape)
        case .uint64: Tensor(sources(\.uint64s), shape: shape)
        case .int64: Tensor(sources(\.int64s), shape: shape)
        case .string: Tensor(rule.apply(tensors.compactMap(\.strings)), shape: shape)
        case .bool: Tensor(boolBytes: sources(\.boolBytes), shape: shape)
        case nil: preconditionFailure("a joint rearrangement has a tensor")
        }
    }

    /// The bytes of truth values, else `nil`.
    var boolBytes: [UInt8]? {
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

    /// Whether the copy is all of `count` elements in order.
    func isWhole(_ count: Int) -> Bool {
        guard offset == 0 else { return false }
        return dimensions.isEmpty ? count == 1 : dimensions == [count] && strides == [1]
    }

    func apply<Element>(_ values: [Element]) -> [Element] {
        if isWhole(values.count) { return values }
        let count = dimensions.reduce(1, *)
        guard count > 0 else { return [] }
        let inner = dimensions.last ?? 1
        let step = strides.last ?? 1
        var results: [Element] = []
        results.reserveCapacity(count)
        var walk = OffsetWalk(dimensions: dimensions.dropLast(), strides: strides.dropLast())
        repeat {
            let start = offset + walk.offset
            for index in 0..<inner { results.append(values[start + index * step]) }
        } while walk.advance()
        return results
    }

    func applyToBits<Element: BitwiseCopyable>(_ values: [Element]) -> [Element] {
        isWhole(values.count) ? values : ElementMoves.copy(self, from: values)
    }
}

/// The places of a strided region in row-major order: an odometer that keeps the offset.
struct OffsetWalk {
    /// Σ iₐ · strideₐ of the place.
    private(set) var offset = 0
    private let dimensions: [Int]
    private let strides: [Int]
    private var position: [Int]

    init(dimensions: some Sequence<Int>, strides: some Sequence<Int>) {
        self.dimensions = Array(dimensions)
        self.strides = Array(strides)
        position = [Int](repeating: 0, count: self.dimensions.count)
    }

    /// Goes to the next place; `false`, and back at the first one, after the last.
    mutating func advance() -> Bool {
        var axis = position.count - 1
        while axis >= 0 {
            position[axis] += 1
            offset += strides[axis]
            if position[axis] < dimensions[axis] { return true }
            offset -= strides[axis] * dimensions[axis]
            position[axis] = 0
            axis -= 1
        }
        return false
    }
}

/// The blocks of `length` elements that begin at `starts`, one after another.
struct BlockCopy: Rearrangement {
    let starts: [Int]
    let length: Int

    func apply<Element>(_ values: [Element]) -> [Element] {
        guard length > 0 else { return [] }
        var results: [Element] = []
        results.reserveCapacity(starts.count * length)
        for start in starts { results.append(contentsOf: values[start..<start + length]) }
        return results
    }

    func applyToBits<Element: BitwiseCopyable>(_ values: [Element]) -> [Element] {
        ElementMoves.copy(self, from: values)
    }
}

/// `count` times: the next `lengths[i]` elements of each source in turn.
struct JoinedBlocks: JointRearrangement {
    let count: Int
    let lengths: [Int]

    func apply<Element>(_ sources: [[Element]]) -> [Element] {
        var results: [Element] = []
        let row = lengths.reduce(0, +)
        guard row > 0 else { return [] }
        results.reserveCapacity(count * row)
        for block in 0..<count {
            for (source, length) in zip(sources, lengths) where length > 0 {
                results.append(contentsOf: source[block * length..<(block + 1) * length])
            }
        }
        return results
    }

    func applyToBits<Element: BitwiseCopyable>(_ sources: [[Element]]) -> [Element] {
        ElementMoves.join(self, sources)
    }
}
