// A node of a program that has been checked: references resolved, types worked out as far as they
// are known before a run, values that follow from constants alone already there.

public import Tensors

/// What carries a node out.
public enum NodeOperation: Sendable {
    /// A function from tensors to tensors.
    case tensor(any Operator.Type)
    /// Control flow, sequences, optional values.
    case control(ControlOperator)
}

/// A checked node.
public struct CheckedNode: Sendable {
    /// How errors name the node.
    public var place: NodePlace
    /// What carries it out.
    public var operation: NodeOperation
    /// What it asks of its operator. Types and constants are those known before a run: where
    /// ``outputTypes`` is `nil`, an absent type may only mean that it is not known yet.
    public var call: OperatorCall
    /// Value numbers of the inputs, `nil` for an omitted one.
    public var inputs: [Int?]
    /// Value numbers of the outputs.
    public var outputs: Range<Int>
    /// The types of the outputs; `nil` when they depend on values that only a run brings.
    public var outputTypes: [TensorType]?
    /// The outputs themselves, where they follow from constants.
    public var known: [Tensor]?
    /// Value numbers of what the bodies read beside their inputs.
    public var captures: [Int]
    /// The bodies of control flow.
    public var bodies: [CheckedBody]
    /// Values that nothing needs afterwards, ascending.
    public var releases: [Int] = []
}

/// The checked body of a node of control flow. Its values are numbered apart: inputs, captures,
/// outputs of its nodes.
public struct CheckedBody: Sendable {
    /// How many inputs the node hands over.
    public var inputCount: Int
    /// How many values the node captures.
    public var captureCount: Int
    /// The nodes, in the order in which they run.
    public var nodes: [CheckedNode]
    /// Value numbers of the outputs.
    public var outputs: [Int]

    /// How many values there are.
    public var valueCount: Int { nodes.last?.outputs.upperBound ?? inputCount + captureCount }
}
