// A forest of decision trees in compact arrays, checked once, so that a walk needs no more checks:
// every child exists, no path comes back to a node, every feature lies in a row. Children and roots
// are references: a node's index, or the complement (~) of a leaf's index. Walks are loops, not
// recursion. Sources: the operators TreeEnsembleClassifier, TreeEnsembleRegressor and TreeEnsemble
// of ai.onnx.ml 1 to 5.

/// How a node compares a feature with its threshold. The raw values are those of TreeEnsemble.
enum BranchMode: UInt8, Sendable {
    case lessOrEqual, less, greaterOrEqual, greater, equal, notEqual, member
}

/// A node that branches.
struct ForestNode<Scalar: Real>: Sendable {
    var feature: Int32
    /// Whether the true branch is taken for a NaN.
    var tracksMissing: Bool
    var mode: BranchMode
    var threshold: Scalar
    /// References to the children.
    var whenTrue: Int32
    var whenFalse: Int32
}

/// Decision trees whose leaves add weights to targets.
struct Forest<Scalar: Real>: Sendable {
    /// What becomes of the weights of one target.
    enum Aggregate: String, CaseIterable, Sendable {
        case average = "AVERAGE"
        case sum = "SUM"
        case minimum = "MIN"
        case maximum = "MAX"
    }

    let nodes: [ForestNode<Scalar>]
    let roots: [Int32]
    /// The weights of leaf i are those from `leafStarts[i]` to `leafStarts[i + 1]`.
    let leafStarts: [Int32]
    let targets: [Int32]
    let weights: [Scalar]
    /// The sets of nodes that test membership: node i has the ascending members from
    /// `memberStarts[i]` to `memberStarts[i + 1]`. Empty when no node does.
    let memberStarts: [Int32]
    let members: [Scalar]
    let targetCount: Int
    /// Most comparisons and additions that one row takes.
    let stepsPerRow: Int
    /// The mode of all nodes, `nil` when they differ or a set is tested.
    private let commonMode: BranchMode?
    private let tracksMissing: Bool

    /// Checks and keeps the parts.
    ///
    /// - Throws: `wrongAttribute` for a tree that is no tree, a target or a feature out of range.
    init(_ parts: ForestParts<Scalar>, featureCount: Int) throws(OperatorError) {
        nodes = parts.nodes
        roots = parts.roots
        leafStarts = parts.leafStarts
        targets = parts.targets
        weights = parts.weights
        memberStarts = parts.memberStarts
        members = parts.members
        targetCount = parts.targetCount
        guard !roots.isEmpty else {
            throw .wrongAttribute(name: parts.rootName, reason: "holds no tree")
        }
        for target in targets where target < 0 || Int(target) >= targetCount {
            throw .wrongAttribute(name: parts.targetName, reason: "names target \(target)")
        }
        for node in nodes where node.feature < 0 || Int(node.feature) >= featureCount {
            throw .wrongAttribute(
                name: "nodes_featureids", reason: "names feature \(node.feature)")
        }
        stepsPerRow = try parts.stepsPerRow()
        let first = nodes.first?.mode
        let isUniform = first != .member && nodes.allSatisfy { $0.mode == first }
        commonMode = isUniform ? first : nil
        tracksMissing = nodes.contains { $0.tracksMissing }
    }

    /// Whether every weight is at least 0 (NaN counts as such).
    var hasNoNegativeWeight: Bool { !weights.contains { $0 < 0 } }

