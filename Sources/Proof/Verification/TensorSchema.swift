// What a model takes and gives: names and types, known before it runs. A schema is how the chain
// checks a request, and knows the size of an answer, without loading the model.

import Base
public import Models
public import Tensors
public import Wire

/// Name and type of a model's input or output.
public struct TensorSchema: WireMessage, Hashable {
    /// Name.
    public var name = ""
    /// Element type by its ONNX number, as in ``TensorEntry/elementType``.
    public var elementType: UInt32 = 0
    /// Dimensions, outermost first; empty for a scalar.
    public var dimensions: [UInt64] = []

    public static let wireName = "aivm.ai.v1.TensorSchema"
    public static let wireFields: WireFields<TensorSchema> = [
        .string(1, "name", \.name),
        .uint32(2, "element_type", \.elementType),
        .uint64s(3, "dimensions", \.dimensions),
    ]

    public init() {}

    /// Makes a schema of its fields.
    public init(name: String, elementType: UInt32, dimensions: [UInt64]) {
        self.name = name
        self.elementType = elementType
        self.dimensions = dimensions
    }
}

extension TensorSchema {
    /// The schema of a port of a checked model whose types are known before a run.
    public init(_ name: String, _ type: TensorType) {
        self.name = name
        elementType = UInt32(bitPattern: type.element.rawValue)
        dimensions = type.shape.dimensions.map { UInt64($0) }
    }

    /// The schema as an input or output of a model.
    ///
    /// - Throws: ``VerificationError/wrongTensors(_:)`` for an unknown element type or a shape that
    ///   cannot be.
    public func port() throws(VerificationError) -> Model.Port {
        Model.Port(name: name, type: try tensorType())
    }

    /// The type, or why it is none.
    func tensorType() throws(VerificationError) -> TensorType {
        guard let raw = Int32(exactly: elementType), let element = ElementType(rawValue: raw) else {
            throw .wrongTensors("\"\(name)\" has unknown element type \(elementType)")
        }
        var axes: [Int] = []
        for dimension in dimensions {
            guard let axis = Int(exactly: dimension) else {
                throw .wrongTensors("\"\(name)\" has dimension \(dimension)")
            }
            axes.append(axis)
        }
        do throws(OperatorError) { return TensorType(element, try Shape(axes)) } catch {
            throw .wrongTensors("\"\(name)\": \(error)")
        }
    }

    /// Type for people, such as `float32[1, 28, 28]`.
    var typeText: String {
        let element = Int32(exactly: elementType).flatMap(ElementType.init(rawValue:))
        return "\(element?.name ?? "type \(elementType)")\(dimensions)"
    }
}

extension [TensorSchema] {
    /// Number of bytes of the canonical ``TensorSet`` of tensors of these types: every set that
    /// fits the schema has this size.
    ///
    /// - Returns: `nil` when a type is none, or the size is beyond 63 bits.
    public var encodedByteCount: Int? {
        var total = 0
        for schema in self {
            guard let type = try? schema.tensorType() else { return nil }
            let entry = TensorEntry(
                name: schema.name, elementType: schema.elementType,
                dimensions: schema.dimensions, data: [])
            var size = entry.encoded().count
            if type.byteCount > 0 {
                // A data field: key, length, bytes. The key of field 4 is one byte.
                size += 1 + varintByteCount(type.byteCount) + type.byteCount
            }
            let (sum, overflow) = total.addingReportingOverflow(
                1 + varintByteCount(size) + size)
            guard !overflow else { return nil }
            total = sum
        }
        return total
    }

    private func varintByteCount(_ value: Int) -> Int {
        var bytes = Bytes()
        bytes.appendVarint(UInt64(value))
        return bytes.count
    }
}

extension [TensorSchema] {
    /// A set of zeros of these types, as large as any set that fits them; `nil` when a type is
    /// none.
    public var zeroSet: TensorSet? {
        var entries: [TensorEntry] = []
        for schema in self {
            guard let type = try? schema.tensorType() else { return nil }
            entries.append(
                TensorEntry(
                    name: schema.name, elementType: schema.elementType,
                    dimensions: schema.dimensions,
                    data: Bytes(repeating: 0, count: type.byteCount)))
        }
        return TensorSet(entries)
    }
}
