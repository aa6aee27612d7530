// Logic on bits: all truth tables.

import Circuits
import Fields
import Testing

@Suite struct BitTests {
    @Test func logicHasItsTruthTables() throws {
        let circuit = try circuit { builder in
            let a = builder.bit(builder.privateInput("a"))
            let b = builder.bit(builder.privateInput("b"))
            builder.publish(builder.and(a, b).value, "and")
            builder.publish(builder.or(a, b).value, "or")
            builder.publish(builder.xor(a, b).value, "xor")
            builder.publish(a.negated.value, "not")
            builder.publish(builder.all([a, b, a]).value, "all")
            builder.publish(builder.any([a, b]).value, "any")
            builder.publish(builder.select(a, 7, else: 9), "select")
        }
        for a in 0...1 {
            for b in 0...1 {
                let expected = [
                    a & b, a | b, a ^ b, 1 - a, a & b, a | b, a == 1 ? 7 : 9,
                ]
                #expect(
                    try outputs(circuit, [Fr(UInt64(a)), Fr(UInt64(b))])
                        == expected.map { Fr(UInt64($0)) })
            }
        }
    }

    @Test func rejectsBitsThatAreNumbers() throws {
        let circuit = try circuit { builder in _ = builder.bit(builder.privateInput("flag")) }
        #expect(try holds(circuit, [0]))
        #expect(try holds(circuit, [1]))
        #expect(try !holds(circuit, [2]))
        #expect(try !holds(circuit, [-Fr.one]))
        let failure = try #require(try circuit.check(circuit.witness([Fr(2)])).first)
        #expect(failure.description == "boolean 'flag', gate 0: 2 · 1 is 2, not 0")
    }

    @Test func zeroTestsAreForcedBothWays() throws {
        let circuit = try circuit { builder in
            let value = builder.privateInput("value")
            builder.publish(builder.isZero(value).value, "is zero")
        }
        #expect(try outputs(circuit, [0]) == [1])
        #expect(try outputs(circuit, [5]) == [0])
        // Whatever the prover takes for the inverse, the wrong answer does not hold.
        for value in [Fr.zero, Fr(5)] {
            var witness = try circuit.witness([value])
            let right = circuit.publicSignals(witness)[0]
            let output = Int(circuit.publicWires[0])
            for inverse in [Fr.zero, Fr.one, Fr(7)] {
                witness[2] = inverse
                witness[3] = value * inverse
                witness[output] = 1 - right
                #expect(try !circuit.check(witness).isEmpty)
                witness[3] = right
                #expect(try !circuit.check(witness).isEmpty)
            }
        }
    }
}
