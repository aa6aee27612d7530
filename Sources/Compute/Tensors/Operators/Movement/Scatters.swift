// Scatter, ScatterElements, ScatterND, TensorScatter: the data with elements or blocks replaced, or
// combined with updates, where indices say. Updates are applied in ascending order of their index,
// so of several to one place the last one wins, and sums are added in that order.

/// How an update meets the element in its place.
enum ScatterReduction: String {
    case none, add, mul, min, max

    /// The attribute `reduction`, which opset 16 brings (min and max: 18). Elements that are no
    /// numbers are only replaced.
    init(_ call: OperatorCall) throws(OperatorError) {
        if call.opset < 16 { try call.refuse("reduction") }
        let name = try call.attributes.choice(
            "reduction", of: "none", "add", "mul", "min", "max")
        self = ScatterReduction(rawValue: name) ?? .none
        if call.opset < 18, self == .min || self == .max {
            throw .wrongAttribute(name: "reduction", reason: "is \(name), which opset 18 brings")
        }
        if self != .none { _ = try call.numericType(0) }
    }

    func apply<Element: NumericElement>(_ old: Element, _ update: Element) -> Element {
        switch self {
        case .none: update
        case .add: old.adding(update)
        case .mul: old.multiplied(update)
        case .min: old.minimum(update)
        case .max: old.maximum(update)
        }
    }
}

/// The data with blocks of `length` elements met by updates at `places`, in order.
struct ScatteredBlocks: JointRearrangement, NumericRule {
    let data: Tensor
    let updates: Tensor
    let places: [Int]
    let length: Int
    let reduction: ScatterReduction

    func result() throws(OperatorError) -> Tensor {
        if reduction != .none, let result = try data.type.element.applying(self) { return result }
        return Tensor.rearranged([data, updates], by: self, shape: data.shape)
    }

    func apply<Element>(_ sources: [[Element]]) -> [Element] {
        var results = sources[0]
        let updates = sources[1]
        for (index, place) in places.enumerated() {
            for step in 0..<length { results[place + step] = updates[index * length + step] }
        }
        return results
    }

    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        guard var results = Element.values(of: data), let updates = Element.values(of: updates)
        else { throw .wrongInputType(index: 2) }
        for (index, place) in places.enumerated() {
            for step in 0..<length {
                results[place + step] = reduction.apply(
                    results[place + step], updates[index * length + step])
            }
        }
        return Element.tensor(results, data.shape)
    }
}

/// ScatterElements under its name and its older one.
protocol ScatterElementsKind: Operator {}

extension ScatterElementsKind {
    static var attributeNames: [String] { ["axis", "reduction"] }
    static var inputCount: ClosedRange<Int> { 3...3 }
    static var outputCount: ClosedRange<Int> { 1...1 }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let data = try call.type(0)
        let indices = try call.type(1, of: .int64, .int32).shape
        let updates = try call.type(2)
        try call.requireSameElement(0, 2)
        _ = try ScatterReduction(call)
        _ = try ElementPlaces.axis(call, data.shape, indices)
        guard updates.shape == indices else {
            throw .shapeMismatch(
                reason: "an update for each index",
                shapes: [indices.dimensions, updates.shape.dimensions])
        }
        return [data]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements += UInt64(call.optionalType(2)?.shape.elementCount ?? 0)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let data = inputs.required(0)
        let indices = inputs.required(1)
        let axis = try ElementPlaces.axis(call, data.shape, indices.shape)
        let rule = ScatteredBlocks(
            data: data, updates: inputs.required(2),
            places: try ElementPlaces.places(indices, along: axis, of: data.shape), length: 1,
            reduction: try ScatterReduction(call))
        return [try rule.result()]
    }
}

/// One update for each index, at its place with the coordinate along `axis` replaced by the index.
enum ScatterElementsOperator: ScatterElementsKind {
    static let name = "ScatterElements"
}

/// ScatterElements before opset 11, without a reduction.
enum ScatterOperator: ScatterElementsKind {
    static let name = "Scatter"
    static let attributeNames = ["axis"]
}

