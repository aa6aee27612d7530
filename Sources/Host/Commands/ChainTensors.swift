// Between the chain's tensor messages and tensors of this machine. What comes from a node is
// checked like any other input.

import Models
import Tensors
import Verification

extension TensorSchema {
    /// The schema as an input or output of a model.
    func port() throws -> Model.Port {
        Model.Port(name: name, type: try tensorType(elementType, dimensions))
    }
}

private func tensorType(_ element: UInt32, _ dimensions: [UInt64]) throws -> TensorType {
    guard let raw = Int32(exactly: element), let type = ElementType(rawValue: raw) else {
        throw CommandFailure("the node's answer has element type \(element)", .unavailable)
    }
    return TensorType(type, try Shape(dimensions.map { Int(clamping: $0) }))
}
