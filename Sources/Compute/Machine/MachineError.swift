// Why a run did not happen, or did not finish.

public import Models
public import Tensors

/// A refusal to run a model, or an operator's failure while it ran.
public enum MachineError: Error, Equatable, Sendable {
    /// The weights could not be taken apart; a checked model never gives this.
    case invalidModel(ModelError)
    /// The model has no input of this name.
    case unknownInput(String, expected: [String])
    /// No tensor was given for an input.
    case missingInput(String)
    /// Two tensors were given for one input.
    case repeatedInput(String)
    /// A tensor has another element type than its input.
    case wrongInputElement(String, expected: ElementType, actual: ElementType)
    /// A tensor has another shape than its input.
    case wrongInputShape(String, expected: Shape, actual: Shape)
    /// The run costs more gas than its limit.
    case gasLimitExceeded(needed: UInt64, limit: UInt64)
    /// The run holds more bytes alive than its limit.
    case memoryLimitExceeded(needed: Int, limit: Int)
    /// An operator refused values that its type allows, such as an index out of range.
    case operatorFailed(NodePlace, OperatorError)
    /// The run has more nodes than its limit.
    case nodeLimitExceeded(NodePlace, limit: Int)
    /// A value is not of the kind that a node or an output needs.
    case wrongValueKind(of: String, expected: String, actual: String)
    /// An operator gave another type than it promised.
    case inconsistentOperator(NodePlace)
}

extension MachineError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalidModel(let error): "the model cannot be run: \(error)"
        case .unknownInput(let name, let expected):
            "the model has no input \"\(name)\"; its inputs are "
                + expected.map { "\"\($0)\"" }.joined(separator: ", ")
        case .missingInput(let name): "input \"\(name)\" is missing"
        case .repeatedInput(let name): "input \"\(name)\" is given twice"
        case .wrongInputElement(let name, let expected, let actual):
            "input \"\(name)\" must be \(expected.name), not \(actual.name)"
        case .wrongInputShape(let name, let expected, let actual):
            "input \"\(name)\" must have shape \(expected.dimensions), not \(actual.dimensions)"
        case .gasLimitExceeded(let needed, let limit):
            "the run costs \(needed) gas; the limit is \(limit)"
        case .memoryLimitExceeded(let needed, let limit):
            "the run needs \(needed) bytes of memory; the limit is \(limit)"
        case .operatorFailed(let node, let error): "\(node): \(error)"
        case .nodeLimitExceeded(let node, let limit):
            "\(node): the run has more than \(limit) nodes"
        case .wrongValueKind(let owner, let expected, let actual):
            "\(owner) must be \(expected), not \(actual)"
        case .inconsistentOperator(let node): "\(node): the output is not of the inferred type"
        }
    }
}
