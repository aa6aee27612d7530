// InstanceNormalization, GroupNormalization and MeanVarianceNormalization: rows within a tensor are
// brought to mean 0 and deviation 1. ONNX InstanceNormalization 1 to 22, GroupNormalization 18 and
// 21, MeanVarianceNormalization 9 and 13.

import CKernels

/// Normalisation of each channel of each entry of the batch.
enum InstanceNormalizationOperator: Operator {
    static let name = "InstanceNormalization"
    static let attributeNames = ["consumed_inputs", "epsilon"]
    static let inputCount = 3...3
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let x = try call.floatingType(0)
        if call.opset >= 6 { try call.refuse("consumed_inputs") }
        _ = try call.attributes.float("epsilon", default: 1e-5)
        try call.requireSameElement(1...2)
        guard x.shape.rank >= 2 else {
            throw .shapeMismatch(
                reason: "X has a batch and a channel axis", shapes: [x.shape.dimensions])
        }
        for index in 1...2 { try call.require(index, [x.shape.dimensions[1]]) }
        return [x]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.work(outputs, factor: 5, functions: outputs.first?.shape.elementCount ?? 0)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let x = inputs.required(0)
        let rule = GroupRule(
            inputs: (0..<3).map { inputs.required($0) }, groupCount: x.shape.dimensions[1],
            isScalingGroups: false,
            epsilon: try call.attributes.float("epsilon", default: 1e-5), kernels: kernels)
        return [try x.type.element.computing(rule)]
    }
}

/// Normalisation of groups of channels of each entry of the batch.
enum GroupNormalizationOperator: Operator {
    static let name = "GroupNormalization"
    static let opsets = 18...OperatorRegistry.latestOpset
    static let attributeNames = ["epsilon", "num_groups", "stash_type"]
    static let inputCount = 3...3
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let x = try call.floatingType(0)
        if call.opset < 21 { try call.refuse("stash_type") }
        let stash = try call.attributes.int("stash_type", default: 1)
        guard [1, 10, 11, 16].contains(stash) else {
            throw .wrongAttribute(name: "stash_type", reason: "\(stash) is no float type")
        }
        _ = try call.attributes.float("epsilon", default: 1e-5)
        try call.requireSameElement(1...2)
        let groups = try call.attributes.int("num_groups")
        guard x.shape.rank >= 2 else {
            throw .shapeMismatch(
                reason: "X has a batch and a channel axis", shapes: [x.shape.dimensions])
        }
        let channels = x.shape.dimensions[1]
        guard groups > 0, channels % groups == 0 else {
            throw .wrongAttribute(
                name: "num_groups", reason: "\(groups) does not divide \(channels) channels")
        }
        for index in 1...2 { try call.require(index, [call.opset < 21 ? groups : channels]) }
        return [x]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.work(outputs, factor: 5, functions: outputs.first?.shape.elementCount ?? 0)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let rule = GroupRule(
            inputs: (0..<3).map { inputs.required($0) },
            groupCount: try call.attributes.int("num_groups"), isScalingGroups: call.opset < 21,
            epsilon: try call.attributes.float("epsilon", default: 1e-5), kernels: kernels)
        return [try inputs.required(0).type.element.computing(rule)]
    }
}

/// Each of `groupCount` groups of neighbouring channels is brought to mean 0 and deviation 1, then
/// scaled and shifted by channel, or by group.
private struct GroupRule: FloatingRule {
    let inputs: [Tensor]
    let groupCount: Int
    let isScalingGroups: Bool
    let epsilon: Float
    let kernels: Kernels

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        let x = inputs[0]
        guard x.shape.elementCount > 0 else { return x }
        let batch = x.shape.dimensions[0]
        let parts = isScalingGroups ? groupCount : x.shape.dimensions[1]
        let (normalized, _, _) = Element.standardized(
            rows: try Element.converting(x),
            length: x.shape.elementCount / batch / groupCount, epsilon: epsilon, kernels)
        let shape = try Shape([batch, parts, x.shape.elementCount / batch / parts])
        let plan = BroadcastPlan(shape, try Shape([parts, 1]), output: shape)
        let scaled = Element.binary(
            AIVM_MULTIPLY, normalized, try Element.converting(inputs[1]), plan, kernels)
        return Element.tensor(
            Element.binary(AIVM_ADD, scaled, try Element.converting(inputs[2]), plan, kernels),
            x.shape)
    }
}

/// (x − mean) / (√variance + 10⁻⁹) over `axes`.
enum MeanVarianceNormalizationOperator: Operator {
    static let name = "MeanVarianceNormalization"
    static let opsets = 9...OperatorRegistry.latestOpset
    static let attributeNames = ["axes"]
    static let inputCount = 1...1
    static let outputCount = 1...1

    private static func axes(_ call: OperatorCall, _ shape: Shape) throws(OperatorError) -> [Int] {
        try shape.sortedAxes(try call.attributes.ints("axes") ?? [0, 2, 3])
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.floatingType(0)
        _ = try axes(call, type.shape)
        return [type]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.work(outputs, factor: 4, functions: outputs.first?.shape.elementCount ?? 0)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        guard input.shape.elementCount > 0 else { return [input] }
        let rule = MeanVarianceRule(
            input: input, rows: AxisRows(input.shape, axes: try axes(call, input.shape)),
            kernels: kernels)
        return [try input.type.element.computing(rule)]
    }
}

private struct MeanVarianceRule: FloatingRule {
    let input: Tensor
    let rows: AxisRows
    let kernels: Kernels

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        let values = rows.gather(try Element.converting(input))
        let count = Element(rows.length)
        let epsilon = Element(1e-9 as Float)
        let means = Element.sums(
            ofRows: values, length: rows.length, rowCount: rows.count, kernels
        ).map { $0 / count }
        let centred = Element.binary(
            AIVM_SUBTRACT, rows: rows.count, length: rows.length, values, means, .oneForEachRow,
            kernels)
        let squares = Element.binary(AIVM_MULTIPLY, centred, centred, kernels)
        let deviations = Element.sums(
            ofRows: squares, length: rows.length, rowCount: rows.count, kernels
        ).map { ($0 / count).squareRoot() + epsilon }
        let result = Element.binary(
            AIVM_DIVIDE, rows: rows.count, length: rows.length, centred, deviations,
            .oneForEachRow, kernels)
        return Element.tensor(rows.scatter(result), input.shape)
    }
}
