// Decision trees. Features are quantised one by one, each at a scale of its own that fits its
// thresholds: values beyond them may saturate without changing an answer. Labels become the numbers
// of classes.

import Models
import Tensors

extension Lowering {
    /// Bits that scores of leaves have beyond those of the result.
    private static let scoreBits = 8

    /// TreeEnsembleClassifier, TreeEnsembleRegressor and TreeEnsemble.
    mutating func lowerTrees(_ index: Int, _ node: CheckedNode) throws(QuantizationError) {
        let outline: TreeOutline
        do throws(OperatorError) {
            outline = try TreeOutline(node.place.operatorName, node.call)
        } catch {
            guard case .unsupported(let reason) = error else {
                throw .model(.refused(node.place, error))
            }
            throw .unsupportedForm(node.place, reason: "\(reason) have no counterpart")
        }
        let source = try input(node, 0)
        let (features, scales) = try features(source, outline, node)
        let rows = rows(of: source)
        let thresholds = outline.nodes.map { entry in
            threshold(entry, scale: scales[entry.feature], rows.map { $0[entry.feature] })
        }
        let isClassifier = node.outputs.count == 2 || node.outputTypes?[0].element != .float32
        let output = isClassifier ? node.outputs.lowerBound + 1 : node.outputs.lowerBound
        let scores = emitTrees(index, outline, features, thresholds, node)
        let results = try transformed(scores, outline, node)
        if isClassifier {
            let label = builder.addNode(
                "ArgMax", [results.value], name: "\(node.place.name)/label",
                attributes: [("axis", .int(1)), ("keepdims", .int(0))])[0]
            values[node.outputs.lowerBound] = .index(label)
            guard node.outputs.count == 2 else { return }
        }
        values[output] = .activation(results)
        record(
            results.value, floatValue: output, name: node.place.name,
            operatorNames: [node.place.operatorName], scale: results.scale)
    }

    /// The rows that samples give to the input `source` of the model; none for other values.
    private func rows(of source: Int) -> [[Float]] {
        guard source < graph.model.inputs.count else { return [] }
        let name = graph.model.inputs[source].name
        let count = graph.shape(source).dimensions.last ?? 0
        return samples.flatMap { sample in
            let numbers = sample.first { $0.name == name }?.tensor.float32s ?? []
            return stride(from: 0, to: numbers.count, by: max(count, 1)).compactMap {
                $0 + count <= numbers.count ? Array(numbers[$0..<$0 + count]) : nil
            }
        }
    }

    /// The integer with which a feature of scale `scale` is compared. A number within a unit of the
    /// threshold may fall on either side of it; so that those which samples hold fall on the right
    /// one, the integer is the one of two with which fewer are wrong.
    private func threshold(
        _ entry: TreeOutline.Node, scale: Double, _ numbers: [Float]
    ) -> Int16 {
        let place = QuantizedWeights.rounded(entry.threshold / scale, 32_767)
        let usual = entry.isStrict ? place - 1 : place
        let other = entry.isStrict ? place : place - 1
        func mistakes(_ threshold: Double) -> Int {
            numbers.count { number in
                let real = Double(number)
                let isTrue = entry.isStrict ? real < entry.threshold : real <= entry.threshold
                return isTrue != (QuantizedWeights.rounded(real / scale, 32_767) <= threshold)
            }
        }
        let isUsual = mistakes(usual) <= mistakes(other)
        return Int16(max(isUsual ? usual : other, -32_768))
    }

    /// The features as integers, and the scale of each.
    private mutating func features(
        _ source: Int, _ outline: TreeOutline, _ node: CheckedNode
    ) throws(QuantizationError) -> (ProgramBuilder.Value, [Double]) {
        let count = graph.shape(source).dimensions.last ?? 0
        guard source < graph.model.inputs.count else {
            let x = try activation(source, for: node)
            return (x.value, [Double](repeating: x.scale, count: count))
        }
        guard !options.hasIntegerPorts else {
            throw .unsupportedForm(
                node.place, reason: "features have scales of their own, so ports must be floats")
        }
        var magnitudes = [Double](repeating: 0, count: count)
        for entry in outline.nodes where entry.threshold.isFinite {
            magnitudes[entry.feature] = max(magnitudes[entry.feature], abs(entry.threshold))
        }
        let scales = magnitudes.map { ActivationScale.fitting($0, headroom: 1) }
        var attributes: [(String, AttributeValue)] = [
            ("scales", .floats(scales.map { Float($0).bitPattern }))
        ]
        if count > 1 { attributes.append(("axis", .int(1))) }
        let value = builder.addNode(
            "aivm.integer.Quantize", [.input(source)], name: "\(node.place.name)/quantize",
            attributes: attributes)[0]
        return (value, scales)
    }

