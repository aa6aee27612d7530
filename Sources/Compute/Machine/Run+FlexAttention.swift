// FlexAttention: attention between whose stages bodies of the program run, one on the scores and
// one on the probabilities. The stages are operators like any other (Cast, Mul, Einsum, Softmax),
// paid for one by one. ONNX ai.onnx.preview FlexAttention 1; Documentation/arithmetic.md, section
// 2, "Attention".

import Models
import Tensors

extension Run {
    /// Q, K and V in; Softmax(Q Kᵀ · scale) V out, the bodies applied in between.
    mutating func flexAttention(
        _ bodies: [PreparedBody], _ node: CheckedNode, _ inputs: [RuntimeValue?],
        _ captures: [RuntimeValue?]
    ) throws(MachineError) -> RuntimeValue {
        let place = node.place
        var tensors: [Tensor] = []
        for input in inputs { tensors.append(try tensor(input, place)) }
        let sizes = try operating(place) { () throws(OperatorError) in
            try FlexAttentionSizes(node.call, tensors.map(\.type))
        }
        let held = meter.liveBytes
        let factor = sizes.factor
        var stages = [tensors[0].reshaped(to: sizes.grouped), tensors[1]]
        for index in stages.indices {
            let wide = try stage("Cast", [stages[index]], sizes.casting(to: sizes.element), place)
            stages[index] = try stage("Mul", [wide, factor], [], place)
        }
        let products = try stage(
            "Einsum", stages, [("equation", .string("bhqd,bhkd->bhqk"))], place
        ).reshaped(to: sizes.scores)
        var scores = try stage("Cast", [products], sizes.casting(to: sizes.precision), place)
        // Bodies stand in the order of their names: probabilities, scores.
        scores = try modified(scores, by: bodies[1], captures, place)
        var probabilities = try stage("Softmax", [scores], [("axis", .int(-1))], place)
        probabilities = try modified(probabilities, by: bodies[0], captures, place)
        let values = try stage("Cast", [tensors[2]], sizes.casting(to: sizes.precision), place)
        let result = try stage(
            "Einsum", [probabilities.reshaped(to: sizes.groupedScores), values],
            [("equation", .string("bhqk,bhkd->bhqd"))], place
        ).reshaped(to: sizes.result)
        let output = try stage("Cast", [result], sizes.casting(to: tensors[2].type.element), place)
        meter.release(meter.liveBytes - held)
        return .tensor(output)
    }

    /// What `body` makes of `tensor`: a tensor of the same type.
    private mutating func modified(
        _ tensor: Tensor, by body: PreparedBody, _ captures: [RuntimeValue?], _ place: NodePlace
    ) throws(MachineError) -> Tensor {
        let output = try run(body, [.tensor(tensor)], captures: captures, at: place)[0]
        let result = try self.tensor(output, place)
        guard result.type == tensor.type else {
            throw .operatorFailed(
                place,
                .shapeMismatch(
                    reason: "a body keeps the type of its input",
                    shapes: [tensor.shape.dimensions, result.shape.dimensions]))
        }
        return result
    }

    /// The first output of an operator on `inputs`, paid for and its bytes held.
    private mutating func stage(
        _ name: String, _ inputs: [Tensor], _ attributes: [(String, AttributeValue)],
        _ place: NodePlace
    ) throws(MachineError) -> Tensor {
        guard let kind = OperatorRegistry.find(name) else {
            preconditionFailure("\(name) is registered")
        }
        let (call, types) = try operating(place) {
            () throws(OperatorError) -> (OperatorCall, [TensorType]) in
            let call = OperatorCall(
                attributes: try Attributes(attributes), opset: OperatorRegistry.latestOpset,
                inputTypes: inputs.map(\.type), constants: inputs)
            return (call, try kind.validatedOutputTypes(call))
        }
        try meter.pay(kind.validatedWork(call, outputs: types), outputs: types, at: place)
        let kernels = kernels
        let output = try operating(place) { () throws(OperatorError) in
            try kind.evaluateValidated(call, inputs, using: kernels)[0]
        }
        try meter.hold(output.type.byteCount)
        return output
    }

    private func operating<Result>(
        _ place: NodePlace, _ body: () throws(OperatorError) -> Result
    ) throws(MachineError) -> Result {
        do throws(OperatorError) {
            return try body()
        } catch {
            throw .operatorFailed(place, error)
        }
    }
}

/// The sizes and types of a FlexAttention.
private struct FlexAttentionSizes {
    /// The type of the products, and that of softmax.
    let element: ElementType
    let precision: ElementType
    /// Q with the heads that share keys as rows of one matrix, and the scores likewise.
    let grouped: Shape
    let groupedScores: Shape
    let scores: Shape
    let result: Shape
    /// The root of the scale, which queries and keys are multiplied with.
    let factor: Tensor

    init(_ call: OperatorCall, _ types: [TensorType]) throws(OperatorError) {
        let floats: [ElementType] = [.float32, .float64, .float16, .bfloat16]
        for (index, type) in types.enumerated()
        where type.element != types[0].element || !floats.contains(type.element) {
            throw .wrongElementType(index: index, actual: type.element, expected: floats)
        }
        let shapes = types.map(\.shape.dimensions)
        let (q, k, v) = (shapes[0], shapes[1], shapes[2])
        guard shapes.allSatisfy({ $0.count == 4 }), k[0] == q[0], v[0] == q[0], k[1] == v[1],
            k[2] == v[2], k[3] == q[3], k[1] > 0, q[1] % k[1] == 0
        else {
            throw .shapeMismatch(reason: "Q, K and V are no attention", shapes: shapes)
        }
        element = types[0].element == .float64 ? .float64 : .float32
        let number = try call.attributes.int(
            "softmax_precision", default: Int(element.rawValue))
        guard let precision = floats.first(where: { Int($0.rawValue) == number }) else {
            throw .wrongAttribute(name: "softmax_precision", reason: "\(number) is no float type")
        }
        self.precision = precision
        let rows = q[1] / k[1] * q[2]
        grouped = try Shape([q[0], k[1], rows, q[3]])
        groupedScores = try Shape([q[0], k[1], rows, k[2]])
        scores = try Shape([q[0], q[1], q[2], k[2]])
        result = try Shape([q[0], q[1], q[2], v[3]])
        let given =
            call.attributes["scale"] == nil
            ? nil : try call.attributes.float("scale", default: 1)
        if element == .float64 {
            let scale = given.map { Double($0) } ?? 1 / Double(q[3]).squareRoot()
            factor = Tensor(float64s: [scale.squareRoot()], shape: [])
        } else {
            let scale = given ?? 1 / Float(q[3]).squareRoot()
            factor = Tensor([scale.squareRoot()], shape: [])
        }
    }

    /// The attributes of a Cast.
    func casting(to element: ElementType) -> [(String, AttributeValue)] {
        [("to", .int(Int64(element.rawValue)))]
    }
}
