// The example models as the tests here use them: imported, with calibration samples and labels.

import Base
import Foundation
import Importers
import Models
import Tensors
import TestSupport

/// An example model with its samples.
struct ExampleModel {
    let name: String
    let model: Model
    let calibration: [[NamedTensor]]
    let samples: [[NamedTensor]]
    /// The labels of each sample.
    let labels: [[Int64]]

    /// - Parameter split: `test` calibrates with the samples of the test split, for an example that
    ///   has none of its own.
    init(_ name: String, calibration split: String? = nil) throws {
        self.name = name
        let stem = PackageRoot.path("Examples/models/\(name)")
        model = try ONNXImporter.model(at: stem + ".onnx")
        let part = split.map { ".\($0)" } ?? ""
        calibration = try ExampleModel.rows("\(stem)\(part).npz", model)
        samples = try ExampleModel.rows("\(stem).test.npz", model)
        let archive = try NumPyArchive(
            Bytes(try Data(contentsOf: URL(fileURLWithPath: stem + ".test.npz"))))
        let array = try archive.array(named: "labels")
        let all = array?.int64s ?? []
        let each = all.count / max(samples.count, 1)
        labels = samples.indices.map { Array(all[$0 * each..<($0 + 1) * each]) }
    }

    private static func rows(_ path: String, _ model: Model) throws -> [[NamedTensor]] {
        let samples = try InputReader.samples(for: model.inputs, at: path)
        return try (0..<samples.rowCount()).map { try samples.row($0) }
    }
}
