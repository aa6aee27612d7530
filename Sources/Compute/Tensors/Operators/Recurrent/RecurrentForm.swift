// What RNN, GRU and LSTM have in common: sizes, directions, the layout of their tensors, the walk
// over the steps of sequences of different lengths. ONNX opsets 1, 3, 7, 14, 22.

/// The recurrent networks.
enum RecurrentFamily {
    static let operators: [any Operator.Type] = [
        GRUOperator.self,
        LSTMOperator.self,
        RNNOperator.self,
    ]
}

/// The sizes and options of a recurrent operator.
struct RecurrentForm {
    let length: Int
    let batch: Int
    let inputSize: Int
    let hiddenSize: Int
    /// Gates whose weights lie one after another.
    let gates: Int
    /// For each direction, whether it runs backwards.
    let directions: [Bool]
    /// Whether the batch is the first axis.
    let isBatchFirst: Bool
    /// Bound of what activations are given; `nil` for none.
    let clip: Float?
    /// The activations of each direction, `activationsPerDirection` each.
    let activations: [RecurrentActivation]
    let activationsPerDirection: Int

    /// - Parameters:
    ///   - defaults: the activations of one direction where none are named.
    ///   - stateInputs: the inputs that hold a state at the start.
    init(
        _ call: OperatorCall, gates: Int, defaults: [String], stateInputs: [Int]
    ) throws(OperatorError) {
        self.gates = gates
        if call.opset >= 7 { try call.refuse("output_sequence") }
        if call.opset < 14 { try call.refuse("layout") }
        _ = try call.attributes.flag("output_sequence", default: false)
        isBatchFirst = try call.attributes.flag("layout", default: false)
        switch try call.attributes.string("direction", default: "forward") {
        case "forward": directions = [false]
        case "reverse": directions = [true]
        case "bidirectional": directions = [false, true]
        default: throw .wrongAttribute(name: "direction", reason: "is no direction")
        }
        clip = call.attributes["clip"] == nil ? nil : try call.attributes.float("clip", default: 0)
        if let clip, !(clip >= 0) {
            throw .wrongAttribute(name: "clip", reason: "is no bound")
        }
        activationsPerDirection = defaults.count
        activations = try RecurrentActivation.list(
            call, defaults: directions.flatMap { _ in defaults })

        let x = try call.floatingType(0).shape.dimensions
        let w = try call.type(1).shape.dimensions
        let r = try call.type(2).shape.dimensions
        guard x.count == 3, w.count == 3, r.count == 3, r[1] == gates * r[2] else {
            throw .shapeMismatch(reason: "X, W and R are no recurrent network", shapes: [x, w, r])
        }
        (length, batch) = isBatchFirst ? (x[1], x[0]) : (x[0], x[1])
        inputSize = x[2]
        hiddenSize = r[2]
        let named = try call.attributes.int("hidden_size", default: hiddenSize)
        guard named == hiddenSize else {
            throw .wrongAttribute(name: "hidden_size", reason: "\(named), not \(hiddenSize)")
        }
        try check(call, stateInputs)
    }

    private func check(_ call: OperatorCall, _ stateInputs: [Int]) throws(OperatorError) {
        let count = directions.count
        for index in call.inputTypes.indices where index != 4 && call.hasInput(index) {
            if index > 0 { try call.requireSameElement(index...index) }
        }
        try call.require(1, [count, gates * hiddenSize, inputSize])
        try call.require(2, [count, gates * hiddenSize, hiddenSize])
        if call.hasInput(3) { try call.require(3, [count, 2 * gates * hiddenSize]) }
        if call.hasInput(4) {
            _ = try call.type(4, of: .int32)
            try call.require(4, [batch])
        }
        for index in stateInputs where call.hasInput(index) {
            try call.require(index, try stateShape().dimensions)
        }
        _ = try Shape([length, batch, gates * hiddenSize])
    }

    /// The shape of a state of all directions.
    func stateShape() throws(OperatorError) -> Shape {
        try Shape(
            isBatchFirst
                ? [batch, directions.count, hiddenSize] : [directions.count, batch, hiddenSize])
    }

    /// The shape of the states after every step.
    func sequenceShape() throws(OperatorError) -> Shape {
        try Shape(
            isBatchFirst
                ? [batch, length, directions.count, hiddenSize]
                : [length, directions.count, batch, hiddenSize])
    }

    /// The types of the sequence and of `states` last states.
    func outputTypes(_ call: OperatorCall, states: Int) throws(OperatorError) -> [TensorType] {
        let element = try call.type(0).element
        let state = TensorType(element, try stateShape())
        let all =
            [TensorType(element, try sequenceShape())]
            + [TensorType](repeating: state, count: states)
        return Array(all.prefix(call.outputCount))
    }

    /// The cost of the products, and `functions` for each element of each step's state.
    func work(_ call: OperatorCall, _ outputs: [TensorType], functions: Int) -> Work {
        var work = call.work(outputs, factor: 2, functions: 0)
        let states = UInt64(length).multipliedSaturating(batch, directions.count)
        let elements = states.multipliedSaturating(hiddenSize)
        work.multiplyAdds = elements.multipliedSaturating(gates, inputSize + hiddenSize)
        work.functions = elements.multipliedSaturating(functions)
        // Beside the elements, each step of each direction has a cost of its own.
        let moved = elements.multipliedSaturating(12, gates)
        work.elements = (work + Work(elements: moved)).elements
        work.elements = (work + Work(elements: states.multipliedSaturating(64))).elements
        return work
    }

    /// The lengths of the sequences.
    ///
    /// - Throws: `wrongInputValue` for one that is negative or above `length`.
    func lengths(_ tensor: Tensor?) throws(OperatorError) -> [Int] {
        guard let values = tensor?.int32s else { return [Int](repeating: length, count: batch) }
        var lengths: [Int] = []
        for value in values {
            guard value >= 0, Int(value) <= length else {
                throw .wrongInputValue(
                    index: 4, reason: "a sequence of \(value) of \(length) steps")
            }
            lengths.append(Int(value))
        }
        return lengths
    }
}
