// Commitments to polynomials by Kate, Zaverucha and Goldberg (ASIACRYPT 2010): the commitment to p
// is p(tau) G1, summed from the powers of the structured reference string. To show that p(z) = y
// the prover commits to q = (p - y) / (X - z); the verifier checks
//
//     e(C - y G1 + z W, G2) = e(W, tau G2)
//
// which says p(tau) - y = q(tau) (tau - z) without division and without tau.

public import Fields
import Polynomials

/// The value of a committed polynomial at a point, and the proof of it.
public struct KZGOpening: Equatable, Sendable {
    /// The value.
    public var value: Fr
    /// The commitment to the quotient.
    public var proof: G1Affine

    /// The opening of `value` by `proof`.
    public init(value: Fr, proof: G1Affine) {
        self.value = value
        self.proof = proof
    }
}

extension StructuredReferenceString {
    /// The commitment to a polynomial, coefficients lowest degree first. Not hiding.
    public func commitment(
        to coefficients: [Fr], threads: Int = 1
    ) throws(CommitmentError) -> G1Affine {
        guard coefficients.count <= powers.count else {
            throw .tooFewPowers(needed: coefficients.count, available: powers.count)
        }
        return MultiScalar.g1(
            Array(powers.prefix(coefficients.count)), coefficients, threads: threads
        ).affine
    }

    /// Opens a polynomial at `point`.
    public func open(
        _ coefficients: [Fr], at point: Fr, threads: Int = 1
    ) throws(CommitmentError) -> KZGOpening {
        var quotient = coefficients
        let value = Polynomial.divide(&quotient, byLinearFactorWithRoot: point)
        return KZGOpening(value: value, proof: try commitment(to: quotient, threads: threads))
    }

    /// Checks that the polynomial of `commitment` has the opening's value at `point`.
    public func verify(
        _ opening: KZGOpening, of commitment: G1Affine, at point: Fr
    ) throws(CommitmentError) {
        guard commitment.isOnCurve, opening.proof.isOnCurve else { throw .pointOffCurve }
        let left =
            G1Projective(commitment) - G1Projective.generator.times(opening.value)
            + G1Projective(opening.proof).times(point)
        let holds = Pairing.isOne(productOf: [
            (left.affine, G2Affine.generator), (-opening.proof, tauG2),
        ])
        guard holds else { throw .wrongOpening }
    }
}
