// Poseidon as circomlib has it: a permutation of t field elements made of few multiplications, and
// the hash of t - 1 elements by one call of it (Grassi and others, USENIX Security 2021; parameters
// of iden3's circomlib for BN254).
//
// A round adds constants, raises elements to the fifth power, and multiplies by a matrix. In the
// first and last four rounds all elements are raised, in those between only the first. The matrix
// is the Cauchy matrix 1 / (x_i + y_j).
//
// Time does not follow the values.

public import Fields

/// The permutation of one width.
public struct Poseidon: Sendable {
    /// Elements of the state, 2 to 17.
    public let width: Int
    /// Rounds in which only the first element is raised.
    public let partialRounds: Int
    /// The constants, `width` for each round.
    public let constants: [Fr]
    /// The matrix, row after row.
    public let matrix: [Fr]

    /// Rounds in which all elements are raised.
    public static let fullRounds = 8

    /// The rounds between, for widths 2 to 17.
    private static let partialRoundCounts = [
        56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68,
    ]

    /// Widths there are parameters for.
    public static let widths = 2...17

    /// All rounds.
    public var rounds: Int { Poseidon.fullRounds + partialRounds }

    /// Computes the parameters of width `width`, one of ``widths``. Takes some milliseconds.
    public init(width: Int) {
        precondition(Poseidon.widths.contains(width), "a width with parameters")
        self.width = width
        partialRounds = Poseidon.partialRoundCounts[width - 2]
        let count = Poseidon.fullRounds + partialRounds
        var register = GrainRegister(
            width: width, fullRounds: Poseidon.fullRounds, partialRounds: partialRounds)
        var constants: [Fr] = []
        constants.reserveCapacity(count * width)
        for _ in 0..<count * width { constants.append(register.element()) }
        self.constants = constants
        // For all widths the first 2 t numbers are distinct and no sum is zero, as the tests show.
        var points: [Fr] = []
        for _ in 0..<2 * width { points.append(register.reducedElement()) }
        var matrix: [Fr] = []
        for row in 0..<width {
            for column in 0..<width { matrix.append(points[row] + points[width + column]) }
        }
        Fr.invertAll(&matrix)
        self.matrix = matrix
    }

    /// Whether all elements are raised in round `round`.
    public func isFull(round: Int) -> Bool {
        round < Poseidon.fullRounds / 2 || round >= rounds - Poseidon.fullRounds / 2
    }

    /// Applies the permutation to `state`, which has `width` elements.
    public func permute(_ state: inout [Fr]) {
        precondition(state.count == width, "a state has the permutation's width")
        var next = state
        for round in 0..<rounds {
            let raised = isFull(round: round) ? width : 1
            for index in 0..<width {
                state[index] += constants[round * width + index]
                if index < raised { state[index] = Poseidon.fifthPower(state[index]) }
            }
            for row in 0..<width {
                var sum = Fr.zero
                for column in 0..<width { sum += matrix[row * width + column] * state[column] }
                next[row] = sum
            }
            swap(&state, &next)
        }
    }

    static func fifthPower(_ value: Fr) -> Fr { value.squared().squared() * value }

    /// The hash of `inputs`, as many as the width less one: the first element after the permutation
    /// of `initial`, inputs….
    public func hash(_ inputs: [Fr], initial: Fr = Fr.zero) -> Fr {
        var state = [initial] + inputs
        permute(&state)
        return state[0]
    }
}

extension Poseidon {
    /// The permutation of two inputs and a state, for trees and chains of hashes.
    public static let ofTwo = Poseidon(width: 3)
}
