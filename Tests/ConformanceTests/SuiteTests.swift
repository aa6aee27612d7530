// The ONNX backend suite against the machine. `make conformance` prints the score per operator.

import Conformance
import TestSupport
import Testing

@Suite(.enabled(if: SuiteFolder.require())) struct SuiteTests {
    @Test(arguments: ["test_add", "test_matmul_2d", "test_if", "test_loop11"])
    func passes(_ name: String) {
        #expect(SuiteCase(kind: "node", name: name).failure() == nil)
    }
}
