// Functions and powers against vectors computed with mpmath (Scripts/function_vectors.py), in
// binary32 and binary64; C99's special values of pow; and the operators' forms: opsets, integers,
// the attribute `consumed_inputs`.
import CKernels
import Foundation
import TestSupport
import Testing

@testable import Tensors

@Suite struct FunctionVectorTests {
    private struct File: Decodable {
        let binary32: [String: [String]]
        let binary64: [String: [String]]
    }

    private static let operations: [String: Int32] = [
        "exp": ExpOperator.operation, "sigmoid": SigmoidOperator.operation,
        "tanh": TanhOperator.operation, "erf": ErfOperator.operation,
        "log": LogOperator.operation, "sin": SinOperator.operation,
        "cos": CosOperator.operation, "tan": TanOperator.operation,
        "asin": AsinOperator.operation, "acos": AcosOperator.operation,
        "atan": AtanOperator.operation, "sinh": SinhOperator.operation,
        "cosh": CoshOperator.operation, "asinh": AsinhOperator.operation,
        "acosh": AcoshOperator.operation, "atanh": AtanhOperator.operation,
        "expm1": Int32(AIVM_EXPONENTIAL_MINUS_ONE), "log1p": Int32(AIVM_LOGARITHM_OF_ONE_PLUS),
        "softplus": SoftplusOperator.operation,
    ]

    private static func numbers<Bits: FixedWidthInteger>(_ row: String, _ type: Bits.Type) -> [Bits]
    {
        row.split(separator: " ").compactMap { Bits($0, radix: 16) }
    }

    private static func file() throws -> File {
        try JSONDecoder().decode(File.self, from: Data(try Vectors.bytes("functions.json")))
    }

