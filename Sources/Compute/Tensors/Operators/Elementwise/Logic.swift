// And, Or, Xor, Not on truth values. ONNX 1 to 7; before opset 7 the second operand broadcasts as
// Add's does.

/// The operators of truth values.
enum LogicFamily {
    static let operators: [any Operator.Type] = [
        AndOperator.self,
        NotOperator.self,
        OrOperator.self,
        XorOperator.self,
    ]
}

/// An elementwise operator of two truth values.
protocol LogicOperator: Operator {
    /// The result for bytes that are 0 or 1; 0 or 1 itself.
    static func apply(_ a: UInt8, _ b: UInt8) -> UInt8
}

extension LogicOperator {
    static var attributeNames: [String] { ["axis", "broadcast"] }
    static var inputCount: ClosedRange<Int> { 2...2 }
    static var outputCount: ClosedRange<Int> { 1...1 }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        _ = try call.type(0, of: .bool)
        return [TensorType(.bool, try call.pairShape())]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        guard case .bool(let a) = inputs.required(0).storage,
            case .bool(let b) = inputs.required(1).storage
        else { throw .wrongInputType(index: 0) }
        let results = try call.pairPlan().map(a, b) { apply($0, $1) }
        return [Tensor(boolBytes: results, shape: try call.pairShape())]
    }
}

enum AndOperator: LogicOperator {
    static let name = "And"
    static func apply(_ a: UInt8, _ b: UInt8) -> UInt8 { a & b }
}

enum OrOperator: LogicOperator {
    static let name = "Or"
    static func apply(_ a: UInt8, _ b: UInt8) -> UInt8 { a | b }
}

enum XorOperator: LogicOperator {
    static let name = "Xor"
    static func apply(_ a: UInt8, _ b: UInt8) -> UInt8 { a ^ b }
}

enum NotOperator: Operator {
    static let name = "Not"
    static let attributeNames: [String] = []
    static let inputCount = 1...1
    static let outputCount = 1...1

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [try call.type(0, of: .bool)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        guard case .bool(let x) = input.storage else { throw .wrongInputType(index: 0) }
        return [Tensor(boolBytes: x.elementwise { $0 ^ 1 }, shape: input.shape)]
    }
}
