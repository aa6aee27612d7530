// What is said when an input leads an integer program beyond the range that it was calibrated for.

import Models
import Quantization
import Tensors

/// The numbers of one run that saturated.
struct SaturationNote {
    private let nodes: [Saturation]

    /// Counts them; nothing for programs of other profiles.
    init(_ model: Model, _ sample: [NamedTensor]) throws {
        nodes = model.profile == .integer ? try SaturationCounter(model).count(sample) : []
    }

    /// How many there are.
    var count: Int { nodes.reduce(0) { $0 + $1.count + $1.notNumberCount } }

    /// Says so on standard error, one line for each node.
    func show() {
        for node in nodes {
            if node.count > 0 {
                Terminal.note(
                    "note: \(grouped(node.count)) of \(grouped(node.elementCount)) numbers of "
                        + "\(node.place) are at or beyond the calibrated range and saturated")
            }
            if node.notNumberCount > 0 {
                Terminal.note(
                    "note: \(grouped(node.notNumberCount)) numbers that \(node.place) reads are "
                        + "NaN and became 0")
            }
        }
    }
}
