// The five benchmark models' shapes as relations, with random weights and scales that keep activations in
// range, as calibration would.

import Fields
import Sumcheck
import SumcheckProver

/// A model's relations, and the values of its weights and input.
struct ZKMLModel {
    var builder = RelationBuilder()
    var values: [(tensor: Int, values: [Int64])] = []
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    private mutating func random(_ bound: Int64) -> Int64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int64(state % UInt64(2 * bound + 1)) - bound
    }

    private mutating func weights(_ name: String, _ extents: [Int]) -> Int {
        let tensor = builder.tensor(name, extents, .weights, .signedByte)
        values.append((tensor, (0..<extents.reduce(1, *)).map { _ in random(127) }))
        return tensor
    }

    private mutating func bias(_ name: String, _ count: Int) -> Int {
        let tensor = builder.tensor(name, [count], .weights)
        values.append((tensor, (0..<count).map { _ in random(100_000) }))
        return tensor
    }

    private mutating func input(
        _ extents: [Int], range: ClosedRange<Int64> = -32768...32767, bound: Int64 = 8000
    ) -> Quantity {
        let x = builder.input("input", extents, range: range)
        let isSigned = range.lowerBound < 0
        values.append(
            (
                x.addends[0].view.tensor,
                (0..<x.count).map { _ in isSigned ? random(bound) : abs(random(bound)) }
            ))
        return x
    }

    /// A rescaling of sums of `terms` products of about 8000 · 73 to about 8000.
    private mutating func rescaling(
        _ count: Int, terms: Int, range: ClosedRange<Int64> = -32768...32767
    ) -> Rescaling {
        var root = 1
        while root * root < terms { root += 1 }
        let scale = Double(1 << 30) / (73 * Double(root))
        return Rescaling(
            multipliers: (0..<count).map { _ in Int64(scale) / 2 + abs(random(Int64(scale) / 2)) },
            shift: 30, range: range)
    }

    private mutating func dense(
        _ name: String, _ x: Quantity, _ outputs: Int, isLast: Bool = false, hasBias: Bool = true
    ) -> Quantity {
        let inputs = x.extents[x.extents.count - 1]
        let w = weights("\(name).weight", [inputs, outputs])
        let b = hasBias ? bias("\(name).bias", outputs) : nil
        let numbers = rescaling(outputs, terms: inputs, range: isLast ? -32768...32767 : 0...32767)
        return builder.linear(name, x, weights: w, bias: b, outputs: outputs, numbers)
    }

    static func perceptron(_ sizes: [Int], sigmoid: Bool = false) -> ZKMLModel {
        var model = ZKMLModel()
        var x = model.input([1, sizes[0]])
        for (index, size) in sizes.dropFirst().enumerated() {
            x = model.dense("layer\(index)", x, size, isLast: index == sizes.count - 2)
        }
        if sigmoid {
            x = model.builder.tabulate(
                "sigmoid", x, entries: (0..<1024).map { Int64($0) * 31 },
                Rescaling(multipliers: [1], shift: 6))
        }
        _ = model.builder.output("output", x)
        return model
    }

    static func convolutional(_ side: Int, channels: (Int, Int)) -> ZKMLModel? {
        var model = ZKMLModel()
        var x = model.input([1, 1, side, side])
        var extent = side
        for (index, (inputs, outputs)) in [(1, channels.0), channels].enumerated() {
            let w = model.weights("conv\(index).weight", [outputs, inputs, 3, 3])
            let b = model.bias("conv\(index).bias", outputs)
            let window = WindowAxis(kernel: 3, padding: 1, places: extent)
            let numbers = model.rescaling(outputs, terms: 9 * inputs, range: 0...32767)
            guard
                let y = model.builder.convolution(
                    "conv\(index)", x, weights: w, bias: b, outputs: outputs, [window, window],
                    numbers)
            else { return nil }
            extent /= 2
            let pool = WindowAxis(kernel: 2, stride: 2, places: extent)
            guard let pooled = model.builder.maximumPool("pool\(index)", y, [pool, pool]) else {
                return nil
            }
            x = pooled
        }
        // Flatten: a product over channels and places, as a convolution that covers them.
        let whole = WindowAxis(kernel: extent, places: 1)
        let terms = channels.1 * extent * extent
        let w = model.weights("dense0.weight", [32, channels.1, extent, extent])
        let b = model.bias("dense0.bias", 32)
        let numbers = model.rescaling(32, terms: terms, range: 0...32767)
        guard
            let hidden = model.builder.convolution(
                "dense0", x, weights: w, bias: b, outputs: 32, [whole, whole], numbers),
            let flat = hidden.reshaped([1, 32])
        else { return nil }
        _ = model.builder.output("output", model.dense("dense1", flat, 10, isLast: true))
        return model
    }

    static func transformer(tokens: Int, width: Int, heads: Int, vocabulary: Int) -> ZKMLModel? {
        var model = ZKMLModel()
        let ids = model.input([tokens], range: 0...Int64(vocabulary - 1), bound: Int64(vocabulary - 1))
        let table = model.weights("embedding", [vocabulary, width])
        let positions = model.weights("positions", [tokens, width])
        let token = model.builder.gather(
            "gather", Quantity(table, [vocabulary, width], range: -128...127), indices: ids)
        var x = model.builder.sum(
            "embed", token, Quantity(positions, [tokens, width], range: -128...127),
            multipliers: (64, 64), Rescaling(multipliers: [1], shift: 0))
        guard let attended = model.attention(x, heads: heads) else { return nil }
        x = attended
        let normal = model.norm("norm2", x)
        let up = model.dense("up", normal, 4 * width, isLast: true)
        let active = model.builder.tabulate(
            "gelu", up, entries: (0..<1024).map { max(0, Int64($0) - 512) * 32 },
            Rescaling(multipliers: [1], shift: 6))
        let down = model.dense("down", active, width, isLast: true)
        x = model.builder.sum(
            "residual2", x, down, multipliers: (1, 1), Rescaling(multipliers: [1], shift: 1))
        let last = model.norm("norm3", x)
        _ = model.builder.output(
            "output", model.dense("head", last, vocabulary, isLast: true, hasBias: false))
        return model
    }

    private mutating func norm(_ name: String, _ x: Quantity) -> Quantity {
        builder.normalize(
            name, x,
            NormalizeNumbers(
                centred: true, epsilon: 4096, fractionBits: 36,
                rescaling: Rescaling(multipliers: [1], shift: 24)))
    }

    private mutating func attention(_ x: Quantity, heads: Int) -> Quantity? {
        let (tokens, width) = (x.extents[0], x.extents[1])
        let size = width / heads
        let normal = norm("norm1", x)
        var parts: [Quantity] = []
        for name in ["query", "key", "value"] {
            let y = dense(name, normal, width, isLast: true)
            guard let split = y.reshaped([tokens, heads, size]) else { return nil }
            parts.append(split.transposed([1, 0, 2]))
        }
        let scores = builder.matrixProduct(
            "scores", parts[0], parts[1].transposed([0, 2, 1]),
            Rescaling(multipliers: [1 << 16], shift: 31))
        let shares = builder.softmax(
            "softmax", scores,
            SoftmaxNumbers(
                multiplier: 1 << 14, shift: 20, high: (0..<64).map { 65536 >> min(17, Int64($0)) },
                low: (0..<64).map { 65536 - 500 * $0 }, productShift: 16, fractionBits: 14))
        let mixed = builder.matrixProduct(
            "mixed", shares, parts[2], Rescaling(multipliers: [1 << 16], shift: 30))
        // [heads, tokens, size] as a product over heads and sizes.
        let w = weights("project.weight", [heads, size, width])
        let b = bias("project.bias", width)
        let numbers = rescaling(width, terms: width)
        let y = builder.contraction(
            "project", mixed, weights: w, bias: b, outputs: width, numbers)
        return builder.sum(
            "residual1", x, y, multipliers: (1, 1), Rescaling(multipliers: [1], shift: 1))
    }

    /// The witness of the values.
    func witness(rowBits: Int) throws -> Witness<Fr> {
        var witness = Witness<Fr>(try builder.system(rowBits: rowBits))
        for (tensor, values) in values { witness.set(tensor, to: values) }
        try witness.run(builder.steps, tables: builder.tables)
        return witness
    }
}
