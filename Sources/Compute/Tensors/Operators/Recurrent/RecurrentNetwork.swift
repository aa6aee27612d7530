// The walk of a recurrent network over its sequences. The products of the inputs with the weights
// are worked out for all steps at once; each step then adds the product of the state. A gate's sum
// is Wx, then + Rh, then + Wb, then + Rb. A sequence that has ended keeps its state, and its
// results from there on are 0. Documentation/arithmetic.md, section 2, "Recurrent networks".

import CKernels

/// A kind of recurrent cell: how the states of a step follow from those before.
protocol RecurrentCell {
    /// The gates whose products with a state are worked out together.
    static var gateGroups: [Range<Int>] { get }
    /// The states of the next step of all sequences of the batch, the hidden one first.
    ///
    /// - Parameters:
    ///   - inputs: Wx of all gates, batch × (gates · hidden).
    ///   - states: batch × hidden each.
    func step<Element: FloatingElement>(
        _ inputs: [Element], _ states: [[Element]], _ weights: RecurrentWeights<Element>
    ) -> [[Element]]
}

/// The weights of one direction.
struct RecurrentWeights<Element: FloatingElement> {
    let form: RecurrentForm
    let direction: Int
    let kernels: Kernels
    /// The recurrent weights of the cell's groups of gates.
    let recurrent: [(gates: Range<Int>, factor: Element.Factor)]
    /// Wb of all gates, then Rb of all gates.
    let biases: [Element]?
    /// Peephole weights: input, output, forget.
    let peepholes: [Element]?

    /// The activation at `index` in the list of this direction, of `x` as it is.
    func applying(_ index: Int, _ x: [Element]) -> [Element] {
        form.activations[direction * form.activationsPerDirection + index].apply(x, kernels)
    }

    /// The activation at `index` of the sums of a gate, which `clip` bounds.
    func activate(_ index: Int, _ x: [Element]) -> [Element] {
        guard let clip = form.clip.map({ Element($0) }) else { return applying(index, x) }
        return applying(index, x.map { $0.maximum(-clip).minimum(clip) })
    }

    /// Elements of gates `range` from each row of `values`.
    func gates(_ range: Range<Int>, of values: [Element]) -> [Element] {
        let (size, all) = (form.hiddenSize, form.gates * form.hiddenSize)
        return StridedCopy(
            dimensions: [form.batch, range.count * size], strides: [all, 1],
            offset: values.isEmpty ? 0 : range.lowerBound * size
        ).apply(values)
    }

    /// state · Rᵀ for group `index` of gates.
    func product(_ state: [Element], group index: Int) -> [Element] {
        let (size, (gates, factor)) = (form.hiddenSize, recurrent[index])
        return Element.product(
            form.batch, gates.count * size, size, state, offset: 0, factor, kernels)
    }

    /// a + b.
    func sum(_ a: [Element], _ b: [Element]) -> [Element] {
        Element.binary(AIVM_ADD, a, b, kernels)
    }

    /// a · b.
    func scaled(_ a: [Element], _ b: [Element]) -> [Element] {
        Element.binary(AIVM_MULTIPLY, a, b, kernels)
    }

    /// Each row of `x` with a row of parameters of `count` gates added.
    func adding(_ parameters: ArraySlice<Element>?, to x: [Element], gates count: Int) -> [Element]
    {
        guard let parameters else { return x }
        return Element.binary(
            AIVM_ADD, rows: form.batch, length: count * form.hiddenSize, x, Array(parameters),
            .oneRowForAll, kernels)
    }

    /// Wb (`isRecurrent` false) or Rb of gates `range`.
    func bias(_ range: Range<Int>, isRecurrent: Bool) -> ArraySlice<Element>? {
        let size = form.hiddenSize
        let first = (isRecurrent ? form.gates * size : 0) + range.lowerBound * size
        return biases?[first..<first + range.count * size]
    }

    /// Wx + Rh + Wb + Rb of group `index` of gates.
    func sums(group index: Int, _ inputs: [Element], _ state: [Element]) -> [Element] {
        let range = recurrent[index].gates
        let products = sum(gates(range, of: inputs), product(state, group: index))
        let shifted = adding(bias(range, isRecurrent: false), to: products, gates: range.count)
        return adding(bias(range, isRecurrent: true), to: shifted, gates: range.count)
    }
}

/// A recurrent network over given inputs.
struct RecurrentNetwork<Cell: RecurrentCell>: FloatingRule {
    let form: RecurrentForm
    let cell: Cell
    /// X, W, R, B, lengths, and then the states and peepholes at their places.
    let inputs: [Tensor?]
    /// The inputs that hold the states at the start.
    let stateInputs: [Int]
    let kernels: Kernels

