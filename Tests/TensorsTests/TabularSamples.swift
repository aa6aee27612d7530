// Attributes of the operators of ai.onnx.ml, written short, for the tests of them.

import TestSupport

@testable import Tensors

/// Named attributes.
typealias NamedAttributes = [(String, AttributeValue)]

/// A list of floats as an attribute holds it.
func floatList(_ values: [Float]) -> AttributeValue { .floats(values.map(\.bitPattern)) }

/// A forest as TreeEnsembleClassifier and TreeEnsembleRegressor list it.
struct ListedForest {
    var trees: [Int64] = []
    var identifiers: [Int64] = []
    var features: [Int64] = []
    var modes: [String] = []
    var values: [Float] = []
    var truths: [Int64] = []
    var falsehoods: [Int64] = []
    var missing: [Int64] = []
    var weights: [(tree: Int64, node: Int64, target: Int64, weight: Float)] = []

    /// Adds the root of a tree of one branch with the leaves 1 (true) and 2 (false).
    mutating func addStump(
        feature: Int64 = 0, mode: String = "BRANCH_LEQ", value: Float = 0.5, missing: Int64 = 0,
        _ truth: [(target: Int64, weight: Float)], _ falsehood: [(target: Int64, weight: Float)]
    ) {
        let tree = (trees.max() ?? -1) + 1
        add(tree, 0, feature: feature, mode: mode, value: value, 1, 2, missing: missing)
        add(tree, 1, mode: "LEAF")
        add(tree, 2, mode: "LEAF")
        for (node, leaf) in [(1, truth), (2, falsehood)] {
            weights += leaf.map { (tree, Int64(node), $0.target, $0.weight) }
        }
    }

    /// Adds a node.
    mutating func add(
        _ tree: Int64, _ identifier: Int64, feature: Int64 = 0, mode: String = "BRANCH_LEQ",
        value: Float = 0, _ truth: Int64 = 0, _ falsehood: Int64 = 0, missing: Int64 = 0
    ) {
        trees.append(tree)
        identifiers.append(identifier)
        features.append(feature)
        modes.append(mode)
        values.append(value)
        truths.append(truth)
        falsehoods.append(falsehood)
        self.missing.append(missing)
    }

    /// The attributes; those of the weights begin with `prefix`.
    func attributes(_ prefix: String, _ others: NamedAttributes) -> NamedAttributes {
        [
            ("nodes_treeids", .ints(trees)), ("nodes_nodeids", .ints(identifiers)),
            ("nodes_featureids", .ints(features)), ("nodes_modes", .strings(modes)),
            ("nodes_values", floatList(values)), ("nodes_truenodeids", .ints(truths)),
            ("nodes_falsenodeids", .ints(falsehoods)),
            ("nodes_missing_value_tracks_true", .ints(missing)),
            ("\(prefix)_treeids", .ints(weights.map(\.tree))),
            ("\(prefix)_nodeids", .ints(weights.map(\.node))),
            ("\(prefix)_ids", .ints(weights.map(\.target))),
            ("\(prefix)_weights", floatList(weights.map(\.weight))),
        ] + others
    }

    /// The attributes of a regressor with `targets` targets.
    func regressor(targets: Int64 = 1, _ others: NamedAttributes = []) -> NamedAttributes {
        attributes("target", [("n_targets", .int(targets))] + others)
    }

    /// The attributes of a classifier with integer labels.
    func classifier(_ labels: [Int64], _ others: NamedAttributes = []) -> NamedAttributes {
        attributes("class", [("classlabels_int64s", .ints(labels))] + others)
    }

    /// A random forest: every tree full, of a depth up to 6.
    static func random(
        trees: Int, features: Int, targets: Int, _ generator: inout SeededGenerator
    ) -> ListedForest {
        var forest = ListedForest()
        let modes = [
            "BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ",
        ]
        for tree in 0..<trees {
            let branches = (1 << generator.int(in: 0...6)) - 1
            for node in 0..<2 * branches + 1 {
                guard node < branches else {
                    forest.add(Int64(tree), Int64(node), mode: "LEAF")
                    for target in 0..<targets {
                        let weight = Float(generator.int(in: -99...99)) / 32
                        forest.weights.append((Int64(tree), Int64(node), Int64(target), weight))
                    }
                    continue
                }
                forest.add(
                    Int64(tree), Int64(node), feature: Int64(generator.int(in: 0..<features)),
                    mode: generator.element(of: modes),
                    value: Float(generator.int(in: -8...8)) / 2, Int64(2 * node + 1),
                    Int64(2 * node + 2), missing: generator.isOne(in: 3) ? 1 : 0)
            }
        }
        return forest
    }
}

/// A forest as TreeEnsemble lists it.
struct PositionedForest {
    var features: [Int64] = []
    var modes: [UInt8] = []
    var splits: [Float] = []
    var truths: [(position: Int64, isLeaf: Int64)] = []
    var falsehoods: [(position: Int64, isLeaf: Int64)] = []
    var missing: [Int64] = []
    var leaves: [(target: Int64, weight: Float)] = []
    var roots: [Int64] = []
    var members: [Float] = []

    /// The attributes for `targets` targets.
    func attributes(targets: Int64, _ others: NamedAttributes = []) -> NamedAttributes {
        func vector(_ values: [Float]) -> AttributeValue {
            .tensor(Tensor(values, shape: [values.count]))
        }
        var result: NamedAttributes = [
            ("nodes_featureids", .ints(features)),
            ("nodes_modes", .tensor(Tensor(modes, shape: [modes.count]))),
            ("nodes_splits", vector(splits)),
            ("nodes_truenodeids", .ints(truths.map(\.position))),
            ("nodes_trueleafs", .ints(truths.map(\.isLeaf))),
            ("nodes_falsenodeids", .ints(falsehoods.map(\.position))),
            ("nodes_falseleafs", .ints(falsehoods.map(\.isLeaf))),
            ("nodes_missing_value_tracks_true", .ints(missing)),
            ("leaf_targetids", .ints(leaves.map(\.target))),
            ("leaf_weights", vector(leaves.map(\.weight))), ("tree_roots", .ints(roots)),
            ("n_targets", .int(targets)),
        ]
        if !members.isEmpty { result.append(("membership_values", vector(members))) }
        return result + others
    }

    /// Adds a node.
    mutating func add(
        feature: Int64 = 0, mode: UInt8 = 0, split: Float = 0,
        _ truth: (position: Int64, isLeaf: Int64), _ falsehood: (position: Int64, isLeaf: Int64),
        missing: Int64 = 0
    ) {
        features.append(feature)
        modes.append(mode)
        splits.append(split)
        truths.append(truth)
        falsehoods.append(falsehood)
        self.missing.append(missing)
    }
}
