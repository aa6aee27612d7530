// Witnesses that do not satisfy, strings that are too short, keys that are damaged: each is named.

import Base
import Circom
import Circuits
import Commitments
import Fields
import Plonk
import PlonkProver
import TestSupport
import Testing

/// The error that `body` throws, or `nil`.
private func refusal(_ body: () throws -> Void) -> ProvingError? {
    do {
        try body()
        return nil
    } catch {
        return error as? ProvingError
    }
}

@Suite struct ProvingErrorTests {
    private let example: PlonkCase

    init() throws { example = try #require(PlonkCase.committed.first) }

    @Test(arguments: PlonkCase.committed)
    func everyWrongValueIsFound(example: PlonkCase) throws {
        let prover = try example.prover()
        let circuit = try R1CSFile(BytesSource(example.circuit))
        let witness = try example.witnessValues()
        try circuit.check(witness: witness)
        let constraints = try circuit.constraints()
        for wire in 1..<witness.count {
            var wrong = witness
            wrong[wire] += Fr.one
            let first = constraints.firstIndex { !$0.isSatisfied(by: wrong) }
            let ofCircuit = refusal { try circuit.check(witness: wrong) }
            let ofProver = refusal { _ = try prover.prove(witness: wrong) }
            if let first {
                #expect(ofCircuit == .unsatisfiedConstraint(index: first))
                guard case .unsatisfiedGate = ofProver else {
                    Issue.record("wire \(wire): \(String(describing: ofProver))")
                    continue
                }
            } else {
                // Nothing depends on the wire.
                #expect(ofCircuit == nil && ofProver == nil)
            }
        }
    }

    @Test func witnessesOfOtherCircuitsAreRefused() throws {
        let prover = try example.prover()
        let witness = try example.witnessValues()
        for wrong in [[], Array(witness.dropLast()), witness + [Fr.zero]] {
            let expected = ProvingError.wrongWitnessCount(
                expected: witness.count, actual: wrong.count)
            #expect(refusal { _ = try prover.prove(witness: wrong) } == expected)
            let circuit = try R1CSFile(BytesSource(example.circuit))
            #expect(refusal { try circuit.check(witness: wrong) } == expected)
        }
    }

    @Test func aStringThatIsTooShortIsRefused() throws {
        let system = try GateSystem(R1CSFile(BytesSource(example.circuit)))
        let file = try PowersOfTauFile(BytesSource(example.powersOfTau))
        let string = try file.structuredReferenceString(count: 37)
        #expect(system.power == 5)
        let error = refusal {
            _ = try PlonkSetup.writeKey(of: system, string, to: BytesSink(), threads: 1)
        }
        #expect(error == .tooFewPowers(needed: 38, available: 37))
    }

    @Test func circuitsWithoutPublicSignalsHaveAKeyAndNoProof() throws {
        let circuit = try R1CSFile(BytesSource(PlonkCase.file("no_public_signal.r1cs")))
        let system = try GateSystem(circuit)
        #expect(system.publicCount == 0)
        let string = try PowersOfTauFile(BytesSource(example.powersOfTau))
            .structuredReferenceString(count: 1 << system.power + 6)
        let key = try PlonkSetup.writeKey(of: system, string, to: BytesSink(), threads: 1)
        let file = try ProvingKeyFile(BytesSource(key.sink.bytes))
        #expect(file.publicCount == 0)
        #expect(refusal { _ = try CircuitProver(file, threads: 1) } == .noPublicSignals)
    }

    @Test func codesAreStable() {
        let errors: [ProvingError] = [
            .file(.duplicateSection(1)), .wrongWitnessCount(expected: 1, actual: 2),
            .unsatisfiedConstraint(index: 0), .unsatisfiedGate(index: 0, wires: [1, 2, 3]),
            .noPublicSignals, .tooFewPowers(needed: 1, available: 0), .inconsistentKey(""),
            .tooLarge("", limit: 0, actual: 1), .otherCircuit(""),
        ]
        #expect(errors.map(\.code) == Array(1...9))
        #expect(errors.allSatisfy { !$0.description.isEmpty })
    }
}

@Suite struct RandomProofTests {
    @Test(arguments: PlonkCase.all)
    func proofsWithRandomBlindingVerifyAndDiffer(example: PlonkCase) throws {
        let prover = try example.prover()
        let witness = try example.witnessValues()
        let first = try prover.prove(witness: witness)
        let second = try prover.prove(witness: witness)
        for (proof, signals) in [first, second] {
            try verify(prover.verificationKey, publicSignals: signals, proof: proof)
        }
        #expect(zip(first.proof.points, second.proof.points).allSatisfy { $0 != $1 })
        #expect(
            zip(first.proof.evaluations, second.proof.evaluations).prefix(3).allSatisfy {
                $0 != $1
            })
    }

    @Test func phasesAreToldInOrder() throws {
        let example = try #require(PlonkCase.committed.first)
        var phases: [ProvingPhase] = []
        _ = try example.prover().prove(witness: example.witnessValues()) { phases.append($0) }
        #expect(phases == ProvingPhase.allCases)
    }

    @Test func threadsDoNotChangeAProof() throws {
        let example = try #require(PlonkCase.committed.last)
        let key = try ProvingKeyFile(BytesSource(example.key()))
        let blinding = try #require(plainBlinding)
        let witness = try example.witnessValues()
        let proofs = try [1, 2, 3].map {
            try CircuitProver(key, threads: $0).prove(witness: witness, blinding: blinding).proof
        }
        #expect(proofs[0] == proofs[1] && proofs[1] == proofs[2])
    }

    @Test func keysOfDevelopmentSayWhatTheyAre() throws {
        let example = try #require(PlonkCase.committed.first)
        let powers = try PowersOfTauFile.writeForDevelopment(
            power: 6, .random(), to: BytesSink(), threads: 2)
        let string = try PowersOfTauFile(BytesSource(powers.bytes))
            .structuredReferenceString(count: 38)
        let system = try GateSystem(R1CSFile(BytesSource(example.circuit)))
        let made = try PlonkSetup.writeKey(of: system, string, to: BytesSink(), threads: 2)
        #expect(made.key.isUnsafe)
        let file = try ProvingKeyFile(BytesSource(made.sink.bytes))
        #expect(file.verificationKey == made.key)
        #expect(try VerificationKey(json: made.key.json).isUnsafe)
        #expect(try VerificationKey(bytes: made.key.bytes).isUnsafe)
        let (proof, signals) = try CircuitProver(file, threads: 2)
            .prove(witness: example.witnessValues())
        try verify(made.key, publicSignals: signals, proof: proof)
    }
}
