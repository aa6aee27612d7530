// The models of Examples/models, which every clone has.

import Base
import Foundation
import Importers
import Models
import TestSupport

/// The example models and their test data.
enum ExampleModels {
    /// Names without extension.
    static let names = [
        "credit_mlp", "digits_cnn", "digits_mlp", "mlp_1m", "tinygpt", "tinygpt_decomp",
    ]

    /// The path of a file of the examples.
    static func path(_ file: String) -> String { PackageRoot.path("Examples/models/\(file)") }

    /// The content of a file of the examples.
    static func bytes(_ file: String) throws -> Bytes { try read(path(file)) }

    /// The imported model.
    static func model(_ name: String) throws -> Model {
        try ONNXImporter.model(at: path("\(name).onnx"))
    }
}

extension TemporaryDirectory {
    /// Writes a file and returns its path.
    func write(_ bytes: Bytes, to name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }
}

/// The content of the file at `path`.
func read(_ path: String) throws -> Bytes {
    Bytes(try Data(contentsOf: URL(fileURLWithPath: path)))
}
