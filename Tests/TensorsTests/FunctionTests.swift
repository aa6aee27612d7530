// The elementary functions are correctly rounded. The oracle is independent of the kernels: the C
// library's 80-bit functions, whose error is far below the distance to the nearest rounding
// boundary except for the few inputs that are left out here; Tests/Exhaustive checks all 2³²
// inputs, with MPFR for those few.
import CKernels
import Foundation
import TestSupport
import Testing

@testable import Tensors

@Suite struct FunctionTests {
    /// Inputs of every sign and exponent, and many where the functions vary.
    static func inputs(_ count: Int) -> [Float] {
        var generator = SeededGenerator(seed: 3)
        var result: [Float] = [0, -0.0, .nan, .infinity, -.infinity, 1, -1]
        for bits in stride(from: UInt32(0), to: .max - 65_536, by: 65_521) {
            result.append(Float(bitPattern: bits))
        }
        while result.count < count {
            let scale = generator.element(of: [0.1, 1, 4, 20, 105] as [Float])
            result.append(Float(generator.int(in: -8_388_608...8_388_608)) / 8_388_608 * scale)
        }
        return result
    }

    @Test func specialValuesAreDefined() {
        let kernels = Kernels.best
        let odd = Float(bitPattern: 0xFFC0_1234)
        let special: [Float] = [0, -0.0, .infinity, -.infinity, .nan, odd]
        func bits(_ operation: Int32) -> [UInt32] {
            kernels.unary(operation, special).map(\.bitPattern)
        }
        let nan: UInt32 = 0x7FC0_0000
        let (one, infinity): (UInt32, UInt32) = (0x3F80_0000, 0x7F80_0000)
        let minus: UInt32 = 0x8000_0000
        #expect(bits(ExpOperator.operation) == [one, one, infinity, 0, nan, nan])
        #expect(
            bits(SigmoidOperator.operation) == [0x3F00_0000, 0x3F00_0000, one, 0, nan, nan])
        #expect(bits(TanhOperator.operation) == [0, minus, one, one | minus, nan, nan])
        #expect(bits(ErfOperator.operation) == [0, minus, one, one | minus, nan, nan])
        #expect(
            bits(LogOperator.operation)
                == [infinity | minus, infinity | minus, infinity, nan, nan, nan])
        #expect(bits(SqrtOperator.operation) == [0, minus, infinity, nan, nan, nan])
        #expect(bits(ReluOperator.operation) == [0, 0, infinity, 0, nan, nan])
        #expect(
            bits(NegOperator.operation) == [minus, 0, infinity | minus, infinity, nan, nan])
        #expect(kernels.unary(LogOperator.operation, [1])[0].bitPattern == 0)
    }

    #if arch(x86_64)
        @Test(arguments: ["Exp", "Sigmoid", "Tanh", "Erf", "Log", "Sqrt"])
        func isCorrectlyRounded(name: String) throws {
            let (operation, oracle): (Int32, (Float80) -> Float80) =
                switch name {
                case "Exp": (ExpOperator.operation, { exp($0) })
                case "Sigmoid": (SigmoidOperator.operation, { 1 / (1 + exp(-$0)) })
                case "Tanh": (TanhOperator.operation, { tanh($0) })
                case "Erf": (ErfOperator.operation, { erf($0) })
                case "Log": (LogOperator.operation, { log($0) })
                default: (SqrtOperator.operation, { $0.squareRoot() })
                }
            let inputs = Self.inputs(200_000)
            let results = Kernels.available.map { $0.unary(operation, inputs) }
            var failures = 0
            var decided = 0
            for (index, x) in inputs.enumerated() {
                let y = oracle(Float80(x))
                let margin = y.magnitude * 0x1p-58
                let (low, high) = (Float(y - margin), Float(y + margin))
                if !y.isNaN, y.isFinite, low.bitPattern != high.bitPattern { continue }
                let expected = y.isNaN ? Float.canonicalNaN : y.isFinite ? low : Float(y)
                decided += 1
                for result in results where result[index].bitPattern != expected.bitPattern {
                    failures += 1
                }
            }
            #expect(failures == 0)
            #expect(decided > inputs.count - 100)
        }
    #endif

    @Test func slowPathAgreesWithTheFastOne() {
        let inputs = Self.inputs(70_000).enumerated().filter { $0.offset % 7 == 0 }.map(\.element)
        for operation in 3..<8 {
            let fast = Kernels.best.unary(Int32(operation), inputs)
            var failures = 0
            for (x, y) in zip(inputs, fast)
            where aivm_unary_slow(Int32(operation), x).bitPattern != y.bitPattern {
                failures += 1
            }
            #expect(failures == 0, "operation \(operation)")
        }
    }
}
