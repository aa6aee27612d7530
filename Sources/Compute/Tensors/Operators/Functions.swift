// Functions of one number, elementwise. Those of floats alone are in ElementaryFunctions.swift;
// here is what they share, and the four that take integers too: Abs, Neg, Relu, Sign. Before
// opset 6 the older ones may have an attribute `consumed_inputs`, a hint about memory that means
// nothing here.

import CKernels

/// The functions of one number.
enum FunctionFamily {
    static let operators: [any Operator.Type] = [
        AbsOperator.self,
        AcosOperator.self,
        AcoshOperator.self,
        AsinOperator.self,
        AsinhOperator.self,
        AtanOperator.self,
        AtanhOperator.self,
        CeilOperator.self,
        CosOperator.self,
        CoshOperator.self,
        ErfOperator.self,
        ExpOperator.self,
        FloorOperator.self,
        LogOperator.self,
        NegOperator.self,
        ReciprocalOperator.self,
        ReluOperator.self,
        RoundOperator.self,
        SigmoidOperator.self,
        SignOperator.self,
        SinOperator.self,
        SinhOperator.self,
        SoftplusOperator.self,
        SqrtOperator.self,
        TanOperator.self,
        TanhOperator.self,
    ]
}

/// An elementwise function of one number.
protocol FunctionOperator: ChainableOperator {
    /// CKernels' number of the operation on floats.
    static var operation: Int32 { get }
    /// Whether it costs as much as an elementary function, not as an addition.
    static var isElementary: Bool { get }
    /// The element types it takes, apart from float16 and bfloat16, which are widened.
    static var elements: [ElementType] { get }
    /// Whether it knows `consumed_inputs` before opset 6.
    static var hasConsumedInputs: Bool { get }
    /// The operation on integers; total. Only called where `elements` has integers.
    static func apply<Element: NumericElement>(_ x: Element) -> Element
}

extension FunctionOperator {
    static var chainOperation: ChainOperation { .unary(operation) }
    static var attributeNames: [String] { hasConsumedInputs ? ["consumed_inputs"] : [] }
    static var inputCount: ClosedRange<Int> { 1...1 }
    static var outputCount: ClosedRange<Int> { 1...1 }
    static var isElementary: Bool { true }
    static var elements: [ElementType] { [.float32, .float64] }
    static var hasConsumedInputs: Bool { false }
    static func apply<Element: NumericElement>(_ x: Element) -> Element { x }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        if call.opset >= 6 { try call.refuse("consumed_inputs") }
        let type = try call.type(0)
        guard elements.contains(type.element) else {
            throw .wrongElementType(index: 0, actual: type.element, expected: elements)
        }
        return [type]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        if isElementary { swap(&work.elements, &work.functions) }
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        if let x = input.float64s {
            return [Tensor(float64s: kernels.unary64(operation, x), shape: input.shape)]
        }
        let rule = IntegerFunction<Self>(input: input)
        if input.type.element.isInteger, let result = try input.type.element.applying(rule) {
            return [result]
        }
        return [Tensor(canonical: kernels.unary(operation, input.floats), shape: input.shape)]
    }
}

/// A function on the elements of a tensor of integers.
private struct IntegerFunction<Kind: FunctionOperator>: NumericRule {
    let input: Tensor

    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        let values = Element.values(of: input) ?? []
        return Element.tensor(values.map { Kind.apply($0) }, input.shape)
    }
}

extension [ElementType] {
    fileprivate static let signed: [ElementType] = [
        .float32, .float64, .int8, .int16, .int32, .int64,
    ]
    fileprivate static let numeric = signed + [.uint8, .uint16, .uint32, .uint64]
}

/// x ≤ 0 gives +0, else x; NaN for NaN.
enum ReluOperator: FunctionOperator {
    static let name = "Relu"
    static let operation = Int32(AIVM_RELU)
    static let isElementary = false
    static let elements: [ElementType] = .signed
    static let hasConsumedInputs = true
    static func apply<Element: NumericElement>(_ x: Element) -> Element { max(x, .zero) }
}

/// The sign flipped; integers wrap.
enum NegOperator: FunctionOperator {
    static let name = "Neg"
    static let operation = Int32(AIVM_NEGATE)
    static let isElementary = false
    static let elements: [ElementType] = .signed
    static let hasConsumedInputs = true
    static func apply<Element: NumericElement>(_ x: Element) -> Element {
        Element.zero.subtracting(x)
    }
}

/// The sign bit cleared; integers wrap, so the smallest gives itself.
enum AbsOperator: FunctionOperator {
    static let name = "Abs"
    static let operation = Int32(AIVM_ABSOLUTE)
    static let isElementary = false
    static let elements: [ElementType] = .numeric
    static let hasConsumedInputs = true
    static func apply<Element: NumericElement>(_ x: Element) -> Element {
        x < .zero ? Element.zero.subtracting(x) : x
    }
}

/// −1, 0 or 1; +0 for −0, NaN for NaN.
enum SignOperator: FunctionOperator {
    static let name = "Sign"
    static let operation = Int32(AIVM_SIGN)
    static let isElementary = false
    static let elements: [ElementType] = .numeric
    static func apply<Element: NumericElement>(_ x: Element) -> Element {
        if x == .zero { return x }
        return x < .zero ? Element.zero.subtracting(.one) : .one
    }
}
