// Tensors: a type and that many elements, row-major. Values are immutable in meaning and shared by
// copy-on-write. A tensor never holds a NaN other than the canonical one of its type (quiet,
// positive, no payload: 0x7FC00000 in float32), so equal tensors have equal bytes and equal hashes.

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

    /// Bytes of a tensor of this type; at most 2³⁵. Strings count 16 each.
    public var byteCount: Int { shape.elementCount * element.byteCount }
}

extension TensorType: CustomStringConvertible {
    public var description: String { "\(element.name)\(shape)" }
}

/// An array of elements with a shape. Equality is equality of type and of bits (−0 differs from 0,
/// NaN equals NaN).
public struct Tensor: Sendable, Equatable {
    /// The elements, by type; bool elements are bytes 0 and 1, halves are their bits.
    enum Storage: Sendable {
        case float32([Float])
        case float64([Double])
        case float16([UInt16])
        case bfloat16([UInt16])
        case uint8([UInt8])
        case int8([Int8])
        case uint16([UInt16])
        case int16([Int16])
        case uint32([UInt32])
        case int32([Int32])
        case uint64([UInt64])
        case int64([Int64])
        case bool([UInt8])
        case string([String])
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
        self.init(storage: .float32(floats), .float32, shape, count: floats.count)
    }

    /// Row-major `doubles`; any NaN becomes the canonical one. Traps unless the counts match. Has a
    /// label so that literals stay float32.
    public init(float64s doubles: [Double], shape: Shape) {
        self.init(
            storage: .float64(doubles.canonicalisingNaN()), .float64, shape, count: doubles.count)
    }

    /// Row-major binary16 numbers as their bits; any NaN becomes the canonical one. Traps unless
    /// the counts match.
    public init(float16Bits bits: [UInt16], shape: Shape) {
        let canonical = HalfPrecision.canonicalisingNaN(bits, .float16)
        self.init(storage: .float16(canonical), .float16, shape, count: bits.count)
    }

    /// Row-major bfloat16 numbers as their bits; any NaN becomes the canonical one. Traps unless
    /// the counts match.
    public init(bfloat16Bits bits: [UInt16], shape: Shape) {
        let canonical = HalfPrecision.canonicalisingNaN(bits, .bfloat16)
        self.init(storage: .bfloat16(canonical), .bfloat16, shape, count: bits.count)
    }

    /// Row-major unsigned bytes. Traps unless the counts match.
    public init(_ uint8s: [UInt8], shape: Shape) {
        self.init(storage: .uint8(uint8s), .uint8, shape, count: uint8s.count)
    }

    /// Row-major signed bytes. Traps unless the counts match.
    public init(_ int8s: [Int8], shape: Shape) {
        self.init(storage: .int8(int8s), .int8, shape, count: int8s.count)
    }

    /// Row-major unsigned 16-bit integers. Traps unless the counts match.
    public init(_ uint16s: [UInt16], shape: Shape) {
        self.init(storage: .uint16(uint16s), .uint16, shape, count: uint16s.count)
    }

    /// Row-major 16-bit integers. Traps unless the counts match.
    public init(_ int16s: [Int16], shape: Shape) {
        self.init(storage: .int16(int16s), .int16, shape, count: int16s.count)
    }

    /// Row-major unsigned 32-bit integers. Traps unless the counts match.
    public init(_ uint32s: [UInt32], shape: Shape) {
        self.init(storage: .uint32(uint32s), .uint32, shape, count: uint32s.count)
    }

    /// Row-major 32-bit integers. Traps unless the counts match.
    public init(_ int32s: [Int32], shape: Shape) {
        self.init(storage: .int32(int32s), .int32, shape, count: int32s.count)
    }

    /// Row-major unsigned 64-bit integers. Traps unless the counts match.
    public init(_ uint64s: [UInt64], shape: Shape) {
        self.init(storage: .uint64(uint64s), .uint64, shape, count: uint64s.count)
    }

