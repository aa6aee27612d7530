// Circuits as rank-one constraints: the order of wires, and files that Circom tools read.

import Base
import Circom
import Circuits
import Fields
import TestSupport
import Testing

@Suite struct RankOneTests {
    @Test func wiresStandInTheOrderOfCircom() throws {
        let circuit = try circuit { builder in
            let secret = builder.privateInput("secret")
            let known = builder.publicInput("known")
            let square = builder.product(secret, secret)
            builder.publish(square + known, "sum")
            builder.publish(builder.product(square, known), "product")
        }
        let system = try circuit.rankOneSystem()
        let witness = system.witness(try circuit.solve([3, 5]))
        // One, outputs, public inputs, private inputs, the square, the product.
        #expect(witness == [1, 14, 45, 5, 3, 9, 45])
        #expect(system.publicOutputCount == 2)
        #expect(system.publicInputCount == 1)
        #expect(system.privateInputCount == 1)
        #expect(system.wireCount == 7)
        #expect(system.constraints.count == 4)
        #expect(system.constraints.allSatisfy { $0.isSatisfied(by: witness) })
        var wrong = witness
        wrong[1] += 1
        #expect(!system.constraints.allSatisfy { $0.isSatisfied(by: wrong) })
    }

    @Test func filesHoldTheCircuit() throws {
        let (circuit, inputs) = try CheckerTests.sample()
        let system = try circuit.rankOneSystem()
        let counts = R1CSFile.Counts(
            wires: system.wireCount, publicOutputs: system.publicOutputCount,
            publicInputs: system.publicInputCount, privateInputs: system.privateInputCount)
        let sink = try R1CSFile.write(counts, system.constraints, to: BytesSink())
        let file = try R1CSFile(BytesSource(sink.bytes))
        #expect(file.publicCount == 3)
        #expect(try file.constraints() == system.constraints)
        let witness = WitnessFile(values: system.witness(try circuit.solve(inputs)))
        let written = try witness.write(to: BytesSink())
        #expect(try WitnessFile(BytesSource(written.bytes)) == witness)
    }

    @Test func sumsAreSortedMergedAndCancelled() {
        var generator = SeededGenerator(seed: 41)
        let witness = [1] + (0..<9).map { _ in Fr(generator.next()) }
        func random() -> LinearCombination {
            var sum = LinearCombination.zero
            for _ in 0..<generator.int(in: 0...6) {
                let wire = LinearCombination(wire: UInt32(generator.int(in: 0..<10)))
                sum += wire * Fr(generator.next())
            }
            return sum
        }
        for _ in 0..<200 {
            let (a, b, c) = (random(), random(), random())
            for sum in [a + b, a - b, a * Fr(3), -a, .weighted([a, b, c], byPowersOf: 9)] {
                #expect(sum.repeatedWire == nil)
                #expect(zip(sum.terms, sum.terms.dropFirst()).allSatisfy { $0.wire < $1.wire })
                #expect(sum.terms.allSatisfy { !$0.coefficient.isZero })
            }
            #expect((a + b).value(witness) == a.value(witness) + b.value(witness))
            #expect((a - a) == .zero)
            #expect((a + b) + c == a + (b + c))
            #expect(a + b == b + a)
            let weighted = LinearCombination.weighted([a, b, c], byPowersOf: 9)
            #expect(weighted == a + b * 9 + c * 81)
        }
        #expect(LinearCombination(constant: 0) == .zero)
        #expect(LinearCombination(constant: 4).constant == 4)
        #expect(LinearCombination(wire: 3).constant == nil)
        #expect(LinearCombination(wire: 3).singleWire == 3)
        #expect((LinearCombination(wire: 3) * 2).singleWire == nil)
    }
}
