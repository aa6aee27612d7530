// TreeEnsemble: decision trees by comparisons of int16 features with int16 thresholds. At node i a
// row goes on to `true(i)` when x(features(i)) ≤ thresholds(i), else to `false(i)`; a reference j ≥
// 0 is node j, j < 0 is leaf −1 − j. References to nodes ascend, so a walk ends. y(c) = R(base(c) +
// Σ over trees of leaves(leaf, c)), at most (trees + 1) · 2^31 in magnitude.

/// The trees of a call, checked. Their shape is public: it stands in attributes; thresholds and
/// scores are constants.
package struct IntegerTreeEnsembleForm: Sendable {
    /// Most nodes, leaves and trees.
    static let maximumCount = 1 << 16

    /// A node that branches.
    package struct Node: Sendable {
        /// The feature that is compared.
        package let feature: Int
        /// References.
        package let whenTrue: Int
        package let whenFalse: Int
    }

    /// The nodes.
    package let nodes: [Node]
    /// References of the trees' first nodes.
    package let roots: [Int]
    /// L.
    package let leafCount: Int
    /// C.
    package let classCount: Int
    /// F.
    package let featureCount: Int
    /// B.
    package let rowCount: Int
    /// Most comparisons of one row.
    package let stepsPerRow: Int
    /// What makes int16 of the scores.
    package let rescaling: Rescaling
    /// The shape of the result.
    package let shape: Shape

    /// Checks a call.
    package init(_ call: OperatorCall) throws(OperatorError) {
        let x = try call.type(0, of: .int16).shape
        guard x.rank == 2 else {
            throw .shapeMismatch(reason: "rows of features", shapes: [x.dimensions])
        }
        (rowCount, featureCount) = (x.dimensions[0], x.dimensions[1])
        let features = try IntegerTreeEnsembleForm.list(call, "features")
        let whenTrue = try IntegerTreeEnsembleForm.list(call, "true")
        let whenFalse = try IntegerTreeEnsembleForm.list(call, "false")
        roots = try IntegerTreeEnsembleForm.list(call, "roots")
        let thresholds = try call.type(1, of: .int16).shape
        guard whenTrue.count == features.count, whenFalse.count == features.count,
            thresholds.dimensions == [features.count]
        else {
            throw .shapeMismatch(
                reason: "a feature, a threshold and two references for each node",
                shapes: [
                    [features.count], thresholds.dimensions, [whenTrue.count], [whenFalse.count],
                ])
        }
        let scores = try call.type(2, of: .int32).shape
        guard scores.rank == 2, scores.dimensions[0] <= IntegerTreeEnsembleForm.maximumCount else {
            throw .shapeMismatch(
                reason: "scores of leaves for classes", shapes: [scores.dimensions])
        }
        (leafCount, classCount) = (scores.dimensions[0], scores.dimensions[1])
        try call.checkVector(3, count: classCount)
        shape = try Shape([rowCount, classCount])
        nodes = features.indices.map { index in
            Node(
                feature: features[index], whenTrue: whenTrue[index], whenFalse: whenFalse[index])
        }
        stepsPerRow = try IntegerTreeEnsembleForm.steps(
            nodes, roots, leafCount: leafCount, featureCount: featureCount)
        rescaling = try Rescaling(call, channels: classCount, bound: (roots.count + 1) << 31)
    }

    /// The attribute `name`. Throws `missingAttribute`, `wrongAttribute`.
    private static func list(
        _ call: OperatorCall, _ name: String
    ) throws(OperatorError) -> [Int] {
        guard let values = try call.attributes.ints(name) else {
            throw .missingAttribute(name: name)
        }
        guard values.count <= maximumCount else {
            throw .wrongAttribute(name: name, reason: "has \(values.count) values")
        }
        return values
    }

    /// Most comparisons of one row: the sum of the trees' depths. Refuses references that lead
    /// nowhere or back.
    private static func steps(
        _ nodes: [Node], _ roots: [Int], leafCount: Int, featureCount: Int
    ) throws(OperatorError) -> Int {
        var depths = [Int](repeating: 0, count: nodes.count)
        func isLeaf(_ reference: Int) -> Bool { reference < 0 && reference >= -leafCount }
        for (index, node) in nodes.enumerated().reversed() {
            guard (0..<featureCount).contains(node.feature) else {
                throw .wrongAttribute(name: "features", reason: "names \(node.feature)")
            }
            for (name, next) in [("true", node.whenTrue), ("false", node.whenFalse)] {
                guard isLeaf(next) || next > index && next < nodes.count else {
                    throw .wrongAttribute(
                        name: name, reason: "leads from node \(index) to \(next)")
                }
                depths[index] = max(depths[index], 1 + (next < 0 ? 0 : depths[next]))
            }
        }
        var steps = 0
        for root in roots {
            guard isLeaf(root) || (0..<nodes.count).contains(root) else {
                throw .wrongAttribute(name: "roots", reason: "names \(root)")
            }
            steps += root < 0 ? 0 : depths[root]
        }
        return steps
    }

    /// The leaf that row `row` of `x` reaches from `root`.
    package func leaf(_ x: [Int16], row: Int, root: Int, thresholds: [Int16]) -> Int {
        var reference = root
        while reference >= 0 {
            let node = nodes[reference]
            reference =
                x[row * featureCount + node.feature] <= thresholds[reference]
                ? node.whenTrue : node.whenFalse
        }
        return -1 - reference
    }
}

enum IntegerTreeEnsembleOperator: IntegerOperator {
    static let name = "aivm.integer.TreeEnsemble"
    static let attributeNames =
        ["false", "features", "roots", "true"] + Rescaling.attributeNames
    static let inputCount = 3...4
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [TensorType(.int16, try IntegerTreeEnsembleForm(call).shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        guard let form = try? IntegerTreeEnsembleForm(call) else { return work }
        let perRow = form.stepsPerRow * 4 + form.roots.count * (form.classCount + 4)
        work.elements = work.elements.multipliedSaturating(4)
        return work + Work(elements: UInt64(form.rowCount).multipliedSaturating(perRow))
            + Work(elements: UInt64(form.nodes.count).multipliedSaturating(16))
    }

    static func computation(
        _ call: OperatorCall, using kernels: Kernels
    ) throws(OperatorError) -> @Sendable ([Tensor?]) -> Tensor {
        let form = try IntegerTreeEnsembleForm(call)
        return { result(form, $0) }
    }

    static func result(_ form: IntegerTreeEnsembleForm, _ inputs: [Tensor?]) -> Tensor {
        guard form.shape.elementCount > 0 else { return Tensor([Int16](), shape: form.shape) }
        let x = inputs.required(0).activations
        let thresholds = inputs.required(1).activations
        let leaves = inputs.required(2).integers
        let base = inputs.optional(3)?.integers ?? [Int32](repeating: 0, count: form.classCount)
        var results: [Int16] = []
        results.reserveCapacity(form.shape.elementCount)
        for row in 0..<form.rowCount {
            var sums = base.map { Int64($0) }
            for root in form.roots {
                let leaf = form.leaf(x, row: row, root: root, thresholds: thresholds)
                let first = leaf * form.classCount
                for index in sums.indices { sums[index] += Int64(leaves[first + index]) }
            }
            for (index, sum) in sums.enumerated() {
                results.append(form.rescaling.result(sum, channel: index))
            }
        }
        return Tensor(results, shape: form.shape)
    }
}
