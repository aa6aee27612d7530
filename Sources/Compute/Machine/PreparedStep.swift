// Nodes made ready to run: constants packed where the types are known before a run, everything else
// left to be worked out in the run.

import Models
import Tensors

/// How many bytes nodes may yet use for packed forms of their own. A program that has very many
/// nodes pack the same constant would else need memory without bound; the nodes beyond run
/// unpacked.
struct PackingBudget {
    private(set) var left: Int
    private let total: Int

    /// What nodes used.
    var used: Int { total - left }

    /// The budget of a model with `weightByteCount` bytes of weights.
    init(weightByteCount: Int) {
        total = 256 << 20 + 4 * weightByteCount
        left = total
    }

    /// Takes `bytes` off, or gives `false`.
    mutating func take(_ bytes: Int) -> Bool {
        guard bytes <= left else { return false }
        left -= bytes
        return true
    }
}

/// A node, ready to run.
struct PreparedStep: Sendable {
    /// How the node is carried out.
    enum Action: Sendable {
        /// By an operator whose types are known; its gas is part of the model's.
        case prepared(any PreparedOperator)
        /// Not at all: the outputs follow from constants.
        case known([Tensor])
        /// By an operator whose types the run tells.
        case dynamic(any Operator.Type)
        /// By the machine itself.
        case control(ControlOperator, [PreparedBody])
    }

    let node: CheckedNode
    let action: Action
    /// The operators carried out together.
    let operatorNames: [String]
    /// The inputs of which the operator keeps a form of its own.
    private let packedInputs: [Int]

    /// - Parameter operatorNames: the operators carried out together; the node's own by default.
    init(node: CheckedNode, action: Action, operatorNames: [String]? = nil) {
        self.node = node
        self.action = action
        self.operatorNames = operatorNames ?? [node.place.operatorName]
        if case .prepared(let operation) = action {
            packedInputs = operation.packedInputs
        } else {
            packedInputs = []
        }
    }

    /// Whether a run reads the value of the input at `position`.
    func reads(_ position: Int) -> Bool {
        if case .known = action { return false }
        return packedInputs.isEmpty || !packedInputs.contains(position)
    }
}

/// The body of a node of control flow, ready to run.
struct PreparedBody: Sendable {
    let steps: [PreparedStep]
    let inputCount: Int
    let captureCount: Int
    let valueCount: Int
    let outputs: [Int]
}

extension PreparedStep {
    /// Makes the nodes of a body ready.
    private static func prepare(
        _ nodes: [CheckedNode], using kernels: Kernels, _ budget: inout PackingBudget
    ) throws(MachineError) -> [PreparedStep] {
        var steps: [PreparedStep] = []
        steps.reserveCapacity(nodes.count)
        for node in nodes {
            steps.append(try PreparedStep(node, using: kernels, &budget, packed: nil) { _ in nil })
        }
        return steps
    }

    /// Makes a node ready.
    ///
    /// - Parameters:
    ///   - budget: what may be packed beside `packed`.
    ///   - packed: the input that the operator packs, if that has been done.
    ///   - constant: the constant that has a value number of this node's, if one has.
    init(
        _ node: CheckedNode, using kernels: Kernels, _ budget: inout PackingBudget,
        packed: PackedMatrix?,
        constant: (Int) -> Tensor?
    ) throws(MachineError) {
        switch node.operation {
        case .control(let control):
            var bodies: [PreparedBody] = []
            for body in node.bodies {
                bodies.append(
                    PreparedBody(
                        steps: try PreparedStep.prepare(body.nodes, using: kernels, &budget),
                        inputCount: body.inputCount, captureCount: body.captureCount,
                        valueCount: body.valueCount, outputs: body.outputs))
            }
            self.init(node: node, action: .control(control, bodies))
        case .tensor(let kind):
            if let known = node.known {
                self.init(node: node, action: .known(known))
            } else if node.outputTypes == nil || kind.isRandom {
                self.init(node: node, action: .dynamic(kind))
            } else {
                var call = node.call
                for (index, input) in node.inputs.enumerated() {
                    guard call.constants[index] == nil, let input else { continue }
                    call.constants[index] = constant(input)
                }
                let operation: any PreparedOperator
                do throws(OperatorError) {
                    operation = try PreparedStep.operation(kind, call, packed, kernels)
                } catch {
                    throw .operatorFailed(node.place, error)
                }
                if packed == nil, !budget.take(operation.packedByteCount) {
                    self.init(node: node, action: .dynamic(kind))
                } else {
                    self.init(node: node, action: .prepared(operation))
                }
            }
        }
    }

    private static func operation(
        _ kind: any Operator.Type, _ call: OperatorCall, _ packed: PackedMatrix?,
        _ kernels: Kernels
    ) throws(OperatorError) -> any PreparedOperator {
        if let packed, let packing = kind as? any PackingOperator.Type,
            let operation = try packing.prepared(call, packed: packed, using: kernels)
        {
            return operation
        }
        return try kind.prepared(call, using: kernels)
    }
}
