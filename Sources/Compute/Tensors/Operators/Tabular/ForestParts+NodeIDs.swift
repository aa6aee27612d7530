// Forests as TreeEnsembleClassifier and TreeEnsembleRegressor list them: every node, leaves too,
// has a tree and an identifier of its own in that tree, children and weights name those. A tree's
// root is the first of its nodes in the list; trees come in the order of their roots.

extension ForestParts {
    /// Where the identifiers of a list of nodes are.
    private struct NodeIndex {
        let trees: [Int]
        let identifiers: [Int]
        /// Places in ascending order of tree and identifier.
        private(set) var order: [Int]

        init(_ trees: [Int], _ identifiers: [Int]) throws(OperatorError) {
            self.trees = trees
            self.identifiers = identifiers
            order = Array(trees.indices)
            func precedes(_ a: Int, _ b: Int) -> Bool {
                (trees[a], identifiers[a]) < (trees[b], identifiers[b])
            }
            // Exporters list nodes in order.
            if !zip(order, order.dropFirst()).allSatisfy({ precedes($0, $1) }) {
                order.sort(by: precedes)
            }
            for (place, next) in zip(order, order.dropFirst()) where !precedes(place, next) {
                throw .wrongAttribute(
                    name: "nodes_nodeids",
                    reason: "tree \(trees[place]) has two nodes \(identifiers[place])")
            }
        }

        /// The first place of each tree, ascending.
        var roots: [Int] {
            var roots: [Int] = []
            var tree: Int?
            for place in order {
                if trees[place] == tree {
                    roots[roots.count - 1] = min(roots[roots.count - 1], place)
                } else {
                    tree = trees[place]
                    roots.append(place)
                }
            }
            return roots.sorted()
        }

