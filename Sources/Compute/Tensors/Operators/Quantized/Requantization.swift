// From numbers to quantised numbers: round(number) + zero point, saturated; to nearest, ties to
// even. From 32-bit sums: the sum converted to float32 (to nearest) times a multiplier, the product
// rounded, then the same.

/// A Swift type whose values are quantised numbers: integers of 8 and 16 bits.
protocol QuantizedElement: NumericElement, FixedWidthInteger {}

extension UInt8: QuantizedElement {}
extension Int8: QuantizedElement {}
extension UInt16: QuantizedElement {}
extension Int16: QuantizedElement {}

extension QuantizedElement {
    /// round(number) + zero in the range of the type; NaN counts as 0. Without branches or calls,
    /// so that loops vectorise.
    @inline(__always)
    init(saturating number: Float, zero: Self) {
        let known = number == number ? number : 0
        // Beyond ±2²⁰ any sum with a zero point is out of range, so this changes no result.
        let low = known < -0x1p20 ? -0x1p20 : known
        let bounded = low > 0x1p20 ? 0x1p20 : low
        // In 2²³ ..< 2²⁴ floats are whole numbers: adding 1.5 · 2²³ rounds, and leaves the integer
        // in the low bits.
        let integer = Int32(bitPattern: (bounded + 0x1.8p23).bitPattern) &- 0x4B40_0000
        let sum = integer &+ Int32(zero)
        let raised = sum < Int32(Self.min) ? Int32(Self.min) : sum
        self.init(truncatingIfNeeded: raised > Int32(Self.max) ? Int32(Self.max) : raised)
    }
}

/// Something to do for whichever quantised type a tensor has.
protocol QuantizedRule {
    associatedtype Result
    /// The result for elements of type `Element`.
    func apply<Element: QuantizedElement>(_ type: Element.Type) throws(OperatorError) -> Result
}

extension ElementType {
    /// `rule` for the Swift type of these elements, or `nil` when they are not integers of 8 or 16
    /// bits.
    func applying<Rule: QuantizedRule>(_ rule: Rule) throws(OperatorError) -> Rule.Result? {
        switch self {
        case .uint8: try rule.apply(UInt8.self)
        case .int8: try rule.apply(Int8.self)
        case .uint16: try rule.apply(UInt16.self)
        case .int16: try rule.apply(Int16.self)
        default: nil
        }
    }
}

/// Requantises a matrix of 32-bit sums row by row.
struct RequantizationRule: QuantizedRule {
    /// The sums, row-major.
    let sums: [Int32]
    /// The multiplier of element i of the sums.
    let multiplier: (Int) -> Float
    let zero: Tensor
    let shape: Shape

    func apply<Element: QuantizedElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        guard let zero = Element.values(of: zero)?.first else { throw .wrongInputType(index: 7) }
        var results = [Element](repeating: 0, count: sums.count)
        for index in results.indices {
            let product = Float(sums[index]) * multiplier(index)
            results[index] = Element(saturating: product, zero: zero)
        }
        return Element.tensor(results, shape)
    }
}
