// The ONNX backend suite against the machine. `make conformance` prints the score per operator.

import Conformance
import Machine
import Tensors
import TestSupport
import Testing

@Suite(.enabled(if: SuiteFolder.require())) struct SuiteTests {
    @Test func theIndexIsThatOfTheSuite() {
        #expect(SuiteIndex.counted.count == 1_380)
        #expect(SuiteIndex.exceptions.count < 10)
        let names = Set(SuiteFolder.cases("node"))
        #expect(SuiteIndex.counted.allSatisfy { names.contains($0.suiteCase.name) })
    }

    /// All 1,380 cases of tiers 1 and 2 whose inputs and outputs are tensors of common types.
    @Test func everyCountedCasePasses() {
        let excepted = Set(SuiteIndex.exceptions.map(\.name))
        for entry in SuiteIndex.counted where !excepted.contains(entry.suiteCase.name) {
            let failure = entry.suiteCase.failure()
            #expect(failure == nil, "\(entry.suiteCase.name)")
        }
    }

    @Test func disputedCasesStillFail() {
        for exception in SuiteIndex.exceptions {
            let failure = SuiteCase(kind: "node", name: exception.name).failure()
            #expect(failure != nil, "\(exception.name) passes: \(exception.reason)")
        }
    }

    @Test(arguments: [("pytorch-converted", 82), ("pytorch-operator", 35)])
    func everyCaseOfPyTorchPasses(_ kind: String, _ count: Int) {
        let names = SuiteFolder.cases(kind)
        #expect(names.count == count)
        for name in names {
            let failure = SuiteCase(kind: kind, name: name).failure()
            #expect(failure == nil, "\(kind)/\(name)")
        }
    }

    /// Every kernel variant and thread count gives the scalar kernels' bits on every case.
    @Test func everyVariantGivesTheSameBits() throws {
        var variants = Kernels.available.filter { $0 != .scalar }
        for var kernels in Kernels.available {
            kernels.threads = 2
            variants.append(kernels)
        }
        for entry in SuiteIndex.counted {
            var reference = entry.suiteCase
            reference.kernels = .scalar
            guard let expected = try? reference.run() else { continue }
            for kernels in variants {
                var other = entry.suiteCase
                other.kernels = kernels
                let outputs = try other.run()
                #expect(
                    outputs == expected,
                    "\(entry.suiteCase.name) with \(kernels.name), \(kernels.threads) threads")
            }
        }
    }
}
