// Which values are alive when. A value is held from its making until the last node that reads it
// has run; inputs from the start, outputs to the end. Weights are counted apart.

import Base
import Tensors

/// When the values of a list of nodes can be let go, and how much memory they need at most.
struct Liveness {
    /// For each node, the numbers of the values that nothing needs after it, ascending.
    private(set) var releases: [[Int]]
    /// The largest number of bytes of inputs, intermediate values and outputs alive at one time.
    /// Values whose types are not known before a run are not counted.
    private(set) var peakBytes = 0

    /// Follows the values of checked nodes. Sums cannot overflow: limits keep every count and size
    /// far below 2^62.
    ///
    /// - Parameters:
    ///   - held: values that are never let go, such as constants.
    ///   - inputs: values that are there from the start and let go when nothing needs them.
    ///   - outputs: values that live to the end.
    init(
        _ nodes: [CheckedNode], held: Range<Int>, inputs: Range<Int>, outputs: [Int],
        types: [TensorType?]
    ) {
        var lastUse = [Int](repeating: -1, count: types.count)
        for (index, node) in nodes.enumerated() {
            for case .some(let value) in node.inputs { lastUse[value] = index }
            for value in node.captures { lastUse[value] = index }
            // An output that nobody reads lives while its node runs.
            for value in node.outputs { lastUse[value] = index }
        }
        for value in outputs { lastUse[value] = nodes.count }
        releases = [[Int]](repeating: [], count: nodes.count)
        for (value, node) in lastUse.enumerated()
        where nodes.indices.contains(node) && !held.contains(value) {
            releases[node].append(value)
        }
        func size(_ value: Int) -> Int { types[value]?.byteCount ?? 0 }
        var live = inputs.reduce(0) { $0 + size($1) }
        peakBytes = live
        for (index, node) in nodes.enumerated() {
            live += node.outputs.reduce(0) { $0 + size($1) }
            peakBytes = max(peakBytes, live)
            live -= releases[index].reduce(0) { $0 + size($1) }
        }
    }
}
