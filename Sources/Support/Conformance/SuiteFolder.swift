// The ONNX backend test suite as the `onnx` package carries it: folders of a model and a data set,
// `<kind>/<case>/model.onnx` and `test_data_set_0/{input,output}_<j>.pb`. Our own vectors of whole
// models are laid out alike, under another root.

public import Base
public import Foundation
import TestSupport

/// The suite on disk.
public enum SuiteFolder {
    /// The folder of this repository that is laid out like the suite.
    public static let vectors = URL(fileURLWithPath: Vectors.path(""), isDirectory: true)

    /// `onnx/backend/test/data` of the Python environment, or `$AIVM_ONNX_SUITE`; `nil` when there
    /// is none.
    public static let url: URL? = {
        let named = ProcessInfo.processInfo.environment["AIVM_ONNX_SUITE"] ?? ""
        guard named.isEmpty else { return URL(fileURLWithPath: named, isDirectory: true) }
        let libraries = PackageRoot.url.appendingPathComponent(".venv/lib")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: libraries.path)) ?? []
        for version in versions.sorted() {
            let data = libraries.appendingPathComponent(
                "\(version)/site-packages/onnx/backend/test/data", isDirectory: true)
            if FileManager.default.fileExists(atPath: data.path) { return data }
        }
        return nil
    }()

    /// Whether the suite is there. Prints one line when it is not.
    public static func require() -> Bool {
        if url != nil { return true }
        SkipNotice.print("no ONNX backend suite (make setup installs the onnx package)")
        return false
    }

    /// The names of the cases of `kind` under `root`, ascending.
    public static func cases(_ kind: String, in root: URL? = url) -> [String] {
        guard let folder = root?.appendingPathComponent(kind) else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted()
    }

    /// The model of a case.
    public static func model(
        _ kind: String, _ name: String, in root: URL? = url
    ) throws -> Bytes {
        try bytes("\(kind)/\(name)/model.onnx", in: root)
    }

    /// The file `input_<index>.pb` or `output_<index>.pb`; `nil` when there is none.
    public static func value(
        _ kind: String, _ name: String, _ file: String, in root: URL? = url
    ) -> Bytes? {
        try? bytes("\(kind)/\(name)/test_data_set_0/\(file).pb", in: root)
    }

    /// A file under `root`.
    public static func bytes(_ path: String, in root: URL? = url) throws -> Bytes {
        guard let root else { return [] }
        return Bytes(try Data(contentsOf: root.appendingPathComponent(path)))
    }
}
