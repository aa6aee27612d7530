// CumSum and CumProd: the sums or products of all elements up to each one along an axis. A chain in
// the direction of travel; the first element is taken as it is. ONNX CumSum 11 to 14, CumProd 26.

/// A running sum or product.
protocol CumulationOperator: Operator {
    /// The result before any element.
    static func start<Element: NumericElement>(_ type: Element.Type) -> Element
    /// One step of the chain.
    static func join<Element: NumericElement>(_ a: Element, _ b: Element) -> Element
}

extension CumulationOperator {
    static var attributeNames: [String] { ["exclusive", "reverse"] }
    static var inputCount: ClosedRange<Int> { 2...2 }
    static var outputCount: ClosedRange<Int> { 1...1 }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.numericType(0)
        let axis = try call.type(1, of: .int32, .int64).shape
        guard axis.elementCount == 1, axis.rank <= 1 else {
            throw .shapeMismatch(reason: "the axis is one number", shapes: [axis.dimensions])
        }
        _ = try call.attributes.flag("exclusive", default: false)
        _ = try call.attributes.flag("reverse", default: false)
        return [type]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.elements = work.elements.multipliedSaturating(3)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let named = inputs.required(1).indices?.first ?? 0
        let axis = try input.shape.axis(Int(named))
        guard input.shape.elementCount > 0 else { return [input] }
        let rule = CumulationRule<Self>(
            input: input, rows: AxisRows(input.shape, axes: [axis]),
            isExclusive: try call.attributes.flag("exclusive", default: false),
            isReversed: try call.attributes.flag("reverse", default: false))
        guard let result = try input.type.element.applying(rule) else {
            throw .wrongInputType(index: 0)
        }
        return [result]
    }
}

private struct CumulationRule<Kind: CumulationOperator>: NumericRule {
    let input: Tensor
    let rows: AxisRows
    let isExclusive: Bool
    let isReversed: Bool

    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        var values = rows.gather(Element.values(of: input) ?? [])
        for row in 0..<rows.count {
            var total: Element?
            for step in 0..<rows.length {
                let index = row * rows.length + (isReversed ? rows.length - 1 - step : step)
                let before = total ?? Kind.start(Element.self)
                let after = total.map { Kind.join($0, values[index]) } ?? values[index]
                values[index] = isExclusive ? before : after
                total = after
            }
        }
        return Element.tensor(rows.scatter(values), input.shape)
    }
}

enum CumSumOperator: CumulationOperator {
    static let name = "CumSum"
    static let opsets = 11...OperatorRegistry.latestOpset
    static func start<Element: NumericElement>(_ type: Element.Type) -> Element { .zero }
    static func join<Element: NumericElement>(_ a: Element, _ b: Element) -> Element {
        a.adding(b)
    }
}

enum CumProdOperator: CumulationOperator {
    static let name = "CumProd"
    static let opsets = 26...OperatorRegistry.latestOpset
    static func start<Element: NumericElement>(_ type: Element.Type) -> Element { .one }
    static func join<Element: NumericElement>(_ a: Element, _ b: Element) -> Element {
        a.multiplied(b)
    }
}
