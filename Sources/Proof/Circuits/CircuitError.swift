// Why a circuit could not be built, filled in or satisfied. Numbers are stable and append-only.

/// A refusal by this target.
public enum CircuitError: Error, Equatable, Sendable {
    /// 1: there are more or fewer inputs than the circuit declares.
    case wrongInputCount(expected: Int, actual: Int)
    /// 2: a gate does not hold.
    case unsatisfied(GateFailure)
    /// 3: something is built that this profile of proofs does not have. `place` is the label.
    case notInProfile(feature: String, place: String)
    /// 4: a witness has another number of values than the circuit has wires.
    case wrongWitnessCount(expected: Int, actual: Int)
    /// 5: two inputs have the same name.
    case repeatedInput(String)
    /// 6: the circuit states something that no values satisfy, such as 2 = 3.
    case contradiction(place: String)

    /// The stable number of the case.
    public var code: UInt32 {
        switch self {
        case .wrongInputCount: 1
        case .unsatisfied: 2
        case .notInProfile: 3
        case .wrongWitnessCount: 4
        case .repeatedInput: 5
        case .contradiction: 6
        }
    }
}

extension CircuitError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .wrongInputCount(let expected, let actual):
            "the circuit has \(expected) inputs, not \(actual)"
        case .unsatisfied(let failure): failure.description
        case .notInProfile(let feature, let place):
            "\(place): \(feature) needs the native profile"
        case .wrongWitnessCount(let expected, let actual):
            "the circuit has \(expected) wires, not \(actual)"
        case .repeatedInput(let name): "two inputs are called '\(name)'"
        case .contradiction(let place): "\(place): no values satisfy this"
        }
    }
}

/// A gate that does not hold, named so that the author of the circuit finds it.
public struct GateFailure: Equatable, Sendable {
    /// The labels around the gate, outermost first.
    public var label: String
    /// The gate's number in the circuit, from 0.
    public var gate: Int
    /// What was found: "3 · 4 is 12, not 13".
    public var finding: String

    /// A failure of gate number `gate`.
    public init(label: String, gate: Int, finding: String) {
        self.label = label
        self.gate = gate
        self.finding = finding
    }
}

extension GateFailure: CustomStringConvertible {
    public var description: String { "\(label), gate \(gate): \(finding)" }
}
