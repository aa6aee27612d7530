// Add, Sub, Mul, Div: elementwise with broadcasting. float32 by IEEE 754; integers wrap in two's
// complement, and division is total: truncated, 0 for a zero divisor. ONNX opsets 7 to 22.

import CKernels

/// An elementwise operator of two numbers.
protocol ArithmeticOperator: Operator {
    /// CKernels' number of the float32 operation.
    static var operation: Int32 { get }
    /// The integer operation; total.
    static func apply<Integer: FixedWidthInteger>(_ a: Integer, _ b: Integer) -> Integer
}

extension ArithmeticOperator {
    static var opsets: ClosedRange<Int> { 9...22 }
    static var attributeNames: [String] { [] }
    static var inputCount: ClosedRange<Int> { 2...2 }
    static var outputCount: ClosedRange<Int> { 1...1 }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let left = try call.type(0, of: .float32, .int32, .int64, .uint8, .int8)
        let right = try call.type(1)
        guard left.element == right.element else {
            throw .wrongElementType(index: 1, actual: right.element, expected: [left.element])
        }
        return [TensorType(left.element, try Shape.broadcast(left.shape, right.shape))]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let left = inputs.required(0)
        let right = inputs.required(1)
        let shape = try Shape.broadcast(left.shape, right.shape)
        let plan = BroadcastPlan(left.shape, right.shape, output: shape)
        switch (left.storage, right.storage) {
        case (.float32(let a), .float32(let b)):
            return [Tensor(canonical: kernels.binary(operation, a, b, plan), shape: shape)]
        case (.int32(let a), .int32(let b)): return [Tensor(plan.map(a, b, apply), shape: shape)]
        case (.int64(let a), .int64(let b)): return [Tensor(plan.map(a, b, apply), shape: shape)]
        case (.uint8(let a), .uint8(let b)): return [Tensor(plan.map(a, b, apply), shape: shape)]
        case (.int8(let a), .int8(let b)): return [Tensor(plan.map(a, b, apply), shape: shape)]
        default: throw .wrongInputType(index: 1)
        }
    }
}

enum AddOperator: ArithmeticOperator {
    static let name = "Add"
    static let operation = Int32(AIVM_ADD)
    static func apply<Integer: FixedWidthInteger>(_ a: Integer, _ b: Integer) -> Integer { a &+ b }
}

enum SubOperator: ArithmeticOperator {
    static let name = "Sub"
    static let operation = Int32(AIVM_SUBTRACT)
    static func apply<Integer: FixedWidthInteger>(_ a: Integer, _ b: Integer) -> Integer { a &- b }
}

enum MulOperator: ArithmeticOperator {
    static let name = "Mul"
    static let operation = Int32(AIVM_MULTIPLY)
    static func apply<Integer: FixedWidthInteger>(_ a: Integer, _ b: Integer) -> Integer { a &* b }
}

enum DivOperator: ArithmeticOperator {
    static let name = "Div"
    static let operation = Int32(AIVM_DIVIDE)
    static func apply<Integer: FixedWidthInteger>(_ a: Integer, _ b: Integer) -> Integer {
        // The smallest integer over −1 overflows to itself, which the wrapped value is.
        b == 0 ? 0 : a.dividedReportingOverflow(by: b).partialValue
    }
}
