// Circuits of the builder against plain arithmetic, over all small inputs where that is possible, and
// the names of what does not hold.

import Circom
import Circuits
import Commitments
import Fields
import Plonk
import PlonkProver
import TestSupport
import Testing

/// The outputs of a circuit that holds.
private func run(
    _ circuit: Circuit, _ inputs: KeyValuePairs<String, Fr>
) throws -> [Fr] {
    let witness = try circuit.witness(inputs: inputs)
    try circuit.check(witness)
    #expect(try circuit.gates().firstUnsatisfiedGate(witness: witness) == nil)
    return Array(witness[1...Int(circuit.counts.publicOutputs)])
}

/// What does not hold, or `nil`.
private func fault(_ circuit: Circuit, _ witness: [Fr]) -> String? {
    do throws(CircuitError) {
        try circuit.check(witness)
        return nil
    } catch {
        if case .unsatisfied(_, let label) = error { return label }
        return "\(error)"
    }
}

@Suite struct CircuitTests {
    @Test func expressionsAreLinear() throws {
        var builder = CircuitBuilder()
        let (x, y) = (builder.privateInput("x"), builder.privateInput("y"))
        var sum = Fr(3) * x + Expression(7) - y
        sum += y + y
        sum -= x
        builder.output("sum", sum)
        builder.output("nothing", x - x)
        builder.output("negative", -x)
        let outputs = try run(builder.finish(), ["x": Fr(10), "y": Fr(4)])
        #expect(outputs == [Fr(31), Fr.zero, -Fr(10)])
    }

    @Test func logicIsThatOfTruthValues() throws {
        var builder = CircuitBuilder()
        let (x, y) = (builder.privateInput("x"), builder.privateInput("y"))
        builder.requireBoolean(x, "x")
        builder.requireBoolean(y, "y")
        builder.output("and", builder.and(x, y))
        builder.output("or", builder.or(x, y))
        builder.output("xor", builder.xor(x, y))
        builder.output("not", builder.not(x))
        builder.output("select", builder.select(x, Expression(50), else: Fr(3) * y))
        let circuit = builder.finish()
        for x in [UInt64(0), 1] {
            for y in [UInt64(0), 1] {
                let expected = [x & y, x | y, x ^ y, 1 - x, x == 1 ? 50 : 3 * y]
                #expect(try run(circuit, ["x": Fr(x), "y": Fr(y)]) == expected.map { Fr($0) })
            }
        }
        #expect(fault(circuit, try circuit.witness(inputs: ["x": Fr(2), "y": Fr(0)])) == "x")
        #expect(fault(circuit, try circuit.witness(inputs: ["x": Fr(1), "y": -Fr.one])) == "y")
    }

    @Test func equalityAndZeroAreDecided() throws {
        var builder = CircuitBuilder()
        let (x, y) = (builder.privateInput("x"), builder.publicInput("y"))
        builder.output("zero", builder.isZero(x))
        builder.output("equal", builder.isEqual(x, y))
        builder.output("constant", builder.isZero(Expression(5)))
        let circuit = builder.finish()
        for (x, y) in [(0, 0), (0, 1), (1, 0), (5, 5), (5, 6)] as [(UInt64, UInt64)] {
            let outputs = try run(circuit, ["x": Fr(x), "y": Fr(y)])
            #expect(outputs == [Fr(x == 0 ? 1 : 0), Fr(x == y ? 1 : 0), Fr.zero])
        }
        // No value of the inner wires makes the wrong answer hold.
        var witness = try circuit.witness(inputs: ["x": Fr(5), "y": Fr(5)])
        let answer = 1
        witness[answer] = Fr.one
        #expect(fault(circuit, witness) != nil)
    }

    @Test(arguments: [1, 2, 3, 5])
    func rangesAreExact(bits: Int) throws {
        var builder = CircuitBuilder()
        let x = builder.privateInput("x")
        let parts = builder.bits(of: x, count: bits, "x")
        builder.output("x", builder.number(parts))
        let circuit = builder.finish()
        for value in 0..<UInt64(1 << (bits + 2)) {
            let witness = try circuit.witness(inputs: ["x": Fr(value)])
            let label = value < 1 << UInt64(bits) ? nil : "x / \(bits) bits"
            #expect(fault(circuit, witness) == label)
        }
        #expect(fault(circuit, try circuit.witness(inputs: ["x": -Fr.one])) != nil)
    }

    @Test func comparisonsAreExact() throws {
        var builder = CircuitBuilder()
        let (x, y) = (builder.privateInput("x"), builder.privateInput("y"))
        builder.output("less", builder.isLess(x, y, bits: 3))
        let circuit = builder.finish()
        var strict = CircuitBuilder()
        let (a, b) = (strict.privateInput("a"), strict.privateInput("b"))
        strict.requireLess(a, b, bits: 3)
        let requirement = strict.finish()
        for x in 0..<UInt64(8) {
            for y in 0..<UInt64(8) {
                #expect(try run(circuit, ["x": Fr(x), "y": Fr(y)]) == [Fr(x < y ? 1 : 0)])
                let witness = try requirement.witness(inputs: ["a": Fr(x), "b": Fr(y)])
                #expect((fault(requirement, witness) == nil) == (x < y))
            }
        }
    }

