// Circuits in the native profile: laid out, checked, proven, and refused when anything is wrong.

import Circuits
import Commitments
import Fields
import Plonkish
import TestSupport
import Testing

@testable import PlonkishProver

private let reference = StructuredReferenceString.forDevelopment(
    tau: Fr(161_803_398_874), count: 1100)

/// What the native profile says to a witness: the table's check, and a verifier to a prover who
/// does not look.
private func refusals(
    _ circuit: Circuit, _ native: NativeCircuit, _ key: NativeProvingKey, _ witness: [Fr]
) throws -> (table: NativeError?, verifier: NativeError?) {
    let advice = native.advice(witness)
    let signals = circuit.publicSignals(witness)
    var (table, verifier): (NativeError?, NativeError?)
    do throws(NativeError) {
        try native.table.check(advice: advice, publicSignals: signals)
    } catch { table = error }
    do throws(NativeError) {
        let proof = try key.forge(advice: advice, publicSignals: signals)
        try key.key.verify(proof, publicSignals: signals)
    } catch { verifier = error }
    return (table, verifier)
}

/// Proves and verifies a circuit.
private func prove(_ circuit: Circuit, _ inputs: [Fr]) throws {
    let native = try circuit.nativeCircuit()
    let witness = try circuit.solve(inputs)
    let (advice, signals) = (native.advice(witness), circuit.publicSignals(witness))
    try native.table.check(advice: advice, publicSignals: signals)
    let key = try NativeProvingKey(table: native.table, reference: reference)
    let proof = try key.prove(advice: advice, publicSignals: signals).proof
    try key.key.verify(proof, publicSignals: signals)
}

@Suite struct NativeCircuitTests {
    /// A circuit with every kind of gate of the native profile.
    private func sample() throws -> (circuit: Circuit, inputs: [Fr]) {
        let circuit = try circuit(.native(rangeBits: 5)) { builder in
            let age = builder.privateInput("age")
            let limit = builder.publicInput("limit")
            builder.assertRange(age, bits: 7)
            builder.assertRange(limit, bits: 37)
            builder.assertRange(age, bits: 10)
            let isOld = builder.isLess(limit, age, bits: 7)
            let squares = builder.table(
                LookupTable(
                    name: "squares", rows: (0..<50).map { [Fr($0), Fr($0 * $0)] }))
            builder.publish(builder.lookUp(key: age, in: squares)[0], "square")
            let digest = builder.hash([age, isOld.value], by: .ofTwo)
            builder.publish(digest, "digest")
            let all = (0..<9).map { _ in builder.product(digest, age + 1) }
            let sum = LinearCombination.weighted(all + [age, limit], byPowersOf: 3)
            builder.assertProduct(sum, sum + 1, equals: builder.product(sum, sum) + sum)
            builder.publish(builder.product(sum, sum), "long")
        }
        return (circuit, [Fr(44), Fr(18)])
    }

    @Test func circuitsOfBothProfilesAreProven() throws {
        let (native, inputs) = try sample()
        try prove(native, inputs)
        let rankOne = try CheckerTests.sample()
        try prove(rankOne.circuit, rankOne.inputs)
    }

    @Test func everyBrokenGateIsNamedAndRefused() throws {
        let (circuit, inputs) = try sample()
        let native = try circuit.nativeCircuit()
        let key = try NativeProvingKey(table: native.table, reference: reference)
        let witness = try circuit.solve(inputs)
        #expect(try refusals(circuit, native, key, witness) == (nil, nil))
        var generator = SeededGenerator(seed: 50)
        for (index, gate) in circuit.gates.enumerated() {
            var seen = false
            for wire in gate.wires.reversed() where wire != 0 {
                var wrong = witness
                wrong[Int(wire)] += Fr(generator.next() | 1)
                let failures = try circuit.check(wrong, limit: .max)
                guard let failure = failures.first(where: { $0.gate == index }) else { continue }
                #expect(failure.label == circuit.label(ofGate: index))
                let found = try refusals(circuit, native, key, wrong)
                #expect(found.table != nil, "gate \(index), wire \(wire)")
                #expect(found.verifier == .proofDoesNotHold, "gate \(index), wire \(wire)")
                if case .unsatisfiedRow(let row, _) = found.table,
                    let named = native.gate(ofRow: row)
                {
                    #expect(failures.contains { $0.gate == named })
                }
                seen = true
                break
            }
            #expect(seen, "gate \(index), \(circuit.label(ofGate: index))")
        }
    }

