// NegativeLogLikelihoodLoss and SoftmaxCrossEntropyLoss: how far predicted class probabilities are
// from the classes that are right.

import CKernels

/// The losses of classification.
enum LossFamily {
    static let operators: [any Operator.Type] = [
        NegativeLogLikelihoodLossOperator.self,
        SoftmaxCrossEntropyLossOperator.self,
    ]
}

/// An operator on scores [N, C, …], classes [N, …] and weights [C].
protocol ClassLoss: Operator {
    /// Whether scores become log-probabilities first.
    static var normalises: Bool { get }
}

extension ClassLoss {
    static var attributeNames: [String] { ["ignore_index", "reduction"] }
    static var inputCount: ClosedRange<Int> { 2...3 }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let scores = try call.type(0, of: .float32, .float64)
        let classes = try call.type(1, of: .int32, .int64).shape.dimensions
        let dimensions = scores.shape.dimensions
        guard dimensions.count >= 2,
            classes == Array(dimensions[..<1]) + Array(dimensions[2...])
        else {
            throw .shapeMismatch(reason: "a class for each row", shapes: [dimensions, classes])
        }
        if call.hasInput(2) {
            try call.requireSameElement(0, 2)
            let weights = try call.type(2).shape.dimensions
            guard weights == [dimensions[1]] else {
                throw .shapeMismatch(reason: "a weight for each class", shapes: [weights])
            }
        }
        if call.attributes["ignore_index"] != nil { _ = try call.attributes.int("ignore_index") }
        let reduction = try call.attributes.choice("reduction", of: "mean", "sum", "none")
        let shape = reduction == "none" ? try Shape(classes) : .scalar
        return Array([TensorType(scores.element, shape), scores].prefix(call.outputCount))
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        let count = UInt64(call.optionalType(0)?.shape.elementCount ?? 0)
        work.elements += 4 * count
        if normalises { work.functions = 2 * count }
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let rule = ClassLossRule(
            call: call, inputs: inputs, normalises: normalises, kernels: kernels)
        return Array(try inputs.required(0).type.element.computing(rule).prefix(call.outputCount))
    }
}

/// Each loss is −(log-probability of the right class) · (its weight), the product left out without
/// weights; a class that is ignored has loss and weight 0. The sum follows the reduction rule; the
/// mean divides it by the sum of the weights, by the same rule.
private struct ClassLossRule: FloatingRule {
    let call: OperatorCall
    let inputs: [Tensor?]
    let normalises: Bool
    let kernels: Kernels

    func apply<Real: FloatingElement>(_ type: Real.Type) throws(OperatorError) -> [Tensor] {
        let scores = inputs.required(0)
        var logs = try Real.converting(scores)
        if normalises, !logs.isEmpty {
            let rows = AxisRows(scores.shape, axes: [1])
            let results = LogSoftmaxOperator.results(
                of: rows.gather(logs), length: rows.length, count: rows.count, kernels)
            logs = rows.scatter(results)
        }
        var weights: [Real]?
        if let tensor = inputs.optional(2) { weights = try Real.converting(tensor) }
        let ignored =
            call.attributes["ignore_index"] == nil
            ? nil : Int64(try call.attributes.int("ignore_index"))
        let classes = scores.shape.dimensions[1]
        let inner = scores.shape.elementCount(ofAxes: 2..<scores.shape.rank)
        var losses: [Real] = []
        var parts: [Real] = []
        for (place, index) in (inputs.required(1).indices ?? []).enumerated() {
            guard index != ignored else {
                losses.append(0)
                parts.append(0)
                continue
            }
            guard index >= 0, index < classes else {
                throw .indexOutOfRange(index: Int(index), count: classes)
            }
            let offset = (place / inner * classes + Int(index)) * inner + place % inner
            let weight = weights.map { $0[Int(index)] }
            losses.append(weight.map { -logs[offset] * $0 } ?? -logs[offset])
            parts.append(weight ?? 1)
        }
        let log = Real.tensor(logs, scores.shape)
        let shape = inputs.required(1).shape
        let reduction = try call.attributes.choice("reduction", of: "mean", "sum", "none")
        if reduction == "none" { return [Real.tensor(losses, shape), log] }
        var total = losses.laneSum(losses.indices)
        if reduction == "mean" { total /= parts.laneSum(parts.indices) }
        return [Real.tensor([total], .scalar), log]
    }
}

/// The loss of log-probabilities.
enum NegativeLogLikelihoodLossOperator: ClassLoss {
    static let name = "NegativeLogLikelihoodLoss"
    static let outputCount = 1...1
    static let normalises = false
}

/// The loss of scores, which LogSoftmax along axis 1 makes log-probabilities; the second output.
enum SoftmaxCrossEntropyLossOperator: ClassLoss {
    static let name = "SoftmaxCrossEntropyLoss"
    static let outputCount = 1...2
    static let normalises = true
}
