// Powers of float32 and float64. Rules in Documentation/arithmetic.md, section 1.3.

import CKernels

extension Float {
    static func power(_ base: Float, _ exponent: Float) -> Float {
        aivm_power(base, exponent)
    }

    /// Correctly rounded, as `power` is.
    static func cube(_ x: Float) -> Float {
        guard x.isFinite else { return x * x * x }
        // The square is exact in 48 bits. Its upper and lower 24 times x are exact too.
        let wide = Double(x)
        let square = wide * wide
        let upper = Double(bitPattern: square.bitPattern & ~0x1FFF_FFFF)
        let large = upper * wide
        let small = (square - upper) * wide
        let sum = large + small
        let rest = small - (sum - large)
        // Rounded to odd in 53 bits, the sum rounds to 24 bits as the exact cube does.
        guard rest != 0, sum.bitPattern & 1 == 0 else { return Float(sum) }
        let isLarger = (rest > 0) == (sum > 0)
        return Float(Double(bitPattern: isLarger ? sum.bitPattern + 1 : sum.bitPattern - 1))
    }
}

extension Double {
    static func power(_ base: Double, _ exponent: Double) -> Double {
        // Rounded once, which is more than the general way promises.
        switch exponent {
        case 1: base
        case 2: base * base
        case -1: 1 / base
        default: aivm_power64(base, exponent)
        }
    }

    static func cube(_ x: Double) -> Double { aivm_power64(x, 3) }
}

extension ElementType {
    /// `rule` for the Swift type of these elements, or `nil` when they are not float32 or float64.
    func applying<Rule: FloatingRule>(_ rule: Rule) throws(OperatorError) -> Rule.Result? {
        switch self {
        case .float32: try rule.apply(Float.self)
        case .float64: try rule.apply(Double.self)
        default: nil
        }
    }
}

extension OperatorCall {
    /// The type of input `index`, whose elements must be float32 or float64.
    func floatType(_ index: Int) throws(OperatorError) -> TensorType {
        try type(index, of: .float32, .float64)
    }
}
