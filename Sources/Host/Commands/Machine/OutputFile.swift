// The file that `--output` names: `.npz`, `.npy` or `.json` by its ending.

import Base
import Importers
import Models
import Tensors
import Wire

/// A file for a run's outputs.
struct OutputFile {
    /// How the outputs are stored.
    private enum Form: String {
        case npz
        case npy
        case json
    }

    private let path: String
    private let form: Form

    /// Chooses the form by the ending of `path`.
    init(path: String, _ invocation: Invocation) throws {
        let ending = path.split(separator: ".").last.map(String.init) ?? ""
        guard let form = Form(rawValue: ending), path.contains(".") else {
            throw UsageError(
                message: "--output takes a .npz, .npy or .json file, not '\(path)'",
                path: invocation.pathText)
        }
        self.path = path
        self.form = form
    }

    /// Writes the outputs of one run.
    func write(_ outputs: [NamedTensor]) throws {
        switch form {
        case .json: try write(TensorJSON.json(of: outputs))
        case .npz: try writeFile(path, try NumPy.npzBytes(of: outputs))
        case .npy:
            guard outputs.count == 1, outputs[0].tensor.type.element.isFixedSize else {
                throw CommandFailure(
                    "a .npy file holds one array of numbers; the model has "
                        + outputs.map { "\($0.name): \($0.tensor.type)" }.joined(separator: ", ")
                        + ", so use .npz or .json", .malformedData)
            }
            try writeFile(path, NumPy.npyBytes(of: outputs[0].tensor))
        }
    }

    /// Writes the outputs of several runs: in JSON a list, else each output with the runs as a new
    /// first axis.
    func write(rows: [[NamedTensor]]) throws {
        guard form != .json else { return try write(.array(rows.map { TensorJSON.json(of: $0) })) }
        guard let first = rows.first else { return try write([]) }
        try write(
            first.indices.map { index in
                NamedTensor(
                    name: first[index].name, tensor: try stacked(rows.map { $0[index] }))
            })
    }

    /// One tensor of `parts`, along a new first axis.
    private func stacked(_ parts: [NamedTensor]) throws -> Tensor {
        let type = parts[0].tensor.type
        guard parts.allSatisfy({ $0.tensor.type == type }), type.element.isFixedSize else {
            throw CommandFailure(
                "the runs give '\(parts[0].name)' different shapes, or it holds texts; use .json",
                .malformedData)
        }
        let shape = try Shape([parts.count] + type.shape.dimensions)
        var bytes = Bytes()
        bytes.reserveCapacity(parts.count * type.byteCount)
        for part in parts { bytes += part.tensor.littleEndianBytes }
        return try Tensor(type: TensorType(type.element, shape), littleEndianBytes: bytes[...])
    }

    private func write(_ json: JSONValue) throws {
        try writeFile(path, Bytes(json.prettyText.utf8) + [0x0A])
    }
}
