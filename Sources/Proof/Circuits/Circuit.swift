// A finished circuit: it computes its own witness, says which constraint does not hold, and goes out as
// a `.r1cs` file or as gates.

public import Circom
public import Fields
public import Plonk
import PlonkProver

/// A circuit.
public struct Circuit: Sendable {
    /// The constraints, with wires in Circom's order.
    public let constraints: [RankOneConstraint]
    /// What each constraint is for.
    public let labels: [String]
    /// The names of the public signals: outputs, then public inputs.
    public let publicNames: [String]
    /// The names of the private inputs.
    public let privateNames: [String]
    /// Wires and what they are.
    public let counts: R1CSFile.Counts
    private let roles: [CircuitBuilder.Role]
    private let steps: [(wire: Int, step: CircuitBuilder.Step)]
    /// The number of each of the builder's wires in Circom's order.
    private let numbers: [UInt32]

    fileprivate init(_ builder: CircuitBuilder) {
        roles = builder.roles
        steps = builder.steps
        var numbers = [UInt32](repeating: 0, count: roles.count)
        var next: UInt32 = 1
        var names: [[String]] = []
        for rank in 0..<4 {
            var group: [String] = []
            for (wire, role) in roles.enumerated() where role.rank == rank {
                numbers[wire] = next
                next += 1
                if let name = role.name { group.append(name) }
            }
            names.append(group)
        }
        self.numbers = numbers
        publicNames = names[0] + names[1]
        privateNames = names[2]
        counts = R1CSFile.Counts(
            wires: next, publicOutputs: UInt32(names[0].count),
            publicInputs: UInt32(names[1].count), privateInputs: UInt32(names[2].count))
        func combination(_ expression: Expression) -> LinearCombination {
            var terms = expression.terms.map {
                LinearCombination.Term(wire: numbers[$0.wire], coefficient: $0.coefficient)
            }
            if !expression.constant.isZero {
                terms.append(.init(wire: 0, coefficient: expression.constant))
            }
            return LinearCombination(terms)
        }
        constraints = builder.constraints.map {
            RankOneConstraint(
                a: combination($0.a), b: combination($0.b), c: combination($0.c))
        }
        labels = builder.constraints.map(\.label)
    }

    /// The values of all wires, in Circom's order. They need not satisfy: ``check(_:)``.
    public func witness(inputs: KeyValuePairs<String, Fr>) throws(CircuitError) -> [Fr] {
        for (name, _) in inputs where !inputNames.contains(name) { throw .unknownInput(name) }
        var values = [Fr](repeating: Fr.zero, count: roles.count)
        for (wire, role) in roles.enumerated() {
            switch role {
            case .publicInput(let name), .privateInput(let name):
                guard let value = inputs.last(where: { $0.key == name })?.value else {
                    throw .missingInput(name)
                }
                values[wire] = value
            case .output, .inner: break
            }
        }
        for (wire, step) in steps { values[wire] = value(of: step, values) }
        var witness = [Fr](repeating: Fr.one, count: roles.count + 1)
        for (wire, number) in numbers.enumerated() { witness[Int(number)] = values[wire] }
        return witness
    }

    private var inputNames: [String] {
        publicNames.dropFirst(Int(counts.publicOutputs)) + privateNames
    }

    private func value(of step: CircuitBuilder.Step, _ values: [Fr]) -> Fr {
        switch step {
        case .product(let left, let right): left.value(values) * right.value(values)
        case .value(let expression): expression.value(values)
        case .bit(let expression, let index):
            expression.value(values).canonical.bit(index) ? Fr.one : Fr.zero
        case .inverseOrZero(let expression): expression.value(values).inverted() ?? Fr.zero
        }
    }

    /// Checks values of all wires, in Circom's order, without proving. Throws
    /// ``CircuitError/unsatisfied(constraint:label:)`` for the first constraint that does not hold.
    public func check(_ witness: [Fr]) throws(CircuitError) {
        guard witness.count == Int(counts.wires) else {
            throw .wrongValueCount(expected: Int(counts.wires), actual: witness.count)
        }
        for (index, constraint) in constraints.enumerated()
        where !constraint.isSatisfied(by: witness) {
            throw .unsatisfied(constraint: index, label: labels[index])
        }
    }

    /// Writes the circuit as a `.r1cs` file.
    public func write<Sink: ByteSink>(to sink: Sink) throws(CircomError) -> Sink {
        try R1CSFile.write(counts, constraints, to: sink)
    }

    /// The circuit as PLONK has it: the gates that snarkjs makes of the `.r1cs` file.
    public func gates() throws(CircuitError) -> GateSystem {
        do throws(ProvingError) {
            return try GateSystem(
                constraints, publicCount: Int(counts.publicOutputs + counts.publicInputs),
                wireCount: Int(counts.wires))
        } catch {
            throw .notProvable(error)
        }
    }
}

extension CircuitBuilder {
    /// The circuit that was written.
    public func finish() -> Circuit { Circuit(self) }
}
