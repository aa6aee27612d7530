// Attributes: the named constants of a node. Floats are carried as bits so that equality is
// equality of programs. Getters turn a wrong kind into an error, never into a default.

/// The value of an attribute. The cases are ONNX's `AttributeProto` types that programs may hold.
public enum AttributeValue: Sendable, Equatable {
    /// A 64-bit integer.
    case int(Int64)
    /// A binary32 number, as its bits.
    case float(UInt32)
    /// A text.
    case string(String)
    /// Integers.
    case ints([Int64])
    /// Binary32 numbers, as their bits.
    case floats([UInt32])
    /// Texts.
    case strings([String])
    /// A tensor.
    case tensor(Tensor)
}

/// The attributes of a node, sorted by name, each name once.
public struct Attributes: Sendable, Equatable {
    /// One attribute.
    public struct Entry: Sendable, Equatable {
        /// The name.
        public let name: String
        /// The value.
        public let value: AttributeValue
    }

    /// All attributes, in ascending order of the names' UTF-8 bytes.
    public let entries: [Entry]

    /// No attributes.
    public static let none = Attributes(sorted: [])

    /// Sorts `pairs` by name.
    ///
    /// - Throws: `duplicateAttribute` when a name occurs twice.
    public init(_ pairs: [(String, AttributeValue)]) throws(OperatorError) {
        let sorted = pairs.map { Entry(name: $0.0, value: $0.1) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        for (entry, next) in zip(sorted, sorted.dropFirst())
        where entry.name.utf8.elementsEqual(next.name.utf8) {
            throw .duplicateAttribute(name: entry.name)
        }
        self.init(sorted: sorted)
    }

    private init(sorted entries: [Entry]) { self.entries = entries }

    /// The value of `name`, or `nil` when it is absent.
    public subscript(name: String) -> AttributeValue? {
        entries.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// The integer `name`, `fallback` when absent. Throws `wrongAttribute` on another kind, and
    /// `missingAttribute` when absent without a fallback.
    public func int(_ name: String, default fallback: Int? = nil) throws(OperatorError) -> Int {
        switch self[name] {
        case .int(let value): return Int(value)
        case nil:
            guard let fallback else { throw .missingAttribute(name: name) }
            return fallback
        default: throw .wrongAttribute(name: name, reason: "is not an integer")
        }
    }

    /// The integer `name` as a truth value (0 or 1), `fallback` when absent. Throws
    /// `wrongAttribute` on another kind or value.
    public func flag(_ name: String, default fallback: Bool) throws(OperatorError) -> Bool {
        switch try int(name, default: fallback ? 1 : 0) {
        case 0: return false
        case 1: return true
        default: throw .wrongAttribute(name: name, reason: "is neither 0 nor 1")
        }
    }

    /// The number `name`, `fallback` when absent. Throws `wrongAttribute` on another kind.
    public func float(_ name: String, default fallback: Float) throws(OperatorError) -> Float {
        switch self[name] {
        case .float(let bits): return Float(bitPattern: bits)
        case nil: return fallback
        default: throw .wrongAttribute(name: name, reason: "is not a float")
        }
    }

    /// The text `name`, `fallback` when absent. Throws `wrongAttribute` on another kind.
    public func string(_ name: String, default fallback: String) throws(OperatorError) -> String {
        switch self[name] {
        case .string(let value): return value
        case nil: return fallback
        default: throw .wrongAttribute(name: name, reason: "is not a string")
        }
    }

    /// The integers `name`, `nil` when absent. Throws `wrongAttribute` on another kind.
    public func ints(_ name: String) throws(OperatorError) -> [Int]? {
        switch self[name] {
        case .ints(let values): return values.map(Int.init)
        case nil: return nil
        default: throw .wrongAttribute(name: name, reason: "is not a list of integers")
        }
    }

    /// The tensor `name`, `nil` when absent. Throws `wrongAttribute` on another kind.
    public func tensor(_ name: String) throws(OperatorError) -> Tensor? {
        switch self[name] {
        case .tensor(let value): return value
        case nil: return nil
        default: throw .wrongAttribute(name: name, reason: "is not a tensor")
        }
    }
}