    @Test(arguments: 0..<6) func randomCircuitsAreProven(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 100 + seed)
        let inputs = (0..<3).map { _ in Fr(UInt64(generator.int(in: 0..<1000))) }
        let circuit = try circuit(seed % 2 == 0 ? .native : .rankOne) { builder in
            var values = (0..<3).map { builder.privateInput("input \($0)") }
            for step in 0..<30 {
                let (a, b) = (generator.element(of: values), generator.element(of: values))
                switch generator.int(in: 0..<7) {
                case 0: values.append(builder.product(a, b))
                case 1: values.append(a + b * Fr(generator.next()))
                case 2: values.append(builder.isZero(a - b).value)
                case 3: values.append(builder.select(builder.isEqual(a, b), a, else: b))
                case 4: values.append(builder.wire(a - b + 5))
                case 5: builder.assertRange(values[step % 3], bits: 10 + step % 9)
                default:
                    if step % 10 == 0 { values.append(builder.hash([a, b], by: .ofTwo)) }
                }
            }
            builder.publish(values[values.count - 1], "last")
        }
        try prove(circuit, inputs)
    }

    @Test(arguments: [2, 3, 4, 6, 7, 9, 10, 12]) func rangesByLookupsAreExact(
        bits: Int
    ) throws {
        let circuit = try circuit(.native(rangeBits: 3)) { builder in
            builder.assertRange(builder.privateInput("value"), bits: bits)
            builder.publish(1, "one")
        }
        let native = try circuit.nativeCircuit()
        for value in 0..<UInt64(3) << UInt64(bits) {
            let witness = try circuit.witness([Fr(value)])
            let isInRange = value < 1 << UInt64(bits)
            #expect(try circuit.check(witness).isEmpty == isInRange)
            let advice = native.advice(witness)
            let signals = circuit.publicSignals(witness)
            if isInRange {
                try native.table.check(advice: advice, publicSignals: signals)
            } else {
                #expect(throws: NativeError.self) {
                    try native.table.check(advice: advice, publicSignals: signals)
                }
            }
        }
        #expect(try !circuit.check(circuit.witness([-Fr.one])).isEmpty)
    }

    @Test func whatIsNotInATableIsRefused() throws {
        let circuit = try circuit(.native) { builder in
            let table = builder.table(
                LookupTable(name: "primes", rows: [2, 3, 5, 7].map { [Fr($0)] }))
            let value = builder.privateInput("value")
            builder.lookUp([value], in: table)
            builder.publish(builder.product(value, value), "square")
        }
        let native = try circuit.nativeCircuit()
        let key = try NativeProvingKey(table: native.table, reference: reference)
        for value in [2, 3, 5, 7] as [UInt64] { try prove(circuit, [Fr(value)]) }
        for value in [0, 1, 4, 9] as [UInt64] {
            let witness = try circuit.witness([Fr(value)])
            let failure = try #require(try circuit.check(witness).first)
            #expect(
                failure.description
                    == "lookup in 'primes', gate 0: row 0: (\(value)) is not in table 'primes'")
            let found = try refusals(circuit, native, key, witness)
            #expect(found.table?.code == 13)
            #expect(found.verifier == .proofDoesNotHold)
            #expect(throws: NativeError.self) {
                try key.prove(
                    advice: native.advice(witness), publicSignals: circuit.publicSignals(witness))
            }
        }
    }

    @Test func poseidonTakesFortyOneRows() throws {
        let circuit = try circuit(.native) { builder in
            let inputs = (0..<3).map { builder.privateInput("\($0)") }
            let state = builder.permute(inputs, by: .ofTwo)
            for (index, value) in state.enumerated() { builder.publish(value, "\(index)") }
        }
        var generator = SeededGenerator(seed: 51)
        for _ in 0..<3 {
            let inputs = (0..<3).map { _ in Fr(generator.next()).power(7) }
            var state = inputs
            Poseidon.ofTwo.permute(&state)
            #expect(circuit.publicSignals(try circuit.solve(inputs)) == state)
        }
        // Three outputs: a row for each signal, and one to state what it is.
        #expect(try circuit.nativeCircuit().usedRows == 41 + 6)
    }

    @Test func exposedValuesAreSummed() throws {
        let circuit = try circuit(.native) { builder in
            let inputs = (0..<6).map { builder.privateInput("\($0)") }
            builder.publish(builder.product(inputs[0], inputs[1]), "product")
            builder.expose(inputs)
            builder.expose([inputs[2] + inputs[3], inputs[0], inputs[0]])
        }
        let native = try circuit.nativeCircuit()
        let inputs = [3, 1, 4, 1, 5, 9].map { Fr(UInt64($0)) }
        let witness = try circuit.solve(inputs)
        let key = try NativeProvingKey(table: native.table, reference: reference)
        let signals = circuit.publicSignals(witness)
        func powers(_ lambda: Fr) -> [[Fr]] {
            [(0..<6).map { lambda.power(UInt64($0)) }, [lambda, 2, 3]]
        }
        let proof = try key.prove(
            advice: native.advice(witness), publicSignals: signals, coefficients: powers
        ).proof
        var lambda = Fr.zero
        try key.key.verify(proof, publicSignals: signals) { value in
            lambda = value
            return powers(value)
        }
        let expected = (0..<6).reduce(Fr.zero) { $0 + inputs[$1] * lambda.power(UInt64($1)) }
        #expect(proof.claims == [expected, lambda * 5 + 15])
    }

    @Test func otherProfilesRefuseRows() {
        func refused(_ feature: String, _ body: (inout CircuitBuilder) -> Void) {
            #expect(
                throws: CircuitError.notInProfile(feature: feature, place: "circuit")
            ) { try circuit(.rankOne, body) }
        }
        refused("a row of its own") { $0.add(rows: [TableRow(cells: [])]) }
        refused("a claim") { $0.expose([1]) }
        refused("a lookup") { builder in
            builder.lookUp([1], in: builder.table(LookupTable(name: "t", rows: [[1]])))
        }
        #expect(throws: CircuitError.self) { try sample().circuit.rankOneSystem() }
    }
}
