// Graphs that are quantised already: QuantizeLinear and DequantizeLinear around float operators, or
// QLinearConv and QLinearMatMul. A quantised number q with zero point z and scale s becomes the
// int16 q − z at the scale s, so that zero points vanish; the range of q becomes bounds. Weights
// keep their integers. Results differ from ONNX's by at most one unit where a multiplier is rounded
// or a tie is broken the other way.

public import Models
import Tensors

/// The scale, zero point and range of a quantised tensor.
struct LinearQuantization {
    /// The node that quantises.
    var node: Int
    var scale: Double
    var zero: Int
    /// The range of q − z.
    var minimum: Int16
    var maximum: Int16

    /// The activation whose integers are `value`.
    func activation(_ value: ProgramBuilder.Value) -> Activation {
        Activation(
            value: value, scale: scale, zero: zero, limit: max(-Int(minimum), Int(maximum)))
    }
}

extension Lowering {
    /// The quantisation that alone reads `value`; `nil` when there is none that fits.
    func quantization(after value: Int) throws(QuantizationError) -> LinearQuantization? {
        guard let next = graph.onlyReader(of: value),
            graph.nodes[next].place.operatorName == "QuantizeLinear",
            graph.nodes[next].inputs[0] == value
        else { return nil }
        return try quantization(next, scale: 1, zero: 2, of: graph.nodes[next].outputs.lowerBound)
    }

    /// The parameters in inputs `scale` and `zero` of the node numbered `index` for the quantised
    /// value `value`.
    private func quantization(
        _ index: Int, scale: Int, zero: Int, of value: Int
    ) throws(QuantizationError) -> LinearQuantization {
        let node = graph.nodes[index]
        guard let number = try graph.number(try input(node, scale)), number > 0,
            number.isFinite
        else {
            throw .unfitParameters(node.place, reason: "an activation needs one constant scale")
        }
        var point = 0
        if zero < node.inputs.count, let input = node.inputs[zero] {
            guard let constant = try graph.number(input) else {
                throw .unfitParameters(
                    node.place, reason: "an activation needs one constant zero point")
            }
            point = Int(constant)
        }
        let range: ClosedRange<Int>
        switch graph.type(value).element {
        case .int8: range = -128...127
        case .uint8: range = 0...255
        case .int16: range = -32_768...32_767
        case .uint16: range = 0...65_535
        default:
            throw .unfitParameters(
                node.place, reason: "\(graph.type(value).element.name) is no quantised type")
        }
        guard let minimum = Int16(exactly: range.lowerBound - point),
            let maximum = Int16(exactly: range.upperBound - point)
        else {
            throw .unfitParameters(
                node.place, reason: "its range less the zero point \(point) is beyond int16")
        }
        return LinearQuantization(
            node: index, scale: number, zero: point, minimum: minimum, maximum: maximum)
    }

    /// Whether quantisations alone read the input numbered `index`.
    func isQuantized(input index: Int) -> Bool {
        let readers = graph.readers(of: index)
        return !readers.isEmpty && !graph.escapes(index, from: readers)
            && readers.allSatisfy { graph.nodes[$0].place.operatorName == "QuantizeLinear" }
    }

    /// QuantizeLinear of an input of the model or of an activation.
    mutating func lowerQuantize(_ index: Int, _ node: CheckedNode) throws(QuantizationError) {
        let source = try input(node, 0)
        let output = node.outputs.lowerBound
        let rule = try quantization(index, scale: 1, zero: 2, of: output)
        let activation: Activation
        if source < graph.model.inputs.count, values[source] == nil {
            guard !options.hasIntegerPorts else {
                throw .unsupportedForm(node.place, reason: "ports must be floats")
            }
            let value = builder.addNode(
                "aivm.integer.Quantize", [.input(source)], name: node.place.name,
                attributes: [("scales", .floats([Float(rule.scale).bitPattern]))]
                    + Lowering.bounds(rule.minimum, rule.maximum))[0]
            activation = rule.activation(value)
        } else {
            let x = try self.activation(source, for: node)
            let ratio = ScaleRatio(x.scale / rule.scale, bits: 22)
            let value = builder.addNode(
                "aivm.integer.Rescale", [x.value], name: node.place.name,
                attributes: Lowering.rescaling([ratio.multiplier], ratio.shift)
                    + Lowering.bounds(rule.minimum, rule.maximum))[0]
            activation = rule.activation(value)
        }
        values[output] = .activation(activation)
    }

    /// DequantizeLinear of an activation: the same integers.
    mutating func lowerDequantize(_ index: Int, _ node: CheckedNode) throws(QuantizationError) {
        let source = try input(node, 0)
        let rule = try quantization(index, scale: 1, zero: 2, of: source)
        var x = try activation(source, for: node)
        guard x.zero == rule.zero else {
            throw .unfitParameters(
                node.place, reason: "its zero point is \(rule.zero), that of its input \(x.zero)")
        }
        x.scale = rule.scale
        x.zero = 0
        let output = node.outputs.lowerBound
        values[output] = .activation(x)
        record(
            x.value, floatValue: output, name: node.place.name,
            operatorNames: [node.place.operatorName], scale: x.scale)
    }

