// Poseidon inside a circuit: three constraints for each S-box, and sums that are made wires after each
// mixing, since gates add up three terms at a time.

public import Commitments
import Fields

extension CircuitBuilder {
    /// The hash of `inputs`.
    ///
    /// - Precondition: there are as many as `poseidon` takes.
    public mutating func hash(
        _ inputs: [Expression], _ poseidon: Poseidon, _ label: String = "poseidon"
    ) -> Expression {
        precondition(inputs.count == poseidon.inputCount, "Poseidon has a number of inputs")
        return part(label) { builder in
            var state = [Expression.zero] + inputs
            for round in 0..<poseidon.roundCount {
                builder.part("round \(round)") { $0.mix(&state, poseidon, round) }
            }
            return state[0]
        }
    }

    private mutating func mix(_ state: inout [Expression], _ poseidon: Poseidon, _ round: Int) {
        for element in state.indices {
            state[element] += Expression(poseidon.constant(round: round, element: element))
        }
        for element in 0..<(poseidon.isFull(round: round) ? state.count : 1) {
            let square = product(state[element], state[element], "square")
            state[element] = product(
                product(square, square, "fourth power"), state[element], "fifth power")
        }
        // Of the last round the first element is all that is used.
        let rows = round == poseidon.roundCount - 1 ? 1 : state.count
        state = (0..<rows).map { row in
            let sum = state.indices.reduce(Expression.zero) {
                $0 + poseidon.factor(row: row, column: $1) * state[$1]
            }
            return sum.asConstant == nil ? wire(sum, "mix \(row)") : sum
        }
    }
}
