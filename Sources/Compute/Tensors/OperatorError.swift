// Why a tensor, a shape, an attribute or an operator call was refused. Hostile programs reach this
// code, so every refusal is a value, never a trap.

/// Why a shape, a tensor or an operator call was refused. New cases are appended.
public enum OperatorError: Error, Equatable, Sendable {
    /// The operator takes a count of inputs in `expected`; the node has `actual`.
    case wrongInputCount(actual: Int, expected: ClosedRange<Int>)
    /// The operator gives a count of outputs in `expected`; the node asks for `actual`.
    case wrongOutputCount(actual: Int, expected: ClosedRange<Int>)
    /// Input `index` is required and was omitted.
    case missingInput(index: Int)
    /// Input `index` has element type `actual`; the operator takes `expected`.
    case wrongElementType(index: Int, actual: ElementType, expected: [ElementType])
    /// The shapes do not fit together or do not fit the operator; `reason` says which rule.
    case shapeMismatch(reason: String, shapes: [[Int]])
    /// The required attribute `name` is absent.
    case missingAttribute(name: String)
    /// The attribute `name` has the wrong kind or a value outside its range.
    case wrongAttribute(name: String, reason: String)
    /// The operator (in this opset) has no attribute `name`.
    case unknownAttribute(name: String)
    /// The attribute `name` occurs twice.
    case duplicateAttribute(name: String)
    /// The operator's meaning is defined for `supported`, not for `opset`.
    case unsupportedOpset(opset: Int, supported: ClosedRange<Int>)
    /// Input `index` must be known when the program is loaded and is computed at run time.
    case needsConstant(index: Int)
    /// Input `index` has a value outside what the operator takes.
    case wrongInputValue(index: Int, reason: String)
    /// A dimension is negative.
    case negativeDimension(dimensions: [Int])
    /// A shape has more than `Shape.maximumElementCount` elements or `Shape.maximumRank` axes, or
    /// a computed size does not fit.
    case tooLarge(reason: String)
    /// The axis is outside −`rank` ..< `rank`.
    case axisOutOfRange(axis: Int, rank: Int)
    /// The index is outside −`count` ..< `count`.
    case indexOutOfRange(index: Int, count: Int)
    /// A tensor's bytes have the wrong length.
    case wrongByteCount(actual: Int, expected: Int)
    /// A byte of a bool tensor is neither 0 nor 1.
    case notBoolean(byte: UInt8, offset: Int)
    /// An input tensor's type differs from the type the call was checked for.
    case wrongInputType(index: Int)
    /// No operator has this name.
    case unknownOperator(name: String)
    /// Element `element` of a string tensor is not UTF-8.
    case notText(element: Int)
    /// The operator exists in the file format but this machine gives it no meaning; `reason` says
    /// why.
    case unsupported(reason: String)
}
