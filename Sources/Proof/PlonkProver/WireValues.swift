// The values of all wires of a circuit, and what to say when they do not satisfy it.

public import Circom
import Circuits
public import Fields
import Plonk
import Polynomials

/// The values of all wires: the witness, with 0 for the constant, which gates have elsewhere, and
/// the wires that are sums of others.
struct WireValues {
    private(set) var values: [Fr]

    init(
        witness: [Fr], additions: [WireAddition], wireCount: Int
    ) throws(ProvingError) {
        let given = wireCount - additions.count
        guard witness.count == given else {
            throw .wrongWitnessCount(expected: given, actual: witness.count)
        }
        values = witness
        values.reserveCapacity(wireCount)
        values[0] = Fr.zero
        for addition in additions {
            values.append(
                addition.factorA * values[Int(addition.a)]
                    + addition.factorB * values[Int(addition.b)])
        }
    }

    /// The values of a column, which holds `wires`, zero behind them.
    func column(_ wires: [UInt32], rows: Int) -> [Fr] {
        var column: [Fr] = []
        column.reserveCapacity(rows)
        for wire in wires { column.append(values[Int(wire)]) }
        column += [Fr](repeating: Fr.zero, count: rows - wires.count)
        return column
    }

    /// The first gate that the values do not satisfy, or `nil`. `selectors` are Qm, Ql, Qr, Qo, Qc
    /// by coefficients.
    func unsatisfiedGate(
        wires: [[UInt32]], selectors: [[Fr]], publicCount: Int,
        _ transform: NumberTheoreticTransform
    ) -> ProvingError? {
        var rows = selectors
        for index in rows.indices { transform.evaluate(&rows[index]) }
        for row in wires[0].indices {
            let (a, b, c) = (
                values[Int(wires[0][row])], values[Int(wires[1][row])], values[Int(wires[2][row])]
            )
            var sum = rows[0][row] * a * b + rows[1][row] * a
            sum += rows[2][row] * b + rows[3][row] * c + rows[4][row]
            if row < publicCount { sum -= values[row + 1] }
            if !sum.isZero {
                return .unsatisfiedGate(index: row, wires: wires.map { $0[row] })
            }
        }
        return nil
    }
}

extension R1CSFile {
    /// Checks that `witness` satisfies every constraint. Throws
    /// ``ProvingError/unsatisfiedConstraint(index:)`` for the first that it does not.
    public func check(witness: [Fr]) throws(ProvingError) {
        guard witness.count == Int(wireCount) else {
            throw .wrongWitnessCount(expected: Int(wireCount), actual: witness.count)
        }
        var failure: Int?
        try readingFiles { () throws(CircomError) in
            try forEachConstraint { index, constraint throws(CircomError) in
                if failure == nil, !constraint.isSatisfied(by: witness) { failure = index }
            }
        }
        if let failure { throw .unsatisfiedConstraint(index: failure) }
    }
}
