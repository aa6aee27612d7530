// What the reductions compute of a row. Sums follow the reduction rule (16 lanes and a tree);
// products are a chain in ascending order; maxima and minima do not depend on the order. A row
// without elements gives the neutral element. Documentation/arithmetic.md, sections 1.2 and 2.

import CKernels

/// What becomes of the elements of a row.
enum Reduction {
    case sum, mean, maximum, minimum, product
    /// The sum of the absolute values.
    case l1
    /// The root of the sum of squares.
    case l2
    case sumOfSquares
    case logarithmOfSum
    case logarithmOfSumOfExponentials

    /// Whether the result is one of the elements.
    var isComparison: Bool { self == .maximum || self == .minimum }

    /// The results of all rows of `input`, as a tensor of `shape`.
    func apply(
        to input: Tensor, _ rows: AxisRows, shape: Shape, _ kernels: Kernels
    ) throws(OperatorError) -> Tensor {
        let element = input.type.element
        switch element {
        case .bool:
            let truths = input.bools ?? []
            let flags = IntegerReduction(reduction: self, rows: rows)
                .results(of: truths.map { $0 ? 1 as UInt8 : 0 }, least: 0, greatest: 1)
            return Tensor(flags.map { $0 != 0 }, shape: shape)
        case .float32, .float64:
            return try element.computing(
                FloatReduction(
                    reduction: self, input: input, rows: rows, shape: shape, kernels: kernels))
        default: break
        }
        switch self {
        case .l2, .logarithmOfSum, .logarithmOfSumOfExponentials:
            return try apply(
                to: try input.cast(to: .float64), rows, shape: shape, kernels
            ).cast(to: element)
        default:
            let rule = IntegerReductionRule(
                reduction: IntegerReduction(reduction: self, rows: rows), input: input,
                shape: shape)
            guard let result = try element.applying(rule) else { throw .wrongInputType(index: 0) }
            return result
        }
    }
}

/// A reduction of float32 or float64.
private struct FloatReduction: FloatingRule {
    let reduction: Reduction
    let input: Tensor
    let rows: AxisRows
    let shape: Shape
    let kernels: Kernels

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        let values = rows.gather(try Element.converting(input))
        return Element.tensor(results(of: values), shape)
    }

    private func results<Element: FloatingElement>(of x: [Element]) -> [Element] {
        switch reduction {
        case .sum: return sums(x)
        case .mean:
            let count = Element(rows.length)
            return sums(x).map { $0 / count }
        case .maximum: return rows.fold(x, from: -.infinity) { $0.maximum($1) }
        case .minimum: return rows.fold(x, from: .infinity) { $0.minimum($1) }
        case .product: return rows.fold(x, from: 1) { $0 * $1 }
        case .l1: return sums(x.map { $0.magnitude })
        case .sumOfSquares: return sums(Element.binary(AIVM_MULTIPLY, x, x, kernels))
        case .l2:
            let squares = sums(Element.binary(AIVM_MULTIPLY, x, x, kernels))
            return squares.map { $0.squareRoot() }
        case .logarithmOfSum: return Element.unary(AIVM_LOGARITHM, sums(x), kernels)
        case .logarithmOfSumOfExponentials:
            // Shifted by the largest element, so that nothing overflows; an infinite or undefined
            // one would make ∞ − ∞, and 0 serves.
            let shifts = rows.fold(x, from: -.infinity) { $0.maximum($1) }
                .map { $0.isFinite ? $0 : 0 }
            let shifted = Element.binary(
                AIVM_SUBTRACT, rows: rows.count, length: rows.length, x, shifts, .oneForEachRow,
                kernels)
            let powers = Element.unary(AIVM_EXPONENTIAL, shifted, kernels)
            let logarithms = Element.unary(AIVM_LOGARITHM, sums(powers), kernels)
            return Element.binary(AIVM_ADD, logarithms, shifts, kernels)
        }
    }

    private func sums<Element: FloatingElement>(_ x: [Element]) -> [Element] {
        Element.sums(ofRows: x, length: rows.length, rowCount: rows.count, kernels)
    }
}

/// A reduction of integers, which wrap.
private struct IntegerReduction {
    let reduction: Reduction
    let rows: AxisRows

    func results<Element: NumericElement>(
        of values: [Element], least: Element, greatest: Element
    ) -> [Element] {
        let x = rows.gather(values)
        switch reduction {
        case .maximum: return rows.fold(x, from: least) { $0.maximum($1) }
        case .minimum: return rows.fold(x, from: greatest) { $0.minimum($1) }
        case .product: return rows.fold(x, from: .one) { $0.multiplied($1) }
        case .l1:
            return rows.fold(x, from: .zero) {
                $0.adding($1 < .zero ? Element.zero.subtracting($1) : $1)
            }
        case .sumOfSquares: return rows.fold(x, from: .zero) { $0.adding($1.multiplied($1)) }
        case .mean:
            let count = Element(integer: rows.length)
            return rows.fold(x, from: .zero) { $0.adding($1) }.map { $0.divided(count) }
        default: return rows.fold(x, from: .zero) { $0.adding($1) }
        }
    }
}

private struct IntegerReductionRule: NumericRule {
    let reduction: IntegerReduction
    let input: Tensor
    let shape: Shape

    func apply<Element: NumericElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        let values = Element.values(of: input) ?? []
        return Element.tensor(
            reduction.results(of: values, least: .least, greatest: .greatest), shape)
    }
}

extension AxisRows {
    /// Each row's elements joined in ascending order, beginning with `start`.
    func fold<Element>(
        _ values: [Element], from start: Element, _ join: (Element, Element) -> Element
    ) -> [Element] {
        (0..<count).map { row in
            var result = start
            for index in row * length..<(row + 1) * length { result = join(result, values[index]) }
            return result
        }
    }
}
