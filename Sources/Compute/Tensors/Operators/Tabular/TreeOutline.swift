// A decision forest in the plainest terms, for whoever makes another program of it: comparisons x ≤
// t or x < t, and leaves with a score for each target.

/// A forest of the operators TreeEnsembleClassifier, TreeEnsembleRegressor and TreeEnsemble.
package struct TreeOutline: Sendable {
    /// A node that compares. References: j ≥ 0 is node j, j < 0 is leaf −1 − j.
    package struct Node: Sendable {
        /// The feature that is compared.
        package var feature: Int
        /// What it is compared with.
        package var threshold: Double
        /// Whether an equal feature goes to `whenFalse`.
        package var isStrict: Bool
        /// Where a feature of at most the threshold goes.
        package var whenTrue: Int
        /// Where all others go.
        package var whenFalse: Int
    }

    /// The nodes; those that a node refers to come after it.
    package private(set) var nodes: [Node]
    /// References of the trees.
    package private(set) var roots: [Int]
    /// The scores of each leaf, one for each target.
    package private(set) var leaves: [[Double]]
    /// What every row starts with.
    package private(set) var base: [Double]
    /// How many targets there are.
    package let targetCount: Int
    /// What becomes of the scores: `NONE`, `SOFTMAX`, `LOGISTIC`, …
    package let transform: String

    /// The forest of a call of the operator `name` that has been checked.
    ///
    /// - Throws: `unsupported` for what has no such form.
    package init(_ name: String, _ call: OperatorCall) throws(OperatorError) {
        let attributes = call.attributes
        switch name {
        case TreeEnsembleRegressorOperator.name:
            let parts = try ForestParts<Double>(
                attributes, prefix: "target", targetCount: try attributes.int("n_targets"))
            let aggregate = try attributes.string("aggregate_function", default: "SUM")
            try self.init(
                parts, base: try forestScalars(attributes, "base_values", as: Double.self),
                transform: try attributes.string("post_transform", default: "NONE"),
                aggregate: aggregate)
        case TreeEnsembleOperator.name:
            let parts = try ForestParts<Double>(attributes)
            let number = try attributes.int("aggregate_function", default: 1)
            let names = Forest<Double>.Aggregate.allCases.map(\.rawValue)
            let transforms = ScoreTransform.allCases.map(\.rawValue)
            let transform = try attributes.int("post_transform", default: 0)
            guard names.indices.contains(number), transforms.indices.contains(transform) else {
                throw .wrongAttribute(name: "aggregate_function", reason: "is \(number)")
            }
            try self.init(
                parts, base: [], transform: transforms[transform], aggregate: names[number])
        case TreeEnsembleClassifierOperator.name:
            let labels = try ClassLabels(attributes, integerName: "classlabels_int64s")
            let parts = try ForestParts<Double>(
                attributes, prefix: "class", targetCount: labels.count)
            try self.init(
                parts, base: try forestScalars(attributes, "base_values", as: Double.self),
                transform: try attributes.string("post_transform", default: "NONE"),
                aggregate: "SUM")
            try completePair(parts)
        default: throw .unknownOperator(name: name)
        }
    }

    private init(
        _ parts: ForestParts<Double>, base: [Double], transform: String, aggregate: String
    ) throws(OperatorError) {
        guard aggregate == "SUM" || aggregate == "AVERAGE" else {
            throw .unsupported(reason: "trees whose scores are a \(aggregate)")
        }
        guard base.isEmpty || base.count == parts.targetCount || parts.targetCount == 2 else {
            throw .wrongAttribute(name: "base_values", reason: "has \(base.count) values")
        }
        targetCount = parts.targetCount
        self.transform = transform
        let share = aggregate == "AVERAGE" ? 1 / Double(max(parts.roots.count, 1)) : 1
        leaves = []
        for leaf in 0..<parts.leafStarts.count - 1 {
            var scores = [Double](repeating: 0, count: targetCount)
            for index in Int(parts.leafStarts[leaf])..<Int(parts.leafStarts[leaf + 1]) {
                scores[Int(parts.targets[index])] += parts.weights[index] * share
            }
            leaves.append(scores)
        }
        self.base =
            base + [Double](repeating: 0, count: max(targetCount - base.count, 0))
        nodes = []
        for node in parts.nodes { nodes.append(try TreeOutline.plain(node)) }
        roots = parts.roots.map { Int($0) }
        putInOrder()
    }

    private static func plain(_ node: ForestNode<Double>) throws(OperatorError) -> Node {
        let (truth, falsehood) = (Int(node.whenTrue), Int(node.whenFalse))
        func plain(_ isStrict: Bool, _ whenTrue: Int, _ whenFalse: Int) -> Node {
            Node(
                feature: Int(node.feature), threshold: node.threshold, isStrict: isStrict,
                whenTrue: whenTrue, whenFalse: whenFalse)
        }
        return switch node.mode {
        case .lessOrEqual: plain(false, truth, falsehood)
        case .less: plain(true, truth, falsehood)
        case .greater: plain(false, falsehood, truth)
        case .greaterOrEqual: plain(true, falsehood, truth)
        case .equal, .notEqual, .member:
            throw .unsupported(reason: "trees that compare for equality")
        }
    }

    /// Numbers the nodes so that each comes before those it refers to. The forest has been checked:
    /// no path comes back.
    private mutating func putInOrder() {
        var isDone = [Bool](repeating: false, count: nodes.count)
        var order: [Int] = []
        for root in roots where root >= 0 {
            var path = [root]
            while let index = path.last {
                let next = [nodes[index].whenTrue, nodes[index].whenFalse]
                    .first { $0 >= 0 && !isDone[$0] }
                if let next, !isDone[index] {
                    path.append(next)
                    continue
                }
                path.removeLast()
                if !isDone[index] { order.append(index) }
                isDone[index] = true
            }
        }
        // Children were finished first.
        order.reverse()
        var places = [Int](repeating: 0, count: nodes.count)
        for (place, index) in order.enumerated() { places[index] = place }
        func moved(_ reference: Int) -> Int { reference < 0 ? reference : places[reference] }
        nodes = order.map { index in
            var node = nodes[index]
            node.whenTrue = moved(node.whenTrue)
            node.whenFalse = moved(node.whenFalse)
            return node
        }
        roots = roots.map(moved)
    }

    /// Two classes of which the file weighs one: the scores of the other follow.
    private mutating func completePair(_ parts: ForestParts<Double>) throws(OperatorError) {
        let weighed = (parts.targets.min() ?? 0)...(parts.targets.max() ?? 0)
        guard targetCount == 1 || targetCount == 2 && weighed.count == 1 else { return }
        guard targetCount == 2 else {
            throw .unsupported(reason: "a classifier of one class")
        }
        let isVote = !parts.weights.contains { $0 < 0 }
        if weighed.lowerBound == 1 {
            guard !isVote else {
                throw .unsupported(reason: "votes for the second of two classes alone")
            }
            base[0] = 0
            return
        }
        guard !isVote || transform == "NONE" else {
            throw .unsupported(reason: "votes for one class that are transformed")
        }
        // The first class has 1 − s for votes, −s for other scores; the second has s.
        leaves = leaves.map { [-$0[0], $0[0]] }
        let single = base[0]
        base = [(isVote ? 1 : 0) - single, single]
    }
}
