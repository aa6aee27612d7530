// Functions of one number, elementwise: Relu, Neg, Sqrt, Exp, Log, Sigmoid, Tanh, Erf. All but the
// first two are the correctly rounded binary32 value of the mathematical function.

import CKernels

/// The functions of one number.
enum FunctionFamily {
    static let operators: [any Operator.Type] = [
        ErfOperator.self,
        ExpOperator.self,
        LogOperator.self,
        NegOperator.self,
        ReluOperator.self,
        SigmoidOperator.self,
        SqrtOperator.self,
        TanhOperator.self,
    ]
}

/// An elementwise function of one number.
protocol FunctionOperator: ChainableOperator {
    /// CKernels' number of the float32 operation.
    static var operation: Int32 { get }
    /// Whether it costs as much as an elementary function, not as an addition.
    static var isElementary: Bool { get }
}

extension FunctionOperator {
    static var chainOperation: ChainOperation { .unary(operation) }
    static var attributeNames: [String] { [] }
    static var inputCount: ClosedRange<Int> { 1...1 }
    static var outputCount: ClosedRange<Int> { 1...1 }
    static var isElementary: Bool { true }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [try call.type(0, of: .float32)]
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
        return [Tensor(canonical: kernels.unary(operation, input.floats), shape: input.shape)]
    }
}

enum SqrtOperator: FunctionOperator {
    static let name = "Sqrt"
    static let operation = Int32(AIVM_SQUARE_ROOT)
}

enum ExpOperator: FunctionOperator {
    static let name = "Exp"
    static let operation = Int32(AIVM_EXPONENTIAL)
}

enum LogOperator: FunctionOperator {
    static let name = "Log"
    static let operation = Int32(AIVM_LOGARITHM)
}

enum SigmoidOperator: FunctionOperator {
    static let name = "Sigmoid"
    static let operation = Int32(AIVM_SIGMOID)
}

enum TanhOperator: FunctionOperator {
    static let name = "Tanh"
    static let operation = Int32(AIVM_TANH)
}

enum ErfOperator: FunctionOperator {
    static let name = "Erf"
    static let operation = Int32(AIVM_ERF)
}

/// The larger of x and 0, NaN for NaN, +0 for −0.
enum ReluOperator: FunctionOperator {
    static let name = "Relu"
    static let operation = Int32(AIVM_RELU)
    static let isElementary = false

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [try call.type(0, of: .float32, .int32, .int64, .int8)]
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        switch input.storage {
        case .int32(let x): return [Tensor(x.map { max($0, 0) }, shape: input.shape)]
        case .int64(let x): return [Tensor(x.map { max($0, 0) }, shape: input.shape)]
        case .int8(let x): return [Tensor(x.map { max($0, 0) }, shape: input.shape)]
        default:
            return [Tensor(canonical: kernels.unary(operation, input.floats), shape: input.shape)]
        }
    }
}

/// The sign flipped; integers wrap.
enum NegOperator: FunctionOperator {
    static let name = "Neg"
    static let operation = Int32(AIVM_NEGATE)
    static let isElementary = false

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        [try call.type(0, of: .float32, .int32, .int64, .int8)]
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        switch input.storage {
        case .int32(let x): return [Tensor(x.map { 0 &- $0 }, shape: input.shape)]
        case .int64(let x): return [Tensor(x.map { 0 &- $0 }, shape: input.shape)]
        case .int8(let x): return [Tensor(x.map { 0 &- $0 }, shape: input.shape)]
        default:
            return [Tensor(canonical: kernels.unary(operation, input.floats), shape: input.shape)]
        }
    }
}
