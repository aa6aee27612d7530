// RNN, GRU and LSTM: the cells. Names of gates and their order in the weights are ONNX's.

import CKernels

/// The attributes of all three operators.
private let commonAttributes = [
    "activation_alpha", "activation_beta", "activations", "clip", "direction", "hidden_size",
    "layout", "output_sequence",
]

/// H = f(Wx + Rh + Wb + Rb).
enum RNNOperator: Operator {
    static let name = "RNN"
    static let attributeNames = commonAttributes
    static let inputCount = 3...6
    static let outputCount = 1...2

    private static func form(_ call: OperatorCall) throws(OperatorError) -> RecurrentForm {
        try RecurrentForm(call, gates: 1, defaults: ["Tanh"], stateInputs: [5])
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        try form(call).outputTypes(call, states: 1)
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        (try? form(call).work(call, outputs, functions: 1)) ?? call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let network = RecurrentNetwork(
            form: try form(call), cell: RNNCell(), inputs: inputs, stateInputs: [5],
            kernels: kernels)
        let results = try inputs.required(0).type.element.computing(network)
        return Array(results.prefix(call.outputCount))
    }
}

private struct RNNCell: RecurrentCell {
    static let gateGroups = [0..<1]

    func step<Element: FloatingElement>(
        _ inputs: [Element], _ states: [[Element]], _ weights: RecurrentWeights<Element>
    ) -> [[Element]] {
        [weights.activate(0, weights.sums(group: 0, inputs, states[0]))]
    }
}

/// Gates z (update), r (reset), h (hidden): H = (1 − z) · h + z · H before.
enum GRUOperator: Operator {
    static let name = "GRU"
    static let attributeNames = commonAttributes + ["linear_before_reset"]
    static let inputCount = 3...6
    static let outputCount = 1...2

    private static func form(_ call: OperatorCall) throws(OperatorError) -> RecurrentForm {
        if call.opset < 3 { try call.refuse("linear_before_reset") }
        return try RecurrentForm(
            call, gates: 3, defaults: ["Sigmoid", "Tanh"], stateInputs: [5])
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        _ = try call.attributes.int("linear_before_reset", default: 0)
        return try form(call).outputTypes(call, states: 1)
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        (try? form(call).work(call, outputs, functions: 3)) ?? call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let isLinearFirst = try call.attributes.int("linear_before_reset", default: 0) != 0
        let network = RecurrentNetwork(
            form: try form(call), cell: GRUCell(isLinearFirst: isLinearFirst), inputs: inputs,
            stateInputs: [5], kernels: kernels)
        let results = try inputs.required(0).type.element.computing(network)
        return Array(results.prefix(call.outputCount))
    }
}

private struct GRUCell: RecurrentCell {
    static let gateGroups = [0..<1, 1..<2, 2..<3]

    /// Whether the state is multiplied with the weights before the reset gate acts on it.
    let isLinearFirst: Bool

    func step<Element: FloatingElement>(
        _ inputs: [Element], _ states: [[Element]], _ weights: RecurrentWeights<Element>
    ) -> [[Element]] {
        let before = states[0]
        let update = weights.activate(0, weights.sums(group: 0, inputs, before))
        let reset = weights.activate(0, weights.sums(group: 1, inputs, before))
        let hidden: [Element]
        if isLinearFirst {
            let answer = weights.adding(
                weights.bias(2..<3, isRecurrent: true), to: weights.product(before, group: 2),
                gates: 1)
            let sum = weights.sum(
                weights.gates(2..<3, of: inputs), weights.scaled(reset, answer))
            hidden = weights.activate(
                1, weights.adding(weights.bias(2..<3, isRecurrent: false), to: sum, gates: 1))
        } else {
            hidden = weights.activate(
                1, weights.sums(group: 2, inputs, weights.scaled(reset, before)))
        }
        let rest = update.map { 1 - $0 }
        return [weights.sum(weights.scaled(rest, hidden), weights.scaled(update, before))]
    }
}

/// Gates i (input), o (output), f (forget), c (cell): C = f · C before + i · c, H = o · h(C).
enum LSTMOperator: Operator {
    static let name = "LSTM"
    static let attributeNames = commonAttributes + ["input_forget"]
    static let inputCount = 3...8
    static let outputCount = 1...3

    private static func form(_ call: OperatorCall) throws(OperatorError) -> RecurrentForm {
        let form = try RecurrentForm(
            call, gates: 4, defaults: ["Sigmoid", "Tanh", "Tanh"], stateInputs: [5, 6])
        if call.hasInput(7) { try call.require(7, [form.directions.count, 3 * form.hiddenSize]) }
        _ = try call.attributes.int("input_forget", default: 0)
        return form
    }

    static func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
        try form(call).outputTypes(call, states: 2)
    }

    static func work(_ call: OperatorCall, outputs: [TensorType]) -> Work {
        (try? form(call).work(call, outputs, functions: 5)) ?? call.elementwiseWork(outputs)
    }

    static func evaluate(
        _ call: OperatorCall, _ inputs: [Tensor?], using kernels: Kernels
    ) throws(OperatorError) -> [Tensor] {
        let isCoupled = try call.attributes.int("input_forget", default: 0) != 0
        let network = RecurrentNetwork(
            form: try form(call), cell: LSTMCell(isCoupled: isCoupled), inputs: inputs,
            stateInputs: [5, 6], kernels: kernels)
        let results = try inputs.required(0).type.element.computing(network)
        return Array(results.prefix(call.outputCount))
    }
}

private struct LSTMCell: RecurrentCell {
    static let gateGroups = [0..<4]

    /// Whether the forget gate is 1 − the input gate.
    let isCoupled: Bool

    func step<Element: FloatingElement>(
        _ inputs: [Element], _ states: [[Element]], _ weights: RecurrentWeights<Element>
    ) -> [[Element]] {
        let sums = weights.sums(group: 0, inputs, states[0])
        let before = states[1]
        let input = weights.activate(
            0, peeped(weights.gates(0..<1, of: sums), before, 0, weights))
        let forget =
            isCoupled
            ? input.map { 1 - $0 }
            : weights.activate(0, peeped(weights.gates(2..<3, of: sums), before, 2, weights))
        let candidate = weights.activate(1, weights.gates(3..<4, of: sums))
        let cell = weights.sum(weights.scaled(forget, before), weights.scaled(input, candidate))
        let output = weights.activate(
            0, peeped(weights.gates(1..<2, of: sums), cell, 1, weights))
        return [weights.scaled(output, weights.applying(2, cell)), cell]
    }

    /// The gate's sum + P · cell.
    private func peeped<Element: FloatingElement>(
        _ sum: [Element], _ cell: [Element], _ index: Int, _ weights: RecurrentWeights<Element>
    ) -> [Element] {
        guard let peepholes = weights.peepholes else { return sum }
        let size = weights.form.hiddenSize
        let row = Array(peepholes[index * size..<(index + 1) * size])
        let batch = weights.form.batch
        return weights.sum(
            sum,
            Element.binary(
                AIVM_MULTIPLY, rows: batch, length: size, cell, row, .oneRowForAll,
                weights.kernels))
    }
}
