// One random operator at a time.

import Models
import Tensors
import TestSupport

extension IntegerModelMaker {
    /// Tries to apply the operator `name` to `x`.
    mutating func add(_ name: String, to x: Activation) -> Bool {
        let input = (value: x.value, type: TensorType(.int16, x.shape))
        switch name {
        case "Linear": return addLinear(input)
        case "Conv": return addConv(input)
        case "MatMul":
            let other = generator.element(of: pool)
            return add(
                "aivm.integer.MatMul", [input, typed(other)], rescaling(bits: 28))
        case "Add":
            let other = generator.element(of: pool)
            let multipliers = (0..<2).map { _ in
                Int64(generator.int(in: 100...300)) * (generator.isOne(in: 3) ? -1 : 1)
            }
            return add(
                "aivm.integer.Add", [input, typed(other)],
                [("multipliers", .ints(multipliers)), ("shift", .int(8))])
        case "Mul": return addMul(input)
        case "Rescale":
            let multiplier = Int64(generator.int(in: 1...500) * (generator.isOne(in: 3) ? -1 : 1))
            return add(
                "aivm.integer.Rescale", [input],
                [
                    ("multipliers", .ints([multiplier])), ("shift", .int(8)),
                    ("maximum", .int(20_000)),
                ])
        case "Table": return addTable(input)
        case "Softmax": return addSoftmax(input)
        case "Normalize": return addNormalize(input)
        case "MaxPool", "AveragePool": return addPool(name, input)
        case "Mean":
            let axes = (0..<x.shape.rank).filter { _ in generator.isOne(in: 2) }
            return add(
                "aivm.integer.Mean", [input],
                [
                    ("axes", .ints(axes.map { Int64($0) })),
                    ("keepdims", .int(generator.isOne(in: 2) ? 1 : 0)),
                ])
        case "Gather":
            let indices = generator.element(of: positions)
            return add(
                "aivm.integer.Gather", [input, (indices.value, TensorType(.int64, indices.shape))],
                [("axis", .int(Int64(generator.int(in: 0..<max(x.shape.rank, 1)))))])
        case "TreeEnsemble": return addTrees(input)
        default: return addMovement(name, input)
        }
    }

    private func typed(
        _ activation: Activation
    ) -> (value: ProgramBuilder.Value, type: TensorType) {
        (activation.value, TensorType(.int16, activation.shape))
    }

    private mutating func addLinear(
        _ input: (value: ProgramBuilder.Value, type: TensorType)
    ) -> Bool {
        guard let terms = input.type.shape.dimensions.last else { return false }
        let columns = generator.int(in: 1...40)
        guard let weights = weights([terms, columns]) else { return false }
        var inputs = [input, constant(weights)]
        if generator.isOne(in: 2) { inputs.append(constant(bias(columns))) }
        return add("aivm.integer.Linear", inputs, rescaling(bits: 22, channels: columns))
    }

    private mutating func addConv(
        _ input: (value: ProgramBuilder.Value, type: TensorType)
    ) -> Bool {
        let dimensions = input.type.shape.dimensions
        guard dimensions.count >= 3 else { return false }
        let groups = dimensions[1] % 2 == 0 && generator.isOne(in: 3) ? 2 : 1
        let features = groups * generator.int(in: 1...9)
        let rank = dimensions.count - 2
        let kernel = (0..<rank).map { generator.int(in: 1...min(3, dimensions[$0 + 2])) }
        guard let weights = weights([features, dimensions[1] / groups] + kernel) else {
            return false
        }
        var inputs = [input, constant(weights)]
        if generator.isOne(in: 2) { inputs.append(constant(bias(features))) }
        var attributes = rescaling(bits: 23, channels: features)
        attributes += [
            ("group", .int(Int64(groups))),
            ("strides", .ints((0..<rank).map { _ in Int64(generator.int(in: 1...2)) })),
            ("dilations", .ints((0..<rank).map { _ in Int64(generator.int(in: 1...2)) })),
            ("pads", .ints((0..<2 * rank).map { _ in Int64(generator.int(in: 0...2)) })),
        ]
        return add("aivm.integer.Conv", inputs, attributes)
    }

