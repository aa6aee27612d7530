// That equal wires carry equal values is shown by a permutation of the 3n places of the columns:
// each place of a wire goes to the wire's place before it, the first to the last. Place i of column
// a is the number w^i, of b k1 w^i, of c k2 w^i; S1, S2, S3 are the polynomials of where places go.

import Fields
import Plonk
import Polynomials

enum Permutation {
    /// What the numbers of the places of columns b and c are multiplied by: with 1, three cosets of
    /// the rows, distinct for every number of rows that BN254 allows.
    static let k1 = Fr(2)
    static let k2 = Fr(3)

    /// Where the places of each column go, as numbers. Rows behind the gates hold wire 0.
    static func targets(_ system: GateSystem, _ domain: EvaluationDomain) -> [[Fr]] {
        let rows = domain.size
        // For each wire its first place, row · 3 + column, and the number of its last one.
        var first = [Int](repeating: -1, count: system.wireCount)
        var last = [Fr](repeating: Fr.zero, count: system.wireCount)
        var targets = [[Fr]](repeating: [Fr](repeating: Fr.zero, count: rows), count: 3)
        var power = Fr.one
        for row in 0..<rows {
            let gate = row < system.gates.count ? system.gates[row] : Gate()
            let numbers = [power, k1 * power, k2 * power]
            for (column, wire) in [gate.a, gate.b, gate.c].enumerated() {
                if first[Int(wire)] < 0 {
                    first[Int(wire)] = 3 * row + column
                } else {
                    targets[column][row] = last[Int(wire)]
                }
                last[Int(wire)] = numbers[column]
            }
            power *= domain.root
        }
        for wire in first.indices where first[wire] >= 0 {
            targets[first[wire] % 3][first[wire] / 3] = last[wire]
        }
        return targets
    }
}
