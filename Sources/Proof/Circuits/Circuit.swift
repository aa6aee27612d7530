// A circuit as its builder left it: wires, gates with labels, and how a witness is made. What
// proves it takes it as rank-one constraints (``rankOneSystem()``) or as rows of the native
// profile.

public import Fields
import Plonkish

/// What must hold between wires.
public enum CircuitGate: Equatable, Sendable {
    /// The sum is zero.
    case zero(LinearCombination)
    /// The product of the first two is the third.
    case product(LinearCombination, LinearCombination, LinearCombination)
    /// Rows of the native profile, below each other.
    case rows([TableRow])
}

/// A value that comes from outside.
public struct CircuitInput: Equatable, Sendable {
    /// Its name, unique in the circuit.
    public var name: String
    /// The wire that carries it.
    public var wire: UInt32
    /// Whether the verifier sees it.
    public var isPublic: Bool
}

/// A circuit. Make one with ``CircuitBuilder``.
public struct Circuit: Sendable {
    /// Wires, with wire 0, which carries one.
    public let wireCount: Int
    /// The values that come from outside, in the order they were declared.
    public let inputs: [CircuitInput]
    /// The public wires in the order of the public signals: outputs, then public inputs.
    public let publicWires: [UInt32]
    /// How many of the public signals are outputs.
    public let publicOutputCount: Int
    /// What must hold, in the order it was stated.
    public let gates: [CircuitGate]
    /// For each gate, its label's index.
    let gateLabels: [UInt32]
    /// The labels: of nested labels the outermost first, with commas.
    let labels: [String]
    /// How wires from 1 on are filled in.
    let steps: [WitnessStep]
    /// The circuit's own gates.
    let customGates: [CustomGate]
    /// The tables that values are looked up in.
    let tables: [LookupTable]
    /// For each table, its tuples sorted.
    let tableIndices: [TupleIndex]
    /// Bits of the table of ranges.
    let rangeBits: Int
    /// For each claim the wires it is about.
    let exposed: [[UInt32]]

    /// The label of a gate.
    public func label(ofGate gate: Int) -> String { labels[Int(gateLabels[gate])] }

    /// The values of all wires that follow from `inputs`, in the order they were declared. Gates
    /// are not looked at: wrong inputs give a witness that ``check(_:)`` refuses.
    public func witness(_ inputs: [Fr]) throws(CircuitError) -> [Fr] {
        guard inputs.count == self.inputs.count else {
            throw .wrongInputCount(expected: self.inputs.count, actual: inputs.count)
        }
        var values = [Fr.one]
        values.reserveCapacity(wireCount)
        var rest = inputs[...]
        for step in steps { step.run(&values, &rest) }
        return values
    }

    /// The values of all wires that follow from `inputs`, checked.
    public func solve(_ inputs: [Fr]) throws(CircuitError) -> [Fr] {
        let values = try witness(inputs)
        if let failure = try check(values).first { throw .unsatisfied(failure) }
        return values
    }

    /// The public signals of a witness, which has a value for every wire.
    public func publicSignals(_ witness: [Fr]) -> [Fr] { publicWires.map { witness[Int($0)] } }
}
