// Circuits as PLONK has them: rows of one gate each,
//
//     qm a b + ql a + qr b + qo c + qc = 0,
//
// whose wires a, b, c are numbers; equal numbers carry equal values. The first rows belong to the
// public signals: row i says a = signal i and has nothing else. Wires that a circuit's author did
// not count, sums of two others, are additions: their values follow from those before them.

public import Fields

/// A row of a circuit.
public struct Gate: Equatable, Sendable {
    /// The left wire.
    public var a: UInt32
    /// The right wire.
    public var b: UInt32
    /// The output wire.
    public var c: UInt32
    /// What the product of left and right is multiplied by.
    public var qm: Fr
    /// What the left wire is multiplied by.
    public var ql: Fr
    /// What the right wire is multiplied by.
    public var qr: Fr
    /// What the output wire is multiplied by.
    public var qo: Fr
    /// What is added.
    public var qc: Fr

    /// A gate; selectors are zero unless given.
    public init(
        a: UInt32 = 0, b: UInt32 = 0, c: UInt32 = 0, qm: Fr = Fr.zero, ql: Fr = Fr.zero,
        qr: Fr = Fr.zero, qo: Fr = Fr.zero, qc: Fr = Fr.zero
    ) {
        (self.a, self.b, self.c) = (a, b, c)
        (self.qm, self.ql, self.qr, self.qo, self.qc) = (qm, ql, qr, qo, qc)
    }
}

/// A wire that is a sum of two others.
public struct WireAddition: Equatable, Sendable {
    /// The first wire.
    public var a: UInt32
    /// The second wire.
    public var b: UInt32
    /// What the first wire is multiplied by.
    public var factorA: Fr
    /// What the second wire is multiplied by.
    public var factorB: Fr

    /// The wire factorA · a + factorB · b.
    public init(a: UInt32, b: UInt32, factorA: Fr, factorB: Fr) {
        (self.a, self.b, self.factorA, self.factorB) = (a, b, factorA, factorB)
    }
}

/// A circuit: its gates, its additional wires, and which signals are public.
public struct GateSystem: Equatable, Sendable {
    /// Public signals: the wires from 1 on.
    public var publicCount: Int
    /// Wires without the additions. Wire 0 is zero wherever a gate names it.
    public var givenWireCount: Int
    /// The additional wires, numbered from `givenWireCount` on.
    public var additions: [WireAddition]
    /// The gates, those of the public signals first.
    public var gates: [Gate]

    /// A circuit.
    public init(
        publicCount: Int, givenWireCount: Int, additions: [WireAddition], gates: [Gate]
    ) {
        self.publicCount = publicCount
        self.givenWireCount = givenWireCount
        self.additions = additions
        self.gates = gates
    }

    /// Wires with the additions.
    public var wireCount: Int { givenWireCount + additions.count }

    /// log2 of the rows of the circuit: the least power of two that holds the gates, from 3 on.
    public var power: Int {
        var power = VerificationKey.powers.lowerBound
        while gates.count > 1 << power { power += 1 }
        return power
    }

    /// Checks values of the wires without proving: the index of the first gate that does not hold,
    /// or `nil`.
    ///
    /// - Parameter witness: the values of the given wires, the constant one first.
    /// - Precondition: there are as many values as given wires, and gates name wires that exist.
    public func firstUnsatisfiedGate(witness: [Fr]) -> Int? {
        precondition(witness.count == givenWireCount, "every given wire has a value")
        var values = witness
        values[0] = Fr.zero
        for addition in additions {
            values.append(
                addition.factorA * values[Int(addition.a)]
                    + addition.factorB * values[Int(addition.b)])
        }
        return gates.indices.first { index in
            let gate = gates[index]
            let (a, b, c) = (values[Int(gate.a)], values[Int(gate.b)], values[Int(gate.c)])
            var sum = gate.qm * a * b + gate.ql * a
            sum += gate.qr * b + gate.qo * c + gate.qc
            // Rows of public signals say that their wire is the signal, which it is.
            return index >= publicCount && !sum.isZero
        }
    }
}
