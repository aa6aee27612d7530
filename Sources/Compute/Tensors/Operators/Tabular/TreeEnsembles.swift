// TreeEnsembleRegressor, TreeEnsembleClassifier and TreeEnsemble. Trees compare and add in binary64
// when the input is binary64, else in binary32; transforms of the sums compute in binary32.
//
// Two classes of which only one has weights are what exporters write for binary classifiers; there
// the rules are those of ONNX Runtime, because no text has them. Wherever the scores of both
// classes are in the file, the label is the class of the larger score.

/// The arithmetic of a call of an ensemble operator.
protocol TreeOperator: TabularOperator {
    /// Checks the call for trees that compute in `Scalar`.
    static func form<Scalar: Real>(
        _ call: OperatorCall, as type: Scalar.Type
    ) throws(OperatorError) -> any TabularForm
}

extension TreeOperator {
    static func form(
        _ call: OperatorCall, isPacking: Bool
    ) throws(OperatorError) -> any TabularForm {
        try call.tabularType().element == .float64
            ? try form(call, as: Double.self) : try form(call, as: Float.self)
    }
}

/// The attributes of the layout by node identifiers, but for those of the weights.
private let nodeAttributes = [
    "base_values", "base_values_as_tensor", "nodes_falsenodeids", "nodes_featureids",
    "nodes_hitrates", "nodes_hitrates_as_tensor", "nodes_missing_value_tracks_true",
    "nodes_modes", "nodes_nodeids", "nodes_treeids", "nodes_truenodeids", "nodes_values",
    "nodes_values_as_tensor", "post_transform",
]

/// One score for each target, from the sum, mean, minimum or maximum of the trees' leaves.
enum TreeEnsembleRegressorOperator: TreeOperator {
    static let name = "ai.onnx.ml.TreeEnsembleRegressor"
    static let attributeNames =
        nodeAttributes + [
            "aggregate_function", "n_targets", "target_ids", "target_nodeids", "target_treeids",
            "target_weights", "target_weights_as_tensor",
        ]

    static func form<Scalar: Real>(
        _ call: OperatorCall, as type: Scalar.Type
    ) throws(OperatorError) -> any TabularForm {
        let attributes = call.attributes
        let table = try TableShape(try call.type(0).shape)
        let parts = try ForestParts<Scalar>(
            attributes, prefix: "target", targetCount: try attributes.int("n_targets"))
        let name = try attributes.string("aggregate_function", default: "SUM")
        guard let aggregate = Forest<Scalar>.Aggregate(rawValue: name) else {
            throw .wrongAttribute(name: "aggregate_function", reason: "is \"\(name.prefix(40))\"")
        }
        let base = try forestScalars(attributes, "base_values", as: Scalar.self)
        if !base.isEmpty { try requireLength("base_values", base.count, parts.targetCount) }
        return TreeRegression(
            table: table, forest: try Forest(parts, featureCount: table.features),
            aggregate: aggregate, base: base, transform: try ScoreTransform(attributes),
            type: TensorType(.float32, try table.with(columns: parts.targetCount)))
    }
}

/// As TreeEnsembleRegressor, in the element type of the input, with nodes that test membership.
enum TreeEnsembleOperator: TreeOperator {
    static let name = "ai.onnx.ml.TreeEnsemble"
    static let attributeNames = [
        "aggregate_function", "leaf_targetids", "leaf_weights", "membership_values", "n_targets",
        "nodes_falseleafs", "nodes_falsenodeids", "nodes_featureids", "nodes_hitrates",
        "nodes_missing_value_tracks_true", "nodes_modes", "nodes_splits", "nodes_trueleafs",
        "nodes_truenodeids", "post_transform", "tree_roots",
    ]

    static func form<Scalar: Real>(
        _ call: OperatorCall, as type: Scalar.Type
    ) throws(OperatorError) -> any TabularForm {
        let attributes = call.attributes
        let input = try call.type(0, of: .float32, .float64)
        let table = try TableShape(input.shape)
        let parts = try ForestParts<Scalar>(attributes)
        let number = try attributes.int("aggregate_function", default: 1)
        guard Forest<Scalar>.Aggregate.allCases.indices.contains(number) else {
            throw .wrongAttribute(name: "aggregate_function", reason: "is \(number)")
        }
        let transform = try attributes.int("post_transform", default: 0)
        return TreeRegression(
            table: table, forest: try Forest(parts, featureCount: table.features),
            aggregate: Forest<Scalar>.Aggregate.allCases[number], base: [],
            transform: try ScoreTransform(number: transform),
            type: TensorType(input.element, try table.with(columns: parts.targetCount)))
    }
}

/// A forest whose scores are the result.
private struct TreeRegression<Scalar: Real>: TabularForm {
    let table: TableShape
    let forest: Forest<Scalar>
    let aggregate: Forest<Scalar>.Aggregate
    let base: [Scalar]
    let transform: ScoreTransform
    let type: TensorType

    var outputTypes: [TensorType] { [type] }
    var work: Work { forest.work(table, transform) }

    func compute(_ inputs: [Tensor?], using kernels: Kernels) throws(OperatorError) -> [Tensor] {
        var (scores, _) = forest.scores(
            Scalar.converted(inputs.required(0)), rowCount: table.rows,
            featureCount: table.features, aggregate)
        if !base.isEmpty {
            for index in scores.indices { scores[index] += base[index % base.count] }
        }
        if transform == .none, type.element == .float64 {
            return [Scalar.tensor(scores, type.shape)]
        }
        let results = transform.apply(
            scores.map(\.float), width: forest.targetCount, using: kernels)
        return type.element == .float64
            ? [Tensor(float64s: results.map { Double($0) }, shape: type.shape)]
            : [Tensor(results, shape: type.shape)]
    }
}

