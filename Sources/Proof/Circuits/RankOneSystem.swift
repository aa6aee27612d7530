// A circuit as Circom compiles one: rank-one constraints over wires in the order one, public
// outputs, public inputs, private inputs, all others. Written to a file, snarkjs and our own set-up
// read it.

public import Fields

/// Rank-one constraints over numbered wires.
public struct RankOneSystem: Equatable, Sendable {
    /// Wires, with the constant one.
    public var wireCount: UInt32
    /// Public outputs: the wires from 1 on.
    public var publicOutputCount: UInt32
    /// Public inputs: the wires behind the outputs.
    public var publicInputCount: UInt32
    /// Private inputs: the wires behind the public inputs.
    public var privateInputCount: UInt32
    /// What must hold.
    public var constraints: [RankOneConstraint]
    /// For each wire, the circuit's wire that it is.
    public var circuitWires: [UInt32]

    /// The values of the wires in the order of this system, from a witness of the circuit.
    public func witness(_ circuitWitness: [Fr]) -> [Fr] {
        circuitWires.map { circuitWitness[Int($0)] }
    }
}

extension Circuit {
    /// This circuit as rank-one constraints, one for each gate, in the same order.
    ///
    /// - Throws: ``CircuitError/notInProfile(feature:place:)`` when a gate is none.
    public func rankOneSystem() throws(CircuitError) -> RankOneSystem {
        guard exposed.isEmpty else {
            throw .notInProfile(feature: "a claim", place: "circuit")
        }
        let privateWires = inputs.filter { !$0.isPublic }.map(\.wire)
        let first = [0] + publicWires + privateWires
        var isPlaced = [Bool](repeating: false, count: wireCount)
        for wire in first { isPlaced[Int(wire)] = true }
        let order = first + (0..<UInt32(wireCount)).filter { !isPlaced[Int($0)] }
        var numbers = [UInt32](repeating: 0, count: wireCount)
        for (number, wire) in order.enumerated() { numbers[Int(wire)] = UInt32(number) }
        var constraints: [RankOneConstraint] = []
        constraints.reserveCapacity(gates.count)
        for (index, gate) in gates.enumerated() {
            switch gate {
            case .rows:
                throw .notInProfile(feature: "a row of its own", place: label(ofGate: index))
            case .zero(let sum):
                constraints.append(
                    RankOneConstraint(a: .zero, b: .zero, c: sum.renumbered(numbers)))
            case .product(let left, let right, let product):
                constraints.append(
                    RankOneConstraint(
                        a: left.renumbered(numbers), b: right.renumbered(numbers),
                        c: product.renumbered(numbers)))
            }
        }
        return RankOneSystem(
            wireCount: UInt32(wireCount), publicOutputCount: UInt32(publicOutputCount),
            publicInputCount: UInt32(publicWires.count - publicOutputCount),
            privateInputCount: UInt32(privateWires.count), constraints: constraints,
            circuitWires: order)
    }
}

extension LinearCombination {
    /// The same sum over wires numbered anew.
    fileprivate func renumbered(_ numbers: [UInt32]) -> LinearCombination {
        LinearCombination(
            terms.map { Term(wire: numbers[Int($0.wire)], coefficient: $0.coefficient) })
    }
}
