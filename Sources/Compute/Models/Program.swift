// The program of a model: a graph of operators in static single assignment, as the canonical bytes
// that a ModelID commits to (Protocol Buffers package `aivm.ir.v1`, canonical encoding of `Wire`).
//
// Values are numbered: first the inputs, then the constants, then the outputs of each node, all in
// the order of the file. A reference is the value's number plus one; 0 stands for an omitted
// optional input. A node refers only to values before its own, so the order of the nodes is an
// order in which they can run, and it is the order in which every machine runs them.
//
// Nodes of control flow have bodies. A body sees nothing of the program around it: what it reads
// from outside are the captures of its node, which stand beside the node's inputs. Its own values
// are numbered apart: its inputs, then the captures, then the outputs of its nodes.

import Base
public import Wire

/// A model's graph: what is computed, without the weights.
public struct Program: WireMessage {
    /// The arithmetic that gives the operators their bits; 1 is the only one.
    public var arithmeticVersion: UInt32 = 0
    /// The version of the ONNX operator set that gives the operators their meaning.
    public var opset: UInt32 = 0
    /// A name for people; may be empty.
    public var name = ""
    /// The inputs, in the order in which callers see them.
    public var inputs: [ValueDeclaration] = []
    /// The outputs, in the order in which callers see them.
    public var outputs: [OutputDeclaration] = []
    /// The constants, in the order in which they lie in the weights.
    public var constants: [ConstantDeclaration] = []
    /// The nodes, in the order in which they run.
    public var nodes: [ProgramNode] = []
    /// What the program promises of its operators, by the number of its ``ProgramProfile``.
    public var profile: UInt32 = 0

    public init() {}
    public static let wireName = "aivm.ir.v1.Program"
    public static let wireFields: WireFields<Program> = [
        .uint32(1, "arithmetic_version", \.arithmeticVersion),
        .uint32(2, "opset", \.opset),
        .string(3, "name", \.name),
        .messages(4, "inputs", \.inputs),
        .messages(5, "outputs", \.outputs),
        .messages(6, "constants", \.constants),
        .messages(7, "nodes", \.nodes),
        .uint32(8, "profile", \.profile),
    ]

    /// The reference to the value numbered `index`, which must be at least 0 and below 2^32 - 1.
    public static func reference(to index: Int) -> UInt32 { UInt32(index + 1) }
}

/// A type as it stands in a program. Without element type and dimensions: whatever value a run
/// brings, of which nothing is known before.
public struct TypeDeclaration: WireMessage {
    /// The element type, by its ONNX number; 0 for a value known only in a run.
    public var elementType: UInt32 = 0
    /// The dimensions, outermost first; empty for a scalar.
    public var dimensions: [UInt64] = []

    public init() {}
    public static let wireName = "aivm.ir.v1.TensorType"
    public static let wireFields: WireFields<TypeDeclaration> = [
        .uint32(1, "element_type", \.elementType),
        .uint64s(2, "dimensions", \.dimensions),
    ]
}

/// An input of a program.
public struct ValueDeclaration: WireMessage {
    /// The name that callers use; not empty, unique among the inputs.
    public var name = ""
    /// The type that a caller's tensor must have.
    public var type = TypeDeclaration()

    public init() {}
    public static let wireName = "aivm.ir.v1.Input"
    public static let wireFields: WireFields<ValueDeclaration> = [
        .string(1, "name", \.name),
        .message(2, "type", \.type),
    ]
}

/// An output of a program.
public struct OutputDeclaration: WireMessage {
    /// The name that callers use; not empty, unique among the outputs.
    public var name = ""
    /// The reference of the value that is given out.
    public var value: UInt32 = 0
    /// The value's type; must be the one that type inference finds.
    public var type = TypeDeclaration()

    public init() {}
    public static let wireName = "aivm.ir.v1.Output"
    public static let wireFields: WireFields<OutputDeclaration> = [
        .string(1, "name", \.name),
        .uint32(2, "value", \.value),
        .message(3, "type", \.type),
    ]
}

/// A constant and its place in the weights.
public struct ConstantDeclaration: WireMessage {
    /// A name for people; may be empty.
    public var name = ""
    /// The constant's type.
    public var type = TypeDeclaration()
    /// Offset of the first byte in the weights: the end of the constant before, rounded up to a
    /// multiple of ``WeightLayout/alignment``.
    public var offset: UInt64 = 0
    /// Number of bytes: what the type needs.
    public var byteCount: UInt64 = 0

    public init() {}
    public static let wireName = "aivm.ir.v1.Constant"
    public static let wireFields: WireFields<ConstantDeclaration> = [
        .string(1, "name", \.name),
        .message(2, "type", \.type),
        .uint64(3, "offset", \.offset),
        .uint64(4, "byte_count", \.byteCount),
    ]
}

/// One application of an operator.
public struct ProgramNode: WireMessage {
    /// The operator's ONNX name, such as `Gemm`.
    public var operatorName = ""
    /// A name for people; may be empty.
    public var name = ""
    /// References of the inputs; 0 for one that is omitted. The last is never 0.
    public var inputs: [UInt32] = []
    /// Number of outputs; each is a value of its own.
    public var outputCount: UInt32 = 0
    /// The attributes, names ascending by their UTF-8 bytes.
    public var attributes: [ProgramAttribute] = []
    /// The bodies of a node of control flow, in the order of ``ControlOperator/bodyNames``.
    public var bodies: [ProgramBody] = []
    /// References of the values that the bodies read beside their inputs; never 0.
    public var captures: [UInt32] = []

    public init() {}
    public static let wireName = "aivm.ir.v1.Node"
    public static let wireFields: WireFields<ProgramNode> = [
        .string(1, "operator_name", \.operatorName),
        .string(2, "name", \.name),
        .uint32s(3, "inputs", \.inputs),
        .uint32(4, "output_count", \.outputCount),
        .messages(5, "attributes", \.attributes),
        .messages(6, "bodies", \.bodies),
        .uint32s(7, "captures", \.captures),
    ]
}

/// The body of a node of control flow: a program within the program.
public struct ProgramBody: WireMessage {
    /// How many inputs the node hands over, captures not counted.
    public var inputCount: UInt32 = 0
    /// The nodes, in the order in which they run.
    public var nodes: [ProgramNode] = []
    /// References of the values that are the body's outputs; never 0.
    public var outputs: [UInt32] = []

    public init() {}
    public static let wireName = "aivm.ir.v1.Body"
    public static let wireFields: WireFields<ProgramBody> = [
        .uint32(1, "input_count", \.inputCount),
        .messages(2, "nodes", \.nodes),
        .uint32s(3, "outputs", \.outputs),
    ]
}