/// A label and the scores of all classes for each row, from the sum of the trees' leaves.
enum TreeEnsembleClassifierOperator: TreeOperator {
    static let name = "ai.onnx.ml.TreeEnsembleClassifier"
    static let outputCount = 1...2
    static let attributeNames =
        nodeAttributes + [
            "class_ids", "class_nodeids", "class_treeids", "class_weights",
            "class_weights_as_tensor", "classlabels_int64s", "classlabels_strings",
        ]

    static func form<Scalar: Real>(
        _ call: OperatorCall, as type: Scalar.Type
    ) throws(OperatorError) -> any TabularForm {
        let attributes = call.attributes
        let table = try TableShape(try call.type(0).shape)
        let labels = try ClassLabels(attributes, integerName: "classlabels_int64s")
        let parts = try ForestParts<Scalar>(
            attributes, prefix: "class", targetCount: labels.count)
        let base = try forestScalars(attributes, "base_values", as: Scalar.self)
        // One base value for two classes is what exporters of binary classifiers write.
        let isBaseOfPair = labels.count == 2 && base.count == 1
        if !base.isEmpty, !isBaseOfPair {
            try requireLength("base_values", base.count, labels.count)
        }
        return TreeClassification(
            table: table, forest: try Forest(parts, featureCount: table.features),
            weighedClasses: (parts.targets.min() ?? 0)...(parts.targets.max() ?? 0), base: base,
            labels: labels, transform: try ScoreTransform(attributes),
            rows: try Shape([table.rows]), shape: try table.with(columns: labels.count))
    }
}

/// A forest whose scores choose a class.
private struct TreeClassification<Scalar: Real>: TabularForm {
    let table: TableShape
    let forest: Forest<Scalar>
    /// From the first to the last class that has weights.
    let weighedClasses: ClosedRange<Int32>
    let base: [Scalar]
    let labels: ClassLabels
    let transform: ScoreTransform
    let rows: Shape
    let shape: Shape

    var outputTypes: [TensorType] {
        [TensorType(labels.element, rows), TensorType(.float32, shape)]
    }
    var work: Work { forest.work(table, transform) }

    func compute(_ inputs: [Tensor?], using kernels: Kernels) throws(OperatorError) -> [Tensor] {
        var (scores, isGiven) = forest.scores(
            Scalar.converted(inputs.required(0)), rowCount: table.rows,
            featureCount: table.features, .sum)
        let choices: [Int]
        let results: [Float]
        let names: ClassLabels
        switch labels.count {
        case 1:
            if let base = base.first { for index in scores.indices { scores[index] += base } }
            names = labels.noAndYes
            choices = scores.map { $0 > 0 ? 1 : 0 }
            results = transform.apply(scores.map(\.float), width: 1, using: kernels)
        case 2 where weighedClasses.count == 1 && base.count < 2:
            names = labels
            (choices, results) = pairs(scores, kernels)
        default:
            names = labels
            add(base, to: &scores, &isGiven)
            choices = largest(scores, isGiven)
            results = transform.apply(
                scores.map(\.float), width: labels.count, using: kernels)
        }
        return [names.tensor(choices, rows), Tensor(results, shape: shape)]
    }

    /// The choices and results of two classes of which one has weights.
    private func pairs(_ scores: [Scalar], _ kernels: Kernels) -> ([Int], [Float]) {
        let isSecond = weighedClasses.lowerBound == 1
        var single = stride(from: isSecond ? 1 : 0, to: scores.count, by: 2).map { scores[$0] }
        if let base = base.first, !isSecond {
            for index in single.indices { single[index] += base }
        }
        let isVote = forest.hasNoNegativeWeight
        let bound: Scalar = isVote ? 0.5 : 0
        let choices = single.map { $0 > bound ? 1 : 0 }
        let floats = single.map(\.float)
        let results =
            isSecond
            ? transform.apply(floats.flatMap { [0, $0] }, width: 2, using: kernels)
            : transform.applyToPairs(floats, isVote ? .complement : .opposite, using: kernels)
        return (choices, results)
    }

    /// Adds the base values. A base value counts as a weight; one for two classes is the first's.
    private func add(_ base: [Scalar], to scores: inout [Scalar], _ isGiven: inout [Bool]) {
        guard !base.isEmpty else { return }
        for index in scores.indices {
            let place = index % labels.count
            guard place < base.count else { continue }
            scores[index] += base[place]
            isGiven[index] = true
        }
    }

    /// For each row the first class with the largest score, of those that have been given one.
    private func largest(_ scores: [Scalar], _ isGiven: [Bool]) -> [Int] {
        (0..<table.rows).map { row in
            let start = row * labels.count
            var choice: Int?
            for place in 0..<labels.count where isGiven[start + place] {
                guard let best = choice else {
                    choice = place
                    continue
                }
                if scores[start + place] > scores[start + best] { choice = place }
            }
            return choice ?? 0
        }
    }
}

extension Forest {
    /// The work for a table: steps of each row, and the transform of each score.
    fileprivate func work(_ table: TableShape, _ transform: ScoreTransform) -> Work {
        let rows = UInt64(table.rows)
        let steps = Work(
            elements: rows.multipliedSaturating(stepsPerRow))
        let scores = rows.multipliedSaturating(targetCount)
        return steps + transform.work(Int(clamping: scores)) + Work(elements: scores)
    }
}
