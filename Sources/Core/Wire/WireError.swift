// Why bytes or JSON were refused. Each case says where.

public import Base

/// A refusal of hostile or malformed input by a decoder of this target.
public enum WireError: Error, Equatable, Sendable {
    /// The bytes end too early, or a varint is malformed.
    case malformed(ByteReaderError)
    /// The message is larger than the rules allow, in bytes.
    case tooLarge(limit: Int, actual: Int)
    /// Messages are nested deeper than the rules allow.
    case tooDeep(limit: Int)
    /// A field key has number 0, a number above 2^29 - 1, or a reserved wire type.
    case invalidKey(UInt64)
    /// The declaration has no field with this number.
    case unknownField(message: String, number: UInt32)
    /// A known field has another wire type than declared.
    case wrongWireType(message: String, number: UInt32, wireType: UInt8)
    /// A field comes after one with a higher number, where the rules ask for order.
    case fieldsOutOfOrder(message: String, number: UInt32)
    /// A singular field occurs twice, where the rules forbid it.
    case duplicateField(message: String, number: UInt32)
    /// Two alternatives of one oneof are set.
    case oneofSetTwice(message: String, oneof: String)
    /// A string field is not UTF-8.
    case invalidUTF8(message: String, number: UInt32)
    /// A number does not fit the field's type.
    case numberOutOfRange(message: String, number: UInt32)
    /// An enum field holds a value the declaration does not list.
    case unknownEnumValue(message: String, number: UInt32, value: Int32)
    /// The bytes are not the canonical encoding of their value.
    case notCanonical(message: String)
    /// The text is not JSON. `offset` counts bytes.
    case invalidJSON(offset: Int, reason: String)
    /// A JSON value has the wrong form for the field.
    case unexpectedJSON(message: String, field: String, expected: String)
    /// JSON names a field that the message does not have.
    case unknownJSONField(message: String, field: String)
    /// JSON names a field twice, in snake case and in camel case.
    case duplicateJSONField(message: String, field: String)
    /// A type URL names no registered message.
    case unknownType(url: String)
}

extension WireError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed(.truncated(let needed, let left)):
            "truncated: \(needed) bytes needed, \(left) left"
        case .malformed(.varintOverflow): "malformed: a varint does not fit 64 bits"
        case .malformed(.varintNotShortest): "malformed: a varint is not the shortest form"
        case .tooLarge(let limit, let actual): "message of \(actual) bytes; the limit is \(limit)"
        case .tooDeep(let limit): "messages nested deeper than \(limit) levels"
        case .invalidKey(let key): "invalid field key \(key)"
        case .unknownField(let message, let number): "unknown field \(number) in \(message)"
        case .wrongWireType(let message, let number, let wireType):
            "field \(number) of \(message) has wire type \(wireType)"
        case .fieldsOutOfOrder(let message, let number):
            "field \(number) of \(message) is out of order"
        case .duplicateField(let message, let number):
            "field \(number) of \(message) occurs twice"
        case .oneofSetTwice(let message, let oneof): "oneof \(oneof) of \(message) is set twice"
        case .invalidUTF8(let message, let number): "field \(number) of \(message) is not UTF-8"
        case .numberOutOfRange(let message, let number):
            "field \(number) of \(message) is out of range"
        case .unknownEnumValue(let message, let number, let value):
            "field \(number) of \(message) has unknown enum value \(value)"
        case .notCanonical(let message): "\(message) is not canonically encoded"
        case .invalidJSON(let offset, let reason): "invalid JSON at byte \(offset): \(reason)"
        case .unexpectedJSON(let message, let field, let expected):
            "field \(field) of \(message) must be \(expected)"
        case .unknownJSONField(let message, let field): "\(message) has no field \(field)"
        case .duplicateJSONField(let message, let field):
            "field \(field) of \(message) occurs twice"
        case .unknownType(let url): "unknown type \(url)"
        }
    }
}
