// The ONNX backend suite against the machine. `make conformance` prints the score per operator.

import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: SuiteFolder.require())) struct SuiteTests {
    private static let environment = ProcessInfo.processInfo.environment

    @Test(arguments: ["node", "pytorch-converted", "pytorch-operator", "simple"])
    func reportsEveryCase(_ kind: String) throws {
        guard Self.environment["AIVM_CONFORMANCE"] != nil else { return }
        let wanted = Self.environment["AIVM_ONNX_FILTER"] ?? ""
        var passed = 0
        var failures: [String] = []
        for name in SuiteFolder.cases(kind) where wanted.isEmpty || name.contains(wanted) {
            if let failure = SuiteCase(kind: kind, name: name).failure() {
                failures.append("\(name): \(failure)")
            } else {
                passed += 1
            }
        }
        for failure in failures { print("FAIL \(kind)/\(failure.prefix(400))") }
        print("PASS \(kind): \(passed) of \(passed + failures.count)")
    }
}
