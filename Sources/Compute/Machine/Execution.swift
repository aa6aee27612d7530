// What goes into a run besides the inputs, and what comes out.

public import Base
public import Models
public import Tensors

/// What a run may use. Gas and memory of a static model are compared before it starts, those of
/// others as it goes.
public struct ExecutionLimits: Sendable, Equatable {
    /// Most gas.
    public var gas: UInt64
    /// Most bytes of tensors alive at one time, weights not counted.
    public var liveBytes: Int
    /// Most nodes that run, those in the bodies of loops counted each time. Bounds a program whose
    /// loop does not end.
    public var nodes: Int

    /// Makes limits; without arguments, none but that on nodes.
    public init(
        gas: UInt64 = .max, liveBytes: Int = .max, nodes: Int = ExecutionLimits.defaultNodes
    ) {
        self.gas = gas
        self.liveBytes = liveBytes
        self.nodes = nodes
    }

    /// The bound on nodes unless the caller says otherwise.
    public static let defaultNodes = 1 << 24

    /// No limits beyond those the model was loaded under.
    public static let unlimited = ExecutionLimits()
}

/// How a run is done. No option changes an output or the gas.
public struct ExecutionOptions: Sendable, Equatable {
    /// Whether every node's outputs are hashed into the trace. Small models run several times
    /// faster without.
    public var isTracing: Bool

    /// Makes options; by default the run is traced.
    public init(isTracing: Bool = true) { self.isTracing = isTracing }

    /// Hash every node's outputs.
    public static let traced = ExecutionOptions(isTracing: true)
    /// Only compute.
    public static let untraced = ExecutionOptions(isTracing: false)
}

/// A step of a run that has been carried out. Whoever observes a run may look at a clock; the
/// machine itself has none.
public struct StepEvent: Sendable {
    /// The node; of nodes carried out together, the last.
    public var place: NodePlace
    /// The operators carried out together, in order, such as `Conv`, `Add`, `Relu`.
    public var operatorNames: [String]
    /// The types of the outputs; `nil` for one that is no tensor.
    public var outputTypes: [TensorType?]
    /// The hash of the outputs in a traced run.
    public var outputHash: Hash256?

    /// Puts the parts together.
    public init(
        place: NodePlace, operatorNames: [String], outputTypes: [TensorType?],
        outputHash: Hash256?
    ) {
        self.place = place
        self.operatorNames = operatorNames
        self.outputTypes = outputTypes
        self.outputHash = outputHash
    }
}

/// Called after each step of a run, in order. Nothing it does changes the run.
public typealias StepObserver = (StepEvent) -> Void

/// The result of a run whose outputs are tensors.
public struct Execution: Sendable, Equatable {
    /// The outputs, in the order of the program.
    public var outputs: [NamedTensor]
    /// The gas the run cost: of a static model, the same for every input.
    public var gasUsed: UInt64
    /// Merkle root over ``nodeHashes``; `nil` for a run without trace.
    public var traceRoot: Hash256?
    /// The hash of each node's outputs, in order; empty for a run without trace.
    public var nodeHashes: [Hash256]
}

/// The result of a run, whatever its outputs are.
public struct ValueExecution: Sendable, Equatable {
    /// The outputs, in the order of the program.
    public var outputs: [NamedValue]
    /// The gas the run cost.
    public var gasUsed: UInt64
    /// Merkle root over ``nodeHashes``; `nil` for a run without trace.
    public var traceRoot: Hash256?
    /// The hash of each node's outputs, in order; empty for a run without trace.
    public var nodeHashes: [Hash256]
}
