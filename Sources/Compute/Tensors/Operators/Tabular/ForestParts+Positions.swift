// Forests as TreeEnsemble of ai.onnx.ml 5 lists them: nodes that branch and leaves apart, children
// and roots by position, one weight a leaf.

extension ForestParts {
    /// Reads the attributes of TreeEnsemble.
    init(_ attributes: Attributes) throws(OperatorError) {
        rootName = "tree_roots"
        targetName = "leaf_targetids"
        targetCount = try attributes.int("n_targets")
        let features = try attributes.intValues("nodes_featureids")
        func list(_ name: String) throws(OperatorError) -> [Int] {
            let values = try attributes.intValues(name)
            try requireLength(name, values.count, features.count)
            return values
        }
        weights = try forestTensor(attributes, "leaf_weights", as: Scalar.self)
        let leafTargets = try attributes.intValues("leaf_targetids")
        try requireLength("leaf_targetids", leafTargets.count, weights.count)
        targets = leafTargets.map { Int32(exactly: $0) ?? -1 }
        try checkCounts(nodes: features.count, weights: weights.count, targets: targetCount)
        leafStarts = (0...weights.count).map(Int32.init)
        let modes = try modes(attributes, features.count)
        let splits = try forestTensor(attributes, "nodes_splits", as: Scalar.self)
        try requireLength("nodes_splits", splits.count, features.count)
        var missing = try attributes.intValues("nodes_missing_value_tracks_true")
        if missing.isEmpty { missing = [Int](repeating: 0, count: features.count) }
        try requireLength("nodes_missing_value_tracks_true", missing.count, features.count)
        let truths = try list("nodes_truenodeids")
        let falsehoods = try list("nodes_falsenodeids")
        let truthLeaves = try list("nodes_trueleafs")
        let falsehoodLeaves = try list("nodes_falseleafs")
        let leafCount = weights.count
        func reference(_ position: Int, isLeaf: Int, _ name: String) throws(OperatorError) -> Int32
        {
            guard position >= 0, position < (isLeaf == 0 ? features.count : leafCount) else {
                throw .wrongAttribute(name: name, reason: "holds \(position)")
            }
            return isLeaf == 0 ? Int32(position) : ~Int32(position)
        }
        for (place, mode) in modes.enumerated() {
            nodes.append(
                ForestNode(
                    feature: Int32(exactly: features[place]) ?? -1,
                    tracksMissing: missing[place] == 1, mode: mode, threshold: splits[place],
                    whenTrue: try reference(
                        truths[place], isLeaf: truthLeaves[place], "nodes_truenodeids"),
                    whenFalse: try reference(
                        falsehoods[place], isLeaf: falsehoodLeaves[place], "nodes_falsenodeids")))
        }
        for root in try attributes.intValues("tree_roots") {
            roots.append(try reference(root, isLeaf: 0, "tree_roots"))
        }
        try addMembers(attributes)
    }

    private func modes(
        _ attributes: Attributes, _ count: Int
    ) throws(OperatorError) -> [BranchMode] {
        let numbers = try attributes.tensor("nodes_modes")?.uint8s ?? []
        try requireLength("nodes_modes", numbers.count, count)
        return try numbers.map { (number) throws(OperatorError) in
            guard let mode = BranchMode(rawValue: number) else {
                throw .wrongAttribute(name: "nodes_modes", reason: "holds \(number)")
            }
            return mode
        }
    }

    /// Reads the sets of the nodes that test membership: in the order of the nodes, each ended by a
    /// NaN, which the last may lack.
    private mutating func addMembers(_ attributes: Attributes) throws(OperatorError) {
        let values = try forestTensor(attributes, "membership_values", as: Scalar.self)
        var sets = values.split(omittingEmptySubsequences: false) { $0.isNaN }
        if let last = sets.last, last.isEmpty { sets.removeLast() }
        let setCount = nodes.reduce(0) { $0 + ($1.mode == .member ? 1 : 0) }
        guard sets.count == setCount else {
            throw .wrongAttribute(
                name: "membership_values", reason: "holds \(sets.count) sets, not \(setCount)")
        }
        guard setCount > 0 else { return }
        try checkCounts(nodes: nodes.count, weights: values.count, targets: targetCount)
        memberStarts = [0]
        var next = 0
        for node in nodes {
            if node.mode == .member {
                members += sets[next].sorted()
                next += 1
            }
            memberStarts.append(Int32(members.count))
        }
    }
}
