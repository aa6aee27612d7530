// Nodes carried out together give the bits of the nodes one by one: a traced run makes every node's
// output, an untraced one fuses what it can.

import Machine
import Models
import Tensors
import TestSupport
import Testing

@Suite struct FusionTests {
    private func tensor(
        _ shape: Shape, _ generator: inout SeededGenerator, isSpecial: Bool = false
    ) -> Tensor {
        let special: [Float] = [.nan, .infinity, -.infinity, -0.0, 0, .leastNonzeroMagnitude, 3e38]
        return Tensor(
            (0..<shape.elementCount).map { _ in
                isSpecial && generator.isOne(in: 9)
                    ? generator.element(of: special) : Float.random(in: -2...2, using: &generator)
            }, shape: shape)
    }

    /// Random programs of products, convolutions and the elementwise nodes that follow them.
    private func program(
        _ generator: inout SeededGenerator
    ) throws -> (model: Model, inputs: [NamedTensor]) {
        var builder = ProgramBuilder(opset: 17)
        let isConvolution = generator.isOne(in: 2)
        let shape: Shape
        var value: ProgramBuilder.Value
        var inputs: [NamedTensor] = []
        func input(_ shape: Shape) -> ProgramBuilder.Value {
            let name = "i\(inputs.count)"
            inputs.append(
                NamedTensor(name: name, tensor: tensor(shape, &generator, isSpecial: true)))
            return builder.addInput(name, TensorType(.float32, shape))
        }
        func constant(_ shape: Shape) -> ProgramBuilder.Value {
            builder.addConstant("", tensor(shape, &generator))
        }
        if isConvolution {
            let (c, f, s) = (
                generator.int(in: 1...5), generator.int(in: 1...37), generator.int(in: 3...13)
            )
            let x = input(try Shape([2, c, s, s]))
            let w = constant(try Shape([f, c, 3, 3]))
            value =
                builder.addNode(
                    "Conv", [x, w, constant(try Shape([f]))],
                    attributes: [("pads", .ints([1, 1, 1, 1]))])[0]
            shape = try Shape([2, f, s, s])
        } else {
            let (m, k, n) = (
                generator.int(in: 1...19), generator.int(in: 1...300), generator.int(in: 1...70)
            )
            let x = input(try Shape([m, k]))
            value = builder.addNode("MatMul", [x, constant(try Shape([k, n]))])[0]
            shape = try Shape([m, n])
        }
        let scalar = builder.addConstant("", Tensor([1.25] as [Float], shape: []))
        let three = builder.addConstant("", Tensor([3] as [Float], shape: []))
        // A row of the last axis, or of several.
        let kept = generator.int(in: 1...shape.rank)
        let row = constant(
            try Shape(
                shape.dimensions.enumerated().map { $0 < shape.rank - kept ? 1 : $1 }))
        let low = builder.addConstant("", Tensor([-0.75] as [Float], shape: []))
        let high = builder.addConstant("", Tensor([1.5] as [Float], shape: []))
        var earlier = [value]
        for _ in 0..<generator.int(in: 1...9) {
            switch generator.int(in: 0..<9) {
            case 0: value = builder.addNode("Add", [value, row])[0]
            case 1: value = builder.addNode("Add", [input(shape), value])[0]
            case 2: value = builder.addNode("Relu", [value])[0]
            case 3: value = builder.addNode("Clip", [value, low, high])[0]
            case 4: value = builder.addNode("Mul", [value, generator.element(of: earlier)])[0]
            case 5: value = builder.addNode("Erf", [value])[0]
            case 6: value = builder.addNode("Pow", [value, three])[0]
            case 7: value = builder.addNode("Div", [scalar, value])[0]
            default: value = builder.addNode("Sub", [value, row])[0]
            }
            earlier.append(value)
            if generator.isOne(in: 8) { builder.addOutput("o\(earlier.count)", value) }
        }
        builder.addOutput("y", value)
        return (try builder.build(), inputs)
    }

