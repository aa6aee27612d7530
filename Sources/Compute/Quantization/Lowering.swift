// From a float graph to an integer program, node by node in their order. A node that starts a known
// pattern (a product with its bias, normalisation and activation; a layer normalisation spelt out;
// a chain of functions of one number) is lowered together with the nodes it takes in.

public import Models
import Tensors

/// An activation of the integer program: real = integer · scale, or with `affine` real = (integer
/// · scale) · gain + bias along the last axis.
struct Activation {
    var value: ProgramBuilder.Value
    var scale: Double
    /// What has been taken off the quantised number that the integer stands for.
    var zero = 0
    /// The largest magnitude that the integer can have.
    var limit = 32_768
    /// Gain and bias of a normalisation that the products which read it take over.
    var affine: (gain: [Double], bias: [Double])?
}

/// What a float value has become.
enum LoweredValue {
    case activation(Activation)
    /// Positions: int64 or int32, as they are.
    case index(ProgramBuilder.Value)
}

/// Lowers one model.
struct Lowering {
    let graph: FloatGraph
    /// What samples showed; `nil` when the graph says its ranges itself.
    let ranges: ValueRanges?
    let options: QuantizationOptions
    /// The inputs of each run; none when the graph says its ranges itself.
    let samples: [[NamedTensor]]
    var builder: ProgramBuilder
    /// By float value number.
    var values: [LoweredValue?]
    /// Nodes that are lowered already.
    var isDone: [Bool]
    /// What can be compared.
    var layers: [(layer: QuantizedLayer, value: ProgramBuilder.Value)] = []
    var portScales: [(name: String, scale: Double)] = []

    init(
        _ graph: FloatGraph, _ ranges: ValueRanges?, _ options: QuantizationOptions,
        samples: [[NamedTensor]] = []
    ) {
        self.graph = graph
        self.ranges = ranges
        self.options = options
        self.samples = samples
        builder = ProgramBuilder(
            opset: Int(graph.model.program.opset), name: graph.model.program.name)
        builder.profile = .integer
        values = [LoweredValue?](repeating: nil, count: graph.model.valueTypes.count)
        isDone = [Bool](repeating: false, count: graph.nodes.count)
    }

    /// Lowers everything.
    mutating func run() throws(QuantizationError) -> QuantizedModel {
        try addInputs()
        for index in graph.nodes.indices where !isDone[index] {
            let node = graph.nodes[index]
            isDone[index] = true
            if node.outputs.allSatisfy({ graph.isConstant($0) }) { continue }
            try lower(index, node)
        }
        try addOutputs()
        let (model, numbers): (Model, [Int?])
        do throws(ModelError) {
            (model, numbers) = try builder.build(numbering: layers.map(\.value))
        } catch {
            throw .model(error)
        }
        var compared: [QuantizedLayer] = []
        for (entry, number) in zip(layers, numbers) {
            guard let number else { continue }
            var layer = entry.layer
            layer.integerValue = number
            compared.append(layer)
        }
        return QuantizedModel(
            original: graph.model, model: model, layers: compared, portScales: portScales)
    }

    private mutating func addInputs() throws(QuantizationError) {
        for (index, port) in graph.model.inputs.enumerated() {
            guard let type = port.type else { throw .notStatic(nil) }
            switch type.element {
            case .int64, .int32:
                values[index] = .index(builder.addInput(port.name, type))
            case .float32 where isQuantized(input: index):
                _ = builder.addInput(port.name, type)
            case .float32:
                let scale = try outputScale(index)
                if options.hasIntegerPorts {
                    let value = builder.addInput(port.name, TensorType(.int16, type.shape))
                    values[index] = .activation(Activation(value: value, scale: scale))
                    portScales.append((port.name, scale))
                } else {
                    let input = builder.addInput(port.name, type)
                    let value = builder.addNode(
                        "aivm.integer.Quantize", [input], name: "\(port.name)/quantize",
                        attributes: [("scales", .floats([Float(scale).bitPattern]))])[0]
                    values[index] = .activation(Activation(value: value, scale: scale))
                    record(
                        value, floatValue: index, name: port.name, operatorNames: ["Quantize"],
                        scale: scale)
                }
            default: throw .unsupportedInput(port.name, type.element)
            }
        }
    }

    private mutating func addOutputs() throws(QuantizationError) {
        for output in graph.model.program.outputs {
            let number = Int(output.value) - 1
            let maker = graph.maker(of: number)
            switch values[number] {
            case .index(let value): builder.addOutput(output.name, value)
            case .activation(let activation):
                guard graph.type(number).element == .float32 else {
                    let place = NodePlace(
                        index: maker ?? 0, name: output.name, operatorName: "output")
                    throw .unfitParameters(
                        place, reason: "a quantised output needs a DequantizeLinear before it")
                }
                var result = try plain(activation, of: number)
                if maker == nil {
                    // An input that is given out is computed all the same.
                    result = rescaled(result, to: result.scale, name: output.name)
                }
                if options.hasIntegerPorts {
                    builder.addOutput(output.name, result.value)
                    portScales.append((output.name, result.scale))
                    continue
                }
                let real = builder.addNode(
                    "aivm.integer.Dequantize", [result.value],
                    name: "\(output.name)/dequantize",
                    attributes: [("scales", .floats([Float(result.scale).bitPattern]))])[0]
                builder.addOutput(output.name, real)
            case nil:
                let place = NodePlace(index: maker ?? 0, name: output.name, operatorName: "output")
                throw .unsupported(place, nearest: "an output must depend on an input")
            }
        }
    }

