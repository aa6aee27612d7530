// What files say of the values that operators of `ai.onnx.ml` make. Classifiers give a table with a
// column of scores for each class; `ZipMap` turns its rows into maps from label to score. Programs
// have no maps: the table stays, and the import's report keeps the labels.

/// The values of a graph that come from operators of `ai.onnx.ml`.
struct TabularValues {
    /// Their names, also behind nodes that keep the shape.
    private(set) var names: Set<String> = []
    /// The labels of the columns of those that are tables of classes.
    private(set) var labels: [String: [String]] = [:]

    /// Operators that keep the shape and the meaning of the columns.
    private static let keepers: Set<String> = [
        "Identity", "Cast", "Dropout", "ai.onnx.ml.ZipMap", "ai.onnx.ml.Normalizer",
    ]
    /// Classifiers whose second output has a column for each class.
    private static let classifiers: Set<String> = [
        "ai.onnx.ml.LinearClassifier", "ai.onnx.ml.TreeEnsembleClassifier",
    ]

    /// Takes note of the outputs of `node`, whose inputs were followed before.
    mutating func follow(_ node: ONNXNode) {
        let name = node.qualifiedName
        let input = node.inputs.first ?? ""
        let isKeeper = TabularValues.keepers.contains(name)
        if node.domain == "ai.onnx.ml" || (isKeeper && names.contains(input)) {
            names.formUnion(node.outputs)
        }
        if isKeeper, let output = node.outputs.first {
            labels[output] = node.classLabels ?? labels[input]
        } else if TabularValues.classifiers.contains(name), node.outputs.count == 2 {
            labels[node.outputs[1]] = node.classLabels
        } else if name == "ai.onnx.ml.SVMClassifier", node.outputs.count == 2,
            node.attributes.contains(where: { $0.name == "prob_a" && !$0.floats.isEmpty })
        {
            labels[node.outputs[1]] = node.classLabels
        }
    }
}

extension ONNXNode {
    /// The labels that the node's attributes list, as texts; `nil` when they list none.
    fileprivate var classLabels: [String]? {
        for attribute in attributes {
            switch attribute.name {
            case "classlabels_strings" where !attribute.strings.isEmpty:
                return attribute.strings.map { String(decoding: $0, as: UTF8.self) }
            case "classlabels_ints" where !attribute.ints.isEmpty,
                "classlabels_int64s" where !attribute.ints.isEmpty:
                return attribute.ints.map { "\($0)" }
            default: continue
            }
        }
        return nil
    }
}