    @Test func fusedRunsHaveTheBitsOfTracedOnes() throws {
        var fused = 0
        for seed in 0..<200 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let (model, inputs) = try program(&generator)
            let reference = try Interpreter(model: model, kernels: .scalar).run(inputs).outputs
            for var kernels in Kernels.available {
                for threads in 1...2 {
                    kernels.threads = threads
                    let interpreter = try Interpreter(model: model, kernels: kernels)
                    #expect(try interpreter.run(inputs).outputs == reference, "seed \(seed)")
                    var names: [[String]] = []
                    let outputs = try interpreter.run(inputs, options: .untraced) {
                        names.append($0.operatorNames)
                    }.outputs
                    #expect(outputs == reference, "seed \(seed), \(kernels.name): \(names)")
                    if names.contains(where: { $0.count > 1 }) { fused += 1 }
                }
            }
        }
        #expect(fused > 200)
    }

    /// A random product with Transpose nodes before and behind it, and perhaps an Add and a Relu.
    private func transposed(
        _ generator: inout SeededGenerator
    ) throws -> (model: Model, inputs: [NamedTensor]) {
        var builder = ProgramBuilder(opset: 17)
        var inputs: [NamedTensor] = []
        let rank = generator.int(in: 2...4)
        let batch = (0..<rank - 2).map { _ in generator.int(in: 1...3) }
        let (m, n, k) = (
            generator.int(in: 1...40), generator.int(in: 1...70), generator.int(in: 1...280)
        )
        // The tensor whose axes, in a random order, are those of the factor.
        func factor(_ dimensions: [Int]) throws -> ProgramBuilder.Value {
            var order = Array(0..<rank)
            order.shuffle(using: &generator)
            var stored = dimensions
            for (axis, place) in order.enumerated() { stored[place] = dimensions[axis] }
            let name = "i\(inputs.count)"
            let shape = try Shape(stored)
            inputs.append(
                NamedTensor(name: name, tensor: tensor(shape, &generator, isSpecial: true)))
            let value = builder.addInput(name, TensorType(.float32, shape))
            guard !generator.isOne(in: 5) || order != Array(0..<rank) else { return value }
            return builder.addNode(
                "Transpose", [value], attributes: [("perm", .ints(order.map(Int64.init)))])[0]
        }
        let joins = generator.isOne(in: 6)
        let left = try factor(batch + [m, k])
        let right = try factor((joins ? batch.map { _ in 1 } : batch) + [k, n])
        var value = builder.addNode("MatMul", [left, right])[0]
        var order = Array(0..<rank - 1)
        order.shuffle(using: &generator)
        order.append(rank - 1)
        if generator.isOne(in: 7) { order.swapAt(0, rank - 1) }
        value =
            builder.addNode(
                "Transpose", [value], attributes: [("perm", .ints(order.map(Int64.init)))])[0]
        if generator.isOne(in: 2) {
            let result = batch + [m, n]
            let shape = try Shape(order.map { result[$0] })
            inputs.append(NamedTensor(name: "added", tensor: tensor(shape, &generator)))
            value =
                builder.addNode(
                    "Add", [value, builder.addInput("added", TensorType(.float32, shape))])[0]
            value = builder.addNode("Relu", [value])[0]
        }
        builder.addOutput("y", value)
        return (try builder.build(), inputs)
    }

    @Test func productsTakeTheTransposesBesideThem() throws {
        var taken = 0
        for seed in 0..<300 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let (model, inputs) = try transposed(&generator)
            let reference = try Interpreter(model: model, kernels: .scalar).run(inputs).outputs
            for var kernels in Kernels.available {
                kernels.threads = 1 + Int(seed % 2)
                let interpreter = try Interpreter(model: model, kernels: kernels)
                let outputs = try interpreter.run(inputs, options: .untraced).outputs
                #expect(
                    outputs == reference,
                    "seed \(seed), \(kernels.name): \(interpreter.plan.steps)")
                taken +=
                    interpreter.plan.steps.filter {
                        $0.operatorNames.contains("MatMul")
                            && $0.operatorNames.contains("Transpose")
                    }.count
            }
        }
        #expect(taken > 400)
    }

    @Test func aBatchGivesTheBitsOfItsRows() throws {
        for batch in [8, 64] {
            var generator = SeededGenerator(seed: UInt64(batch))
            let weights = tensor([96, 50], &generator)
            let kernel = tensor([8, 1, 3, 3], &generator)
            func model(_ rows: Int) throws -> Model {
                var builder = ProgramBuilder(opset: 17)
                let x = builder.addInput("x", TensorType(.float32, try Shape([rows, 1, 4, 24])))
                let y = builder.addNode(
                    "Conv", [x, builder.addConstant("", kernel)],
                    attributes: [("strides", .ints([2, 2])), ("pads", .ints([1, 1, 1, 1]))])
                let flat = builder.addNode("Flatten", [y[0]])
                let short = builder.addConstant("", Tensor([0] as [Int64], shape: [1]))
                let end = builder.addConstant("", Tensor([96] as [Int64], shape: [1]))
                let axis = builder.addConstant("", Tensor([1] as [Int64], shape: [1]))
                let cut = builder.addNode("Slice", [flat[0], short, end, axis])
                let product = builder.addNode(
                    "MatMul", [cut[0], builder.addConstant("", weights)])
                builder.addOutput("y", builder.addNode("Softmax", [product[0]])[0])
                return try builder.build()
            }
            let x = tensor(try Shape([batch, 1, 4, 24]), &generator)
            let values = try #require(x.float32s)
            for kernels in Kernels.available {
                let whole =
                    try Interpreter(model: try model(batch), kernels: kernels).run(
                        [NamedTensor(name: "x", tensor: x)]).outputs[0].tensor.float32s ?? []
                let single = try Interpreter(model: try model(1), kernels: kernels)
                for row in 0..<batch {
                    let part = Tensor(
                        Array(values[row * 96..<(row + 1) * 96]), shape: [1, 1, 4, 24])
                    let one =
                        try single.run([NamedTensor(name: "x", tensor: part)])
                        .outputs[0].tensor.float32s ?? []
                    #expect(
                        one.map(\.bitPattern)
                            == whole[row * 50..<(row + 1) * 50].map(\.bitPattern))
                }
            }
        }
    }
}
