// Why a circuit could not be run, or did not hold. Numbers are stable and append-only.

public import PlonkProver

/// A refusal of inputs or values.
public enum CircuitError: Error, Equatable, Sendable {
    /// 1: an input was given no value.
    case missingInput(String)
    /// 2: the circuit has no input of that name.
    case unknownInput(String)
    /// 3: there are more or fewer values than wires.
    case wrongValueCount(expected: Int, actual: Int)
    /// 4: the constraint with that number, from 0, does not hold. `label` says what it is for.
    case unsatisfied(constraint: Int, label: String)
    /// 5: the circuit cannot be turned into gates.
    case notProvable(ProvingError)

    /// The stable number of the case.
    public var code: UInt32 {
        switch self {
        case .missingInput: 1
        case .unknownInput: 2
        case .wrongValueCount: 3
        case .unsatisfied: 4
        case .notProvable: 5
        }
    }
}

extension CircuitError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missingInput(let name): "the input \"\(name)\" has no value"
        case .unknownInput(let name): "the circuit has no input \"\(name)\""
        case .wrongValueCount(let expected, let actual):
            "the circuit has \(expected) wires, not \(actual)"
        case .unsatisfied(let constraint, let label):
            "constraint \(constraint) does not hold: \(label)"
        case .notProvable(let error): "\(error)"
        }
    }
}
