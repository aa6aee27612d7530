// From rank-one constraints to gates, gate for gate as snarkjs 0.7.6 does it, so that both make the
// same key from the same circuit.
//
// A constraint A · B = C becomes one gate when each side is one wire and a constant; a longer side is
// first summed up, two terms a time, by gates of its own whose outputs are new wires. Where A or B is
// constant no product is needed, and three terms fit one gate. Terms with coefficient zero count like
// any other, since the same circuit must give the same key.

public import Circom
import Circuits
import Fields
public import Plonk

extension GateSystem {
    /// The gates of a circuit that circom compiled.
    public init(_ circuit: R1CSFile) throws(ProvingError) {
        let publicCount = Int(circuit.publicCount)
        var conversion = GateConversion(
            publicCount: publicCount, wireCount: Int(circuit.wireCount))
        try readingFiles { () throws(CircomError) in
            try circuit.forEachConstraint { _, constraint throws(CircomError) in
                conversion.convert(constraint)
            }
        }
        self = conversion.system
        let limit = 1 << VerificationKey.powers.upperBound
        guard gates.count <= limit else {
            throw .tooLarge("gates", limit: limit, actual: gates.count)
        }
        guard wireCount <= Int(UInt32.max) else {
            throw .tooLarge("wires", limit: Int(UInt32.max), actual: wireCount)
        }
    }
}

/// Gates made so far.
struct GateConversion {
    private(set) var system: GateSystem

    /// Starts with the gates of the public signals.
    init(publicCount: Int, wireCount: Int) {
        var gates: [Gate] = []
        for wire in 0..<publicCount { gates.append(Gate(a: UInt32(wire + 1), ql: Fr.one)) }
        system = GateSystem(
            publicCount: publicCount, givenWireCount: wireCount, additions: [], gates: gates)
    }

    /// Adds the gates of a constraint.
    mutating func convert(_ constraint: RankOneConstraint) {
        let (a, b, c) = (constraint.a.terms, constraint.b.terms, constraint.c.terms)
        if a.isEmpty || b.isEmpty {
            addSum(c)
        } else if let constant = GateConversion.constant(a) {
            addSum(GateConversion.difference(b, times: constant, c))
        } else if let constant = GateConversion.constant(b) {
            addSum(GateConversion.difference(a, times: constant, c))
        } else {
            addProduct(a, b, c)
        }
    }

    /// The value of a combination that names wire 0 only, or `nil`.
    private static func constant(_ terms: [LinearCombination.Term]) -> Fr? {
        terms.count == 1 && terms[0].wire == 0 ? terms[0].coefficient : nil
    }

    /// factor · left - right, wires ascending.
    private static func difference(
        _ left: [LinearCombination.Term], times factor: Fr, _ right: [LinearCombination.Term]
    ) -> [LinearCombination.Term] {
        var result: [LinearCombination.Term] = []
        var (i, j) = (0, 0)
        while i < left.count || j < right.count {
            let leftWire = i < left.count ? left[i].wire : UInt32.max
            let rightWire = j < right.count ? right[j].wire : UInt32.max
            let wire = min(leftWire, rightWire)
            var coefficient = Fr.zero
            if leftWire == wire {
                coefficient += factor * left[i].coefficient
                i += 1
            }
            if rightWire == wire {
                coefficient -= right[j].coefficient
                j += 1
            }
            result.append(.init(wire: wire, coefficient: coefficient))
        }
        return result
    }

    /// A combination reduced to a constant and some wires.
    private struct Reduced {
        var constant = Fr.zero
        var terms: [LinearCombination.Term] = []
    }

    /// Sums up terms two at a time, sums going to the end of the queue, until `limit` are left; fills
    /// up with wire 0.
    private mutating func reduce(_ terms: [LinearCombination.Term], to limit: Int) -> Reduced {
        var result = Reduced()
        var queue: [LinearCombination.Term] = []
        for term in terms {
            if term.wire == 0 {
                result.constant += term.coefficient
            } else {
                queue.append(term)
            }
        }
        var next = 0
        while queue.count - next > limit {
            let (first, second) = (queue[next], queue[next + 1])
            next += 2
            let wire = UInt32(truncatingIfNeeded: system.wireCount)
            system.gates.append(
                Gate(
                    a: first.wire, b: second.wire, c: wire, ql: -first.coefficient,
                    qr: -second.coefficient, qo: Fr.one))
            system.additions.append(
                WireAddition(
                    a: first.wire, b: second.wire, factorA: first.coefficient,
                    factorB: second.coefficient))
            queue.append(.init(wire: wire, coefficient: Fr.one))
        }
        result.terms = Array(queue[next...])
        while result.terms.count < limit {
            result.terms.append(.init(wire: 0, coefficient: Fr.zero))
        }
        return result
    }

    private mutating func addSum(_ terms: [LinearCombination.Term]) {
        let sum = reduce(terms, to: 3)
        system.gates.append(
            Gate(
                a: sum.terms[0].wire, b: sum.terms[1].wire, c: sum.terms[2].wire,
                ql: sum.terms[0].coefficient, qr: sum.terms[1].coefficient,
                qo: sum.terms[2].coefficient, qc: sum.constant))
    }

    private mutating func addProduct(
        _ left: [LinearCombination.Term], _ right: [LinearCombination.Term],
        _ output: [LinearCombination.Term]
    ) {
        let a = reduce(left, to: 1)
        let b = reduce(right, to: 1)
        let c = reduce(output, to: 1)
        let (factorA, factorB) = (a.terms[0].coefficient, b.terms[0].coefficient)
        system.gates.append(
            Gate(
                a: a.terms[0].wire, b: b.terms[0].wire, c: c.terms[0].wire,
                qm: factorA * factorB, ql: factorA * b.constant, qr: a.constant * factorB,
                qo: -c.terms[0].coefficient, qc: a.constant * b.constant - c.constant))
    }
}
