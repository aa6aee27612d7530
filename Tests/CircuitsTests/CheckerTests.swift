// The checker: it names every gate that fails, and refuses circuits and inputs that make no sense.

import Circuits
import Fields
import TestSupport
import Testing

@Suite struct CheckerTests {
    /// A circuit with every kind of gate.
    static func sample() throws -> (circuit: Circuit, inputs: [Fr]) {
        let circuit = try circuit { builder in
            let age = builder.privateInput("age")
            let limit = builder.publicInput("limit")
            builder.assertRange(age, bits: 7)
            let isOld = builder.isLess(limit, age, bits: 7)
            let flag = builder.bit(builder.privateInput("flag"))
            let both = builder.labelled("policy") { $0.and(isOld, flag) }
            builder.assertTrue(both)
            builder.publish(builder.hash([age, 5], by: .ofTwo), "digest")
            builder.publish(builder.quotient(age, limit), "ratio")
        }
        return (circuit, [Fr(44), Fr(18), Fr(1)])
    }

    @Test func everyGateThatIsBrokenIsNamed() throws {
        let (circuit, inputs) = try CheckerTests.sample()
        let witness = try circuit.solve(inputs)
        var generator = SeededGenerator(seed: 21)
        for (index, gate) in circuit.gates.enumerated() {
            var wrong = witness
            // A wire that the gate depends on: not a factor of a product that is zero whatever it
            // is.
            let broken = gate.wires.filter { $0 != 0 }.contains { wire in
                wrong = witness
                wrong[Int(wire)] += Fr(generator.next() | 1)
                let failures = try? circuit.check(wrong, limit: .max)
                return failures?.contains { $0.gate == index } ?? false
            }
            #expect(broken, "gate \(index)")
            let failures = try circuit.check(wrong, limit: .max)
            let failure = try #require(failures.first { $0.gate == index })
            #expect(failure.label == circuit.label(ofGate: index))
            #expect(failure.label != "circuit")
        }
    }

    @Test func namesAreThoseOfTheAuthor() throws {
        let (circuit, inputs) = try CheckerTests.sample()
        var wrong = inputs
        wrong[0] = Fr(300)
        let failure = try #require(try circuit.check(circuit.witness(wrong)).first)
        #expect(failure.label == "range check of 'age' to 7 bits, bits of 'age'")
        #expect(failure.gate == 7)
        wrong = inputs
        wrong[2] = 0
        #expect(throws: CircuitError.self) { try circuit.solve(wrong) }
        let labels = (0..<circuit.gates.count).map { circuit.label(ofGate: $0) }
        #expect(labels.contains("policy, and"))
        #expect(labels.contains("Poseidon of 2, round 12, power 5"))
    }

    @Test func limitsHowMuchIsReported() throws {
        let circuit = try CheckerTests.sample().circuit
        let numbers = (0..<circuit.wireCount).map { Fr(UInt64($0)) }
        #expect(try circuit.check(numbers).count == 1)
        #expect(try circuit.check(numbers, limit: 4).count == 4)
        #expect(try circuit.check(numbers).first?.label == "the constant one")
    }

    @Test func rejectsWhatDoesNotFit() throws {
        let (circuit, inputs) = try CheckerTests.sample()
        #expect(throws: CircuitError.wrongInputCount(expected: 3, actual: 2)) {
            try circuit.witness(Array(inputs.dropLast()))
        }
        #expect(throws: CircuitError.wrongWitnessCount(expected: circuit.wireCount, actual: 1)) {
            try circuit.check([1])
        }
    }

    @Test func refusesCircuitsThatCannotBe() {
        #expect(throws: CircuitError.contradiction(place: "circuit")) {
            try CircuitsTests.circuit { $0.assertEqual(2, 3) }
        }
        #expect(throws: CircuitError.repeatedInput("x")) {
            try CircuitsTests.circuit { builder in
                _ = builder.privateInput("x")
                _ = builder.publicInput("x")
            }
        }
        #expect(throws: CircuitError.contradiction(place: "inverse of 0")) {
            try CircuitsTests.circuit { _ = $0.inverse(0) }
        }
    }
}
