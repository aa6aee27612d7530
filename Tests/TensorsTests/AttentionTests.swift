// Attention and the operators around it: against the rule written out, and by what an enemy of
// caches would try: the same tokens in one call and in many must give the same bits.
import Base
import TestSupport
import Testing

@testable import Tensors

private func sample(_ shape: Shape, seed: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    let values = (0..<shape.elementCount).map { _ in Float(generator.int(in: -500...500)) / 256 }
    return Tensor(values, shape: shape)
}

/// The dot rule, written apart: blocks of 256 terms, each a chain of fused multiply-adds.
private func dot(_ a: [Float], _ b: [Float]) -> Float {
    var total: Float?
    for start in stride(from: 0, to: a.count, by: 256) {
        var chain: Float = 0
        for index in start..<min(start + 256, a.count) {
            chain = chain.addingProduct(a[index], b[index])
        }
        total = total.map { $0 + chain } ?? chain
    }
    return total ?? 0
}

extension Tensor {
    /// Positions `range` of axis `axis`.
    fileprivate func part(_ range: Range<Int>, axis: Int) throws -> Tensor {
        let lists = [range.lowerBound, range.upperBound, axis].map {
            Tensor([Int64($0)], shape: [1])
        }
        return try run("Slice", [self] + lists)[0]
    }
}

@Suite struct AttentionTests {
    @Test func followsItsRule() throws {
        let (length, count, size) = (3, 300, 20)
        let q = sample([1, 1, length, size], seed: 1)
        let k = sample([1, 1, count, size], seed: 2)
        let v = sample([1, 1, count, 4], seed: 3)
        let result = try run("Attention", [q, k, v], opset: 23)[0].floats
        let factor = (1 / Float(size).squareRoot()).squareRoot()
        for row in 0..<length {
            let query = q.floats[row * size..<(row + 1) * size].map { $0 * factor }
            let scores = (0..<count).map { key in
                dot(query, k.floats[key * size..<(key + 1) * size].map { $0 * factor })
            }
            let shares = try run("Softmax", [Tensor(scores, shape: [count])])[0].floats
            for column in 0..<4 {
                let expected = dot(shares, (0..<count).map { v.floats[$0 * 4 + column] })
                #expect(result[row * 4 + column] == expected)
            }
        }
    }

    @Test func cachesChangeNoBit() throws {
        let length = 20
        let q = sample([2, 4, length, 8], seed: 4)
        let k = sample([2, 2, length, 8], seed: 5)
        let v = sample([2, 2, length, 6], seed: 6)
        let causal: [(String, AttributeValue)] = [("is_causal", .int(1))]
        let whole = try run("Attention", [q, k, v], causal, opset: 23)[0]
        var past: [Tensor?] = [nil, nil]
        for cut in [0..<7, 7..<8, 8..<20] {
            let inputs = [
                try q.part(cut, axis: 2), try k.part(cut, axis: 2), try v.part(cut, axis: 2),
                nil, past[0], past[1],
            ]
            let results = try run(
                "Attention", past[0] == nil ? Array(inputs[..<3]) : inputs, causal, opset: 23,
                outputs: 3)
            #expect(results[0] == (try whole.part(cut, axis: 2)))
            past = [results[1], results[2]]
        }
        #expect(past[0] == k && past[1] == v)
    }

    @Test func packedHeadsAreTransposedHeads() throws {
        let q = sample([2, 3, 4 * 8], seed: 7)
        let k = sample([2, 5, 2 * 8], seed: 8)
        let v = sample([2, 5, 2 * 6], seed: 9)
        func apart(_ x: Tensor, _ heads: Int) throws -> Tensor {
            let shape = try Shape([2, x.shape.dimensions[1], heads, x.shape.dimensions[2] / heads])
            return try run(
                "Transpose", [x.reshaped(to: shape)], [("perm", .ints([0, 2, 1, 3]))])[0]
        }
        let heads: [(String, AttributeValue)] = [
            ("q_num_heads", .int(4)), ("kv_num_heads", .int(2)),
        ]
        let packed = try run("Attention", [q, k, v], heads, opset: 23)[0]
        let wide = try run(
            "Attention", [try apart(q, 4), try apart(k, 2), try apart(v, 2)], opset: 23)[0]
        #expect(try apart(packed, 4) == wide)
    }

