// ArgMax, ArgMin and TopK: positions of the largest or smallest elements along an axis. One order
// serves all three: NaN is above every number, −0 and +0 are equal, and of equal elements the one
// with the lower index comes first. ONNX ArgMax and ArgMin 1 to 13, TopK 1 to 24.

/// The position of one element along an axis.
protocol PositionOperator: Operator {
    /// Whether the largest element is sought, not the smallest.
    static var seeksLargest: Bool { get }
}

extension PositionOperator {
    static var attributeNames: [String] { ["axis", "keepdims", "select_last_index"] }
    static var inputCount: ClosedRange<Int> { 1...1 }
    static var outputCount: ClosedRange<Int> { 1...1 }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let shape = try call.numericType(0).shape
        if call.opset < 12 { try call.refuse("select_last_index") }
        _ = try call.attributes.flag("select_last_index", default: false)
        let axis = try shape.axis(try call.attributes.int("axis", default: 0))
        let keeps = try call.attributes.flag("keepdims", default: true)
        let result = try shape.reduced([axis], keeps: keeps)
        guard shape.dimensions[axis] > 0 || result.elementCount == 0 else {
            throw .shapeMismatch(
                reason: "axis \(axis) has no elements to choose from", shapes: [shape.dimensions])
        }
        return [TensorType(.int64, result)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements += UInt64(call.inputTypes.first??.shape.elementCount ?? 0)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let axis = try input.shape.axis(try call.attributes.int("axis", default: 0))
        let rule = PositionRule(
            input: input, rows: AxisRows(input.shape, axes: [axis]), seeksLargest: seeksLargest,
            prefersLast: try call.attributes.flag("select_last_index", default: false))
        guard let positions = try input.type.element.applying(rule) else {
            throw .wrongInputType(index: 0)
        }
        return [Tensor(positions, shape: try outputTypes(call)[0].shape)]
    }
}

enum ArgMaxOperator: PositionOperator {
    static let name = "ArgMax"
    static let seeksLargest = true
}

enum ArgMinOperator: PositionOperator {
    static let name = "ArgMin"
    static let seeksLargest = false
}

private struct PositionRule: NumericRule {
    let input: Tensor
    let rows: AxisRows
    let seeksLargest: Bool
    let prefersLast: Bool

    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> [Int64] {
        let values = rows.gather(Element.values(of: input) ?? [])
        return (0..<rows.count).map { row in
            let start = row * rows.length
            var best = 0
            for index in 1..<max(rows.length, 1) {
                let candidate = values[start + index]
                let champion = values[start + best]
                let isAhead =
                    seeksLargest
                    ? champion.isBelow(candidate) : candidate.isBelow(champion)
                let isBehind =
                    seeksLargest
                    ? candidate.isBelow(champion) : champion.isBelow(candidate)
                if isAhead || (prefersLast && !isBehind) { best = index }
            }
            return Int64(best)
        }
    }
}

extension NumericElement {
    /// Whether the value comes before `other` in the order in which NaN is above every number.
    func isBelow(_ other: Self) -> Bool {
        if isNaN { return false }
        return other.isNaN || self < other
    }
}

