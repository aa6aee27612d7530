// The activations of recurrent networks, by name, with the numbers some of them take. Each is the
// operator of its name; Affine is alpha · x + beta, ScaledTanh alpha · tanh(beta · x), each
// operation rounded.

import CKernels

/// An activation of a gate or a state.
struct RecurrentActivation {
    enum Kind: String, CaseIterable {
        case relu, tanh, sigmoid, affine, leakyrelu, thresholdedrelu, scaledtanh, hardsigmoid, elu
        case softsign, softplus

        /// The alpha and beta it has where none are given; `nil` where it takes none.
        var defaults: (alpha: Float?, beta: Float?) {
            switch self {
            case .affine: (1, 0)
            case .leakyrelu: (0.01, nil)
            case .thresholdedrelu, .elu: (1, nil)
            case .scaledtanh: (1, 1)
            case .hardsigmoid: (0.2, 0.5)
            case .relu, .tanh, .sigmoid, .softsign, .softplus: (nil, nil)
            }
        }
    }

    let kind: Kind
    let alpha: Float
    let beta: Float

    /// The activations that the call names, or `defaults`. Numbers are handed out in order to those
    /// that take one.
    static func list(
        _ call: OperatorCall, defaults: [String]
    ) throws(OperatorError) -> [RecurrentActivation] {
        let names = try call.attributes.strings("activations") ?? defaults
        guard names.count == defaults.count else {
            throw .wrongAttribute(
                name: "activations", reason: "\(names.count) names, not \(defaults.count)")
        }
        var alphas = (try call.attributes.floats("activation_alpha") ?? [])[...]
        var betas = (try call.attributes.floats("activation_beta") ?? [])[...]
        var activations: [RecurrentActivation] = []
        for name in names {
            guard let kind = Kind(rawValue: name.lowercased()) else {
                throw .wrongAttribute(name: "activations", reason: "names no activation")
            }
            let (alpha, beta) = kind.defaults
            activations.append(
                RecurrentActivation(
                    kind: kind, alpha: alpha.map { alphas.popFirst() ?? $0 } ?? 0,
                    beta: beta.map { betas.popFirst() ?? $0 } ?? 0))
        }
        return activations
    }

    /// The activation of each element.
    func apply<Element: FloatingElement>(_ x: [Element], _ kernels: Kernels) -> [Element] {
        let (alpha, beta) = (Element(alpha), Element(beta))
        switch kind {
        case .relu: return Element.unary(AIVM_RELU, x, kernels)
        case .tanh: return Element.unary(AIVM_TANH, x, kernels)
        case .sigmoid: return Element.unary(AIVM_SIGMOID, x, kernels)
        case .softplus: return Element.unary(AIVM_SOFTPLUS, x, kernels)
        case .affine: return x.map { alpha * $0 + beta }
        case .leakyrelu: return LeakyReluOperator.apply(x, [alpha], using: kernels)
        case .thresholdedrelu: return ThresholdedReluOperator.apply(x, [alpha], using: kernels)
        case .hardsigmoid: return HardSigmoidOperator.apply(x, [alpha, beta], using: kernels)
        case .elu: return EluOperator.apply(x, [alpha], using: kernels)
        case .softsign: return SoftsignOperator.apply(x, [], using: kernels)
        case .scaledtanh:
            let inner = Element.binary(AIVM_MULTIPLY, x, beta, kernels)
            return Element.binary(
                AIVM_MULTIPLY, Element.unary(AIVM_TANH, inner, kernels), alpha, kernels)
        }
    }
}
