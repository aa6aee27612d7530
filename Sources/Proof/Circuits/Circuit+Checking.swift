// A circuit run without proving: every gate is tried on a witness, and those that fail are named by
// the labels their author gave. Takes about as long as making the witness.

public import Fields

extension Circuit {
    /// The gates that `witness`, a value for every wire, does not satisfy: the first `limit`.
    public func check(_ witness: [Fr], limit: Int = 1) throws(CircuitError) -> [GateFailure] {
        guard witness.count == wireCount else {
            throw .wrongWitnessCount(expected: wireCount, actual: witness.count)
        }
        var failures: [GateFailure] = []
        if witness[0] != Fr.one {
            failures.append(
                GateFailure(label: "the constant one", gate: 0, finding: "is \(witness[0])"))
        }
        for (index, gate) in gates.enumerated() {
            if failures.count >= limit { break }
            guard let finding = finding(gate, witness) else { continue }
            failures.append(
                GateFailure(label: label(ofGate: index), gate: index, finding: finding))
        }
        return failures
    }

    /// What is wrong with a gate under `witness`; `nil` when it holds.
    private func finding(_ gate: CircuitGate, _ witness: [Fr]) -> String? {
        switch gate {
        case .zero(let sum):
            let value = sum.value(witness)
            return value.isZero ? nil : "a sum is \(shortened(value)), not 0"
        case .product(let left, let right, let product):
            let (a, b, c) = (left.value(witness), right.value(witness), product.value(witness))
            if a * b == c { return nil }
            return "\(shortened(a)) · \(shortened(b)) is \(shortened(a * b)), not \(shortened(c))"
        case .rows(let rows): return finding(rows, witness)
        }
    }
}

/// A number for the eye: near r as a negative one, long ones in the middle cut.
func shortened(_ value: Fr) -> String {
    let negative = -value
    if !value.isZero, negative.canonical < UInt256(UInt64.max) { return "-\(negative)" }
    let digits = value.decimal
    return digits.count <= 24 ? digits : "\(digits.prefix(10))…\(digits.suffix(10))"
}
