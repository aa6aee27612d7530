// Which tensors are alive when. A tensor is held from its making until the last node that reads it
// has run; inputs from the start, outputs of the program to the end. Weights are counted apart.

import Base
import Tensors

/// When the values of a program can be let go, and how much memory they need at most.
struct Liveness {
    /// For each node, the numbers of the values that nothing needs after it, ascending.
    private(set) var releases: [[Int]]
    /// The largest number of bytes of inputs, intermediate values and outputs alive at one time.
    private(set) var peakBytes: Int

    /// Follows the values of an inferred program. Sums cannot overflow: limits keep every count
    /// and size far below 2^62.
    init(_ program: Program, _ valueTypes: [TensorType]) {
        let constants = program.inputs.count..<program.inputs.count + program.constants.count
        var lastUse = [Int](repeating: -1, count: valueTypes.count)
        var producer = 0
        for (index, node) in program.nodes.enumerated() {
            for reference in node.inputs where reference > 0 {
                lastUse[Int(reference) - 1] = index
            }
            let first = constants.upperBound + producer
            // An output that nobody reads lives while its node runs.
            for value in first..<first + Int(node.outputCount) { lastUse[value] = index }
            producer += Int(node.outputCount)
        }
        for output in program.outputs { lastUse[Int(output.value) - 1] = program.nodes.count }

        releases = [[Int]](repeating: [], count: program.nodes.count)
        for (value, node) in lastUse.enumerated()
        where program.nodes.indices.contains(node) && !constants.contains(value) {
            releases[node].append(value)
        }

        var live = 0
        for value in program.inputs.indices { live += valueTypes[value].byteCount }
        peakBytes = live
        var next = constants.upperBound
        for (index, node) in program.nodes.enumerated() {
            for value in next..<next + Int(node.outputCount) { live += valueTypes[value].byteCount }
            next += Int(node.outputCount)
            peakBytes = max(peakBytes, live)
            for value in releases[index] { live -= valueTypes[value].byteCount }
        }
    }
}
