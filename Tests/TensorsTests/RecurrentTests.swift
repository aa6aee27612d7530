// RNN, GRU and LSTM: on values by hand, and by identities: a sequence in one call or in many,
// forwards or backwards, batch first or time first, all give the same bits.
import Base
import TestSupport
import Testing

@testable import Tensors

private func sample(_ shape: Shape, seed: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    let values = (0..<shape.elementCount).map { _ in Float(generator.int(in: -500...500)) / 256 }
    return Tensor(values, shape: shape)
}

private func floats(_ values: [Float], _ shape: Shape) -> Tensor { Tensor(values, shape: shape) }

extension Tensor {
    /// The axes in the order `order`.
    fileprivate func transposed(_ order: [Int64]) throws -> Tensor {
        try run("Transpose", [self], [("perm", .ints(order))])[0]
    }

    /// Steps `range` of the first axis.
    fileprivate func steps(_ range: Range<Int>) -> Tensor {
        let size = shape.elementCount / shape.dimensions[0]
        let values = Array(floats[range.lowerBound * size..<range.upperBound * size])
        let rest = Array(shape.dimensions.dropFirst())
        return (try? Tensor(values, shape: Shape([range.count] + rest))) ?? self
    }
}

@Suite struct RecurrentTests {
    static let kinds = [("RNN", 1, 1), ("GRU", 3, 1), ("LSTM", 4, 2)]

    /// Weights of one direction or two: W, R, B.
    private func weights(_ gates: Int, directions: Int = 1) throws -> [Tensor] {
        [
            sample(try Shape([directions, gates * 3, 2]), seed: 2),
            sample(try Shape([directions, gates * 3, 3]), seed: 3),
            sample(try Shape([directions, 2 * gates * 3]), seed: 4),
        ]
    }

    @Test func stepsOfARecurrentNetworkByHand() throws {
        let x = floats([1, 2, 3], [3, 1, 1])
        let one = floats([1], [1, 1, 1])
        let results = try run(
            "RNN", [x, one, one, floats([0.5, 0.25], [1, 2])],
            [("activations", .strings(["Affine"]))], opset: 14, outputs: 2)
        #expect(results[0] == floats([1.75, 4.5, 8.25], [3, 1, 1, 1]))
        #expect(results[1] == floats([8.25], [1, 1, 1]))
        let bounded = try run(
            "RNN", [x, one, one],
            [
                ("activations", .strings(["affine"])), ("clip", .float(Float(2.5).bitPattern)),
                ("activation_alpha", .floats([Float(2).bitPattern])),
            ], opset: 14)[0]
        #expect(bounded == floats([2, 5, 5], [3, 1, 1, 1]))
    }

    @Test func stepsOfGatedNetworksByHand() throws {
        // Sigmoid as Relu and Tanh as Affine make every number exact.
        let x = floats([1], [1, 1, 1])
        let names: [(String, AttributeValue)] = [("activations", .strings(["Relu", "Affine"]))]
        let h = floats([2], [1, 1, 1])
        let w = floats([0.25, 0.5, 3], [1, 3, 1])
        let r = floats([0, 0, 1], [1, 3, 1])
        let b = floats([0, 0, 1, 0, 0, 2], [1, 6])
        // z = 1/4, r = 1/2: h = 3 + 1/2 · 2 · 1 + 1 + 2; H = 3/4 · 7 + 1/4 · 2.
        #expect(try run("GRU", [x, w, r, b, nil, h], names, opset: 14)[0].float32s == [5.75])
        // h = 3 + 1/2 · (2 + 2) + 1 = 6.
        let linear: [(String, AttributeValue)] = [("linear_before_reset", .int(1))]
        #expect(try run("GRU", [x, w, r, b, nil, h], names + linear, opset: 14)[0].float32s == [5])
        let gates: [(String, AttributeValue)] = [
            ("activations", .strings(["Relu", "Affine", "Affine"]))
        ]
        let w4 = floats([0.5, 1, 0.25, 4], [1, 4, 1])
        let r4 = floats([0, 0, 0, 1], [1, 4, 1])
        let c = floats([8], [1, 1, 1])
        // i = 1/2, f = 1/4, c = 4 + 2: C = 1/4 · 8 + 1/2 · 6 = 5; o = 1.
        let plain = try run(
            "LSTM", [x, w4, r4, nil, nil, h, c], gates, opset: 14, outputs: 3)
        #expect(plain.map { $0.float32s ?? [] } == [[5], [5], [5]])
        // Peepholes: i = 1/2 + 8/16 = 1, f = 1/4 + 8/32 = 1/2, C = 4 + 6 = 10, o = 1 + 10/10.
        let p = floats([1 / 16, 0.125, 1 / 32], [1, 3])
        let peeped = try run(
            "LSTM", [x, w4, r4, nil, nil, h, c, p], gates, opset: 14, outputs: 3)
        #expect(peeped.map { $0.float32s ?? [] } == [[22.5], [22.5], [10]])
        let coupled = try run(
            "LSTM", [x, w4, r4, nil, nil, h, c], gates + [("input_forget", .int(1))], opset: 14)
        #expect(coupled[0].float32s == [7])
    }

