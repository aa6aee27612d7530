// LinearClassifier and LinearRegressor: products with a matrix of coefficients by the dot rule, in
// binary32, plus intercepts.

/// Rows times coefficients plus intercepts.
private struct LinearModel: Sendable {
    let table: TableShape
    let outputs: Int
    private let coefficients: [Float]
    private let intercepts: [Float]
    private let packed: PackedMatrix?

    /// Coefficients are `outputs` rows of as many as there are features; without `outputs` their
    /// count tells how many rows.
    init(
        _ call: OperatorCall, outputs: Int?, isPacking: Bool
    ) throws(OperatorError) {
        table = try TableShape(try call.tabularType().shape)
        coefficients = try call.attributes.floatValues("coefficients")
        intercepts = try call.attributes.floatValues("intercepts")
        let features = table.features
        guard features > 0, !coefficients.isEmpty, coefficients.count.isMultiple(of: features)
        else {
            throw .wrongAttribute(
                name: "coefficients",
                reason: "has \(coefficients.count) entries for \(features) features")
        }
        self.outputs = coefficients.count / features
        if let outputs, outputs != self.outputs {
            throw .wrongAttribute(
                name: "coefficients", reason: "is for \(self.outputs) targets, not \(outputs)")
        }
        if !intercepts.isEmpty {
            try requireLength("intercepts", intercepts.count, self.outputs)
        }
        packed =
            isPacking
            ? PackedMatrix(
                coefficients, rows: features, columns: self.outputs, isTransposed: true) : nil
    }

    var work: Work {
        Work(
            multiplyAdds: UInt64(table.rows).multipliedSaturating(coefficients.count),
            elements: UInt64(table.rows).multipliedSaturating(outputs))
    }

    /// The scores of each row.
    func scores(_ input: Tensor, using kernels: Kernels) -> [Float] {
        guard let packed else { preconditionFailure("a form that computes is packed") }
        var scores = kernels.rowProducts(Float.converted(input), rows: table.rows, packed)
        if !intercepts.isEmpty {
            for index in scores.indices { scores[index] += intercepts[index % outputs] }
        }
        return scores
    }
}

/// One number for each target.
enum LinearRegressorOperator: TabularOperator {
    static let name = "ai.onnx.ml.LinearRegressor"
    static let attributeNames = ["coefficients", "intercepts", "post_transform", "targets"]

    static func form(
        _ call: OperatorCall, isPacking: Bool
    ) throws(OperatorError) -> any TabularForm {
        let targets = try call.attributes.int("targets", default: 1)
        let model = try LinearModel(call, outputs: targets, isPacking: isPacking)
        return Form(
            model: model, transform: try ScoreTransform(call.attributes),
            type: TensorType(.float32, try model.table.with(columns: targets)))
    }

    private struct Form: TabularForm {
        let model: LinearModel
        let transform: ScoreTransform
        let type: TensorType

        var outputTypes: [TensorType] { [type] }
        var work: Work { model.work + transform.work(type.shape.elementCount) }

        func compute(
            _ inputs: [Tensor?], using kernels: Kernels
        ) throws(OperatorError) -> [Tensor] {
            let scores = model.scores(inputs.required(0), using: kernels)
            let results = transform.apply(scores, width: model.outputs, using: kernels)
            return [Tensor(results, shape: type.shape)]
        }
    }
}

/// The label of the largest score, and all scores.
enum LinearClassifierOperator: TabularOperator {
    static let name = "ai.onnx.ml.LinearClassifier"
    static let outputCount = 1...2
    static let attributeNames = [
        "classlabels_ints", "classlabels_strings", "coefficients", "intercepts", "multi_class",
        "post_transform",
    ]

    static func form(
        _ call: OperatorCall, isPacking: Bool
    ) throws(OperatorError) -> any TabularForm {
        _ = try call.attributes.int("multi_class", default: 0)
        let labels = try ClassLabels(call.attributes, integerName: "classlabels_ints")
        let model = try LinearModel(call, outputs: nil, isPacking: isPacking)
        guard model.outputs == 1 || labels.count >= model.outputs else {
            throw .wrongAttribute(
                name: "coefficients",
                reason: "is for \(model.outputs) classes; there are \(labels.count) labels")
        }
        let isPair = model.outputs == 1 && labels.count == 2
        return Form(
            model: model, labels: labels, isPair: isPair,
            transform: try ScoreTransform(call.attributes),
            rows: try Shape([model.table.rows]),
            shape: try model.table.with(columns: isPair ? 2 : model.outputs))
    }

    private struct Form: TabularForm {
        let model: LinearModel
        let labels: ClassLabels
        let isPair: Bool
        let transform: ScoreTransform
        let rows: Shape
        let shape: Shape

        var outputTypes: [TensorType] {
            [TensorType(labels.element, rows), TensorType(.float32, shape)]
        }
        var work: Work { model.work + transform.work(shape.elementCount) }

        func compute(
            _ inputs: [Tensor?], using kernels: Kernels
        ) throws(OperatorError) -> [Tensor] {
            let scores = model.scores(inputs.required(0), using: kernels)
            let width = model.outputs
            guard width == 1 else {
                let results = transform.apply(scores, width: width, using: kernels)
                let choices = ArgumentMaximum.ofRows(scores, width: width)
                return [labels.tensor(choices, rows), Tensor(results, shape: shape)]
            }
            let results =
                isPair
                ? transform.applyToPairs(scores, .complement, using: kernels)
                : transform.apply(scores, width: 1, using: kernels)
            let choices = scores.map { $0 > 0 ? 1 : 0 }
            return [labels.noAndYes.tensor(choices, rows), Tensor(results, shape: shape)]
        }
    }
}

/// Where rows are largest.
enum ArgumentMaximum {
    /// The first place of each row of `width` values whose value no other is larger than; places
    /// are compared in order, so a NaN in front stays.
    static func ofRows<Value: Comparable>(_ values: [Value], width: Int) -> [Int] {
        stride(from: 0, to: values.count, by: max(width, 1)).map { start in
            var best = start
            for place in start..<start + width where values[place] > values[best] { best = place }
            return best - start
        }
    }
}