    @Test func functionsGiveTheNearestBinary32() throws {
        let vectors = try Self.file().binary32
        for (name, operation) in Self.operations {
            for row in try #require(vectors[name]) {
                let pair = Self.numbers(row, UInt32.self)
                let x = Float(bitPattern: pair[0])
                for kernels in Kernels.available {
                    let result = kernels.unary(operation, [x])[0].bitPattern
                    #expect(result == pair[1], "\(name) of \(x)")
                }
            }
        }
    }

    /// The bound is 0.5 + 2⁻²⁰ ulp; all these results are the nearest.
    @Test func functionsGiveTheNearestBinary64() throws {
        let vectors = try Self.file().binary64
        for (name, operation) in Self.operations {
            for row in try #require(vectors[name]) {
                let pair = Self.numbers(row, UInt64.self)
                let x = Double(bitPattern: pair[0])
                #expect(aivm_unary64(operation, x).bitPattern == pair[1], "\(name) of \(x)")
            }
        }
    }

    @Test func powersAreTheNearest() throws {
        let file = try Self.file()
        for row in try #require(file.binary32["pow"]) {
            let bits = Self.numbers(row, UInt32.self)
            let (x, y) = (Float(bitPattern: bits[0]), Float(bitPattern: bits[1]))
            #expect(aivm_power(x, y).bitPattern == bits[2], "\(x) to the power \(y)")
        }
        for row in try #require(file.binary64["pow"]) {
            let bits = Self.numbers(row, UInt64.self)
            let (x, y) = (Double(bitPattern: bits[0]), Double(bitPattern: bits[1]))
            #expect(aivm_power64(x, y).bitPattern == bits[2], "\(x) to the power \(y)")
        }
    }

    /// C99 F.9.4.4, row by row.
    private static let specialPowers: [(Float, Float, Float)] = [
        (.nan, 0, 1), (1, .nan, 1), (.nan, 1, .nan), (2, .nan, .nan), (-1, .nan, .nan),
        (0, -3, .infinity), (-0.0, -3, -.infinity), (0, -2, .infinity), (-0.0, -2.5, .infinity),
        (-0.0, -.infinity, .infinity), (0, 3, 0), (-0.0, 3, -0.0), (-0.0, 2, 0), (-0.0, 2.5, 0),
        (-0.0, 0.5, 0), (-1, .infinity, 1), (-1, -.infinity, 1), (-2, 0.5, .nan), (-8, 1.5, .nan),
        (0.5, -.infinity, .infinity), (-2, -.infinity, 0), (0.5, .infinity, 0),
        (2, .infinity, .infinity), (-.infinity, -3, -0.0), (-.infinity, -2, 0),
        (-.infinity, 3, -.infinity), (-.infinity, 0.5, .infinity), (.infinity, -1, 0),
        (.infinity, 0.25, .infinity), (-2, 3, -8), (-2, 16_777_215, -.infinity), (0, 0, 1),
        (-1, 0x1p30, 1), (-1, 16_777_215, -1), (2, -150, 0), (2, -149, 0x1p-149),
        (0x1.000002p0, 0x1p127, .infinity), (0x1.fffffep-1, 0x1p127, 0),
        (-0x1p-149, -1, -.infinity),
    ]

    @Test(arguments: specialPowers)
    func powersHaveSpecialValues(x: Float, y: Float, expected: Float) {
        let want = expected.isNaN ? Float.canonicalNaN : expected
        #expect(aivm_power(x, y).bitPattern == want.bitPattern)
        let wide = aivm_power64(Double(x), Double(y))
        if wide.isNaN {
            #expect(expected.isNaN && wide.bitPattern == 0x7FF8_0000_0000_0000)
        } else {
            #expect(Float(wide).bitPattern == want.bitPattern)
        }
    }

    /// Every exact power and every tie: 3ⁿ, 5ⁿ, … with 24 and 25 bits, and roots of squares.
    @Test func exactPowersAndTiesAreRoundedRight() {
        for base in UInt64(2)..<5_000 {
            var power = base
            var exponent: Float = 1
            while power < 1 << 26 {
                #expect(aivm_power(Float(base), exponent) == Float(power))
                #expect(aivm_power64(Double(base), Double(exponent)) == Double(power))
                (power, exponent) = (power * base, exponent + 1)
            }
            if base < 4_096 {
                let (square, cube) = (Float(base * base), Float(base * base * base))
                #expect(aivm_power(square, 0.5) == Float(base))
                #expect(aivm_power(square, 1.5) == cube)
            }
        }
    }

    @Test func signsAndMagnitudesTakeIntegers() throws {
        func run(_ kind: any Operator.Type, _ input: Tensor) throws -> Tensor {
            try kind.run(OperatorCall(opset: 13, inputTypes: [input.type]), [input])[0]
        }
        let bytes = Tensor([Int8(-128), -3, 0, 5], shape: [4])
        #expect(try run(AbsOperator.self, bytes) == Tensor([Int8(-128), 3, 0, 5], shape: [4]))
        #expect(try run(NegOperator.self, bytes) == Tensor([Int8(-128), 3, 0, -5], shape: [4]))
        #expect(try run(SignOperator.self, bytes) == Tensor([Int8(-1), -1, 0, 1], shape: [4]))
        #expect(try run(ReluOperator.self, bytes) == Tensor([Int8(0), 0, 0, 5], shape: [4]))
        let wide = Tensor([Int64.min, -1, .max], shape: [3])
        #expect(try run(AbsOperator.self, wide) == Tensor([Int64.min, 1, .max], shape: [3]))
        let unsigned = Tensor([UInt8(0), 255], shape: [2])
        #expect(try run(SignOperator.self, unsigned) == Tensor([UInt8(0), 1], shape: [2]))
        #expect(throws: OperatorError.self) { try run(NegOperator.self, unsigned) }
        #expect(throws: OperatorError.self) { try run(SinOperator.self, wide) }
        let short = Tensor([Int16.min, -7, 9], shape: [3])
        #expect(try run(AbsOperator.self, short) == Tensor([Int16.min, 7, 9], shape: [3]))
        #expect(try run(NegOperator.self, short) == Tensor([Int16.min, 7, -9], shape: [3]))
        let words = Tensor([UInt64.max, 0], shape: [2])
        #expect(try run(AbsOperator.self, words) == words)
        #expect(try run(SignOperator.self, words) == Tensor([UInt64(1), 0], shape: [2]))
        let doubles = Tensor(float64s: [-2.5, -0.0, .nan], shape: [3])
        #expect(try run(AbsOperator.self, doubles) == Tensor(float64s: [2.5, 0, .nan], shape: [3]))
        let one = Tensor(float64s: [1], shape: [])
        #expect(try run(ExpOperator.self, one) == Tensor(float64s: [M_E], shape: []))
    }

    @Test(arguments: [
        "Abs", "Ceil", "Exp", "Floor", "Log", "Neg", "Reciprocal", "Relu", "Sigmoid", "Sqrt",
        "Tanh",
    ])
    func ignoresConsumedInputsBeforeOpset6(name: String) throws {
        let hint = [("consumed_inputs", AttributeValue.ints([0]))]
        let x = TensorType(.float32, [2])
        #expect(try RejectionTests.error(name, [x], hint, opset: 5) == nil)
        #expect(
            try RejectionTests.error(name, [x], hint, opset: 6)
                == .unknownAttribute(name: "consumed_inputs"))
        #expect(
            try RejectionTests.error("Sin", [x], hint, opset: 5)
                == .unknownAttribute(name: "consumed_inputs"))
        #expect(try RejectionTests.error(name, [x], opset: 27) == nil)
    }
}
