// Max, Min, Sum, Mean of any number of tensors, elementwise. Operands are taken in order: the first
// with the second, the result with the third, and so on. Max and Min: NaN when any operand is, −0
// below +0. Sum: each addition rounded. Mean: the sum divided by the count of operands. ONNX 1 to
// 13; operands broadcast from opset 8 on and have one shape before.

import CKernels

/// The operators of any number of operands.
enum VariadicFamily {
    static let operators: [any Operator.Type] = [
        MaxOperator.self,
        MeanOperator.self,
        MinOperator.self,
        SumOperator.self,
    ]
}

/// An elementwise operator of one or more numbers.
protocol VariadicOperator: Operator {
    /// CKernels' number of the float32 operation, or `nil` when `apply` serves it.
    static var operation: Int32? { get }
    /// Whether integers are operands too.
    static var takesIntegers: Bool { get }
    /// The operation; total.
    static func apply<Element: NumericElement>(_ a: Element, _ b: Element) -> Element
    /// What becomes of the result for `count` operands.
    static func finish<Element: NumericElement>(_ total: [Element], count: Int) -> [Element]
}

extension VariadicOperator {
    static var attributeNames: [String] { ["consumed_inputs"] }
    /// ONNX sets no limit; this one bounds the work of a call by its outputs.
    static var inputCount: ClosedRange<Int> { 1...1024 }
    static var outputCount: ClosedRange<Int> { 1...1 }
    static func finish<Element: NumericElement>(_ total: [Element], count: Int) -> [Element] {
        total
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        if call.opset > 5 { try call.refuse("consumed_inputs") }
        let first = takesIntegers ? try call.numericType(0) : try call.floatType(0)
        var shape = first.shape
        for index in call.inputTypes.indices.dropFirst() {
            let next = try call.type(index, of: first.element).shape
            guard call.opset >= 8 || next == shape else {
                throw .shapeMismatch(
                    reason: "operands are equal before opset 8",
                    shapes: [shape.dimensions, next.dimensions])
            }
            shape = try Shape.broadcast(shape, next)
        }
        return [TensorType(first.element, shape)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements = work.elements.multipliedSaturating(call.inputTypes.count)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let rule = VariadicRule<Self>(inputs: inputs.compactMap { $0 }, kernels: kernels)
        guard let result = try inputs.required(0).type.element.applying(rule) else {
            throw .wrongInputType(index: 0)
        }
        return [result]
    }
}

private struct VariadicRule<Kind: VariadicOperator>: NumericRule {
    let inputs: [Tensor]
    let kernels: Kernels

    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        guard let first = inputs.first else { throw .missingInput(index: 0) }
        var total = first
        for (index, next) in inputs.enumerated().dropFirst() {
            let shape = try Shape.broadcast(total.shape, next.shape)
            let plan = BroadcastPlan(total.shape, next.shape, output: shape)
            if let operation = Kind.operation, case .float32(let a) = total.storage,
                case .float32(let b) = next.storage
            {
                total = Tensor(canonical: kernels.binary(operation, a, b, plan), shape: shape)
                continue
            }
            guard let a = Element.values(of: total), let b = Element.values(of: next) else {
                throw .wrongInputType(index: index)
            }
            total = Element.tensor(plan.map(a, b) { Kind.apply($0, $1) }, shape)
        }
        guard let values = Element.values(of: total) else { throw .wrongInputType(index: 0) }
        return Element.tensor(Kind.finish(values, count: inputs.count), total.shape)
    }
}

enum MaxOperator: VariadicOperator {
    static let name = "Max"
    static let operation: Int32? = Int32(AIVM_MAXIMUM)
    static let takesIntegers = true
    static func apply<Element: NumericElement>(_ a: Element, _ b: Element) -> Element {
        a.maximum(b)
    }
}

enum MinOperator: VariadicOperator {
    static let name = "Min"
    static let operation: Int32? = nil
    static let takesIntegers = true
    static func apply<Element: NumericElement>(_ a: Element, _ b: Element) -> Element {
        a.minimum(b)
    }
}

enum SumOperator: VariadicOperator {
    static let name = "Sum"
    static let operation: Int32? = Int32(AIVM_ADD)
    static let takesIntegers = false
    static func apply<Element: NumericElement>(_ a: Element, _ b: Element) -> Element {
        a.adding(b)
    }
}

enum MeanOperator: VariadicOperator {
    static let name = "Mean"
    static let operation: Int32? = Int32(AIVM_ADD)
    static let takesIntegers = false
    static func apply<Element: NumericElement>(_ a: Element, _ b: Element) -> Element {
        a.adding(b)
    }
    static func finish<Element: NumericElement>(_ total: [Element], count: Int) -> [Element] {
        let divisor = Element(integer: count)
        return total.elementwise { $0.divided(divisor) }
    }
}