    /// QLinearConv and QLinearMatMul with constant weights.
    mutating func lowerQuantizedProduct(
        _ index: Int, _ node: CheckedNode
    ) throws(QuantizationError) {
        let isConvolution = node.place.operatorName == "QLinearConv"
        let input = try quantization(index, scale: 1, zero: 2, of: try self.input(node, 0))
        let output = node.outputs.lowerBound
        let rule = try quantization(index, scale: 6, zero: 7, of: output)
        let x = try activation(try self.input(node, 0), for: node)
        guard x.zero == input.zero else {
            throw .unfitParameters(
                node.place, reason: "its zero point is \(input.zero), that of its input \(x.zero)")
        }
        let (weights, shape) = try quantizedWeights(node, 3, zero: 5)
        let scales = try graph.numbers(try self.input(node, 4))?.values ?? []
        let count = isConvolution ? shape.dimensions[0] : shape.dimensions.last ?? 0
        guard scales.count == 1 || scales.count == count, isConvolution || shape.rank == 2 else {
            throw .unfitParameters(
                node.place, reason: "weights need one constant scale, or one for each channel")
        }
        let multipliers = ScaleRatio.multipliers(scales.map { input.scale * $0 / rule.scale })
        let constant = builder.addConstant(
            "\(node.place.name)/weights", Tensor(weights, shape: shape))
        var inputs: [ProgramBuilder.Value?] = [x.value, constant]
        if isConvolution, node.inputs.count > 8, let bias = node.inputs[8] {
            guard let tensor = try graph.constant(bias), tensor.type.element == .int32 else {
                throw .unfitParameters(node.place, reason: "its bias must be a constant")
            }
            inputs.append(builder.addConstant("\(node.place.name)/bias", tensor))
        }
        let attributes = node.call.attributes.entries.map { ($0.name, $0.value) }
        let value = builder.addNode(
            "aivm.integer.\(isConvolution ? "Conv" : "Linear")", inputs, name: node.place.name,
            attributes: attributes
                + Lowering.rescaling(multipliers.multipliers, multipliers.shift)
                + Lowering.bounds(rule.minimum, rule.maximum))[0]
        values[output] = .activation(rule.activation(value))
    }

    /// The int8 weights that input `position` of a node holds, less their zero points.
    private func quantizedWeights(
        _ node: CheckedNode, _ position: Int, zero: Int
    ) throws(QuantizationError) -> ([Int8], Shape) {
        guard let numbers = try graph.numbers(try input(node, position)) else {
            throw .unfitParameters(node.place, reason: "its weights must be constants")
        }
        var points: [Double] = [0]
        if zero < node.inputs.count, let value = node.inputs[zero] {
            points = try graph.numbers(value)?.values ?? []
        }
        guard let point = points.first, points.allSatisfy({ $0 == point }) else {
            throw .unfitParameters(node.place, reason: "its weights need one zero point")
        }
        var weights: [Int8] = []
        weights.reserveCapacity(numbers.values.count)
        for number in numbers.values {
            guard let weight = Int8(exactly: number - point) else {
                throw .unfitParameters(
                    node.place,
                    reason: "a weight less its zero point is \(number - point), "
                        + "beyond int8")
            }
            weights.append(weight)
        }
        return (weights, numbers.shape)
    }

    /// The scales of weights that are stored as 8-bit integers, one for each of `count` output
    /// channels along `axis`; `nil` when they are not stored so.
    func weightScales(
        _ value: Int, axis: Int, count: Int
    ) throws(QuantizationError) -> [Double]? {
        guard let maker = graph.maker(of: value),
            graph.nodes[maker].place.operatorName == "DequantizeLinear",
            let source = graph.nodes[maker].inputs[0],
            [.int8, .uint8].contains(graph.type(source).element),
            let scales = try graph.numbers(try input(graph.nodes[maker], 1))?.values
        else { return nil }
        if scales.count == 1 { return [Double](repeating: scales[0], count: count) }
        let named = try attribute(graph.nodes[maker], "axis", 1)
        let place = named < 0 ? named + graph.shape(value).rank : named
        return place == axis && scales.count == count ? scales : nil
    }
}

extension Quantizer {
    private static let quantizedOperators = ["QLinearConv", "QLinearMatMul", "QuantizeLinear"]

    /// Whether a model holds operators that quantise.
    public static func isQuantized(_ model: Model) -> Bool {
        model.nodes.contains { quantizedOperators.contains($0.place.operatorName) }
    }

    /// Makes an integer program of a graph that is quantised already.
    ///
    /// - Throws: ``QuantizationError``: `notQuantized` when it is not; `unfitParameters` and others
    ///   for parts that the profile cannot express, or whose range nothing tells.
    public static func convert(
        _ model: Model, options: QuantizationOptions = QuantizationOptions()
    ) throws(QuantizationError) -> QuantizedModel {
        guard isQuantized(model) else { throw .notQuantized }
        var lowering = Lowering(try FloatGraph(model), nil, options)
        return try lowering.run()
    }
}
