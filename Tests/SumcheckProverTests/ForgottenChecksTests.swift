// What other systems forgot to check, each with the lie that it let through: none gets through here
// (Documentation/zkml.md, section 9).

import Base
import Fields
import Sumcheck
import TestSupport
import Testing

@testable import SumcheckProver

@Suite(.serialized) struct ForgottenChecksTests {
    private let witness: Witness<Fr>

    init() throws { witness = try Network.perceptron().witness(rowBits: 7) }

    private func verify(
        _ sample: Sample, _ change: (inout SumcheckProof<KZGRows>) -> Void
    ) throws(SumcheckError) {
        var proof = sample.proof
        change(&proof)
        try sample.scheme.verify(proof, of: sample.statement, system: sample.system)
    }

    /// The first challenge of a proof of `statement`.
    private func firstChallenge(_ sample: Sample, _ statement: ProofStatement<KZGRows>) -> Fr {
        var transcript = statement.makeTranscript(sample.system, sample.scheme)
        return transcript.challenge("beta")
    }

    /// Public input and output that are not hashed before the first challenge can be chosen after
    /// it.
    @Test(arguments: [false, true])
    func everythingPublicIsHashedBeforeTheFirstChallenge(hiding: Bool) throws {
        let sample = try Sample(witness, hiding: hiding)
        let before = firstChallenge(sample, sample.statement)
        guard case .open(let input) = sample.statement.input,
            case .open(let output) = sample.statement.output
        else { return }
        let changes: [(inout ProofStatement<KZGRows>) -> Void] = [
            { $0.context = [1] }, { $0.weights[0] = -$0.weights[0] }, { $0.hiding.toggle() },
            { $0.input = .open([input[0].map { $0 + 1 }]) },
            { $0.output = .open([output[0].map { $0 - 1 }]) }, { $0.input = .secret },
            { $0.output = .committed([]) },
        ]
        for change in changes {
            var statement = sample.statement
            change(&statement)
            #expect(firstChallenge(sample, statement) != before)
        }
        let other = try RelationSystem(
            tensors: Array(sample.system.tensors.prefix(sample.system.declaredCount)),
            relations: Array(sample.system.relations.dropLast()), rowBits: 7)
        var transcript = sample.statement.makeTranscript(other, sample.scheme)
        let challenge: Fr = transcript.challenge("beta")
        #expect(challenge != before)
    }

