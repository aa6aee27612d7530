// Tensors: a type and that many elements, row-major. Values are immutable in meaning and shared by
// copy-on-write. A float32 tensor never holds a NaN other than the canonical one, 0x7FC00000, so
// equal tensors have equal bytes and equal hashes.

/// Element type and shape together.
public struct TensorType: Hashable, Sendable {
    /// The type of each element.
    public var element: ElementType
    /// The extents of the axes.
    public var shape: Shape

    /// Puts the two together.
    public init(_ element: ElementType, _ shape: Shape) {
        self.element = element
        self.shape = shape
    }

    /// Bytes of a tensor of this type; at most 2³⁴.
    public var byteCount: Int { shape.elementCount * element.byteCount }
}

extension TensorType: CustomStringConvertible {
    public var description: String { "\(element.name)\(shape)" }
}

/// An array of numbers with a shape. Equality is equality of type and of bits (−0 differs from 0,
/// NaN equals NaN).
public struct Tensor: Sendable, Equatable {
    /// The elements, by type; bool elements are bytes 0 and 1.
    enum Storage: Sendable {
        case float32([Float])
        case uint8([UInt8])
        case int8([Int8])
        case int32([Int32])
        case int64([Int64])
        case bool([UInt8])
    }

    /// Element type and shape.
    public let type: TensorType
    let storage: Storage

    /// The shape.
    public var shape: Shape { type.shape }

    /// Row-major `floats`; any NaN becomes the canonical one. Traps unless the counts match.
    public init(_ floats: [Float], shape: Shape) {
        self.init(canonical: floats.canonicalisingNaN(), shape: shape)
    }

    /// Row-major `floats` that hold no NaN but the canonical one.
    init(canonical floats: [Float], shape: Shape) {
        precondition(floats.count == shape.elementCount, "a tensor has its shape's elements")
        type = TensorType(.float32, shape)
        storage = .float32(floats)
    }

    /// Row-major unsigned bytes. Traps unless the counts match.
    public init(_ uint8s: [UInt8], shape: Shape) {
        precondition(uint8s.count == shape.elementCount, "a tensor has its shape's elements")
        type = TensorType(.uint8, shape)
        storage = .uint8(uint8s)
    }

    /// Row-major signed bytes. Traps unless the counts match.
    public init(_ int8s: [Int8], shape: Shape) {
        precondition(int8s.count == shape.elementCount, "a tensor has its shape's elements")
        type = TensorType(.int8, shape)
        storage = .int8(int8s)
    }

    /// Row-major 32-bit integers. Traps unless the counts match.
    public init(_ int32s: [Int32], shape: Shape) {
        precondition(int32s.count == shape.elementCount, "a tensor has its shape's elements")
        type = TensorType(.int32, shape)
        storage = .int32(int32s)
    }

    /// Row-major 64-bit integers. Traps unless the counts match.
    public init(_ int64s: [Int64], shape: Shape) {
        precondition(int64s.count == shape.elementCount, "a tensor has its shape's elements")
        type = TensorType(.int64, shape)
        storage = .int64(int64s)
    }

    /// Row-major truth values. Traps unless the counts match.
    public init(_ bools: [Bool], shape: Shape) {
        self.init(boolBytes: bools.map { $0 ? 1 : 0 }, shape: shape)
    }

    /// Row-major bytes, each 0 or 1.
    init(boolBytes: [UInt8], shape: Shape) {
        precondition(boolBytes.count == shape.elementCount, "a tensor has its shape's elements")
        type = TensorType(.bool, shape)
        storage = .bool(boolBytes)
    }

    private init(storage: Storage, type: TensorType) {
        self.type = type
        self.storage = storage
    }

    /// The same elements under another shape. Traps unless the element counts match.
    public func reshaped(to shape: Shape) -> Tensor {
        precondition(shape.elementCount == type.shape.elementCount, "a reshape keeps the elements")
        return Tensor(storage: storage, type: TensorType(type.element, shape))
    }

    /// The elements when they are float32, else `nil`.
    public var float32s: [Float]? {
        if case .float32(let values) = storage { values } else { nil }
    }

    /// The elements when they are uint8, else `nil`.
    public var uint8s: [UInt8]? {
        if case .uint8(let values) = storage { values } else { nil }
    }

    /// The elements when they are int8, else `nil`.
    public var int8s: [Int8]? {
        if case .int8(let values) = storage { values } else { nil }
    }

    /// The elements when they are int32, else `nil`.
    public var int32s: [Int32]? {
        if case .int32(let values) = storage { values } else { nil }
    }

    /// The elements when they are int64, else `nil`.
    public var int64s: [Int64]? {
        if case .int64(let values) = storage { values } else { nil }
    }

    /// The elements when they are truth values, else `nil`.
    public var bools: [Bool]? {
        if case .bool(let values) = storage { values.map { $0 != 0 } } else { nil }
    }

    /// The elements as 64-bit integers when they are int32 or int64 (ONNX index and shape inputs).
    var indices: [Int64]? {
        switch storage {
        case .int64(let values): values
        case .int32(let values): values.map(Int64.init)
        default: nil
        }
    }

    public static func == (left: Tensor, right: Tensor) -> Bool {
        guard left.type == right.type else { return false }
        switch (left.storage, right.storage) {
        case (.float32(let a), .float32(let b)):
            return zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern }
        case (.uint8(let a), .uint8(let b)), (.bool(let a), .bool(let b)): return a == b
        case (.int8(let a), .int8(let b)): return a == b
        case (.int32(let a), .int32(let b)): return a == b
        case (.int64(let a), .int64(let b)): return a == b
        default: return false
        }
    }
}

extension Array where Element == Float {
    /// Every NaN replaced by the canonical one. Shares storage when there is none to replace.
    func canonicalisingNaN() -> [Float] {
        var result = self
        for index in indices where self[index].isNaN { result[index] = .canonicalNaN }
        return result
    }
}

extension Float {
    /// The only NaN that tensors hold: 0x7FC00000, quiet, positive, no payload.
    static let canonicalNaN = Float(bitPattern: 0x7FC0_0000)
}
