// Operators on rows of elements against onnxruntime, where it is there to ask: reductions,
// normalisations, Einsum, attention, recurrent networks. And their cases of ONNX's own suite.

import Conformance
import Foundation
import TestSupport
import Testing

@Suite struct RowTests {
    static let prefixes = [
        "reduce", "argm", "top_k", "cum", "einsum", "hardmax", "softmax_", "logsoftmax", "lrn",
        "mvn",
        "l1norm", "l2norm", "lpnorm", "batchnorm", "instancenorm", "group_norm", "rms_norm",
        "layer_norm", "attention", "rotary", "linear_attention", "causal_conv", "flexattention",
        "lstm", "gru", "rnn", "simple_rnn",
    ].map { "test_" + $0 }

    @Test(
        .enabled(if: SuiteFolder.require()),
        arguments: SuiteFolder.cases("node").filter { name in
            prefixes.contains { name.hasPrefix($0) }
        })
    func passesTheSuite(_ name: String) {
        #expect(SuiteCase(kind: "node", name: name).failure() == nil)
    }

    @Test(.enabled(if: PythonOracle.require())) func agreesWithRuntimeOnRandomCalls() throws {
        let folder = try TemporaryDirectory()
        _ = try PythonOracle.runFile(
            "Python/oracles/row_differential.py", arguments: [folder.path, "20251125"])
        let root = URL(fileURLWithPath: folder.path, isDirectory: true)
        let names = SuiteFolder.cases("rows", in: root)
        #expect(names.count > 1000)
        for name in names {
            var example = SuiteCase(kind: "rows", name: name, in: root)
            example.tolerance.relative = 1e-4
            example.tolerance.absolute = 2e-5
            #expect(example.failure() == nil, "\(name)")
        }
    }
}
