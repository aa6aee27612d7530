// Attributes of a node. Floats are carried as their 32 bits, so that no conversion can change them;
// exactly one alternative of the oneof is set.

public import Base
public import Tensors
public import Wire

/// A named attribute of a node.
public struct ProgramAttribute: WireMessage {
    /// The attribute's ONNX name.
    public var name = ""
    /// An integer.
    public var int: Int64?
    /// A float, as its bits.
    public var float: UInt32?
    /// A string.
    public var string: String?
    /// Integers.
    public var ints: IntList?
    /// Floats, as their bits.
    public var floats: FloatList?
    /// Strings.
    public var strings: StringList?
    /// A tensor.
    public var tensor: TensorValue?

    public init() {}
    public static let wireName = "aivm.ir.v1.Attribute"
    public static let wireFields: WireFields<ProgramAttribute> = [
        .string(1, "name", \.name),
        .int64(2, "int", \.int, oneof: "value"),
        .fixed32(3, "float", \.float, oneof: "value"),
        .string(4, "string", \.string, oneof: "value"),
        .message(5, "ints", \.ints, oneof: "value"),
        .message(6, "floats", \.floats, oneof: "value"),
        .message(7, "strings", \.strings, oneof: "value"),
        .message(8, "tensor", \.tensor, oneof: "value"),
    ]

    /// A list of integers.
    public struct IntList: WireMessage {
        /// The integers.
        public var values: [Int64] = []

        public init() {}
        public static let wireName = "aivm.ir.v1.IntList"
        public static let wireFields: WireFields<IntList> = [.int64s(1, "values", \.values)]
    }

    /// A list of floats, as their bits.
    public struct FloatList: WireMessage {
        /// The bits of each float.
        public var values: [UInt32] = []

        public init() {}
        public static let wireName = "aivm.ir.v1.FloatList"
        public static let wireFields: WireFields<FloatList> = [.fixed32s(1, "values", \.values)]
    }

    /// A list of strings.
    public struct StringList: WireMessage {
        /// The strings.
        public var values: [String] = []

        public init() {}
        public static let wireName = "aivm.ir.v1.StringList"
        public static let wireFields: WireFields<StringList> = [.strings(1, "values", \.values)]
    }

    /// A tensor with its elements.
    public struct TensorValue: WireMessage {
        /// The tensor's type.
        public var type = TypeDeclaration()
        /// The elements, row-major, little-endian.
        public var data: Bytes = []

        public init() {}
        public static let wireName = "aivm.ir.v1.Tensor"
        public static let wireFields: WireFields<TensorValue> = [
            .message(1, "type", \.type),
            .bytes(2, "data", \.data),
        ]
    }
}

extension ProgramAttribute {
    /// Makes an attribute of an operator's value.
    public init(_ name: String, _ value: AttributeValue) {
        self.name = name
        switch value {
        case .int(let value): int = value
        case .float(let bits): float = bits
        case .string(let text): string = text
        case .ints(let values):
            var list = IntList()
            list.values = values
            ints = list
        case .floats(let values):
            var list = FloatList()
            list.values = values
            floats = list
        case .strings(let values):
            var list = StringList()
            list.values = values
            strings = list
        case .tensor(let value):
            var declared = TensorValue()
            declared.type = TypeDeclaration(value.type)
            declared.data = value.littleEndianBytes
            tensor = declared
        }
    }

    /// The value as operators see it; `nil` when no alternative is set.
    ///
    /// - Throws: ``ModelError`` when a tensor's type or data is wrong.
    func value(_ place: NodePlace, _ limits: ModelLimits) throws(ModelError) -> AttributeValue? {
        if let int { return .int(int) }
        if let float { return .float(float) }
        if let string { return .string(string) }
        if let ints { return .ints(ints.values) }
        if let floats { return .floats(floats.values) }
        if let strings { return .strings(strings.values) }
        guard let tensor else { return nil }
        let owner = "attribute \(name) of \(place)"
        let type = try tensor.type.tensorType(of: owner, limits)
        do throws(OperatorError) {
            return .tensor(try Tensor(type: type, littleEndianBytes: tensor.data[...]))
        } catch {
            throw .wrongTensor(of: owner, error)
        }
    }
}

extension TypeDeclaration {
    /// Declares `type`.
    public init(_ type: TensorType) {
        elementType = UInt32(bitPattern: type.element.rawValue)
        dimensions = type.shape.dimensions.map { UInt64($0) }
    }

    /// Declares `type`, or a value known only in a run.
    init(_ type: TensorType?) {
        self.init()
        if let type { self = TypeDeclaration(type) }
    }

    /// The declared type, checked against the limits; `nil` for a value known only in a run.
    func optionalType(of owner: String, _ limits: ModelLimits) throws(ModelError) -> TensorType? {
        if elementType == 0, dimensions.isEmpty { return nil }
        return try tensorType(of: owner, limits)
    }

    /// The declared type, checked against the limits.
    ///
    /// - Parameter owner: what has the type, for the error.
    func tensorType(of owner: String, _ limits: ModelLimits) throws(ModelError) -> TensorType {
        guard let raw = Int32(exactly: elementType), let element = ElementType(rawValue: raw) else {
            throw .unknownElementType(of: owner, elementType)
        }
        try limits.check(.rank, dimensions.count, of: owner)
        var sizes: [Int] = []
        for dimension in dimensions {
            guard let size = Int(exactly: dimension) else {
                throw .tooMany(.elements, of: owner, limit: limits.maximumElements, actual: nil)
            }
            sizes.append(size)
        }
        let shape: Shape
        do throws(OperatorError) {
            shape = try Shape(sizes)
        } catch {
            throw .wrongTensor(of: owner, error)
        }
        try limits.check(.elements, shape.elementCount, of: owner)
        return TensorType(element, shape)
    }
}
