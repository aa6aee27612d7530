// Why a file was not imported. The texts are for the person who has the file: they name the node,
// tensor or path, and say what would be accepted.

public import Models
public import Tensors
public import Wire

/// A refusal of a model file, an input file or a tensor in one.
public enum ImportError: Error, Equatable, Sendable {
    /// The file or folder cannot be read.
    case unreadable(path: String, reason: String)
    /// The file is larger than the reader accepts, in bytes.
    case fileTooLarge(path: String, limit: Int, actual: Int)
    /// The bytes are not an ONNX model.
    case notONNX(reason: String)
    /// A message inside the ONNX file is malformed.
    case malformedMessage(String, WireError)
    /// A field of an ONNX message has the wrong wire type, or occurs twice.
    case malformedField(message: String, field: UInt32)
    /// The file holds more of something than the limits allow.
    case tooMany(String, limit: Int)
    /// The version of the default operator set is missing or not supported.
    case unsupportedOpset(Int64?, supported: ClosedRange<Int>)
    /// Operators that are not supported, one node for each, and the names of those that are.
    case unsupportedOperators([NodePlace], supported: [String])
    /// A node uses an ONNX feature that is not supported.
    case unsupportedNode(NodePlace, reason: String)
    /// The model uses an ONNX feature that is not supported.
    case unsupportedFeature(String)
    /// An initializer, attribute or declared value has something wrong.
    case wrongTensor(String, reason: String)
    /// External data of a tensor cannot be used.
    case externalData(tensor: String, location: String, reason: String)
    /// A node reads a value that nothing makes.
    case undefinedValue(NodePlace, name: String)
    /// The graph gives out a value that nothing makes.
    case undefinedOutput(name: String)
    /// Two inputs, initializers or node outputs have one name.
    case repeatedValue(name: String)
    /// Nodes wait for each other; names of the nodes on the cycle.
    case cycle([NodePlace])
    /// A dimension was given a value, but the model has no dimension of that name.
    case unknownDimension(name: String, known: [String])
    /// The declared type of an output is not what the model computes.
    case wrongOutputType(name: String, declared: String, computed: TensorType)
    /// The imported program was refused.
    case model(ModelError)
    /// The bytes are not a readable `.npy` array. `name` is the array's, or empty.
    case notNumPy(name: String, reason: String)
    /// The bytes are not a readable `.npz` (zip) archive.
    case wrongArchive(reason: String)
    /// The text is not tensor JSON.
    case wrongJSON(reason: String)
    /// The file does not hold what the model's inputs need.
    case wrongInput(reason: String)
}

extension ImportError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
        case .fileTooLarge(let path, let limit, let actual):
            "\(path) has \(actual) bytes; the limit is \(limit)"
        case .notONNX(let reason): "not an ONNX model: \(reason)"
        case .malformedMessage(let message, let error): "damaged ONNX file: \(message): \(error)"
        case .malformedField(let message, let field):
            "damaged ONNX file: field \(field) of \(message) is malformed"
        case .tooMany(let what, let limit): "too many \(what); the limit is \(limit)"
        case .unsupportedOpset(let opset, let supported):
            (opset.map { "operator set \($0) is not supported" }
                ?? "the model names no version of the default operator set")
                + "; \(supported.lowerBound) to \(supported.upperBound) are supported"
        case .unsupportedOperators(let nodes, let supported):
            "not supported: " + nodes.map(\.description).joined(separator: ", ")
                + "; supported operators: " + supported.joined(separator: " ")
        case .unsupportedNode(let node, let reason): "\(node): \(reason)"
        case .unsupportedFeature(let reason): "not supported: \(reason)"
        case .wrongTensor(let name, let reason): "\(name): \(reason)"
        case .externalData(let tensor, let location, let reason):
            "external data \"\(location)\" of tensor \"\(tensor)\": \(reason)"
        case .undefinedValue(let node, let name): "\(node) reads \"\(name)\", which nothing makes"
        case .undefinedOutput(let name): "nothing makes the output \"\(name)\""
        case .repeatedValue(let name): "the name \"\(name)\" is defined twice"
        case .cycle(let nodes):
            "the graph has a cycle: " + nodes.map(\.description).joined(separator: " → ")
        case .unknownDimension(let name, let known):
            "the model has no dimension \"\(name)\"; its symbolic dimensions are "
                + (known.isEmpty ? "none" : known.joined(separator: ", "))
        case .wrongOutputType(let name, let declared, let computed):
            "output \"\(name)\" is declared \(declared) but computed \(computed)"
        case .model(let error): "\(error)"
        case .notNumPy(let name, let reason):
            name.isEmpty ? "not a readable .npy array: \(reason)" : "array \"\(name)\": \(reason)"
        case .wrongArchive(let reason): "not a readable .npz archive: \(reason)"
        case .wrongJSON(let reason): "not tensor JSON: \(reason)"
        case .wrongInput(let reason): reason
        }
    }
}
