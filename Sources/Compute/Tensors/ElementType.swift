// The element types of tensors under arithmetic version 1, with the numbers ONNX gives them
// (`TensorProto.DataType`). Other ONNX types are refused at import.

/// The type of a tensor's elements. The raw value is ONNX's number for it.
public enum ElementType: Int32, CaseIterable, Sendable {
    /// IEEE 754 binary32.
    case float32 = 1
    /// Unsigned 8-bit integer.
    case uint8 = 2
    /// Two's complement 8-bit integer.
    case int8 = 3
    /// Two's complement 32-bit integer.
    case int32 = 6
    /// Two's complement 64-bit integer.
    case int64 = 7
    /// One byte, 0 or 1.
    case bool = 9

    /// Bytes of one element.
    public var byteCount: Int {
        switch self {
        case .uint8, .int8, .bool: 1
        case .float32, .int32: 4
        case .int64: 8
        }
    }

    /// The lower-case name used in messages and JSON: `float32`, `int64`, …
    public var name: String {
        switch self {
        case .float32: "float32"
        case .uint8: "uint8"
        case .int8: "int8"
        case .int32: "int32"
        case .int64: "int64"
        case .bool: "bool"
        }
    }

    /// The type called `name` (see `name`), or `nil`.
    public init?(name: String) {
        guard let type = ElementType.allCases.first(where: { $0.name == name }) else { return nil }
        self = type
    }
}