    @Test(arguments: kinds) func cutsChangeNoBit(_ name: String, _ gates: Int, _ states: Int) throws
    {
        let x = sample([7, 2, 2], seed: 1)
        let whole = try run(
            name, [x] + (try weights(gates)), opset: 14, outputs: 1 + states)
        var last: [Tensor] = []
        for cut in [0..<3, 3..<4, 4..<7] {
            let inputs: [Tensor?] = [x.steps(cut)] + (try weights(gates))
            let results = try run(
                name, inputs + (last.isEmpty ? [] : [nil] + last), opset: 14, outputs: 1 + states)
            #expect(results[0] == whole[0].steps(cut))
            last = Array(results.dropFirst())
        }
        #expect(last == Array(whole.dropFirst()))
    }

    @Test(arguments: kinds)
    func directionsAndLengths(_ name: String, _ gates: Int, _ states: Int) throws {
        let x = sample([4, 2, 2], seed: 5)
        let both = try weights(gates, directions: 2)
        let lengths = Tensor([Int32(4), 2], shape: [2])
        let results = try run(
            name, [x] + both + [lengths], [("direction", .string("bidirectional"))], opset: 14,
            outputs: 2)
        // The second direction on the second sequence: steps 1 and 0 of it, forwards.
        let turned = floats(Array(x.floats[6..<8]) + Array(x.floats[2..<4]), [2, 1, 2])
        let half = both.map { $0.steps(1..<2) }
        let alone = try run(name, [turned] + half, opset: 14, outputs: 2)
        #expect(Array(results[1].floats[9..<12]) == alone[1].floats)
        let y = results[0].floats
        func hidden(_ time: Int, _ direction: Int, _ entry: Int) -> [Float] {
            let start = ((time * 2 + direction) * 2 + entry) * 3
            return Array(y[start..<start + 3])
        }
        #expect(hidden(1, 1, 1) == Array(alone[0].floats[0..<3]))
        #expect(hidden(0, 1, 1) == Array(alone[0].floats[3..<6]))
        for time in 2..<4 {
            for direction in 0..<2 { #expect(hidden(time, direction, 1) == [0, 0, 0]) }
        }
        #expect(hidden(1, 0, 1) == Array(results[1].floats[3..<6]))
        let start = sample([2, 2, 3], seed: 6)
        let none = try run(
            name, [x] + both + [Tensor([Int32(0), 0], shape: [2]), start],
            [("direction", .string("bidirectional"))], opset: 14, outputs: 2)
        #expect(none[1] == start)
    }

    @Test(arguments: kinds)
    func batchFirstIsATransposition(_ name: String, _ gates: Int, _ states: Int) throws {
        let x = sample([5, 3, 2], seed: 7)
        let both = try weights(gates, directions: 2)
        let way: [(String, AttributeValue)] = [("direction", .string("bidirectional"))]
        let start = sample([2, 3, 3], seed: 8)
        let time = try run(name, [x] + both + [nil, start], way, opset: 14, outputs: 2)
        let batch = try run(
            name, [x.transposed([1, 0, 2])] + both + [nil, start.transposed([1, 0, 2])],
            way + [("layout", .int(1))], opset: 14, outputs: 2)
        #expect(try batch[0] == time[0].transposed([2, 0, 1, 3]))
        #expect(try batch[1] == time[1].transposed([1, 0, 2]))
    }

    @Test func activationsTakeTheirNumbersInOrder() throws {
        let x = floats([-1, 1], [2, 1, 1])
        let w = floats([1], [1, 1, 1])
        let r = floats([0], [1, 1, 1])
        func activated(_ name: String, _ numbers: [Float] = []) throws -> [Float]? {
            try run(
                "RNN", [x, w, r],
                [
                    ("activations", .strings([name])),
                    ("activation_alpha", .floats(numbers.prefix(1).map(\.bitPattern))),
                    ("activation_beta", .floats(numbers.dropFirst().map(\.bitPattern))),
                ], opset: 14)[0].float32s
        }
        #expect(try activated("Relu") == [0, 1])
        #expect(try activated("LeakyRelu") == [-0.01, 1])
        #expect(try activated("LeakyRelu", [0.5]) == [-0.5, 1])
        #expect(try activated("ThresholdedRelu", [0.5]) == [0, 1])
        #expect(try activated("HardSigmoid", [0.25, 0.5]) == [0.25, 0.75])
        #expect(try activated("Softsign") == [-0.5, 0.5])
        #expect(try activated("ScaledTanh", [2, 0]) == [-0.0, 0])
        let wide = try run(
            "RNN", [x, w, r].map { Tensor(float64s: $0.floats.map(Double.init), shape: $0.shape) },
            [("activations", .strings(["Softsign"]))], opset: 14)
        #expect(wide[0].float64s == [-0.5, 0.5])
    }

    @Test func refusesWhatDoesNotFit() throws {
        let x = TensorType(.float32, [4, 2, 2])
        let w = TensorType(.float32, [1, 12, 2])
        let r = TensorType(.float32, [1, 12, 3])
        func isRefused(
            _ types: [TensorType?], _ attributes: [(String, AttributeValue)] = [], opset: Int = 22
        ) throws -> Bool {
            try RejectionTests.error("LSTM", types, attributes, opset: opset) != nil
        }
        #expect(try !isRefused([x, w, r]))
        #expect(try isRefused([x, r, w]))
        #expect(try isRefused([x, w, r, TensorType(.float32, [1, 12])]))
        #expect(try isRefused([x, w, r, nil, TensorType(.int64, [2])]))
        #expect(try isRefused([x, w, r, nil, nil, TensorType(.float32, [2, 1, 3])]))
        #expect(try isRefused([x, w, r], [("direction", .string("sideways"))]))
        #expect(try isRefused([x, w, r], [("direction", .string("bidirectional"))]))
        #expect(try isRefused([x, w, r], [("activations", .strings(["Tanh"]))]))
        #expect(try isRefused([x, w, r], [("activations", .strings(["Tanh", "Tan", "Relu"]))]))
        #expect(try isRefused([x, w, r], [("hidden_size", .int(4))]))
        #expect(try isRefused([x, w, r], [("clip", .float(Float.nan.bitPattern))]))
        #expect(try isRefused([x, w, r], [("layout", .int(1))], opset: 7))
        #expect(try isRefused([x, w, r], [("output_sequence", .int(1))], opset: 7))
        #expect(try !isRefused([x, w, r], [("output_sequence", .int(1))], opset: 1))
        for length in [5, -1, Int32.max, Int32.min] {
            let lengths = Tensor([length, 1], shape: [2])
            let inputs = [
                sample(x.shape, seed: 1), sample(w.shape, seed: 2), sample(r.shape, seed: 3),
            ]
            #expect(throws: OperatorError.self) {
                try run("LSTM", inputs + [nil, lengths], opset: 14)
            }
        }
    }
}
