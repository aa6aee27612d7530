// Poseidon of two inputs in rows of its own gates: 41 instead of some 600.
//
// The state stands in cells a, b, c after the round's constants are added, so that a fifth power is
// one of a cell; the constants of the next round are parameters. A full round is a row. A pair of
// partial rounds is a row too: with cell d the first element between them,
//
//     d = M00 a^5 + M01 b + M02 c + m0
//
// so a^5 is linear in d, b, c, and so are the other elements between; the state after the second
// round is M_i0 d^5 + linear. Degree 5 throughout, 6 with the gate's selector.

import Fields
import Plonkish

/// The gates of the permutation of three elements.
struct PoseidonGates {
    let poseidon: Poseidon
    /// 1 / M00.
    private let inverse: Fr

    init(_ poseidon: Poseidon) {
        precondition(poseidon.width == 3, "the gates are those of three elements")
        self.poseidon = poseidon
        inverse = poseidon.matrix[0].inverted() ?? Fr.zero
    }

    private func entry(_ row: Int, _ column: Int) -> Fr { poseidon.matrix[3 * row + column] }

    /// A full round: next_i = Σ M_ij x_j^5 + p_i.
    var full: CustomGate {
        CustomGate(
            name: "Poseidon full round",
            identities: (0..<3).map { row in
                (0..<3).reduce(.next(row) - .fixed(row)) { sum, column in
                    sum - GatePolynomial.advice(column).power(5) * entry(row, column)
                }
            })
    }

    /// A partial round: d = a^5, next_i = M_i0 d + M_i1 b + M_i2 c + p_i.
    var partial: CustomGate {
        CustomGate(
            name: "Poseidon partial round",
            identities: [.advice(3) - GatePolynomial.advice(0).power(5)]
                + (0..<3).map { row in
                    .next(row) - .fixed(row) - .advice(3) * entry(row, 0)
                        - .advice(1) * entry(row, 1) - .advice(2) * entry(row, 2)
                })
    }

    /// Two partial rounds.
    var pair: CustomGate {
        let first: GatePolynomial =
            .advice(3) - GatePolynomial.advice(0).power(5) * entry(0, 0)
            - .advice(1) * entry(0, 1) - .advice(2) * entry(0, 2) - .fixed(3)
        return CustomGate(
            name: "Poseidon pair of partial rounds",
            identities: [first]
                + (0..<3).map { row in
                    let power = GatePolynomial.advice(3).power(5) * entry(row, 0)
                    var sum: GatePolynomial = .next(row) - .fixed(row) - power
                    sum = sum - .advice(3) * between(row) { entry($0, 0) * inverse }
                    for column in 1...2 {
                        sum =
                            sum - .advice(column)
                            * between(row) {
                                entry($0, column) - entry($0, 0) * inverse * entry(0, column)
                            }
                    }
                    return sum
                })
    }

    /// What the second and third element between two partial rounds, given by `part`, bring into
    /// element `row` after them.
    private func between(_ row: Int, _ part: (Int) -> Fr) -> Fr {
        entry(row, 1) * part(1) + entry(row, 2) * part(2)
    }

    private func constant(_ round: Int, _ index: Int) -> Fr {
        round < poseidon.rounds ? poseidon.constants[3 * round + index] : Fr.zero
    }

    /// The parameters of a row for the rounds `round` and, for pairs, the one after it.
    func parameters(_ round: Int, isPair: Bool) -> [Fr] {
        if !isPair { return (0..<3).map { constant(round + 1, $0) } }
        let first = constant(round + 1, 0)
        return (0..<3).map { row in
            constant(round + 2, row)
                + between(row) { constant(round + 1, $0) - entry($0, 0) * inverse * first }
        } + [first]
    }

    /// The rows: the round each starts with, and how many rounds it does.
    var schedule: [(round: Int, isFull: Bool, isPair: Bool)] {
        var rows: [(Int, Bool, Bool)] = []
        var round = 0
        while round < poseidon.rounds {
            let isFull = poseidon.isFull(round: round)
            let isPair = !isFull && !poseidon.isFull(round: round + 1)
            rows.append((round, isFull, isPair))
            round += isPair ? 2 : 1
        }
        return rows
    }

    /// The wires of all rows from the state after the first constants: for partial rounds d, then
    /// the next state, row after row.
    func trace(_ start: [Fr]) -> [Fr] {
        var state = start
        var wires: [Fr] = []
        func step(_ round: Int, _ raised: Int) {
            let powers = state.enumerated().map { index, value in
                index < raised ? Poseidon.fifthPower(value) : value
            }
            state = (0..<3).map { row in
                entry(row, 0) * powers[0] + entry(row, 1) * powers[1] + entry(row, 2) * powers[2]
                    + constant(round + 1, row)
            }
        }
        for row in schedule {
            if row.isFull {
                step(row.round, 3)
            } else if row.isPair {
                step(row.round, 1)
                wires.append(state[0])
                step(row.round + 1, 1)
            } else {
                wires.append(Poseidon.fifthPower(state[0]))
                step(row.round, 1)
            }
            wires += state
        }
        return wires
    }
}

extension CircuitBuilder {
    /// The state after the permutation of three elements, in rows of its own.
    mutating func permuteByRows(
        _ state: [LinearCombination], by poseidon: Poseidon
    ) -> [LinearCombination] {
        let gates = PoseidonGates(poseidon)
        let (full, partial, pair) = (gate(gates.full), gate(gates.partial), gate(gates.pair))
        let start = state.enumerated().map { index, value in
            cell(value + LinearCombination(constant: poseidon.constants[index]))
        }
        let schedule = gates.schedule
        let count = schedule.reduce(0) { $0 + ($1.isFull ? 3 : 4) }
        let first = wires(
            count,
            .computed(inputs: start.map { LinearCombination(wire: $0) }) { gates.trace($0) })
        var cells: [UInt32?] = start
        var rows: [TableRow] = []
        var wire = first
        for row in schedule {
            if !row.isFull {
                cells.append(wire)
                wire += 1
            }
            rows.append(
                TableRow(
                    cells: cells, gate: row.isFull ? full : row.isPair ? pair : partial,
                    parameters: gates.parameters(row.round, isPair: row.isPair)))
            cells = [wire, wire + 1, wire + 2]
            wire += 3
        }
        rows.append(TableRow(cells: cells))
        add(rows: rows)
        return cells.compactMap { $0 }.map { LinearCombination(wire: $0) }
    }
}
