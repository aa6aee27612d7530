// What building the relations of a node takes, counted before they are built: views that operands
// are made of are copied into every relation, and lists along axes have their extents. What is
// built is counted again by `Sumcheck`, with what it asks of a verifier.

import Models
import Sumcheck
import Tensors

extension ProgramRelations {
    /// The work of making a node's relations, however few they are.
    private static let nodeWork = 512
    /// The work of copying a view into the relations of a node; each takes some 300 bytes, so that
    /// 2^27 of work are some 300 MiB.
    private static let viewWork = 128

    /// Spends `work` of a budget.
    func spend(_ work: Int, _ budget: inout WorkBudget) throws(ArithmetizationError) {
        do { try budget.spend(work) } catch { throw .tooMuchWork(limit: budget.limit) }
    }

    /// The work of making the relations of a node, about: no more than a few times what it takes.
    func buildingWork(of node: CheckedNode) -> Int {
        var work = ProgramRelations.nodeWork
        for case let value? in node.inputs {
            if let quantity = quantities[value] {
                work += self.work(of: quantity)
            } else if let type = model.valueTypes[value] {
                work += self.work(of: type)
            }
        }
        for type in node.outputTypes ?? [] { work += self.work(of: type) }
        return work
    }

    /// The work of lists along the axes of a value.
    func work(of type: TensorType) -> Int { type.axes.reduce(ProgramRelations.viewWork, +) }

    /// The work of copying a quantity's views, and of lists along its axes.
    func work(of quantity: Quantity) -> Int {
        quantity.extents.reduce(0, +) + quantity.addends.count * ProgramRelations.viewWork
    }
}
