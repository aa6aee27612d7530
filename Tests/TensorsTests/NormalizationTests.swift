// The normalisations against their rules written out once more, on special values, and on calls
// that must be refused.
import Base
import TestSupport
import Testing

@testable import Tensors

private func floats(_ values: [Float], _ shape: Shape) -> Tensor { Tensor(values, shape: shape) }

/// Rows of mean 0 and deviation 1 by the rule.
private func standardized(_ x: [Float], _ epsilon: Float) -> [Float] {
    let count = Float(x.count)
    let mean = laneSum(x) / count
    let centred = x.map { $0 - mean }
    let inverse = 1 / (laneSum(centred.map { $0 * $0 }) / count + epsilon).squareRoot()
    return centred.map { $0 * inverse }
}

@Suite struct NormalizationTests {
    let epsilon: (String, AttributeValue) = ("epsilon", .float(Float(0.01).bitPattern))

    private func sample(_ count: Int, seed: UInt64 = 3) -> [Float] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in Float(generator.int(in: -1000...1000)) / 128 }
    }

    @Test func softmaxesAgreeAcrossTypesAndOpsets() throws {
        let values = sample(24)
        let x = floats(values, [2, 3, 4])
        let wide = Tensor(float64s: values.map(Double.init), shape: [2, 3, 4])
        for name in ["Softmax", "LogSoftmax"] {
            let single = try run(name, [x], [("axis", .int(1))], opset: 13)[0].float32s ?? []
            let double = try run(name, [wide], [("axis", .int(1))], opset: 13)[0].float64s ?? []
            #expect(single.count == double.count)
            for (a, b) in zip(single, double) { #expect((Double(a) - b).magnitude < 1e-5) }
            let flat = try run(name, [x], [("axis", .int(1))], opset: 11)[0]
            let row = try run(name, [floats(values, [2, 12])], opset: 13)[0]
            #expect(flat == row.reshaped(to: [2, 3, 4]))
        }
        let hard = try run("Hardmax", [floats([1, 3, 3, .nan, 9, .nan], [2, 3])], opset: 13)[0]
        #expect(hard.float32s == [0, 1, 0, 1, 0, 0])
    }

    @Test func logSoftmaxFollowsItsRule() throws {
        let values = sample(21)
        let peak = values.max() ?? 0
        let shifted = values.map { $0 - peak }
        let powers = try run("Exp", [floats(shifted, [21])])[0].float32s ?? []
        let total = try run("Log", [floats([laneSum(powers)], [1])])[0].float32s ?? []
        let result = try run("LogSoftmax", [floats(values, [21])], [("axis", .int(0))])[0]
        #expect(result.float32s == shifted.map { $0 - total[0] })
    }

    @Test func batchNormalizationFoldsInTheStatedOrder() throws {
        let x = sample(2 * 3 * 5)
        let (scale, bias) = (sample(3, seed: 4), sample(3, seed: 5))
        let (mean, variance) = (sample(3, seed: 6), sample(3, seed: 7).map { $0 * $0 })
        let parameters = [scale, bias, mean, variance].map { floats($0, [3]) }
        let result = try run(
            "BatchNormalization", [floats(x, [2, 3, 5])] + parameters, [epsilon], opset: 15)[0]
        let expected = x.indices.map { index in
            let channel = index / 5 % 3
            let factor = scale[channel] / (variance[channel] + 0.01).squareRoot()
            return x[index] * factor + (bias[channel] - mean[channel] * factor)
        }
        #expect(result.float32s == expected)
        let inference = try run(
            "BatchNormalization", [floats(x, [2, 3, 5])] + parameters,
            [epsilon, ("is_test", .int(1)), ("consumed_inputs", .ints([0, 0, 0, 1, 1]))], opset: 1)
        #expect(inference[0] == result)
    }

    @Test func batchNormalizationTrainsOnTheBatch() throws {
        let x = sample(2 * 3 * 5)
        let old = floats([1, 2, 3], [3])
        let ones = floats([1, 1, 1], [3])
        let zeros = floats([0, 0, 0], [3])
        let results = try run(
            "BatchNormalization", [floats(x, [2, 3, 5]), ones, zeros, old, old],
            [epsilon, ("training_mode", .int(1)), ("momentum", .float(Float(0.75).bitPattern))],
            opset: 15, outputs: 3)
        for channel in 0..<3 {
            let row = (0..<10).map { x[$0 / 5 * 15 + channel * 5 + $0 % 5] }
            let mean = laneSum(row) / 10
            let variance = laneSum(row.map { ($0 - mean) * ($0 - mean) }) / 10
            let before = Float(channel + 1) * 0.75
            #expect(results[1].float32s?[channel] == before + mean * 0.25)
            #expect(results[2].float32s?[channel] == before + variance * 0.25)
        }
        // Statistics may have a type of their own.
        let half = Tensor(halves: x, .float16, shape: [2, 3, 5])
        let mixed = try run(
            "BatchNormalization", [half, ones, zeros, old, old], [("training_mode", .int(1))],
            opset: 15, outputs: 3)
        #expect(mixed.map(\.type.element) == [.float16, .float32, .float32])
    }

    @Test func layerNormalizationTakesAnyScaleThatBroadcasts() throws {
        let x = sample(2 * 3 * 4)
        let scale = sample(12, seed: 8)
        let whole = try run(
            "LayerNormalization", [floats(x, [2, 3, 4]), floats(scale, [3, 4])],
            [("axis", .int(1)), epsilon], opset: 17, outputs: 3)
        for row in 0..<2 {
            let expected = zip(
                standardized(Array(x[row * 12..<row * 12 + 12]), 0.01), scale
            ).map { $0 * $1 }
            #expect(Array(whole[0].float32s?[row * 12..<row * 12 + 12] ?? []) == expected)
        }
        #expect(whole[1].shape == [2, 1, 1])
        let columns = floats([2, 3, 5], [3, 1])
        let spread = floats([2, 2, 2, 2, 3, 3, 3, 3, 5, 5, 5, 5], [3, 4])
        let narrow = try run(
            "LayerNormalization", [floats(x, [2, 3, 4]), columns, columns], [("axis", .int(1))])
        let wide = try run(
            "LayerNormalization", [floats(x, [2, 3, 4]), spread, spread], [("axis", .int(1))])
        #expect(narrow == wide)
        let half = Tensor(halves: x, .bfloat16, shape: [2, 12])
        let one = Tensor(halves: [1], .bfloat16, shape: [1])
        let results = try run("LayerNormalization", [half, one], outputs: 3)
        #expect(results.map(\.type.element) == [.bfloat16, .float32, .float32])
    }

    @Test func rootMeanSquareFollowsItsRule() throws {
        let x = sample(40)
        let result = try run(
            "RMSNormalization", [floats(x, [2, 20]), floats([2], [1])], [epsilon], opset: 23)[0]
        for row in 0..<2 {
            let part = Array(x[row * 20..<row * 20 + 20])
            let inverse = 1 / (laneSum(part.map { $0 * $0 }) / 20 + 0.01).squareRoot()
            let expected = part.map { $0 * inverse * 2 }
            #expect(Array(result.float32s?[row * 20..<row * 20 + 20] ?? []) == expected)
        }
    }

    @Test func groupsScaleByGroupOrByChannel() throws {
        let x = floats(sample(2 * 4 * 3), [2, 4, 3])
        let groups: (String, AttributeValue) = ("num_groups", .int(2))
        let old = try run(
            "GroupNormalization", [x, floats([2, 3], [2]), floats([1, -1], [2])], [groups],
            opset: 18)
        let new = try run(
            "GroupNormalization",
            [x, floats([2, 2, 3, 3], [4]), floats([1, 1, -1, -1], [4])], [groups], opset: 21)
        #expect(old == new)
        let single = try run(
            "GroupNormalization", [x, floats([1, 2, 3, 4], [4]), floats([0, 0, 1, 1], [4])],
            [("num_groups", .int(4))], opset: 21)
        let instance = try run(
            "InstanceNormalization", [x, floats([1, 2, 3, 4], [4]), floats([0, 0, 1, 1], [4])],
            opset: 22)
        #expect(single == instance)
        let row = standardized(Array(x.floats[0..<3]), 1e-5)
        #expect(Array(instance[0].floats[0..<3]) == row.map { $0 + 0 })
    }

    @Test func localResponseSumsNeighboursByTheLaneRule() throws {
        let (channels, size) = (40, 35)
        let x = sample(channels * 2)
        let result = try run(
            "LRN", [floats(x, [1, channels, 2])],
            [
                ("size", .int(Int64(size))), ("beta", .float(Float(1).bitPattern)),
                ("alpha", .float(Float(0.5).bitPattern)),
            ])[0]
        for index in x.indices {
            let channel = index / 2
            let window = max(channel - 17, 0)...min(channel + 17, channels - 1)
            let sum = laneSum(window.map { x[$0 * 2 + index % 2] * x[$0 * 2 + index % 2] })
            let expected = x[index] / (Float(0.5) / Float(size) * sum + 1)
            #expect(result.float32s?[index] == expected)
        }
        let huge = try run("LRN", [floats(x, [1, channels, 2])], [("size", .int(.max))])
        #expect(huge[0].shape == [1, channels, 2])
    }

    @Test func emptyNormsAndConstantRowsGiveZero() throws {
        let x = floats([3, -4, 0, 0], [2, 2])
        #expect(
            try run("LpNormalization", [x])[0] == floats([3 / 5, -4 / 5, 0, 0], [2, 2]))
        #expect(
            try run("LpNormalization", [x], [("p", .int(1)), ("axis", .int(0))])[0]
                == floats([1, -1, 0, 0], [2, 2]))
        let same = floats([7, 7, 7, 7], [2, 2])
        let centred = try run("MeanVarianceNormalization", [same], [("axes", .ints([0, 1]))])[0]
        #expect(centred == floats([0, 0, 0, 0], [2, 2]))
    }

    @Test func refusesWhatDoesNotFit() throws {
        let x = TensorType(.float32, [2, 4, 3])
        let c = TensorType(.float32, [4])
        let wrong = TensorType(.float32, [3])
        func isRefused(
            _ name: String, _ types: [TensorType?],
            _ attributes: [(String, AttributeValue)] = [], opset: Int = 22, outputs: Int = 1
        ) throws -> Bool {
            try RejectionTests.error(name, types, attributes, opset: opset, outputs: outputs) != nil
        }
        #expect(try isRefused("BatchNormalization", [x, c, c, c, wrong]))
        #expect(try isRefused("BatchNormalization", [x, c, c, c, c], outputs: 2))
        #expect(try isRefused("BatchNormalization", [x, c, c, c, c], [("spatial", .int(1))]))
        #expect(try !isRefused("BatchNormalization", [x, c, c, c, c], outputs: 1))
        for groups in [0, -1, 3, 5, Int64.max, Int64.min] {
            #expect(try isRefused("GroupNormalization", [x, c, c], [("num_groups", .int(groups))]))
        }
        #expect(try isRefused("InstanceNormalization", [x, c, wrong]))
        #expect(try isRefused("LayerNormalization", [x, c]))
        #expect(try isRefused("LayerNormalization", [x, wrong], [("stash_type", .int(7))]))
        for size in [0, -1, Int64.min] {
            #expect(try isRefused("LRN", [x], [("size", .int(size))]))
        }
        #expect(try isRefused("LpNormalization", [x], [("p", .int(3))]))
        #expect(try isRefused("MeanVarianceNormalization", [x]))
        #expect(try isRefused("Softmax", [TensorType(.int32, [2])]))
    }
}
