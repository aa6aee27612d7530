// A sorted list of keys, each with its place: how the encoders look categories up. Texts are
// compared by their UTF-8 bytes, floats by value with NaN equal to NaN; of equal keys the last
// counts, as ai.onnx.ml 4 says of LabelEncoder.

/// Places of keys.
struct CategoryLookup<Key: Sendable>: Sendable {
    private let keys: [Key]
    /// Places in ascending order of their keys, of equal keys the last alone.
    private let order: [Int]
    private let precedes: @Sendable (Key, Key) -> Bool

    /// - Parameter precedes: a strict order of the keys.
    init(_ keys: [Key], by precedes: @escaping @Sendable (Key, Key) -> Bool) {
        self.keys = keys
        self.precedes = precedes
        let sorted = keys.indices.sorted { a, b in
            if precedes(keys[a], keys[b]) { return true }
            return precedes(keys[b], keys[a]) ? false : a < b
        }
        var order: [Int] = []
        for place in sorted {
            if let last = order.last, !precedes(keys[last], keys[place]) { order.removeLast() }
            order.append(place)
        }
        self.order = order
    }

    /// The place of `key`, `nil` when it is not there. Binary search.
    func place(of key: Key) -> Int? {
        var low = 0
        var high = order.count
        while low < high {
            let middle = (low + high) / 2
            if precedes(keys[order[middle]], key) { low = middle + 1 } else { high = middle }
        }
        guard low < order.count, !precedes(key, keys[order[low]]) else { return nil }
        return order[low]
    }

    /// The comparisons of one look-up, at most.
    var comparisonCount: Int { order.count.bitWidth - order.count.leadingZeroBitCount + 1 }
}

extension CategoryLookup where Key == String {
    init(_ texts: [String]) {
        self.init(texts) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

extension CategoryLookup where Key: FixedWidthInteger {
    init(_ integers: [Key]) { self.init(integers) { $0 < $1 } }
}

extension CategoryLookup where Key: Real {
    /// NaN comes after every number.
    init(_ numbers: [Key]) { self.init(numbers) { $0 < $1 || ($1.isNaN && !$0.isNaN) } }
}

/// A look-up in keys of any element type that labels have.
enum CategoryKeys: Sendable {
    case texts(CategoryLookup<String>)
    case int64s(CategoryLookup<Int64>)
    case int32s(CategoryLookup<Int32>)
    case int16s(CategoryLookup<Int16>)
    case floats(CategoryLookup<Float>)
    case doubles(CategoryLookup<Double>)

    /// The keys that `tensor` holds; `nil` when labels have no such type.
    init?(_ tensor: Tensor) {
        switch tensor.storage {
        case .string(let values): self = .texts(CategoryLookup(values))
        case .int64(let values): self = .int64s(CategoryLookup(values))
        case .int32(let values): self = .int32s(CategoryLookup(values))
        case .int16(let values): self = .int16s(CategoryLookup(values))
        case .float32(let values): self = .floats(CategoryLookup(values))
        case .float64(let values): self = .doubles(CategoryLookup(values))
        default: return nil
        }
    }

    /// The place of each element of `tensor`, which has the keys' type.
    func places(of tensor: Tensor) -> [Int?] {
        switch (self, tensor.storage) {
        case (.texts(let keys), .string(let values)): values.map { keys.place(of: $0) }
        case (.int64s(let keys), .int64(let values)): values.map { keys.place(of: $0) }
        case (.int32s(let keys), .int32(let values)): values.map { keys.place(of: $0) }
        case (.int16s(let keys), .int16(let values)): values.map { keys.place(of: $0) }
        case (.floats(let keys), .float32(let values)): values.map { keys.place(of: $0) }
        case (.doubles(let keys), .float64(let values)): values.map { keys.place(of: $0) }
        default: preconditionFailure("a checked call looks up keys of the input's type")
        }
    }

    /// The comparisons of one look-up, at most.
    var comparisonCount: Int {
        switch self {
        case .texts(let keys): keys.comparisonCount
        case .int64s(let keys): keys.comparisonCount
        case .int32s(let keys): keys.comparisonCount
        case .int16s(let keys): keys.comparisonCount
        case .floats(let keys): keys.comparisonCount
        case .doubles(let keys): keys.comparisonCount
        }
    }
}

extension CategoryKeys {
    /// The values at the places of the elements of `input`; `fallback`, a tensor of one element of
    /// the values' type, for those that are no key.
    func mapped(_ input: Tensor, to values: Tensor, else fallback: Tensor) -> Tensor {
        let rule = Choice(places: places(of: input))
        return Tensor.rearranged([values, fallback], by: rule, shape: input.shape)
    }

    /// Elements of the first tensor, or the only one of the second.
    private struct Choice: JointRearrangement {
        let places: [Int?]

        func apply<Element>(_ sources: [[Element]]) -> [Element] {
            places.map { place in place.map { sources[0][$0] } ?? sources[1][0] }
        }
    }
}
