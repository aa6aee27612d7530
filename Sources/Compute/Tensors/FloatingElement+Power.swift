// Powers of float32 and float64. Rules in Documentation/arithmetic.md, section 1.3.

import CKernels

extension Float {
    static func power(_ base: Float, _ exponent: Float) -> Float {
        aivm_power(base, exponent)
    }

    /// Correctly rounded, as `power` is.
    static func cubes(_ x: [Float], _ kernels: Kernels) -> [Float] {
        kernels.unary(Int32(AIVM_CUBE), x)
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

    static func cubes(_ x: [Double], _ kernels: Kernels) -> [Double] {
        x.map { aivm_power64($0, 3) }
    }
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
