// Softmax, LogSoftmax and Hardmax: along one axis from opset 13 on, over all axes from `axis` on
// before. ONNX opsets 1 to 13.

import CKernels

/// An operator on rows whose results lie where its elements lie.
protocol RowOperator: Operator {
    /// Whether each element costs an elementary function.
    static var isElementary: Bool { get }
    /// The results of `count` rows of `length` elements; there are elements.
    static func results<Element: FloatingElement>(
        of rows: [Element], length: Int, count: Int, _ kernels: Kernels
    ) -> [Element]
}

extension RowOperator {
    static var attributeNames: [String] { ["axis"] }
    static var inputCount: ClosedRange<Int> { 1...1 }
    static var outputCount: ClosedRange<Int> { 1...1 }
    static var isElementary: Bool { true }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let type = try call.floatingType(0)
        _ = try axes(call, type.shape)
        return [type]
    }

    /// The axes that are normalised together.
    private static func axes(_ call: OperatorCall, _ shape: Shape) throws(OperatorError) -> [Int] {
        let named = try call.attributes.int("axis", default: call.opset < 13 ? 1 : -1)
        if call.opset < 13 {
            // Before opset 13 the axis may equal the rank, which leaves rows of one element.
            if named == shape.rank { return [] }
            return Array(try shape.axis(named)..<shape.rank)
        }
        if shape.rank == 0, named == -1 || named == 0 { return [] }
        return [try shape.axis(named)]
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        let count = outputs.first?.shape.elementCount ?? 0
        return call.work(outputs, factor: 3, functions: isElementary ? count : 0)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        guard input.shape.elementCount > 0 else { return [input] }
        let rule = RowRule<Self>(
            input: input, rows: AxisRows(input.shape, axes: try axes(call, input.shape)),
            kernels: kernels)
        return [try input.type.element.computing(rule)]
    }
}

private struct RowRule<Kind: RowOperator>: FloatingRule {
    let input: Tensor
    let rows: AxisRows
    let kernels: Kernels

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        let values = rows.gather(try Element.converting(input))
        let results = Kind.results(of: values, length: rows.length, count: rows.count, kernels)
        return Element.tensor(rows.scatter(results), input.shape)
    }
}

extension FloatingElement {
    /// The largest element of each row; NaN where there is one.
    static func maxima(ofRows x: [Self], length: Int, count: Int) -> [Self] {
        (0..<count).map { row in
            x[row * length..<(row + 1) * length].reduce(-.infinity) { $0.maximum($1) }
        }
    }
}

/// exp(x − max) / Σ exp(x − max).
enum SoftmaxOperator: RowOperator {
    static let name = "Softmax"

    static func results<Element: FloatingElement>(
        of rows: [Element], length: Int, count: Int, _ kernels: Kernels
    ) -> [Element] {
        Element.softmax(ofRows: rows, length: length, kernels)
    }
}

/// (x − max) − log Σ exp(x − max).
enum LogSoftmaxOperator: RowOperator {
    static let name = "LogSoftmax"

    static func results<Element: FloatingElement>(
        of rows: [Element], length: Int, count: Int, _ kernels: Kernels
    ) -> [Element] {
        let shifted = Element.binary(
            AIVM_SUBTRACT, rows: count, length: length, rows,
            Element.maxima(ofRows: rows, length: length, count: count), .oneForEachRow, kernels)
        let sums = Element.sums(
            ofRows: Element.unary(AIVM_EXPONENTIAL, shifted, kernels), length: length,
            rowCount: count, kernels)
        return Element.binary(
            AIVM_SUBTRACT, rows: count, length: length, shifted,
            Element.unary(AIVM_LOGARITHM, sums, kernels), .oneForEachRow, kernels)
    }
}

/// 1 at the first of the largest elements, NaN above every number; 0 elsewhere.
enum HardmaxOperator: RowOperator {
    static let name = "Hardmax"
    static let isElementary = false

    static func results<Element: FloatingElement>(
        of rows: [Element], length: Int, count: Int, _ kernels: Kernels
    ) -> [Element] {
        var results = [Element](repeating: 0, count: rows.count)
        for row in 0..<count {
            var best = row * length
            for index in row * length..<(row + 1) * length where rows[best].isBelow(rows[index]) {
                best = index
            }
            results[best] = 1
        }
        return results
    }
}
