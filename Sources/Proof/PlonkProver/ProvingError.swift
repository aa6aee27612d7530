// Why a key was not made or a proof not given. Numbers are stable and append-only.

public import Circom

/// A refusal by the setup or the prover.
public enum ProvingError: Error, Equatable, Sendable {
    /// 1: a file is wrong.
    case file(CircomError)
    /// 2: the witness has more or fewer values than the circuit has wires.
    case wrongWitnessCount(expected: Int, actual: Int)
    /// 3: the witness does not satisfy the constraint with that number, from 0, of the `.r1cs`
    /// file.
    case unsatisfiedConstraint(index: Int)
    /// 4: the witness does not satisfy the gate with that number, from 0. `wires` are the numbers
    /// of its three wires.
    case unsatisfiedGate(index: Int, wires: [UInt32])
    /// 5: the circuit has no public signal.
    case noPublicSignals
    /// 6: the structured reference string has fewer powers of tau than the circuit needs.
    case tooFewPowers(needed: Int, available: Int)
    /// 7: the parts of the key contradict each other.
    case inconsistentKey(String)
    /// 8: the circuit has more gates or wires than can be.
    case tooLarge(String, limit: Int, actual: Int)
    /// 9: the constraints are of another circuit than the key.
    case otherCircuit(String)

    /// The stable number of the case.
    public var code: UInt32 {
        switch self {
        case .file: 1
        case .wrongWitnessCount: 2
        case .unsatisfiedConstraint: 3
        case .unsatisfiedGate: 4
        case .noPublicSignals: 5
        case .tooFewPowers: 6
        case .inconsistentKey: 7
        case .tooLarge: 8
        case .otherCircuit: 9
        }
    }
}

extension ProvingError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .file(let error): "\(error)"
        case .wrongWitnessCount(let expected, let actual):
            "the circuit has \(expected) wires, the witness \(actual) values; make the witness "
                + "again with this circuit"
        case .unsatisfiedConstraint(let index):
            "the witness does not satisfy constraint \(index); check the inputs"
        case .unsatisfiedGate(let index, let wires):
            "the witness does not satisfy gate \(index) on wires "
                + wires.map(String.init).joined(separator: ", ")
                + "; check the inputs, or give the .r1cs file to learn the constraint"
        case .noPublicSignals:
            "the circuit has no public signal, so there is nothing to prove; make one signal public"
        case .tooFewPowers(let needed, let available):
            "the circuit needs \(needed) powers of tau, \(available) are there; take a larger .ptau"
        case .inconsistentKey(let reason): "the key is damaged: \(reason); make it again"
        case .tooLarge(let what, let limit, let actual):
            "\(actual) \(what); at most \(limit) can be"
        case .otherCircuit(let reason):
            "the constraints are not those the key was made from: \(reason)"
        }
    }
}

/// Runs `body` and turns an error about a file into one of this target.
func readingFiles<Result>(
    _ body: () throws(CircomError) -> Result
) throws(ProvingError) -> Result {
    do throws(CircomError) { return try body() } catch { throw .file(error) }
}
