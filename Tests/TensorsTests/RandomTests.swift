// Random operators: the published vectors of Philox, the layout of streams, and that the numbers
// have the distribution they claim.
import Base
import TestSupport
import Testing

@testable import Tensors

@Suite struct RandomTests {
    /// A call of a random operator with a seed and a place.
    private func random(
        _ name: String, _ inputs: [Tensor] = [], _ attributes: [(String, AttributeValue)] = [],
        seed: UInt64 = 1, position: Int = 0
    ) throws -> Tensor {
        let kind = try #require(OperatorRegistry.find(name))
        var call = OperatorCall(
            attributes: try Attributes(attributes), opset: 22, inputTypes: inputs.map(\.type))
        call.seed = seed
        call.position = position
        let reference = try kind.run(call, inputs, using: .scalar)
        for kernels in Kernels.available {
            #expect(try kind.prepared(call, using: kernels).evaluate(inputs) == reference)
        }
        return reference[0]
    }

    private func shape(_ dimensions: Int64...) -> (String, AttributeValue) {
        ("shape", .ints(dimensions))
    }

    /// Random123 1.09, kat_vectors, "philox4x32 10".
    @Test func philoxGivesThePublishedVectors() {
        #expect(
            Philox.block(SIMD4(repeating: 0), key: SIMD2(repeating: 0))
                == SIMD4(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8))
        #expect(
            Philox.block(SIMD4(repeating: .max), key: SIMD2(repeating: .max))
                == SIMD4(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD))
        #expect(
            Philox.block(
                SIMD4(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344),
                key: SIMD2(0xA409_3822, 0x299F_31D0))
                == SIMD4(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1))
    }

    @Test func uniformNumbersAreTheWordsOfTheStream() throws {
        let key: UInt64 = 0x1234_5678_9ABC_DEF0
        let drawn = try random("RandomUniform", [], [shape(2, 3)], seed: key, position: 1 << 33 | 5)
        var expected: [Float] = []
        for block in 0..<2 as Range<UInt32> {
            let words = Philox.block(
                SIMD4(block, 5, 2, .max), key: SIMD2(0x9ABC_DEF0, 0x1234_5678))
            for index in 0..<4 { expected.append(Float(words[index] >> 8) / 0x1p24) }
        }
        #expect(drawn.float32s == Array(expected.prefix(6)))
    }

    @Test func everySeedPlaceAndAttributeHasItsOwnNumbers() throws {
        let plain = try random("RandomNormal", [], [shape(8)])
        #expect(try random("RandomNormal", [], [shape(8)]) == plain)
        #expect(try random("RandomNormal", [], [shape(8)], seed: 2) != plain)
        #expect(try random("RandomNormal", [], [shape(8)], position: 1) != plain)
        let seeded = ("seed", AttributeValue.float(0))
        #expect(try random("RandomNormal", [], [shape(8), seeded]) != plain)
        let like = try random(
            "RandomNormalLike", [Tensor([Float](repeating: 9, count: 8), shape: [8])])
        #expect(like == plain)
    }

    @Test(arguments: [ElementType.float32, .float64, .float16, .bfloat16])
    func momentsAreThoseOfTheDistribution(element: ElementType) throws {
        let type = ("dtype", AttributeValue.int(Int64(element.rawValue)))
        let normal = try random(
            "RandomNormal", [],
            [
                shape(20001), type, ("mean", .float(Float(3).bitPattern)),
                ("scale", .float(Float(2).bitPattern)),
            ])
        #expect(normal.type.element == element)
        let values = try #require(try normal.cast(to: .float64).float64s)
        let mean = values.reduce(0, +) / 20001
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20001
        // Four standard errors: 2/√n and 4·√(2/n).
        #expect(abs(mean - 3) < 0.06 && abs(variance - 4) < 0.17)
        let uniform = try random(
            "RandomUniform", [], [shape(20001), type, ("low", .float(Float(-1).bitPattern))])
        let numbers = try #require(try uniform.cast(to: .float64).float64s)
        #expect(numbers.allSatisfy { $0 >= -1 && $0 <= 1 })
        let centre: Double = numbers.reduce(0, +) / 20_001
        #expect(centre.magnitude < 0.0164)
    }

    @Test func decisionsFollowTheirProbabilities() throws {
        let p = Tensor([Float](repeating: 0.25, count: 10_000), shape: [10_000])
        let drawn = try random("Bernoulli", [p], [("dtype", .int(9))])
        let count = try #require(drawn.bools).count { $0 }
        #expect(abs(count - 2500) < 4 * 43)
        let sure = Tensor([Double](repeating: 1, count: 5) + [0, .nan], [7])
        #expect(try random("Bernoulli", [sure]).float64s == [1, 1, 1, 1, 1, 0, 0])
        let logs = Tensor([Float(-1), -.infinity, -1, 5, 5, 5], shape: [2, 3])
        let classes = try random("Multinomial", [logs], [("sample_size", .int(3000))])
        let first = try #require(classes.int32s?.prefix(3000))
        #expect(!first.contains(1) && abs(first.count { $0 == 0 } - 1500) < 4 * 28)
        let second = try #require(classes.int32s?.suffix(3000))
        for number in 0..<3 as Range<Int32> {
            #expect(abs(second.count { $0 == number } - 1000) < 4 * 26)
        }
    }

    @Test func randomNodesAreNotFolded() throws {
        for name in [
            "Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform",
            "RandomUniformLike",
        ] {
            #expect(try #require(OperatorRegistry.find(name)).isRandom)
        }
        #expect(try #require(OperatorRegistry.find("Add")).isRandom == false)
    }
}

extension Tensor {
    fileprivate init(_ values: [Double], _ shape: Shape) {
        self.init(float64s: values, shape: shape)
    }
}