    private mutating func emitTrees(
        _ index: Int, _ outline: TreeOutline, _ features: ProgramBuilder.Value,
        _ thresholds: [Int16], _ node: CheckedNode
    ) -> Activation {
        // No score exceeds the sum of every tree's largest one.
        let reach = outline.leaves.joined().reduce(0) { max($0, abs($1)) }
        let base = outline.base.reduce(0) { max($0, abs($1)) }
        let scale = ActivationScale.fitting(
            reach * Double(outline.roots.count) + base, headroom: 0)
        let unit = scale / ScaleRatio.power(Lowering.scoreBits)
        func integers(_ numbers: [Double]) -> [Int32] {
            numbers.map { Int32(QuantizedWeights.rounded($0 / unit, Double(Int32.max))) }
        }
        let name = node.place.name
        let classes = outline.targetCount
        guard let shape = try? Shape([outline.leaves.count, classes]) else {
            preconditionFailure("a forest's scores exist")
        }
        let inputs = [
            features,
            builder.addConstant(
                "\(name)/thresholds", Tensor(thresholds, shape: [thresholds.count])),
            builder.addConstant(
                "\(name)/leaves", Tensor(integers(Array(outline.leaves.joined())), shape: shape)),
            builder.addConstant(
                "\(name)/base", Tensor(integers(outline.base), shape: [classes])),
        ]
        let value = builder.addNode(
            "aivm.integer.TreeEnsemble", inputs, name: name,
            attributes: [
                ("features", .ints(outline.nodes.map { Int64($0.feature) })),
                ("true", .ints(outline.nodes.map { Int64($0.whenTrue) })),
                ("false", .ints(outline.nodes.map { Int64($0.whenFalse) })),
                ("roots", .ints(outline.roots.map { Int64($0) })),
                ("shift", .int(Int64(Lowering.scoreBits))),
            ])[0]
        return Activation(value: value, scale: scale)
    }

    /// The scores after the transform that the forest asks for.
    private mutating func transformed(
        _ scores: Activation, _ outline: TreeOutline, _ node: CheckedNode
    ) throws(QuantizationError) -> Activation {
        switch outline.transform {
        case "NONE": return scores
        case "SOFTMAX":
            let scale = ScaleRatio.power(-14)
            let value = builder.addNode(
                "aivm.integer.Softmax", [scores.value], name: "\(node.place.name)/softmax",
                attributes: Lowering.softmaxAttributes(input: scores.scale, axis: 1))[0]
            return Activation(value: value, scale: scale)
        case "LOGISTIC":
            let bits = options.tableBits
            // Beyond ±16 the logistic function is 0 or 1 to 2^-23.
            let unit = ScaleRatio.power(5 - bits)
            let half = 1 << (bits - 1)
            let scale = ScaleRatio.power(-14)
            let arguments = (-half..<half).map { Float(Double($0) * unit) }
            let table = Lowering.logistic(arguments).map {
                Int16(QuantizedWeights.rounded(Double($0) / scale, 32_767))
            }
            let ratio = ScaleRatio(scores.scale / unit)
            let value = builder.addNode(
                "aivm.integer.Table", [scores.value], name: "\(node.place.name)/logistic",
                attributes: Lowering.rescaling([ratio.multiplier], ratio.shift) + [
                    ("table", .tensor(Tensor(table, shape: [table.count])))
                ])[0]
            return Activation(value: value, scale: scale)
        default:
            throw .unsupportedForm(
                node.place,
                reason: "the transform \(outline.transform) has no counterpart; "
                    + "NONE, LOGISTIC and SOFTMAX have")
        }
    }

    /// 1 / (1 + e^(−x)), correctly rounded.
    private static func logistic(_ arguments: [Float]) -> [Float] {
        let input = Tensor(arguments, shape: [arguments.count])
        guard let operation = OperatorRegistry.find("Sigmoid"),
            let outputs = try? operation.run(
                OperatorCall(opset: 13, inputTypes: [input.type]), [input]),
            let values = outputs[0].float32s
        else { preconditionFailure("Sigmoid takes a list of numbers") }
        return values
    }
}
