// Circuits for tests: built in a closure, failures of every gate looked for.

import Circuits
public import Fields
import Testing

/// The circuit that `body` builds.
func circuit(
    _ profile: CircuitProfile = .rankOne, _ body: (inout CircuitBuilder) -> Void
) throws -> Circuit {
    var builder = CircuitBuilder(profile: profile)
    body(&builder)
    return try builder.finish()
}

/// Whether `circuit` holds for `inputs`.
func holds(_ circuit: Circuit, _ inputs: [Fr]) throws -> Bool {
    try circuit.check(circuit.witness(inputs)).isEmpty
}

/// The public signals of `circuit` for `inputs`, for which it must hold.
func outputs(_ circuit: Circuit, _ inputs: [Fr]) throws -> [Fr] {
    circuit.publicSignals(try circuit.solve(inputs))
}

extension CircuitGate {
    /// The wires it names.
    var wires: [UInt32] {
        switch self {
        case .zero(let sum): sum.terms.map(\.wire)
        case .product(let left, let right, let product):
            (left.terms + right.terms + product.terms).map(\.wire)
        case .rows(let rows): rows.flatMap { $0.cells.compactMap { $0 } }
        }
    }
}

extension Fr: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: UInt64) { self.init(value) }
}
