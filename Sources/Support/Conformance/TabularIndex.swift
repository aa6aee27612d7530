// The list of `Tests/Vectors/tabular`: models of tabular users with the answers of onnxruntime,
// made by `Python/models/tabular_models.py`.

import TestSupport

/// The cases of `Tests/Vectors/tabular`.
public enum TabularIndex {
    /// A case and how far from its expected values results may be.
    public struct Case: Decodable, Sendable {
        /// The name of its folder.
        public let name: String
        private let relative: Double
        private let absolute: Double

        private enum CodingKeys: String, CodingKey {
            case name = "case"
            case relative = "rtol"
            case absolute = "atol"
        }

        /// The case with its tolerance.
        public var suiteCase: SuiteCase {
            var result = SuiteCase(kind: "tabular", name: name, in: SuiteFolder.vectors)
            result.tolerance.relative = relative
            result.tolerance.absolute = absolute
            return result
        }
    }

    private struct File: Decodable {
        let cases: [Case]
    }

    /// All cases; none when the list cannot be read.
    public static let cases: [Case] =
        (try? Vectors.decode(File.self, from: "tabular/index.json"))?.cases ?? []
}
