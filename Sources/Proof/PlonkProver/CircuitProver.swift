// PLONK's prover (Gabizon, Williamson, Ciobotaru, ePrint 2019/953) in the rounds of snarkjs 0.7:
//
//     1  commit to the columns of wires a, b, c
//     2  commit to the running product z of the permutation
//     3  commit to the quotient t, in three parts
//     4  evaluate a, b, c, S1, S2 at ξ and z at ξ w
//     5  commit to the proofs of these openings
//
// Polynomials are arrays of coefficients. Blinded ones have a few more than there are rows.

public import Circom
public import Fields
public import Plonk
import Polynomials

/// A part of the work, in its order.
public enum ProvingPhase: String, Sendable, CaseIterable {
    /// The values of wires, and their polynomials.
    case wires
    /// Commitments to them.
    case wireCommitments
    /// The running product.
    case permutation
    /// The commitment to it.
    case permutationCommitment
    /// The quotient.
    case quotient
    /// Commitments to its parts.
    case quotientCommitments
    /// The evaluations and the quotients that prove them.
    case openings
    /// Commitments to these.
    case openingCommitments
    /// Nothing is left to do.
    case done
}

/// Proves that a circuit's wires can be filled in. Holds the parts of a key that every proof needs:
/// some 400 bytes a row.
public struct CircuitProver: Sendable {
    /// The verifier's part of the key.
    public let verificationKey: VerificationKey
    let wireCount: Int
    let additions: [WireAddition]
    /// The wires of the columns a, b, c.
    let wires: [[UInt32]]
    /// Qm, Ql, Qr, Qo, Qc by coefficients.
    let selectors: [[Fr]]
    /// S1, S2, S3 by coefficients.
    let permutation: [[Fr]]
    /// Powers of tau.
    let powers: [G1Affine]
    let transform: NumberTheoreticTransform
    let threads: Int
    let vectors: ScalarVectors

    /// Reads what every proof needs out of a key.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - threads: threads that proofs use.
    public init(_ key: ProvingKeyFile, threads: Int) throws(ProvingError) {
        guard key.publicCount > 0 else { throw .noPublicSignals }
        verificationKey = key.verificationKey
        wireCount = key.wireCount
        additions = try readingFiles { () throws(CircomError) in try key.additions() }
        var wires: [[UInt32]] = []
        var polynomials: [[Fr]] = []
        for column in 0..<3 {
            wires.append(
                try readingFiles { () throws(CircomError) in try key.wires(column: column) })
        }
        let names: [KeyPolynomial] =
            (0..<5).map { .selector($0) } + (0..<3).map { .permutation($0) }
        for name in names {
            polynomials.append(
                try readingFiles { () throws(CircomError) in try key.coefficients(of: name) })
        }
        self.wires = wires
        selectors = Array(polynomials[..<5])
        permutation = Array(polynomials[5...])
        powers = try readingFiles { () throws(CircomError) in try key.powers() }
        guard let transform = NumberTheoreticTransform(log2Size: key.power) else {
            preconditionFailure("a key's rows are a domain")
        }
        self.transform = transform
        self.threads = threads
        vectors = ScalarVectors(threads: threads)
    }

    /// Proves.
    ///
    /// - Parameters:
    ///   - witness: the values of the circuit's wires, the constant one first.
    ///   - blinding: the random numbers; leave them out, except in tests.
    ///   - observe: is told before each phase.
    /// - Returns: the proof, and the public signals it is about.
    public func prove(
        witness: [Fr], blinding: BlindingFactors = .random(),
        observe: (ProvingPhase) -> Void = { _ in }
    ) throws(ProvingError) -> (proof: PlonkProof, publicSignals: [Fr]) {
        observe(.wires)
        let values = try WireValues(
            witness: witness, additions: additions, wireCount: wireCount)
        var rounds = ProvingRounds(self, values, blinding)
        observe(.wireCommitments)
        rounds.commitToWires()
        observe(.permutation)
        try rounds.multiplyUp()
        observe(.permutationCommitment)
        rounds.commitToProduct()
        observe(.quotient)
        rounds.divide()
        observe(.quotientCommitments)
        rounds.commitToQuotient()
        observe(.openings)
        let openings = try rounds.open()
        observe(.openingCommitments)
        let proof = rounds.commitToOpenings(openings)
        observe(.done)
        return (proof, rounds.publicSignals)
    }

    /// The commitment to a polynomial.
    func commitment(to coefficients: [Fr], _ workspace: KernelWorkspace) -> G1Affine {
        MultiScalar.g1(
            powers.span.extracting(first: coefficients.count), coefficients.span,
            threads: threads, workspace: workspace
        ).affine
    }
}
