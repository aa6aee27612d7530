// Networks with random weights, built operator by operator.

import Fields
import Sumcheck
import SumcheckProver
import TestSupport

/// A network while it is built, and then its witness.
struct Network {
    var builder = RelationBuilder()
    var generator: SeededGenerator
    /// Values of weights and inputs by tensor.
    var values: [(tensor: Int, values: [Int64])] = []

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func weights(_ name: String, _ extents: [Int]) -> Int {
        let tensor = builder.tensor(name, extents, .weights, .signedByte)
        let count = extents.reduce(1, *)
        values.append((tensor, (0..<count).map { _ in Int64(generator.int(in: -127...127)) }))
        return tensor
    }

    mutating func bias(_ name: String, _ count: Int) -> Int {
        let tensor = builder.tensor(name, [count], .weights)
        values.append((tensor, (0..<count).map { _ in Int64(generator.int(in: -99999...99999)) }))
        return tensor
    }

    mutating func input(
        _ extents: [Int], range: ClosedRange<Int64> = -32768...32767
    ) -> Quantity {
        let quantity = builder.input("x", extents, range: range)
        let bounds = Int(max(range.lowerBound, -3000))...Int(min(range.upperBound, 3000))
        values.append(
            (
                quantity.addends[0].view.tensor,
                (0..<quantity.count).map { _ in Int64(generator.int(in: bounds)) }
            ))
        return quantity
    }

    mutating func multipliers(_ count: Int) -> [Int64] {
        (0..<count).map { _ in Int64(generator.int(in: 1 << 21...(1 << 23 - 1))) }
    }

    func system(rowBits: Int) throws -> RelationSystem {
        try builder.system(rowBits: rowBits)
    }

    /// The witness of the values, computed by the steps.
    func witness(rowBits: Int) throws -> Witness<Fr> {
        var witness = Witness<Fr>(try system(rowBits: rowBits))
        for (tensor, values) in values { witness.set(tensor, to: values) }
        try witness.run(builder.steps, tables: builder.tables)
        return witness
    }

    /// Two layers, the first with ReLU.
    static func perceptron(seed: UInt64 = 1) -> Network {
        var network = Network(seed: seed)
        let x = network.input([9])
        let w1 = network.weights("w1", [9, 12])
        let b1 = network.bias("b1", 12)
        let hidden = network.builder.linear(
            "hidden", x, weights: w1, bias: b1, outputs: 12,
            Rescaling(multipliers: network.multipliers(12), shift: 27, range: 0...32767))
        let w2 = network.weights("w2", [12, 5])
        let b2 = network.bias("b2", 5)
        let y = network.builder.linear(
            "logits", hidden, weights: w2, bias: b2, outputs: 5,
            Rescaling(multipliers: network.multipliers(5), shift: 33))
        _ = network.builder.output("y", y)
        return network
    }

    /// Convolution with padding, pool, dense layer.
    static func convolutional(seed: UInt64 = 2) -> Network {
        var network = Network(seed: seed)
        let x = network.input([1, 2, 6, 6])
        let w = network.weights("w", [3, 2, 3, 3])
        let b = network.bias("b", 3)
        let window = WindowAxis(kernel: 3, padding: 1, places: 6)
        let y = network.builder.convolution(
            "conv", x, weights: w, bias: b, outputs: 3, [window, window],
            Rescaling(multipliers: network.multipliers(3), shift: 27))
        guard let y else { preconditionFailure("the convolution has a form") }
        let pool = WindowAxis(kernel: 2, stride: 2, padding: 1, places: 4)
        let pooled = network.builder.maximumPool("pool", y, [pool, pool])
        guard let pooled, let flat = pooled.reshaped([1, 48]) ?? pooled.asMatrix else {
            preconditionFailure("the pool has a form")
        }
        _ = network.builder.output("y", flat)
        return network
    }

    /// Embedding, normalisation, attention scores, softmax, a table, a residual.
    static func attention(seed: UInt64 = 3) -> Network {
        var network = Network(seed: seed)
        let tokens = network.input([4], range: 0...10)
        let table = network.weights("embedding", [11, 8])
        let embedding = Quantity(table, [11, 8], range: -128...127)
        let x = network.builder.gather("gather", embedding, indices: tokens)
        let normal = network.builder.normalize(
            "norm", x,
            NormalizeNumbers(
                centred: true, epsilon: 64, fractionBits: 24,
                rescaling: Rescaling(multipliers: [1], shift: 13)))
        let weights = network.weights("wq", [8, 6])
        let q = network.builder.linear(
            "query", normal, weights: weights, bias: nil, outputs: 6,
            Rescaling(multipliers: [4_000_000], shift: 29))
        let scores = network.builder.matrixProduct(
            "scores", q, q.transposed([1, 0]), Rescaling(multipliers: [3_000_000], shift: 32))
        let shares = network.builder.softmax(
            "softmax", scores,
            SoftmaxNumbers(
                multiplier: 40000, shift: 24,
                high: (0..<16).map { 65536 >> Int64($0) }, low: (0..<16).map { 65536 - 2000 * $0 },
                productShift: 16, fractionBits: 14))
        let mixed = network.builder.matrixProduct(
            "mixed", shares, q, Rescaling(multipliers: [1 << 20], shift: 34))
        let active = network.builder.tabulate(
            "activation", mixed, entries: (0..<64).map { ($0 - 32) * ($0 - 32) - 500 },
            Rescaling(multipliers: [1], shift: 4))
        let sum = network.builder.sum(
            "residual", active, q, multipliers: (77, -55), Rescaling(multipliers: [1], shift: 6))
        _ = network.builder.output("y", sum)
        return network
    }

    /// Grouped convolution with stride and dilation, average pool, product, slices and
    /// concatenation.
    static func mixed(seed: UInt64 = 4) -> Network {
        var network = Network(seed: seed)
        let x = network.input([1, 4, 7, 5])
        let w = network.weights("w", [4, 1, 2, 2])
        let y = network.builder.convolution(
            "depthwise", x, weights: w, bias: nil, outputs: 4, groups: 4,
            [
                WindowAxis(kernel: 2, stride: 2, dilation: 2, padding: 1, places: 4),
                WindowAxis(kernel: 2, stride: 1, padding: 0, places: 4),
            ], Rescaling(multipliers: network.multipliers(4), shift: 27))
        guard let y else { preconditionFailure("the convolution has a form") }
        let mean = network.builder.averagePool(
            "average", y,
            [
                WindowAxis(kernel: 3, stride: 1, padding: 1, places: 4),
                WindowAxis(kernel: 2, stride: 2, places: 2),
            ], countsPadding: false)
        guard let mean else { preconditionFailure("the mean has a form") }
        let left = mean.sliced(axis: 1, start: 0, step: 1, count: 2)
        let right = mean.sliced(axis: 1, start: 2, step: 1, count: 2)
        let product = network.builder.product(
            "product", left, right, Rescaling(multipliers: [3], shift: 12))
        guard let joined = Quantity.concatenated([product, mean], axis: 1) else {
            preconditionFailure("what is joined is zero outside")
        }
        _ = network.builder.output("y", joined)
        return network
    }
}

extension Quantity {
    /// [B, C, H, W] as it is, where axes cannot be joined.
    var asMatrix: Quantity? { self }
}