        /// The place of a node; `nil` when there is none. `guess` is tried first.
        func place(tree: Int, identifier: Int, guess: Int) -> Int? {
            if trees.indices.contains(guess), trees[guess] == tree,
                identifiers[guess] == identifier
            {
                return guess
            }
            var low = 0
            var high = order.count
            while low < high {
                let middle = (low + high) / 2
                let place = order[middle]
                if (trees[place], identifiers[place]) < (tree, identifier) {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            guard low < order.count, trees[order[low]] == tree,
                identifiers[order[low]] == identifier
            else { return nil }
            return order[low]
        }
    }

    /// Reads the attributes `nodes_…` and, with `prefix` `class` or `target`, those of the weights.
    init(
        _ attributes: Attributes, prefix: String, targetCount: Int
    ) throws(OperatorError) {
        self.targetCount = targetCount
        targetName = prefix + "_ids"
        let trees = try attributes.intValues("nodes_treeids")
        func list(_ name: String, canBeAbsent: Bool = false) throws(OperatorError) -> [Int] {
            let values = try attributes.intValues(name)
            if canBeAbsent, values.isEmpty { return [Int](repeating: 0, count: trees.count) }
            try requireLength(name, values.count, trees.count)
            return values
        }
        try checkCounts(
            nodes: trees.count, weights: try attributes.intValues(targetName).count,
            targets: targetCount)
        let index = try NodeIndex(trees, try list("nodes_nodeids"))
        let modes = try attributes.textValues("nodes_modes")
        try requireLength("nodes_modes", modes.count, trees.count)
        let leaves = try modes.map { (mode) throws(OperatorError) in try branchMode(mode) == nil }
        let references = ForestParts.references(leaves)
        let missing = try list("nodes_missing_value_tracks_true", canBeAbsent: true)
        let values = try forestScalars(attributes, "nodes_values", as: Scalar.self)
        try requireLength("nodes_values", values.count, trees.count)
        let features = try list("nodes_featureids")
        let truths = try list("nodes_truenodeids")
        let falsehoods = try list("nodes_falsenodeids")
        for place in trees.indices {
            guard let mode = try branchMode(modes[place]) else { continue }
            func child(_ identifiers: [Int], _ name: String) throws(OperatorError) -> Int32 {
                let (distance, _) = identifiers[place].subtractingReportingOverflow(
                    index.identifiers[place])
                let (guess, overflow) = place.addingReportingOverflow(distance)
                guard
                    let found = index.place(
                        tree: trees[place], identifier: identifiers[place],
                        guess: overflow ? -1 : guess)
                else {
                    throw .wrongAttribute(
                        name: name, reason: "names node \(identifiers[place]), which is not there")
                }
                return references[found]
            }
            nodes.append(
                ForestNode(
                    feature: Int32(exactly: features[place]) ?? -1,
                    tracksMissing: missing[place] == 1, mode: mode, threshold: values[place],
                    whenTrue: try child(truths, "nodes_truenodeids"),
                    whenFalse: try child(falsehoods, "nodes_falsenodeids")))
        }
        roots = index.roots.map { references[$0] }
        try addWeights(attributes, prefix, index, references)
    }

    /// The references to nodes: those that branch are numbered in order, and so are the leaves.
    private static func references(_ isLeaf: [Bool]) -> [Int32] {
        var branches: Int32 = 0
        var leaves: Int32 = 0
        return isLeaf.map { isLeaf in
            if isLeaf {
                leaves += 1
                return ~(leaves - 1)
            }
            branches += 1
            return branches - 1
        }
    }

    /// The mode that ONNX calls `name`, `nil` for a leaf.
    private func branchMode(_ name: String) throws(OperatorError) -> BranchMode? {
        switch name {
        case "BRANCH_LEQ": return .lessOrEqual
        case "BRANCH_LT": return .less
        case "BRANCH_GTE": return .greaterOrEqual
        case "BRANCH_GT": return .greater
        case "BRANCH_EQ": return .equal
        case "BRANCH_NEQ": return .notEqual
        case "LEAF": return nil
        default:
            throw .wrongAttribute(name: "nodes_modes", reason: "holds \"\(name.prefix(40))\"")
        }
    }

    /// Sorts the weights by leaf; within a leaf they keep their order. Weights of nodes that branch
    /// count for nothing: some exporters list them.
    private mutating func addWeights(
        _ attributes: Attributes, _ prefix: String, _ index: NodeIndex, _ references: [Int32]
    ) throws(OperatorError) {
        let trees = try attributes.intValues(prefix + "_treeids")
        let identifiers = try attributes.intValues(prefix + "_nodeids")
        let targets = try attributes.intValues(prefix + "_ids")
        let weights = try forestScalars(attributes, prefix + "_weights", as: Scalar.self)
        try requireLength(prefix + "_nodeids", identifiers.count, trees.count)
        try requireLength(prefix + "_ids", targets.count, trees.count)
        try requireLength(prefix + "_weights", weights.count, trees.count)
        let leafCount = references.reduce(0) { $0 + ($1 < 0 ? 1 : 0) }
        var counts = [Int32](repeating: 0, count: leafCount + 1)
        var leaves: [Int] = []
        for (tree, identifier) in zip(trees, identifiers) {
            guard let place = index.place(tree: tree, identifier: identifier, guess: -1) else {
                throw .wrongAttribute(
                    name: prefix + "_nodeids", reason: "names node \(identifier) of tree \(tree)")
            }
            let leaf = references[place] < 0 ? Int(~references[place]) : -1
            leaves.append(leaf)
            if leaf >= 0 { counts[leaf + 1] += 1 }
        }
        for leaf in 1..<max(counts.count, 1) { counts[leaf] += counts[leaf - 1] }
        leafStarts = counts
        var next = counts
        self.targets = [Int32](repeating: 0, count: Int(counts.last ?? 0))
        self.weights = [Scalar](repeating: 0, count: self.targets.count)
        for (entry, leaf) in leaves.enumerated() {
            guard targets[entry] >= 0, targets[entry] < targetCount else {
                throw .wrongAttribute(name: targetName, reason: "names target \(targets[entry])")
            }
            guard leaf >= 0 else { continue }
            self.targets[Int(next[leaf])] = Int32(targets[entry])
            self.weights[Int(next[leaf])] = weights[entry]
            next[leaf] += 1
        }
    }
}
