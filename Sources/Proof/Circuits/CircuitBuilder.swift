// Circuits written as programs: each operation adds wires, says how to fill them in, and states
// what must hold between them. Sums and multiples of values are free; products and assertions cost
// gates.
//
//     var builder = CircuitBuilder()
//     let age = builder.privateInput("age")
//     builder.assertRange(age, bits: 7)
//     builder.publish(builder.isLess(age, 18, bits: 7).value, "minor")
//     let circuit = try builder.finish()
//
// Labels nest; the checker gives them back when a gate fails.

import Fields
import Plonkish

/// What a circuit is to be proven by. Circuits for rank-one constraints can be proven by both;
/// gadgets use what there is.
public enum CircuitProfile: Equatable, Sendable {
    /// Rank-one constraints: the protocol and the files of snarkjs.
    case rankOne
    /// The native profile, with ranges looked up in a table of 2^rangeBits numbers, 1 to 20.
    case native(rangeBits: Int)

    /// The native profile with a table of bytes.
    public static let native = CircuitProfile.native(rangeBits: 8)
}

/// Makes a circuit, gate by gate.
public struct CircuitBuilder: Sendable {
    /// What the circuit is to be proven by.
    public let profile: CircuitProfile
    private(set) var wireCount: UInt32 = 1
    private(set) var inputs: [CircuitInput] = []
    private var outputs: [UInt32] = []
    private var gates: [CircuitGate] = []
    var customGates: [CustomGate] = []
    var tables: [LookupTable] = []
    var exposed: [[UInt32]] = []
    private var gateLabels: [UInt32] = []
    private var labels = ["circuit"]
    private var currentLabel: UInt32 = 0
    private var steps: [WitnessStep] = []
    /// The first thing that cannot be built; ``finish()`` throws it.
    private var refusal: CircuitError?

    /// Starts an empty circuit.
    public init(profile: CircuitProfile = .rankOne) {
        if case .native(let rangeBits) = profile {
            precondition((1...20).contains(rangeBits), "a table of ranges fits into memory")
        }
        self.profile = profile
    }

    /// The circuit.
    ///
    /// - Throws: what went wrong first while it was built.
    public consuming func finish() throws(CircuitError) -> Circuit {
        if let refusal { throw refusal }
        let publicInputs = inputs.filter(\.isPublic).map(\.wire)
        return Circuit(
            wireCount: Int(wireCount), inputs: inputs, publicWires: outputs + publicInputs,
            publicOutputCount: outputs.count, gates: gates, gateLabels: gateLabels,
            labels: labels, steps: steps, customGates: customGates, tables: tables,
            tableIndices: tables.map { table in
                TupleIndex((0..<table.width).map { column in table.rows.map { $0[column] } })
            }, rangeBits: rangeBits, exposed: exposed)
    }
}

// MARK: Labels

extension CircuitBuilder {
    /// Does what `body` does; gates that it adds have `label` in their label.
    public mutating func labelled<Result>(
        _ label: String, _ body: (inout CircuitBuilder) -> Result
    ) -> Result {
        let outer = currentLabel
        labels.append(outer == 0 ? label : "\(labels[Int(outer)]), \(label)")
        currentLabel = UInt32(labels.count - 1)
        let result = body(&self)
        currentLabel = outer
        return result
    }

    /// The label of gates added now.
    var label: String { labels[Int(currentLabel)] }

    /// What to call `value` in a label: the name of an input, or nothing better than "a value".
    func name(of value: LinearCombination) -> String {
        if let constant = value.constant { return shortened(constant) }
        guard let wire = value.singleWire,
            let input = inputs.first(where: { $0.wire == wire })
        else { return "a value" }
        return "'\(input.name)'"
    }

    /// Remembers why this circuit cannot be built; the first reason stays.
    mutating func refuse(_ error: CircuitError) {
        if refusal == nil { refusal = error }
    }
}

// MARK: Wires

extension CircuitBuilder {
    /// A value from outside that the verifier sees. Public inputs are public signals, behind all
    /// outputs, in the order they are declared. A gate for each when it is proven.
    public mutating func publicInput(_ name: String) -> LinearCombination {
        input(name, isPublic: true)
    }

    /// A value from outside that only the prover sees.
    public mutating func privateInput(_ name: String) -> LinearCombination {
        input(name, isPublic: false)
    }

    private mutating func input(_ name: String, isPublic: Bool) -> LinearCombination {
        if inputs.contains(where: { $0.name == name }) { refuse(.repeatedInput(name)) }
        let wire = wires(1, .input)
        inputs.append(CircuitInput(name: name, wire: wire, isPublic: isPublic))
        return LinearCombination(wire: wire)
    }

    /// Makes `value` a public output, a public signal before all public inputs. Costs a gate.
    public mutating func publish(_ value: LinearCombination, _ name: String) {
        labelled("output '\(name)'") { builder in
            let wire = builder.wires(1, .sum(value))
            builder.outputs.append(wire)
            builder.assertEqual(LinearCombination(wire: wire), value)
        }
    }

    /// `count` new wires in a row, filled in by `rule`; returns the first. Nothing else is stated
    /// about them.
    mutating func wires(_ count: Int, _ rule: WitnessRule) -> UInt32 {
        let first = wireCount
        steps.append(WitnessStep(first: first, count: UInt32(count), rule: rule))
        wireCount += UInt32(count)
        return first
    }

    /// A value the prover chooses as `rule` says. Nothing is stated about it: gates must follow.
    public mutating func advice(_ rule: WitnessRule) -> LinearCombination {
        LinearCombination(wire: wires(1, rule))
    }

    /// `count` values the prover chooses as `rule` says. Nothing is stated about them: gates must
    /// follow.
    public mutating func advice(_ count: Int, _ rule: WitnessRule) -> [LinearCombination] {
        let first = wires(count, rule)
        return (0..<UInt32(count)).map { LinearCombination(wire: first + $0) }
    }
}

// MARK: Gates

extension CircuitBuilder {
    /// Adds a gate under the current label.
    mutating func add(_ gate: CircuitGate) {
        gates.append(gate)
        gateLabels.append(currentLabel)
    }

    /// States that `value` is zero. A gate for up to three wires, more for more.
    public mutating func assertZero(_ value: LinearCombination) {
        if let constant = value.constant {
            if !constant.isZero { refuse(.contradiction(place: label)) }
            return
        }
        add(.zero(value))
    }

    /// States that `left` and `right` are equal.
    public mutating func assertEqual(_ left: LinearCombination, _ right: LinearCombination) {
        assertZero(left - right)
    }

    /// States that the product of `left` and `right` is `product`.
    public mutating func assertProduct(
        _ left: LinearCombination, _ right: LinearCombination, equals product: LinearCombination
    ) {
        if let factor = left.constant { return assertEqual(right * factor, product) }
        if let factor = right.constant { return assertEqual(left * factor, product) }
        add(.product(left, right, product))
    }

    /// The product. No gate when one of the factors is constant.
    public mutating func product(
        _ left: LinearCombination, _ right: LinearCombination
    ) -> LinearCombination {
        if let factor = left.constant { return right * factor }
        if let factor = right.constant { return left * factor }
        let result = advice(.product(left, right))
        add(.product(left, right, result))
        return result
    }

    /// A wire of its own for `value`. Worth its gate when a long sum is used again and again. No
    /// gate when it is one already.
    public mutating func wire(_ value: LinearCombination) -> LinearCombination {
        if value.singleWire != nil || value.constant != nil { return value }
        let result = advice(.sum(value))
        add(.zero(value - result))
        return result
    }
}
