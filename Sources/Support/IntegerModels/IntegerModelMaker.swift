// The walk of the generator: a pool of activations to which one random operator after another adds
// its results. What an operator refuses for its shapes is tried again with other parameters.

import Models
import Tensors
import TestSupport

/// Collects the nodes of a random program.
struct IntegerModelMaker {
    /// An int16 value of the program.
    struct Activation {
        var value: ProgramBuilder.Value
        var shape: Shape
    }

    var generator: SeededGenerator
    var builder = ProgramBuilder(opset: 17, name: "random")
    var pool: [Activation] = []
    /// Positions that ArgMax made, and an input of indices, with their shapes.
    var positions: [Activation] = []
    private static let opset = 17

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        builder.profile = .integer
        let shapes: [Shape] = [
            [1, 6], [2, 3, 8], [1, 2, 6, 6], [3, 5], [1, 4, 9], [1, 3, 5, 7],
        ]
        for index in 0..<generator.int(in: 1...2) {
            let shape = generator.element(of: shapes)
            if generator.isOne(in: 2) {
                let input = builder.addInput("x\(index)", TensorType(.int16, shape))
                pool.append(Activation(value: input, shape: shape))
            } else {
                let input = builder.addInput("x\(index)", TensorType(.float32, shape))
                let bits = Float(sign: .plus, exponent: -generator.int(in: 8...14), significand: 1)
                let value = builder.addNode(
                    "aivm.integer.Quantize", [input],
                    attributes: [("scales", .floats([bits.bitPattern]))])[0]
                pool.append(Activation(value: value, shape: shape))
            }
        }
        let shape: Shape = [1, 3]
        positions.append(
            Activation(value: builder.addInput("ids", TensorType(.int64, shape)), shape: shape))
    }

    /// Adds a random operator of `names`, if one of some tries fits.
    mutating func addNode(of names: [String]) {
        for _ in 0..<20 {
            // New results rather than old ones, so that programs are deep.
            let index = max(generator.int(in: 0..<pool.count), generator.int(in: 0..<pool.count))
            if add(generator.element(of: names), to: pool[index]) { return }
        }
    }

    /// The finished program: the newest results and positions are its outputs.
    mutating func model() throws(ModelError) -> Model {
        for (index, result) in pool.suffix(2).enumerated() {
            // What comes straight from an input is no output of the profile.
            let plain = builder.addNode("aivm.integer.Rescale", [result.value])[0]
            if generator.isOne(in: 2) {
                builder.addOutput("y\(index)", plain)
                continue
            }
            let scale = Float(sign: .plus, exponent: -12, significand: 1)
            let real = builder.addNode(
                "aivm.integer.Dequantize", [plain],
                attributes: [("scales", .floats([scale.bitPattern]))])[0]
            builder.addOutput("y\(index)", real)
        }
        if positions.count > 1, let last = positions.last {
            builder.addOutput("place", last.value)
        }
        return try builder.build()
    }

    /// Adds the operator `name` with these inputs when it takes them.
    ///
    /// - Parameter constants: the values of constant inputs, `nil` for the others.
    mutating func add(
        _ name: String, _ inputs: [(value: ProgramBuilder.Value, type: TensorType)],
        constants: [Tensor?] = [], outputCount: Int = 1, _ attributes: [(String, AttributeValue)]
    ) -> Bool {
        guard let operation = OperatorRegistry.find(name),
            let listed = try? Attributes(attributes)
        else { return false }
        let call = OperatorCall(
            attributes: listed, opset: IntegerModelMaker.opset, inputTypes: inputs.map(\.type),
            constants: constants, outputCount: outputCount)
        guard let types = try? operation.validatedOutputTypes(call),
            types.allSatisfy({ (1...4_096).contains($0.shape.elementCount) && $0.shape.rank <= 5 })
        else { return false }
        let results = builder.addNode(
            name, inputs.map { $0.value }, outputCount: outputCount, attributes: attributes)
        for (result, type) in zip(results, types) {
            let activation = Activation(value: result, shape: type.shape)
            if type.element == .int16 {
                pool.append(activation)
            } else {
                positions.append(activation)
            }
        }
        return true
    }

    /// A constant as an input.
    mutating func constant(_ tensor: Tensor) -> (value: ProgramBuilder.Value, type: TensorType) {
        (builder.addConstant("", tensor), tensor.type)
    }

    /// Random weights.
    mutating func weights(_ dimensions: [Int]) -> Tensor? {
        guard let shape = try? Shape(dimensions), shape.elementCount <= 4_096 else { return nil }
        return Tensor(
            (0..<shape.elementCount).map { _ in Int8(generator.int(in: -127...127)) }, shape: shape)
    }

    /// A random bias.
    mutating func bias(_ count: Int) -> Tensor {
        Tensor(
            (0..<count).map { _ in Int32(generator.int(in: -200_000...200_000)) }, shape: [count])
    }

    /// Random multipliers and a shift that keep accumulators of about 2^`bits` in range, and
    /// sometimes bounds.
    mutating func rescaling(bits: Int, channels: Int = 1) -> [(String, AttributeValue)] {
        let count = generator.isOne(in: 2) ? 1 : channels
        let multipliers = (0..<count).map { _ in Int64(generator.int(in: 100...400)) }
        let shift = max(0, bits + 8 - generator.int(in: 12...15))
        var attributes: [(String, AttributeValue)] = [
            ("multipliers", .ints(multipliers)), ("shift", .int(Int64(shift))),
        ]
        if generator.isOne(in: 3) { attributes.append(("minimum", .int(0))) }
        if generator.isOne(in: 5) { attributes.append(("maximum", .int(9_000))) }
        return attributes
    }
}