    func apply<Element: FloatingElement>(_ type: Element.Type) throws(OperatorError) -> [Tensor] {
        let (size, columns) = (form.hiddenSize, form.gates * form.hiddenSize)
        let lengths = try form.lengths(inputs.optional(4))
        let x = try Element.converting(inputs.required(0))
        let w = try Element.converting(inputs.required(1))
        var sequence = [Element](repeating: 0, count: try form.sequenceShape().elementCount)
        let stateShape = try form.stateShape()
        var last: [[Element]] = []
        for input in stateInputs {
            last.append(
                try inputs.optional(input).map { (state) throws(OperatorError) in
                    try Element.converting(state)
                } ?? [Element](repeating: 0, count: stateShape.elementCount))
        }
        for direction in form.directions.indices where form.batch > 0 && size > 0 {
            let weights = try self.weights(Element.self, direction)
            let rows = form.length * form.batch
            let factor = Element.factor(
                w, offset: direction * columns * form.inputSize, rows: form.inputSize,
                columns: columns, isTransposed: true, leftRows: rows)
            let products = Element.product(
                rows, columns, form.inputSize, x, offset: 0, factor, kernels)
            walk(products, lengths, weights, &last, &sequence)
        }
        return [Element.tensor(sequence, try form.sequenceShape())]
            + last.map { Element.tensor($0, stateShape) }
    }

    private func weights<Element: FloatingElement>(
        _ type: Element.Type, _ direction: Int
    ) throws(OperatorError) -> RecurrentWeights<Element> {
        func part(_ index: Int, _ count: Int) throws(OperatorError) -> [Element]? {
            guard let tensor = inputs.optional(index) else { return nil }
            return Array(
                try Element.converting(tensor)[direction * count..<(direction + 1) * count])
        }
        let (size, columns) = (form.hiddenSize, form.gates * form.hiddenSize)
        let recurrent = try part(2, columns * size) ?? []
        return RecurrentWeights(
            form: form, direction: direction, kernels: kernels,
            recurrent: Cell.gateGroups.map { gates in
                let factor = Element.factor(
                    recurrent, offset: gates.lowerBound * size * size, rows: size,
                    columns: gates.count * size, isTransposed: true, leftRows: form.batch)
                return (gates, factor)
            }, biases: try part(3, 2 * columns), peepholes: try part(7, 3 * size))
    }

    /// Runs one direction: `last` holds the states, `sequence` gets the hidden ones.
    private func walk<Element: FloatingElement>(
        _ products: [Element], _ lengths: [Int], _ weights: RecurrentWeights<Element>,
        _ last: inout [[Element]], _ sequence: inout [Element]
    ) {
        let (size, columns) = (form.hiddenSize, form.gates * form.hiddenSize)
        let direction = weights.direction
        let offsets = (0..<form.batch).map { stateOffset($0, direction) }
        var states = last.map { state in
            offsets.flatMap { state[$0..<$0 + size] }
        }
        for step in 0..<(lengths.max() ?? 0) {
            var inputs: [Element] = []
            inputs.reserveCapacity(form.batch * columns)
            var times: [Int] = []
            for (entry, length) in lengths.enumerated() {
                // A sequence that has ended computes on something, and nothing is kept of it.
                let time = form.directions[direction] ? max(length - 1 - step, 0) : step
                let row = form.isBatchFirst ? entry * form.length + time : time * form.batch + entry
                times.append(time)
                inputs += products[row * columns..<(row + 1) * columns]
            }
            let next = cell.step(inputs, states, weights)
            for (entry, length) in lengths.enumerated() where step < length {
                let range = entry * size..<(entry + 1) * size
                for index in states.indices {
                    states[index].replaceSubrange(range, with: next[index][range])
                }
                let target = sequenceOffset(entry, times[entry], direction)
                sequence.replaceSubrange(target..<target + size, with: next[0][range])
            }
        }
        for (index, state) in states.enumerated() {
            for (entry, offset) in offsets.enumerated() {
                last[index].replaceSubrange(
                    offset..<offset + size, with: state[entry * size..<(entry + 1) * size])
            }
        }
    }

    private func stateOffset(_ entry: Int, _ direction: Int) -> Int {
        let count = form.directions.count
        let row = form.isBatchFirst ? entry * count + direction : direction * form.batch + entry
        return row * form.hiddenSize
    }

    private func sequenceOffset(_ entry: Int, _ time: Int, _ direction: Int) -> Int {
        let count = form.directions.count
        let row =
            form.isBatchFirst
            ? (entry * form.length + time) * count + direction
            : (time * count + direction) * form.batch + entry
        return row * form.hiddenSize
    }
}