    private mutating func addMul(
        _ input: (value: ProgramBuilder.Value, type: TensorType)
    ) -> Bool {
        var inputs = [input]
        if generator.isOne(in: 2) {
            inputs.append(typed(generator.element(of: pool)))
        } else {
            let count = input.type.shape.dimensions.last ?? 1
            let gains = (0..<count).map { _ in Int16(generator.int(in: -16_000...16_000)) }
            inputs.append(constant(Tensor(gains, shape: [count])))
        }
        if generator.isOne(in: 2) { inputs.append(constant(bias(1))) }
        return add("aivm.integer.Mul", inputs, rescaling(bits: 28))
    }

    private mutating func addTable(
        _ input: (value: ProgramBuilder.Value, type: TensorType)
    ) -> Bool {
        let bits = generator.int(in: 4...10)
        let slope = generator.int(in: -20...20)
        let offset = generator.int(in: -200...200)
        let half = 1 << (bits - 1)
        let table = (-half..<half).map {
            Int16(max(min(($0 + offset) * slope * ($0 < 0 ? 1 : 2), 32_767), -32_768))
        }
        return add(
            "aivm.integer.Table", [input],
            [
                ("shift", .int(Int64(generator.int(in: 2...16 - bits)))),
                ("table", .tensor(Tensor(table, shape: [table.count]))),
            ])
    }

    private mutating func addSoftmax(
        _ input: (value: ProgramBuilder.Value, type: TensorType)
    ) -> Bool {
        // Two tables of the same falling sequence: any will do.
        let (high, low) = (generator.int(in: 2...6), generator.int(in: 2...6))
        func table(_ bits: Int, _ ratio: Int) -> Tensor {
            var value = 65_536
            var values: [Int32] = []
            for _ in 0..<1 << bits {
                values.append(Int32(value))
                value = value * ratio / 1_000
            }
            return Tensor(values, shape: [values.count])
        }
        return add(
            "aivm.integer.Softmax", [input],
            [
                ("axis", .int(Int64(generator.int(in: 0..<max(input.type.shape.rank, 1))))),
                ("high", .tensor(table(high, generator.int(in: 100...800)))),
                ("low", .tensor(table(low, generator.int(in: 900...999)))),
                ("multipliers", .ints([Int64(generator.int(in: 1...40))])),
                ("shift", .int(Int64(generator.int(in: 4...10)))), ("product_shift", .int(16)),
                ("fraction_bits", .int(Int64(generator.int(in: 6...14)))),
            ])
    }

    private mutating func addNormalize(
        _ input: (value: ProgramBuilder.Value, type: TensorType)
    ) -> Bool {
        let bits = generator.int(in: 24...40)
        return add(
            "aivm.integer.Normalize", [input],
            [
                ("centred", .int(generator.isOne(in: 3) ? 0 : 1)),
                ("epsilon", .int(Int64(generator.int(in: 1...10_000)))),
                ("fraction_bits", .int(Int64(bits))),
                ("shift", .int(Int64(bits - generator.int(in: 9...12)))),
            ])
    }

    private mutating func addPool(
        _ name: String, _ input: (value: ProgramBuilder.Value, type: TensorType)
    ) -> Bool {
        let rank = input.type.shape.rank - 2
        guard rank >= 1 else { return false }
        let kernel = (0..<rank).map { _ in generator.int(in: 1...3) }
        var attributes: [(String, AttributeValue)] = [
            ("kernel_shape", .ints(kernel.map { Int64($0) })),
            ("strides", .ints((0..<rank).map { _ in Int64(generator.int(in: 1...3)) })),
            ("ceil_mode", .int(Int64(generator.int(in: 0...1)))),
            ("pads", .ints((kernel + kernel).map { Int64(generator.int(in: 0..<$0)) })),
        ]
        if name == "AveragePool" {
            attributes.append(("count_include_pad", .int(Int64(generator.int(in: 0...1)))))
        }
        return add("aivm.integer.\(name)", [input], attributes)
    }