    /// Notes that `value` stands for the float value `floatValue`.
    mutating func record(
        _ value: ProgramBuilder.Value, floatValue: Int, name: String, operatorNames: [String],
        scale: Double, minimum: Int16 = .min, maximum: Int16 = .max
    ) {
        layers.append(
            (
                QuantizedLayer(
                    name: name, operatorNames: operatorNames, floatValue: floatValue,
                    integerValue: 0, scale: scale, minimum: minimum, maximum: maximum,
                    isMasked: (ranges?.depth(floatValue) ?? 0) > 0), value
            ))
    }

    /// Operators of the profile that end with a rescaling, whose bounds can take those of a
    /// quantisation. The entries of a table are within those bounds to begin with.
    private static let bounded = ["Add", "Conv", "Linear", "MatMul", "Mul", "Normalize", "Rescale"]

    /// Adds an operator of the profile that makes the float value `output`.
    ///
    /// - Parameter taking: the float nodes whose work it does, the last of which makes the value.
    @discardableResult mutating func emit(
        _ operation: String, _ inputs: [ProgramBuilder.Value?], for output: Int, taking: [Int],
        scale: Double, attributes: [(String, AttributeValue)], minimum: Int16 = .min,
        maximum: Int16 = .max
    ) throws(QuantizationError) -> Activation {
        let name = graph.nodes[taking[taking.count - 1]].place.name
        var bounds = (minimum, maximum)
        var activation = Activation(value: .input(0), scale: scale)
        var made = output
        let isBounded = Lowering.bounded.contains(operation)
        if isBounded || operation == "Table", let rule = try quantization(after: output),
            rule.scale == scale
        {
            bounds = (max(minimum, rule.minimum), min(maximum, rule.maximum))
            activation.zero = rule.zero
            isDone[rule.node] = true
            made = graph.nodes[rule.node].outputs.lowerBound
        }
        bounds.1 = max(bounds.0, bounds.1)
        activation.limit = max(abs(Int(bounds.0)), abs(Int(bounds.1)))
        activation.value =
            builder.addNode(
                "aivm.integer.\(operation)", inputs, name: name,
                attributes: attributes + (isBounded ? Lowering.bounds(bounds.0, bounds.1) : []))[0]
        for node in taking { isDone[node] = true }
        record(
            activation.value, floatValue: output, name: name.isEmpty ? "value \(output)" : name,
            operatorNames: taking.map { graph.nodes[$0].place.operatorName }, scale: scale,
            minimum: bounds.0, maximum: bounds.1)
        values[made] = .activation(activation)
        return activation
    }

    /// The attributes of bounds other than those of int16.
    static func bounds(_ minimum: Int16, _ maximum: Int16) -> [(String, AttributeValue)] {
        var attributes: [(String, AttributeValue)] = []
        if minimum != .min { attributes.append(("minimum", .int(Int64(minimum)))) }
        if maximum != .max { attributes.append(("maximum", .int(Int64(maximum)))) }
        return attributes
    }

    /// The attributes of a multiplier and a shift.
    static func rescaling(_ multipliers: [Int64], _ shift: Int) -> [(String, AttributeValue)] {
        var attributes: [(String, AttributeValue)] = []
        if multipliers != [1] { attributes.append(("multipliers", .ints(multipliers))) }
        if shift != 0 { attributes.append(("shift", .int(Int64(shift)))) }
        return attributes
    }

    /// The scale of the float value `value`: that of the quantisation after it, or by what the
    /// samples showed.
    func outputScale(_ value: Int) throws(QuantizationError) -> Double {
        if let rule = try quantization(after: value) { return rule.scale }
        let scale = ActivationScale.fitting(
            try magnitude(value, fallback: nil), headroom: options.headroomBits)
        guard let depth = ranges?.depth(value), depth > 0 else { return scale }
        return max(scale, ActivationScale.fitting(depth, headroom: 0))
    }

    /// The largest magnitude of the float value `value` that samples showed, or without samples
    /// `fallback`.
    func magnitude(_ value: Int, fallback: Double?) throws(QuantizationError) -> Double {
        if let ranges { return ranges.magnitude(value) }
        if let fallback { return fallback }
        guard let maker = graph.maker(of: value) else {
            throw .unsupportedForm(
                NodePlace(index: 0, name: graph.model.inputs[value].name, operatorName: "input"),
                reason: "nothing quantises it; give samples with aivm model quantize --calibrate")
        }
        throw .unsupportedForm(
            graph.nodes[maker].place,
            reason: "nothing tells the range of its result; give samples with "
                + "aivm model quantize --calibrate")
    }
}

/// Makes integer programs of float models.
public enum Quantizer {
    /// Quantises a model by what its values are on samples.
    ///
    /// - Parameters:
    ///   - samples: the inputs of each run.
    ///   - progress: called with the number of samples that have been run.
    /// - Throws: ``QuantizationError`` that names the node and says what would do.
    /// - Complexity: one run of the model for each sample.
    public static func quantize(
        _ model: Model, samples: [[NamedTensor]],
        options: QuantizationOptions = QuantizationOptions(), progress: (Int) -> Void = { _ in }
    ) throws(QuantizationError) -> QuantizedModel {
        let graph = try FloatGraph(model)
        let ranges = try ValueRanges(graph, samples: samples, progress: progress)
        var lowering = Lowering(graph, ranges, options, samples: samples)
        return try lowering.run()
    }
}