    /// Weights that are hidden, but not tied to the statement's commitment, may be another model's.
    @Test(arguments: [false, true])
    func hiddenWeightsAreThoseOfTheCommitment(hiding: Bool) throws {
        let registered = try Network.perceptron(seed: 1).witness(rowBits: 7)
        let other = try Network.perceptron(seed: 2).witness(rowBits: 7)
        let key = try DevelopmentKeys.key(7)
        let random = SeededElements(seed: 3)
        let weights = key.commit(.weights, of: registered, threads: 1, random: random.next)
        let request = ProofRequest<KZGRows>(
            context: [], weights: weights, input: .secret, output: .open, hiding: hiding)
        // The real prover with the other model's witness, and with the registered commitment.
        let (statement, proof) = try key.prove(other, request, threads: 1, random: random.next)
        #expect(throws: SumcheckError.wrongClosing) {
            try key.scheme.verify(proof, of: statement, system: other.system)
        }
    }

    /// An output that only stands in the statement says nothing of the model.
    @Test(arguments: [false, true])
    func theOutputOfTheStatementIsTheProgramsOwn(hiding: Bool) throws {
        let number = try #require(witness.system.tensors.firstIndex { $0.name == "y" })
        for index in witness.integers(number).indices {
            var lying = witness
            var values = witness.integers(number)
            values[index] += 1
            lying.set(number, to: values)
            // The real prover: its transcript and every message are of the false output.
            let sample = try Sample(lying, hiding: hiding)
            #expect(throws: SumcheckError.self) { try sample.verify() }
        }
    }

    /// Every message must change all challenges after it.
    @Test(arguments: [false, true])
    func noMessageCanBeChangedAfterItsChallenge(hiding: Bool) throws {
        let sample = try Sample(witness, hiding: hiding, input: .secret)
        let one = G1Affine.generator
        func refuses(_ change: (inout SumcheckProof<KZGRows>) -> Void) {
            #expect(throws: SumcheckError.self) { try verify(sample, change) }
        }
        refuses { $0.input[0] = one }
        for index in sample.proof.trace.indices { refuses { $0.trace[index] = one } }
        for index in sample.proof.inverses.indices { refuses { $0.inverses[index] = one } }
        for round in sample.proof.firstRounds.indices {
            for index in sample.proof.firstRounds[round].indices {
                refuses { $0.firstRounds[round][index] += Fr.one }
            }
        }
        for round in sample.proof.secondRounds.indices {
            for index in sample.proof.secondRounds[round].indices {
                refuses { $0.secondRounds[round][index] += Fr.one }
            }
        }
        for index in sample.proof.values.indices { refuses { $0.values[index] += Fr.one } }
        refuses { $0.closing.runningSum = one }
        refuses { $0.closing.nextSum += Fr.one }
        for index in sample.proof.closing.quotients.indices {
            refuses { $0.closing.quotients[index] = one }
        }
        for index in 0..<2 { refuses { $0.closing.openings[index] = one } }
        guard hiding else { return }
        refuses { $0.closing.left = Fr.one }
        refuses { $0.columns?.mask1 = one }
        refuses { $0.columns?.mask2 = one }
        refuses { $0.columns?.left = one }
        refuses { $0.columns?.right = one }
    }

    /// A sum over points and scalars of which there are not as many must not be cut short.
    @Test(arguments: [false, true])
    func listsOfOtherLengthsAreRefused(hiding: Bool) throws {
        let sample = try Sample(witness, hiding: hiding, input: .secret)
        func refuses(_ change: (inout SumcheckProof<KZGRows>) -> Void) {
            #expect(throws: SumcheckError.self) { try verify(sample, change) }
        }
        refuses { $0.trace.removeLast() }
        refuses { $0.trace.append($0.trace[0]) }
        refuses { $0.inverses.removeLast() }
        refuses { $0.input = [] }
        refuses { $0.output.append(.infinity) }
        refuses { $0.firstRounds.removeLast() }
        refuses { $0.firstRounds[0].removeLast() }
        refuses { $0.firstRounds[1].append(Fr.zero) }
        refuses { $0.secondRounds = [] }
        refuses { $0.values.append(Fr.zero) }
        refuses { $0.values = Array($0.values.dropLast()) + ($0.values.isEmpty ? [Fr.zero] : []) }
        refuses { $0.closing.quotients.removeLast() }
        refuses { $0.closing.openings.removeLast() }
        refuses { $0.closing.left = hiding ? nil : Fr.zero }
        refuses {
            $0.columns =
                hiding
                ? nil
                : HiddenColumns(
                    mask1: .infinity, left: .infinity, right: .infinity, mask2: .infinity)
        }
    }

    /// A denominator of zero, or an inverse that is none, would let any value into a table: the
    /// value is in none, its inverse is zero, and multiplicities are those of all others.
    @Test(arguments: [false, true])
    func aValueWithoutAnInverseIsRefused(hiding: Bool) throws {
        let key = try DevelopmentKeys.key(7)
        let random = SeededElements(seed: 8)
        let low = try #require(witness.system.tensors.firstIndex { $0.name == "hidden, limb 1" })
        let weights = key.commit(.weights, of: witness, threads: 1, random: random.next)
        let request = ProofRequest<KZGRows>(
            context: [], weights: weights, input: .secret, output: .open, hiding: hiding)
        let home = witness.homes[low]
        let (statement, proof) = try key.prove(
            witness, request, threads: 1, random: random.next, progress: { _ in },
            tamper: { phase, witness in
                switch phase {
                case .trace:
                    // A limb of seven bits that is 128; the real count of its old value is one
                    // less.
                    guard case .bytes(var bytes) = witness.items[home.item] else { return }
                    let old = Int(bytes[home.offset])
                    bytes[home.offset] = 128
                    witness.items[home.item] = .bytes(bytes)
                    let region = witness.system.regionOf[low]
                    for (lookup, inverse) in zip(
                        witness.system.lookups, witness.system.lookupInverses)
                    where lookup.arguments[0].addends[0].view.tensor == region {
                        _ = inverse
                        let number = witness.system.multiplicities[lookup.table]
                        var counts = witness.integers(number)
                        counts[old] -= 1
                        witness.set(number, to: counts)
                    }
                case .lookups:
                    for (region, inverse, _) in witness.regionInverses
                    where region == witness.system.regionOf[low] {
                        let place = witness.homes[inverse]
                        guard case .elements(var elements) = witness.items[place.item] else {
                            continue
                        }
                        elements[place.offset + home.offset] = Fr.zero
                        witness.items[place.item] = .elements(elements)
                    }
                default: break
                }
            })
        #expect(throws: SumcheckError.self) {
            try key.scheme.verify(proof, of: statement, system: witness.system)
        }
    }

    /// Points that are on no curve are no commitments, wherever they come from.
    @Test(arguments: [false, true])
    func pointsOffTheCurveAreRefused(hiding: Bool) throws {
        let sample = try Sample(witness, hiding: hiding, input: .secret)
        let wrong = G1Affine(x: Fq(1), y: Fq(1))
        #expect(throws: SumcheckError.self) {
            try verify(sample) { $0.trace[0] = wrong }
        }
        var statement = sample.statement
        statement.weights[0] = wrong
        #expect(throws: SumcheckError.self) {
            try sample.scheme.verify(sample.proof, of: statement, system: sample.system)
        }
    }
}