/// The k largest or smallest elements along an axis, in order, and their positions.
enum TopKOperator: Operator {
    static let name = "TopK"
    static let attributeNames = ["axis", "k", "largest", "sorted"]
    static let inputCount = 1...2
    static let outputCount = 1...2

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.numericType(0)
        if call.opset < 11 { try call.refuse("largest", "sorted") }
        _ = try call.attributes.flag("largest", default: true)
        _ = try call.attributes.flag("sorted", default: true)
        let axis = try type.shape.axis(try call.attributes.int("axis", default: -1))
        let k = try count(call)
        var dimensions = type.shape.dimensions
        guard k >= 0, k <= dimensions[axis] else {
            throw .indexOutOfRange(index: k, count: dimensions[axis])
        }
        dimensions[axis] = k
        let shape = try Shape(dimensions)
        return Array(
            [TensorType(type.element, shape), TensorType(.int64, shape)].prefix(call.outputCount))
    }

    /// How many elements are asked for.
    private static func count(_ call: OperatorCall) throws(OperatorError) -> Int {
        if call.opset < 10 {
            guard call.inputTypes.count == 1 else {
                throw .wrongInputCount(actual: call.inputTypes.count, expected: 1...1)
            }
            return try call.attributes.int("k")
        }
        try call.refuse("k")
        let counts = try call.constantIndices(1)
        guard counts.count == 1 else {
            throw .wrongInputValue(index: 1, reason: "has \(counts.count) elements, not 1")
        }
        return counts[0]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        let count = call.inputTypes.first??.shape.elementCount ?? 0
        // Each element may travel through a heap of k elements.
        let kept = outputs.first?.shape.elementCount ?? 0
        let depth = Int.bitWidth - kept.leadingZeroBitCount + 1
        work.elements += UInt64(count).multipliedSaturating(depth, 2)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let call = call.knowing(inputs)
        let shape = try outputTypes(call)[0].shape
        let axis = try input.shape.axis(try call.attributes.int("axis", default: -1))
        let rule = TopKRule(
            input: input, rows: AxisRows(input.shape, axes: [axis]), k: shape.dimensions[axis],
            seeksLargest: try call.attributes.flag("largest", default: true), shape: shape)
        guard let results = try input.type.element.applying(rule) else {
            throw .wrongInputType(index: 0)
        }
        return Array(results.prefix(call.outputCount))
    }
}

private struct TopKRule: NumericRule {
    let input: Tensor
    let rows: AxisRows
    let k: Int
    let seeksLargest: Bool
    let shape: Shape

    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> [Tensor] {
        let values = rows.gather(Element.values(of: input) ?? [])
        var elements: [Element] = []
        var positions: [Int64] = []
        elements.reserveCapacity(shape.elementCount)
        positions.reserveCapacity(shape.elementCount)
        for row in 0..<(k > 0 ? rows.count : 0) {
            let start = row * rows.length
            var heap = BoundedHeap(capacity: k) { left, right in
                precedes(values[start + left], left, values[start + right], right)
            }
            for index in 0..<rows.length { heap.offer(index) }
            for index in heap.sorted() {
                elements.append(values[start + index])
                positions.append(Int64(index))
            }
        }
        return [
            Element.tensor(rows.scatter(elements, length: k), shape),
            Tensor(rows.scatter(positions, length: k), shape: shape),
        ]
    }

    /// Whether element `left` stands before element `right` in the result.
    private func precedes<Element: NumericElement>(
        _ a: Element, _ left: Int, _ b: Element, _ right: Int
    ) -> Bool {
        if a.isBelow(b) { return !seeksLargest }
        if b.isBelow(a) { return seeksLargest }
        return left < right
    }
}

/// The first `capacity` of the indices offered, in a strict order: a heap with the last on top.
private struct BoundedHeap {
    let capacity: Int
    let precedes: (Int, Int) -> Bool
    private var indices: [Int] = []

    init(capacity: Int, precedes: @escaping (Int, Int) -> Bool) {
        self.capacity = capacity
        self.precedes = precedes
    }

    mutating func offer(_ index: Int) {
        if indices.count < capacity {
            indices.append(index)
            var child = indices.count - 1
            while child > 0, precedes(indices[(child - 1) / 2], indices[child]) {
                indices.swapAt((child - 1) / 2, child)
                child = (child - 1) / 2
            }
        } else if precedes(index, indices[0]) {
            indices[0] = index
            var parent = 0
            while true {
                var last = parent
                for child in 2 * parent + 1...2 * parent + 2 where child < indices.count {
                    if precedes(indices[last], indices[child]) { last = child }
                }
                if last == parent { return }
                indices.swapAt(parent, last)
                parent = last
            }
        }
    }

    func sorted() -> [Int] { indices.sorted(by: precedes) }
}
