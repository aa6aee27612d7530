// What building the relations of a node takes, counted before they are built: views that operands
// are made of are copied into every relation, and lists along axes have their extents. What is
// built is counted again by `Sumcheck`, with what it asks of a verifier. A budget of the caller's
// bounds the time, a number of numbers the memory.

import Models
import Sumcheck
import Tensors

extension ProgramRelations {
    /// Most numbers in all relations of a program that somebody else wrote: some hundreds of
    /// megabytes. Those of the benchmark models are thousands.
    public static let maximumNumbers = 1 << 25

    /// The work of making a node's relations, however few they are.
    private static let nodeWork = 512
    /// The work of copying a view into the relations of a node, and the numbers that it has.
    private static let viewWork = 64

    /// The work of building a node's relations, about: no more than a few times what it takes.
    func buildingWork(of node: CheckedNode) -> Int {
        var work = ProgramRelations.nodeWork
        for case let value? in node.inputs {
            if let quantity = quantities[value] {
                // Split copies the views of what it splits into each part.
                work += self.work(of: quantity) * max(1, node.outputs.count)
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

/// What a program may still take, while its relations are built.
struct WorkCounter {
    /// The time.
    private(set) var budget: WorkBudget
    /// The memory.
    private var numbers: WorkBudget
    private var mark = RelationBuilder.Mark()

    init(budget: WorkBudget, maximumNumbers: Int) {
        self.budget = budget
        numbers = WorkBudget(limit: maximumNumbers)
    }

    /// Spends the work of building something, which has no more numbers.
    mutating func spend(_ work: Int) throws(ArithmetizationError) {
        try spend(work, numbers: work)
    }

    /// Spends what was added to a builder.
    mutating func spend(on builder: RelationBuilder) throws(ArithmetizationError) {
        let (steps, numbers) = builder.work(since: &mark)
        try spend(steps, numbers: numbers)
    }

    private mutating func spend(_ work: Int, numbers count: Int) throws(ArithmetizationError) {
        do { try budget.spend(work) } catch { throw .tooMuchWork(limit: budget.limit) }
        do { try numbers.spend(count) } catch { throw .tooLarge(limit: numbers.limit) }
    }
}
