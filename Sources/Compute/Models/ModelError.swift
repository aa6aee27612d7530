// Why a model was refused. Each case says where and carries the values, so that a person can find
// the node in the file the model came from.

public import Tensors
public import Wire

/// A node as errors name it.
public struct NodePlace: Equatable, Sendable, CustomStringConvertible {
    /// The node's position in the program, from 0.
    public var index: Int
    /// The node's name; may be empty.
    public var name: String
    /// The operator's name.
    public var operatorName: String

    /// Names a node.
    public init(index: Int, name: String, operatorName: String) {
        self.index = index
        self.name = name
        self.operatorName = operatorName
    }

    public var description: String {
        name.isEmpty
            ? "node \(index) (\(operatorName))" : "node \(index) \"\(name)\" (\(operatorName))"
    }
}

/// A refusal of a program, its weights, or a model file.
public enum ModelError: Error, Equatable, Sendable {
    /// The program's bytes are not a canonical `aivm.ir.v1.Program`.
    case malformedProgram(WireError)
    /// The program asks for an arithmetic this machine does not have.
    case unsupportedArithmetic(version: UInt32)
    /// The program's operator set is not one of the supported.
    case unsupportedOpset(UInt32, supported: ClosedRange<UInt32>)
    /// There is more of something than the limits allow; `actual` is `nil` when it overflows.
    case tooMany(ModelLimits.Quantity, of: String, limit: Int, actual: Int?)
    /// A name is empty, or holds a control character.
    case invalidName(of: String)
    /// Two inputs, or two outputs, share a name.
    case duplicateName(of: String, String)
    /// The number is no element type of this machine.
    case unknownElementType(of: String, UInt32)
    /// A type or the elements of a tensor are wrong.
    case wrongTensor(of: String, OperatorError)
    /// A constant does not lie where the layout puts it.
    case wrongConstantOffset(constant: Int, expected: UInt64, actual: UInt64)
    /// A constant's byte count is not what its type needs.
    case wrongConstantSize(constant: Int, expected: UInt64, actual: UInt64)
    /// The weights do not end where the last constant ends.
    case wrongWeightsLength(expected: Int, actual: Int)
    /// A byte between two constants is not zero.
    case nonzeroPadding(offset: Int)
    /// No operator of this machine has the node's operator name.
    case unknownOperator(NodePlace)
    /// A node refers to a value that does not stand before it, or ends its inputs with an omission.
    case invalidReference(NodePlace, input: Int, reference: UInt32)
    /// Attributes are not in ascending order of name, or a name occurs twice.
    case attributesOutOfOrder(NodePlace, attribute: String)
    /// An attribute holds no value.
    case emptyAttribute(NodePlace, attribute: String)
    /// The operator refuses its inputs or attributes.
    case refused(NodePlace, OperatorError)
    /// The program has no output.
    case noOutputs
    /// An output refers to a value that does not exist.
    case invalidOutput(name: String, reference: UInt32)
    /// An output's declared type is not the inferred one.
    case wrongOutputType(name: String, declared: TensorType?, inferred: TensorType?)
    /// The bytes do not start as a model file does.
    case notAModelFile
    /// The file's format version is unknown.
    case unsupportedFileVersion(UInt32)
    /// The file's length is not what its header says.
    case wrongFileLength(expected: UInt64?, actual: Int)
    /// A reserved field or padding of the file is not zero.
    case nonzeroReserved
    /// The file's content does not hash to the ModelID in its header.
    case wrongModelID(expected: String, actual: String)
    /// Bytes of the model could not be read.
    case unreadable(reason: String)
    /// A chunk of the weights is no longer what it was when the model was loaded.
    case changedWeights(chunk: Int)
    /// The types of some values depend on what a run brings; where the model is wanted, its cost
    /// must be known before.
    case notStatic
    /// The program promises a profile that this machine does not know.
    case unsupportedProfile(UInt32)
    /// A part of the program breaks a rule of the profile that it promises.
    case outsideProfile(String, reason: String)
}

extension ModelError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformedProgram(let error): "the program is malformed: \(error)"
        case .unsupportedArithmetic(let version):
            "arithmetic version \(version) is not supported; 1 is"
        case .unsupportedOpset(let opset, let supported):
            "operator set \(opset) is not supported; "
                + "\(supported.lowerBound) to \(supported.upperBound) are"
        case .tooMany(let quantity, let owner, let limit, let actual):
            "\(owner): \(actual.map(String.init) ?? "far too many") \(quantity.rawValue); "
                + "the limit is \(limit)"
        case .invalidName(let owner):
            "the name of \(owner) is empty or holds a control character"
        case .duplicateName(let owner, let name): "two \(owner) are named \"\(name)\""
        case .unknownElementType(let owner, let number):
            "\(owner) has unsupported element type \(number)"
        case .wrongTensor(let owner, let error): "\(owner): \(error)"
        case .wrongConstantOffset(let constant, let expected, let actual):
            "constant \(constant) lies at \(actual) instead of \(expected)"
        case .wrongConstantSize(let constant, let expected, let actual):
            "constant \(constant) has \(actual) bytes instead of \(expected)"
        case .wrongWeightsLength(let expected, let actual):
            "the weights have \(actual) bytes instead of \(expected)"
        case .nonzeroPadding(let offset): "the weights' padding at \(offset) is not zero"
        case .notAModelFile: "not an AIVM model file"
        case .unsupportedFileVersion(let version):
            "version \(version) of the model file is not supported; 1 is"
        case .wrongFileLength(let expected, let actual):
            "the file has \(actual) bytes; its header asks for "
                + (expected.map(String.init) ?? "more than any file has")
        case .unreadable(let reason): "the model cannot be read: \(reason)"
        case .changedWeights(let chunk):
            "the weights changed while the model was in use, in chunk \(chunk)"
        case .nonzeroReserved: "a reserved part of the file is not zero"
        case .wrongModelID(let expected, let actual):
            "the file is damaged: its ModelID is \(actual), its header says \(expected)"
        case .notStatic:
            "shapes of the model depend on the values it is given, so its gas is not known before "
                + "a run; fix the shapes, for instance with constant inputs"
        case .unsupportedProfile(let number): "profile \(number) is not known; 0 and 1 are"
        case .outsideProfile(let part, let reason):
            "\(part) is outside the integer profile: \(reason)"
        default: graphDescription
        }
    }

    private func text(_ type: TensorType?) -> String {
        type?.description ?? "known only in a run"
    }

    private var graphDescription: String {
        switch self {
        case .unknownOperator(let node):
            "\(node): operator \(node.operatorName) is not supported"
        case .invalidReference(let node, let input, let reference):
            "\(node): input \(input) refers to value reference \(reference), which is not before it"
        case .attributesOutOfOrder(let node, let attribute):
            "\(node): attribute \(attribute) is repeated or out of order"
        case .emptyAttribute(let node, let attribute):
            "\(node): attribute \(attribute) has no value"
        case .refused(let node, let error): "\(node): \(error)"
        case .noOutputs: "the program has no outputs"
        case .invalidOutput(let name, let reference):
            "output \"\(name)\" refers to unknown value reference \(reference)"
        case .wrongOutputType(let name, let declared, let inferred):
            "output \"\(name)\" is declared \(text(declared)) but computed "
                + text(inferred)
        default: "refused"
        }
    }
}
