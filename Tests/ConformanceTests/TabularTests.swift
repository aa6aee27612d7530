// The models of tabular users: 57 recorded ones and, where onnxruntime is there to ask, the same on
// random inputs and single operators with random attributes.

import Conformance
import Foundation
import TestSupport
import Testing

@Suite struct TabularTests {
    @Test func thereAreVectors() {
        #expect(TabularIndex.cases.count >= 57)
    }

    @Test(arguments: TabularIndex.cases) func givesTheRecordedAnswer(_ entry: TabularIndex.Case) {
        #expect(entry.suiteCase.failure() == nil)
    }

    @Test(
        .enabled(if: SuiteFolder.require()),
        arguments: SuiteFolder.cases("node").filter { $0.hasPrefix("test_ai_onnx_ml_") })
    func passesTheSuite(_ name: String) {
        #expect(SuiteCase(kind: "node", name: name).failure() == nil)
    }

    @Test(.enabled(if: PythonOracle.require()))
    func agreesWithRuntimeOnRandomInputsAndAttributes() throws {
        let folder = try TemporaryDirectory()
        _ = try PythonOracle.runFile(
            "Python/oracles/tabular_differential.py", arguments: [folder.path, "20240607", "60"])
        let root = URL(fileURLWithPath: folder.path, isDirectory: true)
        let inputs = SuiteFolder.cases("inputs", in: root)
        let attributes = SuiteFolder.cases("attributes", in: root)
        #expect(inputs.count >= 57)
        #expect(attributes.count == 300)
        for (kind, names) in [("inputs", inputs), ("attributes", attributes)] {
            for name in names {
                var example = SuiteCase(kind: kind, name: name, in: root)
                example.tolerance.relative = 1e-4
                example.tolerance.absolute = 2e-5
                let failure = example.failure()
                #expect(failure == nil, "\(kind)/\(name)")
            }
        }
    }
}