    @Test func masksHideKeysWhateverTheirScores() throws {
        let q = sample([1, 1, 2, 4], seed: 10)
        let k = sample([1, 1, 3, 4], seed: 11)
        let v = sample([1, 1, 3, 2], seed: 12)
        let mask = Tensor([true, false, true, false, false, false], shape: [2, 3])
        let results = try run(
            "Attention", [q, k, v, mask], [("qk_matmul_output_mode", .int(3))], opset: 23,
            outputs: 4)
        let shares = results[3].floats
        #expect(shares[1] == 0 && shares[0] > 0 && shares[2] > 0)
        #expect(Array(shares[3...]) == [0, 0, 0])
        #expect(Array(results[0].floats[2...]) == [0, 0])
        // A shorter mask hides what it does not reach; numbers are added.
        let short = try run(
            "Attention", [q, k, v, Tensor([Float(1), 2], shape: [1, 2])], opset: 23)
        let added = try run(
            "Attention",
            [q, k, v, Tensor([Float(1), 2, -.infinity], shape: [1, 3])], opset: 23)
        #expect(short == added)
        let counted = try run(
            "Attention", [q, k, v, nil, nil, nil, Tensor([Int64(2)], shape: [1])], opset: 24)
        let cut = try run(
            "Attention", [q, k.part(0..<2, axis: 2), v.part(0..<2, axis: 2)], opset: 23)
        #expect(counted == cut)
    }

    @Test func softcapAndPrecision() throws {
        let q = sample([1, 1, 2, 4], seed: 13)
        let k = sample([1, 1, 3, 4], seed: 14)
        let v = sample([1, 1, 3, 2], seed: 15)
        func scores(_ attributes: [(String, AttributeValue)], mode: Int64) throws -> Tensor {
            let shown = [("qk_matmul_output_mode", AttributeValue.int(mode))]
            return try run("Attention", [q, k, v], attributes + shown, opset: 23, outputs: 4)[3]
        }
        let cap: [(String, AttributeValue)] = [("softcap", .float(Float(2).bitPattern))]
        let two = Tensor([Float(2)], shape: [])
        let quotient = try run("Div", [scores([], mode: 0), two])
        let expected = try run("Mul", [run("Tanh", quotient)[0], two])[0]
        #expect(try scores(cap, mode: 1) == expected)
        #expect(try scores(cap, mode: 2) == expected)
        let wide = try scores([("softmax_precision", .int(11))], mode: 3)
        let doubles = try run("Cast", [scores([], mode: 0)], [("to", .int(11))])
        #expect(try wide == run("Cast", run("Softmax", doubles), [("to", .int(1))])[0])
    }

    @Test func linearAttentionDoesNotDependOnCuts() throws {
        let inputs = [
            sample([2, 9, 4 * 3], seed: 16), sample([2, 9, 2 * 3], seed: 17),
            sample([2, 9, 2 * 5], seed: 18), nil, sample([2, 9, 2 * 3], seed: 19),
            sample([2, 9, 2], seed: 20),
        ]
        let heads: [(String, AttributeValue)] = [
            ("q_num_heads", .int(4)), ("kv_num_heads", .int(2)),
        ]
        let whole = try run("LinearAttention", inputs, heads, opset: 27, outputs: 2)
        var state: Tensor?
        for cut in [0..<4, 4..<5, 5..<9] {
            var parts = try inputs.map { try $0?.part(cut, axis: 1) }
            parts[3] = state
            let results = try run("LinearAttention", parts, heads, opset: 27, outputs: 2)
            #expect(results[0] == (try whole[0].part(cut, axis: 1)))
            state = results[1]
        }
        #expect(state == whole[1])
    }

