// Provers that lie, built from the real one, and changed bytes: nothing of it is accepted.

import Base
import Fields
import Sumcheck
import TestSupport
import Testing

@testable import SumcheckProver

@Suite struct RejectionTests {
    /// A tensor of the network by its name.
    private func tensor(_ name: String, _ system: RelationSystem) throws -> Int {
        try #require(system.tensors.firstIndex { $0.name == name })
    }

    /// The verifier's answer to a proof of a witness that is changed on the way; `nil` where it
    /// accepts.
    private func verdict(
        _ witness: Witness<Fr>, hiding: Bool,
        _ tamper: (ProofPhase, inout Witness<Fr>) -> Void = { _, _ in }
    ) -> SumcheckError? {
        do {
            let key = try DevelopmentKeys.key(witness.system.layout.rowBits)
            let random = SeededElements(seed: 5)
            let weights = key.commit(.weights, of: witness, threads: 1, random: random.next)
            let request = ProofRequest<KZGRows>(
                context: [], weights: weights, input: .secret, output: .open, hiding: hiding)
            let (statement, proof) = try key.prove(
                witness, request, threads: 1, random: random.next, progress: { _ in },
                tamper: tamper)
            try key.scheme.verify(proof, of: statement, system: witness.system)
            return nil
        } catch {
            return error as? SumcheckError
        }
    }

    private static let lies = [
        "x", "x above, limb 0", "hidden, limb 0", "hidden, limb 1", "hidden, rest, limb 2",
        "hidden, over, limb 0", "hidden, under, limb 0", "logits", "logits, limb 0", "y", "w1",
        "b2",
    ]

    @Test(arguments: lies, [false, true])
    func rejectsOneWrongValue(name: String, hiding: Bool) throws {
        var witness = try Network.perceptron().witness(rowBits: 7)
        #expect(verdict(witness, hiding: hiding) == nil)
        let number = try tensor(name, witness.system)
        var values = witness.integers(number)
        values[1] ^= 1
        witness.set(number, to: values)
        #expect(throws: SumcheckError.self) { try witness.check() }
        #expect(verdict(witness, hiding: hiding) != nil)
    }

    /// The quotient less by one and the remainder more by 2^s: every equation holds, a limb is
    /// outside of its range, and the inverse of what it is stands where it must.
    @Test(arguments: [false, true])
    func rejectsALimbOutsideOfItsRange(hiding: Bool) throws {
        let witness = try Network.perceptron().witness(rowBits: 7)
        let low = try tensor("hidden, limb 0", witness.system)
        let top = try tensor("hidden, rest, limb 3", witness.system)
        let index = try #require(witness.integers(low).firstIndex { $0 > 0 })
        let answer = verdict(witness, hiding: hiding) { phase, witness in
            guard phase == .trace else { return }
            var values = witness.integers(low)
            values[index] -= 1
            witness.set(low, to: values)
            var rest = witness.integers(top)
            rest[index] += 8
            witness.set(top, to: rest)
        }
        #expect(answer != nil)
    }

    @Test(arguments: [false, true])
    func rejectsOneWrongMultiplicity(hiding: Bool) throws {
        let witness = try Network.perceptron().witness(rowBits: 7)
        let answer = verdict(witness, hiding: hiding) { phase, witness in
            guard phase == .trace, let number = witness.system.multiplicities.first else { return }
            var values = witness.integers(number)
            values[0] += 1
            values[1] -= 1
            witness.set(number, to: values)
        }
        #expect(answer != nil)
    }

    @Test(arguments: [false, true])
    func rejectsOneWrongInverse(hiding: Bool) throws {
        let witness = try Network.perceptron().witness(rowBits: 7)
        for tensors in [witness.system.lookupInverses, witness.system.tableInverses] {
            let answer = verdict(witness, hiding: hiding) { phase, witness in
                guard phase == .lookups else { return }
                let home = witness.homes[tensors[0]]
                guard case .elements(var elements) = witness.items[home.item] else { return }
                elements[home.offset] += Fr.one
                elements[home.offset + 1] -= Fr.one
                witness.items[home.item] = .elements(elements)
            }
            #expect(answer != nil)
        }
    }

    /// What stands between a tensor's extents and its padding is seen by no relation, whatever it
    /// is.
    @Test(arguments: [false, true])
    func neverSeesPadding(hiding: Bool) throws {
        var witness = try Network.perceptron().witness(rowBits: 7)
        let weights = try tensor("w1", witness.system)
        #expect(witness.system.tensors[weights].axisBits == [4, 4])
        let home = witness.homes[weights]
        guard case .signedBytes(var bytes) = witness.items[home.item] else { return }
        for row in 0..<8 { bytes[home.offset + 16 * row + 12 + row % 4] = 77 }
        witness.items[home.item] = .signedBytes(bytes)
        #expect(verdict(witness, hiding: hiding) == nil)
    }

