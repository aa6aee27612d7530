// What evidence is about: model M, on the input committed to by I, gives the output committed to by
// O, under arithmetic version V. A statement is true or false once and for all; who asked, when,
// and at what price stands elsewhere.

public import Base
public import Wire

/// The claim that a model gives an output on an input.
public struct Statement: WireMessage, Hashable {
    /// ModelID of the model, 32 bytes.
    public var modelID: Bytes = []
    /// Arithmetic version the model ran under.
    public var arithmeticVersion: UInt32 = 0
    /// ``TensorSet/commitment`` of the inputs, 32 bytes.
    public var inputCommitment: Bytes = []
    /// ``TensorSet/commitment`` of the outputs, 32 bytes.
    public var outputCommitment: Bytes = []

    public static let wireName = "aivm.ai.v1.Statement"
    public static let wireFields: WireFields<Statement> = [
        .bytes(1, "model_id", \.modelID),
        .uint32(2, "arithmetic_version", \.arithmeticVersion),
        .bytes(3, "input_commitment", \.inputCommitment),
        .bytes(4, "output_commitment", \.outputCommitment),
    ]

    public init() {}

    /// Makes the statement that model `modelID` gives `output` on `input`.
    public init(modelID: Hash256, arithmeticVersion: UInt32, input: TensorSet, output: TensorSet) {
        self.modelID = modelID.bytes
        self.arithmeticVersion = arithmeticVersion
        inputCommitment = input.commitment.bytes
        outputCommitment = output.commitment.bytes
    }
}
