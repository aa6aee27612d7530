// A proof that a committed model gives an output on an input, as it travels. What the statement's
// commitments are depends on what is disclosed:
//
//     open       ``TensorSet/commitment`` of the tensors
//     committed  SHA-256("AIVM/committed-rows/1" ‖ commitments to the rows, 64 bytes each)
//     secret     32 zero bytes: the statement says that there is such a tensor, and nothing of it

public import Base
import Cryptography
public import Wire

/// What a statement tells of an input or output.
public enum TensorDisclosure: Int32, WireEnum {
    /// The values.
    case open = 0
    /// A commitment: two statements with one commitment are about the same values.
    case committed = 1
    /// That there are some.
    case secret = 2

    public init() { self = .open }
    public static let wireName = "aivm.ai.v1.TensorDisclosure"
    public var wireLabel: String {
        switch self {
        case .open: "TENSOR_DISCLOSURE_OPEN"
        case .committed: "TENSOR_DISCLOSURE_COMMITTED"
        case .secret: "TENSOR_DISCLOSURE_SECRET"
        }
    }
}

/// Evidence by a zero-knowledge proof of the inference.
public struct InferenceProof: WireMessage, Hashable {
    /// What the statement tells of the input.
    public var input = TensorDisclosure.open
    /// What the statement tells of the output.
    public var output = TensorDisclosure.open
    /// Commitments to the input's rows, where it is committed.
    public var inputRows: Bytes = []
    /// Commitments to the output's rows, where it is committed.
    public var outputRows: Bytes = []
    /// Whether the proof tells nothing but the statement.
    public var hides = false
    /// What the proof is bound to besides the statement, at most 64 bytes: the request it answers
    /// and who is to be paid.
    public var context: Bytes = []
    /// The proof (Documentation/zkml.md, section 8).
    public var proof: Bytes = []

    /// Most bytes of a context.
    public static let maximumContextBytes = 64

    public static let wireName = "aivm.ai.v1.InferenceProof"
    public static let wireFields: WireFields<InferenceProof> = [
        .enumeration(1, "input", \.input),
        .enumeration(2, "output", \.output),
        .bytes(3, "input_rows", \.inputRows),
        .bytes(4, "output_rows", \.outputRows),
        .bool(5, "hides", \.hides),
        .bytes(6, "context", \.context),
        .bytes(7, "proof", \.proof),
    ]

    public init() {}

    /// The statement's commitment to an input or output of which commitments to rows are known.
    public static func commitment(toRows rows: Bytes) -> Hash256 {
        SHA256.hash(concatenating: [Bytes("AIVM/committed-rows/1".utf8), rows])
    }

    /// The 32 bytes of a statement that tells nothing of an input or output.
    public static let secretCommitment = Bytes(repeating: 0, count: Hash256.byteCount)
}

/// A proof with everything that is needed to check it: what `aivm prove` writes.
public struct ProvenInference: WireMessage, Hashable {
    /// The model.
    public var model = CommittedModel()
    /// What is proved.
    public var statement = Statement()
    /// The input, where it is open.
    public var input: TensorSet?
    /// The output, where it is open.
    public var output: TensorSet?
    /// The proof.
    public var proof = InferenceProof()

    public static let wireName = "aivm.ai.v1.ProvenInference"
    public static let wireFields: WireFields<ProvenInference> = [
        .message(1, "model", \.model),
        .message(2, "statement", \.statement),
        .message(3, "input", \.input),
        .message(4, "output", \.output),
        .message(5, "proof", \.proof),
    ]

    public init() {}
}
