// Poseidon inside a circuit. Each fifth power is three products, x^2, x^4, x^5; the matrix is
// linear.
//
// Sums would grow without bound if they were carried from round to round, and a proof system whose
// gates have few wires pays for every term. So after each round the elements get wires of their
// own: 3 + t gates for a partial round. The native profile has gates of its own for three elements.

import Fields

extension CircuitBuilder {
    /// The hash of `inputs` by `poseidon`, whose width is one more; see
    /// ``Poseidon/hash(_:initial:)``.
    public mutating func hash(
        _ inputs: [LinearCombination], by poseidon: Poseidon, initial: LinearCombination = 0
    ) -> LinearCombination {
        permute([initial] + inputs, by: poseidon)[0]
    }

    /// The state after the permutation `poseidon` of `state`, which has its width.
    public mutating func permute(
        _ state: [LinearCombination], by poseidon: Poseidon
    ) -> [LinearCombination] {
        precondition(state.count == poseidon.width, "a state has the permutation's width")
        return labelled("Poseidon of \(poseidon.width - 1)") { builder in
            if builder.isNative, poseidon.width == 3 {
                return builder.permuteByRows(state, by: poseidon)
            }
            var state = state
            for round in 0..<poseidon.rounds {
                builder.labelled("round \(round)") { builder in
                    builder.poseidonRound(round, of: poseidon, &state)
                }
            }
            return state
        }
    }

    private mutating func poseidonRound(
        _ round: Int, of poseidon: Poseidon, _ state: inout [LinearCombination]
    ) {
        let width = poseidon.width
        let raised = poseidon.isFull(round: round) ? width : 1
        for index in 0..<width {
            state[index] += LinearCombination(
                constant: poseidon.constants[round * width + index])
            if index < raised { state[index] = power(state[index], 5) }
        }
        let before = state
        for row in 0..<width {
            var sum = LinearCombination.zero
            for column in 0..<width {
                sum += before[column] * poseidon.matrix[row * width + column]
            }
            state[row] = wire(sum)
        }
    }
}
