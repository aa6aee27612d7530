// Values in the protobuf forms of ONNX (`TensorProto`, `SequenceProto`, `OptionalProto`): how test
// suites and other tools store inputs and outputs beside a model. Which form a file holds is told
// by the graph, not by the file.

public import Base
import Models
public import Tensors
import Wire

/// A value read from an ONNX file.
public enum ONNXContent: Sendable, Equatable {
    /// A tensor.
    case tensor(Tensor)
    /// A sequence of tensors.
    case sequence([Tensor])
    /// A value that may be absent.
    indirect case optional(ONNXContent?)

    /// The form of a value.
    public enum Form: String, Sendable {
        /// `TensorProto`.
        case tensor
        /// `SequenceProto` of tensors.
        case sequence = "a sequence"
        /// `OptionalProto` of a tensor or a sequence.
        case optional = "an optional value"
    }

    /// Reads `bytes`, which hold `form`.
    public init(_ form: Form, from bytes: ArraySlice<UInt8>) throws(ImportError) {
        let reader = ONNXReader(limits: .default)
        switch form {
        case .tensor: self = .tensor(try ONNXContent.tensor(bytes, reader))
        case .sequence: self = .sequence(try ONNXContent.sequence(bytes, reader))
        case .optional:
            var content: ONNXContent?
            try reader.fields(of: bytes, "OptionalProto") { (field) throws(ImportError) in
                if field.number == 3 {
                    let bytes = try field.bytes("OptionalProto")
                    content = .tensor(try ONNXContent.tensor(bytes, reader))
                } else if field.number == 5 {
                    let bytes = try field.bytes("OptionalProto")
                    content = .sequence(try ONNXContent.sequence(bytes, reader))
                }
            }
            self = .optional(content)
        }
    }

    private static func tensor(
        _ bytes: ArraySlice<UInt8>, _ reader: ONNXReader
    ) throws(ImportError) -> Tensor {
        let tensor = try reader.tensor(bytes)
        let owner = "tensor \"\(tensor.name)\""
        let type = try tensor.type(of: owner, reader.limits)
        var none = ExternalData(ONNXImporter.refuseExternalData)
        let elements = try tensor.bytes(type, of: owner, &none)
        do throws(OperatorError) {
            return try Tensor(type: type, littleEndianBytes: elements)
        } catch {
            throw .wrongTensor(owner, reason: "\(error)")
        }
    }

    private static func sequence(
        _ bytes: ArraySlice<UInt8>, _ reader: ONNXReader
    ) throws(ImportError) -> [Tensor] {
        var tensors: [Tensor] = []
        try reader.fields(of: bytes, "SequenceProto") { (field) throws(ImportError) in
            guard field.number == 3 else { return }
            tensors.append(try tensor(try field.bytes("SequenceProto"), reader))
        }
        return tensors
    }
}

/// An input or output as an ONNX file declares it.
public struct ONNXPort: Sendable {
    /// The name.
    public var name: String
    /// The form of its values; `nil` for one that programs cannot hold, such as a map.
    public var form: ONNXContent.Form?

    /// The inputs, initializers left out, and the outputs of the model in `bytes`.
    public static func ports(
        of bytes: Bytes
    ) throws(ImportError) -> (inputs: [ONNXPort], outputs: [ONNXPort]) {
        let model = try ONNXReader(limits: .default).model(bytes[...])
        let initializers = Set(model.graph?.initializers.map(\.name) ?? [])
        func port(_ value: ONNXValue) -> ONNXPort {
            ONNXPort(
                name: value.name,
                form: value.unsupported.map { ONNXContent.Form(rawValue: $0) } ?? .tensor)
        }
        let inputs = (model.graph?.inputs ?? []).filter { !initializers.contains($0.name) }
        return (inputs.map(port), (model.graph?.outputs ?? []).map(port))
    }
}