    private mutating func addTrees(
        _ input: (value: ProgramBuilder.Value, type: TensorType)
    ) -> Bool {
        guard input.type.shape.rank == 2 else { return false }
        let (count, leaves, classes) = (generator.int(in: 1...12), 6, generator.int(in: 1...4))
        let features = (0..<count).map { _ in
            Int64(generator.int(in: 0..<max(input.type.shape.dimensions[1], 1)))
        }
        func reference(_ index: Int) -> Int64 {
            index + 1 < count && !generator.isOne(in: 3)
                ? Int64(generator.int(in: index + 1..<count))
                : -Int64(generator.int(in: 1...leaves))
        }
        let whenTrue = (0..<count).map { reference($0) }
        let whenFalse = (0..<count).map { reference($0) }
        let roots = [0] + (0..<3).map { _ in Int64(generator.int(in: -leaves..<count)) }
        let thresholds = (0..<count).map { _ in Int16(generator.int(in: -9_000...9_000)) }
        let scores = (0..<leaves * classes).map { _ in Int32(generator.int(in: -90_000...90_000)) }
        guard let shape = try? Shape([leaves, classes]) else { return false }
        return add(
            "aivm.integer.TreeEnsemble",
            [
                input, constant(Tensor(thresholds, shape: [count])),
                constant(Tensor(scores, shape: shape)), constant(bias(classes)),
            ],
            [
                ("features", .ints(features)), ("true", .ints(whenTrue)),
                ("false", .ints(whenFalse)), ("roots", .ints(roots)), ("shift", .int(4)),
            ])
    }

    private mutating func addMovement(
        _ name: String, _ input: (value: ProgramBuilder.Value, type: TensorType)
    ) -> Bool {
        let dimensions = input.type.shape.dimensions
        let rank = dimensions.count
        func list(_ values: [Int]) -> Tensor {
            Tensor(values.map { Int64($0) }, shape: [values.count])
        }
        func with(_ tensor: Tensor, _ attributes: [(String, AttributeValue)] = []) -> Bool {
            add(name, [input, constant(tensor)], constants: [nil, tensor], attributes)
        }
        let axis = generator.int(in: 0..<max(rank, 1))
        switch name {
        case "Reshape": return with(list(generator.isOne(in: 2) ? [1, -1] : [-1]))
        case "Expand": return with(list([2] + dimensions))
        case "Unsqueeze": return with(list([axis]))
        case "Squeeze":
            guard let unit = dimensions.firstIndex(of: 1) else { return false }
            return with(list([unit]))
        case "Transpose":
            var order = Array(0..<rank)
            order.shuffle(using: &generator)
            return add(name, [input], [("perm", .ints(order.map { Int64($0) }))])
        case "Flatten": return add(name, [input], [("axis", .int(Int64(axis)))])
        case "Identity": return add(name, [input], [])
        case "ArgMax":
            return add(
                name, [input], [("axis", .int(Int64(axis))), ("keepdims", .int(0))])
        case "Concat":
            let others = pool.filter { other in
                other.shape.rank == rank
                    && (0..<rank).allSatisfy {
                        $0 == axis || other.shape.dimensions[$0] == dimensions[$0]
                    }
            }
            guard !others.isEmpty else { return false }
            return add(
                name, [input, typed(generator.element(of: others))], [("axis", .int(Int64(axis)))])
        case "Slice":
            guard rank > 0, dimensions[axis] > 1 else { return false }
            let parts = [list([1]), list([dimensions[axis]]), list([axis])]
            return add(
                name, [input] + parts.map { constant($0) }, constants: [nil] + parts, [])
        case "Split":
            guard rank > 0, dimensions[axis] > 1 else { return false }
            let sizes = list([1, dimensions[axis] - 1])
            return add(
                name, [input, constant(sizes)], constants: [nil, sizes], outputCount: 2,
                [("axis", .int(Int64(axis)))])
        default: return false
        }
    }
}