    @Test func causalConvolutionDoesNotDependOnCuts() throws {
        let x = sample([2, 3, 11], seed: 21)
        let weight = sample([3, 1, 4], seed: 22)
        let bias = sample([3], seed: 23)
        let silu: [(String, AttributeValue)] = [("activation", .string("silu"))]
        let whole = try run(
            "CausalConvWithState", [x, weight, bias], silu, opset: 27, outputs: 2)
        var state: Tensor?
        for cut in [0..<2, 2..<3, 3..<11] {
            let results = try run(
                "CausalConvWithState",
                [x.part(cut, axis: 2), weight, bias] + (state == nil ? [] : [state]), silu,
                opset: 27, outputs: 2)
            #expect(results[0] == (try whole[0].part(cut, axis: 2)))
            state = results[1]
        }
        #expect(state == whole[1])
        let plain = try run("CausalConvWithState", [x, weight], opset: 27, outputs: 2)[0]
        let window = [Float(0), 0] + x.floats[0..<2]
        #expect(plain.floats[1] == dot(Array(weight.floats[0..<4]), window))
    }

    @Test func rotationsTurnPairs() throws {
        let x = Tensor([Float(1), 2, 3, 4], shape: [1, 1, 1, 4])
        let cosines = Tensor([Float(1), 1, 0, 0], shape: [2, 2])
        let sines = Tensor([Float(0), 0, 1, 1], shape: [2, 2])
        func turned(_ position: Int64, interleaved: Int64) throws -> [Float]? {
            try run(
                "RotaryEmbedding", [x, cosines, sines, Tensor([position], shape: [1, 1])],
                [("interleaved", .int(interleaved))], opset: 23)[0].float32s
        }
        #expect(try turned(0, interleaved: 0) == [1, 2, 3, 4])
        #expect(try turned(1, interleaved: 0) == [-3, -4, 1, 2])
        #expect(try turned(1, interleaved: 1) == [-2, 1, -4, 3])
        for position in [-1, 2, Int64.max, Int64.min] {
            #expect(throws: OperatorError.self) { try turned(position, interleaved: 0) }
        }
    }

    @Test func refusesHeadsThatDoNotFit() throws {
        func isRefused(
            _ name: String, _ shapes: [Shape?], _ pairs: [(String, Int64)] = [], opset: Int = 27,
            outputs: Int = 1
        ) throws -> Bool {
            try RejectionTests.error(
                name, shapes.map { $0.map { TensorType(.float32, $0) } },
                pairs.map { ($0.0, .int($0.1)) }, opset: opset, outputs: outputs) != nil
        }
        #expect(try isRefused("Attention", [[1, 2, 3, 4], [1, 2, 3, 5], [1, 2, 3, 4]]))
        #expect(try isRefused("Attention", [[1, 3, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]]))
        #expect(try isRefused("Attention", [[1, 2, 3, 4], [1, 0, 3, 4], [1, 0, 3, 4]]))
        #expect(try isRefused("Attention", [[1, 3, 8], [1, 3, 8], [1, 3, 8]]))
        for heads in [0, -1, 3, Int64.max, Int64.min] {
            #expect(
                try isRefused(
                    "Attention", [[1, 3, 8], [1, 3, 8], [1, 3, 8]],
                    [("q_num_heads", heads), ("kv_num_heads", heads)]))
            #expect(
                try isRefused(
                    "LinearAttention", [[1, 3, 8], [1, 3, 8], [1, 3, 8]],
                    [("q_num_heads", heads), ("kv_num_heads", heads)], outputs: 2))
            #expect(
                try isRefused(
                    "RotaryEmbedding", [[1, 3, 8], [1, 3, 2], [1, 3, 2]], [("num_heads", heads)]))
        }
        let fits: [Shape?] = [[1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]]
        #expect(try !isRefused("Attention", fits))
        #expect(try isRefused("Attention", fits + [[4, 3]]))
        #expect(try isRefused("Attention", fits + [[3, 4]]))
        #expect(try isRefused("Attention", fits + [nil, [1, 2, 3, 4]]))
        #expect(try isRefused("Attention", fits, [("qk_matmul_output_mode", 4)]))
        #expect(try isRefused("Attention", fits, [("softmax_precision", 7)]))
        #expect(try isRefused("CausalConvWithState", [[1, 2, 3], [2, 1, 0]], outputs: 2))
        #expect(try isRefused("CausalConvWithState", [[1, 2, 3], [2, 2, 2]], outputs: 2))
        #expect(
            try isRefused("RotaryEmbedding", [[1, 1, 3, 4], [9, 2], [9, 2], nil].dropLast()))
    }
}