    /// Row-major 64-bit integers. Traps unless the counts match.
    public init(_ int64s: [Int64], shape: Shape) {
        self.init(storage: .int64(int64s), .int64, shape, count: int64s.count)
    }

    /// Row-major texts. Traps unless the counts match.
    public init(_ strings: [String], shape: Shape) {
        self.init(storage: .string(strings), .string, shape, count: strings.count)
    }

    /// Row-major truth values. Traps unless the counts match.
    public init(_ bools: [Bool], shape: Shape) {
        self.init(boolBytes: bools.map { $0 ? 1 : 0 }, shape: shape)
    }

    /// Row-major bytes, each 0 or 1.
    init(boolBytes: [UInt8], shape: Shape) {
        self.init(storage: .bool(boolBytes), .bool, shape, count: boolBytes.count)
    }

    /// Elements as they are stored, `count` of them.
    private init(storage: Storage, _ element: ElementType, _ shape: Shape, count: Int) {
        precondition(count == shape.elementCount, "a tensor has its shape's elements")
        type = TensorType(element, shape)
        self.storage = storage
    }

    /// The same elements under another shape. Traps unless the element counts match.
    public func reshaped(to shape: Shape) -> Tensor {
        Tensor(storage: storage, type.element, shape, count: type.shape.elementCount)
    }

    public static func == (left: Tensor, right: Tensor) -> Bool {
        guard left.type == right.type else { return false }
        switch (left.storage, right.storage) {
        case (.float32(let a), .float32(let b)):
            return zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern }
        case (.float64(let a), .float64(let b)):
            return zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern }
        case (.uint8(let a), .uint8(let b)), (.bool(let a), .bool(let b)): return a == b
        case (.uint16(let a), .uint16(let b)), (.float16(let a), .float16(let b)),
            (.bfloat16(let a), .bfloat16(let b)):
            return a == b
        case (.int8(let a), .int8(let b)): return a == b
        case (.int16(let a), .int16(let b)): return a == b
        case (.uint32(let a), .uint32(let b)): return a == b
        case (.int32(let a), .int32(let b)): return a == b
        case (.uint64(let a), .uint64(let b)): return a == b
        case (.int64(let a), .int64(let b)): return a == b
        case (.string(let a), .string(let b)):
            // By bytes: Swift's own equality of strings is up to Unicode normalisation.
            return zip(a, b).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
        default: return false
        }
    }
}

extension Array where Element == Float {
    /// Every NaN replaced by the canonical one. Shares storage when there is none to replace.
    func canonicalisingNaN() -> [Float] {
        // Infinity's bits less a NaN's borrow into bit 31. Without a branch, so vectorised: nearly
        // always there is no NaN.
        var borrow: UInt32 = 0
        for value in self { borrow |= 0x7F80_0000 &- (value.bitPattern & 0x7FFF_FFFF) }
        guard borrow >> 31 == 1 else { return self }
        var result = self
        for index in indices where self[index].isNaN { result[index] = .canonicalNaN }
        return result
    }
}

extension Array where Element == Double {
    /// Every NaN replaced by the canonical one. Shares storage when there is none to replace.
    func canonicalisingNaN() -> [Double] {
        var borrow: UInt64 = 0
        for value in self {
            borrow |= 0x7FF0_0000_0000_0000 &- (value.bitPattern & 0x7FFF_FFFF_FFFF_FFFF)
        }
        guard borrow >> 63 == 1 else { return self }
        var result = self
        for index in indices where self[index].isNaN { result[index] = .canonicalNaN }
        return result
    }
}

extension Float {
    /// The only NaN that tensors hold: 0x7FC00000, quiet, positive, no payload.
    static let canonicalNaN = Float(bitPattern: 0x7FC0_0000)
}

extension Double {
    /// The only NaN that tensors hold: 0x7FF8000000000000, quiet, positive, no payload.
    static let canonicalNaN = Double(bitPattern: 0x7FF8_0000_0000_0000)
}