    @Test(arguments: [false, true])
    func rejectsOtherStatements(hiding: Bool) throws {
        let witness = try Network.perceptron().witness(rowBits: 7)
        let sample = try Sample(witness, hiding: hiding)
        func refuses(_ change: (inout ProofStatement<KZGRows>) -> Void) {
            var statement = sample.statement
            change(&statement)
            #expect(throws: SumcheckError.self) {
                try sample.scheme.verify(sample.proof, of: statement, system: sample.system)
            }
        }
        try sample.verify()
        refuses { $0.context.append(0) }
        refuses { $0.weights[0] = -$0.weights[0] }
        refuses { $0.weights.swapAt(0, 1) }
        refuses { $0.weights.removeLast() }
        refuses { $0.hiding.toggle() }
        refuses { $0.input = .secret }
        refuses { $0.output = .secret }
        guard case .open(let input) = sample.statement.input,
            case .open(let output) = sample.statement.output
        else { return }
        for index in input[0].indices {
            refuses { statement in
                var values = input
                values[0][index] += 1
                statement.input = .open(values)
            }
        }
        for index in output[0].indices {
            refuses { statement in
                var values = output
                values[0][index] -= 1
                statement.output = .open(values)
            }
        }
        refuses { $0.input = .open([input[0] + [0]]) }
        refuses { $0.output = .open([]) }
    }

    @Test(arguments: [false, true])
    func rejectsAnotherModelsWeights(hiding: Bool) throws {
        let sample = try Sample(Network.perceptron(seed: 1).witness(rowBits: 7), hiding: hiding)
        let other = try Sample(Network.perceptron(seed: 2).witness(rowBits: 7), hiding: hiding)
        var statement = sample.statement
        statement.weights = other.statement.weights
        #expect(throws: SumcheckError.self) {
            try sample.scheme.verify(sample.proof, of: statement, system: sample.system)
        }
    }

    @Test(arguments: [false, true])
    func rejectsAnotherString(hiding: Bool) throws {
        let sample = try Sample(Network.perceptron().witness(rowBits: 7), hiding: hiding)
        let other = try RowKey.forDevelopment(tau: Fr(77), rowBits: 7).scheme
        #expect(throws: SumcheckError.self) {
            try other.verify(sample.proof, of: sample.statement, system: sample.system)
        }
    }

    /// Every byte of a proof, with a bit flipped that the seed chooses.
    @Test(arguments: [false, true])
    func rejectsEveryChangedByte(hiding: Bool) throws {
        let sample = try Sample(LinearExample().witness, hiding: hiding, input: .secret)
        let bytes = sample.proof.encoded
        var generator = SeededGenerator(seed: 11)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1 << UInt8(generator.int(in: 0...7))
            #expect(throws: SumcheckError.self, "byte \(index)") {
                let proof = try SumcheckProof<KZGRows>(
                    encoded: changed, system: sample.system, statement: sample.statement)
                try sample.scheme.verify(proof, of: sample.statement, system: sample.system)
            }
        }
    }

    @Test(arguments: [false, true])
    func rejectsEveryOtherLength(hiding: Bool) throws {
        let sample = try Sample(LinearExample().witness, hiding: hiding)
        let bytes = sample.proof.encoded
        for length in Array(0..<bytes.count) + [bytes.count + 1, 2 * bytes.count] {
            let other = Bytes((bytes + bytes).prefix(length))
            #expect(
                throws: SumcheckError.wrongLength(expected: bytes.count, actual: length)
            ) {
                _ = try SumcheckProof<KZGRows>(
                    encoded: other, system: sample.system, statement: sample.statement)
            }
        }
    }

    @Test func rejectsEncodingsThatAreNotTheOne() throws {
        let sample = try Sample(LinearExample().witness, hiding: true)
        var bytes = sample.proof.encoded
        // The first commitment's coordinate plus q: the same point, written otherwise.
        var carry: UInt16 = 0
        for (index, byte) in Fq.modulus.littleEndian.enumerated() {
            carry += UInt16(bytes[index]) + UInt16(byte)
            bytes[index] = UInt8(truncatingIfNeeded: carry)
            carry >>= 8
        }
        #expect(throws: SumcheckError.wrongCommitment(offset: 0)) {
            _ = try SumcheckProof<KZGRows>(
                encoded: bytes, system: sample.system, statement: sample.statement)
        }
    }
}
