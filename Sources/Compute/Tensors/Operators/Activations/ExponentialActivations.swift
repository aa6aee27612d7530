// The activations made of elementary functions: Elu, Selu, Celu, Swish, Mish, Gelu.

import CKernels

/// alpha · (exp(x) − 1) where x < 0, else x.
enum EluOperator: ActivationOperator {
    static let name = "Elu"
    static let hasConsumedInputs = true
    static let functionCount = 1

    static func parameters(opset: Int) -> [(name: String, fallback: Float)] { [("alpha", 1)] }

    static func apply<Element: FloatingElement>(
        _ x: [Element], _ parameters: [Element], using kernels: Kernels
    ) -> [Element] {
        let alpha = parameters[0]
        let powers = Element.function(Int32(AIVM_EXPONENTIAL), of: x, using: kernels)
        return powers.elementwise(with: x) { $1 < 0 ? alpha * ($0 - 1) : $1 }
    }
}

/// gamma · (alpha · exp(x) − alpha) where x < 0, else gamma · x.
enum SeluOperator: ActivationOperator {
    static let name = "Selu"
    static let hasConsumedInputs = true
    static let functionCount = 1

    static func parameters(opset: Int) -> [(name: String, fallback: Float)] {
        opset < 6
            ? [("alpha", 1.6732), ("gamma", 1.0507)]
            : [("alpha", 1.67326319217681884765625), ("gamma", 1.05070102214813232421875)]
    }

    static func apply<Element: FloatingElement>(
        _ x: [Element], _ parameters: [Element], using kernels: Kernels
    ) -> [Element] {
        let (alpha, gamma) = (parameters[0], parameters[1])
        let powers = Element.function(Int32(AIVM_EXPONENTIAL), of: x, using: kernels)
        return powers.elementwise(with: x) {
            $1 < 0 ? gamma * (alpha * $0 - alpha) : gamma * $1
        }
    }
}

/// alpha · elu(x / alpha), where elu has the alpha 1.
enum CeluOperator: ActivationOperator {
    static let name = "Celu"
    static let opsets = 12...OperatorRegistry.latestOpset
    static let functionCount = 1

    static func parameters(opset: Int) -> [(name: String, fallback: Float)] { [("alpha", 1)] }

    static func apply<Element: FloatingElement>(
        _ x: [Element], _ parameters: [Element], using kernels: Kernels
    ) -> [Element] {
        let alpha = parameters[0]
        let quotients = x.elementwise { $0 / alpha }
        let units = EluOperator.apply(quotients, [1], using: kernels)
        return units.elementwise { alpha * $0 }
    }
}

/// x · sigmoid(alpha · x).
enum SwishOperator: ActivationOperator {
    static let name = "Swish"
    static let opsets = 24...OperatorRegistry.latestOpset
    static let functionCount = 1

    static func parameters(opset: Int) -> [(name: String, fallback: Float)] { [("alpha", 1)] }

    static func apply<Element: FloatingElement>(
        _ x: [Element], _ parameters: [Element], using kernels: Kernels
    ) -> [Element] {
        let alpha = parameters[0]
        let scaled = x.elementwise { alpha * $0 }
        return Element.function(Int32(AIVM_SIGMOID), of: scaled, using: kernels)
            .elementwise(with: x) { $1 * $0 }
    }
}

/// x · tanh(softplus(x)).
enum MishOperator: ActivationOperator {
    static let name = "Mish"
    static let opsets = 18...OperatorRegistry.latestOpset
    static let functionCount = 2

    static func apply<Element: FloatingElement>(
        _ x: [Element], _ parameters: [Element], using kernels: Kernels
    ) -> [Element] {
        let soft = Element.function(Int32(AIVM_SOFTPLUS), of: x, using: kernels)
        return Element.function(Int32(AIVM_TANH), of: soft, using: kernels)
            .elementwise(with: x) { $1 * $0 }
    }
}

/// (0.5 · x) · (1 + erf(x / √2)), or with `approximate` "tanh"
/// (0.5 · x) · (1 + tanh(√(2/π) · (x + 0.044715 · x³))); √2 and √(2/π) rounded, 2/π and 0.044715
/// the nearest float32, x³ as by Pow.
enum GeluOperator: ActivationOperator {
    static let name = "Gelu"
    static let opsets = 20...OperatorRegistry.latestOpset
    static let attributeNames = ["approximate"]
    static let functionCount = 2

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        _ = try isApproximate(call)
        return [try call.floatType(0)]
    }

    private static func isApproximate(_ call: OperatorCall) throws(OperatorError) -> Bool {
        switch try call.attributes.string("approximate", default: "none") {
        case "none": return false
        case "tanh": return true
        case let other:
            throw .wrongAttribute(name: "approximate", reason: "is \(other.prefix(20))")
        }
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let rule = GeluRule(
            input: input, isApproximate: try isApproximate(call), kernels: kernels)
        guard let result = try input.type.element.applying(rule) else {
            throw .wrongInputType(index: 0)
        }
        return [result]
    }

    static func apply<Element: FloatingElement>(
        _ x: [Element], _ parameters: [Element], using kernels: Kernels
    ) -> [Element] {
        let root = Element(2).squareRoot()
        let scaled = x.elementwise { $0 / root }
        return Element.function(Int32(AIVM_ERF), of: scaled, using: kernels)
            .elementwise(with: x) { (0.5 * $1) * (1 + $0) }
    }

    static func approximate<Element: FloatingElement>(
        _ x: [Element], using kernels: Kernels
    ) -> [Element] {
        let root = Element(0.63661977236758134308 as Float).squareRoot()
        let factor = Element(0.044715 as Float)
        let inner = Element.cubes(x, kernels)
            .elementwise(with: x) { root * ($1 + factor * $0) }
        return Element.function(Int32(AIVM_TANH), of: inner, using: kernels)
            .elementwise(with: x) { (0.5 * $1) * (1 + $0) }
    }
}

private struct GeluRule: FloatingRule {
    let input: Tensor
    let isApproximate: Bool
    let kernels: Kernels

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        guard let x = Element.values(of: input) else { throw .wrongInputType(index: 0) }
        let results =
            isApproximate
            ? GeluOperator.approximate(x, using: kernels)
            : GeluOperator.apply(x, [], using: kernels)
        return Element.tensor(results, input.shape)
    }
}
