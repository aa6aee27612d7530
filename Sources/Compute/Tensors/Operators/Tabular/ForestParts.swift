// The parts of a forest before they are known to be trees, read from attributes in either of the
// two layouts that ONNX has. Attribute values are hostile here: lists of unequal lengths, children
// that do not exist, cycles.

/// What a forest is made of.
struct ForestParts<Scalar: Real> {
    var nodes: [ForestNode<Scalar>] = []
    var roots: [Int32] = []
    var leafStarts: [Int32] = [0]
    var targets: [Int32] = []
    var weights: [Scalar] = []
    var memberStarts: [Int32] = []
    var members: [Scalar] = []
    var targetCount = 0
    /// The attributes that list the roots and the targets, for errors.
    var rootName = "nodes_treeids"
    var targetName = "target_ids"

    /// Refuses counts that references and targets cannot number.
    func checkCounts(nodes: Int, weights: Int, targets: Int) throws(OperatorError) {
        guard targets >= 1, targets <= Shape.maximumElementCount else {
            throw .wrongAttribute(name: targetName, reason: "belongs to \(targets) targets")
        }
        guard nodes < Int(Int32.max), weights < Int(Int32.max) else {
            throw .tooLarge(reason: "a forest has \(nodes) nodes and \(weights) weights")
        }
    }

    /// Most comparisons and additions that one row takes: for each tree its depth and the weights
    /// of its largest leaf. Nodes may share children; a path that comes back to a node is refused.
    /// Every node is entered once.
    func stepsPerRow() throws(OperatorError) -> Int {
        /// 0 before a node is entered, −1 while its children are looked at, then its height.
        var heights = [Int](repeating: 0, count: nodes.count)
        func height(_ reference: Int32) -> Int {
            if reference >= 0 { return heights[Int(reference)] }
            let leaf = Int(~reference)
            return 1 + Int(leafStarts[leaf + 1] - leafStarts[leaf])
        }
        func isWaiting(_ reference: Int32) -> Bool {
            reference >= 0 && heights[Int(reference)] <= 0
        }
        var total = 0
        var path: [Int32] = []
        for root in roots {
            if isWaiting(root) { path.append(root) }
            while let reference = path.last {
                let index = Int(reference)
                let (truth, falsehood) = (nodes[index].whenTrue, nodes[index].whenFalse)
                let (isTruthWaiting, isFalsehoodWaiting) = (isWaiting(truth), isWaiting(falsehood))
                if !isTruthWaiting, !isFalsehoodWaiting {
                    heights[index] = 1 + max(height(truth), height(falsehood))
                    while let next = path.last, heights[Int(next)] > 0 { path.removeLast() }
                    continue
                }
                let comesBack =
                    isTruthWaiting && heights[Int(truth)] < 0
                    || isFalsehoodWaiting && heights[Int(falsehood)] < 0
                guard heights[index] == 0, !comesBack, truth != reference, falsehood != reference
                else {
                    throw .wrongAttribute(
                        name: "nodes_truenodeids", reason: "a path comes back to a node")
                }
                heights[index] = -1
                if isFalsehoodWaiting { path.append(falsehood) }
                if isTruthWaiting { path.append(truth) }
            }
            total += height(root)
        }
        return total
    }
}

/// The attributes `name` and `name_as_tensor`, of which one may be given.
func forestScalars<Scalar: Real>(
    _ attributes: Attributes, _ name: String, as type: Scalar.Type
) throws(OperatorError) -> [Scalar] {
    let floats = try attributes.floatValues(name)
    guard attributes[name + "_as_tensor"] != nil else { return floats.map { Scalar($0) } }
    let scalars = try forestTensor(attributes, name + "_as_tensor", as: type)
    guard floats.isEmpty || scalars.isEmpty else {
        throw .wrongAttribute(name: name, reason: "is given twice")
    }
    return floats.isEmpty ? scalars : floats.map { Scalar($0) }
}

/// The elements of the tensor `name`, none when it is absent.
func forestTensor<Scalar: Real>(
    _ attributes: Attributes, _ name: String, as type: Scalar.Type
) throws(OperatorError) -> [Scalar] {
    guard let tensor = try attributes.tensor(name) else { return [] }
    guard let scalars = Scalar.exactly(tensor) else {
        throw .wrongAttribute(name: name, reason: "holds \(tensor.type.element.name)")
    }
    return scalars
}

/// Refuses the attribute `name` unless it has `count` entries.
func requireLength(_ name: String, _ actual: Int, _ count: Int) throws(OperatorError) {
    guard actual == count else {
        throw .wrongAttribute(name: name, reason: "has \(actual) entries, not \(count)")
    }
}
