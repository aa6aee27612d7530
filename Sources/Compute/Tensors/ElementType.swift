// The element types of tensors under arithmetic version 1, with the numbers ONNX gives them
// (`TensorProto.DataType`). Other ONNX types are refused at import. float16 and bfloat16 are ways
// to store: operators compute in float32 and round once (`HalfPrecision.swift`).

/// The type of a tensor's elements. The raw value is ONNX's number for it.
public enum ElementType: Int32, CaseIterable, Sendable {
    /// IEEE 754 binary32.
    case float32 = 1
    /// Unsigned 8-bit integer.
    case uint8 = 2
    /// Two's complement 8-bit integer.
    case int8 = 3
    /// Unsigned 16-bit integer.
    case uint16 = 4
    /// Two's complement 16-bit integer.
    case int16 = 5
    /// Two's complement 32-bit integer.
    case int32 = 6
    /// Two's complement 64-bit integer.
    case int64 = 7
    /// UTF-8 text of any length.
    case string = 8
    /// One byte, 0 or 1.
    case bool = 9
    /// IEEE 754 binary16.
    case float16 = 10
    /// IEEE 754 binary64.
    case float64 = 11
    /// Unsigned 32-bit integer.
    case uint32 = 12
    /// Unsigned 64-bit integer.
    case uint64 = 13
    /// The upper half of a binary32.
    case bfloat16 = 16

    /// Bytes of one element. A string counts as 16, what its place in memory takes; its text is
    /// bounded apart.
    public var byteCount: Int {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16, .float16, .bfloat16: 2
        case .float32, .int32, .uint32: 4
        case .int64, .uint64, .float64: 8
        case .string: 16
        }
    }

    /// Whether every element has the same number of bytes: all types but string.
    public var isFixedSize: Bool { self != .string }

    /// Whether the type is a way to store numbers that are computed with in float32.
    public var isHalf: Bool { self == .float16 || self == .bfloat16 }

    /// Whether the type is a whole number of fixed width.
    public var isInteger: Bool {
        switch self {
        case .uint8, .int8, .uint16, .int16, .int32, .int64, .uint32, .uint64: true
        default: false
        }
    }

    /// The lower-case name used in messages and JSON: `float32`, `int64`, …
    public var name: String {
        switch self {
        case .float32: "float32"
        case .uint8: "uint8"
        case .int8: "int8"
        case .uint16: "uint16"
        case .int16: "int16"
        case .int32: "int32"
        case .int64: "int64"
        case .string: "string"
        case .bool: "bool"
        case .float16: "float16"
        case .float64: "float64"
        case .uint32: "uint32"
        case .uint64: "uint64"
        case .bfloat16: "bfloat16"
        }
    }

    /// The type called `name` (see `name`), or `nil`.
    public init?(name: String) {
        guard let type = ElementType.allCases.first(where: { $0.name == name }) else { return nil }
        self = type
    }
}
