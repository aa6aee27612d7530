// What a product or a convolution may do to each result before it is stored, so that the next
// nodes' work needs no pass over memory of its own. Bit for bit the same as the operators apart.

import CKernels

/// Steps that follow a product or a convolution, applied to each result in this order: the
/// operator's own bias, `columnBias`, the added tensor, `activation`.
public struct Epilogue: Sendable, Equatable {
    /// The last step.
    public enum Activation: Sendable, Equatable {
        /// Nothing.
        case none
        /// As the operator Relu.
        case relu
        /// As the operator Clip; a bound that is NaN does not bind.
        case clip(low: Float, high: Float)
    }

    /// Added to each row of a product's result, as Add with a vector does; `nil` for nothing.
    public var columnBias: [Float]?
    /// Whether `evaluate` takes one more input, a float32 tensor of the result's shape, and adds it
    /// as Add does.
    public var addsTensor: Bool
    /// Applied last.
    public var activation: Activation

    /// Puts the steps together.
    public init(
        columnBias: [Float]? = nil, addsTensor: Bool = false, activation: Activation = .none
    ) {
        self.columnBias = columnBias
        self.addsTensor = addsTensor
        self.activation = activation
    }

    /// No steps.
    public static let none = Epilogue()
}

/// A prepared call that can take the steps after it into its kernel.
public protocol EpilogueTaking: PreparedOperator {
    /// The steps; ``Epilogue/none`` at first. A `columnBias` must have `columnBiasCount` elements.
    var epilogue: Epilogue { get set }
    /// The length a `columnBias` must have; `nil` when the call takes none.
    var columnBiasCount: Int? { get }
}

extension Epilogue {
    /// The tensor to add: the last of `inputs` when there is one, which is taken off them.
    ///
    /// - Throws: `wrongInputType` when it is missing or not float32 of `shape`.
    func takeAddend(from inputs: inout [Tensor?], shape: Shape) throws(OperatorError) -> [Float]? {
        guard addsTensor else { return nil }
        guard let last = inputs.popLast(), let addend = last,
            addend.type == TensorType(.float32, shape)
        else {
            throw .wrongInputType(index: inputs.count)
        }
        return addend.floats
    }
}

/// An epilogue with its values, ready for a kernel call.
struct EpilogueValues {
    /// What the bias runs along.
    enum Axis: Int32 {
        case none = 0
        case rows = 1
        case columns = 2
    }

    var axis = Axis.none
    var bias: [Float] = []
    /// As large as the whole result and laid out like it.
    var addend: [Float]?
    var activation = Epilogue.Activation.none

    /// Nothing to do.
    static let none = EpilogueValues()
}
