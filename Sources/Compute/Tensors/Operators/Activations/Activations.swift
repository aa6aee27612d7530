// Activation functions: elementwise functions of one float with constant parameters. Each is the
// formula that ONNX gives as its function body, every operation rounded on its own, elementary
// functions as in Documentation/arithmetic.md, section 1.3; an operator therefore gives the bits of
// the graph that writes it out. Parameters are float32 attributes, converted exactly to float64
// where the tensor is. float64 elementary functions are those of CKernels' binary64.

import CKernels

/// The activations of floats.
enum ActivationFamily {
    static let operators: [any Operator.Type] = [
        CeluOperator.self,
        DropoutOperator.self,
        EluOperator.self,
        GeluOperator.self,
        HardSigmoidOperator.self,
        HardSwishOperator.self,
        LeakyReluOperator.self,
        MishOperator.self,
        PReluOperator.self,
        SeluOperator.self,
        ShrinkOperator.self,
        SoftsignOperator.self,
        SwishOperator.self,
        ThresholdedReluOperator.self,
    ]
}

/// An elementwise function of one float and parameters.
protocol ActivationOperator: Operator {
    /// The parameters, in the order `apply` takes them, with their defaults in `opset`.
    static func parameters(opset: Int) -> [(name: String, fallback: Float)]
    /// Whether it knows `consumed_inputs` before opset 6.
    static var hasConsumedInputs: Bool { get }
    /// Elementary functions evaluated for one element.
    static var functionCount: Int { get }
    /// The function of each of `x`.
    static func apply<Element: FloatingElement>(
        _ x: [Element], _ parameters: [Element], using kernels: Kernels
    ) -> [Element]
}

extension ActivationOperator {
    static var attributeNames: [String] {
        let names = parameters(opset: OperatorRegistry.latestOpset).map(\.name)
        return hasConsumedInputs ? names + ["consumed_inputs"] : names
    }
    static var inputCount: ClosedRange<Int> { 1...1 }
    static var outputCount: ClosedRange<Int> { 1...1 }
    static var hasConsumedInputs: Bool { false }
    static var functionCount: Int { 0 }
    static func parameters(opset: Int) -> [(name: String, fallback: Float)] { [] }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        if call.opset > 5 { try call.refuse("consumed_inputs") }
        _ = try values(call)
        return [try call.floatType(0)]
    }

    /// The values of the parameters.
    private static func values(_ call: OperatorCall) throws(OperatorError) -> [Float] {
        var values: [Float] = []
        for (name, fallback) in parameters(opset: call.opset) {
            values.append(try call.attributes.float(name, default: fallback))
        }
        return values
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        var work = call.elementwiseWork(outputs)
        work.functions = work.elements.multipliedSaturating(functionCount)
        work.elements = work.elements.multipliedSaturating(4)
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let input = inputs.required(0)
        let rule = ActivationRule<Self>(
            input: input, parameters: try values(call), kernels: kernels)
        guard let result = try input.type.element.applying(rule) else {
            throw .wrongInputType(index: 0)
        }
        return [result]
    }
}

private struct ActivationRule<Kind: ActivationOperator>: FloatingRule {
    let input: Tensor
    let parameters: [Float]
    let kernels: Kernels

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> Tensor {
        guard let x = Element.values(of: input) else { throw .wrongInputType(index: 0) }
        let results = Kind.apply(x, parameters.map { Element($0) }, using: kernels)
        return Element.tensor(results, input.shape)
    }
}

/// alpha · x where x < 0, else x.
enum LeakyReluOperator: ActivationOperator {
    static let name = "LeakyRelu"
    static let hasConsumedInputs = true

    static func parameters(opset: Int) -> [(name: String, fallback: Float)] { [("alpha", 0.01)] }

    static func apply<Element: FloatingElement>(
        _ x: [Element], _ parameters: [Element], using kernels: Kernels
    ) -> [Element] {
        let alpha = parameters[0]
        return x.elementwise { $0 < 0 ? alpha * $0 : $0 }
    }
}

/// x where alpha < x, else +0.
enum ThresholdedReluOperator: ActivationOperator {
    static let name = "ThresholdedRelu"
    static let opsets = 10...OperatorRegistry.latestOpset

    static func parameters(opset: Int) -> [(name: String, fallback: Float)] { [("alpha", 1)] }

    static func apply<Element: FloatingElement>(
        _ x: [Element], _ parameters: [Element], using kernels: Kernels
    ) -> [Element] {
        let alpha = parameters[0]
        return x.elementwise { alpha < $0 ? $0 : 0 }
    }
}

/// maximum(minimum(x · alpha + beta, 1), 0).
enum HardSigmoidOperator: ActivationOperator {
    static let name = "HardSigmoid"
    static let hasConsumedInputs = true

    static func parameters(opset: Int) -> [(name: String, fallback: Float)] {
        [("alpha", 0.2), ("beta", 0.5)]
    }

    static func apply<Element: FloatingElement>(
        _ x: [Element], _ parameters: [Element], using kernels: Kernels
    ) -> [Element] {
        let (alpha, beta) = (parameters[0], parameters[1])
        return x.elementwise { hardSigmoid($0, alpha, beta) }
    }

    /// A NaN passes: no comparison holds for it. −0 becomes +0, as the maximum with +0.
    @inline(__always)
    static func hardSigmoid<Element: FloatingElement>(
        _ x: Element, _ alpha: Element, _ beta: Element
    ) -> Element {
        let line = x * alpha + beta
        let low = line <= 0 ? 0 : line
        return low > 1 ? 1 : low
    }
}

/// x · HardSigmoid(x), with alpha the float32 nearest to 1/6 and beta 1/2.
enum HardSwishOperator: ActivationOperator {
    static let name = "HardSwish"
    static let opsets = 14...OperatorRegistry.latestOpset

    static func apply<Element: FloatingElement>(
        _ x: [Element], _ parameters: [Element], using kernels: Kernels
    ) -> [Element] {
        let alpha = Element(Float(1) / 6)
        return x.elementwise { $0 * HardSigmoidOperator.hardSigmoid($0, alpha, 0.5) }
    }
}

/// x / (1 + |x|).
enum SoftsignOperator: ActivationOperator {
    static let name = "Softsign"

    static func apply<Element: FloatingElement>(
        _ x: [Element], _ parameters: [Element], using kernels: Kernels
    ) -> [Element] {
        x.elementwise { $0 / (1 + $0.magnitude) }
    }
}