    @Test func signedRangesAreExact() throws {
        var builder = CircuitBuilder()
        let x = builder.privateInput("x")
        builder.requireSignedRange(x, bits: 4)
        let circuit = builder.finish()
        for value in -20...20 {
            let x = value < 0 ? -Fr(UInt64(-value)) : Fr(UInt64(value))
            let witness = try circuit.witness(inputs: ["x": x])
            #expect((fault(circuit, witness) == nil) == (-8...7).contains(value))
        }
    }

    @Test func inversesExistForAllButZero() throws {
        var builder = CircuitBuilder()
        let x = builder.privateInput("x")
        builder.output("inverse", builder.inverse(x, "inverse of x"))
        let circuit = builder.finish()
        #expect(try run(circuit, ["x": Fr(5)]) == [Fr(5).inverted()])
        #expect(fault(circuit, try circuit.witness(inputs: ["x": Fr.zero])) == "inverse of x")
    }

    @Test(arguments: [1, 2, 3])
    func poseidonIsTheHash(count: Int) throws {
        let poseidon = try #require(Poseidon(inputCount: count))
        var builder = CircuitBuilder()
        let inputs = (0..<count).map { builder.privateInput("\($0)") }
        builder.output("hash", builder.hash(inputs, poseidon))
        let circuit = builder.finish()
        let values = (0..<count).map { Fr(UInt64($0 + 1)) }
        let witness: [Fr]
        switch count {
        case 1: witness = try circuit.witness(inputs: ["0": values[0]])
        case 2: witness = try circuit.witness(inputs: ["0": values[0], "1": values[1]])
        default:
            witness = try circuit.witness(
                inputs: ["0": values[0], "1": values[1], "2": values[2]])
        }
        try circuit.check(witness)
        #expect(witness[1] == poseidon.hash(values))
        #expect(try circuit.gates().firstUnsatisfiedGate(witness: witness) == nil)
        var wrong = witness
        wrong[1] += Fr.one
        #expect(fault(circuit, wrong) == "output hash")
    }

    @Test func faultsAreNamedByTheirPart() throws {
        var builder = CircuitBuilder()
        let x = builder.privateInput("x")
        builder.part("transfer") { builder in
            builder.part("balance") { $0.requireRange(x, bits: 8, "amount") }
        }
        builder.output("x", x)
        let circuit = builder.finish()
        let witness = try circuit.witness(inputs: ["x": Fr(256)])
        #expect(fault(circuit, witness) == "transfer / balance / amount / 8 bits")
        var wrong = try circuit.witness(inputs: ["x": Fr(255)])
        // Wires: one, output, x, then the bits.
        wrong[3 + 5] = Fr(2)
        #expect(fault(circuit, wrong) == "transfer / balance / amount / bit 5")
        #expect(throws: CircuitError.missingInput("x")) { try circuit.witness(inputs: [:]) }
        #expect(throws: CircuitError.unknownInput("y")) {
            try circuit.witness(inputs: ["x": Fr.one, "y": Fr.one])
        }
        #expect(throws: CircuitError.wrongValueCount(expected: 11, actual: 0)) {
            try circuit.check([])
        }
    }

    @Test func everyChangedWireIsNoticed() throws {
        let poseidon = try #require(Poseidon(inputCount: 1))
        var builder = CircuitBuilder()
        let x = builder.privateInput("x")
        builder.requireRange(x, bits: 4)
        builder.output("zero", builder.isZero(x - Expression(9)))
        builder.output("hash", builder.hash([x], poseidon))
        let circuit = builder.finish()
        let witness = try circuit.witness(inputs: ["x": Fr(7)])
        let gates = try circuit.gates()
        for wire in 1..<witness.count {
            var wrong = witness
            wrong[wire] += Fr.one
            #expect(fault(circuit, wrong) != nil, "wire \(wire)")
            #expect(gates.firstUnsatisfiedGate(witness: wrong) != nil, "wire \(wire)")
        }
    }

    @Test func circuitsAreProvedAndVerified() throws {
        let poseidon = try #require(Poseidon(inputCount: 2))
        var builder = CircuitBuilder()
        let (secret, salt) = (builder.privateInput("secret"), builder.privateInput("salt"))
        let limit = builder.publicInput("limit")
        builder.requireRange(secret, bits: 16, "secret")
        builder.requireLess(secret, limit, bits: 16)
        builder.output("commitment", builder.hash([secret, salt], poseidon))
        let circuit = builder.finish()
        #expect(circuit.publicNames == ["commitment", "limit"])
        let gates = try circuit.gates()
        // The file says the same as the gates.
        let file = try R1CSFile(BytesSource(circuit.write(to: BytesSink()).bytes))
        #expect(try GateSystem(file) == gates)
        let string = StructuredReferenceString.unsafe(
            tau: Fr(99), count: 1 << gates.power + 6)
        let key = try PlonkSetup.writeKey(of: gates, string, to: BytesSink(), threads: 2)
        let prover = try PlonkProver(ProvingKeyFile(BytesSource(key.sink.bytes)), threads: 2)
        let witness = try circuit.witness(
            inputs: ["secret": Fr(1234), "salt": Fr(5), "limit": Fr(2000)])
        let (proof, signals) = try prover.prove(witness: witness)
        #expect(signals == [poseidon.hash([Fr(1234), Fr(5)]), Fr(2000)])
        try verify(key.key, publicSignals: signals, proof: proof)
        let wrong = try circuit.witness(
            inputs: ["secret": Fr(1234), "salt": Fr(5), "limit": Fr(1234)])
        #expect(throws: ProvingError.self) { try prover.prove(witness: wrong) }
    }
}
