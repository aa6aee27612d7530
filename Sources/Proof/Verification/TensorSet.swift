// Tensors as they travel: what a request carries, what a record holds, and what a statement commits
// to (Protocol Buffers package `aivm.ai.v1`).
//
// A set that belongs to a model lists the model's inputs (or outputs) in the program's order, each
// once, and its elements are canonical (every NaN is 0x7FC00000), so that equal values have equal
// bytes and one commitment:
//
//     commitment = SHA-256("AIVM/tensors/1" ‖ canonical bytes of the TensorSet)

public import Base
import Cryptography
public import Wire

/// A tensor with the name of the model input or output it belongs to.
public struct TensorEntry: WireMessage, Hashable {
    /// Name of the input or output.
    public var name = ""
    /// Element type by its ONNX number: 1 float32, 2 uint8, 3 int8, 6 int32, 7 int64, 9 bool.
    public var elementType: UInt32 = 0
    /// Dimensions, outermost first; empty for a scalar.
    public var dimensions: [UInt64] = []
    /// Elements in row-major order, each little-endian.
    public var data: Bytes = []

    public static let wireName = "aivm.ai.v1.NamedTensor"
    public static let wireFields: WireFields<TensorEntry> = [
        .string(1, "name", \.name),
        .uint32(2, "element_type", \.elementType),
        .uint64s(3, "dimensions", \.dimensions),
        .bytes(4, "data", \.data),
    ]

    public init() {}

    /// Makes an entry of its fields.
    public init(name: String, elementType: UInt32, dimensions: [UInt64], data: Bytes) {
        self.name = name
        self.elementType = elementType
        self.dimensions = dimensions
        self.data = data
    }
}

/// The inputs or the outputs of one inference.
public struct TensorSet: WireMessage, Hashable {
    /// The tensors.
    public var tensors: [TensorEntry] = []

    /// The first bytes of what a commitment hashes: the ASCII text `AIVM/tensors/1`.
    public static let commitmentDomain = Bytes("AIVM/tensors/1".utf8)

    public static let wireName = "aivm.ai.v1.TensorSet"
    public static let wireFields: WireFields<TensorSet> = [
        .messages(1, "tensors", \.tensors)
    ]

    public init() {}

    /// Makes a set of `tensors`, in this order.
    public init(_ tensors: [TensorEntry]) { self.tensors = tensors }

    /// The hash that a ``Statement`` holds for this set.
    ///
    /// - Complexity: one SHA-256 over the canonical bytes.
    public var commitment: Hash256 { TensorSet.commitment(ofCanonicalBytes: encoded()) }

    /// The commitment of a set whose canonical bytes are at hand.
    public static func commitment(ofCanonicalBytes bytes: Bytes) -> Hash256 {
        SHA256.hash(concatenating: [commitmentDomain, bytes])
    }
}
