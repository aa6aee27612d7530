// What an interpreter made of a model, for people who want to see it.

public import Models
import Tensors

/// How a model is run and what that holds in memory.
public struct ExecutionPlan: Sendable {
    /// A step of a run without trace.
    public struct Step: Sendable, Equatable {
        /// The node; of nodes carried out together, the last.
        public var place: NodePlace
        /// The operators carried out together, in order.
        public var operatorNames: [String]
    }

    /// The steps of a run without trace; one with trace has a step for each node.
    public let steps: [Step]
    /// Bytes of constants in the forms that kernels keep of them.
    public let packedByteCount: Int
    /// Bytes of constants as tensors, which steps read in a run.
    public let decodedByteCount: Int
}

extension Interpreter {
    /// The plan of this interpreter.
    public var plan: ExecutionPlan {
        ExecutionPlan(
            steps: fusedSteps.map {
                ExecutionPlan.Step(place: $0.node.place, operatorNames: $0.operatorNames)
            },
            packedByteCount: packedByteCount,
            decodedByteCount: initialValues.reduce(0) { $0 + ($1?.byteCount ?? 0) })
    }
}
