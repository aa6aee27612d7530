// What is known of each case of the ONNX backend suite: `Tests/Vectors/onnx_suite.json`, made by
// `Python/oracles/onnx_suite_index.py`. A case counts when all its inputs and outputs are tensors
// of the common element types; tiers are ours, by how much users want an operator.

import TestSupport

/// The index of the suite.
public enum SuiteIndex {
    /// A case.
    public struct Entry: Decodable, Sendable {
        /// `node`, `pytorch-operator`, …
        public let kind: String
        private let name: String
        /// The operator that the case is about.
        public let `operator`: String?
        /// 1 (most wanted) to 3.
        public let tier: Int?
        /// Whether its inputs and outputs are tensors of common types.
        public let counted: Bool?
        private let rtol: Double?
        private let atol: Double?

        /// The case.
        public var suiteCase: SuiteCase {
            var result = SuiteCase(kind: kind, name: "test_" + name)
            if let rtol { result.tolerance.relative = rtol }
            if let atol { result.tolerance.absolute = atol }
            return result
        }
    }

    private struct File: Decodable {
        let cases: [Entry]
    }

    /// A case that is not expected to pass, and why.
    public struct Exception: Decodable, Sendable {
        /// The name of the case's folder.
        public let name: String
        /// Why it does not pass.
        public let reason: String
    }

    private struct Exceptions: Decodable {
        let cases: [Exception]
    }

    /// All cases; none when the index cannot be read.
    public static let entries: [Entry] =
        (try? Vectors.decode(File.self, from: "onnx_suite.json"))?.cases ?? []

    /// The cases of operators of tiers 1 and 2 that count.
    public static let counted: [Entry] = entries.filter {
        $0.kind == "node" && $0.counted == true && ($0.tier ?? 3) <= 2
    }

    /// The disputed cases, `Tests/Vectors/onnx_suite_exceptions.json`.
    public static let exceptions: [Exception] =
        (try? Vectors.decode(Exceptions.self, from: "onnx_suite_exceptions.json"))?.cases ?? []
}
