// Poseidon as Circom has it: a hash made of additions and multiplications in Fr, so that circuits can
// compute it. Width t = inputs + 1; the state starts as (initial, inputs…); S-box x^5; 8 full rounds and
// a number of partial rounds that follows from t, half of the full ones before them and half behind; the
// hash is the first element of the state.

public import Fields

/// Poseidon of a number of inputs.
public struct Poseidon: Sendable {
    /// The inputs it takes: 1 to 16.
    public let inputCount: Int
    /// Full rounds: all elements pass the S-box.
    public static let fullRounds = 8
    /// Partial rounds: the first element passes the S-box.
    public let partialRounds: Int
    private let constants: PoseidonConstants

    /// Elements of the state.
    public var width: Int { inputCount + 1 }

    /// Partial rounds of width 2 to 17.
    private static let partialRounds = [
        56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68,
    ]

    /// Makes the constants, which takes about a million steps of a register; keep the value. `nil`
    /// unless there are 1 to 16 inputs.
    public init?(inputCount: Int) {
        guard (1...16).contains(inputCount) else { return nil }
        self.inputCount = inputCount
        partialRounds = Poseidon.partialRounds[inputCount - 1]
        constants = PoseidonConstants(
            width: inputCount + 1, fullRounds: Poseidon.fullRounds, partialRounds: partialRounds)
    }

    /// Rounds in all.
    public var roundCount: Int { Poseidon.fullRounds + partialRounds }

    /// Whether all elements pass the S-box in round `index`.
    public func isFull(round index: Int) -> Bool {
        index < Poseidon.fullRounds / 2 || index >= Poseidon.fullRounds / 2 + partialRounds
    }

    /// What is added to element `element` in round `round`.
    public func constant(round: Int, element: Int) -> Fr {
        constants.added[round * width + element]
    }

    /// What element `column` is multiplied by where element `row` is mixed.
    public func factor(row: Int, column: Int) -> Fr { constants.matrix[row * width + column] }

    /// The hash of `inputs`.
    ///
    /// - Precondition: there are as many as `inputCount`.
    public func hash(_ inputs: [Fr]) -> Fr { permuted(initial: Fr.zero, inputs)[0] }

    /// The whole state after the permutation.
    ///
    /// - Parameters:
    ///   - initial: the first element before it.
    ///   - inputs: the others, as many as `inputCount`.
    public func permuted(initial: Fr, _ inputs: [Fr]) -> [Fr] {
        precondition(inputs.count == inputCount, "Poseidon has a number of inputs")
        var state = [initial] + inputs
        for round in 0..<roundCount {
            for element in 0..<width { state[element] += constant(round: round, element: element) }
            for element in 0..<(isFull(round: round) ? width : 1) {
                let square = state[element].squared()
                state[element] *= square.squared()
            }
            state = (0..<width).map { row in
                state.indices.reduce(Fr.zero) {
                    $0 + factor(row: row, column: $1) * state[$1]
                }
            }
        }
        return state
    }
}
