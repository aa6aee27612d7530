// Add, Sub, Mul, Div: elementwise with broadcasting. Floats by IEEE 754, each operation rounded;
// integers wrap in two's complement, and division is total: truncated, 0 for a zero divisor. Before
// opset 7 the second operand broadcast only where `broadcast` said so, at `axis`.

import CKernels

/// The arithmetic of two numbers.
enum ArithmeticFamily {
    static let operators: [any Operator.Type] = [
        AddOperator.self,
        DivOperator.self,
        MulOperator.self,
        SubOperator.self,
    ]
}

/// An elementwise operator of two numbers.
protocol ArithmeticOperator: ChainableOperator {
    /// CKernels' number of the float32 operation.
    static var operation: Int32 { get }
    /// The operation; total.
    static func apply<Element: NumericElement>(_ a: Element, _ b: Element) -> Element
}

extension ArithmeticOperator {
    static var chainOperation: ChainOperation { .binary(operation) }
    static var attributeNames: [String] { ["axis", "broadcast", "consumed_inputs"] }
    static var inputCount: ClosedRange<Int> { 2...2 }
    static var outputCount: ClosedRange<Int> { 1...1 }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let left = try call.numericType(0)
        let right = try call.type(1)
        guard left.element == right.element else {
            throw .wrongElementType(index: 1, actual: right.element, expected: [left.element])
        }
        let operand = try call.broadcastOperand(left.shape, right.shape)
        return [TensorType(left.element, try Shape.broadcast(left.shape, operand))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let left = inputs.required(0)
        let right = inputs.required(1)
        let operand = try call.broadcastOperand(left.shape, right.shape)
        let shape = try Shape.broadcast(left.shape, operand)
        let plan = BroadcastPlan(left.shape, operand, output: shape)
        if case .float32(let a) = left.storage, case .float32(let b) = right.storage {
            return [Tensor(canonical: kernels.binary(operation, a, b, plan), shape: shape)]
        }
        let rule = BroadcastRule<Self>(left: left, right: right, plan: plan, shape: shape)
        guard let result = try left.type.element.applying(rule) else {
            throw .wrongInputType(index: 0)
        }
        return [result]
    }
}

/// One arithmetic operator over the broadcast of two tensors.
private struct BroadcastRule<Kind: ArithmeticOperator>: NumericRule {
    let left: Tensor
    let right: Tensor
    let plan: BroadcastPlan
    let shape: Shape

    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        guard let a = Element.values(of: left), let b = Element.values(of: right) else {
            throw .wrongInputType(index: 1)
        }
        return Element.tensor(plan.map(a, b) { Kind.apply($0, $1) }, shape)
    }
}

extension OperatorCall {
    /// The type of input `index`, whose elements must be numbers.
    func numericType(_ index: Int) throws(OperatorError) -> TensorType {
        let type = try type(index)
        guard type.element.isNumeric else {
            throw .wrongElementType(
                index: index, actual: type.element,
                expected: ElementType.allCases.filter(\.isNumeric))
        }
        return type
    }

    /// The shape that the second operand broadcasts with: `right` itself from opset 7 on; before,
    /// `right` with its first axis at `axis` of `left` where `broadcast` is 1, else equal to
    /// `left`.
    func broadcastOperand(_ left: Shape, _ right: Shape) throws(OperatorError) -> Shape {
        guard opset < 7 else {
            try refuse("axis", "broadcast", "consumed_inputs")
            return right
        }
        if opset > 5 { try refuse("consumed_inputs") }
        guard try attributes.flag("broadcast", default: false) else {
            guard left == right else {
                throw .shapeMismatch(
                    reason: "operands are equal without broadcast",
                    shapes: [left.dimensions, right.dimensions])
            }
            return right
        }
        let first = try attributes.int("axis", default: left.rank - right.rank)
        guard first >= 0, first <= left.rank, right.rank <= left.rank - first else {
            throw .axisOutOfRange(axis: first, rank: left.rank)
        }
        let trailing = left.rank - first - right.rank
        return try Shape(right.dimensions + [Int](repeating: 1, count: trailing))
    }
}

enum AddOperator: ArithmeticOperator {
    static let name = "Add"
    static let operation = Int32(AIVM_ADD)
    static func apply<Element: NumericElement>(_ a: Element, _ b: Element) -> Element {
        a.adding(b)
    }
}

enum SubOperator: ArithmeticOperator {
    static let name = "Sub"
    static let operation = Int32(AIVM_SUBTRACT)
    static func apply<Element: NumericElement>(_ a: Element, _ b: Element) -> Element {
        a.subtracting(b)
    }
}

enum MulOperator: ArithmeticOperator {
    static let name = "Mul"
    static let operation = Int32(AIVM_MULTIPLY)
    static func apply<Element: NumericElement>(_ a: Element, _ b: Element) -> Element {
        a.multiplied(b)
    }
}

enum DivOperator: ArithmeticOperator {
    static let name = "Div"
    static let operation = Int32(AIVM_DIVIDE)
    static func apply<Element: NumericElement>(_ a: Element, _ b: Element) -> Element {
        a.divided(b)
    }
}
