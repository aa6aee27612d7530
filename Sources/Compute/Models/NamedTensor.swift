// A tensor with the name of a model's input or output.

public import Tensors

/// A tensor by the name of the input or output it belongs to.
public struct NamedTensor: Sendable, Equatable {
    /// The name.
    public var name: String
    /// The tensor.
    public var tensor: Tensor

    /// Names a tensor.
    public init(name: String, tensor: Tensor) {
        self.name = name
        self.tensor = tensor
    }
}
