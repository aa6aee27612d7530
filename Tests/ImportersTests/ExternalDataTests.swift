import Base
import Foundation
import Importers
import Models
import Tensors
import TestSupport
import Testing

@Suite struct ExternalDataTests {
    private typealias Make = ONNXBuilder

    /// Imports a model whose weights are at `location`. Its folder holds `weights.bin`: [2, 0.5]
    /// after 16 bytes of something else.
    private func model(
        _ location: String, offset: String? = "16", length: String? = "8",
        prepare: (TemporaryDirectory) throws -> Void = { _ in }
    ) throws -> Model {
        let folder = try TemporaryDirectory()
        try FileManager.default.createDirectory(
            atPath: folder.path("home/data"), withIntermediateDirectories: true)
        let weights = Bytes(repeating: 7, count: 16) + [0, 0, 0, 0x40, 0, 0, 0, 0x3F]
        for name in ["home/weights.bin", "home/data/weights.bin", "secret.bin"] {
            _ = try folder.write(weights, to: name)
        }
        try prepare(folder)
        let tensor = Make.external(
            "w", [2], location: location.replacing("$HOME", with: folder.path("home")),
            offset: offset, length: length)
        return try ONNXImporter.model(
            at: try folder.write(Make.addition(tensor), to: "home/model.onnx"))
    }

    private func refusal(
        _ location: String, offset: String? = "16", length: String? = "8",
        prepare: (TemporaryDirectory) throws -> Void = { _ in }
    ) throws -> String? {
        do {
            _ = try model(location, offset: offset, length: length, prepare: prepare)
            return nil
        } catch ImportError.externalData(tensor: "w", location: _, let reason) {
            return reason
        }
    }

    @Test func readsFilesInTheFolderOfTheModel() throws {
        for location in ["weights.bin", "data/weights.bin", "./weights.bin"] {
            let model = try model(location)
            #expect(try model.constant(1).float32s == [2, 0.5])
        }
        // Without a length, the type's size is meant.
        #expect(try model("weights.bin", length: nil).constant(1).float32s == [2, 0.5])
    }

    @Test func theModelIDDoesNotDependOnWhereTheWeightsLie() throws {
        let tensor = Make.tensor("w", [2], raw: [0, 0, 0, 0x40, 0, 0, 0, 0x3F])
        let inside = try ONNXImporter.importModel(from: Make.addition(tensor)).model
        #expect(try model("weights.bin").modelID == inside.modelID)
    }

    @Test func refusesLocationsOutsideTheFolder() throws {
        #expect(try refusal("../secret.bin") == "it lies outside the model's folder")
        #expect(try refusal("data/../../secret.bin") == "it lies outside the model's folder")
        #expect(try refusal("data/../weights.bin") == "it lies outside the model's folder")
        #expect(try refusal("$HOME/weights.bin") == "absolute paths are refused")
        #expect(try refusal("..\\secret.bin") == "its location holds a forbidden character")
        #expect(try refusal("weights.bin\u{0}") == "its location holds a forbidden character")
        #expect(try refusal("") == "it has no location")
        #expect(try refusal("data//weights.bin") == "its location is malformed")
    }

    @Test func refusesLinksThatLeadOutside() throws {
        func link(_ name: String, to destination: String) -> (TemporaryDirectory) throws -> Void {
            { folder in
                try FileManager.default.createSymbolicLink(
                    atPath: folder.path("home/\(name)"), withDestinationPath: destination)
            }
        }
        let outside = "it lies outside the model's folder"
        #expect(try refusal("link.bin", prepare: link("link.bin", to: "../secret.bin")) == outside)
        #expect(try refusal("up/secret.bin", prepare: link("up", to: "..")) == outside)
        let inside = try refusal("link.bin", prepare: link("link.bin", to: "data/weights.bin"))
        #expect(inside == nil)
    }

    @Test func refusesMissingFilesAndFolders() throws {
        #expect(try refusal("absent.bin") == "the file does not exist")
        #expect(try refusal("data") == "it is not a file")
    }

    @Test func refusesRangesThatDoNotFit() throws {
        for offset in ["17", "9223372036854775807", "99999999999999999999", "-1", "x", ""] {
            #expect(try refusal("weights.bin", offset: offset) != nil)
        }
        for length in ["9", "7", "9223372036854775807", "-8", ""] {
            #expect(try refusal("weights.bin", length: length) != nil)
        }
    }

    @Test func bytesAloneHaveNoFolder() {
        let tensor = Make.external("w", [2], location: "weights.bin")
        #expect {
            try ONNXImporter.importModel(from: Make.addition(tensor))
        } throws: {
            if case .externalData = $0 as? ImportError { true } else { false }
        }
    }

    @Test(.enabled(if: PythonOracle.require()))
    func readsWhatTheOnnxPackageWrites() throws {
        let folder = try TemporaryDirectory()
        try RuntimeOracle.make(
            """
            import sys, onnx
            model = onnx.load('\(ExampleModels.path("digits_mlp.onnx"))')
            onnx.save_model(model, sys.argv[1] + '/split.onnx', save_as_external_data=True,
                            all_tensors_to_one_file=True, location='split.data', size_threshold=64)
            """, in: folder)
        let split = try ONNXImporter.model(at: folder.path("split.onnx"))
        #expect(try split.modelID == ExampleModels.model("digits_mlp").modelID)
    }
}
