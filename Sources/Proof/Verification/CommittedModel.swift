// A model whose weights nobody needs to see: its program, the constants that are no weights, and
// commitments to the rows of its weights (Documentation/zkml.md, section 3). It has a name of its
// own, since the hash that names a model with weights can only be computed from them:
//
//     ModelID = SHA-256("AIVM/committed-model/1" ‖ canonical bytes of the CommittedModel)

public import Base
import Cryptography
public import Wire

/// A constant that is no weight: a shape, an axis, a bound.
public struct PublicConstant: WireMessage, Hashable {
    /// Its number among the program's constants.
    public var index: UInt32 = 0
    /// Its bytes.
    public var data: Bytes = []

    public static let wireName = "aivm.ai.v1.PublicConstant"
    public static let wireFields: WireFields<PublicConstant> = [
        .uint32(1, "index", \.index),
        .bytes(2, "data", \.data),
    ]

    public init() {}

    /// Makes a constant of its fields.
    public init(index: UInt32, data: Bytes) {
        self.index = index
        self.data = data
    }
}

/// A model by its program and a commitment to its weights.
public struct CommittedModel: WireMessage, Hashable {
    /// Canonical bytes of an `aivm.ir.v1.Program` of the integer profile.
    public var program: Bytes = []
    /// All constants that are no weights, by number.
    public var constants: [PublicConstant] = []
    /// log2 of the values in a row.
    public var rowBits: UInt32 = 0
    /// Tau in the second group: x.c0, x.c1, y.c0, y.c1, 32 bytes big-endian each.
    public var tau: Bytes = []
    /// Whether the reference string is for development: whoever made it can prove anything.
    public var isUnsafe = false
    /// Commitments to the rows of weights, 64 bytes each: x ‖ y, little-endian.
    public var weights: Bytes = []

    /// The first bytes of what the name hashes: the ASCII text `AIVM/committed-model/1`.
    public static let domain = Bytes("AIVM/committed-model/1".utf8)

    public static let wireName = "aivm.ai.v1.CommittedModel"
    public static let wireFields: WireFields<CommittedModel> = [
        .bytes(1, "program", \.program),
        .messages(2, "constants", \.constants),
        .uint32(3, "row_bits", \.rowBits),
        .bytes(4, "tau", \.tau),
        .bool(5, "is_unsafe", \.isUnsafe),
        .bytes(6, "weights", \.weights),
    ]

    public init() {}

    /// The hash that names the model.
    public var modelID: Hash256 {
        SHA256.hash(concatenating: [CommittedModel.domain, encoded()])
    }

    /// SHA-256 of tau: names the reference string, whatever the model says of it. The same string
    /// has the same name in verification keys of circuits (``CircuitKey/srsID``).
    public var srsID: Hash256 { SHA256.hash(tau) }
}