    /// The scores of each of `rowCount` rows of `table`, target by target, and whether any leaf
    /// that the row reached had a weight for the target. Weights count in the order of the trees;
    /// within a leaf in the order listed. A target without weights has 0.
    func scores(
        _ table: [Scalar], rowCount: Int, featureCount: Int, _ aggregate: Aggregate
    ) -> (scores: [Scalar], isGiven: [Bool]) {
        var scores = [Scalar](repeating: 0, count: rowCount * targetCount)
        var isGiven = [Bool](repeating: false, count: rowCount * targetCount)
        visitLeaves(table, rowCount, featureCount) { row, leaf in
            for index in Int(leafStarts[leaf])..<Int(leafStarts[leaf + 1]) {
                let place = row * targetCount + Int(targets[index])
                let weight = weights[index]
                switch aggregate {
                case .sum, .average: scores[place] += weight
                case .minimum:
                    if !isGiven[place] || weight < scores[place] { scores[place] = weight }
                case .maximum:
                    if !isGiven[place] || weight > scores[place] { scores[place] = weight }
                }
                isGiven[place] = true
            }
        }
        if aggregate == .average {
            let count = Scalar(roots.count)
            for index in scores.indices { scores[index] /= count }
        }
        return (scores, isGiven)
    }

    /// Calls `body` with each row and the leaf it reaches, tree by tree for a block of rows at a
    /// time, so that a tree stays in the cache; for one row the trees come in order.
    @inline(__always)
    private func visitLeaves(
        _ table: [Scalar], _ rowCount: Int, _ featureCount: Int, _ body: (Int, Int) -> Void
    ) {
        switch tracksMissing ? nil : commonMode {
        case .lessOrEqual: visit(table, rowCount, featureCount, { $1 <= $0.threshold }, body)
        case .less: visit(table, rowCount, featureCount, { $1 < $0.threshold }, body)
        default:
            if memberStarts.isEmpty {
                visit(table, rowCount, featureCount, { takesTrueBranch($0, $1) }, body)
            } else {
                visitTestingMembers(table, rowCount, featureCount, body)
            }
        }
    }

    @inline(__always)
    private func visit(
        _ table: [Scalar], _ rowCount: Int, _ featureCount: Int,
        _ isTrue: (ForestNode<Scalar>, Scalar) -> Bool, _ body: (Int, Int) -> Void
    ) {
        for block in stride(from: 0, to: rowCount, by: 64) {
            for root in roots {
                for row in block..<min(block + 64, rowCount) {
                    let base = row * featureCount
                    var reference = root
                    while reference >= 0 {
                        let node = nodes[Int(reference)]
                        reference =
                            isTrue(node, table[base + Int(node.feature)])
                            ? node.whenTrue : node.whenFalse
                    }
                    body(row, Int(~reference))
                }
            }
        }
    }

    private func visitTestingMembers(
        _ table: [Scalar], _ rowCount: Int, _ featureCount: Int, _ body: (Int, Int) -> Void
    ) {
        for row in 0..<rowCount {
            for root in roots {
                var reference = root
                while reference >= 0 {
                    let index = Int(reference)
                    let node = nodes[index]
                    let value = table[row * featureCount + Int(node.feature)]
                    let isTrue =
                        node.mode == .member
                        ? isMember(value, ofSetAt: index) || (node.tracksMissing && value.isNaN)
                        : takesTrueBranch(node, value)
                    reference = isTrue ? node.whenTrue : node.whenFalse
                }
                body(row, Int(~reference))
            }
        }
    }

    /// The comparison of a node that tests no membership.
    @inline(__always)
    private func takesTrueBranch(_ node: ForestNode<Scalar>, _ value: Scalar) -> Bool {
        let isTrue: Bool =
            switch node.mode {
            case .lessOrEqual: value <= node.threshold
            case .less: value < node.threshold
            case .greaterOrEqual: value >= node.threshold
            case .greater: value > node.threshold
            case .equal: value == node.threshold
            case .notEqual: value != node.threshold
            case .member: false
            }
        return isTrue || (node.tracksMissing && value.isNaN)
    }

    /// Whether the set of node `index` has `value`. Binary search.
    private func isMember(_ value: Scalar, ofSetAt index: Int) -> Bool {
        var low = Int(memberStarts[index])
        var high = Int(memberStarts[index + 1])
        let end = high
        while low < high {
            let middle = (low + high) / 2
            if members[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low < end && members[low] == value
    }
}
