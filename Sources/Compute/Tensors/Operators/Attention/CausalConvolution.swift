// CausalConvWithState: each channel is convolved with its own kernel over the positions up to each
// one; the last positions are the state that the next call begins with. Each result is a dot over
// the kernel's taps, ascending; then the bias is added; then, if asked for, y · sigmoid(y). ONNX
// CausalConvWithState 27.

import CKernels

enum CausalConvolutionOperator: Operator {
    static let name = "CausalConvWithState"
    static let opsets = 27...OperatorRegistry.latestOpset
    static let attributeNames = ["activation"]
    static let inputCount = 2...4
    static let outputCount = 2...2

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        let x = try call.floatingType(0)
        let weight = try call.type(1).shape.dimensions
        try call.requireSameElement(1...3)
        guard x.shape.rank == 3, weight.count == 3, weight[0] == x.shape.dimensions[1],
            weight[1] == 1, weight[2] > 0
        else {
            throw .shapeMismatch(
                reason: "one kernel for each channel", shapes: [x.shape.dimensions, weight])
        }
        let state = try Shape(Array(x.shape.dimensions[..<2]) + [weight[2] - 1])
        if call.hasInput(2) { try call.require(2, [weight[0]]) }
        if call.hasInput(3) { try call.require(3, state.dimensions) }
        _ = try activates(call)
        _ = try Shape([x.shape.dimensions[2] + weight[2] - 1])
        return Array([x, TensorType(x.element, state)].prefix(call.outputCount))
    }

    /// Whether y · sigmoid(y) follows.
    private static func activates(_ call: OperatorCall) throws(OperatorError) -> Bool {
        let name = try call.attributes.string("activation", default: "none")
        guard ["none", "silu", "swish"].contains(name) else {
            throw .wrongAttribute(name: "activation", reason: "is not none, silu or swish")
        }
        return name != "none"
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        let count = outputs.first?.shape.elementCount ?? 0
        let taps = call.optionalType(1)?.shape.dimensions.last ?? 1
        var work = call.work(outputs, factor: 3, functions: count)
        work.multiplyAdds = UInt64(count).multipliedSaturating(taps)
        work.elements = (work + Work(elements: work.multiplyAdds)).elements
        return work
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let types = try outputTypes(call)
        let rule = CausalConvolutionRule(
            inputs: inputs, activates: try activates(call), kernels: kernels)
        let results = try types[0].element.computing(rule)
        return Array(results.prefix(call.outputCount))
    }
}

private struct CausalConvolutionRule: FloatingRule {
    /// Most elements of the windows that are laid out at a time.
    private static let partSize = 1 << 18

    let inputs: [Tensor?]
    let activates: Bool
    let kernels: Kernels

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> [Tensor] {
        let shape = inputs.required(0).shape
        let (channels, length) = (shape.dimensions[1], shape.dimensions[2])
        let taps = inputs.required(1).shape.dimensions[2]
        let x = try Element.converting(inputs.required(0))
        let weights = try Element.converting(inputs.required(1))
        let past = try inputs.optional(3).map { (state) throws(OperatorError) in
            try Element.converting(state)
        }
        let stateShape = try Shape([shape.dimensions[0], channels, taps - 1])
        var result: [Element] = []
        var states: [Element] = []
        // Without results and states there may be any number of empty rows.
        let isEmpty = x.isEmpty && stateShape.elementCount == 0
        for row in 0..<(isEmpty ? 0 : shape.dimensions[0] * channels) {
            var padded =
                past.map { Array($0[row * (taps - 1)..<(row + 1) * (taps - 1)]) }
                ?? [Element](repeating: 0, count: taps - 1)
            padded += x[row * length..<(row + 1) * length]
            states += padded.suffix(taps - 1)
            result += dots(padded, weights, offset: row % channels * taps, taps)
        }
        if let bias = inputs.optional(2) {
            let rows = try Shape([shape.dimensions[0], channels, length])
            result = Element.binary(
                AIVM_ADD, result, try Element.converting(bias),
                BroadcastPlan(rows, try Shape([channels, 1]), output: rows), kernels)
        }
        if activates {
            result = Element.binary(
                AIVM_MULTIPLY, result, Element.unary(AIVM_SIGMOID, result, kernels), kernels)
        }
        return [Element.tensor(result, shape), Element.tensor(states, stateShape)]
    }

    /// The dot of the kernel with each window of `padded`.
    private func dots<Element: FloatingElement>(
        _ padded: [Element], _ weights: [Element], offset: Int, _ taps: Int
    ) -> [Element] {
        let length = padded.count - taps + 1
        let part = max(Self.partSize / taps, 1)
        var results: [Element] = []
        results.reserveCapacity(length)
        for first in stride(from: 0, to: length, by: part) {
            let count = min(part, length - first)
            let windows = StridedCopy(
                dimensions: [taps, count], strides: [1, 1], offset: first
            ).apply(padded)
            let factor = Element.factor(
                windows, offset: 0, rows: taps, columns: count, isTransposed: false, leftRows: 1)
            results += Element.product(1, count, taps, weights, offset: offset, factor, kernels)
        }
        return results
    }
}
