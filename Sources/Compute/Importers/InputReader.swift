// Input files of a run: JSON, `.npy` or `.npz`, told apart by their first bytes. The result fits
// the model's inputs by name; sizes that differ are errors here, with both shapes in the text.
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
        guard row >= 0 else { throw .wrongInput(reason: "row \(row) is negative") }
        if NumPy.isArchive(bytes) { return try fromArchive(bytes, ports, row) }
        if NumPy.isArray(bytes) {
            return [try sample(of: try NumPy.array(fromNPY: bytes), try onlyInput(of: ports), row)]
        }
        guard row == 0 else {
            throw .wrongInput(reason: "a JSON file holds one sample, so its only row is 0")
        }
        return try TensorJSON.tensors(from: bytes, for: ports)
    }

    private static func fromArchive(
        _ bytes: Bytes, _ inputs: [Model.Port], _ row: Int
    ) throws(ImportError) -> [NamedTensor] {
        let archive = try NumPyArchive(bytes)
        let names = archive.names
        if inputs.allSatisfy({ names.contains($0.name) }) {
            var tensors: [NamedTensor] = []
            for port in inputs {
                guard let array = try archive.array(named: port.name) else { continue }
                tensors.append(try sample(of: array, port, row))
            }
            return tensors
        }
        guard inputs.count == 1, let array = try archive.array(named: "inputs") else {
            throw .wrongInput(
                reason: "the archive holds the arrays \(list(names)); the model needs "
                    + list(inputs.map(\.name))
                    + (inputs.count == 1 ? ", or one array \"inputs\" whose rows are samples" : ""))
        }
        return [try sample(of: array, inputs[0], row)]
    }

    private static func onlyInput(of inputs: [Model.Port]) throws(ImportError) -> Model.Port {
        guard inputs.count == 1 else {
            throw .wrongInput(
                reason: "the model has the inputs \(list(inputs.map(\.name))); "
                    + "a .npy file holds one array, so use .npz or JSON")
        }
        return inputs[0]
    }

    /// The tensor for `port` out of `array`: the array itself when it has the port's shape, give or
    /// take axes of extent 1, else row `row` of it.
    private static func sample(
        of array: Tensor, _ port: Model.Port, _ row: Int
    ) throws(ImportError) -> NamedTensor {
        guard let expected = port.type else {
            return NamedTensor(name: port.name, tensor: array)
        }
        guard array.type.element == expected.element else {
            throw .wrongInput(
                reason: "input \"\(port.name)\" must be \(expected.element.name), "
                    + "not \(array.type.element.name); convert it with "
                    + "array.astype('\(expected.element.name)')")
        }
        let actual = array.shape.dimensions
        if squeezed(actual) == squeezed(expected.shape.dimensions) {
            guard row == 0 else {
                throw .wrongInput(
                    reason: "there is no row \(row): the array \(array.type) is one sample")
            }
            return NamedTensor(name: port.name, tensor: array.reshaped(to: expected.shape))
        }
        let rowShape = Array(actual.dropFirst())
        guard let rowCount = actual.first,
            squeezed(rowShape) == squeezed(expected.shape.dimensions)
        else {
            throw .wrongInput(
                reason: "input \"\(port.name)\" must be \(expected), or rows of it, "
                    + "not \(array.type)")
        }
        guard row < rowCount else {
            throw .wrongInput(reason: "there is no row \(row): the array has \(rowCount) rows")
        }
        let bytes = array.littleEndianBytes
        let start = row * expected.byteCount
        do throws(OperatorError) {
            let tensor = try Tensor(
                type: expected, littleEndianBytes: bytes[start..<start + expected.byteCount])
            return NamedTensor(name: port.name, tensor: tensor)
        } catch {
            throw .wrongInput(reason: "row \(row): \(error)")
        }
    }

    private static func squeezed(_ dimensions: [Int]) -> [Int] { dimensions.filter { $0 != 1 } }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "none" : names.map { "\"\($0)\"" }.joined(separator: ", ")
    }
}