/// One block for each row of indices.
enum ScatterNDOperator: Operator {
    static let name = "ScatterND"
    static let attributeNames = ["reduction"]
    static let inputCount = 3...3
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let data = try call.type(0)
        let indices = try call.type(1, of: .int64, .int32).shape
        let updates = try call.type(2).shape
        try call.requireSameElement(0, 2)
        _ = try ScatterReduction(call)
        guard let length = indices.dimensions.last, length <= data.shape.rank,
            updates.dimensions
                == indices.dimensions.dropLast() + Array(data.shape.dimensions[length...])
        else {
            throw .shapeMismatch(
                reason: "a block for each row of indices",
                shapes: [data.shape.dimensions, indices.dimensions, updates.dimensions])
        }
        return [data]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        for index in 1...2 {
            work.elements += UInt64(call.optionalType(index)?.shape.elementCount ?? 0)
        }
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let data = inputs.required(0)
        let indices = inputs.required(1)
        let updates = inputs.required(2)
        let first = indices.shape.dimensions.last ?? 0
        guard updates.shape.elementCount > 0 else { return [data] }
        let places = try ElementPlaces.places(ofRows: indices, from: 0, of: data.shape)
        let rule = ScatteredBlocks(
            data: data, updates: updates, places: places,
            length: data.shape.elementCount(ofAxes: first..<data.shape.rank),
            reduction: try ScatterReduction(call))
        return [try rule.result()]
    }
}

/// A cache with new entries written along `axis` from a place on that each batch has for itself;
/// mode circular goes on at the beginning.
enum TensorScatterOperator: Operator {
    static let name = "TensorScatter"
    static let isNativeForHalf = true
    static let attributeNames = ["axis", "mode"]
    static let inputCount = 2...3
    static let outputCount = 1...1

    private static func axis(_ call: OperatorCall) throws(OperatorError) -> Int {
        let shape = try call.type(0).shape
        let axis = try shape.axis(try call.attributes.int("axis", default: -2))
        guard axis > 0 else { throw .wrongAttribute(name: "axis", reason: "is that of the batch") }
        return axis
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let cache = try call.type(0)
        let update = try call.type(1).shape
        try call.requireSameElement(0, 1)
        let axis = try axis(call)
        _ = try call.attributes.choice("mode", of: "linear", "circular")
        let fits = zip(cache.shape.dimensions, update.dimensions).enumerated().allSatisfy {
            $0.offset == axis ? $0.element.1 <= $0.element.0 : $0.element.1 == $0.element.0
        }
        guard update.rank == cache.shape.rank, fits else {
            throw .shapeMismatch(
                reason: "the update fits the cache",
                shapes: [cache.shape.dimensions, update.dimensions])
        }
        if call.hasInput(2) {
            let places = try call.type(2, of: .int64).shape
            guard places.dimensions == [cache.shape.dimensions[0]] else {
                throw .shapeMismatch(reason: "a place for each batch", shapes: [places.dimensions])
            }
        }
        return [cache]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let cache = inputs.required(0)
        let update = inputs.required(1)
        let axis = try axis(call)
        guard update.shape.elementCount > 0 else { return [cache] }
        let extent = cache.shape.dimensions[axis]
        let count = update.shape.dimensions[axis]
        let isCircular = try call.attributes.choice("mode", of: "linear", "circular") == "circular"
        let length = cache.shape.elementCount(ofAxes: axis + 1..<cache.shape.rank)
        let outer = cache.shape.elementCount(ofAxes: 0..<axis)
        let perBatch = outer / cache.shape.dimensions[0]
        var firsts: [Int] = []
        for first in inputs.optional(2)?.int64s ?? [] {
            guard first >= 0, isCircular || first <= extent - count else {
                throw .wrongInputValue(index: 2, reason: "\(count) entries from \(first) on")
            }
            firsts.append(Int(first) % extent)
        }
        var places: [Int] = []
        for block in 0..<outer {
            let first = firsts.isEmpty ? 0 : firsts[block / perBatch]
            for step in 0..<count {
                places.append((block * extent + (first + step) % extent) * length)
            }
        }
        let rule = ScatteredBlocks(
            data: cache, updates: update, places: places, length: length, reduction: .none)
        return [try rule.result()]
    }
}
