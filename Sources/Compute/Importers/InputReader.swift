// Input files of a run: JSON, `.npy`, `.npz` or an ONNX tensor (`.pb`), told apart by their first
// bytes, but for the last, which has no mark of its own and is asked for. The result fits the
// model's inputs by name; sizes that differ are errors here, with both shapes in the text.
//
// Rows: an array whose first axis counts samples gives one of them. An `.npz` archive holds arrays
// named after the model's inputs, or, for a model with one input, one array called `inputs` whose
// rows are samples; so does a bare `.npy` array.

public import Base
public import Models
import Tensors

/// Reads the inputs of a model from files.
public enum InputReader {
    /// Most bytes of an input file: 1 GiB.
    public static let maximumFileBytes = 1 << 30

    /// The inputs for `model` from the file at `path`; see ``inputs(for:from:row:)``.
    public static func inputs(
        for model: Model, from path: String, row: Int = 0
    ) throws(ImportError) -> [NamedTensor] {
        try inputs(
            for: model, from: try readFile(path, limit: maximumFileBytes), row: row)
    }

    /// The inputs for `model` from the bytes of a file.
    ///
    /// - Parameter row: which sample to take, from 0, where an array holds samples as rows.
    /// - Throws: ``ImportError`` when the file is unreadable, or does not hold what the inputs
    ///   need.
    public static func inputs(
        for model: Model, from bytes: Bytes, row: Int = 0
    ) throws(ImportError) -> [NamedTensor] {
        try inputs(for: model.inputs, from: bytes, row: row)
    }

    /// The inputs for a model that is known by its inputs only, such as one on a chain.
    public static func inputs(
        for ports: [Model.Port], from bytes: Bytes, row: Int = 0
    ) throws(ImportError) -> [NamedTensor] {
        try samples(for: ports, from: bytes).row(row)
    }

    /// Every sample for `ports` in the file at `path`. A name that ends in `.pb` means an ONNX
    /// tensor.
    public static func samples(
        for ports: [Model.Port], at path: String
    ) throws(ImportError) -> InputSamples {
        let bytes = try readFile(path, limit: maximumFileBytes)
        return path.hasSuffix(".pb")
            ? try samples(for: ports, fromONNXTensor: bytes) : try samples(for: ports, from: bytes)
    }

    /// Every sample for `ports` in the bytes of a file.
    public static func samples(
        for ports: [Model.Port], from bytes: Bytes
    ) throws(ImportError) -> InputSamples {
        if NumPy.isArchive(bytes) { return try fromArchive(bytes, ports) }
        if NumPy.isArray(bytes) {
            let port = try onlyInput(of: ports, "a .npy file holds one array, so use .npz or JSON")
            return try InputSamples([(port, try NumPy.array(fromNPY: bytes))])
        }
        return InputSamples(whole: try TensorJSON.tensors(from: bytes, for: ports))
    }

    /// Every sample for the only one of `ports` in an ONNX `TensorProto`.
    public static func samples(
        for ports: [Model.Port], fromONNXTensor bytes: Bytes
    ) throws(ImportError) -> InputSamples {
        let port = try onlyInput(of: ports, "a .pb file holds one tensor, so name its input")
        guard case .tensor(let tensor) = try ONNXContent(.tensor, from: bytes[...]) else {
            preconditionFailure("a tensor was asked for")
        }
        return try InputSamples([(port, tensor)])
    }

    private static func fromArchive(
        _ bytes: Bytes, _ inputs: [Model.Port]
    ) throws(ImportError) -> InputSamples {
        let archive = try NumPyArchive(bytes)
        let names = archive.names
        if inputs.allSatisfy({ names.contains($0.name) }) {
            var arrays: [(Model.Port, Tensor)] = []
            for port in inputs {
                guard let array = try archive.array(named: port.name) else { continue }
                arrays.append((port, array))
            }
            return try InputSamples(arrays)
        }
        guard inputs.count == 1, let array = try archive.array(named: "inputs") else {
            throw .wrongInput(
                reason: "the archive holds the arrays \(list(names)); the model needs "
                    + list(inputs.map(\.name))
                    + (inputs.count == 1 ? ", or one array \"inputs\" whose rows are samples" : ""))
        }
        return try InputSamples([(inputs[0], array)])
    }

    private static func onlyInput(
        of inputs: [Model.Port], _ advice: String
    ) throws(ImportError) -> Model.Port {
        guard inputs.count == 1 else {
            throw .wrongInput(
                reason: "the model has the inputs \(list(inputs.map(\.name))); \(advice)")
        }
        return inputs[0]
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "none" : names.map { "\"\($0)\"" }.joined(separator: ", ")
    }
}
