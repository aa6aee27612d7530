// Calls that follow one another, each reading only what the one before made, carried out as one: a
// small layer costs less than the machine's keeping of values between two layers.

/// A prepared call with one output that may need nothing but its first input and what it keeps.
public protocol SingleInputOperator: PreparedOperator {
    /// Whether it needs nothing else.
    var readsFirstInputOnly: Bool { get }
    /// The output for a first input of the call's type.
    func output(of input: Tensor) -> Tensor
}

/// Prepared calls one after the other.
public struct OperatorSequence: PreparedOperator {
    private let inputType: TensorType
    private let operations: [any SingleInputOperator]

    /// Puts calls together, of which the first takes a tensor of type `inputType` and each other
    /// one what the one before gives; `nil` where one of them reads more.
    public init?(_ operations: [any SingleInputOperator], inputType: TensorType) {
        guard operations.allSatisfy(\.readsFirstInputOnly) else { return nil }
        self.inputType = inputType
        self.operations = operations
    }

    public func evaluate(_ inputs: [Tensor?]) throws(OperatorError) -> [Tensor] {
        guard inputs.count == 1, var value = inputs[0], value.type == inputType else {
            throw .wrongInputType(index: 0)
        }
        for operation in operations { value = operation.output(of: value) }
        return [value]
    }
}
