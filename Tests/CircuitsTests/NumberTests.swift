// Ranges, order, division: small numbers exhaustively, borders of the field by hand.

import Circuits
import Fields
import TestSupport
import Testing

@Suite struct NumberTests {
    @Test(arguments: [1, 2, 5]) func rangesAcceptExactlyTheirNumbers(bits: Int) throws {
        let circuit = try circuit { builder in
            builder.assertRange(builder.privateInput("value"), bits: bits)
        }
        for value in 0..<UInt64(4 << bits) {
            #expect(try holds(circuit, [Fr(value)]) == (value < 1 << bits))
        }
        #expect(try !holds(circuit, [-Fr.one]))
    }

    @Test func orderIsThatOfIntegers() throws {
        let circuit = try circuit { builder in
            let a = builder.publicInput("a")
            let b = builder.publicInput("b")
            builder.publish(builder.isLess(a, b, bits: 3).value, "<")
            builder.publish(builder.isAtMost(a, b, bits: 3).value, "<=")
            builder.publish(builder.isEqual(a, b).value, "==")
            builder.publish(builder.maximum(a, b, bits: 3), "maximum")
        }
        for a in 0..<UInt64(8) {
            for b in 0..<UInt64(8) {
                let signals = try outputs(circuit, [Fr(a), Fr(b)])
                let expected: [UInt64] = [a < b ? 1 : 0, a <= b ? 1 : 0, a == b ? 1 : 0, max(a, b)]
                #expect(signals == expected.map { Fr($0) } + [Fr(a), Fr(b)])
            }
        }
    }

    @Test func assertedOrderHoldsForNothingElse() throws {
        let circuit = try circuit { builder in
            builder.assertLess(
                builder.privateInput("a"), builder.privateInput("b"), bits: 3)
        }
        for a in 0..<UInt64(8) {
            for b in 0..<UInt64(8) { #expect(try holds(circuit, [Fr(a), Fr(b)]) == (a < b)) }
        }
    }

    @Test func splitsAreDivisionsByPowersOfTwo() throws {
        let circuit = try circuit { builder in
            let parts = builder.split(builder.privateInput("value"), lowBits: 3, highBits: 40)
            builder.publish(parts.low, "low")
            builder.publish(parts.high, "high")
        }
        for value in [0, 1, 7, 8, 9, 1 << 42, (1 << 43) - 1] as [UInt64] {
            #expect(try outputs(circuit, [Fr(value)]) == ([Fr(value & 7), Fr(value >> 3)] as [Fr]))
        }
        #expect(try !holds(circuit, [Fr(1 << 43)]))
    }

    @Test func canonicalBitsHaveOneForm() throws {
        let circuit = try circuit { builder in
            _ = builder.canonicalBits(of: builder.privateInput("value"))
        }
        var generator = SeededGenerator(seed: 11)
        let samples =
            [Fr.zero, Fr.one, -Fr.one, -Fr(2)] + (0..<5).map { _ in Fr(generator.next()) }
        for value in samples { #expect(try holds(circuit, [value])) }
        // The bits of 3 + r, which is below 2^254, make the sum right and must be refused.
        var witness = try circuit.witness([3])
        let alias = Fr.modulus &+ UInt256(3)
        for bit in 0..<254 { witness[2 + bit] = alias.bit(bit) ? 1 : 0 }
        // The running comparison follows from the bits; let it be as the prover would like best.
        let failures = try circuit.check(witness, limit: .max)
        #expect(failures.allSatisfy { $0.label.contains("at most a constant") })
        #expect(!failures.isEmpty)
        for index in 256..<witness.count { witness[index] = 0 }
        #expect(try !circuit.check(witness).isEmpty)
        for index in 256..<witness.count { witness[index] = 1 }
        #expect(try !circuit.check(witness).isEmpty)
    }

    @Test func atMostAConstantIsExact() throws {
        for limit in 0..<UInt64(16) {
            let circuit = try circuit { builder in
                let bits = builder.bits(of: builder.privateInput("value"), count: 4)
                builder.assertAtMost(bits, UInt256(limit))
            }
            for value in 0..<UInt64(16) {
                #expect(try holds(circuit, [Fr(value)]) == (value <= limit))
            }
        }
    }

    @Test func fieldArithmeticIsThatOfTheField() throws {
        let circuit = try circuit { builder in
            let a = builder.privateInput("a")
            let b = builder.privateInput("b")
            builder.publish(builder.quotient(a, b), "quotient")
            builder.publish(builder.power(a, 13), "power")
            builder.publish(builder.polynomial([a, b, 3, a + b], at: a), "polynomial")
            builder.publish(builder.wire(a + b + 4), "sum")
        }
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<5 {
            let (a, b) = (Fr(generator.next()), Fr(generator.next()))
            let signals = circuit.publicSignals(try circuit.solve([a, b]))
            #expect(signals[0] * b == a)
            #expect(signals[1] == a.power(13))
            #expect(signals[2] == a + b * a + Fr(3) * a.squared() + (a + b) * a.power(3))
            #expect(signals[3] == a + b + Fr(4))
        }
        #expect(throws: CircuitError.self) { try circuit.solve([1, 0]) }
    }

    @Test func differentNumbersAreToldApart() throws {
        let circuit = try circuit { builder in
            builder.assertDifferent(builder.privateInput("a"), builder.privateInput("b"))
        }
        #expect(try holds(circuit, [4, 5]))
        #expect(try !holds(circuit, [4, 4]))
    }
}
